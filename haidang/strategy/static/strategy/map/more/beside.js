/* The form of a page in a dialog over the map: edit a goal without leaving. The page stays the
   only one that draws and judges the form; here it is fetched, sent, and shown again. */

import { box, map, refresh, said } from "./ask.js";

let shown = null;

async function show(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = page.querySelector("main form[data-guard]");
  if (!form) return false;
  for (const sheet of page.querySelectorAll("link[rel=stylesheet]")) {
    const href = sheet.getAttribute("href");
    if (!document.querySelector(`link[href="${href}"]`)) document.head.append(sheet);
  }
  const scripts = [...form.querySelectorAll("script[src]")].map(s => s.getAttribute("src"));
  const body = shown.querySelector(".dialog-body");
  body.replaceChildren(document.importNode(form, true));
  htmx.process(body);
  for (const src of new Set(scripts)) import(src);
  body.querySelector("[aria-invalid=true],[data-form-errors],input:not([type=hidden]),textarea")?.focus();
  return true;
}

async function open(link) {
  const answer = await fetch(link.href).catch(() => 0);
  if (!answer.ok) { location.assign(link.href); return; }
  shown = document.getElementById("map-beside");
  shown.querySelector("h2").textContent = link.textContent.trim();
  if (!await show(answer)) { location.assign(link.href); return; }
  shown.showModal();
}

document.getElementById("map").addEventListener("click", e => {
  const link = e.target.closest("[data-beside],[data-go]"), node = link && map.graph.byId.get(link.dataset.go);
  if (!link || e.ctrlKey || e.metaKey || e.shiftKey || link.dataset.go && !node) return;
  e.preventDefault();
  if (!node) { open(link); return; }
  map.unfold(node);
  map.select(node, { k: Math.max(map.camera.k, .7) });
});
document.addEventListener("submit", async e => {
  if (!shown?.contains(e.target) || e.defaultPrevented) return;
  e.preventDefault();
  const form = e.target, data = new FormData(form, e.submitter);
  const answer = await fetch(form.action, { method: "POST", body: data }).catch(() => 0);
  /* It may be sent again (`forms.js`). */
  form.dispatchEvent(new CustomEvent("htmx:finally:request", { bubbles: true, detail: {} }));
  if (!answer) { haidang.toast(haidang.words.offline, "danger"); return; }
  if (answer.redirected || !await show(answer)) {
    if (!answer.ok) { haidang.toast(said.failed, "danger"); return; }
    shown.close();
    haidang.toast(said.saved, "on_track");
    refresh();
  }
});
box.parentElement.addEventListener("click", e => {
  const back = e.target.closest("#map-beside .form-foot a");
  if (back) { e.preventDefault(); shown.close(); }
});

/* A check-in beside the map begins in its first field, as it does on its page. */
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const act = document.getElementById("map-act");
  if (act && ctx?.target === act && !act.contains(document.activeElement)) act.querySelector("input:not([type=hidden]),textarea")?.focus();
});
