/* The canvas: all of the map at any distance. Far: areas with names and tiles of colour;
   middle: cards with titles; near: what has no HTML card yet, and everything below them. */

import { CARD } from "./layout.js";
import { COUNTS, HELPS } from "./graph.js";
import { percent } from "./words.js";

export const FAR = .3, NEAR = .62, PULSE = 1400;
const COLOURS = ["bg", "card", "block", "ink", "soft", "line", "edge", "rail", "track", "accent", "waits"];
export const FAMILY = 'Inter, "Noto Sans", system-ui, sans-serif';
const MARK = new Path2D("M0 0L-9 4.5V-4.5Z");

export class Painter {
  constructor(map, canvas, over) {
    this.map = map; this.canvas = canvas; this.over = over;
    this.pen = canvas.getContext("2d", { alpha: false });
    this.top = over.getContext("2d");
    this.widths = new Map();
  }

  /** Reads colours from the page, so that CSS alone decides how it looks. */
  dress() {
    /* New elements, all at once: a colour that changes in its place may be on its way. */
    const six = name => [..."012345"].map(i => `${name}-${i}`), probes = document.createElement("i");
    const names = [...COLOURS, ...six("health"), ...six("area")];
    for (const name of names) probes.appendChild(document.createElement("i")).style.color = `var(--map-${name})`;
    this.map.box.append(probes);
    const read = [...probes.children].map(probe => getComputedStyle(probe).color);
    probes.remove();
    this.c = Object.fromEntries(names.map((name, i) => [name, read[i]]));
    Object.assign(this, { health: read.slice(-12, -6), area: read.slice(-6) });
    /* The first letter on a canvas takes its time: now, while the goals are on their way. */
    this.pick(14, 650);
    this.pen.fillText("a", 0, 0);
  }

  resize() {
    const { width, height } = this.map.camera;
    this.ratio = Math.min(2, devicePixelRatio);
    for (const c of [this.canvas, this.over]) {
      c.width = width * this.ratio; c.height = height * this.ratio;
    }
    this.clean = true;
  }

  /** Width of a text; words are measured once, since titles share most of theirs. */
  measure(text, font) {
    let known = this.widths.get(font);
    if (!known) this.widths.set(font, known = new Map());
    let width = known.get(text);
    if (width === undefined) {
      this.pen.font = font;
      known.set(text, width = this.pen.measureText(text).width);
    }
    return width;
  }

  /** At most `most` lines no wider than `width`; the last ends in … when words are left. */
  wrap(text, font, width, most) {
    const lines = [], space = this.measure(" ", font);
    let line = "", used = 0;
    for (const word of text.split(" ")) {
      const w = this.measure(word, font);
      if (line && used + space + w > width) {
        if (lines.length === most - 1) return [...lines, this.cut(line, font, width)];
        lines.push(line); line = word; used = w;
      } else { used += (line ? space : 0) + w; line += (line ? " " : "") + word; }
    }
    return [...lines, used > width ? this.cut(line, font, width) : line];
  }

  cut(line, font, width) {
    while (line && this.measure(line, font) + this.measure("…", font) > width) line = line.slice(0, line.lastIndexOf(" "));
    return line.trimEnd() + "…";
  }

  draw() {
    const { map, pen: g, ratio, c } = this, { camera, layout, graph } = map, { x, y, k, width, height } = camera;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.globalAlpha = 1;
    g.fillStyle = c.bg;
    g.fillRect(0, 0, width, height);
    g.setTransform(ratio * k, 0, 0, ratio * k, ratio * x, ratio * y);
    const inside = camera.inside();
    this.grounds(layout, inside, k);
    const seen = graph.nodes.filter(inside);
    if (k >= FAR) {
      this.rails(seen, k);
      this.links(g, graph.links, k, .3);
    }
    for (const weak of [true, false]) {
      const some = seen.filter(n => map.weak(n) === weak && (k < NEAR || !map.cards.of(n)));
      g.globalAlpha = weak ? map.lit ? .16 : .5 : 1;
      if (!some.length) continue;
      if (k < FAR) this.tiles(some); else this.papers(some, k);
    }
    g.globalAlpha = 1;
    if (k < FAR) this.names(inside, k);
    this.above(k, inside);
  }

  /** Areas of pillars, panels of company goals, and what joins them to the ultimate goal. */
  grounds({ regions, blocks }, inside, k) {
    const { pen: g, c } = this;
    for (const r of regions) {
      if (!inside(r)) continue;
      g.fillStyle = this.area[r.hue];
      g.beginPath(); g.roundRect(r.x, r.y, r.w, r.h, 22); g.fill();
      if (!r.top && k >= FAR) {
        g.fillStyle = c.soft;
        this.wrap(r.sign.title, this.pick(24), r.w - 48, 2).forEach((line, i) => g.fillText(line, r.x + 24, r.sign.y + 46 + i * 34));
      }
    }
    g.strokeStyle = c.edge; g.lineWidth = Math.max(1.5, 1.2 / k);
    g.beginPath();
    for (const r of regions) {
      const { head } = r;
      if (!head?.shown) continue;
      const x1 = head.x + head.w / 2, y1 = head.y + head.h, x2 = r.x + r.w / 2, mid = (y1 + r.y) / 2, turn = Math.min(14, Math.abs(x2 - x1) / 2);
      g.moveTo(x1, y1); g.arcTo(x1, mid, x2, mid, turn); g.arcTo(x2, mid, x2, r.y, turn); g.lineTo(x2, r.y);
    }
    g.stroke();
    g.fillStyle = c.block;
    g.beginPath();
    for (const b of blocks) if (inside(b)) g.roundRect(b.x - 9, b.y - 9, b.w + 18, b.h + 6, 16);
    g.fill();
  }

  /** Set the font and say its name. */
  pick(size, weight = 600) { return this.pen.font = `${weight} ${size}px ${FAMILY}`; }

  /** The rails by which an indented card hangs on the one above it. */
  rails(seen, k) {
    const { pen: g, c, map: { lit } } = this;
    g.strokeStyle = c.rail; g.lineWidth = Math.max(1.5, 1 / k);
    g.beginPath();
    for (const n of seen) {
      const { indent, x, y, up, columnTop } = n;
      if (!indent || lit && !lit.has(n)) continue;
      const same = up.columnTop === columnTop && up.x < x && up.x > x - 40, left = x - 8;
      g.moveTo(left, same ? up.y + CARD : columnTop - 8); g.lineTo(left, y + 46); g.arcTo(left, y + 52, x, y + 52, 6); g.lineTo(x, y + 52);
    }
    g.stroke();
  }

  /** Links beside the tree. What counts is a line with an arrow, help is dashed with a ring,
      waiting is dotted in its own colour. */
  links(g, links, k, alpha) {
    const { c, map: { lit } } = this, s = Math.max(1, .7 / k);
    g.globalAlpha = alpha;
    for (const { from: a, to: b, does } of links) {
      if (!a.shown || !b.shown || lit && !(lit.has(a) && lit.has(b))) continue;
      const right = b.x >= a.x + a.w, left = b.x + b.w <= a.x;
      const side = left ? -1 : 1, x1 = a.x + (side > 0 ? a.w : 0), y1 = a.y + a.h / 2;
      const enter = right ? -1 : 1, x2 = b.x + (enter > 0 ? b.w : 0), y2 = b.y + b.h / 2;
      const bend = side === enter ? 70 : Math.max(40, Math.abs(x2 - x1) / 2);
      g.strokeStyle = g.fillStyle = does === COUNTS ? c.accent : does === HELPS ? c.soft : c.waits;
      g.lineWidth = (does === COUNTS ? 2 : 1.8) * s;
      g.setLineDash(does === COUNTS ? [] : does === HELPS ? [8 * s, 6 * s] : [2 * s, 4 * s]);
      g.beginPath(); g.moveTo(x1, y1); g.bezierCurveTo(x1 + side * bend, y1, x2 + enter * bend, y2, x2 + enter * 10 * s, y2); g.stroke();
      g.setLineDash([]);
      g.save();
      g.translate(x2 + enter * 2 * s, y2); g.scale(-enter * s, s);
      if (does === HELPS) { g.lineWidth = 2; g.beginPath(); g.arc(-5, 0, 4.5, 0, 7); g.fillStyle = c.bg; g.fill(); g.stroke(); }
      else g.fill(MARK);
      g.restore();
    }
    g.globalAlpha = 1;
  }

  /** Far: even tiles, light where there is way to go and full as far as it has come. */
  tiles(seen) {
    const { pen: g, c } = this, base = g.globalAlpha;
    for (let h = 0; h < this.health.length; h++) {
      g.fillStyle = this.health[h];
      const list = seen.filter(n => n.health === h);
      g.globalAlpha = base * .38;
      g.beginPath();
      for (const n of list) g.rect(n.x - n.indent, n.y, n.w + n.indent, n.h);
      g.fill();
      g.globalAlpha = base;
      g.beginPath();
      for (const n of list) if (n.progress) g.rect(n.x - n.indent, n.y, (n.w + n.indent) * n.progress / 1e9, n.h);
      g.fill();
      if (h < 2) {
        g.strokeStyle = c.rail; g.lineWidth = 6;
        g.beginPath();
        for (const n of list) g.rect(n.x - n.indent + 3, n.y + 3, n.w + n.indent - 6, n.h - 6);
        g.stroke();
      }
    }
  }

  /** Where the words of a heading begin: a wide one keeps them on the screen. */
  onScreen(n) {
    const { x, k } = this.map.camera;
    return n.w < 700 ? n.x : Math.max(n.x, Math.min((26 - x) / k, n.x + n.w - 340));
  }

  /** Far: names over the tiles of headings, filled as far as they have come: pillars large,
      company goals small. A plate is no higher than the room that the layout leaves; where too
      little of a name would fit there is none. What is wider than its tile is kept, for the
      hand and the rings, as `plate`. */
  names(inside, k) {
    const { pen: g, map, c, ratio } = this, { x, y, width } = map.camera, room = CARD * k;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.textBaseline = "middle";
    for (const [o, level] of map.tops) {
      o.plate = 0;
      const w = Math.max(o.w * k, level ? 0 : Math.min(420, width - 60, o.room * k)), size = 14 - level - (level > 1), line = size + 2;
      if (!inside(o) || w < 44) continue;
      const font = this.pick(size, 650), tail = o.id && (level < 2 || w > 150) ? percent(map.value(o), +(w > 120)) : "", end = tail && this.measure(tail, font) + 9;
      const most = Math.min(2, (room + k * [999, o.air, 34][level] + 2) / line | 0), lines = most ? this.wrap(o.title, font, w - 13 - end, most) : [];
      if (lines.join(" ").length < o.title.length * .6) continue;
      const h = Math.max(room, level === 1 ? Math.min(32, room + o.air * k) : lines.length * line + (level ? 1 : 10));
      const px = (o.x + o.w / 2) * k + x - w / 2, py = o.y * k + y - (h - room) * (level > 1 ? .75 : 1), dim = o.id && map.weak(o) ? .4 : 1;
      o.plate = { x: (px - x) / k, y: (py - y) / k, w: w / k, h: h / k };
      /* To whole pixels: nothing of the tile looks out below. */
      const high = Math.ceil(py + h) - py;
      const box = (colour, alpha, w) => { g.globalAlpha = dim * alpha; g.fillStyle = colour; g.fillRect(px, py, w, high); };
      box(c.card, 1, w);
      if (o.id) {
        box(this.health[o.health], .2, w * map.value(o) / 1e9);
        box(this.health[o.health], 1, 4);
      }
      box(c.ink, 1, 0);
      lines.forEach((text, i) => g.fillText(text, px + 9, py + h / 2 + 1 + (i - (lines.length - 1) / 2) * line));
      g.fillText(tail, px + w + 3 - end, py + h / 2 + 1);
    }
    g.globalAlpha = 1;
    g.textBaseline = "alphabetic";
  }

  /** Cards on the canvas. In the middle distance letters stay readable while the card
      shrinks; near it looks as the HTML card that takes its place when the hand rests. */
  papers(seen, k) {
    const { pen: g, c, map } = this, near = k >= NEAR, step = near ? 3 : k < .37 ? 0 : k < .48 ? 1 : 2;
    const radius = near ? 10 : 12, edge = near ? 15 : 22, bar = near ? 5 : 8, y = near ? 97 : 96, room = [92, 82, 82, 48][step];
    g.fillStyle = c.card; g.strokeStyle = c.line; g.lineWidth = 1 / Math.min(1, k);
    for (const loose of [false, true]) {
      g.setLineDash(loose ? [7, 5] : []);
      g.beginPath();
      for (const n of seen) if (n.state > 0 === loose) g.roundRect(n.x, n.y, n.w, n.h, radius);
      g.fill(); g.stroke();
    }
    g.setLineDash([]);
    /* One path and one font for many cards: far quicker than card by card. */
    const shape = (colour, list, draw) => {
      g.fillStyle = colour;
      g.beginPath();
      for (const n of list) draw(n, n.w - 2 * edge - room - n.slot);
      g.fill();
    };
    for (const n of seen) n.slot = near || !this.folded(n) ? 0 : 66;
    shape(c.track, seen, (n, w) => g.roundRect(n.x + edge + n.slot, n.y + y, w, bar, bar / 2));
    this.health.forEach((colour, h) => shape(colour, seen.filter(n => n.health === h), (n, w) => {
      g.roundRect(n.x, n.y, near ? 4 : 9, n.h, [radius, 0, 0, radius]);
      const value = map.value(n);
      if (value) g.roundRect(n.x + edge + n.slot, n.y + y, Math.max(bar, w * value / 1e9), bar, bar / 2);
    }));
    shape(c.ink, seen, (n, w) => { if (n.expected !== null) g.rect(n.x + edge + n.slot + w * n.expected / 1e9 - 1.5, n.y + y - 3, 3, bar + 6); });
    for (const big of [0, 1]) {
      const size = [24, 22, 18, 13][step] + big * (near ? 2 : 4), line = near ? 20 : [27, 26, 23][step] + big * 4;
      const font = this.pick(size);
      for (const n of seen) {
        if (+map.big(n) !== big) continue;
        const x = this.onScreen(n), width = n.x + n.w - x - 1.5 * edge, key = step * 1e5 + (width | 0);
        if (n.key !== key) { n.key = key; n.lines = this.wrap(n.title, font, width, near || big ? 2 : 3); }
        const first = n.y + (near ? 44 : (3 - n.lines.length) * line / 4 + size + 5);
        n.lines.forEach((text, j) => g.fillText(text, x + edge, first + j * line));
      }
    }
    this.pick(near ? 12 : [21, 19, 17][step]);
    g.textAlign = "right";
    for (const n of seen) g.fillText(percent(map.value(n), near ? 1 : 0), n.x + n.w - edge / 1.5, n.y + (near ? 104 : 105));
    g.textAlign = "left";
    for (const n of seen) this.fold(n, near);
  }

  /** Whether goals are hidden below a goal. */
  folded(n) { return n.more || n.count && !this.map.open(n); }

  /** What a collapsed card holds looks out from under it: a strip of healths; and a count, in
      the corner, the bar beside it. */
  fold(n, near) {
    const { pen: g, c } = this, open = n.count && this.map.open(n);
    if (!this.folded(n) && !(near && n.count)) return;
    if (!open) {
      let x = n.x + 8;
      n.below.forEach((count, h) => {
        const w = (n.w - 16) * count / n.count || 0;
        g.fillStyle = this.health[h]; g.fillRect(x, n.y + n.h + 2, w, 6);
        x += w;
      });
    }
    const text = open ? "−" : `+${n.count + n.more}`, high = near ? 20 : 26, w = this.measure(text, this.pick(near ? 11.5 : 20)) + high * .7;
    const x = n.x + (near ? 8 : 16), y = n.y + n.h - (near ? 0 : 13);
    g.fillStyle = c.card; g.strokeStyle = c.edge;
    g.beginPath(); g.roundRect(x, y - high / 2, w, high, high / 2); g.fill(); g.stroke();
    g.fillStyle = c.soft; g.fillText(text, x + high * .35, y + high * .27);
  }

  /** Over the HTML cards: links of the goal at hand, the ring of focus, pulses of change. */
  above(k, inside) {
    const { top: g, map, ratio, c } = this, { camera, hot, ring: chosen, pulses } = map;
    const busy = hot || chosen || pulses.size;
    if (!busy && this.clean) return;
    this.clean = !busy;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, camera.width, camera.height);
    g.setTransform(ratio * k, 0, 0, ratio * k, ratio * camera.x, ratio * camera.y);
    const ring = (n, width, off) => {
      const { x, y, w, h } = map.seen(n);
      off /= k;
      g.strokeStyle = c.accent; g.lineWidth = width / k;
      g.beginPath(); g.roundRect(x - off, y - off, w + 2 * off, h + 2 * off, 10 + off);
      if (n.shown) g.stroke();
    };
    if (hot?.shown) {
      this.links(g, hot.links, k, .95);
      for (const { from, to } of hot.links) ring(from === hot ? to : from, 1.5, 1.5);
    }
    if (chosen) ring(chosen, 2, 3);
    for (const [n, start] of pulses) {
      const t = (performance.now() - start) / PULSE;
      if (t >= 1) pulses.delete(n);
      g.globalAlpha = Math.max(0, 1 - t);
      if (inside(n)) ring(n, 3, 2 + 12 * t);
      g.globalAlpha = 1;
    }
  }
}
