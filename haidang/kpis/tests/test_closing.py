"""Closing a period, and what holds once it is closed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from haidang.activity.models import Event
from haidang.checkins.models import CheckIn
from haidang.goals.models import Goal, KpiPeriod
from haidang.kpis.actions import closing
from haidang.kpis.actions.closing import close_period
from haidang.kpis.figures import reading
from haidang.kpis.models import ClosedFigure, Closing
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound
from tests.support.keeping import kept
from tests.worlds import World

pytestmark = pytest.mark.django_db
FEBRUARY = date(2025, 2, 1)
DAY = date(2025, 2, 10)


@pytest.fixture
@kept
def world() -> World:
    return World()


def figures(**wanted: Any) -> dict[str, ClosedFigure]:
    return {one.public_id: one for one in ClosedFigure.objects.filter(**wanted)}


def locked(kpi: Goal, starts: date = FEBRUARY) -> bool:
    return KpiPeriod.objects.filter(goal=kpi, starts=starts, locked_at__isnull=False).exists()


def test_a_month_is_closed_with_what_was_told_and_what_was_not(world: World) -> None:
    told, silent = world.kpi(), world.kpi()
    record = world.check_in(told, "62.5")
    found = close_period(world.chi, "month", DAY)
    assert (found.total, found.done, found.missing) == (2, 2, 1)
    assert found.finished_at is not None
    one, other = figures()[told.public_id], figures()[silent.public_id]
    assert (one.actual, one.target, one.attainment) == (
        Decimal("62.5"),
        Decimal(100),
        Decimal("0.625"),
    )
    assert (one.record_id, one.version, one.closed_by_name) == (record.pk, 1, "Chi")
    assert (other.actual, other.attainment, other.target) == (None, None, Decimal(100))
    assert locked(told)
    assert locked(silent)
    assert not locked(told, date(2025, 3, 1))


def test_nothing_lands_after_the_close(world: World) -> None:
    told, silent = world.kpi(), world.kpi()
    record = world.check_in(told, 60)
    close_period(world.chi, "month", DAY)
    for change in (
        lambda: world.check_in(told, 70),
        lambda: world.check_in(silent, 70),  # whose period was not there before
        lambda: world.correct(record, 70),
        lambda: world.correct(record, 70, day=date(2025, 3, 10)),  # out of it
        lambda: world.void(record),
    ):
        with pytest.raises(Conflict) as refused:
            change()
        assert refused.value.code == "locked"
    march = world.check_in(told, 50, day=date(2025, 3, 10))
    with pytest.raises(Conflict):  # into it
        world.correct(march, 50, day=DAY)
    assert CheckIn.objects.filter(live=True).count() == 2


def test_each_kpi_has_its_event(world: World) -> None:
    kpi = world.kpi()
    close_period(world.chi, "month", DAY)
    told = Event.objects.get(verb="period.closed")
    assert (told.subject, told.touched, told.actor_id) == (kpi.public_id, [kpi.pk], world.chi.pk)
    assert told.data == {"period": "2025-02-01", "version": 1, "missing": True}


def test_a_parent_is_closed_with_the_sum_of_its_children(world: World) -> None:
    parent = world.kpi()
    world.rule(parent, "children")
    for value in (20, 22):
        child = world.kpi()
        world.link(child, parent, mode="value")
        world.check_in(child, value)
    close_period(world.chi, "month", DAY)
    one = figures()[parent.public_id]
    assert (one.actual, one.value_reports, one.own_value) == (Decimal(42), 2, None)
    assert reading(one) == one.actual


def test_a_ratio_keeps_numerator_and_denominator(world: World) -> None:
    kpi = world.kpi(aggregation="ratio")
    world.check_in(kpi, numerator=1, denominator=3)
    close_period(world.chi, "month", DAY)
    one = figures()[kpi.public_id]
    assert (one.numerator, one.denominator) == (Decimal(1), Decimal(3))
    assert one.actual == Decimal("0.3333333333") == reading(one)


def test_a_period_that_runs_is_not_closed(world: World) -> None:
    world.kpi()
    today = timezone.localdate()
    with pytest.raises(Conflict) as refused:
        close_period(world.chi, "month", today)
    assert refused.value.code == "not_ended"


@pytest.mark.parametrize(("frequency", "day"), [("moon", DAY), ("month", date(1900, 1, 1))])
def test_what_is_no_period_is_refused(world: World, frequency: str, day: date) -> None:
    with pytest.raises(Invalid):
        close_period(world.chi, frequency, day)


def test_a_closed_period_is_closed(world: World) -> None:
    world.kpi()
    close_period(world.chi, "month", DAY)
    with pytest.raises(Conflict) as refused:
        close_period(world.an, "month", DAY)
    assert refused.value.code == "closed"
    with pytest.raises(Conflict) as refused:
        close_period(world.an, "quarter", DAY)
    assert refused.value.code == "nothing"


def test_other_frequencies_stay_open(world: World) -> None:
    month, quarter = world.kpi(), world.kpi(frequency="quarter")
    close_period(world.chi, "month", DAY)
    assert locked(month)
    assert not locked(quarter, date(2025, 1, 1))


def test_what_was_over_or_had_not_begun_is_left_out(world: World) -> None:
    world.kpi(ends=date(2025, 1, 31))
    world.kpi(starts=date(2025, 3, 1))
    inside = world.kpi(starts=date(2025, 2, 28))
    close_period(world.chi, "month", DAY)
    assert list(figures()) == [inside.public_id]


def test_a_leader_closes_what_they_lead(world: World) -> None:
    binh = world.lead(world.binh, world.sales)
    inside = world.kpi(level="unit", unit=world.south)
    personal = world.kpi(level="individual", actor=binh)
    outside = world.kpi(level="unit", unit=world.it)
    company = world.kpi()
    close_period(binh, "month", DAY)
    assert set(figures()) == {inside.public_id, personal.public_id}
    assert not locked(outside)
    assert not locked(company)
    with pytest.raises(Forbidden):
        close_period(binh, "month", DAY, world.it)
    with pytest.raises(Forbidden):
        close_period(world.dung, "month", DAY)
    close_period(world.chi, "month", DAY)
    assert locked(outside)
    assert locked(company)


def test_a_strategist_closes_a_unit_alone(world: World) -> None:
    inside = world.kpi(level="unit", unit=world.south)
    outside = world.kpi(level="unit", unit=world.it)
    close_period(world.chi, "month", DAY, world.sales)
    assert locked(inside)
    assert not locked(outside)
    elsewhere = World("Khác")
    with pytest.raises(NotFound):
        close_period(world.chi, "month", DAY, elsewhere.sales)


def test_it_goes_on_where_it_was_cut_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kpis = [world.kpi() for _ in range(5)]
    monkeypatch.setattr(closing, "BATCH", 2)
    told: list[tuple[int, int]] = []

    def cut(done: int, total: int) -> None:
        told.append((done, total))
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        close_period(world.chi, "month", DAY, progress=cut)
    assert told == [(2, 5), (4, 5)]
    assert sum(locked(kpi) for kpi in kpis) == 4
    with pytest.raises(Conflict) as refused:  # it may still be running
        close_period(world.an, "month", DAY)
    assert refused.value.code == "closing"
    Closing.objects.update(moved_at=timezone.now() - closing.CUT_OFF * 2)
    close_period(world.an, "month", DAY)
    assert ClosedFigure.objects.count() == 5
    assert set(ClosedFigure.objects.values_list("version", flat=True)) == {1}


def test_it_takes_the_same_statements_for_many(
    world: World, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        world.kpi()
    with django_assert_max_num_queries(40) as few:
        close_period(world.chi, "month", DAY)
    for _ in range(12):
        world.kpi()
    with django_assert_max_num_queries(len(few.captured_queries)):
        close_period(world.chi, "month", date(2025, 1, 10))
