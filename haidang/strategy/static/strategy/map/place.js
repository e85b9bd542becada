/* Where one stands, kept in the address, so that a view is a link:
   #k=scale&c=goal,dx,dy (middle of the screen)&d=levels open&t=exceptions&at=goal&f=1 (focus)&u=1 (by unit)&p=1 (panel) */

export function readPlace() {
  const from = new URLSearchParams(location.hash.slice(1)), [near, dx, dy] = (from.get("c") || "").split(",");
  return {
    k: +from.get("k") || 0, near, dx: +dx || 0, dy: +dy || 0, depth: Math.max(1, +from.get("d") || 99),
    toggled: (from.get("t") || "").split("."), at: from.get("at"), focus: from.get("f"), units: from.get("u"), panel: from.get("p"),
  };
}

export function writePlace({ camera, graph, depth, toggled, at, lit, units, panel }) {
  const [x, y] = camera.middle, near = nearest(graph.nodes, x, y);
  if (!near) return;
  const parts = [`k=${camera.k.toFixed(3)}`, `c=${near.id},${Math.round(x - near.x)},${Math.round(y - near.y)}`];
  if (depth < 99) parts.push(`d=${depth}`);
  if (toggled.size) parts.push(`t=${[...toggled].join(".")}`);
  if (at) parts.push(`at=${at.id}`);
  if (lit) parts.push("f=1");
  if (units) parts.push("u=1");
  if (!panel.hidden) parts.push("p=1");
  history.replaceState(history.state, "", `${location.pathname}${location.search}#${parts.join("&")}`);
}

/** The shown goal whose middle is nearest to a point of the world. */
export function nearest(nodes, x, y) {
  let least = Infinity, found;
  for (const n of nodes) {
    const off = n.shown ? Math.hypot(n.x + n.w / 2 - x, n.y + n.h / 2 - y) : Infinity;
    if (off < least) { least = off; found = n; }
  }
  return found;
}
