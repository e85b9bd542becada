"""Somebody leaves: who takes over is searched for, offered, chosen, and has it."""

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


def test_a_goal_goes_to_who_was_searched_for(
    make_context: Make, administrator: Person, an: Person, binh: Person, objective: Goal
) -> None:
    page = make_context(administrator).new_page()
    page.goto(f"/people/{an.public_id}/departure/")
    page.get_by_role("combobox", name="Người nhận bàn giao").fill("tran binh")
    page.get_by_role("option", name=binh.name).click()
    page.get_by_role("button", name="Dùng danh sách này").click()
    choice = page.get_by_label(objective.title)
    choice.locator(f'option[value="{binh.public_id}"]').wait_for(state="attached")
    choice.select_option(binh.public_id)
    page.get_by_role("button", name="Kết thúc quyền và bàn giao").click()
    page.get_by_text("mọi phần việc đã được bàn giao").wait_for()
    objective.refresh_from_db()
    assert objective.owner == binh
    an.refresh_from_db()
    assert not an.is_active
