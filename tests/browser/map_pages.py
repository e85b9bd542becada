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


def until(page: Page, condition: str) -> None:
    """Wait for it; the policy forbids what Playwright's own way of waiting needs."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)
