// Passkeys: a form with data-passkey asks the device for a credential before it is sent.
// "create" adds one, "get" uses one, "login" first asks the server what to sign.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

const asCreation = (options, alone) => ({
  ...options,
  challenge: bytes(options.challenge),
  user: { ...options.user, id: bytes(options.user.id) },
  excludeCredentials: known(options.excludeCredentials),
  authenticatorSelection: {
    ...options.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    userVerification: alone ? "required" : options.authenticatorSelection?.userVerification,
  },
});
const asRequest = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  allowCredentials: known(options.allowCredentials),
});
const asJson = ({ id, rawId, type, authenticatorAttachment, response, ...rest }) => {
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (response[name]) parts[name] = text(response[name]);
  if (response.getTransports) parts.transports = response.getTransports();
  return { id, rawId: text(rawId), type, authenticatorAttachment, response: parts, ...rest };
};

const credentialFor = async (form) => {
  if (form.dataset.passkey === "create") {
    const alone = form.elements.passwordless?.checked ?? false;
    const { publicKey } = JSON.parse(form.dataset.options);
    return navigator.credentials.create({ publicKey: asCreation(publicKey, alone) });
  }
  let options = form.dataset.options && JSON.parse(form.dataset.options);
  if (!options) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    options = (await answer.json()).request_options;
  }
  return navigator.credentials.get({ publicKey: asRequest(options.publicKey) });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const fault = form.querySelector("[data-passkey-error]");
  form.hidden = !window.PublicKeyCredential;
  form.addEventListener(
    "submit",
    async (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      fault.hidden = true;
      try {
        const credential = await credentialFor(form);
        const extensions = credential.getClientExtensionResults();
        form.elements.credential.value = JSON.stringify({
          ...asJson(credential),
          clientExtensionResults: extensions,
        });
        form.submit();
      } catch {
        fault.hidden = false;
      }
    },
    true,
  );
}
