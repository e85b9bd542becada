"""A request for other targets that is decided, withdrawn and asked at the same moment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from haidang.checkins.recompute import recompute
from haidang.goals.models import KpiPeriod, TargetVersion
from haidang.kpis.actions import (
    Wanted,
    ask_targets,
    close_period,
    decide_targets,
    withdraw_targets,
)
from haidang.kpis.models import ClosedFigure, TargetAnswer, TargetChange, TargetRequest
from haidang.lib.errors import Conflict
from haidang.people.models import OrganisationSetting
from tests.concurrency.together import together
from tests.worlds import World, fresh

ROUNDS = 6
JANUARY = date(2025, 1, 1)


@pytest.fixture
def world(transactional_db: None) -> World:
    world = World()
    OrganisationSetting.objects.all().delete()  # approved targets change by requests
    return world


def test_one_answer_counts_and_one_request_waits(world: World) -> None:
    kpi = world.kpi(owner=world.binh, level="unit", unit=world.sales, starts=JANUARY)
    third = world.person("Long", world.root, strategist=True)
    granted = 0
    for n in range(ROUNDS):
        wanted = [Wanted(fresh(kpi), {JANUARY: {"target": Decimal(10 + n)}})]
        outcomes = together(
            lambda wanted=wanted: ask_targets(world.binh, kpi, wanted, "x"),
            lambda wanted=wanted: ask_targets(world.chi, kpi, wanted, "x"),
        )
        (asked,) = [one for one in outcomes if isinstance(one, TargetRequest)]
        assert [one.code for one in outcomes if isinstance(one, Conflict)] == ["asked"]
        outcomes = together(
            lambda asked=asked: decide_targets(third, asked, True),
            lambda asked=asked: decide_targets(world.an, asked, False),
            lambda asked=asked: withdraw_targets(asked.asked_by, asked),
        )
        lost = [one for one in outcomes if isinstance(one, Exception)]
        assert [one.code for one in lost if isinstance(one, Conflict)] == ["answered"] * 2, outcomes
        asked = TargetRequest.objects.get(pk=asked.pk)
        granted += asked.answer == TargetAnswer.GRANTED
        stands = KpiPeriod.objects.get(goal=kpi, starts=JANUARY).target
        assert (stands == 10 + n) == (asked.answer == TargetAnswer.GRANTED)
        assert not TargetChange.objects.filter(waits=True).exists()
    entries = TargetVersion.objects.filter(goal=kpi, starts=JANUARY).count()
    assert entries == (granted + 1 if granted else 0)
    assert recompute(world.organisation.pk, check=True) == []


def test_a_close_while_a_request_is_granted(world: World) -> None:
    """What was granted before stands in the figure; what comes after it is refused."""
    kpi = world.kpi(owner=world.binh, level="unit", unit=world.sales, starts=date(2024, 1, 1))
    granted = 0
    for n in range(ROUNDS):
        day = date(2024, 1 + n, 1)
        wanted = [Wanted(fresh(kpi), {day: {"target": Decimal(10 + n)}})]
        asked = ask_targets(world.binh, kpi, wanted, "x")
        decided, closed = together(
            lambda asked=asked: decide_targets(world.an, asked, True),
            lambda day=day: close_period(world.chi, "month", day),
        )
        assert not isinstance(closed, Exception), closed
        period = KpiPeriod.objects.get(goal=kpi, starts=day)
        figure = ClosedFigure.objects.get(goal=kpi, starts=day)
        assert period.locked_at is not None
        assert figure.target == period.target
        if isinstance(decided, Exception):
            assert isinstance(decided, Conflict), decided
            assert decided.code == "locked"
            assert period.target == 100
            withdraw_targets(world.binh, asked)
        else:
            granted += 1
            assert period.target == 10 + n
    assert TargetRequest.objects.filter(answer=TargetAnswer.GRANTED).count() == granted
    assert recompute(world.organisation.pk, check=True) == []
