/* Search beyond the view: the server finds the goal and chooses a view that holds it. */

import { box, camera, map, said } from "./ask.js";

/* ms after the last letter */
const PAUSE = 160, MOST = 6;
let timer = 0, asked = "";

/** `found(rows)` gets goals that are not on the map: {id, title, fact, away}. */
map.seek = (text, found) => {
  clearTimeout(timer);
  asked = text;
  if (text.trim().length < 2) return;
  timer = setTimeout(async () => {
    const answer = await fetch(`${box.dataset.seek}?closed=1&q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } }).catch(() => 0);
    const told = answer.ok && await answer.json();
    if (!told || asked !== text) return;
    const rows = told.options.filter(one => !map.graph.byId.has(one.value)).slice(0, MOST);
    found(rows.map(one => ({ id: one.value, title: one.label, kind: said.kinds.indexOf(one.kind), fact: `${one.hint} · ${said.elsewhere}`, away: true })));
  }, PAUSE);
};

/** Have the server choose a view with that goal, and fly to it. */
map.fetch = async id => {
  const query = new URLSearchParams(location.search);
  query.set("also", id);
  if (query.has("root")) { query.delete("root"); location.assign(`${location.pathname}?${query}#at=${id}`); return; }
  const answer = await fetch(`${box.dataset.data}?${query}`, { headers: { Accept: "application/json" } }).catch(() => 0);
  if (!answer.ok) { haidang.toast(map.words.gone, "danger"); return; }
  history.replaceState(history.state, "", `${location.pathname}?${query}`);
  map.reload(await answer.json());
  const node = map.graph.byId.get(id);
  if (!node) { haidang.toast(map.words.gone, "danger"); return; }
  map.unfold(node);
  map.select(node, { focus: true, k: Math.max(camera.k, .8) });
};

/* What was typed before this came. */
const field = document.getElementById("map-search");
if (field.value) field.dispatchEvent(new Event("input"));
