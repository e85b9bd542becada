/* The canvas: all of the map at any distance. Far: areas with names and tiles of colour;
   middle: cards with titles; near: what has no HTML card yet, and everything below them. */

import { CARD } from "./layout.js";
import { COUNTS, HELPS } from "./graph.js";
import { percent } from "./words.js";

export const FAR = .3, NEAR = .62;
const FAMILY = 'Inter, "Noto Sans", system-ui, sans-serif', MARK = new Path2D("M0 0L-9 4.5V-4.5Z");

export class Painter {
  constructor(map, canvas, over) {
    this.map = map; this.canvas = canvas; this.over = over;
    this.pen = canvas.getContext("2d", { alpha: false });
    this.top = over.getContext("2d");
    this.widths = new Map();
  }

  /** Reads colours and icons from the page, so that CSS alone decides how it looks. */
  dress() {
    const probe = document.createElement("i"), style = getComputedStyle(probe);
    this.map.box.append(probe);
    const read = name => { probe.style.color = `var(--map-${name})`; return style.color; };
    this.c = {};
    for (const name of ["bg", "card", "block", "ink", "soft", "line", "edge", "rail", "track", "accent", "waits"]) {
      this.c[name] = read(name);
    }
    this.health = [0, 1, 2, 3, 4, 5].map(i => read(`health-${i}`));
    this.word = [0, 1, 2, 3, 4, 5].map(i => read(`word-${i}`));
    this.area = [0, 1, 2, 3, 4, 5].map(i => read(`area-${i}`));
    this.hue = [0, 1, 2, 3, 4, 5].map(i => read(`hue-${i}`));
    probe.remove();
    this.icons = this.map.icons.health.map(svg => {
      const path = new Path2D();
      for (const p of svg.querySelectorAll("path")) path.addPath(new Path2D(p.getAttribute("d")));
      return path;
    });
  }

  resize() {
    const { width, height } = this.map.camera;
    this.ratio = Math.min(2, devicePixelRatio || 1);
    for (const c of [this.canvas, this.over]) {
      c.width = width * this.ratio; c.height = height * this.ratio;
    }
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
    while (line && this.measure(line, font) + this.measure("…", font) > width) line = line.slice(0, -1);
    return line.trimEnd() + "…";
  }

  draw() {
    const { map, pen: g, ratio, c } = this, { camera, layout, graph } = map, { x, y, k, width, height } = camera;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.globalAlpha = 1;
    g.fillStyle = c.bg;
    g.fillRect(0, 0, width, height);
    g.setTransform(ratio * k, 0, 0, ratio * k, ratio * x, ratio * y);
    const view = { l: -x / k, t: -y / k, r: (width - x) / k, b: (height - y) / k };
    const inside = o => o.x < view.r && o.x + o.w > view.l && o.y < view.b && o.y + o.h > view.t;
    this.grounds(layout, inside, k);
    const seen = [];
    for (const node of graph.nodes) if (node.shown && inside(node)) seen.push(node);
    if (k >= FAR) {
      this.rails(seen, k);
      this.links(g, graph.links.filter(l => this.both(l)), k, .34);
    }
    const lit = map.lit, near = k >= NEAR;
    const todo = near ? seen.filter(n => !map.cards.has(n.i)) : seen;
    const paint = k < FAR ? this.tiles : near ? this.cards : this.middle;
    const strong = [], weak = [];
    for (const node of todo) (lit && !lit.has(node.i) || node.context ? weak : strong).push(node);
    if (weak.length) { g.globalAlpha = lit ? .16 : .5; paint.call(this, weak, k); g.globalAlpha = 1; }
    paint.call(this, strong, k);
    if (k < FAR) this.names(layout, inside, k);
    this.above(k, inside);
  }

  both({ from, to }) { const n = this.map.graph.nodes; return n[from].shown && n[to].shown; }

  /** Areas of pillars, panels of company goals, and what joins them to the ultimate goal. */
  grounds({ regions, blocks }, inside, k) {
    const { pen: g, c, map } = this, thin = 1 / k;
    for (const r of regions) {
      if (!inside(r)) continue;
      g.fillStyle = this.area[r.hue];
      g.beginPath(); g.roundRect(r.x, r.y, r.w, r.h, 22); g.fill();
      if (r.top < 0 && k >= FAR) this.plain(map.words.area[r.direct ? "direct" : "alone"], r);
    }
    g.strokeStyle = c.edge; g.lineWidth = Math.max(1.5, 1.2 * thin);
    g.beginPath();
    for (const r of regions) {
      const head = map.graph.nodes[r.head];
      if (!head) continue;
      const x1 = head.x + head.w / 2, y1 = head.y + head.h, x2 = r.x + r.w / 2, mid = (y1 + r.y) / 2, turn = Math.min(14, Math.abs(x2 - x1) / 2);
      g.moveTo(x1, y1); g.arcTo(x1, mid, x2, mid, turn); g.arcTo(x2, mid, x2, r.y, turn); g.lineTo(x2, r.y);
    }
    g.stroke();
    g.fillStyle = c.block;
    g.beginPath();
    for (const b of blocks) if (inside(b)) g.roundRect(b.x - 9, b.y - 9, b.w + 18, b.h + 6, 16);
    g.fill();
  }

  plain(text, r) {
    const { pen: g, c } = this, font = `600 22px ${FAMILY}`;
    g.font = font; g.fillStyle = c.soft;
    this.wrap(text, font, r.w - 48, 2).forEach((line, i) => g.fillText(line, r.x + 24, r.y + 62 + i * 32));
  }

  /** The rails by which an indented card hangs on the one above it. */
  rails(seen, k) {
    const { pen: g, c } = this, { nodes } = this.map.graph;
    g.strokeStyle = c.rail; g.lineWidth = Math.max(1.5, 1 / k);
    g.beginPath();
    for (const node of seen) {
      const up = nodes[node.up];
      if (!up || node.depth < 2 || node.x <= up.x || node.x - up.x > 40 && up.columnTop === node.columnTop) continue;
      if (!node.columnTop) continue;
      const x = node.x - 8, below = up.columnTop === node.columnTop && up.y < node.y;
      g.moveTo(x, below ? up.y + CARD : node.columnTop - 8); g.lineTo(x, node.y + 46); g.arcTo(x, node.y + 52, node.x, node.y + 52, 6); g.lineTo(node.x, node.y + 52);
    }
    g.stroke();
  }

  /** Links beside the tree. What counts is a line with an arrow, help is dashed with a ring,
      waiting is dotted in its own colour. */
  links(g, links, k, alpha) {
    if (!links.length) return;
    const { c } = this, { nodes } = this.map.graph, s = Math.max(1, .7 / k);
    g.globalAlpha = alpha;
    for (const { from, to, does } of links) {
      const a = nodes[from], b = nodes[to], right = b.x >= a.x + a.w, left = b.x + b.w <= a.x;
      const side = right || !left ? 1 : -1, x1 = a.x + (side > 0 ? a.w : 0), y1 = a.y + a.h / 2;
      const enter = right ? -1 : 1, x2 = b.x + (enter > 0 ? b.w : 0), y2 = b.y + b.h / 2;
      const bend = right || left ? Math.max(40, Math.abs(x2 - x1) / 2) : 70;
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

  /** Whether a heading has room for its name when seen from far. */
  named(n, k) {
    return this.map.big(n) && n.w * k >= 44 && (n.kind < 2 || n.tall * k >= 17);
  }

  /** Far: even tiles, light where there is way to go and full as far as it has come. */
  tiles(all, k) {
    const { pen: g, c } = this, base = g.globalAlpha, seen = all.filter(n => !this.named(n, k));
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

  /** Far: names over the areas, as on a map: pillars large, company goals small. */
  names({ regions, blocks }, inside, k) {
    const { pen: g, map, c, ratio } = this, { nodes, roots } = map.graph, { x, y } = map.camera;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.textBaseline = "middle";
    /* A plate with a name; it grows downward over the tiles, or upward (`rises`) over the gap. */
    const plate = (o, node, text, size, most, rises, colour) => {
      const font = `650 ${size}px ${FAMILY}`, line = size + 5, room = CARD * k;
      const w = Math.max(o.w * k, rises > 1 ? 320 : 0);
      const tail = node && w > 150 ? percent(map.value(node)) : "", end = tail && this.measure(tail, font) + 10;
      const lines = this.wrap(text, font, w - 15 - (end || 0), most), h = Math.max(room, lines.length * line + 6);
      const px = o.x * k + x + (o.w * k - w) / 2, py = o.y * k + y - (rises ? h - room : 0);
      g.globalAlpha = map.lit && node && !map.lit.has(node.i) ? .3 : 1;
      g.fillStyle = c.card;
      g.beginPath(); g.roundRect(px, py, w, h, 5); g.fill();
      g.fillStyle = node ? this.health[node.health] : colour;
      g.beginPath(); g.roundRect(px, py, 4, h, [5, 0, 0, 5]); g.fill();
      g.font = font; g.fillStyle = c.ink;
      const y0 = py + h / 2 - (lines.length - 1) * line / 2 + 1;
      lines.forEach((t, i) => g.fillText(t, px + 9, y0 + i * line));
      if (tail) g.fillText(tail, px + w + 4 - end, y0);
      g.globalAlpha = 1;
    };
    for (const b of blocks) {
      const room = b.h * k;
      if (inside(b) && this.named(nodes[b.top], k)) plate(b, nodes[b.top], nodes[b.top].title, 11, Math.max(1, Math.min(b.w * k < 100 ? 4 : 3, (room * .6 - 6) / 16 | 0)));
    }
    for (const r of regions) {
      if (!inside(r) || r.w * k < 50) continue;
      const node = nodes[r.top], text = node ? node.title : map.words.area[r.direct ? "direct" : "alone"];
      plate(node || { x: r.x + 20, y: r.y + 20, w: r.w - 40 }, node, text, 13, 2, 1, this.hue[r.hue]);
    }
    for (const i of roots) if (nodes[i].shown && nodes[i].kind === 0) plate(nodes[i], nodes[i], nodes[i].title, 14, 2, 2);
    g.textBaseline = "alphabetic";
  }

  paper(seen, radius, k) {
    const { pen: g, c } = this;
    g.fillStyle = c.card; g.strokeStyle = c.line; g.lineWidth = 1 / Math.min(1, k);
    g.beginPath();
    for (const n of seen) g.roundRect(n.x, n.y, n.w, n.h, radius);
    g.fill();
    for (const dashed of [false, true]) {
      const list = seen.filter(n => n.state !== 0 === dashed);
      if (!list.length) continue;
      g.setLineDash(dashed ? [7, 5] : []);
      g.beginPath();
      for (const n of list) g.roundRect(n.x, n.y, n.w, n.h, radius);
      g.stroke();
    }
    g.setLineDash([]);
  }

  /** The bar of a card with its expected marker. */
  bars(seen, y, inset, height, room) {
    const { pen: g, c } = this;
    g.fillStyle = c.track;
    g.beginPath();
    for (const n of seen) g.roundRect(n.x + inset, n.y + y, n.w - inset - room, height, height / 2);
    g.fill();
    for (const n of seen) {
      const p = this.map.value(n), w = n.w - inset - room;
      if (p) {
        g.fillStyle = this.health[n.health];
        g.beginPath(); g.roundRect(n.x + inset, n.y + y, Math.max(height, w * p / 1e9), height, height / 2); g.fill();
      }
      if (n.expected !== null) {
        g.fillStyle = c.ink; g.fillRect(n.x + inset + w * n.expected / 1e9 - 1.5, n.y + y - 4, 3, height + 8);
      }
    }
  }

  /** A strip of the healths of what a collapsed card holds, looking out from under it. */
  strip(n) {
    const { pen: g } = this;
    if (!n.count && !n.more || this.map.open(n.i)) return;
    let x = n.x + 8;
    const all = n.count || 1, w = n.w - 16;
    n.below.forEach((count, h) => {
      g.fillStyle = this.health[h];
      g.fillRect(x, n.y + n.h + 2, w * count / all, 5);
      x += w * count / all;
    });
  }

  /** Middle: title, bar and number, in letters that stay readable while the card shrinks. */
  middle(seen, k) {
    const { pen: g, c } = this, step = k < .37 ? 0 : k < .48 ? 1 : 2;
    const size = [25, 22, 18][step], line = [28, 26, 23][step], small = `600 ${[22, 19, 17][step]}px ${FAMILY}`;
    this.paper(seen, 12, k);
    for (const n of seen) {
      g.fillStyle = this.health[n.health];
      g.beginPath(); g.roundRect(n.x, n.y, 9, n.h, [12, 0, 0, 12]); g.fill();
    }
    const room = step ? 82 : 92;
    this.bars(seen, 97, 22, 8, room);
    g.fillStyle = c.ink;
    g.font = small; g.textAlign = "right";
    for (const n of seen) g.fillText(percent(this.map.value(n), 0), n.x + n.w - 12, n.y + 105.5);
    g.textAlign = "left";
    for (const n of seen) {
      const font = `600 ${n.w > 300 ? size + 5 : size}px ${FAMILY}`;
      g.font = font;
      const key = step * 4096 + (n.w | 0);
      if (n.key !== key) { n.key = key; n.lines = this.wrap(n.title, font, n.w - 34, 3); }
      const y = n.y + (3 - n.lines.length) * line / 4 + size + 6, x = this.onScreen(n) + 22;
      for (let j = 0; j < n.lines.length; j++) g.fillText(n.lines[j], x, y + j * line);
    }
    for (const n of seen) this.strip(n);
  }

  /** Near: as the HTML card that will take its place, so that nothing jumps when it does. */
  cards(seen) {
    const { pen: g, c, map } = this, small = `400 11.5px ${FAMILY}`, word = `550 12px ${FAMILY}`;
    this.paper(seen, 10, 1);
    this.bars(seen, 97, 15, 5, 15);
    for (const n of seen) {
      g.fillStyle = this.health[n.health];
      g.beginPath(); g.roundRect(n.x, n.y, 4, n.h, [10, 0, 0, 10]); g.fill();
      const title = `600 ${map.big(n) ? 15 : 13}px ${FAMILY}`;
      g.fillStyle = c.soft; g.font = small;
      g.fillText(n.id, n.x + 35, n.y + 22);
      g.font = title; g.fillStyle = c.ink;
      this.wrap(n.title, title, n.w - 30, 2).forEach((t, i) => g.fillText(t, n.x + 15, n.y + 44 + i * 20));
      g.font = word; g.fillStyle = this.word[n.health];
      g.fillText(map.words.health[n.health], n.x + 34, n.y + 86);
      g.fillStyle = c.ink; g.textAlign = "right";
      g.fillText(percent(map.value(n)), n.x + n.w - 15, n.y + 86); g.textAlign = "left";
      this.strip(n);
    }
  }

  /** Over the HTML cards: links of the goal at hand, the ring of focus, pulses of change. */
  above(k, inside) {
    const { top: g, map, ratio, c } = this, { camera, graph } = map, { nodes } = graph;
    const at = nodes[map.hot], pulses = [...map.pulses];
    const busy = at || pulses.length || map.ring >= 0;
    if (!busy && this.clean) return;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, camera.width, camera.height);
    this.clean = !busy;
    g.setTransform(ratio * k, 0, 0, ratio * k, ratio * camera.x, ratio * camera.y);
    const ring = (n, colour, width, off) => {
      g.strokeStyle = colour; g.lineWidth = width / k;
      g.beginPath(); g.roundRect(n.x - off / k, n.y - off / k, n.w + 2 * off / k, n.h + 2 * off / k, 10 + off / k); g.stroke();
    };
    if (at?.shown) {
      const links = at.links.filter(l => this.both(l));
      this.links(g, links, k, .95);
      for (const l of links) ring(nodes[l.from === at.i ? l.to : l.from], c.accent, 1.5, 1.5);
    }
    const chosen = nodes[map.ring];
    if (chosen?.shown) ring(chosen, c.accent, 2, 3);
    for (const [i, start] of pulses) {
      const t = (performance.now() - start) / 1400, n = nodes[i];
      if (t >= 1) { map.pulses.delete(i); continue; }
      if (!n.shown || !inside(n)) continue;
      g.globalAlpha = 1 - t;
      ring(n, c.accent, 3, 2 + 12 * t);
      g.globalAlpha = 1;
    }
  }
}
