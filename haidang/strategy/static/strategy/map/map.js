/* The strategy map: what it knows and what can be done with it; the rest hangs on this. */

import { decode, folded, untangle } from "./graph.js";
import { arrange } from "./layout.js";
import { Camera } from "./camera.js";
import { FAMILY, FAR, NEAR, Painter } from "./paint.js";
import { Cards } from "./cards.js";
import { Minimap } from "./minimap.js";
import { $, Sight } from "./sight.js";
import { walkTree } from "./tree.js";
import { readPlace, writePlace } from "./place.js";
import { followChanges } from "./live.js";
import { filled, percent } from "./words.js";

/* ms in which a number moves to its new value */
const MOVE = 900;

class StrategyMap {
  constructor(box) {
    const parts = $("map-parts"), icons = name => [...parts.content.querySelectorAll(`[data-icons=${name}] svg`)];
    Object.assign(this, {
      box, layer: $("map-layer"), panel: $("map-panel"), words: JSON.parse($("map-words").textContent),
      icons: { health: icons("health"), kind: icons("kind") }, pulses: new Map(), moves: new Map(), drafts: {},
      open: node => node.depth < this.depth !== this.toggled.has(node.id), folded, percent,
    });
    this.camera = new Camera(box, {
      changed: () => this.paint(), settled: () => this.settle(), inset: () => this.inset(),
      tap: (x, y, e) => this.tap(x, y, e), hover: (x, y) => this.hover(x, y),
    });
    this.painter = new Painter(this, $("map-canvas"), $("map-over"));
    this.cards = new Cards(this, this.layer, parts);
    this.minimap = new Minimap(this, $("map-mini"));
    this.sight = new Sight(this);
    this.resize();
    this.painter.dress();
  }

  /** With the goals, which come after the rest of the page. */
  start(data) {
    this.take(data);
    this.begin(readPlace());
    this.watch();
    walkTree(this);
    followChanges(this);
    this.camera.now();
    this.box.inert = false;
    this.box.dataset.ready = "";
  }

  take(data) {
    this.graph = decode(data);
    untangle(this.graph);
  }

  /** The first view: that of the address, else the whole. */
  begin(from) {
    const { camera, graph: { byId } } = this, near = byId.get(from.near);
    this.depth = from.depth;
    this.toggled = new Set(from.toggled.filter(id => byId.has(id)));
    this.arrange();
    this.at = byId.get(from.at);
    if (this.at) this.unfold(this.at);
    if (near?.shown && from.k) camera.centre(near.x + from.dx, near.y + from.dy, from.k);
    else if (this.at) camera.reveal(this.at, .8, false);
    else camera.set(...this.opening());
    if (this.at && (from.panel || !from.k)) this.show(this.at, false, !from.k);
    if (from.focus) this.light(true);
    if (this.units = from.units) this.more();
    this.redraw();
  }

  /** The whole; on a small screen, where nothing could be read then, its upper part. */
  opening() {
    const { camera, graph: { roots: [head] } } = this, [x, y, k] = camera.fit();
    if (camera.width > 700 || k > FAR || !head) return [x, y, k];
    return [camera.width / 2 - (head.x + head.w / 2) * .34, camera.free()[1], .34];
  }

  /** How far tools and panel reach into the screen: left, top, right, bottom. */
  inset() {
    const { panel, camera } = this, phone = camera.width < 700, side = !panel.hidden;
    return phone ? [0, 56, 0, side ? panel.offsetHeight : 0] : [26, 48, side ? panel.offsetWidth + 12 : 0, 0];
  }

  resize() {
    this.camera.measure();
    this.minimap.measure();
    this.painter.resize();
  }

  arrange() {
    this.layout = this.camera.world = arrange(this.graph, this.open, this.layout, this.words.area);
    const { heads, regions, blocks } = this.layout;
    this.tops = new Map([...heads.map(n => [n, 0]), ...regions.map(r => [r.sign, 1]), ...blocks.map(b => [b.top, 2])]);
  }

  /** Whether a goal is a heading: an ultimate goal, a pillar, a company goal. */
  big(node) { return this.tops.has(node); }

  /** Where a goal is seen: from far, a heading with its name. */
  seen(node) { return this.camera.k < FAR && node.plate || node; }

  /** Whether a goal stands back: beside what is in focus, or here only for its place. */
  weak(node) { return this.lit ? !this.lit.has(node) : node.context; }

  /** The number to show now, on its way from the old one to the new one. */
  value(node) {
    const move = this.moves.get(node);
    if (!move) return node.progress;
    const t = Math.min(1, (performance.now() - move.start) / MOVE);
    return move.from + (node.progress - move.from) * (1 - (1 - t) ** 3);
  }

  amount(node) {
    return node.amount || (node.measured < node.terms ? filled(this.words.covered, node.measured, node.terms) : "");
  }

  paint() {
    const { cards, camera, moves, pulses } = this;
    /* Of the first picture from far no card is seen: the one that the keyboard begins at comes
       when the hand rests. */
    if (this.began || camera.k >= NEAR) cards.fill(cards.live.size > 1 ? 2 : 24);
    this.painter.draw();
    this.minimap.draw();
    this.sight.draw();
    for (const [node, { start }] of moves) {
      if (performance.now() - start > MOVE) moves.delete(node);
      cards.dress(cards.of(node));
    }
    if (moves.size + pulses.size) camera.set(camera.x, camera.y);
  }

  /** Paint again where one is. */
  repaint() {
    const held = this.lit || this.layer.contains(document.activeElement) || !this.panel.hidden;
    this.ring = held ? this.at : null;
    this.hot = this.pointed || this.ring;
    this.camera.set(this.camera.x, this.camera.y);
  }

  redraw() {
    this.cards.refresh();
    this.minimap.stale = true;
    this.repaint();
  }

  /** The hand rests: all cards that are near, a few in a frame. */
  settle() {
    const missing = this.cards.fill(12);
    this.layer.classList.remove("moving");
    this.painter.draw();
    if (missing) { setTimeout(() => this.settle(), 16); return; }
    if (this.began) writePlace(this);
    this.began = true;
  }

  /** The goal at a point of the screen, or the one whose fold button is there. */
  hit(sx, sy) {
    const { x, y, k } = this.camera, wx = (sx - x) / k, wy = (sy - y) / k, reach = Math.max(12, 15 / k);
    const { nodes } = this.graph;
    const fold = k < FAR ? null : nodes.find(n => n.shown && n.count + n.more && Math.abs(wy - n.y - n.h) < reach
      && wx >= n.x && wx <= n.x + Math.max(60, 44 / k));
    const at = o => wx >= o.x - 4 && wx <= o.x + o.w && wy >= o.y && wy <= o.y + o.h, shown = nodes.filter(n => n.shown);
    return [fold || shown.find(n => this.seen(n) !== n && at(n.plate)) || shown.find(at), fold];
  }

  tap(sx, sy, e) {
    const [node, fold] = this.hit(sx, sy), { camera } = this;
    if (this.drop) this.drop.open = false;
    if (fold) this.toggle(node);
    else if (!node) { this.hide(); this.light(false); }
    else if (camera.k < FAR && e.detail < 2) {
      /* From far away one goes nearer first: to the area of the goal. */
      const block = this.layout.blocks.find(b => b.top === node || b.rows.includes(node)) || node;
      const [l, t, r, b] = camera.free();
      camera.reveal(block, Math.max(.4, Math.min(.8, (r - l) / block.w, (b - t) / block.h)));
    } else {
      this.select(node, { focus: true, reveal: false });
      this.show(node);
    }
  }

  hover(sx, sy) {
    const node = sx < 0 ? null : this.hit(sx, sy)[0];
    this.box.style.cursor = node ? "pointer" : "";
    if (this.pointed === node) return;
    this.pointed = node;
    this.repaint();
  }

  /** Make a goal the one at hand. */
  select(node, { focus = false, reveal = true, k = this.camera.k } = {}) {
    const before = this.at, { cards } = this;
    if (!node.shown) return;
    this.at = node;
    if (reveal) this.camera.reveal(node, k);
    if (this.lit && before !== node) this.light(true);
    cards.fill(1);
    for (const one of [before, node]) cards.dress(cards.of(one));
    if (focus) cards.of(node).focus({ preventScroll: true });
    if (!this.panel.hidden && before !== node) this.show(node);
    this.repaint();
  }

  /** Fold or unfold; the card stays where it is on the screen. What the server kept back is
      a map of its own. */
  toggle(node) {
    if (!node.count && node.more) location.assign(this.address("root", node.id, this.box.dataset.page));
    if (!node.count) return;
    this.turn(node);
    this.keep(node, node);
  }

  turn({ id }) { if (!this.toggled.delete(id)) this.toggled.add(id); }

  /** Show so many levels. */
  levels(depth) {
    this.depth = depth;
    this.toggled.clear();
    this.layout = null;
    this.arrange();
    while (this.at && !this.at.shown) this.at = this.at.up;
    this.redraw();
    this.camera.set(...this.camera.fit());
  }

  /** Arrange anew, `now` standing on the screen where `before` stood. */
  keep(before, now) {
    const { camera } = this, sx = before && before.x * camera.k + camera.x, sy = before && before.y * camera.k + camera.y;
    this.arrange();
    if (now?.shown) camera.set(sx - now.x * camera.k, sy - now.y * camera.k);
    this.redraw();
  }

  /** Open every branch in which a goal is hidden. */
  unfold(node) {
    for (let { up } = node; up; up = up.up) if (!this.open(up)) this.turn(up);
    if (!node.shown) { this.arrange(); this.redraw(); }
  }

  /** Focus mode: ancestors, self, children and linked goals; the rest stands back. */
  light(on) {
    const { at } = this;
    this.lit = null;
    if (on && at) {
      this.lit = new Set([at, ...at.kids]);
      const rise = node => { for (; node; node = node.up) this.lit.add(node); };
      rise(at.up);
      for (const { from, to } of at.links) if (from === at) rise(to); else this.lit.add(from);
    }
    $("map-focus").ariaPressed = !!this.lit;
    this.redraw();
  }

  /** Open a goal beside the map; what is half typed there waits until its goal is opened again. */
  async show(node, focus = false, reveal = true) {
    const { panel, drafts } = this, { id } = node, old = panel.lastElementChild, first = panel.hidden;
    panel.hidden = false;
    panel.node = node;
    this.repaint();
    this.more();
    const kept = globalThis.haidang?.typed(old);
    if (kept) drafts[old.of] = old;
    let body = drafts[id];
    if (!body) {
      const answer = await fetch(this.box.dataset.panel.replace("ID", id), { headers: { "HX-Request": "true" } });
      const text = answer.ok ? await answer.text() : this.words.gone;
      if (panel.node !== node) return;
      body = kept ? old.cloneNode() : old;
      body.innerHTML = text;
      body.of = id;
      globalThis.htmx?.process(body);
    }
    delete drafts[id];
    if (body !== old) old.replaceWith(body);
    if (first && reveal) this.camera.reveal(node);
    if (focus) panel.querySelector("h2")?.focus();
  }

  hide() {
    const inside = this.panel.contains(document.activeElement);
    this.panel.hidden = true;
    this.panel.node = null;
    /* It had no size while the panel stood in its place, if the window was resized meanwhile. */
    if (!this.minimap.w) this.minimap.measure();
    if (inside) this.cards.of(this.at)?.focus({ preventScroll: true });
    this.repaint();
  }

  /** The menu that is open. */
  get drop() { return document.querySelector(".map-drop[open]"); }

  /** Escape: what is open on top is closed, then focus mode ends, then nothing is chosen. */
  back() {
    const { at, drop } = this;
    if (drop) { drop.open = false; drop.firstElementChild.focus(); }
    else if (!this.panel.hidden) this.hide();
    else if (this.lit) this.light(false);
    else if (at) {
      this.at = null;
      this.cards.of(at)?.blur();
      this.redraw();
    }
  }

  /** What is not needed to draw comes later. */
  more() {
    if (globalThis.haidang) import(this.box.dataset.more);
    else addEventListener("DOMContentLoaded", () => this.more());
  }

  /** The address of this view's data (or page) with one more condition. */
  address(name, value, base = this.box.dataset.data) {
    const query = new URLSearchParams(location.search);
    query.set(name, value);
    return `${base}?${query}`;
  }

  watch() {
    const { camera } = this, on = (id, what, name = "click") => $(id).addEventListener(name, what);
    on("map-in", () => camera.zoom(1.35));
    on("map-out", () => camera.zoom(.74));
    on("map-fit", () => camera.fly(...camera.fit()));
    on("map-close", () => this.hide());
    on("map-levels", e => this.levels(+e.target.value), "change");
    on("map-focus", () => {
      this.at ||= this.graph.roots[0];
      this.light(!this.lit);
    });
    addEventListener("keydown", e => {
      if (e.key === "Escape" && !document.querySelector("dialog[open],:popover-open:not(.toasts)")) this.back();
    });
    new ResizeObserver(() => {
      const { width, height } = camera;
      camera.measure();
      if (width === camera.width && height === camera.height) return;
      this.resize();
      camera.set(camera.x + (camera.width - width) / 2, camera.y);
      this.paint();
    }).observe(this.box);
    for (const name of ["pointerover", "focusin"]) on("map", () => this.more(), name);
    const dress = () => { this.painter.dress(); this.redraw(); };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress);
    new MutationObserver(dress).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    /* Letters measured before their font has come are measured again. */
    const letters = [`600 14px ${FAMILY}`, "aạ"];
    if (!document.fonts.check(...letters)) document.fonts.load(...letters).then(() => {
      this.painter.widths.clear();
      for (const node of this.graph.nodes) node.key = 0;
      this.redraw();
    });
  }
}

function begin() {
  const map = globalThis.strategyMap = new StrategyMap($("map-box")), part = (name, come) =>
    customElements.define(name, class extends HTMLElement { connectedCallback() { come(this.previousElementSibling, this); } });
  /* Stands behind the goals, which come late: drawn before anything else of the page is waited for. */
  part("x-goals", data => map.start(JSON.parse(data.textContent)));
  /* What comes later still: each to its place. */
  part("x-part", ({ content }, { dataset }) => $(dataset.to).append(content));
}

if ($("map-box")) {
  /* Colours and sizes are read from the styles, which an early script does not wait for. */
  if (document.readyState === "complete" || [...document.querySelectorAll("link[rel=stylesheet]")].every(link => link.sheet)) begin();
  else addEventListener("load", begin);
}
