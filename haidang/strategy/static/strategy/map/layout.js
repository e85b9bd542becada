/* Where everything stands; no layout library.

   Ultimate goals and pillars are lanes. Under each pillar its company goals stand as blocks,
   set in shelves like words in lines: a heading over columns in which everything below it
   follows in preorder, indented. Shelves are broken so that a pillar is as low as its number
   of columns allows, and columns are given to pillars so that the whole is about `aspect`
   times as wide as high. A company goal with all that hangs below it is then about one screen.
   Deterministic; a few milliseconds for thousands of goals. */

import { preorder } from "./graph.js";

export const CARD = 112, COLUMN = 280, INDENT = 14, GAP = 18, ROW = 12;
const STEP = CARD + ROW, PITCH = COLUMN + GAP, PAD = 20, SHELF = 22, BETWEEN = 36;
const DEEPEST = 5, ROOT_WIDTH = 560, WIDEST = 80;

/**
 * @param graph from `decode`
 * @param open  (i) => whether what lies below goal i is shown
 * @param options.aspect wanted width / height
 * @param options.before a former layout: its columns are kept while the shape stays bearable
 * @returns {width, height, regions, blocks, lanes, order}; each shown node gets x, y, w, h
 */
export function arrange(graph, open, { aspect = 1.6, before = null } = {}) {
  const { nodes } = graph, below = i => open(i) ? nodes[i].kids : [];
  const { heads, regions } = divide(graph, below);
  for (const region of regions) {
    const blocks = region.tops.map(top => ({ top, rows: preorder(below(top), below), region }));
    /* Single cards after the branches, so that they share their shelves. */
    region.blocks = [...blocks.filter(b => b.rows.length), ...blocks.filter(b => !b.rows.length)];
    region.known = new Map();
  }
  /* Above the pillars there is room for names that are read from far away. */
  const shown = regions.reduce((n, r) => n + r.blocks.reduce((m, b) => m + 1 + b.rows.length, 1), 0);
  const y = heads.length ? CARD + Math.max(84, Math.sqrt(shown) * 5.6) : 0, inner = y + CARD + 2 * PAD;
  const width = () => regions.reduce((w, r) => w + r.columns * PITCH - GAP + 2 * PAD + BETWEEN, -BETWEEN);
  const height = () => Math.max(inner, ...regions.map(r => inner + shelve(r, r.columns).height + PAD));
  const former = new Map(before?.regions.map(r => [r.top, r.columns]));
  for (const r of regions) r.columns = former.get(r.top) || 0;
  const off = regions.every(r => r.columns) ? Math.abs(Math.log(width() / height() / aspect)) : 9;
  if (off > .5) {
    let low = STEP, high = STEP * (nodes.length + 2);
    for (let i = 0; i < 18; i++) {
      const middle = Math.sqrt(low * high);
      for (const r of regions) r.columns = narrowest(r, middle);
      if (width() / height() > aspect) low = middle; else high = middle;
    }
  }
  for (const node of nodes) node.shown = false;
  let x = 0;
  const spans = new Map();
  for (const region of regions) {
    Object.assign(region, { x, y, w: region.columns * PITCH - GAP + 2 * PAD });
    place(nodes, region, inner);
    region.h = inner - y + shelve(region, region.columns).height + (region.blocks.length ? PAD : -PAD);
    spans.set(region.head, [spans.get(region.head)?.[0] ?? x, x + region.w]);
    x += region.w + BETWEEN;
    if (region.top >= 0) put(nodes[region.top], region.x + PAD, y + PAD, region.w - 2 * PAD);
  }
  for (const head of heads) {
    const span = spans.get(head) || [x, (x += ROOT_WIDTH + BETWEEN) - BETWEEN];
    const w = Math.min(ROOT_WIDTH, Math.max(COLUMN, span[1] - span[0]));
    put(nodes[head], (span[0] + span[1] - w) / 2, 0, w);
  }
  return {
    width: Math.max(COLUMN, x - BETWEEN), height: Math.max(CARD, ...regions.map(r => r.y + r.h)),
    regions, blocks: regions.flatMap(r => r.blocks), order: preorder(graph.roots, below),
    lanes: heads.length && nodes[heads[0]].kind === 0 ? [0, y, inner - PAD / 2] : [],
  };
}

function put(node, x, y, w, indent = 0) {
  Object.assign(node, { x: x + indent, y, w: w - indent, h: CARD, indent, shown: true });
}

/** Heads (ultimate goals), and the areas under them: pillars, and what hangs without one. */
function divide({ nodes, roots }, below) {
  let heads = roots.filter(i => nodes[i].kind === 0);
  if (!heads.length && roots.length === 1) heads = roots;
  const regions = [];
  for (const head of heads) {
    const whole = i => nodes[head].kind === 0 ? nodes[i].kind === 1 : nodes[i].kids.length;
    for (const i of below(head).filter(whole)) regions.push({ top: i, head, tops: below(i) });
    const loose = below(head).filter(i => !whole(i));
    if (loose.length) regions.push({ top: -1 - head, head, tops: loose, direct: true });
  }
  const alone = roots.filter(i => !heads.includes(i)), pillars = alone.filter(i => nodes[i].kind === 1);
  for (const i of pillars) regions.push({ top: i, head: -1, tops: below(i) });
  const others = alone.filter(i => nodes[i].kind !== 1);
  if (others.length) regions.push({ top: -1e9, head: -1, tops: others });
  regions.forEach((region, i) => { region.hue = i % 6; });
  return { heads, regions };
}

/** The fewest columns with which a region is no higher than `most`. */
function narrowest(region, most) {
  let low = Math.min(2, Math.max(1, region.blocks.length)), high = WIDEST;
  while (low < high) {
    const middle = low + high >> 1;
    if (shelve(region, middle).height <= most) high = middle; else low = middle + 1;
  }
  return low;
}

/** The lowest way to break a region's blocks into shelves of `columns`: where each shelf
    begins, how long its columns are, and the height of all. */
function shelve(region, columns) {
  const known = region.known.get(columns);
  if (known) return known;
  const { blocks } = region, least = new Array(blocks.length + 1).fill(0), next = [], long = [];
  for (let i = blocks.length - 1; i >= 0; i--) {
    least[i] = Infinity;
    let longest = 1;
    for (let j = i; j < blocks.length && j - i < columns; j++) {
      longest = shortest(blocks, i, j, columns, longest);
      const height = STEP * (1 + (blocks[i].rows.length ? longest : 0)) + SHELF + least[j + 1];
      if (height < least[i]) { least[i] = height; next[i] = j + 1; long[i] = longest; }
    }
  }
  const found = { height: Math.max(0, least[0] - SHELF - ROW), next, long };
  region.known.set(columns, found);
  return found;
}

/** The shortest columns, at least `from`, with which blocks i..j stand side by side. */
function shortest(blocks, i, j, columns, from) {
  const fits = length => {
    let sum = 0;
    for (let b = i; b <= j; b++) sum += wide(blocks[b], length);
    return sum <= columns;
  };
  let low = from, high = from;
  while (!fits(high)) { low = high + 1; high *= 2; }
  while (low < high) {
    const middle = low + high >> 1;
    if (fits(middle)) high = middle; else low = middle + 1;
  }
  return low;
}

const wide = (block, length) => Math.max(1, Math.ceil(block.rows.length / length));

function place(nodes, region, top) {
  const { next, long } = shelve(region, region.columns), { blocks } = region;
  let y = top;
  for (let i = 0; i < blocks.length; i = next[i]) {
    let x = region.x + PAD, low = 0;
    for (const block of blocks.slice(i, next[i])) {
      const columns = wide(block, long[i]);
      Object.assign(block, { x, y, columns, w: columns * PITCH - GAP });
      put(nodes[block.top], x, y, block.w);
      fill(nodes, block, long[i]);
      low = Math.max(low, block.h);
      x += columns * PITCH;
    }
    y += low + SHELF;
  }
}

/** The rows of a block, in even columns that break before a shallow card when they can. */
function fill(nodes, block, most) {
  const { rows, top } = block, first = block.y + STEP, base = nodes[top].depth + 1;
  const depth = j => nodes[rows[j]].depth;
  let at = 0, tallest = 0;
  for (let column = 0; column < block.columns; column++) {
    const after = block.columns - column - 1, even = at + Math.ceil((rows.length - at) / (after + 1));
    let end = even;
    for (let j = even; after && even < rows.length && j > at && j > even - 4; j--) {
      if (rows.length - j <= after * most && depth(j) < depth(end)) end = j;
    }
    for (let j = at; j < end; j++) {
      const node = nodes[rows[j]], indent = Math.min(DEEPEST, node.depth - base) * INDENT;
      put(node, block.x + column * PITCH, first + (j - at) * STEP, COLUMN, indent);
      node.columnTop = first;
    }
    tallest = Math.max(tallest, end - at);
    at = end;
  }
  block.h = nodes[top].tall = CARD + tallest * STEP;
}
