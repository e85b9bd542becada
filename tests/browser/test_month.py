"""A month that is closed like the books, by the pages of three people: who keeps the data, the
head of the department, and the director."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.models import Goal
from haidang.goals.rules.periods import add_months
from haidang.kpis.actions.connecting import Plan, make_connector, name_kpis, switch_connector
from haidang.kpis.models import ClosedFigure, Connector, Quarantined
from haidang.people.models import Person, Unit
from tests.browser.journeys import text_of
from tests.support.serving import Server

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Make = Callable[..., "BrowserContext"]

FILE = "sales.sqlite3"
QUERY = """\
SELECT seller AS name, sum(amount) AS value FROM sales
WHERE day BETWEEN :starts AND :ends GROUP BY seller"""
#: Sellers, and what each sold in the month before; in the month itself one sold far more, of
#: one there is no row.
BEFORE = {"Lan": Decimal("2.5"), "Minh": Decimal("1.2"), "Oanh": Decimal("1.4")}
SOLD = {"Lan": "2.6", "Minh": "9.75"}


@pytest.fixture
def month(today: date) -> date:
    return add_months(today.replace(day=1), -1)


@pytest.fixture
def kpis(chi: Person, an: Person, binh: Person, sales_unit: Unit, month: date) -> dict[str, Goal]:
    """Revenue of each seller, Bình's, whose data An keeps."""
    before = add_months(month, -1)
    found = {}
    for name, value in BEFORE.items():
        facts: dict[str, Any] = {
            "title": f"Doanh thu của {name}", "level": "unit", "unit": sales_unit, "owner": binh,
            "data_owner": an, "metric_kind": "currency", "metric_unit": "tỷ ₫", "decimals": 2,
            "direction": "higher", "target": Decimal(3), "frequency": "month",
            "aggregation": "sum", "starts": before, "freshness_days": 0,
        }  # fmt: skip
        found[name] = actions.create_goal(chi, "kpi", facts)
        checkins.record(an, found[name], value=value, for_day=month - timedelta(days=1))
    # They are asked for since then, not since today.
    made = timezone.make_aware(datetime.combine(before, time(8)))
    Goal.objects.filter(pk__in=[kpi.pk for kpi in found.values()]).update(created_at=made)
    return found


@pytest.fixture
def connector(
    server: Server, administrator: Person, an: Person, kpis: dict[str, Goal], month: date
) -> Connector:
    """One that asks the sales for the month that has ended, and does not believe a jump."""
    folder = server.data / "connectors" / administrator.organisation.slug
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).unlink(missing_ok=True)
    with sqlite3.connect(folder / FILE) as sales:
        sales.execute("CREATE TABLE sales (day, seller, amount)")
        rows = [(month.replace(day=20).isoformat(), who, float(sold)) for who, sold in SOLD.items()]
        sales.executemany("INSERT INTO sales VALUES (?, ?, ?)", rows)
    sales.close()
    settings = {"url": f"sqlite:///{FILE}", "query": QUERY}
    plan = Plan("Phần mềm bán hàng", an, settings=settings, jump=Decimal(50))
    made = make_connector(administrator, "sql", plan)
    made = name_kpis(administrator, made, 1, list(kpis.items()))
    return switch_connector(administrator, made, 2, True)


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def row_of(page: Page, kpi: Goal) -> str:
    """What the table says of a KPI, in all its rows."""
    rows = page.locator("main tr", has_text=kpi.title).all()
    return " ".join(text_of(row) for row in rows).replace("\u00a0", " ")


def report(page: Page, kpi: Goal, value: str, period: date | None = None) -> None:
    """By the form beside the KPI, for the period that it asks for or for another."""
    page.goto(f"/goals/{kpi.public_id}/")
    form = page.locator(f"#quick-{kpi.public_id}")
    if period is not None:
        form.locator("select[name=period]").select_option(period.isoformat())
    form.locator("input[name=value]").fill(value)
    form.get_by_role("button", name="Lưu check-in").click()


def test_a_month_is_closed_opened_and_closed_again(
    make_context: Make, administrator: Person, an: Person, chi: Person,
    kpis: dict[str, Goal], connector: Connector, month: date,
) -> None:  # fmt: skip
    lan, minh, oanh = kpis.values()
    label = f"{month:%m/%Y}"
    director, keeper, head = (
        make_context(person).new_page() for person in (administrator, an, chi)
    )

    # Numbers arrive; one is not believed, and of one there is no row.
    director.goto(f"/kpis/connectors/{connector.pk}/")
    press(director, "Chạy ngay")
    director.get_by_text("Nhận một phần").wait_for()
    director.get_by_text("1 số mới, 1 tạm giữ, 1 không có dòng").wait_for()
    director.get_by_text("Câu trả lời không có dòng nào cho tên này").wait_for()

    # Who keeps the data decides.
    keeper.goto("/")
    waits = keeper.locator(".waits li", has_text=minh.title)
    assert "biến động 712,5%" in text_of(waits).replace("\u00a0", " ")
    waits.get_by_role("link", name="Quyết định").click()
    keeper.get_by_text("name=Minh; value=9.75").wait_for()
    press(keeper, "Chấp nhận")
    keeper.locator("textarea[name=reason][aria-invalid=true]").wait_for()  # not without a reason
    keeper.get_by_label("Vì sao?").fill("Đơn hàng Tết của hai hệ thống siêu thị, đã đối chiếu")
    press(keeper, "Chấp nhận")
    keeper.get_by_text("Đã ghi nhận số liệu.").wait_for()
    assert Quarantined.objects.get().decided_by == an

    # What is missing stands where people look.
    keeper.goto("/attention/")
    assert label in row_of(keeper, oanh)
    keeper.goto("/kpis/closing/")
    assert "Chưa nộp số" in row_of(keeper, oanh)
    assert "9,75 tỷ ₫" in row_of(keeper, minh)
    assert an.name in text_of(keeper.locator("section.card", has_text="Ai chưa nộp số").first)
    assert not keeper.get_by_role("link", name=f"Chốt số {label}").count()

    # The head closes the month, with what is missing named.
    head.goto("/kpis/closing/")
    follow(head, f"Chốt số {label}")
    assert oanh.title in text_of(head.locator("main"))
    assert lan.title not in text_of(head.locator("main"))
    press(head, f"Chốt số {label}")
    head.get_by_text("Đã chốt số 3 KPI.").wait_for()
    assert "Chốt thiếu số" in row_of(head, oanh)

    # From then on nobody changes it alone.
    report(keeper, oanh, "1,5", month)
    keeper.locator(f"#quick-{oanh.public_id}").get_by_text("Kỳ này đã chốt số.").wait_for()
    keeper.goto("/kpis/closing/")
    keeper.locator("main tr", has_text=oanh.title).get_by_role(
        "link", name="Đề nghị mở lại"
    ).click()
    keeper.get_by_label("Vì sao?").fill("Oanh đứng tên viết tắt trong phần mềm bán hàng")
    press(keeper, "Gửi đề nghị")
    keeper.get_by_text("Đã gửi đề nghị").wait_for()

    # A second person opens it, for one KPI and until it is closed again.
    head.goto("/")
    asked = head.locator(".waits li", has_text=oanh.title)
    assert "viết tắt" in text_of(asked)
    asked.get_by_role("button", name="Đồng ý").click()
    head.get_by_text("Kỳ đã được mở lại.").wait_for()
    report(keeper, oanh, "1,5")
    keeper.locator(".toast", has_text=oanh.public_id).wait_for()
    head.goto("/kpis/closing/")
    assert "Đã mở lại" in row_of(head, oanh)
    follow(head, f"Chốt số {label}")
    press(head, f"Chốt số {label}")
    head.get_by_text("Đã chốt số 1 KPI.").wait_for()
    assert "1,5 tỷ ₫" in row_of(head, oanh)

    # The director sees both closings, and where a number came from, down to its row.
    director.goto("/kpis/closing/")
    follow(director, "đã chốt 2 lần")
    main = text_of(director.locator("main")).replace("\u00a0", " ")
    both = re.search(r"phiên bản 2(.*)phiên bản 1(.*)", main)
    assert both is not None
    second, first = both.groups()
    assert "1,5 tỷ ₫" in second
    assert "thiếu số" in first
    assert chi.name in first
    director.goto(f"/kpis/periods/{minh.public_id}/{month.isoformat()}/")
    follow(director, connector.name)
    run = text_of(director.locator("main"))
    assert "name=Minh; value=9.75" in run
    assert "name=Lan; value=2.6 name=Minh; value=9.75" in " ".join(run.split())
    versions = ClosedFigure.objects.filter(starts=month).values_list("goal_id", "version", "actual")
    assert set(versions) == {
        (lan.pk, 1, Decimal("2.6")), (minh.pk, 1, Decimal("9.75")), (oanh.pk, 1, None),
        (oanh.pk, 2, Decimal("1.5")),
    }  # fmt: skip
