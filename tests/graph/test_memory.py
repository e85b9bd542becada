"""What is expected, remembered from page to page: equal to what is computed, and kept up."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest

from haidang.checkins import actions as check_ins
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Alignment, Goal
from haidang.goals.queries import expectation, expected_on, memory, outlook
from haidang.lib import database
from haidang.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def remembering() -> Iterator[None]:
    """As inside a page's own snapshot; the test's transaction is the only one there is."""
    memory.forget()
    with mock.patch.object(memory, "in_own_snapshot", return_value=True):
        yield
    memory.forget()


def same(person: Person, day: date) -> dict[int, Any]:
    """The outlook as remembered, after comparing it with what is computed from everything."""
    ids = list(Goal.objects.values_list("pk", flat=True))
    days = [day - timedelta(days=30), day, day + timedelta(days=30)]
    kept = outlook(person.organisation, ids, day)
    lines = [expected_on(person.organisation, i, days, day) for i in ids]
    with mock.patch.object(memory, "in_own_snapshot", return_value=False):
        assert outlook(person.organisation, ids, day) == kept
        assert [expected_on(person.organisation, i, days, day) for i in ids] == lines
    return kept


@pytest.fixture
def nothing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on everything has to come out of what is remembered."""

    def refused(*_: object) -> None:
        raise AssertionError("read everything")

    monkeypatch.setattr(memory, "of_organisation", refused)


def test_it_follows_every_kind_of_change(
    an: Person,
    chi: Person,
    objective: Goal,
    key_result: Goal,
    make_key_result: Callable[..., Goal],
    today: date,
    request: pytest.FixtureRequest,
) -> None:
    second = make_key_result(objective, "Một nửa thời gian", ends=today + timedelta(days=20))
    before = same(an, today)
    request.getfixturevalue("nothing_anew")
    check_ins.record(an, key_result, value=Decimal(10))
    check_ins.record(an, second, value=Decimal(5))
    after = same(an, today)
    assert after[objective.pk].expected != before[objective.pk].expected
    edge = Alignment.objects.get(child=second)
    actions.change_link(chi, edge, weight=7)
    same(an, today)
    actions.edit_goal(
        an, Goal.objects.get(pk=second.pk), None, {"ends": today + timedelta(days=60)}, reason="Lùi"
    )
    assert same(an, today)[second.pk].expected != after[second.pk].expected
    actions.create_goal(
        an,
        "key_result",
        {"title": "Thêm", "metric_kind": "count", "direction": "at_least", "target": Decimal(3)},
        parents=[LinkRequest(objective, relation="composition")],
    )
    same(an, today)
    actions.drop(chi, Goal.objects.get(pk=second.pk), None, "Thôi")
    same(an, today)


def test_a_check_in_reads_what_it_moved_and_no_more(
    an: Person,
    objective: Goal,
    key_result: Goal,
    make_key_result: Callable[..., Goal],
    today: date,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    for n in range(3):
        check_ins.record(an, make_key_result(objective, f"Thứ {n}"), value=Decimal(n))
    check_ins.record(an, key_result, value=Decimal(1))
    same(an, today)
    request.getfixturevalue("nothing_anew")
    lines: list[int] = []
    whole = expectation.with_all_below
    monkeypatch.setattr(
        memory, "with_all_below", lambda ids, calendar: lines.extend(ids) or whole(ids, calendar)
    )
    check_ins.record(an, key_result, value=Decimal(2))
    days = [today - timedelta(days=30), today, today + timedelta(days=30)]
    expected_on(an.organisation, objective.pk, days, today)
    assert lines == []  # it had reported before: what is expected is what it was
    same(an, today)


def test_an_older_snapshot_is_not_answered_from_a_newer_one(
    an: Person,
    key_result: Goal,
    today: date,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check_ins.record(an, key_result, value=Decimal(1))
    same(an, today)
    calendar = memory._memories[an.organisation_id].calendar
    version = memory._memories[an.organisation_id].version
    older = memory._Seen(version - 1)
    monkeypatch.setattr(memory, "_seen", lambda _organisation: older)
    assert memory.remembered(an.organisation_id, [key_result.pk], calendar, today) is None
    monkeypatch.undo()
    with mock.patch.object(memory, "in_own_snapshot", return_value=True):
        yesterday = today - timedelta(days=1)
        assert memory.remembered(an.organisation_id, [key_result.pk], calendar, yesterday) is None


def test_many_changes_and_other_kinds_are_learnt_anew(
    an: Person,
    key_result: Goal,
    today: date,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    same(an, today)
    monkeypatch.setattr(memory, "MOST_CHANGES", 1)
    for value in (1, 2, 3):
        check_ins.record(an, key_result, value=Decimal(value))
    known = memory._memories[an.organisation_id].version
    assert memory._since(an.organisation_id, known).changes is None
    same(an, today)


def test_a_snapshot_that_does_not_see_the_known_change_is_older(
    an: Person, key_result: Goal, today: date
) -> None:
    check_ins.record(an, key_result, value=Decimal(1))
    same(an, today)
    known = memory._memories[an.organisation_id].version
    seen = memory._since(an.organisation_id, known)
    assert seen == (known, known, [])
    assert memory._since(an.organisation_id, known + 1) == memory._Seen(known)


def test_what_was_asked_before_another_caught_up_is_not_told_twice(
    an: Person, objective: Goal, key_result: Goal, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the question to the log and the lock another thread may go ahead, or begin anew
    from an older snapshot."""
    check_ins.record(an, key_result, value=Decimal(1))
    same(an, today)
    first = memory._memories[an.organisation_id].version
    check_ins.record(an, key_result, value=Decimal(2))
    both = memory._seen(an.organisation_id)
    same(an, today)
    second = memory._memories[an.organisation_id].version
    assert (both.since, both.version) == (first, second)
    assert memory._touched(both, first) == memory._touched(both, 0) != set()
    assert memory._touched(both, second) == set()
    check_ins.record(an, key_result, value=Decimal(3))
    ahead = memory._seen(an.organisation_id)
    assert ahead.since == second
    memory._memories[an.organisation_id].version = first
    monkeypatch.setattr(memory, "_seen", lambda _organisation: ahead)
    same(an, today)
    assert memory._memories[an.organisation_id].version == ahead.version


def test_goals_of_the_last_change_are_not_read_again(
    an: Person, key_result: Goal, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_ins.record(an, key_result, value=Decimal(1))
    same(an, today)
    check_ins.record(an, key_result, value=Decimal(2))
    outlooks = importlib.import_module("haidang.goals.queries.outlook")  # the name is a function's
    read: list[int] = []
    whole = outlooks.rows_of
    monkeypatch.setattr(outlooks, "rows_of", lambda ids: read.extend(ids) or whole(ids))
    outlook(an.organisation, [key_result.pk], today)
    assert read == []
    same(an, today)
    check_ins.record(an, key_result, value=Decimal(3))
    monkeypatch.setattr(memory, "MOST_ROWS", 0)  # where a change moved many
    outlook(an.organisation, [key_result.pk], today)
    assert read == [key_result.pk]
    same(an, today)


def test_nothing_is_kept_of_what_may_be_taken_back(an: Person) -> None:
    """Inside a test's transaction, as inside any that writes, `reading` is no snapshot."""
    with database.reading():
        assert not database.in_own_snapshot()
