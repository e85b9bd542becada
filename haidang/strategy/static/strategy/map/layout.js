/* Where everything stands: packed columns, no layout library.

   Ultimate goals and pillars are lanes. Under each pillar its company goals stand as blocks:
   a heading over one or more columns in which everything below it follows in preorder,
   indented. Blocks that are small share a column. The length of a column is searched so that
   the whole is about `aspect` wide; O(n), deterministic. */

import { preorder } from "./graph.js";

export const CARD = 112, COLUMN = 280, INDENT = 14, GAP = 18, ROW = 12;
const STEP = CARD + ROW, PITCH = COLUMN + GAP, PAD = 20, BLOCK = 26, HEAD = 64, BETWEEN = 36;
const DEEPEST = 5, ROOT_WIDTH = 560;

/**
 * @param graph from `decode`
 * @param open  (i) => whether what lies below goal i is shown
 * @param options.aspect wanted width / height
 * @param options.rows   keep this column length while the shape stays bearable
 * @returns {width, height, rows, regions, blocks, lanes, order}; each shown node gets x, y, w, h
 */
export function arrange(graph, open, { aspect = 1.6, rows = 0 } = {}) {
  const { nodes } = graph, below = i => open(i) ? nodes[i].kids : [];
  const { heads, regions } = divide(graph, below);
  const blocks = [];
  for (const region of regions) {
    region.blocks = region.tops.map(top => ({
      top, rows: preorder(below(top), below), columns: 1, region, x: 0, y: 0, w: 0, h: 0,
    }));
    blocks.push(...region.blocks);
  }
  const top = (heads.length ? CARD + HEAD : 0) + (regions.length ? CARD + 2 * PAD : 0);
  const width = length => regions.reduce((w, r) => w + columns(r, length) * PITCH - GAP + 2 * PAD + BETWEEN, 0);
  const shape = length => width(length) / (top + length * STEP);
  let best = rows;
  if (!rows || shape(rows) > aspect * 1.7 || shape(rows) < aspect / 1.7) {
    let least = Infinity, longest = 2;
    for (const r of regions) longest = Math.max(longest, r.blocks.reduce((n, b) => n + b.rows.length + 2, 0));
    for (let length = 2; length <= longest; length = Math.max(length + 1, length * 1.04 | 0)) {
      const off = Math.abs(Math.log(shape(length) / aspect));
      if (off < least) { least = off; best = length; }
    }
  }
  for (const node of nodes) node.shown = false;
  let x = 0, bottom = 0;
  const y = heads.length ? CARD + HEAD : 0, spans = new Map();
  for (const region of regions) {
    /* As short as its number of columns allows, so that the columns end evenly. */
    const count = columns(region, best);
    let length = best;
    while (length > 2 && columns(region, length - 1) === count) length--;
    region.x = x; region.y = y; region.w = count * PITCH - GAP + 2 * PAD;
    bottom = Math.max(bottom, place(nodes, region, length, y + PAD + CARD + PAD));
    const span = spans.get(region.head) || [x, x];
    span[1] = x + region.w;
    spans.set(region.head, span);
    x += region.w + BETWEEN;
  }
  for (const head of heads) {
    const span = spans.get(head) || [x, (x += ROOT_WIDTH + BETWEEN) - BETWEEN], node = nodes[head];
    const w = Math.min(ROOT_WIDTH, Math.max(COLUMN, span[1] - span[0]));
    put(node, (span[0] + span[1] - w) / 2, 0, w);
  }
  const height = Math.max(bottom, y + CARD + PAD) + PAD;
  for (const region of regions) {
    region.h = height - y;
    if (region.top >= 0) put(nodes[region.top], region.x + PAD, y + PAD, region.w - 2 * PAD);
  }
  return {
    width: Math.max(0, x - BETWEEN), height, rows: best, regions, blocks, lanes: lanes(heads, regions, y),
    order: preorder(graph.roots, below),
  };
}

function put(node, x, y, w) {
  node.x = x; node.y = y; node.w = w; node.h = CARD; node.shown = true;
}

/** Heads (ultimate goals), and the areas under them: pillars, and what hangs without one. */
function divide({ nodes, roots }, below) {
  let heads = roots.filter(i => nodes[i].kind === 0);
  if (!heads.length && roots.length === 1) heads = roots;
  const regions = [];
  for (const head of heads) {
    const loose = [];
    for (const i of below(head)) {
      const whole = nodes[head].kind === 0 ? nodes[i].kind === 1 : nodes[i].kids.length;
      if (whole) regions.push({ top: i, head, tops: below(i) });
      else loose.push(i);
    }
    if (loose.length) regions.push({ top: -1, head, tops: loose, direct: true });
  }
  const alone = roots.filter(i => !heads.includes(i));
  const pillars = alone.filter(i => nodes[i].kind === 1);
  for (const i of pillars) regions.push({ top: i, head: -1, tops: below(i) });
  const others = alone.filter(i => nodes[i].kind !== 1);
  if (others.length) regions.push({ top: -1, head: -1, tops: others, direct: false });
  regions.forEach((region, i) => { region.hue = i % 6; });
  return { heads, regions };
}

/** How many columns a region takes when none is longer than `length` cards. */
function columns(region, length) {
  let count = 0, left = 0;
  for (const { rows } of region.blocks) {
    const need = rows.length + 1 + BLOCK / STEP;
    if (need <= left) left -= need;
    else if (rows.length + 1 <= length) { count++; left = length - need; }
    else { count += Math.ceil(rows.length / (length - 1)); left = 0; }
  }
  return Math.max(1, count);
}

function place(nodes, region, length, top) {
  let column = -1, left = 0, y = top, bottom = top;
  for (const block of region.blocks) {
    const { rows } = block, need = rows.length + 1 + BLOCK / STEP;
    let start = column, wide = 1;
    if (need <= left) left -= need;
    else {
      start = column + 1; y = top;
      if (rows.length + 1 <= length) left = length - need;
      else { wide = Math.ceil(rows.length / (length - 1)); left = 0; }
      column = start + wide - 1;
    }
    block.columns = wide;
    block.x = region.x + PAD + start * PITCH; block.y = y; block.w = wide * PITCH - GAP;
    put(nodes[block.top], block.x, y, block.w);
    fill(nodes, block, length - 1);
    y = block.y + block.h + BLOCK;
    bottom = Math.max(bottom, block.y + block.h);
  }
  return bottom;
}

/** The rows of a block, in even columns that break before a shallow card when they can. */
function fill(nodes, block, most) {
  const { rows, top } = block, first = block.y + STEP, base = nodes[top].depth + 1;
  const depth = j => nodes[rows[j]].depth;
  let at = 0, tallest = 0;
  for (let column = 0; column < block.columns; column++) {
    const after = block.columns - column - 1, rest = rows.length - at;
    const even = at + Math.ceil(rest / (after + 1));
    let end = even;
    for (let j = even; after && even < rows.length && j > at && j > even - 5; j--) {
      if (rows.length - j <= after * most && depth(j) < depth(end)) end = j;
    }
    for (let j = at; j < end; j++) {
      const node = nodes[rows[j]], indent = Math.min(DEEPEST, node.depth - base) * INDENT;
      put(node, block.x + column * PITCH + indent, first + (j - at) * STEP, COLUMN - indent);
      node.columnTop = first;
    }
    tallest = Math.max(tallest, end - at);
    at = end;
  }
  block.h = CARD + tallest * STEP;
}

/** What the bands across the map are called. */
function lanes(heads, regions, y) {
  const found = [];
  if (heads.length) found.push({ key: "ultimate", y: 0, h: CARD });
  if (regions.some(r => r.top >= 0)) found.push({ key: "pillar", y: y + PAD, h: CARD });
  if (regions.some(r => r.blocks.length)) {
    found.push({ key: "company", y: y + 2 * PAD + CARD, h: CARD });
    if (regions.some(r => r.blocks.some(b => b.rows.length))) {
      found.push({ key: "below", y: y + 2 * PAD + CARD + STEP, h: 0 });
    }
  }
  return found;
}
