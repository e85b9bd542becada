"""What stands at the edges of the map: its small copy, its menus, and tabs nobody looks at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from haidang.goals.models import Goal
from haidang.strategy.tests.map_company import Company
from haidang.strategy.tests.map_fixtures import with_account
from tests.browser.map_pages import open_map, some, until
from tests.worlds import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["open_map", "some"]

NEAR = "#k=1.2&c=KR-5,100,50"


def test_the_small_copy_moves_the_map(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some, NEAR, reduced_motion="reduce")
    small = page.locator("#map-mini")
    box = small.bounding_box()
    assert box is not None
    middle = """() => { const { camera, minimap: { x, y, k } } = strategyMap;
      return camera.middle.map((v, i) => v * k + [x, y][i]); }"""
    page.mouse.move(box["x"] + 40, box["y"] + 50)
    page.mouse.down()
    page.wait_for_timeout(100)
    assert page.evaluate(middle) == pytest.approx([40, 50], abs=2)
    page.mouse.move(box["x"] + 90, box["y"] + 70, steps=4)
    page.wait_for_timeout(100)
    assert page.evaluate(middle) == pytest.approx([90, 70], abs=2)
    page.mouse.up()


def test_the_small_copy_comes_back_in_a_window_of_another_size(
    some: Company, open_map: Callable[..., Page]
) -> None:
    page = open_map(some, NEAR, reduced_motion="reduce")
    page.get_by_role("treeitem").first.focus()
    page.keyboard.press("Enter")
    page.locator("#map-panel h2").wait_for()
    page.set_viewport_size({"width": 1200, "height": 800})
    until(page, "strategyMap.camera.width < 1000 && strategyMap.minimap.w === 0")
    page.keyboard.press("Escape")
    assert page.locator("#map-mini").is_visible()
    until(page, "strategyMap.minimap.w > 0 && !strategyMap.minimap.stale")


def test_what_is_filtered_can_be_sent_without_scrolling(
    some: Company, open_map: Callable[..., Page]
) -> None:
    page = open_map(some, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.locator(".map-drop summary", has=page.locator(".words", has_text="Lọc")).tap()
    menu, send = (page.locator(f".map-drop .map-filter{part}") for part in ("", " .btn.primary"))
    assert menu.evaluate("e => e.scrollHeight > e.clientHeight")
    around, button = menu.bounding_box(), send.bounding_box()
    assert around is not None
    assert button is not None
    assert button["y"] + button["height"] <= around["y"] + around["height"]
    assert page.locator("label[for=map-person]").inner_text() == "Người"


def test_a_tab_that_nobody_looks_at_asks_later(
    some: Company, open_map: Callable[..., Page]
) -> None:
    page = open_map(some, NEAR, reduced_motion="reduce")
    Goal.objects.filter(pk=some.by_id("KR-5").pk).update(title="Tiêu đề mới")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/map/data/" in r.url else None)
    look = """hidden => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange")); }"""
    page.evaluate(look, True)
    for _ in range(3):
        page.evaluate("""() => document.dispatchEvent(
          new CustomEvent("haidang:goals", { detail: { ids: new Set(["KR-5"]) } }))""")
        page.wait_for_timeout(100)
    assert asked == []
    page.evaluate(look, False)
    until(page, "strategyMap.graph.byId.get('KR-5').title === 'Tiêu đề mới'")
    assert len(asked) == 1


def test_on_paper_numbers_are_those_of_the_screen(
    transactional_db: None, make_context: Callable[..., BrowserContext]
) -> None:
    world = World()
    top = world.ultimate(title="Dẫn đầu")
    aim = world.objective(top)
    for value in (50, 50, 100):
        world.check_in(world.key_result(aim), value)  # two thirds, rounded up
    page = make_context(with_account(world.an), reduced_motion="reduce").new_page()
    page.goto("/map/?cycle=all")
    page.locator("#map-box[data-ready]").wait_for()
    page.mouse.move(700, 500)
    until(page, "!!strategyMap.seek")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert f"{aim.title}: 66,7%" in (page.locator("#map-paper").text_content() or "")


def test_a_depth_that_is_no_number_shows_everything(
    some: Company, open_map: Callable[..., Page]
) -> None:
    page = open_map(some, "#d=abc")
    assert page.evaluate("strategyMap.graph.nodes.every(n => n.shown)")
