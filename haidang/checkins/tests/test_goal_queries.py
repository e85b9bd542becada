"""Derivation, outlook and subtree over a small company."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Goal
from haidang.goals.queries import derivation, outlook, subtree
from haidang.people.models import Person

D = Decimal
pytestmark = pytest.mark.django_db
BILLION = 1_000_000_000


@pytest.fixture
def objective(administrator: Person) -> Goal:
    year = actions.create_cycle(
        administrator,
        {"name": "2026", "kind": "year", "starts": date(2026, 1, 1), "ends": date(2026, 12, 31)},
    )
    ultimate = actions.create_goal(administrator, "ultimate", {"title": "Đích"})
    facts = {"title": "Mục tiêu", "cycle": year, "level": "company"}
    objective = actions.create_goal(
        administrator, "objective", facts, parents=[LinkRequest(ultimate)]
    )
    for i, weight in enumerate((3, 1)):
        facts = {"title": f"KR {i}", "metric_kind": "count", "direction": "increase",
                 "baseline": D(0), "target": D(10)}  # fmt: skip
        actions.create_goal(
            administrator,
            "key_result",
            facts,
            parents=[LinkRequest(objective, "composition", weight=weight)],
        )
    return objective


def test_the_terms_add_up_to_the_number(administrator: Person, objective: Goal) -> None:
    first, second = Goal.objects.filter(kind="key_result").order_by("number")
    checkins.record(administrator, first, value=D(5))
    checkins.record(administrator, second, value=D(1))
    objective = Goal.objects.select_related("standing").get(pk=objective.pk)
    found = derivation(administrator, objective)
    assert [(t.weight, t.progress) for t in found.terms] == [(3, 500_000_000), (1, 100_000_000)]
    assert [t.share for t in found.terms] == [D("0.75"), D("0.25")]
    assert sum(t.contribution or 0 for t in found.terms) == objective.standing.progress
    assert objective.standing.progress == 400_000_000
    assert found.twice == []


def test_a_goal_with_two_paths_is_named(administrator: Person, objective: Goal) -> None:
    ultimate = Goal.objects.select_related("standing").get(kind="ultimate")
    pillar = actions.create_goal(
        administrator, "pillar", {"title": "Trụ"}, parents=[LinkRequest(ultimate)]
    )
    actions.link(administrator, objective, LinkRequest(pillar))
    assert [g.pk for g in derivation(administrator, ultimate).twice] == [objective.pk]


def test_outlook_expects_the_mean_of_what_counts(administrator: Person, objective: Goal) -> None:
    first, second = Goal.objects.filter(kind="key_result").order_by("number")
    checkins.record(administrator, first, value=D(5))
    Goal.objects.filter(pk=second.pk).update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    day = date(2026, 7, 1)
    looks = outlook(administrator.organisation, [objective.pk, first.pk, second.pk], day)
    assert looks[objective.pk].expected == looks[first.pk].expected
    assert looks[first.pk].health == "on_track"
    assert looks[second.pk].health == "no_data"
    assert looks[second.pk].outdated
    assert (
        outlook(administrator.organisation, [first.pk], date(2026, 12, 31))[first.pk].expected
        == BILLION
    )


def test_subtree_draws_each_goal_once(
    administrator: Person, objective: Goal, django_assert_num_queries: object
) -> None:
    ultimate = Goal.objects.get(kind="ultimate")
    pillar = actions.create_goal(
        administrator, "pillar", {"title": "Trụ"}, parents=[LinkRequest(ultimate)]
    )
    actions.link(administrator, objective, LinkRequest(pillar, "supports"))
    tree = subtree(administrator, ultimate)
    assert [b.depth for b in tree.branches] == [0, 1, 2, 2, 1]
    assert tree.cross == [(objective.pk, pillar.pk, "supports", "none")]
    assert [b.depth for b in subtree(administrator, ultimate, depth=1).branches] == [0, 1, 1]
