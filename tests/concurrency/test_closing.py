"""A close and an actual at the same moment: what landed is in the figure, nothing lands after."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from haidang.checkins import actions as check_ins
from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.goals.models import Goal, KpiPeriod
from haidang.kpis.actions import (
    ask_reopening,
    close_period,
    closing,
    decide_reopening,
    withdraw_reopening,
)
from haidang.kpis.models import Answer, ClosedFigure, ReopeningRequest
from haidang.lib.errors import Conflict
from tests.concurrency.together import together
from tests.worlds import World, fresh

ROUNDS = 10


@pytest.fixture
def world(transactional_db: None) -> World:
    return World()


def month(n: int) -> date:
    return date(2024, 1 + n, 1)


def report(world: World, kpi: Goal, day: date, value: int) -> Any:
    goal = fresh(kpi)
    return lambda: check_ins.record(world.an, goal, for_day=day, value=Decimal(value))


def test_a_close_and_reports_at_once(world: World) -> None:
    """One of a period that is there, one of a period that is made by whoever comes first."""
    kpis = [world.kpi() for _ in range(3)]
    for n in range(ROUNDS):
        day = month(n)
        if n % 2:
            for kpi in kpis:
                check_ins.record(world.an, fresh(kpi), for_day=day, value=Decimal(1))
        reports = [report(world, kpi, day, 2 + i) for i, kpi in enumerate(kpis)]
        outcomes = together(*reports, lambda day=day: close_period(world.chi, "month", day))
        assert not isinstance(outcomes[-1], Exception), outcomes
        for kpi, outcome in zip(kpis, outcomes, strict=False):
            figure = ClosedFigure.objects.get(goal=kpi, starts=day)
            period = KpiPeriod.objects.get(goal=kpi, starts=day)
            assert period.locked_at is not None
            assert (figure.actual, figure.record_id) == (period.own_value, period.own_record_id)
            latest = CheckIn.objects.filter(goal=kpi, period=period, live=True).last()
            assert figure.record_id == (latest.pk if latest else None)
            if isinstance(outcome, Exception):
                assert isinstance(outcome, Conflict), outcome
                assert outcome.code == "locked"
            else:
                assert figure.record_id == outcome.pk
    assert list(recompute(world.organisation.pk, check=True)) == []


def test_two_close_at_once(world: World) -> None:
    kpis = [world.kpi() for _ in range(3)]
    for n in range(ROUNDS):
        day = month(n)
        outcomes = together(
            lambda day=day: close_period(world.chi, "month", day),
            lambda day=day: close_period(world.an, "month", day),
        )
        lost = [o for o in outcomes if isinstance(o, Exception)]
        assert len(lost) == 1, outcomes
        assert isinstance(lost[0], Conflict), outcomes
        assert lost[0].code in ("closed", "closing")
        assert ClosedFigure.objects.filter(starts=day).count() == len(kpis)


def test_two_decide_at_once(world: World) -> None:
    kpi = world.kpi(owner=world.binh, level="unit", unit=world.sales)
    third = world.person("Long", world.root, strategist=True)
    for n in range(ROUNDS):
        day = month(n)
        close_period(world.chi, "month", day)
        asked = ask_reopening(world.binh, fresh(kpi), day, "muộn")
        outcomes = together(
            lambda asked=asked: decide_reopening(world.chi, asked, True),
            lambda asked=asked: decide_reopening(third, asked, False),
            lambda asked=asked: withdraw_reopening(world.binh, asked),
        )
        lost = [o for o in outcomes if isinstance(o, Exception)]
        assert [one.code for one in lost if isinstance(one, Conflict)] == ["answered"] * 2, outcomes
        asked = ReopeningRequest.objects.get(pk=asked.pk)
        is_open = KpiPeriod.objects.get(goal=kpi, starts=day).locked_at is None
        assert is_open == (asked.answer == Answer.GRANTED)


@pytest.mark.postgresql
def test_the_report_that_comes_first_is_in_the_figure(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The close waits for a report that has begun; a report that waits for the close is
    refused, though it saw the period open before it waited."""
    if connection.vendor != "postgresql":
        return
    kpi = world.kpi()
    slow = closing.close_kpis

    def slowly(*arguments: Any) -> int:
        time.sleep(0.3)
        return slow(*arguments)

    monkeypatch.setattr(closing, "close_kpis", slowly)

    def late() -> CheckIn:
        goal = fresh(kpi)
        time.sleep(0.1)  # while the close holds the lock
        return check_ins.record(world.an, goal, for_day=month(0), value=Decimal(9))

    outcomes = together(lambda: close_period(world.chi, "month", month(0)), late)
    assert isinstance(outcomes[1], Conflict), outcomes
    assert outcomes[1].code == "locked"
    assert ClosedFigure.objects.get(goal=kpi).actual is None
    assert not CheckIn.objects.filter(goal=kpi).exists()
