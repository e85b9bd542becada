/* The keyboard: one tree, walked with the arrows, whatever the distance. */

import { folded } from "./graph.js";

const SAY = 700; // ms in which letters typed one after another are one word

export function walkTree(map) {
  const { layer, camera } = map;
  let typed = "", since = 0;

  const go = i => { if (i !== undefined && i >= 0) map.select(i, { focus: true }); };
  const search = letter => {
    const now = performance.now();
    typed = now - since > SAY ? letter : typed + letter;
    since = now;
    const { order } = map.layout, { nodes } = map.graph, from = order.indexOf(map.at), same = [...typed].every(c => c === typed[0]);
    const word = folded(same ? typed[0] : typed), start = from + (same || typed.length === 1 ? 1 : 0);
    for (let j = 0; j < order.length; j++) {
      const i = order[(start + j) % order.length];
      if ((nodes[i].folded ??= folded(nodes[i].title)).startsWith(word)) return go(i);
    }
  };
  const walk = {
    ArrowDown: (node, at, order) => go(order[at + 1]),
    ArrowUp: (node, at, order) => go(order[at - 1]),
    ArrowRight: node => {
      if (node.count && map.open(node.i)) go(node.kids[0]);
      else if (node.count || node.more) map.toggle(node.i);
    },
    ArrowLeft: node => {
      if (node.count && map.open(node.i)) map.toggle(node.i); else go(node.up);
    },
    Home: (node, at, order) => go(order[0]),
    End: (node, at, order) => go(order.at(-1)),
    Enter: node => map.show(node.i, { focus: true }),
    " ": () => map.light(!map.lit),
    "*": node => map.spread(node),
    Escape: () => { if (map.lit) map.light(false); else map.hide(); },
  };

  layer.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const step = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
    const node = map.graph.nodes[Math.max(0, map.at)], { order } = map.layout;
    if (e.shiftKey && step) camera.fly(camera.x + step[0] * 240, camera.y + step[1] * 180, camera.k, 160);
    else if (e.key === "+" || e.key === "=") camera.zoom(1.25);
    else if (e.key === "-") camera.zoom(.8);
    else if (e.key === "0") camera.fly(...camera.fit());
    else if (walk[e.key] && node) walk[e.key](node, order.indexOf(node.i), order);
    else if (e.key.length === 1 && /[\p{L}\p{N}]/u.test(e.key)) search(e.key);
    else return;
    e.preventDefault();
    e.stopPropagation();
  });
  layer.addEventListener("focusin", e => {
    const card = e.target.closest(".mc");
    if (!card || +card.dataset.i === map.at) { map.repaint(); return; }
    map.select(+card.dataset.i, { reveal: false });
  });
  layer.addEventListener("focusout", () => map.repaint());
}
