"""The map's page as it comes in: in whatever order its parts arrive."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from haidang.strategy.tests.map_company import Company
from haidang.strategy.tests.map_fixtures import with_account
from tests.browser.map_pages import some, until

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["some"]

#: The canvas's own ground, and what the styles say.
_GROUND = """() => { const { c, canvas } = strategyMap.painter, probe = document.createElement("i");
  probe.style.color = "var(--map-bg)";
  strategyMap.box.append(probe);
  return [c.bg, getComputedStyle(probe).color, canvas.width]; }"""


@pytest.mark.parametrize(
    "late", ["**/*.css", "**/*.woff2", "**/web/app*.js", "**/strategy/map.*.js"]
)
def test_what_comes_late_is_waited_for(
    late: str, some: Company, make_context: Callable[..., BrowserContext]
) -> None:
    page = make_context(
        with_account(some.strategist), viewport={"width": 1440, "height": 900}
    ).new_page()

    def wait(route: Route) -> None:
        time.sleep(0.4)
        route.continue_()

    page.route(f"**/{late}", wait)
    page.goto("/map/")
    page.locator("#map-box[data-ready]").wait_for()
    drawn, said, width = page.evaluate(_GROUND)
    assert drawn == said
    assert width > 1000
    until(page, "document.fonts.check('600 14px Inter', 'aạ')")
    page.locator(".map-drop summary", has_text="Lọc").click()
    page.locator("#map-text").fill("doanh thu")
    page.keyboard.press("Enter")
    page.locator(".map-note, .map-empty").wait_for()


def test_a_card_opens_beside_the_map_at_once(
    some: Company, make_context: Callable[..., BrowserContext]
) -> None:
    """Also before the scripts of the other pages have come."""
    page = make_context(with_account(some.strategist)).new_page()
    page.route("**/htmx*.js", lambda route: (time.sleep(0.6), route.continue_()))
    page.goto("/map/#at=UG-1&p=1", wait_until="commit")
    page.locator("#map-panel h2").wait_for()
    until(page, "!!globalThis.htmx")
    page.locator("#map-panel [data-go]").first.click()
    until(page, "strategyMap.at.id !== 'UG-1'")
