"""The browser's Back: always a whole page, as it stands now, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from haidang.checkins import actions as checkins
from haidang.goals.models import Goal
from haidang.people.models import Person

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Make = Callable[..., "BrowserContext"]


def whole(page: Page) -> None:
    """It has its navigation and its styles."""
    page.locator("nav.side").wait_for()
    assert page.locator("link[rel=stylesheet]").count()
    assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"


def test_filter_open_a_goal_back(
    make_context: Make, an: Person, objective: Goal, key_result: Goal
) -> None:
    page = make_context(an).new_page()
    page.goto("/goals/")
    page.locator("select[name=level]").select_option("unit")
    page.wait_for_url("**level=unit**")
    page.locator("#found a.goal-link", has_text=objective.title).first.click()
    page.wait_for_url(f"**/goals/{objective.public_id}/")
    page.go_back()
    page.wait_for_url("**level=unit**")
    whole(page)
    assert page.locator("select[name=level]").input_value() == "unit"
    # And back again, over the filter, to the list without it.
    page.go_back()
    page.wait_for_url(re.compile(r"/goals/$"))
    page.locator("#found", has_text=key_result.title).wait_for()
    whole(page)
    assert page.locator("select[name=level]").input_value() == ""


@pytest.mark.parametrize("address", ["/", "/goals/{}/"])
def test_live_repaint_leave_back(
    make_context: Make, an: Person, chi: Person, objective: Goal, key_result: Goal, address: str
) -> None:
    page = make_context(an).new_page()
    address = address.format(key_result.public_id)
    with page.expect_response(lambda r: "/stream/" in r.url):
        page.goto(address)
    checkins.record(chi, key_result, value=Decimal(40))
    page.locator(".moved").first.wait_for()
    page.locator("nav.side a[href='/goals/']").click()
    page.wait_for_url("**/goals/")
    checkins.record(chi, Goal.objects.get(pk=key_result.pk), value=Decimal(70))
    page.go_back()
    page.wait_for_url(f"**{address}")
    whole(page)
    page.locator("main", has_text="70%").wait_for()  # what stands now


def test_check_in_leave_back(make_context: Make, an: Person, key_result: Goal) -> None:
    page = make_context(an).new_page()
    address = f"/goals/{key_result.public_id}/"
    page.goto(address)
    form = page.locator(f"#quick-{key_result.public_id}")
    form.locator("input[name=value]").fill("30")
    form.locator("input[name=note]").press("Enter")
    page.locator(".toast", has_text=key_result.public_id).wait_for()
    page.locator("nav.side a[href='/goals/']").click()
    page.wait_for_url("**/goals/")
    page.go_back()
    page.wait_for_url(f"**{address}")
    whole(page)
    page.locator(".goal-number .big", has_text="30%").wait_for()


def test_after_signing_out_back_shows_nothing_of_the_account(
    make_context: Make, an: Person, key_result: Goal
) -> None:
    page = make_context(an).new_page()
    page.goto("/goals/")
    page.goto(f"/goals/{key_result.public_id}/")
    page.locator("form[action='/accounts/logout/'] button").evaluate("b => b.form.requestSubmit(b)")
    page.locator("input[name=login], a[href*=login]").first.wait_for()
    for _step in range(2):
        page.go_back()
        page.wait_for_load_state()
        assert key_result.title not in page.content()
