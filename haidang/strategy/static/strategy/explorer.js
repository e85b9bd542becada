// Rows are chosen one by one, all of a page, or a stretch with Shift; the bar says how many.
const boxes = () => [...document.querySelectorAll(".x-pick input[name=goal]")];
let last = null;
const tell = () => {
  const bar = document.querySelector(".x-picked");
  if (!bar) return;
  const all = boxes();
  const picked = all.filter((box) => box.checked).length;
  const whole = document.querySelector("[data-pick-all]");
  whole.checked = picked > 0 && picked === all.length;
  whole.indeterminate = picked > 0 && picked < all.length;
  const words = picked === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", picked);
  bar.querySelector("[data-picked]").textContent = words;
};
const set = (some, checked) => {
  for (const box of some) box.checked = checked;
  tell();
};
haidang.on("click", ".x-pick input[name=goal]", (event, box) => {
  const all = boxes();
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) set(all.slice(from, to + 1), box.checked);
  last = box;
  tell();
});
haidang.on("change", "[data-pick-all]", (_event, box) => set(boxes(), box.checked));
haidang.on("click", "[data-pick-none]", () => {
  const all = document.querySelector(".x-picked [name=all]");
  if (all) all.checked = false;
  set(boxes(), false);
});
// What a button has opened closes with Escape, and with a click beside it.
const opened = (but) => [...document.querySelectorAll(".x-drop[open]")].filter((one) => one !== but);
document.addEventListener("click", ({ target }) =>
  opened(target.closest?.(".x-drop")).forEach((one) => (one.open = false)),
);
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const one of opened()) {
    one.open = false;
    one.querySelector("summary").focus();
  }
});
document.addEventListener("htmx:after:swap", tell);
addEventListener("pageshow", tell);
tell();
