/* Changes that others make: repaint the cards that moved, and only those. */

import { numbers } from "./graph.js";
import { still } from "./camera.js";
import { nearest } from "./place.js";

const TOGETHER = 60, ASKED = 200;

export function followChanges(map) {
  const asked = new Set();
  let timer = 0;
  const read = async address => {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok ? answer.json() : null;
  };
  const ask = async () => {
    const ids = [...asked].slice(0, ASKED);
    ids.forEach(id => asked.delete(id));
    timer = asked.size && setTimeout(ask, TOGETHER);
    const data = await read(map.address("ids", ids.join(",")));
    if (!data) return;
    const moved = data.id.some((id, j) => elsewhere(map.graph.byId.get(id), data.parents[j]));
    const whole = moved && await read(map.box.dataset.data + location.search);
    if (whole) reload(map, whole);
    else data.id.forEach((id, j) => apply(map.graph.byId.get(id), numbers(data, j)));
    const now = performance.now();
    for (const id of ids) {
      const node = map.graph.byId.get(id);
      if (!node) continue;
      if (!still.matches && node.moved !== node.progress + node.title + node.health) map.pulses.set(node, now);
      node.moved = 0;
      map.cards.dress(map.cards.of(node));
    }
    map.redraw();
    if (map.at && ids.includes(map.at.id) && !map.panel.hidden) map.show(map.at);
  };
  /* A goal that is new here, or hangs elsewhere now, needs the whole drawn again. */
  const elsewhere = (node, parents) => {
    const here = parents.map(id => map.graph.byId.get(id)).filter(Boolean);
    return node ? !(node.up ? here.includes(node.up) : !here.length) : here.some(up => !up.more);
  };
  const apply = (node, facts) => {
    if (!node) return;
    if (node.progress !== facts.progress && facts.progress !== null && !still.matches) {
      map.moves.set(node, { from: map.value(node) || 0, start: performance.now() });
    }
    for (let { up } = node; up; up = up.up) { up.below[node.health]--; up.below[facts.health]++; }
    Object.assign(node, facts, { key: 0, text: undefined, moved: node.progress + node.title + node.health });
  };
  document.addEventListener("haidang:goals", e => {
    for (const id of e.detail.all ? map.graph.byId.keys() : e.detail.ids) asked.add(id);
    timer ||= asked.size && setTimeout(ask, TOGETHER);
  });
}

/** Another forest in place of this one; what is looked at stays where it is on the screen. */
function reload(map, data) {
  const { camera, cards, at } = map, { byId } = map.graph, had = map.layer.contains(document.activeElement);
  const held = at?.shown ? at : nearest(map.graph.nodes, ...camera.middle);
  map.take(data);
  const now = id => map.graph.byId.get(id);
  map.at = now(at?.id);
  map.pointed = map.lit = null;
  map.moves.clear();
  map.pulses.clear();
  /* Cards follow their goals, so that focus stays on the one that had it. */
  for (const [id, card] of cards.live) if (now(id)) card.node = now(id); else cards.drop(id, card);
  map.keep(held, now(held?.id));
  for (const node of map.graph.nodes) if (!byId.has(node.id)) map.pulses.set(node, performance.now());
  if (had) { cards.fill(1); cards.of(map.at)?.focus({ preventScroll: true }); }
}
