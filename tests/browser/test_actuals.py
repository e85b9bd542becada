"""The grid of actuals by keyboard, with a block from a spreadsheet, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from haidang.checkins import actions as checkins
from haidang.checkins.models import CheckIn
from haidang.goals import actions
from haidang.goals.models import Goal, KpiPeriod
from haidang.goals.rules.periods import add_months
from haidang.people.models import Person

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Make = Callable[..., "BrowserContext"]
PAGE = "/kpis/actuals/?n=3"


@pytest.fixture
def kpis(chi: Person, an: Person, kpi: Goal) -> list[Goal]:
    """Revenue, a ratio, and orders, in the order of the grid."""
    facts: dict[str, Any] = {
        "level": "unit", "unit": kpi.unit, "owner": an, "direction": "higher",
        "target": Decimal(90), "frequency": "month",
    }  # fmt: skip
    ratio = {"metric_kind": "percent", "metric_unit": "%", "aggregation": "ratio"}
    count = {"metric_kind": "count", "metric_unit": "đơn", "aggregation": "sum"}
    return [
        kpi,
        actions.create_goal(chi, "kpi", {"title": "Giao đúng hạn", **facts, **ratio}),
        actions.create_goal(chi, "kpi", {"title": "Đơn hàng", **facts, **count}),
    ]


@pytest.fixture
def months(today: date) -> list[date]:
    return [add_months(today.replace(day=1), -ago) for ago in (2, 1, 0)]


def cell(page: Page, kpi: Goal, month: date, part: str = "v") -> Locator:
    return page.locator(f'[name="{part}-{kpi.public_id}-{month.isoformat()}"]')


def focused(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.name")
    return name


def stand(kpi: Goal) -> dict[date, Decimal | None]:
    rows = KpiPeriod.objects.filter(goal=kpi).exclude(own_value=None)
    return dict(rows.values_list("starts", "own_value"))


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def test_a_month_by_keyboard(
    make_context: Make, an: Person, kpis: list[Goal], months: list[date]
) -> None:
    revenue, ratio, orders = kpis
    page = make_context(an).new_page()
    page.goto(PAGE)
    said = page.locator("[data-said]")
    assert said.inner_text() == "Chưa thay đổi gì"
    cell(page, revenue, months[1]).focus()
    page.keyboard.type("2,75")
    page.keyboard.press("Enter")
    assert focused(page) == f"n-{ratio.public_id}-{months[1]}"
    page.keyboard.type("81")
    page.keyboard.press("ArrowRight")
    assert focused(page) == f"d-{ratio.public_id}-{months[1]}"
    page.keyboard.type("90")
    page.keyboard.press("ArrowDown")
    assert focused(page) == f"v-{orders.public_id}-{months[1]}"
    page.keyboard.type("12x")
    assert said.inner_text() == "3 ô đã sửa, 1 ô sai"
    page.get_by_text("Đây không phải là số").wait_for()
    page.keyboard.press("Escape")
    assert said.inner_text() == "2 ô đã sửa"
    page.keyboard.type("1.200")
    page.keyboard.press("Shift+Enter")
    assert focused(page) == f"n-{ratio.public_id}-{months[1]}"
    page.get_by_role("button", name="Lưu").click()
    page.get_by_text("Đã ghi: 3").wait_for()
    assert stand(revenue) == {months[1]: Decimal("2.75")}
    assert stand(ratio) == {months[1]: 90}
    assert stand(orders) == {months[1]: 1200}
    assert cell(page, orders, months[1]).input_value() == "1200"


def test_a_block_is_pasted(
    make_context: Make, an: Person, kpis: list[Goal], months: list[date]
) -> None:
    revenue, ratio, orders = kpis
    KpiPeriod.objects.update_or_create(
        goal=orders, starts=months[1],
        defaults={"ends": months[2], "year": months[1].year, "locked_at": timezone.now()},
    )  # fmt: skip
    context = make_context(an)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(PAGE)
    cell(page, revenue, months[0]).focus()
    paste(page, "1.234,5\t2,5 tỷ ₫\t3\t9\r\n8\t10\t9\t10\t7\t10\r\n1 000\t7\t1,5e3\r\n")
    said = page.locator("[data-said]").inner_text()
    assert said.startswith("8 ô đã sửa, 1 ô sai")
    assert "1 ô đã chốt số" in said
    assert "1 ô nằm ngoài bảng" in said
    page.get_by_role("button", name="Lưu").click()
    page.locator("[data-form-errors]").wait_for()
    assert CheckIn.objects.count() == 0
    wrong = cell(page, orders, months[2])
    assert wrong.input_value() == "1,5e3"
    assert wrong.get_attribute("aria-invalid") == "true"
    assert cell(page, revenue, months[1]).input_value() == "2,5"
    wrong.fill("1500")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_text("Đã ghi: 8").wait_for()
    assert stand(revenue) == dict(zip(months, [Decimal("1234.5"), Decimal("2.5"), 3], strict=True))
    assert stand(ratio) == dict(zip(months, [80, 90, 70], strict=True))
    assert stand(orders) == {months[0]: 1000, months[2]: 1500}


def test_another_was_first(
    make_context: Make, an: Person, kpis: list[Goal], months: list[date]
) -> None:
    page = make_context(an).new_page()
    page.goto(PAGE)
    checkins.record(an, kpis[0], value=Decimal(6), for_day=months[1])
    cell(page, kpis[0], months[1]).fill("7")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        page.get_by_role("button", name="Lưu").click()
    assert answer.value.status == 409
    page.get_by_text("Hiện là 6").wait_for()
    assert cell(page, kpis[0], months[1]).input_value() == "7"
    page.get_by_role("button", name="Lưu").click()
    page.get_by_text("Đã ghi: 1").wait_for()
    assert stand(kpis[0]) == {months[1]: 7}


def test_without_scripts_on_a_phone(
    make_context: Make, an: Person, kpis: list[Goal], months: list[date]
) -> None:
    phone = {"width": 390, "height": 844}
    page = make_context(an, java_script_enabled=False, viewport=phone).new_page()
    page.goto("/kpis/")
    page.get_by_role("link", name="Nhập số thực đạt").click()
    assert not cell(page, kpis[0], months[1]).is_visible()
    page.get_by_role("link", name="Trước đó").click()
    cell(page, kpis[0], months[1]).fill("4")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_text("Đã ghi: 1").wait_for()
    assert stand(kpis[0]) == {months[1]: 4}
