"""A table in a browser: columns by keyboard, a stretch of rows ticked, all of them changed."""

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


def test_columns_rows_and_a_change_to_many(
    make_context: Make, chi: Person, binh: Person, objective: Goal,
    make_key_result: Callable[..., Goal],
) -> None:  # fmt: skip
    for at in range(4):
        make_key_result(objective, f"KR {at}")
    page = make_context(chi).new_page()
    page.goto("/explorer/?kind=key_result")
    page.locator("summary", has_text="Cột").focus()
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="Nhãn").focus()
    page.keyboard.press("Space")
    page.locator("th.x-tags").wait_for()
    assert "columns=tags" in page.url
    page.keyboard.press("Escape")
    assert page.locator("summary", has_text="Cột").evaluate("s => s === document.activeElement")
    boxes = page.locator(".x-pick input[name=goal]")
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])
    page.get_by_text("Đã chọn 3", exact=True).wait_for()
    page.get_by_role("button", name="Thay đổi", exact=True).click()
    page.get_by_role("button", name="Người phụ trách", exact=True).click()
    page.get_by_role("combobox").fill("binh")
    page.get_by_role("option", name=binh.name).click()
    page.get_by_role("button", name="Xem trước thay đổi").click()
    page.get_by_role("button", name="Thay đổi 3 mục tiêu").click()
    page.get_by_text("Đã thay đổi 3 mục tiêu").wait_for()
    assert "kind=key_result" in page.url
    assert Goal.objects.filter(owner=binh).count() == 3
