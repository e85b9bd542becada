// What the islands share: words in the page's language, delegated events, the htmx rules.
const words = document.getElementById("words")?.dataset ?? {};
const on = (type, selector, act, options) =>
  document.addEventListener(
    type,
    (event) => {
      const hit = event.target.closest?.(selector);
      if (hit) act(event, hit);
    },
    options,
  );
const typing = (element) =>
  element?.closest?.("input:not([type=checkbox],[type=radio],[type=button]),textarea,select,[contenteditable]");
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter(Boolean));
  return element;
};
window.haidang = { words, on, typing, make };

// Something that a person has typed or ticked and that is not saved yet.
const dirty = (field) =>
  field.matches?.("input[type=checkbox],input[type=radio]")
    ? field.checked !== field.defaultChecked
    : field.matches?.("input,textarea") && field.type !== "hidden" && field.value !== field.defaultValue;
haidang.dirty = (form) => [...form.elements].some((field) => dirty(field) && !field.closest("x-picker"));
haidang.typed = (within) => [...within.querySelectorAll("form")].some(haidang.dirty);

// While a page refreshes itself around a form, what was typed into it stays.
let sent = null;
const kept = (field) => dirty(field) && (!sent || field.form !== sent);
htmx.registerExtension("haidang", {
  htmx_before_swap: (source) => {
    sent = source?.closest?.("form") ?? null;
  },
  htmx_before_morph_attr: (field, { attrName }) =>
    !(["value", "checked"].includes(attrName) && kept(field)),
  htmx_before_morph_node: (field) => !(field.matches?.("textarea") && kept(field)),
});

let open = 0;
const busy = (step) => {
  open = Math.max(0, open + step);
  document.documentElement.toggleAttribute("data-busy", open > 0);
};
document.addEventListener("htmx:before:request", () => busy(1));
document.addEventListener("htmx:finally:request", () => busy(-1));
document.addEventListener("htmx:error", ({ detail }) => {
  if (!detail.ctx?.request) return;
  const slow = detail.ctx.request.signal?.reason === "timeout";
  haidang.toast(slow ? words.slow : words.offline, "danger");
});

// Sent to a place on the page that one is on, the browser would only scroll: what was saved
// has to show, so the page is loaded anew.
document.addEventListener("htmx:before:response", (event) => {
  const way = event.detail.ctx.hx?.redirect;
  if (!way?.startsWith(location.pathname + "#")) return;
  event.preventDefault();
  history.replaceState(history.state, "", way);
  location.reload();
});

on("click", "[data-back]", () => history.back());
on("click", "[data-copy]", async (_event, button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  haidang.toast(words.copied, "on_track");
});
