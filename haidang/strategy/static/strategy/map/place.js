/* Where one stands, kept in the address, so that a view is a link:
   #k=scale&c=goal,dx,dy (middle of the screen)&d=levels open&t=exceptions&at=goal&f=1 */

export function readPlace() {
  const from = new URLSearchParams(location.hash.slice(1));
  const [near, dx, dy] = (from.get("c") || "").split(",");
  const k = parseFloat(from.get("k")), depth = parseInt(from.get("d"), 10);
  return {
    k: k > 0 ? k : 0, near, dx: parseFloat(dx) || 0, dy: parseFloat(dy) || 0,
    depth: depth >= 0 ? depth : 99, toggled: (from.get("t") || "").split(".").filter(Boolean),
    at: from.get("at") || "", focus: from.get("f") === "1",
  };
}

export function writePlace(map) {
  const { camera, graph, depth, toggled, at, lit } = map, parts = [];
  const x = (camera.width / 2 - camera.x) / camera.k, y = (camera.height / 2 - camera.y) / camera.k;
  let near = null, least = Infinity;
  for (const n of graph.nodes) {
    const off = n.shown ? Math.hypot(n.x + n.w / 2 - x, n.y + n.h / 2 - y) : Infinity;
    if (off < least) { least = off; near = n; }
  }
  if (!near) return;
  parts.push(`k=${camera.k.toFixed(3)}`, `c=${near.id},${Math.round(x - near.x)},${Math.round(y - near.y)}`);
  if (depth < 99) parts.push(`d=${depth}`);
  if (toggled.size) parts.push(`t=${[...toggled].join(".")}`);
  if (at >= 0) parts.push(`at=${graph.nodes[at].id}`);
  if (lit) parts.push("f=1");
  history.replaceState(history.state, "", `${location.pathname}${location.search}#${parts.join("&")}`);
}
