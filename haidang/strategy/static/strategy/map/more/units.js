/* From far away by unit instead of by health: an area of one colour for each unit, with its name
   where there is room for it. */

import { map } from "./ask.js";

const { painter } = map, { tiles, names } = painter, button = document.querySelector("[data-units]");
const STEP = 124, PLATE = 18;
const hues = new Map();

/** Units that have most goals get the hues that are furthest apart. */
function count() {
  const known = new Map();
  for (const { unit } of map.graph.nodes) if (unit) known.set(unit, (known.get(unit) || 0) + 1);
  hues.clear();
  [...known].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).forEach(([unit], at) => hues.set(unit, (at * 137.5 + 215) % 360));
}

const colour = (unit, dark) => (hues.has(unit) ? `hsl(${hues.get(unit)} ${dark ? "38% 46%" : "48% 62%"})` : painter.health[0]);

painter.tiles = seen => {
  if (!map.units) { tiles.call(painter, seen); return; }
  const { pen: g } = painter, base = g.globalAlpha, scheme = getComputedStyle(map.box).colorScheme;
  const dark = scheme === "dark" || scheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches;
  const groups = Map.groupBy(seen, n => n.unit);
  for (const [unit, list] of groups) {
    g.fillStyle = colour(unit, dark);
    for (const [alpha, share] of [[.42, () => 1], [1, n => (n.progress || 0) / 1e9]]) {
      g.globalAlpha = base * alpha;
      g.beginPath();
      for (const n of list) g.rect(n.x - n.indent, n.y, (n.w + n.indent) * share(n), n.h);
      g.fill();
    }
  }
};

/** Goals of one unit that stand below one another in a column. */
function* runs() {
  for (const { rows } of map.layout.blocks) {
    let run = [];
    for (const n of [...rows, null]) {
      const last = run.at(-1);
      if (n && last && n.unit === last.unit && n.y - last.y < STEP + 1 && n.y > last.y) { run.push(n); continue; }
      if (run.length > 1 && last.unit) yield run;
      run = n ? [n] : [];
    }
  }
}

painter.names = (inside, k) => {
  names.call(painter, inside, k);
  if (!map.units) return;
  const { pen: g, ratio, c } = painter, { x, y } = map.camera;
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.textBaseline = "middle";
  for (const run of runs()) {
    const [first] = run, last = run.at(-1), left = first.x - first.indent, w = (first.w + first.indent) * k;
    const box = { x: left, y: first.y, w: first.w + first.indent, h: last.y + last.h - first.y, shown: true }, high = box.h * k;
    if (w < 54 || high < 2 * PLATE || !inside(box)) continue;
    const font = painter.pick(12, 600), lines = painter.wrap(first.unit, font, w - 12, Math.min(3, high / PLATE | 0));
    const tall = lines.length * 15 + 4, top = box.y * k + y + (high - tall) / 2, mid = (left + first.w / 2 + first.indent / 2) * k + x;
    const wide = Math.min(w - 2, Math.max(...lines.map(line => painter.measure(line, font))) + 10);
    g.globalAlpha = .9;
    g.fillStyle = c.card;
    g.beginPath(); g.roundRect(mid - wide / 2, top, wide, tall, 4); g.fill();
    g.globalAlpha = 1;
    g.fillStyle = c.ink;
    g.textAlign = "center";
    lines.forEach((line, i) => g.fillText(line, mid, top + 10 + i * 15));
    g.textAlign = "left";
  }
  g.textBaseline = "alphabetic";
};

function turn(on) {
  map.units = on;
  button.ariaPressed = on;
  if (on) count();
  map.redraw();
}
button.addEventListener("click", () => { turn(!map.units); if (map.drop) map.drop.open = false; });
const taken = map.take;
map.take = data => { taken.call(map, data); count(); };
if (map.units) turn(true);
