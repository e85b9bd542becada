/* What the parts that come later share: the map that stands, and how they ask the server. */

export const map = globalThis.strategyMap;
export const { box, camera } = map;
export const said = JSON.parse(document.getElementById("map-more-words").textContent);

/** Put what an address answers into the dialog's place; htmx shows refusals by itself. */
export const dialog = (way, address, values) =>
  htmx.ajax(way, address, { source: "#map", target: "#dialog-slot", swap: "innerHTML", values });

/** The address of something to do with a goal. */
export const wayTo = (name, id) => box.dataset[name].replace("ID", id);

/** All numbers and links of this view anew. */
export const refresh = () =>
  document.dispatchEvent(new CustomEvent("haidang:goals", { detail: { ids: [], all: true } }));

/** Filters and place of the view that stands, as a query. */
export const present = () => [location.search.slice(1), location.hash.slice(1)];
