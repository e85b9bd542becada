// Short notices in the corner. They leave by themselves, but not while read or when urgent.
const shelf = document.getElementById("toasts");
haidang.toast = (text, tone = "") => {
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  if (tone) toast.classList.add(tone === "danger" ? "t-danger" : `h-${tone}`);
  for (const sign of toast.querySelectorAll("[data-tone]")) if (sign.dataset.tone !== tone) sign.remove();
  if (tone === "danger") toast.setAttribute("role", "alert");
  toast.querySelector("div").textContent = text;
  shelf.append(toast);
};
const leave = (toast) =>
  setTimeout(() => (toast.matches(":hover,:focus-within") ? leave(toast) : toast.remove()), 7000);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const toast of addedNodes) {
      if (toast.nodeType !== 1) continue;
      // Above an open dialog, which makes all below it inert.
      shelf.hidePopover();
      shelf.showPopover();
      if (!toast.matches("[role=alert]")) leave(toast);
    }
  if (!shelf.childElementCount) shelf.hidePopover();
}).observe(shelf, { childList: true });
haidang.on("click", ".toast .close", (_event, button) => button.closest(".toast").remove());
document.addEventListener("haidang:toast", ({ detail }) => haidang.toast(detail.text, detail.tone));
