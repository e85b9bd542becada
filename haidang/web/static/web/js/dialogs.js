// Native dialogs: opened by a button or by arriving with data-open, closed without losing words.
const show = (dialog) => {
  if (!dialog || dialog.open) return;
  dialog.removeAttribute("data-open");
  dialog.showModal();
};
const arrive = (root = document) => root.querySelectorAll("dialog[data-open]").forEach(show);
haidang.on("click", "[data-dialog]", (event, button) => {
  event.preventDefault(); // a link leads somewhere where there is no script
  show(document.getElementById(button.dataset.dialog));
});
haidang.on("click", "[data-close]", (_event, button) => button.closest("dialog")?.close());
document.addEventListener("mousedown", ({ target }) => {
  if (target.matches?.("dialog.dialog[open]") && !haidang.typed(target)) target.close();
});
// Escape too leaves what was typed; pressed twice it means it.
document.addEventListener(
  "cancel",
  (event) => event.target.matches?.("dialog.dialog") && haidang.typed(event.target) && event.preventDefault(),
  true,
);
document.addEventListener("htmx:after:swap", () => arrive());
document.addEventListener("haidang:saved", ({ target }) =>
  (target.closest?.("dialog") ?? document.querySelector("dialog[open]"))?.close(),
);
arrive();

// A question before something that cannot be undone: hx-confirm, or data-confirm on a form.
const asking = document.getElementById("confirm-dialog");
const ask = (text, label, yes, no = () => {}) => {
  asking.querySelector("p").textContent = text;
  const [button] = asking.querySelectorAll("[data-yes]");
  button.firstElementChild.textContent = label || button.dataset.yes;
  asking.returnValue = "";
  asking.onclose = () => (asking.returnValue === "yes" ? yes() : no());
  show(asking);
};
haidang.on("click", "#confirm-dialog [data-yes]", () => asking.close("yes"));
document.addEventListener("htmx:confirm", (event) => {
  event.preventDefault();
  const { ctx, issueRequest, dropRequest } = event.detail;
  ask(ctx.confirm, ctx.sourceElement.dataset.confirmLabel, issueRequest, dropRequest);
});
haidang.on(
  "submit",
  "form[data-confirm]",
  (event, form) => {
    if (form.dataset.confirmed) return delete form.dataset.confirmed;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    ask(form.dataset.confirm, form.dataset.confirmLabel, () => {
      form.dataset.confirmed = "yes";
      form.requestSubmit(button);
    });
  },
  true,
);
