/* The search box of the map: types without diacritics, flies to what it finds. */

import { folded } from "./graph.js";
import { percent } from "./words.js";

const MOST_HITS = 8;

export function searchMap(map, field, list) {
  let hits = [], at = 0;
  const close = () => { list.hidden = true; field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); };
  const mark = to => {
    at = (to + hits.length) % hits.length;
    [...list.children].forEach((row, j) => row.setAttribute("aria-selected", String(j === at)));
    field.setAttribute("aria-activedescendant", `map-hit-${at}`);
  };
  const choose = j => {
    if (!hits[j]) return;
    close();
    map.unfold(hits[j].i);
    map.select(hits[j].i, { focus: true, k: Math.max(map.camera.k, .8) });
  };
  const find = () => {
    const words = folded(field.value.trim()).split(/\s+/).filter(Boolean);
    hits = [];
    if (words.length) {
      for (const node of map.graph.nodes) {
        node.text ??= folded(`${node.id} ${node.title} ${node.owner?.[0] || ""} ${node.unit}`);
        if (words.every(w => node.text.includes(w))) hits.push(node);
      }
      const rank = n => (folded(n.id) === words.join(" ") ? 0 : n.text.includes(words.join(" ")) ? 1 : 2) * 99 + n.depth;
      hits = hits.sort((a, b) => rank(a) - rank(b)).slice(0, MOST_HITS);
    }
    list.replaceChildren(...hits.map((node, j) => {
      const row = document.createElement("li"), title = document.createElement("span"), fact = document.createElement("small");
      row.id = `map-hit-${j}`; row.role = "option";
      title.textContent = node.title;
      fact.textContent = [node.id, node.unit, percent(node.progress)].filter(Boolean).join(" · ");
      row.append(map.icons.health[node.health].cloneNode(true), title, fact);
      row.firstChild.classList.add(`h-${node.health}`);
      row.addEventListener("pointerdown", e => { e.preventDefault(); choose(j); });
      return row;
    }));
    if (words.length && !hits.length) {
      const none = document.createElement("li");
      none.className = "none"; none.textContent = map.words.none;
      list.append(none);
    }
    list.hidden = !words.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    if (hits.length) mark(0);
  };
  field.addEventListener("input", find);
  field.addEventListener("focus", find);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", e => {
    if (e.isComposing) return;
    if (e.key === "ArrowDown" && hits.length) mark(at + 1);
    else if (e.key === "ArrowUp" && hits.length) mark(at - 1);
    else if (e.key === "Enter") choose(at);
    else if (e.key === "Escape" && !list.hidden) close();
    else return;
    e.preventDefault();
    e.stopPropagation();
  });
}
