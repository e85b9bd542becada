"""Actuals of KPIs from files: both forms, and what is written when they are taken over."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.exchange.loading import access, actions
from haidang.exchange.tests.actual_loads import LONG, only_problem, sent, stands, told
from haidang.exchange.tests.loads import applied, lines_of, problems_of
from haidang.kpis.actions import close_period
from haidang.lib.errors import Forbidden
from haidang.people.access import forget
from haidang.people.models import Person, Role, RoleGrant
from tests.support.keeping import kept
from tests.worlds import World, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def world() -> World:
    return World()


def test_a_line_for_each_value(world: World) -> None:
    sales = world.kpi(title="Doanh thu", metric_unit="đơn")
    rate = world.kpi(title="Tỷ lệ chốt", aggregation="ratio", metric_kind="percent",
                     metric_unit="%")  # fmt: skip
    rows = [
        LONG,
        ["doanh thu", "T1/2025", "1.234,5", "", "", "Đủ"],
        [sales.public_id, "2025-02", "12.5 đơn", "", "", ""],
        ["Tỷ lệ chốt", "31/01/2025", "", "81", "90", ""],
        ["Tỷ lệ chốt", "Tháng 2 năm 2025", "40 / 80", "", "", ""],
        ["Doanh thu", "03/2025", "-", "", "", ""],
    ]
    job = sent(world.an, rows)
    assert not problems_of(job), problems_of(job)
    assert told(job)[0] == (2, "new", [("01/2025", "", "1.234,5 đơn"), ("Ghi chú", "", "Đủ")])
    assert told(job)[2][2] == [("01/2025", "", "81 / 90")]
    assert any("1" in note and "không có số" in note for note in job.notes), job.notes
    assert not CheckIn.objects.exists()
    assert applied(job).state == "applied"
    assert stands(sales) == {date(2025, 1, 1): Decimal("1234.5"), date(2025, 2, 1): Decimal("12.5")}
    assert stands(rate) == {date(2025, 1, 1): Decimal(90), date(2025, 2, 1): Decimal(50)}
    first, second = CheckIn.objects.filter(goal=sales).order_by("for_day")
    assert (first.source, first.note, first.for_day) == ("import", "Đủ", date(2025, 1, 31))
    assert second.note == "Nhập từ tệp: list.csv, dòng 3"
    assert not recompute(world.organisation.pk, check=True)
    again = sent(world.an, rows)
    assert {one.status for one in lines_of(again)} == {"unchanged"}


def test_a_column_for_each_period(world: World) -> None:
    sales = world.kpi(title="Doanh thu", metric_unit="đơn")
    rate = world.kpi(title="Tỷ lệ", aggregation="ratio", metric_kind="percent", metric_unit="%")
    world.check_in(sales, 10, day=date(2025, 2, 10))
    rows = [
        ["STT", "KPI", "Số nào", "T1/2025", "Thg2-25", "2025-03", "Tổng"],
        [1, "Doanh thu", "", 5, "12", "", "=SUM(D2:F2)"],
        [2, "Tỷ lệ", "Tử số", "1", "", "9", ""],
        [2, "Tỷ lệ", "Mẫu số", "2", "", "10", ""],
    ]
    job = sent(world.an, rows)
    assert not problems_of(job), problems_of(job)
    assert told(job) == [
        (2, "new", [("01/2025", "", "5 đơn")]),
        (2, "changed", [("02/2025", "10 đơn", "12 đơn")]),
        (3, "new", [("01/2025", "", "1 / 2")]),
        (3, "new", [("03/2025", "", "9 / 10")]),
    ]
    assert (job.counts["new"], job.counts["changed"]) == (3, 1)
    applied(job)
    assert stands(sales) == {date(2025, 1, 1): Decimal(5), date(2025, 2, 1): Decimal(12)}
    assert stands(rate) == {date(2025, 1, 1): Decimal(50), date(2025, 3, 1): Decimal(90)}


def test_months_without_a_year_below_a_title_that_has_one(world: World) -> None:
    kpi = world.kpi(title="Doanh thu")
    table = [["KPI", "T1", "Tháng 2", "Mar"], ["Doanh thu", 1, 2, 3]]
    job = sent(world.an, [["KẾT QUẢ KPI NĂM 2025"], *table])
    assert not problems_of(job), job.problem
    assert any("2025" in note for note in job.notes)
    applied(job)
    assert list(stands(kpi)) == [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)]
    refused = sent(world.an, table)
    assert refused.state == "refused"
    assert "T1" in refused.problem
    beside = [["KPI", "Năm", "T1", "T2"], ["Doanh thu", "2024", 4, 5], ["Doanh thu", "", 4, ""]]
    job = sent(world.an, beside)
    assert [(n, s) for n, s, _changes in told(job)] == [(2, "new"), (2, "new"), (3, "wrong")]


def test_a_workbook_with_real_days_and_percentages(world: World) -> None:
    kpi = world.kpi(title="Tỷ lệ lỗi", metric_kind="percent", metric_unit="%")
    book: Any = openpyxl.Workbook()
    book.active.append(["KPI", date(2025, 1, 1), date(2025, 2, 1)])
    book.active.append(["Tỷ lệ lỗi", 0.125, 7])
    book.active["B2"].number_format = "0.0%"
    file = io.BytesIO()
    book.save(file)
    job = sent(world.an, file.getvalue())
    assert not problems_of(job), job.problem
    applied(job)
    assert list(stands(kpi).values()) == [Decimal("12.5"), Decimal(7)]


@pytest.mark.parametrize(
    ("unit", "cell", "value"),
    [
        ("tỷ ₫", "500 triệu", "0.5"),
        ("tỷ ₫", "1,5 tỷ", "1.5"),
        ("tỷ ₫", "1.5 tỉ đồng", "1.5"),
        ("triệu ₫", "3 tỷ", "3000"),
        ("tỷ ₫", "1.234.567.890 ₫", "1.23456789"),
        ("tỷ ₫", "−2,5", "-2.5"),
    ],
)
def test_money_in_another_scale(world: World, unit: str, cell: str, value: str) -> None:
    kpi = world.kpi(title="Doanh thu", metric_kind="currency", metric_unit=unit)
    job = sent(world.an, [LONG, ["Doanh thu", "T1/2025", cell, "", "", ""]])
    assert not problems_of(job), problems_of(job)
    applied(job)
    assert list(stands(kpi).values()) == [Decimal(value)]


def test_yes_and_no(world: World) -> None:
    kpi = world.kpi(title="Chứng nhận", metric_kind="yes_no", metric_unit="",
                    direction="pass_fail", target=None)  # fmt: skip
    rows = [LONG, *[["Chứng nhận", f"T{n}/2025", text, "", "", ""]
                    for n, text in enumerate(["Đạt", "chưa đạt", "1", "No"], 1)]]  # fmt: skip
    job = sent(world.an, rows)
    assert not problems_of(job), problems_of(job)
    applied(job)
    assert list(stands(kpi).values()) == [1, 0, 1, 0]


def test_quarters_and_years_are_those_of_the_fiscal_year() -> None:
    world = World(fiscal_year_start=4)
    quarter = world.kpi(title="Quý", frequency="quarter")
    year = world.kpi(title="Năm", frequency="year", aggregation="last")
    rows = [LONG, ["Quý", "Q1/2025", "1", "", "", ""], ["Quý", "T9/2025", "2", "", "", ""],
            ["Năm", "2024", "3", "", "", ""]]  # fmt: skip
    job = sent(world.an, rows)
    assert not problems_of(job), problems_of(job)
    applied(job)
    assert list(stands(quarter)) == [date(2025, 4, 1), date(2025, 7, 1)]
    assert list(stands(year)) == [date(2024, 4, 1)]


def test_the_world_is_fresh(world: World) -> None:
    """A record of a file moves the numbers above as any other does."""
    parent = world.kpi(title="Cả công ty")
    part = world.kpi(title="Một phần")
    world.link(part, parent, mode="value")
    job = sent(world.an, [["KPI", "T1/2025"], ["Một phần", 40]])
    applied(job)
    assert world.standing(fresh(parent)).progress is not None
    assert not recompute(world.organisation.pk, check=True)


# --- taking over -----------------------------------------------------------------------------


def test_what_changed_since_it_was_shown_is_shown_again(world: World) -> None:
    kpi = world.kpi(title="Doanh thu")
    world.check_in(kpi, 5, day=date(2025, 1, 31))
    job = sent(world.an, [["KPI", "T1/2025", "T2/2025"], ["Doanh thu", 6, 7]])
    world.check_in(kpi, 9, day=date(2025, 1, 31), actor=world.chi)
    applied(job)
    assert (job.state, bool(job.problem)) == ("checked", True)
    assert stands(kpi) == {date(2025, 1, 1): 9}
    assert told(job)[0][2] == [("01/2025", "9 cái", "6 cái")]
    close_period(world.chi, "month", date(2025, 1, 1))
    applied(job)
    assert list(problems_of(job)) == [2]
    assert stands(kpi) == {date(2025, 1, 1): 9}


def test_a_right_that_was_lost_meanwhile(world: World) -> None:
    kpi = world.kpi(title="Doanh thu", owner=world.binh)
    job = sent(world.binh, [["KPI", "T1/2025"], ["Doanh thu", 6]])
    world.edit(kpi, owner=world.dung)
    forget()
    applied(job)
    assert only_problem(job)[0] == "KPI"
    assert not stands(kpi)


def test_who_sees_a_kpi_but_does_not_report_it(world: World) -> None:
    world.kpi(title="Doanh thu")
    private = world.kpi(title="Kín", visibility="private")
    rows = [["KPI", "T1/2025"], ["Doanh thu", 6], ["Kín", 1], [private.public_id, 1],
            ["KPI-999", 1]]  # fmt: skip
    found = problems_of(sent(world.binh, rows))
    assert "không phải người nhập" in found[2][0][1]
    # What is not open to somebody is as if it were not there.
    assert found[4][0][1].replace(private.public_id, "KPI-999") == found[5][0][1]
    assert "Không có KPI" in found[3][0][1]


def test_viewers_load_no_actuals_and_guests_do(world: World) -> None:
    for role, may in ((Role.VIEWER, False), (Role.GUEST, True)):
        who = world.person(str(role), world.sales)
        RoleGrant.objects.create(person=who, role=role, since=timezone.now())
        assert ("actuals" in access.kinds_open(who)) == may
    with pytest.raises(Forbidden):
        actions.take(Person.objects.get(name="viewer"), "actuals", "x.csv", b"x", "vi")


def test_the_same_questions_for_3_and_60_lines(
    world: World, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for many in (3, 60):
        rows = [LONG]
        for n in range(many):
            kpi = world.kpi(title=f"KPI {many} {n}")
            rows.append([kpi.title, "T1/2025", str(n), "", "", ""])
        with django_assert_max_num_queries(60) as counted:
            job = sent(world.an, rows)
        assert not problems_of(job)
        counts.append(len(counted.captured_queries))
    assert counts[0] == counts[1]
