/* Which part of the map is on the screen, and the hands that move it: wheel, drag, pinch. */

const NEAREST = 1.6, MARGIN = 24, FREE = .6;
export const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Camera {
  /** `changed()` is called at most once a frame, `settled()` when a movement has ended. */
  constructor(box, hands) {
    Object.assign(this, hands, { box, x: 0, y: 0, k: 1, world: { width: 1, height: 1 }, pointers: new Map() });
    this.listen();
  }

  measure() {
    const { left, top, width, height } = this.box.getBoundingClientRect();
    Object.assign(this, { left, top, width, height });
  }

  /** The middle of the screen, in the world. */
  get middle() { return [(this.width / 2 - this.x) / this.k, (this.height / 2 - this.y) / this.k]; }

  /** Whether something of the world is on the screen, or at most `margin` pixels beside it. */
  inside(margin = 0) {
    const { x, y, k, width, height } = this;
    const l = (-x - margin) / k, t = (-y - margin) / k, r = (width - x + margin) / k, b = (height - y + margin) / k;
    return o => o.shown !== false && o.x < r && o.x + o.w > l && o.y < b && o.y + o.h > t;
  }

  /** The free part of the screen: left, top, right, bottom. */
  free() {
    const [left, top, right, bottom] = this.inset();
    return [left + MARGIN, top + MARGIN, this.width - right - MARGIN, this.height - bottom - MARGIN];
  }

  /** The view [x, y, k] in which all is seen. */
  fit() {
    const [l, t, r, b] = this.free(), { world } = this, k = Math.min(1, (r - l) / world.width, (b - t) / world.height);
    return [(l + r - world.width * k) / 2, Math.min(t + 40, (t + b - world.height * k) / 2), k];
  }

  bounded(k) { return Math.min(NEAREST, Math.max(Math.min(this.fit()[2], .3) * .8, k)); }

  set(x, y, k = this.k) {
    const { world, width, height } = this, within = (v, size, whole) => Math.min(size * FREE, Math.max(size * (1 - FREE) - whole, v));
    this.k = k = this.bounded(k);
    this.x = within(x, width, world.width * k);
    this.y = within(y, height, world.height * k);
    this.asked ||= requestAnimationFrame(() => this.now());
    clearTimeout(this.rest);
    this.rest = setTimeout(this.settled, 120);
  }

  /** Not with the next frame: before it. */
  now() {
    cancelAnimationFrame(this.asked);
    this.asked = 0;
    this.changed();
  }

  centre(wx, wy, k = this.k) { this.set(this.width / 2 - wx * k, this.height / 2 - wy * k, k); }

  /** Scale by `factor`, the point (cx, cy) of the screen staying where it is. */
  zoom(factor, cx = this.width / 2, cy = this.height / 2) {
    const k = this.bounded(this.k * factor), s = k / this.k;
    this.set(cx - (cx - this.x) * s, cy - (cy - this.y) * s, k);
  }

  /** Glide to a view, every point straight to its place; at once for who prefers no motion. */
  fly(x, y, k = this.k, time = 280) {
    const from = { ...this }, start = performance.now();
    this.stop();
    if (still.matches || document.hidden) return this.set(x, y, k);
    const step = now => {
      const t = Math.max(0, Math.min(1, (now - start) / time)), e = 1 - (1 - t) ** 3, part = name => from[name] * (1 - e);
      this.set(part("x") + x * e, part("y") + y * e, part("k") + k * e);
      if (t < 1) this.flight = requestAnimationFrame(step);
    };
    step(start);
  }

  stop() { cancelAnimationFrame(this.flight); }

  /** Bring a rectangle of the world into the free part of the screen, moving no more than needed. */
  reveal({ x, y, w, h }, k = this.k, glide = true) {
    const [l, t, r, b] = this.free(), turned = k !== this.k;
    const sx = turned ? (l + r - w * k) / 2 : x * k + this.x, sy = turned ? (t + b - h * k) / 2 : y * k + this.y;
    const nx = Math.max(l, Math.min(sx, r - Math.min(w * k, r - l))) - x * k, ny = Math.max(t, Math.min(sy, b - h * k)) - y * k;
    if (glide && (turned || Math.abs(nx - this.x) + Math.abs(ny - this.y) > 1)) this.fly(nx, ny, k, 220);
    else this.set(nx, ny, k);
  }

  listen() {
    const { box, pointers } = this, at = e => [e.clientX - this.left, e.clientY - this.top];
    const on = (names, what) => { for (const name of names.split(" ")) box.addEventListener(name, what, { passive: false }); };
    on("wheel", e => {
      e.preventDefault();
      this.stop();
      const s = e.deltaMode ? 20 : 1, dx = e.deltaX * s, dy = e.deltaY * s;
      if (e.ctrlKey) this.zoom(Math.exp(dy * -.01), ...at(e));
      else if (e.shiftKey || Math.abs(dx) > Math.abs(dy)) this.set(this.x - (dx || dy), this.y - (dx ? dy : 0));
      else this.zoom(Math.exp(Math.max(-80, Math.min(80, dy)) * -.003), ...at(e));
    });
    on("pointerdown", e => {
      if (e.button > 1) return;
      this.stop();
      this.measure();
      pointers.set(e.pointerId, at(e));
      this.moved = pointers.size > 1;
      this.speed = [0, 0];
    });
    on("pointermove", e => {
      const before = pointers.get(e.pointerId), now = at(e);
      if (!before) { if (e.pointerType === "mouse") this.hover(...now); return; }
      const dx = now[0] - before[0], dy = now[1] - before[1];
      const other = [...pointers].find(([id]) => id !== e.pointerId)?.[1];
      if (!this.moved && Math.hypot(dx, dy) < 5) return;
      if (!this.moved) { this.moved = true; box.setPointerCapture(e.pointerId); box.dataset.drag = ""; }
      pointers.set(e.pointerId, now);
      if (other) {
        const far = p => Math.hypot(p[0] - other[0], p[1] - other[1]) || 1;
        this.zoom(far(now) / far(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
        this.set(this.x + dx / 2, this.y + dy / 2);
        return;
      }
      const t = Math.max(4, e.timeStamp - this.last);
      this.speed = [dx / t, dy / t];
      this.last = e.timeStamp;
      this.set(this.x + dx, this.y + dy);
    });
    on("pointerup pointercancel", e => {
      if (!pointers.delete(e.pointerId) || pointers.size) return;
      delete box.dataset.drag;
      if (e.type === "pointercancel") return;
      const [vx, vy] = this.speed;
      if (!this.moved) this.tap(...at(e), e);
      else if (e.pointerType !== "mouse" && e.timeStamp - this.last < 50 && Math.hypot(vx, vy) > .4) this.fly(this.x + vx * 180, this.y + vy * 180, this.k, 420);
    });
    on("pointerleave", e => { if (!pointers.size && e.pointerType === "mouse") this.hover(-1, -1); });
  }
}
