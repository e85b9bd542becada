// One press, one request; what is saved shows at once; errors are brought into view.
const sending = new WeakMap();
const submits = (form) => [...form.elements].filter(({ type }) => type === "submit");
const release = (form) => {
  if (!sending.has(form)) return;
  sending.get(form).removeAttribute("aria-busy");
  for (const button of submits(form)) button.removeAttribute("aria-disabled");
  sending.delete(form);
};
haidang.on(
  "submit",
  "form:not([method=dialog])",
  (event, form) => {
    if (sending.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const button = event.submitter ?? form.querySelector("[type=submit]") ?? form;
    sending.set(form, button);
    button.setAttribute("aria-busy", "true");
    // Whoever has to sign in first comes to the very place of the link: what was pointed at in it
    // passes on with the answer.
    if (location.hash && form.closest(".plain")) form.action = form.action.replace(/#.*/, "") + location.hash;
    // Not `disabled`: the name of the one that was pressed is sent, and it keeps the focus.
    for (const one of submits(form)) one.setAttribute("aria-disabled", "true");
    if (form.method === "get") setTimeout(release, 1500, form);
  },
  true,
);
const undo = new WeakMap();
document.addEventListener("htmx:before:request", ({ target }) => {
  if (!target.matches?.("form")) return;
  const shown = [];
  for (const field of target.querySelectorAll("[data-echo]"))
    for (const place of document.querySelectorAll(field.dataset.echo)) {
      shown.push([place, place.textContent]);
      if (field.value) place.textContent = field.value;
    }
  undo.set(target, shown);
});
document.addEventListener("htmx:response:error", ({ target }) => {
  for (const [place, text] of undo.get(target) ?? []) place.textContent = text;
});
document.addEventListener("htmx:finally:request", ({ target, detail }) => {
  // On the way to another page nothing more is sent from this one.
  if (detail.ctx?.hx?.redirect) return;
  release(detail.ctx?.sourceElement ?? target);
  release(target);
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) document.querySelectorAll("form").forEach(release);
});

// Where a form came back with reasons, the first of them gets the focus.
const point = (root = document) => {
  const fault = root.querySelector?.("[aria-invalid=true]:not([hidden]),[data-form-errors]");
  if (fault && !document.activeElement?.matches("[aria-invalid=true]")) fault.focus();
};
document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail.ctx?.response?.status === 422) point(document.querySelector("dialog[open]") ?? document);
});
point();

// Values that are there to be typed over are selected when they get the focus.
haidang.on("focusin", "[data-select]", (_event, field) => field.select());
// What is unfolded to be filled in takes what is typed at once.
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.open && target.matches("details[data-fill]")) target.querySelector("input:not([type=hidden])")?.focus();
  },
  true,
);
addEventListener("beforeunload", (event) => {
  const left = [...document.querySelectorAll("form[data-guard]")];
  if (left.some((form) => !sending.has(form) && haidang.dirty(form))) event.preventDefault();
});
