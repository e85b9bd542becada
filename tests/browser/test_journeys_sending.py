"""Forms that make something: once, with the new state shown, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from haidang.goals.models import Goal
from haidang.people.models import Person

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Make = Callable[..., "BrowserContext"]


def test_the_dialog_closes_over_the_new_key_result(
    make_context: Make, an: Person, objective: Goal
) -> None:
    page = make_context(an).new_page()
    page.goto(f"/goals/{objective.public_id}/")
    for number in (1, 2):  # the second time one is at #key-results already
        page.locator("#key-results").get_by_role(
            "link", name="Thêm kết quả then chốt"
        ).first.click()
        dialog = page.locator("#key-result-dialog")
        dialog.locator("textarea[name=title]").fill(f"Kết quả {number}")
        dialog.locator("[name=target]").fill("10")
        dialog.get_by_role("button", name="Thêm", exact=True).dblclick()
        page.locator("#key-results .kr", has_text=f"Kết quả {number}").wait_for()
        dialog.wait_for(state="detached")
        # Said here, and not on some page later.
        page.locator("main", has_text=f"Đã tạo KR-{number}").first.wait_for()
        assert page.url.endswith("#key-results")
        assert Goal.objects.filter(kind="key_result").count() == number
    page.reload()
    assert not page.locator("main", has_text="đang thực hiện.").count()


def test_while_a_form_is_on_its_way_its_buttons_are_off(
    make_context: Make, an: Person, objective: Goal
) -> None:
    page = make_context(an).new_page()
    page.goto(f"/goals/new/key_result/?objective={objective.public_id}")
    page.locator("textarea[name=title]").fill("Một lần")
    page.locator("[name=target]").fill("10")
    page.evaluate("addEventListener('submit', event => event.preventDefault())")  # no answer
    page.get_by_role("button", name="Tạo", exact=True).click()
    buttons = page.locator(".form-foot button[type=submit]")
    for at in range(buttons.count()):
        assert buttons.nth(at).get_attribute("aria-disabled") == "true"
    assert buttons.first.get_attribute("aria-busy") == "true"


def test_two_presses_without_scripts_make_one_goal(
    make_context: Make, chi: Person, objective: Goal
) -> None:
    page = make_context(chi, java_script_enabled=False).new_page()
    page.goto("/goals/new/objective/")
    page.locator("textarea[name=title]").fill("Chỉ một lần thôi")
    page.get_by_role("button", name="Tạo", exact=True).dblclick()
    page.locator("h1", has_text="Chỉ một lần thôi").wait_for()
    assert Goal.objects.filter(title="Chỉ một lần thôi").count() == 1


def test_the_years_total_follows_what_is_typed(make_context: Make, chi: Person, kpi: Goal) -> None:
    page = make_context(chi).new_page()
    page.goto(f"/goals/{kpi.public_id}/targets/")
    total = page.locator("#targets-total")
    assert total.inner_text() == "36"
    january = page.locator(".target-grid tr:not(.usual) input").first
    january.fill("2,5")
    page.locator("#targets-total", has_text="35,5").wait_for()
    assert january.input_value() == "2,5"
