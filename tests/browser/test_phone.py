"""On a phone: first who or what it is, then the rest, and nothing runs off the side."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from haidang.people.models import Person, Unit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Make = Callable[..., "BrowserContext"]


def test_the_name_comes_before_the_facts(
    make_context: Make, administrator: Person, an: Person, sales_unit: Unit
) -> None:
    account = administrator.account
    assert account is not None
    account.language = "en"
    account.save(update_fields=["language"])
    page = make_context(administrator, viewport={"width": 390, "height": 844}).new_page()
    for address in (f"/people/{an.public_id}/", f"/units/{sales_unit.public_id}/"):
        page.goto(address)
        places = [page.locator(what).bounding_box() for what in ("h1", "aside.aside")]
        head, facts = (place["y"] for place in places if place)
        assert head < facts, address
    page.goto("/account/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    card, button = page.locator(".card").first, page.get_by_role("link", name="My page")
    outer, inner = card.bounding_box(), button.bounding_box()
    assert outer
    assert inner
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    page.goto("/account/tokens/")
    row, tab = (page.locator(what).bounding_box() for what in (".tabs", ".tabs [aria-current]"))
    assert row
    assert tab
    assert tab["x"] + tab["width"] <= row["x"] + row["width"] + 1
