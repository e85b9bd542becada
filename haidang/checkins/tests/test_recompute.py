"""Rebuilding what was lost or damaged, and naming it where it cannot be rebuilt."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from haidang.checkins import actions
from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.goals.models import Alignment, AlignmentSpan, Goal, GoalVersion, Standing
from haidang.lib.errors import Conflict
from haidang.people.models import Person

pytestmark = pytest.mark.django_db
#: What a damaged column may hold: any text on SQLite, this alone on PostgreSQL.
NO_NUMBER = "NaN" if connection.vendor == "postgresql" else "abc"


@pytest.fixture
def reported(an: Person, key_result: Goal) -> Goal:
    actions.record(an, key_result, value=Decimal(40))
    assert recompute(check=True) == []
    return key_result


def told() -> list[str]:
    return [str(difference) for difference in recompute(check=True)]


@pytest.mark.parametrize("which", ["key_result", "objective"])
def test_a_standing_that_is_lost(reported: Goal, which: str, request: Any) -> None:
    goal = request.getfixturevalue(which)
    Standing.objects.filter(goal=goal).delete()
    assert f"goal {goal.pk}: standing is lost, should be there" in told()
    assert not Standing.objects.filter(goal=goal).exists()  # a check changes nothing
    assert recompute()
    assert recompute(check=True) == []
    standing = Standing.objects.get(goal=goal)
    assert (standing.progress, standing.organisation_id) == (400_000_000, goal.organisation_id)


def test_a_standing_that_is_no_number(reported: Goal) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE goals_standing SET own_value = %s WHERE goal_id = %s", [NO_NUMBER, reported.pk]
        )
    said = f"goal {reported.pk}: goals_standing.own_value is 'abc', should be a number"
    if connection.vendor == "postgresql":
        said = f"goal {reported.pk}: own_value is NaN, should be 40"
    assert told() == [said]
    assert said in [str(difference) for difference in recompute()]
    assert Standing.objects.get(goal=reported).own_value == 40
    assert recompute(check=True) == []


def test_a_record_that_is_no_number_is_not_made_up(reported: Goal) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE checkins_checkin SET value = %s", [NO_NUMBER])
    shown = repr(Decimal("NaN") if connection.vendor == "postgresql" else NO_NUMBER)
    said = f"goal {reported.pk}: checkins_checkin.value is {shown}, should be a number"
    assert told() == [said]
    with pytest.raises(Conflict) as refused:
        recompute()
    assert said in str(refused.value.message)
    assert Standing.objects.get(goal=reported).own_value == 40
    assert CheckIn.objects.count() == 1


def test_links_and_versions_agree_with_their_history(reported: Goal) -> None:
    edge = Alignment.objects.get(child=reported)
    AlignmentSpan.objects.filter(child=reported).update(weight=7)
    found = told()
    assert len(found) == 1
    assert f"goal {reported.pk}: link to goal {edge.parent_id} in its history" in found[0]
    AlignmentSpan.objects.filter(child=reported).delete()
    assert "in its history is None" in told()[0]
    AlignmentSpan.objects.create(
        organisation_id=edge.organisation_id, child_id=edge.child_id, parent_id=edge.parent_id,
        relation=edge.relation, mode=edge.mode, weight=edge.weight, position=edge.position,
        since=edge.since,
    )  # fmt: skip
    assert told() == []
    GoalVersion.objects.filter(goal=reported).update(version=9)
    assert told() == [f"goal {reported.pk}: version in its history is 9, should be 1"]
    GoalVersion.objects.filter(goal=reported).delete()
    assert told() == [f"goal {reported.pk}: version in its history is None, should be 1"]
