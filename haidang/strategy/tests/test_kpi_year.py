"""A KPI's year beside the year before, by period and up to each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from haidang.checkins import actions as checkins
from haidang.goals.access import goal_for
from haidang.goals.actions import create_goal
from haidang.goals.models import Goal
from haidang.people.models import Person
from haidang.strategy.queries.charts import period_rows
from haidang.strategy.queries.kpi_year import Compared, compared
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def strategist(enter: Enter, administrator: Person) -> Client:
    return enter(administrator)


def made(person: Person, year: int, **more: Any) -> Goal:
    facts = {
        "title": "Doanh thu", "level": "company", "metric_kind": "currency",
        "metric_unit": "tỷ ₫", "decimals": 1, "direction": "higher", "target": D(10),
        "frequency": "month", "aggregation": "sum", "starts": date(year - 1, 1, 1), **more,
    }  # fmt: skip
    return create_goal(person, "kpi", facts)


def told(person: Person, kpi: Goal, days: dict[date, str]) -> Goal:
    for day, value in days.items():
        checkins.record(person, kpi, value=D(value), for_day=day)
    return goal_for(person, kpi.public_id)


def lines(kpi: Goal, year: int, today: date, *, total: bool) -> list[Compared]:
    return compared(kpi, period_rows(kpi, 1, today, year), 1, today, total=total)


def seen(one: Compared) -> tuple[Any, ...]:
    return one.actual, one.target, one.attainment, one.before, one.change


def test_each_month_and_the_year_to_it(administrator: Person, today: date) -> None:
    this = today.year - 1
    kpi = made(administrator, this)
    days = {date(this - 1, 1, 9): "8", date(this - 1, 2, 9): "0", date(this - 1, 3, 9): "5",
            date(this, 1, 9): "10", date(this, 2, 9): "6", date(this, 4, 9): "11"}  # fmt: skip
    kpi = told(administrator, kpi, days)
    each = [seen(one) for one in lines(kpi, this, today, total=False)]
    assert each[:3] == [
        (10, 10, 10**9, 8, D("0.25")),
        (6, 10, 6 * 10**8, 0, None),  # nothing is so much more than 0
        (11, 10, 1_100_000_000, None, None),  # April; of March there is nothing this year
    ]
    total = [seen(one) for one in lines(kpi, this, today, total=True)]
    assert total[0] == (10, 10, 10**9, 8, D("0.25"))
    assert total[1] == (16, 20, 8 * 10**8, 8, D(1))
    assert total[-1][:3] == (27, 30, 9 * 10**8)  # like for like: March has no report
    assert total[-1][3:] == (8, None)  # not March; and there was no April


def test_a_year_before_counts_the_periods_that_are_told_now(
    administrator: Person, today: date
) -> None:
    this = today.year - 1
    kpi = made(administrator, this)
    days = {date(this - 1, month, 9): str(month) for month in (1, 2, 3, 4)}
    days |= {date(this, 1, 9): "2", date(this, 3, 9): "4", date(this, 4, 9): "10"}
    kpi = told(administrator, kpi, days)
    kpi.periods.filter(starts=date(this - 1, 3, 1)).update(target=None)
    total = [seen(one) for one in lines(kpi, this, today, total=True)]
    assert [one[3:] for one in total] == [(1, 1), (4, D("0.5")), (8, 1)]
    kpi.periods.filter(starts=date(this, 4, 1)).update(target=None)
    total = [seen(one) for one in lines(kpi, this, today, total=True)]
    assert total[-1] == (6, 20, 3 * 10**8, 8, None)  # April is not in the 6
    kpi.periods.update(target=None)
    total = [seen(one) for one in lines(kpi, this, today, total=True)]
    assert total[-1] == (16, None, None, 8, 1)


def test_what_is_not_reported_yet_is_not_carried_on(administrator: Person, today: date) -> None:
    kpi = made(administrator, today.year, starts=date(today.year, 1, 1))
    kpi = told(administrator, kpi, {date(today.year, 1, 1): "9"})
    total = lines(kpi, today.year, today, total=True)
    assert total[0].actual == 9
    assert [one.actual for one in total[1:]] == [None] * 11


def test_a_level_is_the_latest_and_a_week_is_that_of_52_weeks_before(
    administrator: Person, today: date
) -> None:
    this = today.year - 1
    stock = made(administrator, this, aggregation="last")
    stock = told(administrator, stock, {date(this, 1, 9): "12", date(this, 2, 9): "9"})
    assert [seen(one)[:3] for one in lines(stock, this, today, total=True)][:2] == [
        (12, 10, 1_200_000_000), (9, 10, 900_000_000),
    ]  # fmt: skip
    weekly = made(administrator, this, frequency="week", aggregation="average")
    day = date(this, 6, 3)
    weekly = told(administrator, weekly, {date.fromordinal(day.toordinal() - 364): "4", day: "5"})
    found = [one for one in lines(weekly, this, today, total=False) if one.actual is not None]
    assert [(one.before, one.change) for one in found] == [(4, D("0.25"))]


def test_the_page_compares(strategist: Client, administrator: Person, today: date) -> None:
    this = today.year - 1
    kpi = made(administrator, this)
    days = {date(this - 1, 1, 9): "8", date(this, 1, 9): "10", date(this, 2, 9): "6"}
    told(administrator, kpi, days)
    address = f"/goals/{kpi.public_id}/?year={this}"
    page = body_of(strategist.get(address)).replace("\u00a0", " ")
    assert f'<span class="faint">{this - 1}:</span> 8 tỷ ₫' in page
    assert "+25%" in page
    total = body_of(strategist.get(address + "&show=total")).replace("\u00a0", " ")
    assert "<b>16 tỷ ₫</b>" in total
    assert 'aria-current="true">Luỹ kế</a>' in total
