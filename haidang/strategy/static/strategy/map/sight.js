/* What is written over the map and moves with it: lanes, where one is, whole titles. */

import { FAR, NEAR } from "./paint.js";
import { percent } from "./words.js";

export const $ = id => document.getElementById(id);

export class Sight {
  constructor(map) {
    Object.assign(this, { map, tip: $("map-tip"), stand: $("map-stand"), bands: $("map-bands") });
    this.lengths = [...this.bands.children].map(band => band.offsetHeight + 8);
  }

  draw() {
    this.ruler();
    this.crumb();
    this.hint();
  }

  /** At the left edge: which lane is which. */
  ruler() {
    const { layout: { lanes }, camera: { y, k, height } } = this.map, at = [...lanes, 1e9].map(v => v * k + y);
    this.bands.hidden = !lanes.length;
    /* From far the lane of pillars is lower than its name is long. */
    const short = Math.max(0, this.lengths[1] - at[2] + at[1]) / 2;
    at[1] -= short; at[2] += short;
    [...this.bands.children].forEach((band, i) => {
      const from = Math.max(0, at[i]), long = Math.min(at[i + 1], height) - from;
      band.hidden = !(long > 12);
      band.style.transform = `translateY(${from}px)`;
      band.style.height = long + "px";
      band.firstChild.hidden = long < this.lengths[i];
    });
  }

  /** Where in the strategy the middle of the screen is. */
  crumb() {
    const { camera: { k, y: top, middle: [x, y] }, layout } = this.map, names = [];
    const over = o => x >= o.x - 20 && x <= o.x + o.w + 20 && y >= o.y && y <= o.y + o.h;
    for (const found of k >= FAR ? [layout.regions.find(over), layout.blocks.find(over)] : []) {
      if (found?.top && found.top.y * k + top < 0) names.push(found.top.title);
    }
    this.stand.textContent = names.join(" › ");
    this.stand.hidden = !names.length;
  }

  /** The whole title of what is pointed at or has focus, where the card cannot show it. */
  hint() {
    const { tip, map } = this, { x, y, k, width, pointers } = map.camera;
    const n = map.pointed || map.layer.contains(document.activeElement) && map.at;
    tip.hidden = !n?.shown || k >= NEAR || pointers.size > 0;
    if (tip.hidden) return;
    const [title, facts] = tip.children, w = Math.min(320, width - 24), value = percent(map.value(n));
    if (tip.node !== n || tip.value !== value) {
      Object.assign(tip, { node: n, value, className: `h-${n.health}` });
      title.textContent = n.title;
      const words = [`${map.words.health[n.health]} ${value}`, map.amount(n), n.id, n.owner?.[0], n.unit];
      facts.replaceChildren(map.icons.health[n.health].cloneNode(true), words.filter(Boolean).join(" · "));
    }
    const left = Math.max(34, Math.min(width - w - 12, (n.x + n.w / 2) * k + x - w / 2)), seen = map.seen(n), above = seen.y * k + y - 10;
    tip.style.width = w + "px";
    tip.style.transform = above > 150 ? `translate(${left}px,${above}px) translateY(-100%)` : `translate(${left}px,${(seen.y + seen.h) * k + y + 10}px)`;
  }
}
