// The calendar of the browser beside a day that is typed as 31/12/2026.
haidang.on("click", "x-date > button", (_event, button) => {
  const [text, native] = button.parentElement.querySelectorAll("input");
  const [d, m, y] = text.value.trim().split(/\D/);
  native.value = y?.length === 4 ? [y, m.padStart(2, 0), d.padStart(2, 0)].join("-") : "";
  native.showPicker();
});
haidang.on("change", ".date-native", (event, native) => {
  event.stopPropagation();
  const text = native.parentElement.querySelector("input");
  text.value = native.value.split("-").reverse().join("/");
  text.dispatchEvent(new Event("change", { bubbles: true }));
});
customElements.define("x-date", class extends HTMLElement {});
