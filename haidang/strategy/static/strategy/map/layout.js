/* Where everything stands; no layout library.

   Ultimate goals and pillars are lanes. Under each pillar its company goals stand as blocks,
   set in shelves like words in lines: a heading over columns in which everything below it
   follows in preorder, indented. Shelves are broken so that a pillar is as low as its number
   of columns allows, and columns are given to pillars so that the whole is about `aspect`
   times as wide as high. A company goal with all that hangs below it is then about one screen.
   Deterministic; a few milliseconds for thousands of goals. */

import { preorder } from "./graph.js";

export const CARD = 112, COLUMN = 280, INDENT = 12, GAP = 18, ROW = 12;
const STEP = CARD + ROW, PITCH = COLUMN + GAP, PAD = 20, SHELF = 22, BETWEEN = 36;
const DEEPEST = 4, HEAD = 560, WIDEST = 80;

/**
 * @param graph from `decode`
 * @param open  node => whether what lies below it is shown
 * @param before a former layout: its columns are kept while the shape stays bearable
 * @param names  what areas without a pillar are called
 * @returns {width, height, regions, blocks, lanes, order}; each shown node gets x, y, w, h
 */
export function arrange(graph, open, before, names, aspect = 1.6) {
  const below = node => open(node) ? node.kids : [], { heads, regions } = divide(graph, below);
  for (const region of regions) {
    /* The great ones first, so that shelves are of blocks that are about as high. */
    const size = block => Math.ceil(Math.log2(block.rows.length + 1));
    region.blocks = region.tops.map(top => ({ top, rows: preorder(below(top), below), region }));
    region.blocks.sort((a, b) => size(b) - size(a));
    region.known = new Map();
    region.columns = before?.regions.find(r => r.key === region.key)?.columns;
  }
  /* Over each pillar there is room for a name that is read from far away. */
  const shown = regions.reduce((n, r) => n + r.blocks.reduce((m, b) => m + 1 + b.rows.length, 1), 0);
  const far = Math.sqrt(shown), gap = Math.max(84, far * 4), air = Math.max(0, far * 7.4 - CARD - PAD);
  const y = heads.length ? CARD + gap : 0, inner = y + air + CARD + 2 * PAD;
  const wide = r => r.columns * PITCH - GAP + 2 * PAD;
  const bottom = r => inner + shelve(r, r.columns).height + (r.blocks.length ? PAD : -PAD);
  const shape = () => regions.reduce((w, r) => w + wide(r) + BETWEEN, 0) / Math.max(...regions.map(bottom));
  if (!regions.every(r => r.columns) || Math.abs(Math.log(shape() / aspect)) > .5) {
    let low = STEP, high = STEP * (shown + 2);
    for (let i = 0; i < 18; i++) {
      const middle = Math.sqrt(low * high);
      for (const r of regions) r.columns = narrowest(r, middle);
      if (shape() > aspect) low = middle; else high = middle;
    }
  }
  for (const node of graph.nodes) node.shown = false;
  let x = 0;
  for (const region of regions) {
    Object.assign(region, { x, y, w: wide(region), h: bottom(region) - y });
    if (region.head) region.head.span = [region.head.span?.[0] ?? x, x + region.w];
    region.sign = region.top || { title: names[region.name] };
    region.sign.air = PAD + air;
    put(region.sign, x + PAD, inner - CARD - PAD, region.w - 2 * PAD);
    place(region, inner);
    x += region.w + BETWEEN;
  }
  for (const head of heads) {
    if (!head.span) { head.span = [x, x + HEAD]; x += HEAD + BETWEEN; }
    const [left, right] = head.span, w = Math.min(HEAD, Math.max(COLUMN, head.room = right - left));
    put(head, (left + right - w) / 2, 0, w);
    head.span = 0;
  }
  return {
    width: Math.max(COLUMN, x - BETWEEN), height: Math.max(CARD, ...regions.map(bottom)), regions,
    blocks: regions.flatMap(r => r.blocks), order: preorder(graph.roots, below),
    lanes: heads[0]?.kind === 0 ? [-1e9, y - gap / 2, inner - PAD / 2] : [], heads,
  };
}

function put(node, x, y, w, indent = 0) {
  node.x = x + indent; node.y = y; node.w = w - indent; node.h = CARD; node.indent = indent; node.shown = true;
}

/** Heads (ultimate goals), and the areas under them: pillars, and what hangs without one. */
function divide({ roots }, below) {
  let heads = roots.filter(node => node.kind === 0);
  if (!heads.length && roots.length === 1) heads = roots;
  const regions = [], add = (key, top, head, tops, name) => { if (top || tops.length) regions.push({ key, top, head, tops, name, hue: regions.length % 6 }); };
  for (const head of heads) {
    const whole = node => head.kind === 0 ? node.kind === 1 : node.kids.length;
    for (const node of below(head).filter(whole)) add(node.id, node, head, below(node));
    add(`${head.id}-`, undefined, head, below(head).filter(node => !whole(node)), head.kind ? "below" : "direct");
  }
  const alone = roots.filter(node => !heads.includes(node));
  for (const node of alone) if (node.kind === 1) add(node.id, node, undefined, below(node));
  add("-", undefined, undefined, alone.filter(node => node.kind !== 1), "alone");
  return { heads, regions };
}

/** The fewest columns with which a region is no higher than `most`. */
function narrowest(region, most) {
  const least = Math.min(2, Math.max(1, region.blocks.length));
  return first(least, WIDEST, columns => shelve(region, columns).height <= most);
}

/** The first number of low..high that `fits`, or high. */
function first(low, high, fits) {
  while (low < high) {
    const middle = low + high >> 1;
    if (fits(middle)) high = middle; else low = middle + 1;
  }
  return low;
}

/** The lowest way to break a region's blocks into shelves of `columns`: where each shelf
    ends, how long its columns are, and the height of all. */
function shelve({ blocks, known }, columns) {
  if (known.has(columns)) return known.get(columns);
  const least = [...blocks.map(() => Infinity), 0], next = [], long = [];
  for (let i = blocks.length - 1; i >= 0; i--) {
    let length = 1;
    for (let j = i; j < blocks.length && j - i < columns; j++) {
      const shelf = blocks.slice(i, j + 1), most = Math.max(...shelf.map(b => b.rows.length));
      length = first(length, Math.max(length, most), n => shelf.reduce((sum, b) => sum + across(b, n), 0) <= columns);
      const height = STEP * (1 + (blocks[i].rows.length ? length : 0)) + SHELF + least[j + 1];
      if (height < least[i]) { least[i] = height; next[i] = j + 1; long[i] = length; }
    }
  }
  const found = { height: Math.max(0, least[0] - SHELF - ROW), next, long };
  known.set(columns, found);
  return found;
}

const across = (block, length) => Math.max(1, Math.ceil(block.rows.length / length));

function place(region, top) {
  const { next, long } = shelve(region, region.columns), { blocks } = region;
  let y = top;
  for (let i = 0; i < blocks.length; i = next[i]) {
    let x = region.x + PAD, low = 0;
    for (const block of blocks.slice(i, next[i])) {
      const columns = across(block, long[i]);
      Object.assign(block, { x, y, w: columns * PITCH - GAP });
      put(block.top, x, y, block.w);
      block.h = CARD + STEP * flow(block, columns, long[i]);
      low = Math.max(low, block.h);
      x += columns * PITCH;
    }
    y += low + SHELF;
  }
}

/** Sets the rows of a block in even columns that break before a shallow card when they can,
    and says how long the longest is. */
function flow({ rows, top, x, y }, columns, most) {
  let at = 0, tallest = 0;
  for (let column = 0; column < columns; column++) {
    const after = columns - column - 1, even = at + Math.ceil((rows.length - at) / (after + 1));
    let end = even;
    for (let j = even; after && even < rows.length && j > at && j > even - 4; j--) {
      if (rows.length - j <= after * most && rows[j].depth < rows[end].depth) end = j;
    }
    for (let j = at; j < end; j++) {
      const indent = Math.min(DEEPEST, rows[j].depth - top.depth - 1) * INDENT;
      put(rows[j], x + column * PITCH, y + STEP * (j - at + 1), COLUMN, indent);
      rows[j].columnTop = y + STEP;
    }
    tallest = Math.max(tallest, end - at);
    at = end;
  }
  return tallest;
}
