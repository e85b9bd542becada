/* HTML cards for what is near, taken from a pool; the card that has focus is always here. */

import { NEAR } from "./paint.js";
import { filled, percent } from "./words.js";

export class Cards {
  constructor(map, layer, template) {
    Object.assign(this, { map, layer, live: new Map(), pool: [] });
    this.proto = template.content.querySelector(".mc");
  }

  has(i) { return this.live.has(i) && !this.live.get(i).hidden; }

  /** Mount what the screen needs, at most `budget` new ones; says how many are still missing. */
  fill(budget) {
    const { map } = this, { x, y, k, width, height } = map.camera, near = k >= NEAR, m = 160 / k;
    const l = -x / k - m, t = -y / k - m, r = (width - x) / k + m, b = (height - y) / k + m;
    const wanted = node => node.shown && near && node.x < r && node.x + node.w > l && node.y < b && node.y + node.h > t;
    const { nodes } = map.graph;
    for (const [i, card] of this.live) {
      if (wanted(nodes[i])) continue;
      if (i === map.at && nodes[i].shown) continue;
      this.live.delete(i);
      card.hidden = true; card.removeAttribute("role"); card.tabIndex = -1;
      this.pool.push(card);
    }
    let missing = 0;
    if (near) for (const node of nodes) {
      if (!wanted(node) || this.live.has(node.i)) continue;
      if (budget-- > 0) this.mount(node.i); else missing++;
    }
    if (map.at >= 0 && nodes[map.at].shown && !this.live.has(map.at)) this.mount(map.at);
    this.move();
    return missing;
  }

  /** Keep the layer on the canvas, and the words of a wide heading on the screen. */
  move() {
    const { map, layer } = this, { x, y, k, width } = map.camera;
    layer.style.transform = `translate(${x}px,${y}px) scale(${k})`;
    layer.classList.toggle("far", k < NEAR);
    for (const [i, card] of this.live) {
      const node = map.graph.nodes[i];
      if (node.w < 700) continue;
      const left = map.painter.onScreen(node) - node.x, right = Math.max(0, node.x + node.w - Math.max((width - x) / k, node.x + left + 320));
      card.firstElementChild.style.padding = `0 ${right}px 0 ${left}px`;
    }
  }

  mount(i) {
    const card = this.pool.pop() || this.layer.appendChild(this.proto.cloneNode(true));
    this.live.set(i, card);
    card.hidden = false;
    card.dataset.i = i;
    this.place(i);
    this.dress(i);
    return card;
  }

  place(i) {
    const card = this.live.get(i), node = this.map.graph.nodes[i];
    card.style.transform = `translate(${node.x}px,${node.y}px)`;
    card.style.width = node.w + "px";
    if (node.w < 700) card.firstElementChild.style.padding = "";
  }

  /** What the card says; also after a change, without a new card. */
  dress(i) {
    const { map } = this, card = this.live.get(i), node = map.graph.nodes[i], { words } = map;
    const part = name => card.querySelector(`.mc-${name}`), say = (name, text) => { part(name).textContent = text; };
    const open = map.open(i), more = node.count + node.more, value = map.value(node), dim = map.lit && !map.lit.has(i);
    card.className = `mc h-${node.health}${map.big(node) ? " big" : ""}${node.state ? " loose" : ""}${dim ? " dim" : node.context ? " context" : ""}`;
    say("id", node.id); say("unit", node.unit); say("title", node.title); say("who", node.owner ? node.owner[1] : "");
    part("who").hidden = !node.owner;
    if (node.owner) part("who").className = `mc-who avatar s a-${node.owner[2]}`;
    const ups = node.links.filter(l => l.from === i).length;
    say("ups", ups ? filled(words.ups, ups) : "");
    part("kind").replaceChildren(map.icons.kind[node.kind].cloneNode(true));
    part("health").replaceChildren(map.icons.health[node.health].cloneNode(true), node.state ? words.state[node.state] : words.health[node.health]);
    part("late").hidden = !node.outdated;
    say("amount", node.amount); say("percent", percent(value));
    part("bar").firstElementChild.style.transform = `scaleX(${(value || 0) / 1e9})`;
    const mark = part("bar").lastElementChild;
    mark.hidden = node.expected === null;
    mark.style.left = `${(node.expected || 0) / 1e7}%`;
    part("strip").hidden = open || !node.count;
    if (!open && node.count) [...part("strip").children].forEach((s, h) => { s.style.flexGrow = node.below[h]; });
    part("more").hidden = !more;
    say("more", !more ? "" : open && node.count ? "−" : `+${more}`);
    this.describe(card, node, open, more);
  }

  describe(card, node, open, more) {
    const { map } = this, { words, graph } = map, brothers = node.up < 0 ? graph.roots : graph.nodes[node.up].kids;
    const set = (name, value) => value === null ? card.removeAttribute(name) : card.setAttribute(name, value);
    set("role", "treeitem");
    set("aria-level", node.depth + 1);
    set("aria-setsize", brothers.length);
    set("aria-posinset", brothers.indexOf(node.i) + 1);
    set("aria-expanded", more ? String(open && node.count > 0) : null);
    set("aria-selected", String(node.i === map.at));
    set("aria-label", [node.id, node.title, words.kind[node.kind], percent(map.value(node)), words.health[node.health],
      node.outdated && words.outdated, node.amount, node.owner?.[0], node.unit].filter(Boolean).join(", "));
    card.tabIndex = node.i === (map.at < 0 ? graph.roots[0] : map.at) ? 0 : -1;
  }

  /** After the layout or a filter of light has changed. */
  refresh() {
    for (const [i] of this.live) if (this.map.graph.nodes[i].shown) { this.place(i); this.dress(i); }
  }
}
