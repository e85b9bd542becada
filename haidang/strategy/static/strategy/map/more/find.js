/* The search box of the map: types without diacritics, flies to what it finds. */

import { map } from "./ask.js";

const HITS = 8;

function findOn(field, list) {
  const { folded, percent } = map;
  let hits = [], at = 0;
  const show = on => { list.hidden = !on; field.ariaExpanded = !!on; };
  const mark = to => {
    at = (to + hits.length) % hits.length || 0;
    [...list.children].forEach((row, j) => row.ariaSelected = j === at);
    field.setAttribute("aria-activedescendant", hits.length ? `map-hit-${at}` : "");
  };
  const choose = node => {
    if (!node) return;
    show(field.value = "");
    if (node.away) { map.fetch(node.id); return; }
    map.unfold(node);
    map.select(node, { focus: true, k: Math.max(map.camera.k, .8) });
  };
  const find = () => {
    const asked = folded(field.value.trim()), words = asked.split(/\s+/);
    const found = asked ? map.graph.nodes.filter(node => {
      node.text ??= folded(`${node.id} ${node.title} ${node.owner?.[0]} ${node.unit}`);
      return words.every(w => node.text.includes(w));
    }) : [];
    const rank = n => (folded(n.id) === asked ? 0 : n.text.includes(asked) ? 99 : 199) + n.depth;
    found.sort((a, b) => rank(a) - rank(b));
    list.hidden = !asked;
    found.splice(HITS);
    draw(found);
    map.seek?.(field.value, more => draw([...found, ...more]));
  };
  const draw = rows => {
    hits = rows;
    list.replaceChildren(...hits.map((node, j) => {
      const { make } = haidang, row = make("li", { id: `map-hit-${j}`, role: "option", className: `h-${node.health}` },
        (map.icons.health[node.health] || map.icons.kind[node.kind]).cloneNode(true), make("span", { textContent: node.title }),
        make("small", { textContent: node.fact || [node.id, node.unit, percent(node.progress)].filter(Boolean).join(" · ") }));
      row.onpointerdown = e => { e.preventDefault(); choose(node); };
      return row;
    }));
    if (!hits.length) list.textContent = map.words.none;
    show(!list.hidden);
    mark(0);
  };
  field.addEventListener("input", find);
  field.addEventListener("focus", find);
  field.addEventListener("blur", () => show(false));
  field.addEventListener("keydown", e => {
    if (e.isComposing) return;
    if (e.key === "ArrowDown") mark(at + 1);
    else if (e.key === "ArrowUp") mark(at - 1);
    else if (e.key === "Enter") choose(hits[at]);
    else if (e.key === "Escape" && !list.hidden) show(field.value = "");
    else return;
    e.preventDefault();
    e.stopPropagation();
  });
}

findOn(document.getElementById("map-search"), document.getElementById("map-hits"));
