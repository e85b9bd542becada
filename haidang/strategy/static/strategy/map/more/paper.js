/* The menu's links carry the view that stands: to paper, to a file, to a saved view. */

import { dialog, map, present } from "./ask.js";

/* The page itself on paper is a list: goals in one line each, as far in as they are deep. */
addEventListener("beforeprint", () => {
  const lines = [];
  const write = n => {
    const text = `${n.id} ${n.title}: ${map.percent(n.progress)}, ${map.words.health[n.health]}`;
    const line = haidang.make("p", { textContent: text });
    line.style.marginLeft = n.depth * 16 + "px";
    lines.push(line);
    n.kids.forEach(write);
  };
  map.graph.roots.forEach(write);
  document.getElementById("map-paper").replaceChildren(...lines);
});

const menu = document.getElementById("map-menu");
const carry = link => {
  const [query, place] = present();
  link.href = `${link.dataset.carry}?${[query, place].filter(Boolean).join("&")}`;
};
menu.addEventListener("pointerenter", e => { const link = e.target.closest?.("[data-carry]"); if (link) carry(link); }, true);
menu.addEventListener("focusin", e => { const link = e.target.closest("[data-carry]"); if (link) carry(link); });
menu.addEventListener("click", e => {
  const link = e.target.closest("[data-carry]"), save = e.target.closest("[data-save]");
  if (link) carry(link);
  if (!save && !link) return;
  if (map.drop) map.drop.open = false;
  if (!save) return;
  e.preventDefault();
  const [query, place] = present();
  dialog("GET", `${save.dataset.save}?${new URLSearchParams({ query, place })}`);
});
