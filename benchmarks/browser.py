"""What a person sees in a browser: the map's first paint, its frames, and what is sent.

In headless Chromium on this machine, over the real server. Without a graphics card the canvas
is drawn by the processor, so frames are slower than a person's.
"""

from __future__ import annotations

import gzip
import os
import signal
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from benchmarks import company as companies
from benchmarks.live import _cookie
from benchmarks.measuring import Row
from benchmarks.pages import member
from benchmarks.rows import database, key_results, writer
from benchmarks.server import _free_port, _haidang, _wait
from haidang.checkins.models import CheckIn
from haidang.people.models import Person
from haidang.web import bundles
from tests.support.browsing import ARGUMENTS, browser_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROUNDS = 12
#: Of these the first are not counted: each web process compiles its templates once.
COLD = 3
#: Check-ins that an open map is told of: their p95 is of what was seen, not beyond it.
TOLD = 40
#: ms from the click to the drawn map: of 200 goals, and of an organisation that is seen whole.
DRAWN, DRAWN_WHOLE = 100.0, 150.0
SOME, WHOLE = 200, 2_000
FRAME = 17.0
EXPAND = 100.0
EVENT = 50.0
CHECK_IN = 15.0
#: kB that may be sent.
FIRST_VISIT, STYLES, SCRIPTS, MAP, FONTS = 100.0, 16.0, 20.0, 16.0, 60.0

#: When the map stands, the first frame after it is painted.
_WATCH = """new MutationObserver((_, watching) => {
  if (!document.querySelector("#map-box[data-ready]")) return;
  watching.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.drawn = performance.now(); }));
}).observe(document, { subtree: true, childList: true, attributes: true })"""
#: ms of each frame while the map is moved for two seconds, and zoomed for two more.
_FRAMES = """async () => {
  const { camera } = strategyMap, times = [], frame = () => new Promise(requestAnimationFrame);
  const [x, y, k] = camera.fit();
  for (const scale of [k, .35, .8]) {
    camera.set(x, y, scale);
    await new Promise(done => setTimeout(done, 400));
    let last = await frame();
    for (let i = 0; i < 60; i++) {
      camera.set(camera.x - 9, camera.y - 5, camera.k * (i < 30 ? 1.01 : .99));
      const now = await frame();
      times.push(now - last);
      last = now;
    }
  }
  return times;
}"""
#: The same of a canvas as large on which a chip is drawn for each goal: what this machine can do.
_BARE = """async () => {
  const canvas = document.createElement("canvas"), times = [];
  canvas.width = innerWidth;
  canvas.height = innerHeight;
  canvas.style = "position: fixed; inset: 0; z-index: 99";
  document.body.append(canvas);
  const context = canvas.getContext("2d"), frame = () => new Promise(requestAnimationFrame);
  let last = await frame();
  for (let i = 0; i < 120; i++) {
    context.clearRect(0, 0, canvas.width, canvas.height);
    for (let n = 0; n < 2000; n++) {
      context.fillStyle = n % 3 ? "#2a7" : "#c40";
      context.fillRect((n * 37 + i * 9) % canvas.width, (n * 91 + i * 5) % canvas.height, 14, 8);
    }
    const now = await frame();
    times.push(now - last);
    last = now;
  }
  canvas.remove();
  return times;
}"""
#: A page that says only that nothing is there: what this machine needs for any page.
_BARE_PAGE = "/nothing/"
_FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
_EXPAND = """async () => {
  const map = strategyMap, all = [];
  const [node] = map.graph.nodes.filter(n => n.up && n.shown).sort((a, b) => b.count - a.count);
  for (let i = 0; i < 8; i++) {
    const start = performance.now();
    map.toggle(node);
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    all.push(performance.now() - start);
  }
  return all;
}"""
#: ms from the message of the stream to the frame in which the first number moves.
_EVENTS = """() => {
  window.waits = [];
  let start = 0;
  document.addEventListener("haidang:goals", () => { start ||= performance.now(); }, true);
  const draw = strategyMap.painter.draw;
  strategyMap.painter.draw = function () {
    draw.call(this);
    if (!start || !strategyMap.pulses.size) return;
    window.waits.push(performance.now() - start);
    start = 0;
  };
}"""


def browser(size: int) -> list[Row]:
    """Everything, in an organisation of `size` goals, as its strategist."""
    path = browser_path()
    if path is None:
        raise SystemExit("no Chromium or Chrome is installed: apt-get install chromium")
    company, some, whole = (companies.build(n) for n in (size, SOME, WHOLE))
    goals = key_results(company.organisation, ROUNDS)
    wide = {"viewport": {"width": 1440, "height": 900}}
    with _server() as base, _chromium(path) as chromium:

        def opened(person: Person, **options: Any) -> BrowserContext:
            context = chromium.new_context(base_url=base, **options)
            name, _, value = _cookie(person).partition("=")
            context.add_cookies([{"name": name, "value": value, "url": base}])
            return context

        rows = _map(opened(some.person, **wide), SOME, SOME, DRAWN)
        # Of a large organisation whole levels are shown, as many as fit.
        rows += _map(opened(company.person, **wide), size, SOME, DRAWN)
        rows += _map(opened(company.person, **wide), size, WHOLE, DRAWN_WHOLE)
        write = writer(whole, key_results(whole.organisation, TOLD))
        rows += _map(opened(whole.person, **wide), WHOLE, WHOLE, DRAWN_WHOLE, write)
        # The founder of the benchmark owns all goals there are: nobody's home page is so long.
        rows += _sent(opened(member(company.organisation.pk, 2, "member"), **wide))
        phone = opened(
            company.person, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True
        )
        rows.append(_check_in(phone, goals[0].public_id, company.person))
    return rows


@contextmanager
def _server() -> Iterator[str]:
    port = _free_port()
    server = subprocess.Popen(
        _haidang("serve", "--port", str(port)),
        env={**os.environ, "HAIDANG_LOG_LEVEL": "warning"},
    )
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


@contextmanager
def _chromium(path: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # its loop is in this thread
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


def _map(
    context: BrowserContext, size: int, goals: int, drawn: float, write: Any = None
) -> list[Row]:
    """The map of at most `goals` of `size`; with a writer also how it unfolds and is told."""
    rows = []
    page = context.new_page()
    page.add_init_script(_WATCH)
    times, painted, bare_page = [], [], []
    for _ in range(ROUNDS):
        page.goto(_BARE_PAGE, wait_until="commit")
        page.wait_for_timeout(500)
        bare_page.append(page.evaluate(_FIRST_PAINT))
        page.goto(f"/map/?limit={goals}", wait_until="commit")
        # Asked only then: a question runs in the page too. And what the page loads at leisure
        # is not to disturb the next. (Each process reads a large organisation once.)
        page.wait_for_timeout(900)
        while page.evaluate("window.drawn") is None:
            page.wait_for_timeout(300)
        times.append(page.evaluate("window.drawn"))
        painted.append(page.evaluate(_FIRST_PAINT))
    shown = page.evaluate("strategyMap.graph.nodes.length")
    name = f"map of {shown:,} goals of {size:,}, asked for > drawn"
    note = f"first paint {statistics.median(painted[COLD:]):.0f} ms"
    note += f"; of a page without content {statistics.median(bare_page[COLD:]):.0f} ms"
    rows.append(Row(name, database(), statistics.median(times[COLD:]), drawn, "ms", note=note))
    frames, bare = page.evaluate(_FRAMES), page.evaluate(_BARE)
    name = f"map of {shown:,} goals of {size:,}, moved and zoomed: frames, p95"
    note = f"median {statistics.median(frames):.0f} ms; a bare canvas p95 {_p95(bare):.0f} ms"
    rows.append(Row(name, database(), _p95(frames), FRAME, "ms", note=note))
    if write is None:
        return rows
    expand = statistics.median(page.evaluate(_EXPAND))
    rows.append(Row("map: expand a branch > drawn", database(), expand, EXPAND, "ms"))
    return [*rows, _events(page, write)]


def _events(page: Page, write: Any) -> Row:
    page.evaluate("strategyMap.camera.set(...strategyMap.camera.fit())")
    page.evaluate(_EVENTS)
    for number in range(TOLD):
        write(number)
        page.wait_for_timeout(1600)  # until the last one's pulse is over
    waits = page.evaluate("window.waits")
    note = f"{len(waits)} check-ins"
    return Row("map: event > painted, p95", database(), _p95(waits), EVENT, "ms", note=note)


def _sent(context: BrowserContext) -> list[Row]:
    """What a first visit to the home page transfers, and the parts that have a bound."""
    page = context.new_page()
    page.goto("/", wait_until="networkidle")
    parts = page.evaluate(
        """() => [...performance.getEntriesByType("navigation"),
          ...performance.getEntriesByType("resource")].map(e => [e.name, e.transferSize])"""
    )
    fonts = sum(sent for name, sent in parts if name.endswith(".woff2"))
    styles = sum(sent for name, sent in parts if name.endswith(".css"))
    packed = {
        name: len(gzip.compress(bundles.joined(name).encode(), 9)) / 1000
        for name in ("web/app.js", "strategy/map.js")
    }
    kilobytes = [
        (
            "first visit, everything that is sent",
            sum(sent for _, sent in parts) / 1000,
            FIRST_VISIT,
        ),
        ("fonts", fonts / 1000, FONTS),
        ("styles of the first visit", styles / 1000, STYLES),
        ("common scripts", packed["web/app.js"], SCRIPTS),
        ("script of the map", packed["strategy/map.js"], MAP * 1.024),
    ]
    return [Row(name, database(), sent, limit, "kB") for name, sent, limit in kilobytes]


def _check_in(context: BrowserContext, goal: str, person: Person) -> Row:
    """From the page of a goal to a saved check-in, on a phone."""
    page = context.new_page()
    before = CheckIn.objects.filter(author=person).count()
    start = time.perf_counter()
    page.goto(f"/goals/{goal}/")
    field = page.locator("input[name=value]").first
    field.fill("12")
    field.press("Enter")
    page.locator(".toast").first.wait_for()
    took = time.perf_counter() - start
    assert CheckIn.objects.filter(author=person).count() > before
    return Row("a check-in by script, page > saved", database(), took, CHECK_IN, "s")


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
