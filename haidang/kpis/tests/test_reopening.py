"""Opening a closed period again: one asks, another decides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from haidang.activity.models import Event
from haidang.goals.models import Goal, KpiPeriod
from haidang.kpis.access import reopenings_to_decide
from haidang.kpis.actions import ask_reopening, close_period, decide_reopening, withdraw_reopening
from haidang.kpis.models import ClosedFigure, ReopeningRequest
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound
from tests.support.keeping import kept
from tests.worlds import World

pytestmark = pytest.mark.django_db
DAY = date(2025, 2, 10)


@pytest.fixture
@kept
def world() -> World:
    world = World()
    world.lead(world.dung, world.root)
    return world


@pytest.fixture
@kept
def kpi(world: World) -> Goal:
    """Bình's, whom Dũng leads; told once and closed."""
    kpi = world.kpi(level="unit", unit=world.sales, owner=world.binh)
    world.check_in(kpi, 60)
    close_period(world.chi, "month", DAY)
    return kpi


def test_granted_it_takes_a_report_and_closes_again(world: World, kpi: Goal) -> None:
    request = ask_reopening(world.binh, kpi, DAY, " Hoá đơn về muộn ")
    assert (request.reason, request.answer) == ("Hoá đơn về muộn", "waiting")
    assert list(reopenings_to_decide(world.chi)) == [request]
    decide_reopening(world.chi, request, True)
    assert not KpiPeriod.objects.filter(goal=kpi).exclude(locked_at=None).exists()
    assert list(reopenings_to_decide(world.chi)) == []
    world.check_in(kpi, 75)
    close_period(world.chi, "month", DAY)
    told = list(ClosedFigure.objects.filter(goal=kpi).order_by("version"))
    assert [(one.version, one.actual) for one in told] == [(1, Decimal(60)), (2, Decimal(75))]
    verbs = Event.objects.filter(verb__startswith="period.").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == [
        "period.closed", "period.reopening_asked", "period.reopened", "period.closed",
    ]  # fmt: skip


def test_declined_it_stays_closed(world: World, kpi: Goal) -> None:
    request = ask_reopening(world.binh, kpi, DAY, "Hoá đơn về muộn")
    found = decide_reopening(world.chi, request, False, "Đã báo cáo hội đồng")
    assert (found.answer, found.answer_reason) == ("declined", "Đã báo cáo hội đồng")
    with pytest.raises(Conflict):
        world.check_in(kpi, 75)
    ask_reopening(world.binh, kpi, DAY, "Vẫn cần sửa")  # may be asked again


def test_nobody_decides_what_they_asked_for(world: World, kpi: Goal) -> None:
    request = ask_reopening(world.chi, kpi, DAY, "Hoá đơn về muộn")
    assert list(reopenings_to_decide(world.chi)) == []
    with pytest.raises(Forbidden):
        decide_reopening(world.chi, request, True)
    decide_reopening(world.dung, request, True)  # who leads the whole


def test_the_owner_does_not_decide(world: World, kpi: Goal) -> None:
    request = ask_reopening(world.chi, kpi, DAY, "Hoá đơn về muộn")
    with pytest.raises(Forbidden):
        decide_reopening(world.binh, request, True)
    elsewhere = World("Khác")
    with pytest.raises(NotFound):
        decide_reopening(elsewhere.chi, request, True)
    with pytest.raises(NotFound):
        ask_reopening(elsewhere.chi, kpi, DAY, "x")


def test_the_second_answer_is_refused(world: World, kpi: Goal) -> None:
    request = ask_reopening(world.binh, kpi, DAY, "Hoá đơn về muộn")
    decide_reopening(world.chi, request, False)
    with pytest.raises(Conflict) as refused:
        decide_reopening(world.dung, request, True)
    assert refused.value.code == "answered"
    assert KpiPeriod.objects.filter(goal=kpi).exclude(locked_at=None).exists()


def test_who_asked_takes_it_back(world: World, kpi: Goal) -> None:
    request = ask_reopening(world.binh, kpi, DAY, "Hoá đơn về muộn")
    for person, refusal in ((world.chi, Forbidden), (World("Khác").chi, NotFound)):
        with pytest.raises(refusal):
            withdraw_reopening(person, request)
    found = withdraw_reopening(world.binh, request)
    assert (found.answer, found.decided_by) == ("withdrawn", None)
    assert found.decided_at is not None
    assert list(reopenings_to_decide(world.chi)) == []
    assert KpiPeriod.objects.filter(goal=kpi).exclude(locked_at=None).exists()
    for act in (
        lambda: decide_reopening(world.chi, request, True),
        lambda: withdraw_reopening(world.binh, request),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "answered"
    event = Event.objects.get(verb="period.reopening_withdrawn")
    assert event.data == {"period": "2025-02-01"}
    ask_reopening(world.chi, kpi, DAY, "Vẫn cần sửa")  # may be asked again


def test_what_is_asked_twice_or_is_open(world: World, kpi: Goal) -> None:
    ask_reopening(world.binh, kpi, DAY, "Hoá đơn về muộn")
    with pytest.raises(Conflict) as refused:
        ask_reopening(world.chi, kpi, DAY, "Hoá đơn về muộn")
    assert refused.value.code == "asked"
    with pytest.raises(Conflict) as refused:
        ask_reopening(world.binh, kpi, date(2025, 3, 1), "Hoá đơn về muộn")
    assert refused.value.code == "open"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
def test_a_reason_is_needed(world: World, kpi: Goal, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask_reopening(world.binh, kpi, DAY, reason)
    assert refused.value.field == "reason"
    assert not ReopeningRequest.objects.exists()
