"""KPIs by days and weeks in the bowler: folded to months."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from haidang.goals.models import Goal
from haidang.kpis.actions import close_period
from haidang.kpis.actions.closing import span_of
from haidang.kpis.queries import bowler as queries
from haidang.kpis.queries.bowler import Row, bowler, kpis_of
from tests.support.keeping import kept
from tests.worlds import World

pytestmark = pytest.mark.django_db
YEAR = 2025


@pytest.fixture
@kept
def world() -> World:
    return World()


def row(world: World, kpi: Goal, year: int = YEAR) -> Row:
    span = span_of(world.organisation, "year", date(year, 6, 15))
    (found,) = bowler(world.chi, Goal.objects.filter(pk=kpi.pk), span, 1).rows
    return found


def reported(world: World, kpi: Goal, values: Mapping[str, Any]) -> None:
    for day, value in values.items():
        world.check_in(kpi, value, day=date.fromisoformat(day))


@pytest.mark.parametrize(
    ("aggregation", "actual", "target", "state"),
    [
        ("sum", 240, 300, "below"),
        ("average", 80, 100, "below"),
        ("last", 90, 100, "near"),
        ("max", 100, 100, "met"),
        ("min", 50, 100, "below"),
    ],
)
def test_days_are_folded_as_the_kpi_folds_them(
    world: World, aggregation: str, actual: int, target: int, state: str
) -> None:
    kpi = world.kpi(frequency="day", aggregation=aggregation)
    reported(world, kpi, {"2025-01-02": 50, "2025-01-03": 100, "2025-01-31": 90})
    reported(world, kpi, {"2025-03-01": 100, "2024-12-31": 1})
    with translation.override("vi"):
        january, february, march = row(world, kpi).cells[:3]
    assert (january.actual, january.target, january.state) == (actual, target, state)
    assert (january.starts, january.label) == (date(2025, 1, 1), "01/2025")
    assert (february.state, february.actual) == ("missing", None)
    assert (march.actual, march.state) == (100, "met")
    assert row(world, kpi).to_date.actual == {"sum": 340, "average": 85, "last": 100, "max": 100,
                                              "min": 50}[aggregation]  # fmt: skip


def test_a_week_is_of_the_month_of_its_thursday(world: World) -> None:
    kpi = world.kpi(frequency="week")
    # Monday 30/12/2024 has its Thursday on 2/1/2025; Monday 29/12/2025 on 1/1/2026.
    reported(world, kpi, {"2024-12-30": 7, "2025-01-30": 5, "2025-12-29": 9})
    cells = row(world, kpi).cells
    assert [one.actual for one in cells[:2]] == [12, None]
    assert row(world, kpi).to_date.actual == 12
    assert row(world, kpi, 2026).cells[0].actual == 9
    assert cells[11].state == "missing"


def test_a_ratio_is_never_the_mean_of_its_days(world: World) -> None:
    kpi = world.kpi(frequency="day", aggregation="ratio", target=50)
    world.check_in(kpi, numerator=90, denominator=1, day=date(2025, 1, 10))
    world.check_in(kpi, numerator=30, denominator=3, day=date(2025, 1, 11))
    january = row(world, kpi).cells[0]
    assert (january.actual, january.attainment) == (30, 600_000_000)


def test_a_range_tells_the_share_of_days_that_held(world: World) -> None:
    kpi = world.kpi(frequency="day", direction="range", low=25, high=35, tolerance=5, target=None)
    reported(world, kpi, {"2025-01-02": 30, "2025-01-03": 30, "2025-01-06": 50})
    january = row(world, kpi).cells[0]
    assert january.share
    assert january.attainment == Decimal("666666667")


def test_months_that_are_closed_stay(world: World) -> None:
    kpi = world.kpi(frequency="day")
    reported(world, kpi, {"2025-01-02": 50, "2025-01-03": 100})
    for day in (date(2025, 1, 2), date(2025, 1, 3)):
        close_period(world.chi, "day", day)
    before = row(world, kpi)
    assert before.cells[0].closed
    Goal.objects.filter(pk=kpi.pk).update(target=Decimal(1), direction="lower")
    assert row(world, kpi) == before


def test_before_it_began_and_after_it_ended_nothing_is_missing(world: World) -> None:
    kpi = world.kpi(frequency="day")
    Goal.objects.filter(pk=kpi.pk).update(starts=date(2025, 2, 10), ends=date(2025, 3, 20))
    states = [one.state for one in row(world, kpi).cells]
    assert states == ["", "missing", "missing", *[""] * 9]


def test_months_to_come(world: World) -> None:
    year = date.today().year + 1
    kpi = world.kpi(frequency="week")
    assert {one.state for one in row(world, kpi, year).cells} == {"to_come"}


def test_of_whom(world: World) -> None:
    mine = world.kpi(frequency="day", owner=world.binh)
    other = world.kpi(unit=world.it, level="unit", owner=None)
    assert set(kpis_of(world.chi, None, world.binh)) == {mine}
    assert set(kpis_of(world.chi, world.it, None)) == {other}
    assert set(kpis_of(world.chi, None, None)) == {mine, other}


def test_those_of_the_company_and_its_units_come_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = [world.kpi(owner=one) for one in (world.binh, world.dung) * 2]
    mine = Goal.objects.filter(pk__in=[one.pk for one in own])
    mine.update(level="individual", unit=None)
    south = world.kpi(unit=world.south, level="unit", owner=None)
    sales = world.kpi(unit=world.sales, level="unit", owner=None)
    company = world.kpi(level="company")
    monkeypatch.setattr(queries, "PAGE", 2)
    year = span_of(world.organisation, "year", date(YEAR, 6, 15))
    for unit in None, world.root:
        rows = kpis_of(world.chi, unit, None)
        pages = [bowler(world.chi, rows, year, page) for page in (1, 2, 3, 4, 5)]
        assert {one.count for one in pages} == {7}
        goals = [[one.goal for one in page.rows] for page in pages]
        assert goals == [[company, sales], [south, own[0]], own[1:3], own[3:], []]
    assert set(kpis_of(world.chi, world.sales, None)) == {sales, south, own[0], own[2]}
