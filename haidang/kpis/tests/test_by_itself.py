"""On the set day months and longer periods close by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from haidang.activity.models import Event
from haidang.goals.models import Goal
from haidang.kpis.actions import ask_reopening, begin_closing, decide_reopening
from haidang.kpis.actions.closing import CUT_OFF
from haidang.kpis.models import ClosedFigure, Closing
from haidang.kpis.tasks import close_what_is_due
from haidang.people.models import OrganisationSetting
from tests.support.keeping import kept
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def world() -> World:
    world = World()
    world.organisation.time_zone = "Asia/Ho_Chi_Minh"
    world.organisation.save()
    return world


def closes_on(world: World, day: int, since: datetime | None = None) -> None:
    OrganisationSetting.objects.create(
        organisation=world.organisation,
        key="kpi.closing_day",
        value=day,
        since=since or datetime(2025, 2, 1, tzinfo=UTC),
    )


def closed() -> list[tuple[str, date]]:
    rows = ClosedFigure.objects.order_by("frequency", "starts", "number")
    return list(rows.values_list("frequency", "starts"))


def test_on_its_day_where_the_organisation_is(world: World) -> None:
    world.kpi()
    closes_on(world, 5)
    assert close_what_is_due(datetime(2025, 3, 4, 16, 59, tzinfo=UTC)) == 0  # 23:59 on the 4th
    assert close_what_is_due(datetime(2025, 3, 4, 17, 1, tzinfo=UTC)) == 1
    assert closed() == [("month", date(2025, 2, 1))]
    told = Event.objects.get(verb="period.closed")
    assert (told.actor_id, told.source) == (None, "system")
    assert ClosedFigure.objects.get().closed_by_name == ""
    assert close_what_is_due(datetime(2025, 3, 20, tzinfo=UTC)) == 0  # once


def test_longer_periods_too_and_shorter_ones_not(world: World) -> None:
    for frequency in ("day", "week", "month", "quarter", "year"):
        world.kpi(frequency=frequency)
    closes_on(world, 3)
    close_what_is_due(datetime(2025, 4, 3, 3, tzinfo=UTC))
    assert ("quarter", date(2025, 1, 1)) in closed()
    assert {frequency for frequency, _starts in closed()} <= {"month", "quarter", "year"}


def test_by_hand_nothing_happens(world: World) -> None:
    world.kpi()
    assert close_what_is_due(datetime(2025, 3, 9, tzinfo=UTC)) == 0
    closes_on(world, 0)
    assert close_what_is_due(datetime(2025, 3, 9, tzinfo=UTC)) == 0


def test_a_day_set_after_it_had_passed_holds_from_the_next_month(world: World) -> None:
    world.kpi()
    closes_on(world, 3, datetime(2025, 3, 10, tzinfo=UTC))
    assert close_what_is_due(datetime(2025, 3, 11, tzinfo=UTC)) == 0
    close_what_is_due(datetime(2025, 4, 3, tzinfo=UTC))
    assert ("month", date(2025, 3, 1)) in closed()
    assert ("month", date(2025, 2, 1)) not in closed()


def test_what_was_reopened_stays_open(world: World) -> None:
    kpi: Goal = world.kpi()
    closes_on(world, 5)
    close_what_is_due(datetime(2025, 3, 5, 3, tzinfo=UTC))
    request = ask_reopening(world.an, kpi, date(2025, 2, 1), "muộn")
    decide_reopening(world.chi, request, True)
    close_what_is_due(datetime(2025, 3, 6, 3, tzinfo=UTC))
    assert len(closed()) == 1


def test_what_was_cut_off_is_finished(world: World) -> None:
    world.kpi()
    closing = begin_closing(world.chi, "month", date(2025, 2, 1))
    now = timezone.now()
    assert close_what_is_due(now) == 0  # somebody is at it
    assert close_what_is_due(now + CUT_OFF * 2) == 1
    closing.refresh_from_db()
    assert (closing.done, closing.finished_at is not None) == (1, True)
    assert Closing.objects.count() == 1
    assert ClosedFigure.objects.get().closed_by_name == "Chi"
