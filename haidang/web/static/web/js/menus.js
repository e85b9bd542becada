// Popovers open beside their button, inside the window, and are walked with the arrows.
const gap = 4;
haidang.place = (box, anchor, align = "start", fit = false) => {
  const at = anchor.getBoundingClientRect();
  const view = visualViewport;
  if (fit) box.style.width = `${Math.max(at.width, 220)}px`;
  const { width, height } = box.getBoundingClientRect();
  const below = view.height - at.bottom - gap;
  const left = align === "end" ? at.right - width : at.left;
  // Beside a scroll bar, too.
  const room = Math.min(view.width, document.documentElement.clientWidth);
  const top = below >= height || below >= at.top ? at.bottom + gap : Math.max(8, at.top - height - gap);
  box.style.left = `${Math.max(8, Math.min(left, room - width - 8))}px`;
  box.style.top = `${top}px`;
};
const items = (menu) => [...menu.querySelectorAll("a[href],button:not(:disabled)")];
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.("[data-menu]") || event.newState !== "open") return;
    const anchor = document.querySelector(`[popovertarget="${menu.id}"]`);
    if (anchor) haidang.place(menu, anchor, menu.dataset.menu);
    if (anchor?.matches(":focus-visible")) items(menu)[0]?.focus();
  },
  true,
);
haidang.on("keydown", "[data-menu]", (event, menu) => {
  const all = items(menu);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
});
haidang.on("click", "[data-menu] :is(a,button:not([type=submit]),[data-dialog])", (_event, item) =>
  item.closest("[data-menu]").hidePopover(),
);

// On a narrow screen the tab that one is on may lie beyond the edge of its row.
for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
  const row = tab.parentElement;
  row.scrollLeft += tab.getBoundingClientRect().right - row.getBoundingClientRect().right;
}
