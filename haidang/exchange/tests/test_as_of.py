"""/goals/{id}/as-of/{day}: what was known at the end of a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from haidang.exchange.tests.conftest import KEY_RESULT, Program, composed
from haidang.goals.models import AlignmentSpan, Goal, GoalVersion, HistoryPoint
from haidang.people.models import Person
from tests.support.pages import queries_of

As = Callable[..., Program]
Facts = dict[str, Any]


def moved_back(goal: Facts, days: int) -> None:
    """As if all that is known of it had been recorded so many days ago."""
    by = timedelta(days=days)
    row = Goal.objects.get(public_id=goal["id"])
    for rows in (
        GoalVersion.objects.filter(goal=row),
        AlignmentSpan.objects.filter(child=row),
    ):
        for one in rows:
            one.since -= by
            one.until = one.until and one.until - by
            one.save()
    for point in HistoryPoint.objects.filter(goal=row):
        point.day -= by
        point.save()


def report(program: Program, goal: Facts, value: str) -> None:
    answer = program.post(f"goals/{goal['id']}/check-ins", {"value": value}, etag="*")
    assert answer.status_code == 201, answer.content.decode()


def day(ago: int) -> str:
    return (timezone.localdate() - timedelta(days=ago)).isoformat()


def then(program: Program, goal: Facts, on: str, status: int = 200) -> Facts:
    response = program.get(f"goals/{goal['id']}/as-of/{on}")
    assert response.status_code == status, response.content.decode()
    facts: Facts = response.json()
    return facts


def test_definition_numbers_and_parents_as_they_were(
    as_: As, an: Person, admin: Program, objective: Facts, key_result: Facts
) -> None:
    report(admin, key_result, "10")
    moved_back(key_result, 10)
    report(admin, key_result, "40")
    changes = {"title": "Một trăm nhà phân phối"}
    path = f"goals/{key_result['id']}"
    assert admin.patch(path, changes, etag=admin.etag(path)).status_code == 200

    before = then(as_(an), key_result, day(5))
    assert before["definition"]["title"] == key_result["title"]
    assert before["definition"]["target"] == "100"
    assert before["definition"]["owner"] == (key_result["owner"] or {}).get("id")
    assert (before["progress_decimal"], before["actual"]) == ("0.100000000", "10")
    assert [p["parent"]["id"] for p in before["parents"]] == [objective["id"]]
    now = then(as_(an), key_result, day(0))
    assert now["definition"]["title"] == changes["title"]
    assert now["progress_decimal"] == "0.400000000"
    assert now["version"] == before["version"] + 1
    then(as_(an), key_result, day(11), status=404)


def test_a_day_ends_where_the_organisation_is(
    admin: Program, an: Person, key_result: Facts
) -> None:
    """23:30 in Hà Nội is still that day; 00:30 is not."""
    versions = GoalVersion.objects.filter(goal__public_id=key_result["id"])
    for clock, status in ("16:30", 200), ("17:30", 404):
        versions.update(since=datetime.fromisoformat(f"2026-03-10T{clock}:00+00:00"))
        then(admin, key_result, "2026-03-10", status)


def test_a_parent_that_is_closed_to_one_is_not_named(
    as_: As, dung: Person, admin: Program, objective: Facts, key_result: Facts
) -> None:
    Goal.objects.filter(public_id=objective["id"]).update(visibility="private")
    assert then(as_(dung), key_result, day(0))["parents"] == []


ODD = ["0000-01-01", "9999-12-31", "2026-02-30", "yesterday", "1", "2026-1-1"]


@pytest.mark.parametrize("odd", ODD)
def test_odd_days(admin: Program, key_result: Facts, odd: str) -> None:
    assert admin.get(f"goals/{key_result['id']}/as-of/{odd}").status_code in (404, 422)


def test_far_days(admin: Program, key_result: Facts) -> None:
    then(admin, key_result, "1990-01-01", 404)
    then(admin, key_result, "2199-12-31")


def test_it_costs_the_same_with_many_parents(admin: Program, objective: Facts) -> None:
    one = admin.made("goals", KEY_RESULT | {"title": "Một", "parents": [composed(objective)]})
    path = f"/api/v1/goals/{one['id']}/as-of/{day(0)}"
    token = {"Authorization": f"Bearer {admin.secret}"}
    few = queries_of(admin.client, path, **token)
    for n in range(6):
        above = admin.made("goals", {"kind": "pillar", "title": f"Trụ {n}"})
        link = {"parent": above["id"], "relation": "supports"}
        admin.made(f"goals/{one['id']}/parents", link)
    assert queries_of(admin.client, path, **token) == few
