/* The goals of a view: decoded from the columns that the server sends, as one forest. */

/* What a link does, in the order of the server's `rules`. */
export const COUNTS = 0, HELPS = 1;

/** Lower case, without diacritics, đ as d, tỉ as tỷ: what search compares. */
export const folded = text => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "")
  .replace(/đ/g, "d").replace(/(^|\W)ti(?!\w)/g, "$1ty");

/** What changes with a check-in, from place `j` of the columns. */
export const numbers = (data, j, late = new Set(data.outdated)) => ({
  title: data.title[j], state: data.state[j], progress: data.progress[j], expected: data.expected[j],
  health: data.health[j], measured: data.measured[j], terms: data.terms[j], amount: data.amount[j],
  owner: data.people[data.owner[j]], unit: data.units[data.unit[j]] || "", late: late.has(j),
});

/** Reads the answer of `/map/data/`: nodes that know those above, below and beside them. */
export function decode(data) {
  const late = new Set(data.outdated), context = new Set(data.context);
  const nodes = data.id.map((id, j) => ({
    id, kind: data.kind[j], more: data.more[id] || 0, context: context.has(j), ...numbers(data, j, late),
    kids: [], links: [], depth: 0, below: [0, 0, 0, 0, 0, 0], count: 0, shown: false,
  }));
  const roots = [], links = [];
  nodes.forEach((node, j) => {
    node.up = nodes[data.up[j]];
    (node.up ? node.up.kids : roots).push(node);
  });
  for (let j = 0; j < data.links.length; j += 3) {
    const link = { from: nodes[data.links[j]], to: nodes[data.links[j + 1]], does: data.links[j + 2] };
    links.push(link);
    link.from.links.push(link);
    link.to.links.push(link);
  }
  const order = preorder(roots, node => node.kids);
  for (const node of order) if (node.up) node.depth = node.up.depth + 1;
  /* How many goals of each health lie below: the strip of a collapsed card. */
  for (const { up, count, below, health } of order.reverse()) {
    if (!up) continue;
    up.count += count + 1;
    below.forEach((n, h) => { up.below[h] += n; });
    up.below[health]++;
  }
  return { nodes, roots, links, cut: data.cut, byId: new Map(nodes.map(n => [n.id, n])) };
}

/** Reading order: each goal before those under it. */
export function preorder(from, kids) {
  const found = [], stack = [...from].reverse();
  while (stack.length) {
    const node = stack.pop(), below = kids(node);
    found.push(node);
    for (let j = below.length - 1; j >= 0; j--) stack.push(below[j]);
  }
  return found;
}

/** Brothers nearer to what they are linked with: three sweeps of barycentres. */
export function untangle({ nodes, roots, links }) {
  for (let sweep = 0; sweep < 3 && links.length; sweep++) {
    preorder(roots, node => node.kids).forEach((node, at) => Object.assign(node, { at, pull: 0, weight: 0 }));
    const draw = (node, to) => { for (; node; node = node.up) { node.pull += to; node.weight++; } };
    for (const { from, to } of links) { draw(from, to.at); draw(to, from.at); }
    const key = node => node.weight ? (node.at + node.pull / node.weight) / 2 : node.at;
    for (const node of nodes) if (node.depth > 1) node.kids.sort((a, b) => key(a) - key(b));
  }
}
