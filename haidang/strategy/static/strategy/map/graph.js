/* The goals of a view: decoded from the columns that the server sends, as one forest. */

export const HEALTHS = ["no_data", "not_started", "on_track", "at_risk", "off_track", "done"];
export const KINDS = ["ultimate", "pillar", "objective", "key_result", "kpi"];
/* What a link does, in the order of the server's MODES and RELATIONS. */
export const COUNTS = 0, HELPS = 1, WAITS = 2;

/** Lower case, without diacritics, đ as d, tỉ as tỷ: what search compares. */
export const folded = text => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "")
  .replace(/đ/g, "d").replace(/(^|\W)ti(?!\w)/g, "$1ty");

/** Reads the answer of `/map/data/` into nodes; `nodes[i].kids` and `.links` hold indexes. */
export function decode(data) {
  const nodes = data.id.map((id, i) => ({
    i, id, title: data.title[i], kind: data.kind[i], owner: data.people[data.owner[i]],
    unit: data.units[data.unit[i]] || "", state: data.state[i], progress: data.progress[i],
    expected: data.expected[i], health: data.health[i], terms: [data.measured[i], data.terms[i]],
    amount: data.amount[i], up: data.up[i], more: data.more[id] || 0, outdated: false,
    context: false, kids: [], links: [], depth: 0, x: 0, y: 0, w: 0, h: 0, shown: false,
  }));
  for (const i of data.outdated) nodes[i].outdated = true;
  for (const i of data.context) nodes[i].context = true;
  const roots = [];
  for (const node of nodes) (node.up < 0 ? roots : nodes[node.up].kids).push(node.i);
  const links = [];
  for (let j = 0; j < data.links.length; j += 3) {
    const link = { from: data.links[j], to: data.links[j + 1], does: data.links[j + 2] };
    links.push(link);
    nodes[link.from].links.push(link);
    nodes[link.to].links.push(link);
  }
  const order = preorder(roots, i => nodes[i].kids);
  for (const i of order) if (nodes[i].up >= 0) nodes[i].depth = nodes[nodes[i].up].depth + 1;
  /* How many goals of each health lie below: the strip of a collapsed card. */
  for (const node of nodes) { node.below = new Array(HEALTHS.length).fill(0); node.count = 0; }
  for (const i of order.reverse()) {
    const node = nodes[i], up = nodes[node.up];
    if (!up) continue;
    up.count += node.count + 1;
    node.below.forEach((n, h) => { up.below[h] += n; });
    up.below[node.health]++;
  }
  return { nodes, roots, links, byId: new Map(nodes.map(n => [n.id, n.i])), hidden: data.hidden };
}

/** Indexes in reading order: each goal before those under it. */
export function preorder(from, kids) {
  const found = [], stack = [...from].reverse();
  while (stack.length) {
    const i = stack.pop();
    found.push(i);
    const below = kids(i);
    for (let j = below.length - 1; j >= 0; j--) stack.push(below[j]);
  }
  return found;
}

/** Brothers nearer to what they are linked with: three sweeps of barycentres, below `depth`. */
export function untangle({ nodes, roots, links }, depth = 2) {
  if (!links.length) return;
  const place = new Float64Array(nodes.length);
  for (let sweep = 0; sweep < 3; sweep++) {
    const pull = new Float64Array(nodes.length), weight = new Float64Array(nodes.length);
    preorder(roots, i => nodes[i].kids).forEach((i, at) => { place[i] = at; });
    for (const { from, to } of links) {
      for (let i = from; i >= 0; i = nodes[i].up) { pull[i] += place[to]; weight[i]++; }
      for (let i = to; i >= 0; i = nodes[i].up) { pull[i] += place[from]; weight[i]++; }
    }
    const key = i => weight[i] ? (place[i] + pull[i] / weight[i]) / 2 : place[i];
    for (const node of nodes) {
      if (node.depth >= depth && node.kids.length > 1) node.kids.sort((a, b) => key(a) - key(b));
    }
  }
}
