/* Changes that others make: repaint the cards that moved, and only those. */

import { numbers } from "./graph.js";
import { still } from "./camera.js";
import { nearest } from "./place.js";

/* MOST: as many goals are asked for one by one; GONE: the first of the states that a map leaves out. */
const MOST = 200, GONE = 5, ALL = "";

export function followChanges(map) {
  map.reload = data => reload(map, data);
  const asked = new Set(), strange = new Set();
  let busy = false;
  const read = async address => {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok && answer.json();
  };
  const ask = async ids => {
    const { byId } = map.graph;
    const data = !ids.includes(ALL) && ids.length <= MOST && await read(map.address("ids", ids.join(",")));
    const anew = !data || ids.some(id => byId.has(id) && !data.id.includes(id)) || data.id.some((id, j) => elsewhere(data, j));
    const whole = anew && await read(map.box.dataset.data + location.search);
    if (whole) {
      reload(map, whole);
      ids.filter(id => map.graph.byId.has(id)).forEach(pulse);
    } else if (data) data.id.forEach((id, j) => apply(map.graph.byId.get(id), numbers(data, j)));
    map.redraw();
    const { at, panel } = map;
    if (at && !panel.hidden && !haidang.typed(panel) && (ids.includes(at.id) || ids.includes(ALL))) map.show(at);
  };
  const pulse = id => {
    if (!still.matches) map.pulses.set(map.graph.byId.get(id), performance.now());
  };
  /* A goal that is new here, gone, or linked otherwise now needs the whole drawn again; one that
     is not on this map even then is not asked for again, until it is moved. */
  const elsewhere = (data, j) => {
    const { byId, cut } = map.graph, node = byId.get(data.id[j]), above = data.parents[j].filter(id => byId.has(id)).sort();
    const mark = [data.id[j], data.state[j], data.health[j], above] + "";
    if (!node) return !strange.has(mark) && strange.add(mark) && (above[0] ? above.some(id => !byId.get(id).more) : !cut);
    const here = [node.up, ...node.links.map(link => link.to)].filter(n => n && n !== node).map(n => n.id);
    return data.state[j] >= GONE || here.sort() + "" !== above + "";
  };
  const apply = (node, facts) => {
    if (!node) return;
    if (node.progress !== facts.progress && facts.progress !== null && !still.matches) {
      map.moves.set(node, { from: map.value(node) || 0, start: performance.now() });
    }
    if (["progress", "title", "health"].some(name => node[name] !== facts[name])) pulse(node.id);
    for (let { up } = node; up; up = up.up) { up.below[node.health]--; up.below[facts.health]++; }
    Object.assign(node, facts, { key: 0, text: undefined });
  };
  document.addEventListener("haidang:goals", ({ detail: { ids, all } }) => {
    for (const id of all ? [ALL] : ids) asked.add(id);
    wake();
  });
  /* What comes while an answer is awaited is asked for together after it (answers could overtake
     each other). A hidden page waits until it is looked at: of many tabs the one in sight asks first. */
  const wake = async () => {
    if (busy || document.hidden || !asked.size) return;
    const ids = [...asked];
    asked.clear();
    busy = true;
    try { await ask(ids); }
    /* The way to the server is away: with what is heard next, as when the stream is back. */
    catch (error) { ids.forEach(asked.add, asked); throw error; }
    finally { busy = false; }
    wake();
  };
  document.addEventListener("visibilitychange", wake);
}

/** Another forest in place of this one; what is looked at stays where it is on the screen. */
function reload(map, data) {
  const { camera, cards, at, lit, graph: { nodes } } = map, had = map.layer.contains(document.activeElement);
  map.take(data);
  const now = node => map.graph.byId.get(node?.id);
  const held = at?.shown && now(at) ? at : nearest(nodes.filter(now), ...camera.middle);
  map.at = now(at);
  map.pointed = map.lit = null;
  map.moves.clear();
  map.pulses.clear();
  /* Cards follow their goals, so that focus stays on the one that had it. */
  for (const [id, card] of cards.live) if (now(card.node)) card.node = now(card.node); else cards.drop(id, card);
  map.keep(held, now(held));
  map.light(lit);
  if (!map.at) map.hide();
  if (had) { cards.fill(1); cards.of(map.at)?.focus({ preventScroll: true }); }
}
