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

  /** Draw the goals once; until something changes only the frame moves. */
  print() {
    const { map, canvas, sheet } = this, { layout, painter } = map, ratio = painter.ratio;
    const w = this.w = canvas.clientWidth, h = this.h = canvas.clientHeight, g = sheet.getContext("2d");
    if (!w) return;
    sheet.width = canvas.width = w * ratio; sheet.height = canvas.height = h * ratio;
    const k = this.k = Math.min((w - 12) / layout.width, (h - 12) / layout.height);
    this.x = (w - layout.width * k) / 2; this.y = (h - layout.height * k) / 2;
    g.setTransform(ratio * k, 0, 0, ratio * k, ratio * this.x, ratio * this.y);
    const fill = (o, colour) => { g.fillStyle = colour; g.fillRect(o.x, o.y, o.w, o.h); };
    for (const r of layout.regions) fill(r, painter.area[r.hue]);
    for (const n of map.graph.nodes) {
      g.globalAlpha = map.weak(n) ? .2 : 1;
      if (n.shown) fill(n, painter.health[n.health]);
    }
    this.draw();
  }

  draw() {
    const { pen: g, sheet, map, canvas, k, w, h } = this, { camera, painter } = map, ratio = painter.ratio;
    if (!w) return;
    const s = k / camera.k, l = this.x - camera.x * s, t = this.y - camera.y * s;
    const r = l + camera.width * s, b = t + camera.height * s, x = Math.max(1, l), y = Math.max(1, t);
    canvas.style.visibility = l < this.x && t < this.y && r > w - this.x && b > h - this.y ? "hidden" : "";
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, canvas.width, canvas.height);
    g.drawImage(sheet, 0, 0);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.strokeStyle = painter.c.accent; g.lineWidth = 1.5;
    g.strokeRect(x, y, Math.min(w - 1, r) - x, Math.min(h - 1, b) - y);
  }
}
