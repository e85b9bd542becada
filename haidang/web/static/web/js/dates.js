// The calendar of the browser beside a day that is typed as 31/12/2026.
const iso = (text) => {
  const [, d, m, y] = text.trim().match(/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/) ?? [];
  return y ? `${y}-${m.padStart(2, "0")}-${d.padStart(2, "0")}` : "";
};
haidang.on("click", "x-date > button", (_event, button) => {
  const [text, native] = button.parentElement.querySelectorAll("input");
  native.value = iso(text.value);
  native.showPicker();
});
haidang.on("change", ".date-native", (event, native) => {
  event.stopPropagation();
  const text = native.parentElement.querySelector("input");
  text.value = native.value.split("-").reverse().join("/");
  text.dispatchEvent(new Event("change", { bubbles: true }));
});
customElements.define("x-date", class extends HTMLElement {});
