/* HTML cards for what is near, taken from a pool; the card that has focus is always here. */

import { NEAR } from "./paint.js";
import { filled, percent } from "./words.js";

export class Cards {
  constructor(map, layer, template) {
    Object.assign(this, { map, layer, live: new Map(), pool: [] });
    this.proto = template.content.querySelector(".mc");
  }

  of(node) { return this.live.get(node?.id); }

  /** Mount what the screen needs, at most `budget` new ones; says how many are still missing. */
  fill(budget) {
    const { map, live } = this, { nodes, roots } = map.graph, near = map.camera.k >= NEAR;
    const wanted = near ? map.camera.inside(160) : () => false, held = map.at || roots[0];
    for (const [id, card] of live) if (card.node !== held && !wanted(card.node)) this.drop(id, card);
    let missing = 0;
    for (const node of near ? nodes : []) {
      if (!wanted(node) || live.has(node.id)) continue;
      if (budget-- > 0) this.mount(node); else missing++;
    }
    if (held?.shown && !live.has(held.id)) this.mount(held);
    this.move();
    return missing;
  }

  drop(id, card) {
    this.live.delete(id);
    card.hidden = true;
    card.role = null;
    card.tabIndex = -1;
    this.pool.push(card);
  }

  /** Keep the layer on the canvas, and the words of a wide heading on the screen. */
  move() {
    const { map, layer } = this, { x, y, k, width } = map.camera;
    const at = `translate(${x}px,${y}px) scale(${k})`;
    /* On its way it is not written anew at each scale; where it rests letters are sharp again. */
    if (this.at && this.at !== at) layer.classList.add("moving");
    layer.style.transform = this.at = at;
    layer.classList.toggle("far", k < NEAR);
    for (const card of this.live.values()) {
      const { node } = card, left = map.painter.onScreen(node) - node.x;
      const right = node.w < 700 ? 0 : Math.max(0, node.x + node.w - Math.max((width - x) / k, node.x + left + 340));
      const pad = left + right ? `7px ${14 + right}px 5px ${14 + left}px` : "";
      if (card.pad !== pad) card.style.padding = card.pad = pad;
    }
  }

  mount(node) {
    const card = this.pool.pop() || this.layer.appendChild(this.proto.cloneNode(true));
    this.live.set(node.id, card);
    card.node = node;
    card.hidden = false;
    this.dress(card);
  }

  /** Where the card stands and what it says; also after a change, without a new card. */
  dress(card) {
    if (!card) return;
    const { map } = this, { node } = card, { words } = map, part = name => card.querySelector(`.mc-${name}`);
    const open = map.open(node) && node.count > 0, more = node.count + node.more, value = map.value(node);
    card.style.transform = `translate(${node.x}px,${node.y}px)`;
    card.style.width = node.w + "px";
    card.className = ["mc h-" + node.health, map.big(node) && "big", node.state && "loose", map.weak(node) && (map.lit ? "dim" : "context")].filter(Boolean).join(" ");
    part("who").className = `mc-who avatar s a-${node.owner?.[2]}`;
    const ups = node.links.filter(l => l.from === node).length, said = {
      id: node.id, unit: [node.state && words.state[node.state], node.unit].filter(Boolean).join(" · "), title: node.title,
      who: node.owner?.[1], owner: node.owner?.[0], ups: ups && filled(words.ups, ups), amount: map.amount(node),
      percent: percent(value), more: more && (open ? "−" : `+${more}`),
    };
    for (const name in said) { part(name).textContent = said[name]; part(name).hidden = !said[name]; }
    part("kind").replaceChildren(map.icons.kind[node.kind].cloneNode(true));
    part("health").replaceChildren(map.icons.health[node.health].cloneNode(true), words.health[node.health]);
    part("late").hidden = !node.late;
    const [bar, mark] = part("bar").children;
    bar.style.transform = `scaleX(${(value || 0) / 1e9})`;
    mark.hidden = node.expected === null;
    mark.style.left = `${node.expected / 1e7}%`;
    part("strip").hidden = open || !node.count;
    [...part("strip").children].forEach((s, h) => { s.style.flexGrow = node.below[h]; });

    const brothers = node.up ? node.up.kids : map.graph.roots;
    card.dataset.id = node.id;
    Object.assign(card, {
      role: "treeitem", ariaLevel: node.depth + 1, ariaSetSize: brothers.length, ariaPosInSet: brothers.indexOf(node) + 1,
      ariaSelected: node === map.at, ariaExpanded: more ? open : null, tabIndex: node === (map.at || map.graph.roots[0]) ? 0 : -1,
    });
  }

  /** After the layout, the light or the numbers have changed. */
  refresh() {
    for (const [id, card] of this.live) if (card.node.shown) this.dress(card); else this.drop(id, card);
  }
}
