"""The map opened in a browser: what its tests share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from haidang.strategy.tests.map_company import Company, company
from haidang.strategy.tests.map_fixtures import with_account

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

OPEN = """async () => {
  await document.fonts.ready;
  for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
}"""


#: What the canvas is asked to draw in one frame: every box, text and curve on the screen.
DRAWN = """() => {
  const { pen, ratio: r } = strategyMap.painter;
  const found = { fillRect: [], roundRect: [], fillText: [], bezierCurveTo: [] };
  for (const name in found) pen[name] = (...args) => {
    const { a, d, e, f } = pen.getTransform(), text = name === "fillText" ? args[0] : null;
    const [x, y, w, h] = text === null ? args : args.slice(1);
    const wide = text === null ? w : pen.measureText(text).width;
    found[name].push({ text, fill: pen.fillStyle,
      x: (x * a + e) / r, y: (y * d + f) / r, w: wide * a / r, h: h * d / r });
    CanvasRenderingContext2D.prototype[name].apply(pen, args);
  };
  strategyMap.painter.draw();
  for (const name in found) delete pen[name];
  return found;
}"""

#: Two cards that lie over each other, and cards outside the panel of their company goal.
FAULTS = """() => {
  const { graph, layout } = strategyMap, shown = graph.nodes.filter(n => n.shown), found = [];
  const meet = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  const pairs = (all, name) => all.forEach((a, i) => all.slice(i + 1).forEach(b => {
    if (meet(a, b)) found.push(name(a) + " over " + name(b));
  }));
  pairs(shown, n => n.id);
  pairs(layout.regions, r => r.key);
  for (const { top, rows, x, y, w, h } of layout.blocks) for (const n of [top, ...rows]) {
    if (n.x < x || n.y < y || n.x + n.w > x + w + .5 || n.y + n.h > y + h + .5) found.push(n.id);
  }
  return found;
}"""


@pytest.fixture
def some(transactional_db: None) -> Company:
    return company(120)


@pytest.fixture
def open_map(make_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`open_map(company, "#k=0.8")`: the map as its strategist sees it, drawn."""

    def opened(made: Company, address: str = "", **options: Any) -> Page:
        options = {"viewport": {"width": 1440, "height": 900}, **options}
        page = make_context(with_account(made.strategist), **options).new_page()
        page.goto(f"/map/{address}")
        page.locator("#map-box[data-ready]").wait_for()
        page.evaluate(OPEN)
        return page

    return opened


def at(page: Page) -> str | None:
    """The goal whose card has the focus."""
    return page.evaluate("document.activeElement?.node?.id")


def until(page: Page, condition: str) -> None:
    """Wait for it; the policy forbids what Playwright's own way of waiting needs."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)
