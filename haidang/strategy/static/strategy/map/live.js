/* Changes that others make: repaint the cards that moved, and only those. */

const TOGETHER = 60, MOST_IDS = 200;

export function followChanges(map) {
  const asked = new Set();
  let timer = 0;
  const fetchChanged = async () => {
    const ids = [...asked].slice(0, MOST_IDS);
    ids.forEach(id => asked.delete(id));
    if (asked.size) timer = setTimeout(fetchChanged, TOGETHER); else timer = 0;
    const answer = await fetch(map.address("ids", ids.join(",")), { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const data = await answer.json();
    if (data.id.some((id, j) => changedPlace(id, data.parents[j]))) await map.reload();
    else data.id.forEach((id, j) => apply(map.graph.byId.get(id), data, j));
    map.afterChange(ids);
  };
  /* A goal that is new here, or hangs elsewhere now, needs the whole drawn again. */
  const changedPlace = (id, parents) => {
    const { byId, nodes } = map.graph, i = byId.get(id);
    if (i === undefined) return parents.some(p => byId.has(p) && !nodes[byId.get(p)].more);
    const up = nodes[i].up;
    return up >= 0 ? !parents.includes(nodes[up].id) : parents.some(p => byId.has(p));
  };
  const apply = (i, data, j) => {
    const node = map.graph.nodes[i];
    if (!node) return;
    map.move(node, data.progress[j]);
    for (let up = map.graph.nodes[node.up]; up; up = map.graph.nodes[up.up]) {
      up.below[node.health]--; up.below[data.health[j]]++;
    }
    if (node.title !== data.title[j]) { node.title = data.title[j]; node.key = node.text = node.folded = undefined; }
    Object.assign(node, {
      expected: data.expected[j], health: data.health[j], state: data.state[j], amount: data.amount[j],
      terms: [data.measured[j], data.terms[j]], owner: data.people[data.owner[j]],
      unit: data.units[data.unit[j]] || "", outdated: data.outdated.includes(j),
    });
  };
  document.addEventListener("haidang:goals", e => {
    const { ids } = e.detail || {};
    if (!ids) return;
    for (const id of ids) asked.add(id);
    if (!timer && asked.size) timer = setTimeout(fetchChanged, TOGETHER);
  });
}
