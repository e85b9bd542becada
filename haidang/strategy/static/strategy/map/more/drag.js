/* A card is taken up (by its grip, or held for a moment) and let down on its new parent. The
   server says where it cannot go; what would change is shown before anything is saved. */

import { box, camera, dialog, map, refresh, said, wayTo } from "./ask.js";

/* ms until a card that is held comes along; pixels at the edge where the map moves itself */
const HOLD = 380, EDGE = 56, SPEED = 12, SLACK = 6;
const ghost = haidang.make("div", { className: "map-ghost", hidden: true }, haidang.make("b"), haidang.make("span"));
const mark = haidang.make("div", { className: "map-mark", hidden: true });
ghost.ariaHidden = mark.ariaHidden = "true";
box.append(mark, ghost);

let held = 0, lift = null, begun = null, last = null;

const where = e => [e.clientX - camera.left, e.clientY - camera.top];
const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Where it cannot go, and under whom it stands now: from the server, once for each lift. */
async function places(one) {
  const answer = await fetch(wayTo("places", one.node.id), { headers: { Accept: "application/json" } });
  const told = answer.ok ? await answer.json() : { never: (await answer.json().catch(() => 0)).detail || said.offline };
  one.never = told.never;
  one.from = told.from;
  one.closed = new Map((told.refused || []).flatMap(([why, ids]) => ids.map(id => [id, why])));
  if (lift !== one) return;
  if (one.never) { haidang.toast(one.never, "danger"); return drop(); }
  map.lit = new Set(map.graph.nodes.filter(n => n === one.node || !one.closed.has(n.id)));
  map.redraw();
  aim();
}

function take(node, at, pointer) {
  camera.stop();
  camera.pointers.clear();
  delete box.dataset.drag;
  box.setPointerCapture(pointer);
  box.dataset.lift = "";
  lift = { node, lit: map.lit, pointer, closed: new Map(), to: null };
  lift.told = places(lift);
  last = at;
  map.pointed = null;
  ghost.firstChild.textContent = node.title;
  ghost.hidden = false;
  navigator.vibrate?.(12);
  aim();
  requestAnimationFrame(push);
}

/** The goal below the hand, and whether it may be the new parent. */
function aim() {
  if (!lift) return;
  const [x, y] = last, found = map.hit(x, y)[0], to = found === lift.node ? null : found, { k } = camera;
  lift.to = to;
  lift.why = to && lift.closed.get(to.id);
  ghost.style.transform = `translate(${x + 14}px,${y + 10}px)`;
  ghost.classList.toggle("no", !!lift.why);
  ghost.lastChild.textContent = lift.why || (to ? said.under.replace("{0}", to.id) : said.where);
  mark.hidden = !to;
  if (!to) return;
  mark.classList.toggle("no", !!lift.why);
  Object.assign(mark.style, {
    transform: `translate(${to.x * k + camera.x - 3}px,${to.y * k + camera.y - 3}px)`, width: to.w * k + 6 + "px", height: to.h * k + 6 + "px",
  });
}

/** At the edge of the screen the map comes along. */
function push() {
  if (!lift) return;
  const [x, y] = last, step = (at, size) => (at < EDGE ? SPEED : at > size - EDGE ? -SPEED : 0);
  const dx = step(x, camera.width), dy = step(y, camera.height);
  if (dx || dy) { camera.set(camera.x + dx, camera.y + dy); aim(); }
  requestAnimationFrame(push);
}

function drop() {
  const one = lift;
  lift = null;
  ghost.hidden = mark.hidden = true;
  delete box.dataset.lift;
  map.lit = one.lit;
  map.redraw();
  return one;
}

const listen = (names, what) => { for (const name of names.split(" ")) box.addEventListener(name, what, true); };
listen("pointerdown", e => {
  clearTimeout(held);
  begun = null;
  if (lift) { e.stopImmediatePropagation(); return; }
  if (e.button || !e.isPrimary) return;
  camera.measure();
  const at = where(e), [node, fold] = map.hit(...at);
  if (!node || fold || camera.k < said.far || node.kind === 0) return;
  if (e.target.closest?.(".mc-grip")) {
    e.stopImmediatePropagation();
    e.preventDefault();
    take(node, at, e.pointerId);
    return;
  }
  begun = at;
  held = setTimeout(() => { if (begun && camera.pointers.size === 1 && !camera.moved) take(node, at, e.pointerId); }, HOLD);
});
listen("pointermove", e => {
  if (begun && far(begun, where(e)) > SLACK) { clearTimeout(held); begun = null; }
  if (!lift) return;
  e.stopImmediatePropagation();
  last = where(e);
  aim();
});
listen("pointerup pointercancel", async e => {
  clearTimeout(held);
  begun = null;
  if (!lift || e.pointerId !== lift.pointer) return;
  e.stopImmediatePropagation();
  const one = drop(), { to } = one;
  if (e.type === "pointercancel" || !to) return;
  await one.told;
  const why = one.never ? "" : one.closed.get(to.id);
  if (why) haidang.toast(why, "danger");
  else if (!one.never) dialog("GET", `${wayTo("move", one.node.id)}?from=${one.from}&to=${to.id}`);
});
listen("contextmenu", e => { if (lift || begun) e.preventDefault(); });
addEventListener("keydown", e => {
  if (!lift || e.key !== "Escape") return;
  e.stopImmediatePropagation();
  drop();
}, true);

/* What was done is said, with the way back: a button for each, Ctrl+Z for the last. */
let back = null;
document.addEventListener("map:moved", ({ detail: { text, id, undo } }) => {
  refresh();
  haidang.toast(text, "on_track");
  const toast = document.getElementById("toasts").lastElementChild, one = back = undo && { id, undo, toast };
  const button = { type: "button", className: "btn small", textContent: said.undo, onclick: () => takeBack(one) };
  if (one) toast.querySelector("div").append(" ", haidang.make("button", button));
  const node = map.graph.byId.get(id);
  if (node?.shown) map.cards.of(node)?.focus({ preventScroll: true });
});
function takeBack(one) {
  if (back === one) back = null;
  one.toast.remove();
  dialog("POST", wayTo("move", one.id), { ...one.undo, undo: "1" });
}
addEventListener("keydown", e => {
  if (back && e.key === "z" && (e.ctrlKey || e.metaKey) && !haidang.typing(e.target) && !document.querySelector("dialog[open]")) { e.preventDefault(); takeBack(back); }
});
