// One event stream for all tabs of a browser. The tab that holds the lock listens and tells
// the others; when it closes, the next one goes on from the last cursor.
const source = document.body.dataset.stream;
const tell = ({ ids, all }) =>
  document.dispatchEvent(new CustomEvent("haidang:goals", { detail: { ids: new Set(ids), all } }));
if (source) {
  const channel = new BroadcastChannel("haidang");
  let cursor = "";
  const hear = (data) => {
    cursor = data.cursor;
    // Not ids but "all": whatever is shown may have moved.
    if (data.ids || data.all) tell(data);
  };
  channel.onmessage = ({ data }) => hear(data);
  const listen = () =>
    new Promise(() => {
      const start = () => {
        const url = new URL(source, location.href);
        if (cursor) url.searchParams.set("cursor", cursor);
        const stream = new EventSource(url);
        const pass = (data) => {
          hear(data);
          channel.postMessage(data);
        };
        // Where the log stands now, so that a tab that takes over misses nothing.
        stream.addEventListener("hello", ({ data }) => pass({ ...JSON.parse(data), ids: [] }));
        for (const name of ["hello", "goals"])
          stream.addEventListener(name, ({ data }) => pass(JSON.parse(data)));
        stream.onopen = () => document.documentElement.removeAttribute("data-offline");
        stream.onerror = () => {
          document.documentElement.setAttribute("data-offline", "");
          if (stream.readyState === 2) setTimeout(start, 3000 + Math.random() * 4000);
        };
      };
      start();
    });
  if (navigator.locks) navigator.locks.request("haidang-stream", listen);
  else listen();
}

// Elements that name the goals they show fetch themselves anew: data-live="KR-1042 O-7", with
// hx-get and hx-trigger="live". Hidden pages wait until they are looked at.
const stale = new Set();
let timer;
const refresh = () => {
  if (document.hidden) return;
  for (const element of stale)
    if (element.isConnected) element.dispatchEvent(new CustomEvent("live"));
  stale.clear();
};
document.addEventListener("haidang:goals", ({ detail: { ids, all } }) => {
  for (const element of document.querySelectorAll("[data-live]"))
    if (all || element.dataset.live.split(" ").some((id) => ids.has(id))) stale.add(element);
  clearTimeout(timer);
  timer = setTimeout(refresh, 60);
});
document.addEventListener("visibilitychange", refresh);
// The numbers that are others afterwards are marked for a moment, and nothing around them.
const numbers = (within) => within.querySelectorAll("b, .num");
const isLive = ({ ctx }) => ctx?.sourceEvent?.type === "live";
let before = new Map();
document.addEventListener("htmx:before:swap", ({ detail }) => {
  if (isLive(detail)) before = new Map([...numbers(detail.ctx.sourceElement)].map((e) => [e, e.textContent]));
});
document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (!isLive(detail)) return;
  const said = new Set(before.values());
  for (const e of numbers(detail.ctx.sourceElement)) {
    if (before.has(e) ? before.get(e) === e.textContent : said.has(e.textContent)) continue;
    e.classList.add("moved");
    setTimeout(() => e.classList.remove("moved"), 1600);
  }
});
