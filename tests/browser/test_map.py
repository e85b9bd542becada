"""The strategy map in a real browser: its layout, its looks, and without JavaScript."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from haidang.strategy.tests.map_company import Company, company
from haidang.strategy.tests.map_fixtures import with_account
from haidang.web import bundles
from tests.browser.map_pages import DRAWN, FAULTS, OPEN, open_map, some, until
from tests.support.axe import SOURCE as AXE

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["open_map", "some"]


@pytest.mark.parametrize("size", [60, 600])
def test_nothing_lies_over_anything(size: int, open_map: Callable[..., Page]) -> None:
    page = open_map(company(size))
    assert page.evaluate(FAULTS) == []
    wide, high = page.evaluate("[strategyMap.layout.width, strategyMap.layout.height]")
    assert 0.8 < wide / high < 2.6
    for levels in ("1", "2", "3"):
        page.select_option("#map-levels", levels)
        assert page.evaluate(FAULTS) == []


def test_the_layout_is_the_same_each_time(some: Company, open_map: Callable[..., Page]) -> None:
    places = "strategyMap.graph.nodes.map(n => [n.id, n.x, n.y])"
    page = open_map(some)
    first = page.evaluate(places)
    page.reload()
    page.locator("#map-box[data-ready]").wait_for()
    assert page.evaluate(places) == first


def test_folding_keeps_the_card_where_it_is(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some, reduced_motion="reduce")
    until(page, "strategyMap.began")  # before its first rest a map writes no address
    name = page.evaluate(
        """() => { const m = strategyMap, n = m.graph.nodes.find(n => n.depth === 3 && n.count > 2);
          m.camera.reveal(n, .8); return n.id; }"""
    )
    where = f"""() => {{ const m = strategyMap, n = m.graph.byId.get("{name}");
      return [n.x * m.camera.k + m.camera.x, n.y * m.camera.k + m.camera.y, n.kids[0].shown]; }}"""
    before = page.evaluate(where)
    for shown in (False, True):
        page.evaluate(f"""strategyMap.toggle(strategyMap.graph.byId.get("{name}"))""")
        x, y, kids = page.evaluate(where)
        assert kids is shown
        assert abs(x - before[0]) < 1
        assert abs(y - before[1]) < 1
    card = page.locator(f"[role=treeitem][data-id='{name}']")
    page.evaluate(OPEN)
    fold = card.locator(".mc-more")
    box = fold.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert card.get_attribute("aria-expanded") == "false"
    assert card.locator(".mc-strip").is_visible()
    below = page.evaluate(f"""strategyMap.graph.byId.get("{name}").count""")
    assert fold.inner_text() == f"+{below}"
    page.wait_for_url(f"**t={name}**")


def test_a_count_does_not_hide_progress(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some)
    page.select_option("#map-levels", "2")
    page.evaluate("strategyMap.camera.set(60, 80, .5)")
    found = page.evaluate(DRAWN)
    heights = {round(box["h"], 1) for box in found["roundRect"]}
    bars = [box for box in found["roundRect"] if abs(box["h"] - 4) < 0.1]
    counts = [box for box in found["roundRect"] if abs(box["h"] - 13) < 0.1]
    assert len(counts) > 3, heights
    for count in counts:
        for bar in bars:
            assert (
                bar["x"] >= count["x"] + count["w"]
                or bar["x"] + bar["w"] <= count["x"]
                or bar["y"] >= count["y"] + count["h"]
                or bar["y"] + bar["h"] <= count["y"]
            )


def test_it_fills_its_page(some: Company, open_map: Callable[..., Page]) -> None:
    for width, height in ((1440, 900), (390, 844)):
        page = open_map(some, viewport={"width": width, "height": height})
        right, bottom, bar = page.evaluate("""() => {
          const { right, bottom } = document.getElementById("map").getBoundingClientRect();
          return [right, bottom, document.querySelector(".side").getBoundingClientRect().top]; }""")
        assert right == width
        assert bottom == pytest.approx(bar or height, abs=1)
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_wide_heading_keeps_its_words_on_the_screen(
    some: Company, open_map: Callable[..., Page]
) -> None:
    page = open_map(some, reduced_motion="reduce")
    page.evaluate("""() => { const m = strategyMap, n = m.graph.nodes.find(n => n.w > 850);
      m.camera.set(-100 - n.x * 1.6, 200 - n.y * 1.6, 1.6); m.select(n, { reveal: false }); }""")
    page.wait_for_timeout(300)
    for part in ("id", "title", "percent"):
        box = page.locator(f"[role=treeitem][tabindex='0'] .mc-{part}").bounding_box()
        assert box is not None
        assert box["x"] >= 228
        assert box["x"] + min(box["width"], 40) <= 1440


def test_without_javascript_it_is_an_outline(
    some: Company, make_context: Callable[..., BrowserContext]
) -> None:
    person = with_account(some.strategist)
    page = make_context(person, java_script_enabled=False).new_page()
    page.goto("/map/?kind=kpi")
    page.wait_for_url("**view=outline**")
    assert "kind=kpi" in page.url
    page.get_by_role("heading", name="Bản đồ chiến lược").wait_for()
    assert page.locator(".mo li").count() > 10
    summary = page.locator(".mo summary", has_text="SP-1").first
    assert summary.evaluate("summary => getComputedStyle(summary).listStyleType") == "none"
    assert "kỳ vọng" in page.locator(".mo-line").first.inner_text()
    summary.click()
    page.get_by_role("link", name=some.by_id("SP-2").title).first.wait_for()


@pytest.mark.parametrize(
    ("width", "theme"),
    [
        (1440, "light"),
        pytest.param(1440, "dark", marks=pytest.mark.a11y_matrix),
        pytest.param(390, "light", marks=pytest.mark.a11y_matrix),
        pytest.param(390, "dark", marks=pytest.mark.a11y_matrix),
    ],
)
def test_it_is_accessible(
    width: int, theme: str, some: Company, open_map: Callable[..., Page]
) -> None:
    page = open_map(
        some,
        "#k=0.8&c=O-3,100,50&at=O-3&p=1",
        viewport={"width": width, "height": 844},
        color_scheme=theme,
        bypass_csp=True,
        reduced_motion="reduce",
    )
    page.locator("#map-panel h2").wait_for()
    page.wait_for_timeout(400)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    check = """async () => (await axe.run(document)).violations.map(
      v => [v.id, v.nodes.map(n => [n.html.slice(0, 200), n.failureSummary])])"""
    assert page.evaluate(check) == []
    page.locator("#map-close").click()
    for drop in page.locator(".map-drop summary").all():
        drop.click()
        assert page.evaluate(check) == []
    page.goto("/map/?view=outline")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(check) == []


def test_it_is_small_and_quick_enough_to_notice_nothing(
    some: Company, open_map: Callable[..., Page]
) -> None:
    script = gzip.compress(bundles.joined("strategy/map.js").encode(), 9)
    assert len(script) <= 16_384
    assert len(gzip.compress(bundles.joined("strategy/map.css").encode(), 9)) <= 4_500
    page = open_map(company(1900))
    took = page.evaluate(
        """() => { const m = strategyMap, all = [];
          for (let i = 0; i < 5; i++) {
            const t = performance.now();
            m.layout = null;
            m.arrange();
            all.push(performance.now() - t);
          }
          return Math.min(...all); }"""
    )
    assert took < 100
    assert json.loads(page.locator("#map-data").text_content() or "{}")["id"]
