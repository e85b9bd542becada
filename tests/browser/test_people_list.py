"""The list of people filters by itself, as the list of goals does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from haidang.people.models import Person

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Make = Callable[..., "BrowserContext"]


def test_it_filters_while_one_types(
    make_context: Make, administrator: Person, an: Person, dung: Person
) -> None:
    page = make_context(administrator).new_page()
    page.goto("/people/")
    assert not page.get_by_role("button", name="Lọc").is_visible()
    box = page.get_by_role("searchbox", name="Tìm người")
    box.press_sequentially("van dung")
    page.get_by_role("link", name=an.name).wait_for(state="detached")
    assert page.get_by_role("link", name=dung.name).is_visible()
    assert page.locator("#people-count").inner_text() == "1 người"
    assert "q=van+dung" in page.url
    assert box.evaluate("box => box === document.activeElement")
