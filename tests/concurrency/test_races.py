"""Two people at the same moment: exactly one wins, the other is told."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from haidang.checkins import actions as check_ins
from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.goals import actions as goals
from haidang.goals import store
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Alignment, Goal
from haidang.lib.errors import Conflict, Invalid, Refusal, Stale
from tests.concurrency.together import together
from tests.oracle.compare import differences
from tests.worlds import World, fresh

ROUNDS = 12
DAY = date(2025, 2, 10)


@pytest.fixture
def world(transactional_db: None) -> World:
    return World()


def clean(world: World) -> None:
    assert differences(world.organisation.pk) == []
    assert list(recompute(world.organisation.pk, check=True)) == []


def one_wins(outcomes: list[Any], refusal: type[Refusal], code: str) -> None:
    """Exactly one answer, and one refusal of that kind."""
    lost = [o for o in outcomes if isinstance(o, Exception)]
    assert len(lost) == 1, outcomes
    assert type(lost[0]) is refusal, outcomes
    assert lost[0].code == code


def link(world: World, child: Goal, parent: Goal) -> Any:
    below, above = fresh(child), fresh(parent)
    return lambda: goals.link(world.an, below, LinkRequest(above))


def test_two_links_that_together_make_a_circle(world: World) -> None:
    for _ in range(ROUNDS):
        a, b = world.objective(), world.objective()
        outcomes = together(link(world, a, b), link(world, b, a))
        one_wins(outcomes, Invalid, "cycle")
        assert Alignment.objects.filter(child__in=[a, b]).count() == 1
    clean(world)


def test_a_circle_through_a_key_results_objective(world: World) -> None:
    """One hangs B below A's key result, the other A below B."""
    for _ in range(ROUNDS):
        a, b = world.objective(), world.objective()
        key_result = world.key_result(a)
        outcomes = together(link(world, b, key_result), link(world, a, b))
        one_wins(outcomes, Invalid, "cycle")
    clean(world)


def test_three_links_that_together_make_a_circle(world: World) -> None:
    for _ in range(ROUNDS):
        a, b, c = (world.objective() for _ in range(3))
        outcomes = together(link(world, a, b), link(world, b, c), link(world, c, a))
        one_wins(outcomes, Invalid, "cycle")
    clean(world)


def test_the_same_link_twice(world: World) -> None:
    for _ in range(ROUNDS):
        a, b = world.objective(), world.objective()
        outcomes = together(link(world, a, b), link(world, a, b))
        one_wins(outcomes, Conflict, "already_linked")
    clean(world)


def test_two_corrections_of_one_record(world: World) -> None:
    key_result = world.key_result()
    for value in range(ROUNDS):
        record = world.check_in(key_result, value)

        def correct(to: int, record: CheckIn = record) -> Any:
            return lambda: check_ins.correct(world.an, record, for_day=DAY, value=Decimal(to))

        outcomes = together(correct(40), correct(60))
        one_wins(outcomes, Conflict, "superseded")
        assert CheckIn.objects.filter(supersedes=record).count() == 1
    clean(world)


def test_a_correction_and_a_void_of_one_record(world: World) -> None:
    key_result = world.key_result()
    for value in range(ROUNDS):
        record = world.check_in(key_result, value)
        outcomes = together(
            lambda record=record: check_ins.correct(
                world.an, record, for_day=DAY, value=Decimal(9)
            ),
            lambda record=record: check_ins.void(world.an, record, "nhập nhầm"),
        )
        one_wins(outcomes, Conflict, "superseded")
    clean(world)


def test_a_form_submitted_twice(world: World) -> None:
    key_result = world.key_result(world.objective())
    for value in range(ROUNDS):
        goal = fresh(key_result)

        def submit(goal: Goal = goal, value: int = value) -> CheckIn:
            return check_ins.record(
                world.an,
                goal,
                measure_version=goal.standing.measure_version,
                for_day=DAY,
                value=Decimal(value),
            )

        one_wins(together(submit, submit), Stale, "stale")
    assert CheckIn.objects.filter(goal=key_result).count() == ROUNDS
    clean(world)


def test_two_edits_over_one_version(world: World) -> None:
    key_result = world.key_result()
    for target in range(50, 50 + ROUNDS):
        goal = fresh(key_result)

        def edit(to: int, goal: Goal = goal) -> Any:
            return lambda: goals.edit_goal(
                world.an, goal, goal.version, {"target": Decimal(to)}, reason="thử"
            )

        one_wins(together(edit(target), edit(target + 1000)), Stale, "stale")
    clean(world)


@pytest.mark.parametrize("kind", ["key_result", "kpi"])
def test_many_reports_of_one_goal_and_day(world: World, kind: str) -> None:
    """Keys are drawn and clocks read while others hold the locks: one is current all the same."""
    goal = fresh(world.key_result() if kind == "key_result" else world.kpi())
    for turn in range(ROUNDS):
        outcomes = together(
            *(
                lambda value=value: check_ins.record(
                    world.an, goal, measure_version=None, for_day=DAY, value=Decimal(value)
                )
                for value in range(turn, turn + 8)
            )
        )
        assert all(isinstance(o, CheckIn) for o in outcomes), outcomes
        clean(world)


@pytest.mark.parametrize("kind", ["key_result", "kpi"])
def test_the_greater_key_of_one_day_is_current_whoever_comes_last(
    world: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal = fresh(world.key_result() if kind == "key_result" else world.kpi())
    early, late = 7_001, 7_002
    for key, value in ((late, 30), (early, 50)):
        monkeypatch.setattr(store.writing, "lock", lambda _, *, key_of, key=key: lambda: key)
        check_ins.record(world.an, goal, measure_version=None, for_day=DAY, value=Decimal(value))
    goal.standing.refresh_from_db()
    assert goal.standing.own_record_id == late
    clean(world)


def test_the_time_of_a_record_is_read_under_the_locks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a writer who waited over midnight would write yesterday's history point."""
    goal = fresh(world.key_result())
    found = check_ins.store.above
    got: list[datetime] = []

    def above(*arguments: Any) -> Any:
        slice_above = found(*arguments)
        got.append(timezone.now())
        return slice_above

    monkeypatch.setattr(check_ins.store, "above", above)
    record = check_ins.record(world.an, goal, measure_version=None, for_day=DAY, value=Decimal(3))
    correction = check_ins.correct(world.an, record, for_day=DAY, value=Decimal(4))
    voiding = check_ins.void(world.an, correction, "nhập nhầm")
    assert got[0] < record.recorded_at < got[1] < correction.recorded_at < got[2] < voiding.at


def test_siblings_reported_at_once_lose_nothing(world: World) -> None:
    """Eight key results of one objective, under one pillar, in the same moment."""
    objective = world.objective(world.pillar())
    key_results = [fresh(world.key_result(objective)) for _ in range(8)]
    for value in range(ROUNDS):
        outcomes = together(
            *(
                lambda goal=goal, value=value: check_ins.record(
                    world.an, goal, measure_version=None, for_day=DAY, value=Decimal(value * 7)
                )
                for goal in key_results
            )
        )
        assert all(isinstance(o, CheckIn) for o in outcomes), outcomes
        assert world.progress(objective) == value * 70_000_000
    clean(world)


def test_one_form_sent_three_times_at_once(world: World) -> None:
    account = get_user_model().objects.create_user("an@huongsen.example", "x")
    world.an.account = account
    world.an.save(update_fields=["account"])
    data = {
        "title": "Một lần", "level": "company", "cycle": world.year.public_id,
        "commitment": "committed", "visibility": "organisation",
    }  # fmt: skip
    clients = [Client() for _ in range(3)]
    for client in clients:
        client.force_login(account)
    for number in range(ROUNDS):
        sent = data | {"form_key": f"key-of-the-round-{number}"}
        answers = together(
            *(partial(client.post, "/goals/new/objective/", sent) for client in clients)
        )
        assert [answer.status_code for answer in answers] == [302] * 3
        assert len({answer["Location"] for answer in answers}) == 1
    assert Goal.objects.filter(title="Một lần").count() == ROUNDS
    clean(world)
