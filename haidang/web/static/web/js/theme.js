// The theme changes at once and is saved behind; the language needs the page anew.
haidang.on("click", "form[data-preferences] [name=theme]", (event, button) => {
  event.preventDefault();
  const form = button.form;
  document.documentElement.dataset.theme = button.value;
  for (const other of form.querySelectorAll("[name=theme]"))
    other.setAttribute("aria-pressed", other === button);
  const body = new FormData(form);
  body.set("theme", button.value);
  fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "preferences" } });
});
