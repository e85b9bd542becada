// Single keys, shown beside their actions (data-key) and listed by "?"; G and a letter goes.
// They can be switched off, for those whose voice or switch types them by accident.
const { make } = haidang;
const off = () => localStorage.getItem("keys") === "off";
let going = -Infinity;
const list = document.getElementById("keys-dialog");
const describe = () => {
  const places = [...document.querySelectorAll("[data-key]")].filter((item) => item.checkVisibility());
  const rows = places.map((item) =>
    make("div", {}, make("dt", { textContent: item.ariaLabel || item.querySelector("span")?.textContent || item.textContent }),
      make("dd", {}, make("kbd", { textContent: item.dataset.key.toUpperCase() }))),
  );
  list.querySelector("[data-page-keys]").replaceChildren(...rows);
  list.querySelector("[data-keys-switch]").checked = !off();
  list.showModal();
};
haidang.on("click", "[data-keys]", describe);
haidang.on("change", "[data-keys-switch]", (_event, box) => localStorage.setItem("keys", box.checked ? "on" : "off"));
// Asked for before htmx listened, the search asks once it does.
document.addEventListener("htmx:after:init", ({ target }) => {
  if (target === document.activeElement && target.closest("#finder-dialog")) target.dispatchEvent(new Event("focus"));
});
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "k") {
    const finder = document.querySelector("[data-finder]");
    if (finder) event.preventDefault(), finder.click();
    return;
  }
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  if (!plain || off() || haidang.typing(target) || document.querySelector("dialog[open],:popover-open:not(.toasts)")) return;
  const letter = key.toLowerCase();
  const quoted = CSS.escape(letter);
  let hit = null;
  if (key === "?") return event.preventDefault(), describe();
  if (event.timeStamp - going < 1200) hit = document.querySelector(`[data-go="${quoted}"]`);
  else if (letter === "g" && !event.shiftKey) return (going = event.timeStamp);
  hit ??= [...document.querySelectorAll(`[data-key="${quoted}"]`)].find((item) => item.checkVisibility());
  going = -Infinity;
  if (!hit) return;
  event.preventDefault();
  if (haidang.typing(hit)) hit.focus();
  else hit.click();
});
