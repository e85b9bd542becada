/* Which part of the map is on the screen, and the hands that move it: wheel, drag, pinch. */

const EASE = t => 1 - (1 - t) ** 3, NEAREST = 1.6, MARGIN = 28;
export const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Camera {
  /** `changed()` is called at most once a frame, `settled()` when a movement has ended. */
  constructor(box, { changed, settled, tap, hover, inset }) {
    Object.assign(this, { box, changed, settled, tap, hover, inset });
    this.x = this.y = 0; this.k = 1; this.world = { width: 1, height: 1 };
    this.pointers = new Map();
    this.listen();
  }

  measure() {
    const r = this.box.getBoundingClientRect();
    Object.assign(this, { left: r.left, top: r.top, width: r.width, height: r.height });
  }

  /** The scale at which all of it is seen. */
  get whole() {
    const { world, width, height } = this, inset = this.inset();
    return Math.min(1, (width - inset.left - inset.right - 2 * MARGIN) / world.width,
      (height - inset.top - inset.bottom - 2 * MARGIN) / world.height);
  }

  set(x, y, k = this.k) {
    const { world, width, height } = this;
    this.k = k = Math.min(NEAREST, Math.max(Math.min(this.whole, .3) * .8, k));
    this.x = Math.min(width * .6, Math.max(width * .4 - world.width * k, x));
    this.y = Math.min(height * .6, Math.max(height * .4 - world.height * k, y));
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => { this.asked = 0; this.changed(); });
    clearTimeout(this.rest);
    this.rest = setTimeout(this.settled, 120);
  }

  /** Scale by `factor`, the point (cx, cy) of the screen staying where it is. */
  zoom(factor, cx = this.width / 2, cy = this.height / 2) {
    const before = this.k, k = Math.min(NEAREST, Math.max(Math.min(this.whole, .3) * .8, before * factor));
    this.set(cx - (cx - this.x) * k / before, cy - (cy - this.y) * k / before, k);
  }

  /** Glide to a view; at once for who prefers no motion. */
  fly(x, y, k = this.k, time = 280) {
    cancelAnimationFrame(this.flight);
    if (still.matches || document.hidden) return this.set(x, y, k);
    const from = { x: this.x, y: this.y, k: this.k }, start = performance.now();
    /* The middle of the screen moves evenly in the world, whatever the scale does. */
    const cx = this.width / 2, cy = this.height / 2;
    const a = { x: (cx - from.x) / from.k, y: (cy - from.y) / from.k }, b = { x: (cx - x) / k, y: (cy - y) / k };
    const step = now => {
      const t = Math.min(1, (now - start) / time), e = EASE(t), s = from.k * (k / from.k) ** e;
      const part = Math.abs(k / from.k - 1) < .01 ? e : (1 / from.k - 1 / s) / (1 / from.k - 1 / k);
      this.set(cx - (a.x + (b.x - a.x) * part) * s, cy - (a.y + (b.y - a.y) * part) * s, s);
      if (t < 1) this.flight = requestAnimationFrame(step);
    };
    this.flight = requestAnimationFrame(step);
    return undefined;
  }

  fit() {
    const k = this.whole, inset = this.inset(), { world } = this;
    const w = this.width - inset.left - inset.right, h = this.height - inset.top - inset.bottom;
    return [inset.left + (w - world.width * k) / 2, inset.top + Math.max(MARGIN, (h - world.height * k) / 2), k];
  }

  /** Bring a rectangle of the world into the free part of the screen, moving no more than needed. */
  reveal({ x, y, w, h }, k = this.k, glide = true) {
    const inset = this.inset(), m = 24;
    const left = inset.left + m, right = this.width - inset.right - m, up = inset.top + m, down = this.height - inset.bottom - m;
    let sx = x * k + this.x, sy = y * k + this.y;
    if (k !== this.k) { sx = (left + right - w * k) / 2; sy = (up + down - h * k) / 2; }
    sx = Math.max(left, Math.min(sx, right - Math.min(w * k, right - left)));
    sy = Math.max(up, Math.min(sy, down - h * k));
    const nx = sx - x * k, ny = sy - y * k;
    if (Math.abs(nx - this.x) < 1 && Math.abs(ny - this.y) < 1 && k === this.k) return;
    if (glide) this.fly(nx, ny, k, 220); else this.set(nx, ny, k);
  }

  stop() { cancelAnimationFrame(this.flight); }

  listen() {
    const { box, pointers } = this, at = e => [e.clientX - this.left, e.clientY - this.top];
    box.addEventListener("wheel", e => {
      e.preventDefault(); this.stop();
      const scale = e.deltaMode ? 20 : 1;
      if (e.shiftKey && !e.ctrlKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) {
        this.set(this.x - (e.deltaX || e.deltaY) * scale, this.y - (e.deltaX ? e.deltaY : 0) * scale);
      } else this.zoom(Math.exp(-Math.max(-60, Math.min(60, e.deltaY * scale)) * (e.ctrlKey ? .01 : .003)), ...at(e));
    }, { passive: false });
    box.addEventListener("pointerdown", e => {
      if (e.button && e.pointerType === "mouse" && e.button !== 1) return;
      this.stop(); this.measure();
      pointers.set(e.pointerId, at(e));
      if (pointers.size === 1) { this.down = at(e); this.moved = false; this.speed = [0, 0]; }
      else this.moved = true;
    });
    box.addEventListener("pointermove", e => {
      const before = pointers.get(e.pointerId), now = at(e);
      if (!before) { if (e.pointerType === "mouse") this.hover(...now); return; }
      const others = [...pointers].filter(([id]) => id !== e.pointerId);
      pointers.set(e.pointerId, now);
      if (others.length) {
        const [other] = others.map(([, p]) => p), far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) || 1;
        this.zoom(far(now, other) / far(before, other), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
        this.set(this.x + (now[0] - before[0]) / 2, this.y + (now[1] - before[1]) / 2);
        return;
      }
      if (!this.moved && Math.hypot(now[0] - this.down[0], now[1] - this.down[1]) < 5) {
        pointers.set(e.pointerId, before); return;
      }
      if (!this.moved) { this.moved = true; box.setPointerCapture(e.pointerId); box.dataset.drag = ""; }
      const t = e.timeStamp - (this.last || 0) || 16;
      this.speed = [(now[0] - before[0]) / t, (now[1] - before[1]) / t]; this.last = e.timeStamp;
      this.set(this.x + now[0] - before[0], this.y + now[1] - before[1]);
    });
    const up = e => {
      if (!pointers.delete(e.pointerId) || pointers.size) return;
      delete box.dataset.drag;
      if (!this.moved && e.type === "pointerup") this.tap(...at(e), e);
      else if (e.type === "pointerup" && e.timeStamp - this.last < 50 && Math.hypot(...this.speed) > .4) {
        this.fly(this.x + this.speed[0] * 180, this.y + this.speed[1] * 180, this.k, 420);
      }
    };
    box.addEventListener("pointerup", up);
    box.addEventListener("pointercancel", up);
    box.addEventListener("pointerleave", e => { if (!pointers.size && e.pointerType === "mouse") this.hover(-1, -1); });
  }
}
