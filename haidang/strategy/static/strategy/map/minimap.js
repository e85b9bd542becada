/* All of the map in a corner, and the part of it that is on the screen. */

export class Minimap {
  constructor(map, canvas) {
    Object.assign(this, { map, canvas, pen: canvas.getContext("2d"), sheet: document.createElement("canvas") });
    const go = e => {
      const box = canvas.getBoundingClientRect();
      map.camera.stop();
      map.camera.centre((e.clientX - box.left - this.x) / this.k, (e.clientY - box.top - this.y) / this.k);
    };
    canvas.addEventListener("pointerdown", e => { canvas.setPointerCapture(e.pointerId); go(e); });
    canvas.addEventListener("pointermove", e => { if (canvas.hasPointerCapture(e.pointerId)) go(e); });
  }

  measure() { Object.assign(this, { w: this.canvas.clientWidth, h: this.canvas.clientHeight, stale: true }); }

  /** The goals, drawn once until something changes; then only the frame moves. */
  print() {
    const { map, canvas, sheet, w, h, k } = this, { layout, painter } = map, ratio = painter.ratio, g = sheet.getContext("2d");
    sheet.width = canvas.width = w * ratio; sheet.height = canvas.height = h * ratio;
    g.setTransform(ratio * k, 0, 0, ratio * k, ratio * this.x, ratio * this.y);
    const fill = (o, colour) => { g.fillStyle = colour; g.fillRect(o.x, o.y, o.w, o.h); };
    for (const r of layout.regions) fill(r, painter.area[r.hue]);
    for (const n of map.graph.nodes) {
      g.globalAlpha = map.weak(n) ? .2 : 1;
      if (n.shown) fill(n, painter.health[n.health]);
    }
    this.stale = false;
  }

  /** Nothing while all of the map is on the screen. */
  draw() {
    const { pen: g, sheet, map, canvas } = this, { camera, painter, layout } = map, ratio = painter.ratio;
    const { w, h } = this, k = this.k = Math.min((w - 12) / layout.width, (h - 12) / layout.height);
    if (!w) return;
    this.x = (w - layout.width * k) / 2; this.y = (h - layout.height * k) / 2;
    const s = k / camera.k, l = this.x - camera.x * s, t = this.y - camera.y * s;
    const r = l + camera.width * s, b = t + camera.height * s, x = Math.max(1, l), y = Math.max(1, t);
    const whole = l < this.x && t < this.y && r > w - this.x && b > h - this.y;
    canvas.style.visibility = whole ? "hidden" : "";
    if (whole) return;
    if (this.stale) this.print();
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, canvas.width, canvas.height);
    g.drawImage(sheet, 0, 0);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.strokeStyle = painter.c.accent; g.lineWidth = 1.5;
    g.strokeRect(x, y, Math.min(w - 1, r) - x, Math.min(h - 1, b) - y);
  }
}
