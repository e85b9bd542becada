"""Cards of closed periods: the same numbers, whatever was said since."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from haidang.checkins.models import CheckIn
from haidang.goals.models import Goal
from haidang.kpis.actions import (
    ask_reopening,
    close_period,
    decide_reopening,
    set_leave,
    take_leave_back,
)
from haidang.kpis.actions.closing import span_of
from haidang.kpis.models import ClosedLine
from haidang.kpis.queries.bowler import Row, bowler
from haidang.kpis.queries.card import Card
from haidang.kpis.tests.test_scorecards import FEBRUARY, JANUARY, MARCH, put, read
from haidang.lib.errors import Conflict
from haidang.people.actions import set_settings
from haidang.people.models import Person
from tests.support.keeping import kept
from tests.worlds import World, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def world() -> World:
    return World()


def test_closed_months_keep_what_they_counted_with(world: World) -> None:
    one, two = world.kpi(), world.kpi()
    put(world, (one, 60), (two, 40))
    world.check_in(one, 110)
    world.check_in(two, 80)
    for day in (JANUARY, FEBRUARY):
        close_period(world.chi, "month", day)
    before = said(read(world))
    assert not read(world).provisional
    assert ClosedLine.objects.count() == 4
    put(world, (two, 100), starts=MARCH)
    Person.objects.filter(pk=world.binh.pk).update(
        joined_on=date(2025, 2, 20), left_on=date(2025, 2, 25), unit=world.it
    )
    Goal.objects.filter(pk=one.pk).update(
        title="Khác", direction="lower", aggregation="last", perspective="learning"
    )
    set_leave(world.chi, world.binh, date(2025, 2, 3), date(2025, 2, 14))
    set_settings(
        world.chi,
        {
            "scorecard.cap": "105",
            "scorecard.floor": "90",
            "scorecard.bands": {"A+": "90", "A": "80", "B": "70", "C": "60"},
            "calendar.working_days": [0, 1],
        },
    )
    assert said(read(world)) == before
    with pytest.raises(Conflict) as refused:
        put(world, (two, 100), starts=date(2025, 2, 28))
    assert refused.value.code == "closed"


def test_a_closed_month_that_was_nobodys_stays_so(world: World) -> None:
    kpi, other = world.kpi(), world.kpi()
    leave = set_leave(world.chi, world.binh, date(2025, 2, 1), date(2025, 2, 28))
    put(world, (kpi, 100))
    put(world, (other, 100), holder=world.dung)
    Person.objects.filter(pk=world.dung.pk).update(joined_on=MARCH)
    world.check_in(kpi, 80)
    world.check_in(other, 80)
    close_period(world.chi, "month", FEBRUARY)
    assert list(ClosedLine.objects.values_list("worked", "days")) == [(0, 20), (0, 20)]
    take_leave_back(world.chi, world.binh, leave.pk)
    Person.objects.filter(pk=world.dung.pk).update(joined_on=None)
    for holder in (world.binh, world.dung):
        found = read(world, holder=holder)
        assert (found.lines, found.total.score, found.band) == ([], None, "")
    with pytest.raises(Conflict):
        put(world, (kpi, 50), starts=FEBRUARY)
    late = world.person("Lan", world.sales)  # whose card was set when the month was closed
    put(world, (kpi, 100), holder=late)
    assert read(world, holder=late).lines[0].attainment == 80


@pytest.mark.parametrize(
    "days", [{"starts": date(2025, 6, 1)}, {"starts": None, "ends": date(2024, 12, 31)}]
)
def test_closed_months_stay_where_the_days_of_the_kpi_are_moved(
    world: World, days: dict[str, Any]
) -> None:
    kpi = world.kpi()
    put(world, (kpi, 100))
    world.check_in(kpi, 80)
    close_period(world.chi, "month", FEBRUARY)
    card, row = said(read(world)), bowled(world)
    Goal.objects.filter(pk=kpi.pk).update(**days)
    assert said(read(world)) == card
    assert card[0].score == 80
    found = bowled(world)
    assert found.cells[1] == row.cells[1]
    assert (found.cells[1].actual, found.cells[2].starts) == (80, None)  # March is open
    assert found.to_date == row.to_date


def bowled(world: World, year: int = 2025) -> Row:
    span = span_of(world.organisation, "year", date(year, 1, 1))
    (row,) = bowler(world.chi, Goal.objects.filter(kind="kpi"), span, 1).rows
    return row


def test_the_bowler_judges_what_is_closed_by_the_steps_of_then(world: World) -> None:
    steps = [["0.8", "0.95"], ["1", "1"]]
    kpi = world.kpi(direction="steps", steps=steps)
    for day in (JANUARY, FEBRUARY):
        world.check_in(kpi, 80, day=day)
    close_period(world.chi, "month", JANUARY)
    close_period(world.chi, "month", FEBRUARY)
    row = bowled(world)
    assert [one.state for one in row.cells[:3]] == ["near", "near", "missing"]
    assert row.to_date.attainment == 950_000_000
    Goal.objects.filter(pk=kpi.pk).update(steps=[["0.8", "0.2"], ["1", "1"]])
    assert bowled(world) == row
    Goal.objects.filter(pk=kpi.pk).update(direction="lower", aggregation="last", steps=[])
    assert bowled(world) == row  # the whole year so far is closed
    world.check_in(fresh(kpi), 110, day=MARCH)
    found = bowled(world)
    assert found.cells[:2] == row.cells[:2]
    assert (found.to_date.actual, found.to_date.attainment) == (110, 900_000_000)


def said(found: Card) -> Any:
    return (
        found.total,
        found.band,
        found.provisional,
        [
            (x.definition, x.perspective, x.limits, x.weight, x.attainment, x.points, x.cells)
            for x in found.lines
        ],
    )


def test_a_month_that_is_closed_anew_counts_as_it_stood_then(world: World) -> None:
    kpi = world.kpi()
    put(world, (kpi, 60))
    world.check_in(kpi, 80)
    close_period(world.chi, "month", FEBRUARY)
    asked = ask_reopening(world.an, kpi, FEBRUARY, "Thiếu hai hóa đơn")
    decide_reopening(world.chi, asked, True)
    found = read(world)
    assert found.provisional  # open again: as it stands
    put(world, (kpi, 30), starts=FEBRUARY)  # nothing of it is closed any more
    world.correct(CheckIn.objects.get(live=True), 90)
    close_period(world.chi, "month", FEBRUARY)
    assert list(ClosedLine.objects.order_by("version").values_list("version", "weight")) == [
        (1, Decimal(60)),
        (2, Decimal(30)),
    ]
    (line,) = read(world).lines
    assert (line.weight, line.attainment, line.provisional) == (Decimal(30), Decimal(90), False)
