"""The grid of an allocation by keyboard, with a block from a spreadsheet, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Goal
from haidang.kpis.actions import Wanted, ask_targets
from haidang.kpis.models import TargetChange
from haidang.people.models import Person
from tests.support.axe import faults

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Make = Callable[..., "BrowserContext"]


@pytest.fixture
def kpis(administrator: Person, kpi: Goal) -> list[Goal]:
    """The company's 100 million tỷ ₫ a quarter, and two below it, one in triệu ₫."""
    facts: dict[str, Any] = {
        "metric_kind": "currency", "metric_unit": "tỷ ₫", "direction": "higher",
        "frequency": "quarter", "aggregation": "sum",
    }  # fmt: skip
    company = facts | {"title": "Doanh thu", "level": "company", "target": Decimal(100_000_000)}
    top = actions.create_goal(administrator, "kpi", company)
    below = facts | {"level": "unit", "unit": kpi.unit, "target": Decimal("0.1")}
    made = [top]
    for more in ({"title": "Bắc"}, {"title": "Nam", "metric_unit": "triệu ₫"}):
        links = [LinkRequest(top, mode="value")]
        made.append(actions.create_goal(administrator, "kpi", below | more, parents=links))
    return made


def cell(page: Page, kpi: Goal, today: date, quarter: int) -> Locator:
    return page.locator(f'[name="t-{kpi.public_id}-{today.year}-{quarter * 3 - 2:02}-01"]')


def test_what_is_left_follows_what_is_typed_exactly(
    make_context: Make, administrator: Person, kpis: list[Goal], today: date
) -> None:
    top, north, south = kpis
    context = make_context(administrator)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"/kpis/{top.public_id}/allocation/?year={today.year}")
    left = page.locator("[data-left='0']")
    assert left.inner_text() == "còn 99.999.999,8999"
    cell(page, north, today, 1).fill("99.999.999,9999999998")  # beyond what a float tells apart
    assert left.inner_text() == "vượt 0,0000999998"
    cell(page, south, today, 1).fill("0.0000002")
    assert left.inner_text() == "vừa đủ"
    assert page.locator("[data-said]").inner_text() == "2 ô đã sửa"
    cell(page, north, today, 1).press("Enter")
    name: str = page.evaluate("document.activeElement.name")
    assert name == cell(page, south, today, 1).get_attribute("name")
    page.keyboard.press("Escape")
    assert cell(page, south, today, 1).input_value() == "0,1"
    cell(page, north, today, 2).focus()
    page.evaluate("navigator.clipboard.writeText('1,5\\t2.5\\t3\\n7\\tx')")
    page.keyboard.press("Control+V")
    values = [cell(page, north, today, n).input_value() for n in (2, 3, 4)]
    assert values == ["1,5", "2.5", "3"]
    assert cell(page, south, today, 3).get_attribute("aria-invalid") == "true"
    cell(page, south, today, 3).fill("2")
    page.locator("textarea[name=reason]").fill("Phân bổ")
    page.get_by_role("button", name="Lưu hoặc đề nghị").last.click()
    page.get_by_text("Đã gửi đề nghị").wait_for()
    assert TargetChange.objects.filter(waits=True).count() == 6


def test_nobody_is_kept_out(
    make_context: Make, administrator: Person, kpis: list[Goal], today: date
) -> None:
    top, north, _south = kpis
    wanted = [Wanted(north, {today.replace(month=1, day=1): {"target": Decimal(7)}})]
    request = ask_targets(administrator, top, wanted, "Phân bổ")
    addresses = [
        f"/kpis/{top.public_id}/allocation/?year={today.year}",
        f"/goals/{north.public_id}/targets/{today.year}/",
        "/kpis/targets/requests/",
        f"/kpis/targets/requests/{request.pk}/",
    ]
    for width in (1440, 390):
        context = make_context(administrator, viewport={"width": width, "height": 900})
        assert faults(context, addresses, width) == []


def test_without_scripts_it_is_a_form(
    make_context: Make, administrator: Person, kpis: list[Goal], today: date
) -> None:
    top, north, south = kpis
    page = make_context(administrator, java_script_enabled=False).new_page()
    page.goto(f"/kpis/{top.public_id}/allocation/?year={today.year}")
    page.get_by_role("button", name="Chia đều").last.click()
    assert cell(page, north, today, 1).input_value() == "50000000"
    assert cell(page, south, today, 1).input_value() == "50000000000"
    assert page.locator("[data-left='0']").inner_text() == "vừa đủ"
    page.locator("textarea[name=reason]").fill("Phân bổ")
    page.get_by_role("button", name="Lưu hoặc đề nghị").last.click()
    page.get_by_text("Đã gửi đề nghị").wait_for()
    assert TargetChange.objects.filter(waits=True).count() == 8
