/* The keyboard: one tree, walked with the arrows, whatever the distance. */

import { folded } from "./graph.js";

/* ms in which letters typed one after another are one word */
const SAY = 700;

export function walkTree(map) {
  const { layer, camera } = map;
  let typed = "", since = -SAY;

  const go = node => { if (node) map.select(node, { focus: true }); };
  const search = letter => {
    const now = performance.now(), { order } = map.layout;
    typed = now - since > SAY ? letter : typed + letter;
    since = now;
    const one = [...typed].every(c => c === typed[0]), word = folded(one ? typed[0] : typed);
    const start = order.indexOf(map.at) + (one ? 1 : 0);
    go([...order.slice(start), ...order.slice(0, start)].find(node => folded(node.title).startsWith(word)));
  };
  const walk = {
    ArrowDown: (node, at, order) => go(order[at + 1]),
    ArrowUp: (node, at, order) => go(order[at - 1]),
    ArrowRight: (node, at, order) => { if (node.count && map.open(node)) go(order[at + 1]); else map.toggle(node); },
    ArrowLeft: node => { if (node.count && map.open(node)) map.toggle(node); else go(node.up); },
    Home: (node, at, order) => go(order[0]),
    End: (node, at, order) => go(order.at(-1)),
    Enter: node => { map.select(node); map.show(node, true); },
    " ": node => { map.select(node); map.light(!map.lit); },
  };

  layer.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const { order } = map.layout, node = map.at || order[0];
    const [dx, dy] = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key] || [];
    if (e.shiftKey && dx !== undefined) camera.fly(camera.x + dx * 240, camera.y + dy * 180, camera.k, 160);
    else if (e.key === " " && performance.now() - since < SAY) search(" ");
    else if (walk[e.key]) walk[e.key](node, order.indexOf(node), order);
    else if (/^\p{L}$/u.test(e.key)) search(e.key);
    else return;
    e.preventDefault();
    e.stopPropagation();
  });
  layer.addEventListener("focusin", e => {
    if (e.target.node !== map.at) map.select(e.target.node, { reveal: false }); else map.repaint();
  });
  layer.addEventListener("focusout", () => map.repaint());
}
