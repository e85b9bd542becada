"""Expected progress and health of goals in the graph, as they look on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from haidang.goals.models import Goal
from haidang.goals.queries.outlook import Outlook, outlook
from haidang.people import actions as people
from haidang.people.models import Role, RoleGrant
from tests.worlds import World, fresh

D = Decimal
BILLION = 10**9
#: Half of these days have passed at the end of 15 February.
SPAN = {"starts": date(2025, 2, 10), "ends": date(2025, 2, 21), "plan_curve": "calendar"}
TODAY = date(2025, 2, 15)


def look(world: World, goal: Goal, today: date = TODAY) -> Outlook:
    return outlook(world.organisation, [goal.pk], today)[goal.pk]


def expected(world: World, goal: Goal, today: date = TODAY) -> int | None:
    return look(world, goal, today).expected


@pytest.mark.parametrize(
    ("facts", "share"),
    [
        ({}, "0.5"),
        ({"plan_curve": "working_days"}, "0.5"),  # Mon 10 to Fri 14 of two working weeks
        ({"plan_curve": "monthly", "plan": {"2025-02": "0.4"}}, None),
        ({"direction": "at_least", "baseline": None}, "1"),
        ({"direction": "at_most", "baseline": None}, "1"),
        ({"direction": "range", "low": 1, "high": 2, "tolerance": 1, "target": None}, "1"),
    ],
)
def test_expected_of_a_key_result(world, facts, share):
    key_result = world.key_result(**(SPAN | facts))
    if share is not None:
        assert expected(world, key_result) == D(share) * BILLION
    assert expected(world, key_result, date(2025, 2, 9)) == 0


def test_a_kpi_expects_1_from_the_start(world):
    assert expected(world, world.kpi()) == BILLION


def test_expected_by_milestones(world):
    key_result = world.key_result(
        **SPAN
        | {
            "plan_curve": "milestones",
            "metric_kind": "milestones",
            "metric_unit": "",
            "direction": "milestones",
            "target": None,
            "baseline": None,
            "milestones": [
                {"title": "Một", "weight": 30, "due": date(2025, 2, 12)},
                {"title": "Hai", "weight": 10, "due": date(2025, 2, 18)},
            ],
        }
    )
    assert expected(world, key_result) == 750_000_000


def test_a_parents_expected_is_the_mean_over_the_terms_of_its_number(world):
    objective = world.objective()
    first = world.key_result(objective, weight=3, **SPAN)
    held = world.key_result(
        objective, weight=1, **SPAN | {"direction": "at_least", "baseline": None}
    )
    late = world.key_result(objective, weight=5, **SPAN)
    world.check_in(first, 10)
    assert expected(world, objective) == 500_000_000
    world.check_in(held, 10)
    assert expected(world, objective) == 625_000_000
    world.check_in(late, 0)
    assert expected(world, objective) == 555_555_556
    world.drop(late)
    assert expected(world, objective) == 625_000_000


def test_what_counts_nothing_expects_nothing_of_its_parent(world):
    pillar = world.pillar()
    objective = world.objective(pillar)
    other = world.objective()
    world.link(other, objective, "supports")
    for each, facts in ((objective, SPAN), (other, SPAN | {"ends": date(2025, 2, 15)})):
        world.check_in(world.key_result(each, **facts), 10)
    assert expected(world, other) == BILLION
    assert expected(world, objective) == expected(world, pillar) == 500_000_000
    world.close(objective)
    assert look(world, pillar).health == "no_data"


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (None, "no_data"),
        (50, "on_track"),
        (45, "on_track"),
        ("44.99", "at_risk"),
        (35, "at_risk"),
        ("34.99", "off_track"),
        (0, "off_track"),
        (-10, "off_track"),
        (100, "done"),
        (120, "done"),
    ],
)
def test_health(world, value, word):
    key_result = world.key_result(**SPAN)
    if value is not None:
        world.check_in(key_result, value)
    assert look(world, key_result).health == word


@pytest.mark.parametrize(("value", "word"), [(0, "not_started"), (1, "on_track")])
def test_nothing_expected_yet(world, value, word):
    key_result = world.key_result(**SPAN | {"starts": date(2025, 2, 16)})
    world.check_in(key_result, value)
    assert look(world, key_result).health == word


def test_a_level_to_hold_and_a_kpi_are_done_only_at_the_close(world):
    held = world.key_result(**SPAN | {"direction": "at_least", "baseline": None})
    kpi = world.kpi()
    for goal in (held, kpi):
        world.check_in(goal, 100)
        assert look(world, goal).health == "on_track"
        world.close(goal)
        assert look(world, goal).health == "done"


def test_thresholds_are_settings_and_change_what_is_said_and_not_what_is_stored(world):
    RoleGrant.objects.create(
        person=world.binh, role=Role.ADMINISTRATOR, since=world.binh.organisation.created_at
    )
    key_result = world.key_result(**SPAN)
    world.check_in(key_result, 40)
    before = world.standing(key_result)
    assert look(world, key_result).health == "at_risk"
    people.set_setting(world.binh, "health.on_track", "0.8")
    assert look(world, key_result).health == "on_track"
    assert world.standing(key_result).progress == before.progress


def test_outdated_is_a_flag_beside(world):
    key_result = world.key_result(**SPAN, cadence_days=7)
    world.check_in(key_result, 60, date(2025, 2, 10))
    assert look(world, key_result, date(2025, 2, 17)).outdated is False
    late = look(world, key_result, date(2025, 2, 18))
    assert (late.outdated, late.health) == (True, "at_risk")
    world.close(key_result)
    assert look(world, key_result, date(2025, 2, 18)).outdated is False


@pytest.mark.parametrize("kind", ["key_result", "kpi"])
def test_what_was_made_late_is_not_late_at_once(world, kind):
    """A year's goal that is made in February was not to be reported in January."""
    world.organisation.time_zone = "Asia/Ho_Chi_Minh"
    goal = getattr(world, kind)(starts=date(2025, 1, 1), ends=date(2025, 12, 31), cadence_days=7)
    # At 1 in the morning of 15 February there.
    Goal.objects.filter(pk=goal.pk).update(created_at=datetime(2025, 2, 14, 18, tzinfo=UTC))
    assert look(world, goal, date(2025, 2, 22)).outdated is False
    assert look(world, goal, date(2025, 2, 23)).outdated is True
    # Made ahead, it is late a cadence after its start.
    Goal.objects.filter(pk=goal.pk).update(created_at=datetime(2024, 12, 1, tzinfo=UTC))
    assert look(world, goal, date(2025, 1, 8)).outdated is False
    assert look(world, goal, date(2025, 1, 9)).outdated is True


@pytest.mark.parametrize(
    ("commitment", "value", "score", "closed"),
    [("committed", 95, "0.95", True), ("aspirational", 65, "0.65", True)],
)
def test_the_score_at_the_close(world, commitment, value, score, closed):
    objective = world.objective(commitment=commitment)
    world.check_in(world.key_result(objective), value)
    world.close(objective)
    assert fresh(objective).score == D(score)
    assert (fresh(objective).state == "closed") is closed
