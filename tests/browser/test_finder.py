"""Ctrl+K in a real browser: typed, walked, opened and left by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from haidang.goals.models import Goal
from haidang.people.models import Person
from tests.support.axe import violations

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Make = Callable[..., "BrowserContext"]


def test_it_goes_by_keyboard(
    make_context: Make, an: Person, objective: Goal, make_key_result: Callable[..., Goal]
) -> None:
    first, second = (make_key_result(objective, f"Nhà phân phối {at}") for at in (1, 2))
    page = make_context(an, reduced_motion="reduce").new_page()
    page.goto("/people/")
    page.locator("#content").focus()
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Tìm kiếm")
    page.locator("#finder-found [aria-selected=true]").wait_for()
    assert violations(page) == []
    page.keyboard.type("nha phan phoi")
    rows = page.locator("#finder-found [role=option]")
    page.locator("#finder-found [data-asked='nha phan phoi']").wait_for(state="attached")
    assert first.title in (rows.nth(0).text_content() or "")
    page.keyboard.press("ArrowDown")
    assert rows.nth(1).get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == rows.nth(1).get_attribute("id")
    assert box.evaluate("box => box === document.activeElement")
    # Left with Escape the focus is where it was, and nothing of the search stays.
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Control+k")
    assert box.input_value() == ""
    # Pressed before the search has answered, Enter opens what it finds.
    page.keyboard.type(second.public_id)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/goals/{second.public_id}/")


def test_it_checks_in_and_creates(make_context: Make, an: Person, key_result: Goal) -> None:
    page = make_context(an).new_page()
    page.goto("/")
    page.get_by_role("link", name="Tìm kiếm").click()
    page.get_by_role("option", name=key_result.title).click()
    page.wait_for_url(f"**/goals/{key_result.public_id}/check-ins/")
    page.keyboard.press("Control+k")
    page.locator("#finder-found [aria-selected=true]").wait_for()
    page.keyboard.type("kpi moi")
    page.keyboard.press("Enter")
    page.wait_for_url("**/goals/new/kpi/")


_HTMX_COMES_LATE = """
const { setTimeout: later } = window;
window.setTimeout = (run, wait = 0, ...given) =>
  later(run, wait + (document.readyState === "complete" ? 0 : 1500), ...given);
"""


def test_it_answers_a_key_that_comes_before_the_page_is_ready(
    make_context: Make, an: Person
) -> None:
    context = make_context(an)
    context.add_init_script(_HTMX_COMES_LATE)
    page = context.new_page()
    page.goto("/people/")
    page.keyboard.press("Control+k")
    assert page.locator("#finder-dialog").is_visible()
    assert page.locator("#finder-found [role=option]").count() == 0
    page.locator("#finder-found [aria-selected=true]").wait_for()
