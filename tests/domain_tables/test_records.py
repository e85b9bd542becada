"""Records: what is current, corrections, voids, late entries, versions, history."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from haidang.checkins import actions as check_ins
from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.goals.models import HistoryPoint, Standing
from haidang.lib.errors import Conflict, Forbidden, Invalid, Refusal, Stale
from tests.worlds import fresh

D = Decimal


def test_the_current_value_is_that_of_the_latest_day(world):
    """Entering "5/3: 60" after "20/3: 80" changes the chart, not the current value."""
    key_result = world.key_result()
    world.check_in(key_result, 80, date(2025, 3, 20))
    world.check_in(key_result, 60, date(2025, 3, 5))
    assert world.standing(key_result).actual == 80
    assert world.standing(key_result).own_reports == 2


def test_of_one_day_the_last_entered_is_current(world):
    key_result = world.key_result()
    for value in (10, 30, 20):
        world.check_in(key_result, value)
    assert world.standing(key_result).actual == 20


def test_a_correction_supersedes(world):
    objective = world.objective()
    key_result = world.key_result(objective)
    wrong = world.check_in(key_result, 80)
    right = world.correct(wrong, 50)
    assert right.supersedes_id == wrong.pk
    assert CheckIn.objects.get(pk=wrong.pk).value == 80, "nothing is overwritten"
    assert world.share(objective) == D("0.5")
    assert world.standing(key_result).own_reports == 1


def test_a_correction_of_an_older_record_does_not_change_the_current_value(world):
    key_result = world.key_result()
    old = world.check_in(key_result, 10, date(2025, 2, 1))
    world.check_in(key_result, 40, date(2025, 3, 1))
    world.correct(old, 99)
    assert world.standing(key_result).actual == 40


def test_a_correction_may_move_a_record_to_another_day(world):
    key_result = world.key_result()
    world.check_in(key_result, 40, date(2025, 3, 1))
    old = world.check_in(key_result, 10, date(2025, 2, 1))
    world.correct(old, 10, day=date(2025, 3, 2))
    assert world.standing(key_result).actual == 10


def test_at_most_one_successor(world):
    record = world.check_in(world.key_result(), 80)
    second = world.correct(record, 50)
    with pytest.raises(Conflict) as refused:
        world.correct(record, 60)
    assert refused.value.status == 409
    world.correct(second, 60)


def test_a_void_record_counts_nothing(world):
    objective = world.objective()
    key_result = world.key_result(objective)
    first = world.check_in(key_result, 20, date(2025, 2, 1))
    second = world.check_in(key_result, 80, date(2025, 3, 1))
    world.void(second)
    assert world.share(objective) == D("0.2")
    world.void(first)
    assert world.progress(objective) is None
    assert world.coverage(objective) == (0, 1)


def test_a_void_needs_a_reason_and_happens_once(world):
    record = world.check_in(world.key_result(), 20)
    with pytest.raises(Invalid):
        world.void(record, " ")
    world.void(record)
    with pytest.raises(Conflict):
        world.void(record)
    with pytest.raises(Conflict):
        world.correct(record, 30)


def test_a_void_correction_does_not_revive_what_it_superseded(world):
    key_result = world.key_result()
    wrong = world.check_in(key_result, 80)
    world.void(world.correct(wrong, 50))
    assert world.progress(key_result) is None


def test_a_superseded_record_cannot_be_voided(world):
    record = world.check_in(world.key_result(), 20)
    world.correct(record, 30)
    with pytest.raises(Conflict):
        world.void(record)


def test_a_stale_form_is_refused(world):
    key_result = fresh(world.key_result())
    seen = key_result.standing.measure_version
    world.check_in(key_result, 20)
    with pytest.raises(Stale) as refused:
        check_ins.record(
            world.an, fresh(key_result), measure_version=seen, for_day=date(2025, 2, 10), value=D(1)
        )
    assert refused.value.status == 409
    assert CheckIn.objects.filter(goal=key_result).count() == 1


def test_a_check_in_under_a_goal_changes_neither_of_its_versions(world):
    objective = world.objective()
    middle = world.key_result(objective)
    leaf = world.key_result()
    world.link(leaf, middle)
    before = [(fresh(g).version, world.standing(g).measure_version) for g in (objective, middle)]
    world.check_in(leaf, 20)
    after = [(fresh(g).version, world.standing(g).measure_version) for g in (objective, middle)]
    assert after == before
    assert world.share(objective) == D("0.2")


def test_a_day_in_the_future_is_refused(world):
    tomorrow = timezone.localdate(timezone=ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(days=1)
    key_result = world.key_result()
    with pytest.raises(Invalid) as refused:
        world.check_in(key_result, 20, tomorrow)
    assert refused.value.field == "for_day"
    world.check_in(key_result, 20, tomorrow - timedelta(days=1))


@pytest.mark.parametrize(
    "value", ["1e30", "NaN", "Infinity", "-Infinity", "1000000000000000000000000", "0.00000000001"]
)
def test_values_out_of_bounds_are_refused(world, value):
    key_result = world.key_result()
    with pytest.raises(Invalid) as refused:
        world.check_in(key_result, value)
    assert refused.value.field == "value"


@pytest.mark.parametrize("value", ["999999999999999999999999.9999999999", "-0.0000000001", "-0"])
def test_values_within_the_bounds_are_kept_to_the_last_digit(world, value):
    key_result = world.key_result()
    record = world.check_in(key_result, value)
    assert CheckIn.objects.get(pk=record.pk).value == D(value)
    assert world.standing(key_result).actual == D(value)


def test_a_record_carries_the_targets_as_they_then_were(world):
    key_result = world.key_result(baseline=10, target=110)
    record = world.check_in(key_result, 60)
    world.edit(key_result, target=210)
    kept = CheckIn.objects.get(pk=record.pk)
    assert (kept.baseline_then, kept.target_then) == (10, 110)
    assert world.share(key_result) == D("0.25")


@pytest.mark.parametrize("confidence", [-1, 11])
def test_confidence_is_0_to_10(world, confidence):
    with pytest.raises(Invalid):
        world.check_in(world.key_result(), 1, confidence=confidence)


def test_on_behalf_of_the_owner_is_shown_as_such(world):
    key_result = world.key_result(owner=world.binh)
    record = world.check_in(key_result, 1, actor=world.chi, on_behalf_of=world.binh)
    assert (record.author_id, record.on_behalf_of_id) == (world.chi.pk, world.binh.pk)
    with pytest.raises(Forbidden):
        world.check_in(key_result, 1, actor=world.dung)


# --- history --------------------------------------------------------------------------------


def at(day: date, hour: int = 12):
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    return mock.patch("django.utils.timezone.now", return_value=moment)


def test_one_history_point_per_goal_and_day_for_it_and_all_ancestors(world):
    pillar = world.pillar()
    objective = world.objective(pillar)
    key_result = world.key_result(objective)
    today = timezone.localdate(timezone=ZoneInfo("Asia/Ho_Chi_Minh"))
    days = [today + timedelta(days=n) for n in (1, 2, 3)]
    for day, values in zip(days, ((10, 20), (30,), (50, 40)), strict=True):
        for value in values:
            with at(day):
                world.check_in(key_result, value)
    for goal in (pillar, objective, key_result):
        points = HistoryPoint.objects.filter(goal=goal, day__in=days).order_by("day")
        assert [(p.day, p.progress) for p in points] == [
            (days[0], 200_000_000),
            (days[1], 300_000_000),
            (days[2], 400_000_000),
        ]


def test_the_day_of_a_history_point_is_the_organisations(world):
    """23:30 in UTC is already tomorrow in TP.HCM."""
    key_result = world.key_result()
    utc = datetime(2027, 1, 10, 23, 30, tzinfo=ZoneInfo("UTC"))
    with mock.patch("django.utils.timezone.now", return_value=utc):
        world.check_in(key_result, 10)
    assert HistoryPoint.objects.filter(goal=key_result).latest("day").day == date(2027, 1, 11)


def test_a_change_of_structure_writes_history_too(world):
    first, child = world.objective(), world.objective()
    world.check_in(world.key_result(child), 40)
    world.link(child, first)
    assert HistoryPoint.objects.filter(goal=first).latest("day").progress == 400_000_000


# --- the numbers are a cache of the records -------------------------------------------------


def test_recompute_finds_a_planted_difference_and_mends_it(world):
    objective = world.objective()
    key_result = world.key_result(objective)
    world.check_in(key_result, 40)
    assert list(recompute(world.organisation.pk, check=True)) == []
    Standing.objects.filter(goal=objective).update(progress=1)
    assert list(recompute(world.organisation.pk, check=True)) != []
    assert world.progress(objective) == 1, "a check changes nothing"
    recompute(world.organisation.pk, check=False)
    assert world.share(objective) == D("0.4")
    assert list(recompute(world.organisation.pk, check=True)) == []


# --- deleting -------------------------------------------------------------------------------


def test_what_has_records_or_children_is_not_deleted(world):
    from haidang.goals import actions as goals

    with_records, parent = world.key_result(), world.objective()
    world.check_in(with_records, 1)
    world.key_result(parent)
    for goal in (with_records, parent):
        goal = fresh(goal)
        with pytest.raises(Refusal):
            goals.delete(world.an, goal, goal.version)
