/* All of the map in a corner, and the part of it that is on the screen. */

export class Minimap {
  constructor(map, canvas) {
    Object.assign(this, { map, canvas, pen: canvas.getContext("2d") });
    const go = e => {
      const box = canvas.getBoundingClientRect(), { camera } = map;
      const x = (e.clientX - box.left - this.x) / this.k, y = (e.clientY - box.top - this.y) / this.k;
      camera.stop();
      camera.set(camera.width / 2 - x * camera.k, camera.height / 2 - y * camera.k);
    };
    canvas.addEventListener("pointerdown", e => { canvas.setPointerCapture(e.pointerId); go(e); });
    canvas.addEventListener("pointermove", e => { if (canvas.hasPointerCapture(e.pointerId)) go(e); });
  }

  /** Draw the goals once; until something changes only the frame moves. */
  print() {
    const { map, canvas } = this, { layout, painter } = map, ratio = painter.ratio;
    const w = canvas.clientWidth, h = canvas.clientHeight;
    if (!w) return;
    canvas.width = w * ratio; canvas.height = h * ratio;
    this.k = Math.min((w - 12) / layout.width, (h - 12) / layout.height);
    this.x = (w - layout.width * this.k) / 2; this.y = (h - layout.height * this.k) / 2;
    const sheet = document.createElement("canvas"), g = sheet.getContext("2d");
    sheet.width = canvas.width; sheet.height = canvas.height;
    g.setTransform(ratio * this.k, 0, 0, ratio * this.k, ratio * this.x, ratio * this.y);
    for (const r of layout.regions) { g.fillStyle = painter.area[r.hue]; g.fillRect(r.x, r.y, r.w, r.h); }
    for (const n of map.graph.nodes) {
      if (!n.shown) continue;
      g.globalAlpha = map.lit && !map.lit.has(n.i) ? .15 : 1;
      g.fillStyle = painter.health[n.health]; g.fillRect(n.x, n.y, n.w, n.h);
    }
    this.sheet = sheet;
    this.draw();
  }

  draw() {
    const { pen: g, sheet, map, canvas, k } = this, { camera, painter } = map, ratio = painter.ratio;
    if (!sheet) return;
    const s = k / camera.k, l = this.x - camera.x * s, t = this.y - camera.y * s;
    const { width, height } = map.layout, whole = camera.x >= 0 && camera.y >= 0
      && camera.x + width * camera.k <= camera.width && camera.y + height * camera.k <= camera.height;
    canvas.style.visibility = whole ? "hidden" : "";
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, canvas.width, canvas.height);
    g.drawImage(sheet, 0, 0);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.strokeStyle = painter.c.accent; g.lineWidth = 1.5;
    const x = Math.max(1, l), y = Math.max(1, t);
    g.strokeRect(x, y, Math.min(canvas.clientWidth - 1, l + camera.width * s) - x, Math.min(canvas.clientHeight - 1, t + camera.height * s) - y);
  }
}
