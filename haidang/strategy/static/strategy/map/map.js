/* The strategy map: what it knows and what can be done with it; the rest hangs on this. */

import { decode, untangle } from "./graph.js";
import { arrange, CARD } from "./layout.js";
import { Camera, still } from "./camera.js";
import { FAR, NEAR, Painter } from "./paint.js";
import { Cards } from "./cards.js";
import { Minimap } from "./minimap.js";
import { percent } from "./words.js";
import { walkTree } from "./tree.js";
import { searchMap } from "./search.js";
import { followChanges } from "./live.js";
import { readPlace, writePlace } from "./place.js";

const $ = id => document.getElementById(id), MOVE = 900;

class StrategyMap {
  constructor(box) {
    const parts = $("map-parts"), icons = name => [...parts.content.querySelectorAll(`[data-icons=${name}] svg`)];
    Object.assign(this, {
      box, layer: $("map-layer"), panel: $("map-panel"), tip: $("map-tip"), stand: $("map-stand"), bands: $("map-bands"),
      words: JSON.parse($("map-words").textContent), icons: { health: icons("health"), kind: icons("kind") },
      at: -1, hot: -1, ring: -1, lit: null, pulses: new Map(), moves: new Map(), toggled: new Set(), depth: 99,
    });
    this.open = i => {
      const node = this.graph.nodes[i];
      return node.depth < this.depth !== this.toggled.has(node.id);
    };
    this.camera = new Camera(box, {
      changed: () => this.paint(), settled: () => this.settle(), inset: () => this.inset(),
      tap: (x, y, e) => this.tap(x, y, e), hover: (x, y) => this.hover(x, y),
    });
    this.painter = new Painter(this, $("map-canvas"), $("map-over"));
    this.cards = new Cards(this, this.layer, parts);
    this.minimap = new Minimap(this, $("map-mini"));
    this.take(JSON.parse($("map-data").textContent));
    this.start();
  }

  take(data) {
    this.graph = decode(data);
    untangle(this.graph);
    this.cap = data.hidden;
  }

  start() {
    const from = readPlace();
    this.depth = from.depth;
    this.toggled = new Set(from.toggled);
    this.measure();
    this.painter.dress();
    this.lengths = [...this.bands.children].map(band => band.offsetHeight + 8);
    this.arrange();
    const { byId, nodes } = this.graph, near = nodes[byId.get(from.near)];
    if (from.at && byId.has(from.at)) { this.at = byId.get(from.at); this.unfold(this.at); this.arrange(); }
    if (near?.shown && from.k) {
      this.centre(near.x + from.dx, near.y + from.dy, from.k);
    } else if (this.at >= 0) this.camera.reveal(nodes[this.at], .8, false);
    else this.camera.set(...this.opening());
    if (this.at >= 0 && from.focus) this.light(true);
    if (this.at >= 0) { this.hot = this.ring = this.at; this.show(this.at); }
    this.paint();
    this.minimap.print();
    this.watch();
    walkTree(this);
    searchMap(this, $("map-search"), $("map-hits"));
    followChanges(this);
    this.box.dataset.ready = "";
  }

  /** The whole if it can be read or is large; on a small screen its upper part. */
  opening() {
    const [x, y, k] = this.camera.fit();
    if (this.camera.width > 700 || k > .22) return [x, y, k];
    const head = this.graph.nodes[this.graph.roots[0]];
    return head ? [this.camera.width / 2 - (head.x + head.w / 2) * .34, this.inset().top + 16, .34] : [x, y, k];
  }

  inset() {
    const side = this.panel.hidden ? 0 : this.panel.offsetWidth + 12;
    const phone = this.camera.width < 700;
    return { left: phone ? 0 : 26, top: phone ? 60 : 52, right: phone ? 0 : side, bottom: phone && side ? this.panel.offsetHeight : 0 };
  }

  measure() {
    this.camera.measure();
    this.wide = this.camera.width > 700;
    this.painter.resize();
  }

  arrange() {
    this.layout = arrange(this.graph, this.open, { before: this.layout });
    this.camera.world = this.layout;
    this.tops = new Set(this.layout.blocks.map(b => b.top));
  }

  /** Whether a goal is a heading: an ultimate goal, a pillar, a company goal. */
  big(node) { return node.kind < 2 || this.tops.has(node.i); }

  value(node) {
    const move = this.moves.get(node.i);
    if (!move) return node.progress;
    const t = Math.min(1, (performance.now() - move.start) / MOVE);
    return move.from + (move.to - move.from) * (1 - (1 - t) ** 3);
  }

  move(node, to) {
    if (node.progress === to) return;
    if (!still.matches && to !== null) this.moves.set(node.i, { from: this.value(node) || 0, to, start: performance.now() });
    node.progress = to;
  }

  paint() {
    this.cards.fill(this.cards.live.size ? 2 : 24);
    this.painter.draw();
    this.minimap.draw();
    this.crumb();
    this.ruler();
    this.hint();
    if ((this.pulses.size || this.moves.size) && !document.hidden) this.pulse();
  }

  repaint() {
    this.ring = this.layer.contains(document.activeElement) || !this.panel.hidden ? this.at : -1;
    this.hot = this.pointed ?? (this.ring >= 0 ? this.at : -1);
    this.camera.set(this.camera.x, this.camera.y);
  }

  pulse() {
    const now = performance.now();
    for (const [i, move] of this.moves) {
      if (now - move.start > MOVE) this.moves.delete(i);
      if (this.cards.live.has(i)) this.cards.dress(i);
    }
    if (this.pulses.size || this.moves.size) this.camera.set(this.camera.x, this.camera.y);
  }

  settle() {
    if (this.cards.fill(12)) { this.painter.draw(); this.settling = setTimeout(() => this.settle(), 16); return; }
    this.painter.draw();
    if (this.began) writePlace(this);
    this.began = true;
  }

  /** Where in the strategy the middle of the screen is. */
  crumb() {
    const { camera: { x, y, k, width, height }, layout, graph: { nodes } } = this;
    const cx = (width / 2 - x) / k, cy = (height / 2 - y) / k, over = o => cx >= o.x - 20 && cx <= o.x + o.w + 20 && cy >= o.y && cy <= o.y + o.h;
    const area = k >= FAR && layout.regions.find(over), block = area && layout.blocks.find(b => b.region === area && over(b));
    const names = [];
    if (area?.top >= 0 && nodes[area.top].y * k + y < 0) names.push(nodes[area.top].title);
    if (block && nodes[block.top].y * k + y < 0) names.push(nodes[block.top].title);
    const text = names.join(" › ");
    if (this.stand.textContent !== text) this.stand.textContent = text;
    this.stand.hidden = !text;
  }

  /** At the left edge: which lane is which. */
  ruler() {
    const { layout: { lanes, height }, camera: { y, k } } = this, bands = this.bands.children;
    this.bands.hidden = !this.wide || !lanes.length;
    if (this.bands.hidden) return;
    for (let i = 0; i < bands.length; i++) {
      const from = lanes[i] * k + y, to = (lanes[i + 1] ?? height) * k + y;
      const seen = Math.min(to, this.camera.height) - Math.max(from, 0);
      bands[i].hidden = seen < 20;
      bands[i].style.transform = `translateY(${Math.max(from, 0)}px)`;
      bands[i].style.height = seen + "px";
      bands[i].firstChild.hidden = seen < this.lengths[i];
    }
  }

  hit(sx, sy) {
    const { x, y, k } = this.camera, wx = (sx - x) / k, wy = (sy - y) / k;
    let found = -1;
    for (const n of this.graph.nodes) {
      if (n.shown && wx >= n.x - 4 && wx <= n.x + n.w && wy >= n.y && wy <= n.y + n.h) found = n.i;
    }
    /* The button that folds sits on the lower edge of a card. */
    if (k >= FAR) for (const n of this.graph.nodes) {
      if (n.shown && (n.count || n.more) && Math.abs(wy - n.y - n.h) < Math.max(12, 14 / k) && wx >= n.x && wx <= n.x + Math.max(64, 44 / k)) return { node: n.i, fold: true };
    }
    return { node: found, fold: false };
  }

  tap(sx, sy, e) {
    const { node, fold } = this.hit(sx, sy);
    if (fold) { this.toggle(node); return; }
    if (node < 0) { this.hide(); if (this.lit) this.light(false); return; }
    const n = this.graph.nodes[node], k = this.camera.k;
    if (k < FAR && e.detail < 2) {
      /* From far away a tap goes nearer first: to the area, then to the goal. */
      const block = this.layout.blocks.find(b => b.top === node || b.rows.includes(node));
      if (block) {
        const fit = Math.min((this.camera.width - 80) / block.w, (this.camera.height - 80) / block.h);
        this.camera.reveal(block, Math.max(.45, Math.min(.8, fit)));
        this.at = node;
        return;
      }
      this.camera.reveal(n, .7);
    }
    this.select(node, { focus: true, reveal: false });
    this.show(node);
  }

  hover(sx, sy) {
    const i = sx < 0 ? -1 : this.hit(sx, sy).node, now = i < 0 ? undefined : i;
    this.box.style.cursor = i < 0 ? "" : "pointer";
    if (this.pointed === now) return;
    this.pointed = now;
    this.repaint();
  }

  /** The whole title of what is pointed at or has focus, where the card cannot show it. */
  hint() {
    const { x, y, k, width } = this.camera, i = this.pointed ?? (this.layer.contains(document.activeElement) ? this.at : -1);
    const n = this.graph.nodes[i], { tip } = this;
    tip.hidden = !n?.shown || k >= NEAR || this.camera.pointers.size > 0;
    if (tip.hidden) return;
    if (tip.dataset.i !== String(i) || this.moves.has(i)) {
      tip.dataset.i = i;
      tip.className = `h-${n.health}`;
      const [title, facts] = tip.children;
      title.textContent = n.title;
      facts.replaceChildren(this.icons.health[n.health].cloneNode(true), [`${this.words.health[n.health]} ${percent(this.value(n))}`, n.amount, n.id, n.owner?.[0], n.unit].filter(Boolean).join(" · "));
    }
    const w = Math.min(320, width - 24), left = Math.max(12, Math.min(width - w - 12, (n.x + n.w / 2) * k + x - w / 2));
    const above = n.y * k + y - 10, below = (n.y + n.h) * k + y + 10;
    tip.style.width = w + "px";
    tip.style.transform = above > 110 ? `translate(${left}px,${above}px) translateY(-100%)` : `translate(${left}px,${below}px)`;
  }

  select(i, { focus = false, reveal = true, k } = {}) {
    const before = this.at, node = this.graph.nodes[i];
    this.at = i;
    if (!node.shown) return;
    if (reveal) this.camera.reveal(node, k || this.camera.k);
    if (this.lit && before !== i) this.light(true);
    this.cards.fill(1);
    for (const j of [before, i]) if (this.cards.live.has(j)) this.cards.dress(j);
    if (focus) this.cards.live.get(i)?.focus({ preventScroll: true });
    if (!this.panel.hidden && before !== i) this.show(i);
    this.repaint();
  }

  /** Fold or unfold; the card stays where it is on the screen. */
  toggle(i) {
    const node = this.graph.nodes[i], { camera } = this;
    if (!node.count) {
      if (node.more) location.assign(this.address("root", node.id, this.box.dataset.page));
      return;
    }
    this.toggled[this.toggled.has(node.id) ? "delete" : "add"](node.id);
    this.keep(node, () => this.arrange());
    if (node.more && this.open(i)) camera.set(camera.x, camera.y);
  }

  spread(node) {
    const brothers = node.up < 0 ? this.graph.roots : this.graph.nodes[node.up].kids;
    for (const i of brothers) if (!this.open(i)) this.toggled[this.toggled.has(this.graph.nodes[i].id) ? "delete" : "add"](this.graph.nodes[i].id);
    this.keep(node, () => this.arrange());
  }

  levels(depth) {
    const node = this.graph.nodes[this.at];
    this.depth = depth;
    this.toggled.clear();
    this.layout = null;
    this.keep(node?.shown ? node : null, () => this.arrange());
    if (this.at >= 0 && !this.graph.nodes[this.at].shown) {
      while (this.at >= 0 && !this.graph.nodes[this.at].shown) this.at = this.graph.nodes[this.at].up;
    }
    this.camera.set(...this.camera.fit());
  }

  keep(node, change) {
    const { camera } = this, sx = node ? node.x * camera.k + camera.x : 0, sy = node ? node.y * camera.k + camera.y : 0;
    change();
    if (node?.shown) camera.set(sx - node.x * camera.k, sy - node.y * camera.k);
    this.cards.refresh();
    this.minimap.print();
    this.repaint();
  }

  unfold(i) {
    let changed = false;
    for (let up = this.graph.nodes[this.graph.nodes[i].up]; up; up = this.graph.nodes[up.up]) {
      if (this.open(up.i)) continue;
      changed = true;
      this.toggled[this.toggled.has(up.id) ? "delete" : "add"](up.id);
    }
    if (changed && this.layout) { this.arrange(); this.cards.refresh(); this.minimap.print(); }
  }

  /** Focus mode: ancestors, self, children and linked goals; the rest is dimmed. */
  light(on) {
    const { nodes } = this.graph, node = nodes[this.at];
    this.lit = null;
    if (on && node) {
      this.lit = new Set([node.i, ...node.kids]);
      const rise = i => { for (; i >= 0; i = nodes[i].up) this.lit.add(i); };
      rise(node.i);
      for (const l of node.links) if (l.from === node.i) rise(l.to); else this.lit.add(l.from);
    }
    $("map-focus").setAttribute("aria-pressed", String(!!this.lit));
    this.cards.refresh();
    this.minimap.print();
    this.repaint();
  }

  async show(i, { focus = false } = {}) {
    const { panel } = this, { id } = this.graph.nodes[i], body = panel.lastElementChild;
    const before = panel.hidden;
    panel.hidden = false;
    panel.dataset.id = id;
    if (before) this.camera.reveal(this.graph.nodes[i]);
    this.repaint();
    const answer = await fetch(this.box.dataset.panel.replace("ID", id), { headers: { "X-Requested-With": "fetch" } });
    if (panel.dataset.id !== id || panel.hidden) return;
    if (answer.ok) body.innerHTML = await answer.text();
    else body.textContent = this.words.gone;
    document.dispatchEvent(new CustomEvent("haidang:inserted", { detail: { element: body } }));
    if (focus) panel.querySelector("h2")?.focus();
  }

  hide() {
    const inside = this.panel.contains(document.activeElement);
    this.panel.hidden = true;
    if (inside) this.cards.live.get(this.at)?.focus({ preventScroll: true });
    this.repaint();
  }

  /** The address of the data of this view with one more condition. */
  address(name, value, base = this.box.dataset.data) {
    const query = new URLSearchParams(location.search);
    query.set(name, value);
    return `${base}?${query}`;
  }

  async reload() {
    const answer = await fetch(this.box.dataset.data + location.search, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { nodes } = this.graph, at = nodes[this.at]?.id, { camera } = this, before = new Map(nodes.map(n => [n.id, n]));
    const middle = [(camera.width / 2 - camera.x) / camera.k, (camera.height / 2 - camera.y) / camera.k];
    const anchor = nodes[this.at]?.shown ? nodes[this.at] : nodes.reduce((a, b) => b.shown && Math.hypot(b.x - middle[0], b.y - middle[1]) < Math.hypot(a.x - middle[0], a.y - middle[1]) ? b : a);
    const kept = [...this.cards.live].map(([i, card]) => [nodes[i].id, card]), had = this.layer.contains(document.activeElement);
    this.take(await answer.json());
    const { byId } = this.graph;
    this.at = byId.get(at) ?? -1;
    this.pointed = undefined; this.hot = -1; this.lit = null;
    this.moves.clear(); this.pulses.clear();
    /* Cards follow their goals, so that focus stays on the one that had it. */
    this.cards.live = new Map();
    for (const [id, card] of kept) {
      if (byId.has(id)) { this.cards.live.set(byId.get(id), card); card.dataset.i = byId.get(id); } else { card.hidden = true; this.cards.pool.push(card); }
    }
    this.arrange();
    const now = this.graph.nodes[byId.get(anchor.id)];
    if (now?.shown) camera.set(anchor.x * camera.k + camera.x - now.x * camera.k, anchor.y * camera.k + camera.y - now.y * camera.k);
    for (const n of this.graph.nodes) {
      const old = before.get(n.id);
      if (!old) this.pulses.set(n.i, performance.now());
    }
    this.cards.refresh();
    this.minimap.print();
    this.repaint();
    if (had && this.at >= 0) { this.cards.fill(1); this.cards.live.get(this.at)?.focus({ preventScroll: true }); }
  }

  /** Goals have new numbers: show which, and what is open beside the map. */
  afterChange(ids) {
    const now = performance.now();
    for (const id of ids) {
      const i = this.graph.byId.get(id);
      if (i === undefined) continue;
      if (!still.matches) this.pulses.set(i, now);
      if (this.cards.live.has(i)) this.cards.dress(i);
    }
    this.minimap.print();
    this.repaint();
    if (!this.panel.hidden && this.at >= 0 && ids.includes(this.graph.nodes[this.at].id)) this.show(this.at);
  }

  centre(wx, wy, k) { this.camera.set(this.camera.width / 2 - wx * k, this.camera.height / 2 - wy * k, k); }

  watch() {
    const { camera } = this, on = (id, what) => $(id)?.addEventListener("click", what);
    on("map-in", () => camera.zoom(1.35));
    on("map-out", () => camera.zoom(1 / 1.35));
    on("map-fit", () => camera.fly(...camera.fit()));
    on("map-focus", () => { if (this.at < 0) this.select(this.graph.roots[0] ?? -1); this.light(!this.lit); });
    on("map-close", () => this.hide());
    $("map-levels")?.addEventListener("change", e => this.levels(+e.target.value));
    this.panel.addEventListener("click", e => {
      const to = e.target.closest("[data-go]"), i = to && this.graph.byId.get(to.dataset.go);
      if (i === undefined || i === null || e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      this.unfold(i);
      this.select(i, { k: Math.max(camera.k, .7) });
    });
    this.panel.addEventListener("keydown", e => { if (e.key === "Escape") this.hide(); });
    new ResizeObserver(() => {
      const { width, height } = camera;
      this.measure();
      if (width === camera.width && height === camera.height) return;
      camera.set(camera.x + (camera.width - width) / 2, camera.y);
      this.paint();
      this.minimap.print();
    }).observe(this.box);
    const dress = () => { this.painter.dress(); this.paint(); this.minimap.print(); };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress);
    new MutationObserver(dress).observe(document.documentElement, { attributeFilter: ["data-theme", "class"] });
    document.fonts.ready.then(() => { this.painter.widths.clear(); this.graph.nodes.forEach(n => { n.key = 0; }); this.paint(); });
    addEventListener("beforeprint", () => this.print());
  }

  /** For paper: the same goals as nested lists. */
  print() {
    const into = $("map-paper"), { nodes, roots } = this.graph;
    const list = of => {
      const ul = document.createElement("ul");
      for (const i of of) {
        const li = document.createElement("li"), n = nodes[i];
        li.textContent = `${n.id} ${n.title}: ${percent(n.progress)}, ${this.words.health[n.health]}`;
        if (n.kids.length) li.append(list(n.kids));
        ul.append(li);
      }
      return ul;
    };
    into.replaceChildren(list(roots));
  }
}

const box = $("map-box");
if (box) globalThis.strategyMap = new StrategyMap(box);
