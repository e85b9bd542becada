"""The first plan of a year by period: no change while the year comes to the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from haidang.checkins.recompute import recompute
from haidang.goals import actions as goals
from haidang.goals.models import Goal, KpiPeriod, TargetVersion
from haidang.goals.rules.periods import add_months
from haidang.kpis.actions import Wanted, ask_targets, change_targets, decide_targets
from haidang.kpis.models import TargetRequest
from haidang.kpis.queries.targets import year_of
from haidang.lib.errors import Conflict, Invalid
from haidang.people.models import OrganisationSetting
from tests.support.keeping import kept
from tests.worlds import World, fresh

pytestmark = pytest.mark.django_db
D = Decimal
YEAR = timezone.localdate().year + 1
Months = dict[int, Any]


@pytest.fixture
@kept
def world() -> World:
    world = World()
    OrganisationSetting.objects.all().delete()
    return world


def make(world: World, **facts: Any) -> Goal:
    """Bình's: 100 a month, approved."""
    facts = {"level": "unit", "unit": world.sales, "owner": world.binh} | facts
    return fresh(world.kpi(**facts))


def wanted(kpi: Goal, months: Months, year: int = YEAR) -> Wanted:
    days = {date(year, month, 1): {"target": D(value)} for month, value in months.items()}
    return Wanted(fresh(kpi), dict(days))


def plan(world: World, kpi: Goal, months: Months, year: int = YEAR) -> bool:
    """Whether it was taken at once; else it was asked for."""
    outcome = change_targets(world.binh, kpi, [wanted(kpi, months, year)], "Kế hoạch năm")
    assert outcome.changed + (outcome.request is not None) == 1
    return outcome.request is None


def ledger(kpi: Goal, month: int = 1) -> list[tuple[int, Decimal | None]]:
    rows = TargetVersion.objects.filter(goal=kpi, starts=date(YEAR, month, 1))
    return list(rows.order_by("version").values_list("version", "target"))


def test_it_is_taken_at_once_and_is_the_original(world: World) -> None:
    kpi = make(world)
    outcome = change_targets(world.binh, kpi, [wanted(kpi, {1: 60, 2: 140})])
    assert (outcome.changed, outcome.request) == (1, None), "without a reason"
    assert [one.target for one in kpi.periods.filter(year=YEAR).order_by("starts")[:3]] == [
        60, 140, 100,
    ]  # fmt: skip
    assert ledger(kpi) == [(1, D(60))]
    assert TargetVersion.objects.get(goal=kpi, starts=date(YEAR, 1, 1)).by == world.binh
    assert not year_of(fresh(kpi), YEAR).is_revised
    assert recompute(world.organisation.pk, check=True) == []
    assert not plan(world, kpi, {1: 100, 2: 100}), "a second plan is a change"
    decide_targets(world.chi, TargetRequest.objects.get(), True)
    assert ledger(kpi) == [(1, D(60)), (2, D(100))]
    assert not plan(world, kpi, {5: 90, 6: 110}), "also of other months of that year"
    assert plan(world, kpi, {5: 90, 6: 110}, YEAR + 1), "another year has its own"


def test_by_the_api_of_periods_too(world: World) -> None:
    kpi = make(world)
    targets = {date(YEAR, 1, 1): {"target": D(60)}, date(YEAR, 2, 1): {"target": D(140)}}
    goals.set_targets(world.binh, kpi, YEAR, targets, None)
    assert ledger(kpi) == [(1, D(60))]


@pytest.mark.parametrize(
    ("facts", "months", "is_plan"),
    [
        ({}, {1: "0.01", 2: "199.99"}, True),
        ({}, {1: 60, 2: "140.01"}, False),
        ({}, {1: 60}, False),
        ({"aggregation": "average"}, {1: 90, 12: 110}, True),
        ({"aggregation": "average"}, {1: 90, 12: 111}, False),
        ({"aggregation": "last"}, {1: 90, 2: 110}, False),
        ({"aggregation": "max"}, {1: 90, 2: 110}, False),
        ({"direction": "lower"}, {1: 90, 2: 110}, True),
        ({"starts": date(YEAR, 2, 1)}, {1: 190, 2: 10}, False),  # before it begins
        ({"ends": date(YEAR, 11, 30)}, {11: 10, 12: 190}, False),  # after it ended
        ({"starts": date(YEAR, 2, 1)}, {2: 190, 3: 10}, True),
    ],
)
def test_only_what_keeps_the_year(
    world: World, facts: dict[str, Any], months: Months, is_plan: bool
) -> None:
    assert plan(world, make(world, **facts), months) is is_plan


def test_not_over_what_was_told_or_is_over(world: World) -> None:
    today = timezone.localdate()
    kpi = make(world, starts=date(2025, 1, 1))
    assert not plan(world, kpi, {1: 60, 2: 140}, 2025), "it is over"
    kpi = make(world)
    world.check_in(kpi, 10, today)
    this, later = today.replace(day=1), add_months(today, 1)
    wish = {this: {"target": D(60)}, later: {"target": D(140)}}
    outcome = change_targets(world.binh, kpi, [Wanted(fresh(kpi), wish)], "x")
    assert outcome.request is not None, "it is reported"


def test_not_over_a_plan_that_was_approved_with_it(world: World) -> None:
    kpi = make(world)
    goals.set_targets(world.binh, kpi, YEAR, {}, None)  # laid out
    KpiPeriod.objects.filter(goal=kpi, starts=date(YEAR, 7, 1)).update(target=D(70))
    assert not plan(world, kpi, {1: 60, 2: 140})


def test_not_while_somebody_has_asked(world: World) -> None:
    kpi = make(world)
    ask_targets(world.chi, kpi, [wanted(kpi, {1: 50})], "x")
    with pytest.raises(Conflict) as refused:
        plan(world, kpi, {1: 60, 2: 140})
    assert refused.value.code == "asked"


def test_a_closed_period_and_a_wrong_target_are_refused(world: World) -> None:
    kpi = make(world)
    goals.set_targets(world.binh, kpi, YEAR, {}, None)
    KpiPeriod.objects.filter(goal=kpi, starts=date(YEAR, 1, 1)).update(locked_at=timezone.now())
    with pytest.raises(Conflict) as locked:
        plan(world, kpi, {1: 60, 2: 140})
    assert locked.value.code == "locked"
    with pytest.raises(Invalid) as wrong:
        plan(world, kpi, {2: 0, 3: 200})
    assert wrong.value.code == "ratio_needs_positive_target"


def test_a_granted_request_keeps_what_was_before(world: World) -> None:
    """Asked for although it need not be, it is a change like any other."""
    kpi = make(world)
    goals.set_targets(world.binh, kpi, YEAR, {}, None)
    request = ask_targets(world.binh, kpi, [wanted(kpi, {1: 60, 2: 140})], "x")
    decide_targets(world.chi, request, True)
    assert ledger(kpi) == [(1, D(100)), (2, D(60))]
