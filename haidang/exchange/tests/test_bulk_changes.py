"""POST /goals/bulk/changes: one change of many goals, as the Explorer makes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import Program
from haidang.goals.models import Goal
from haidang.people.models import Person

As = Callable[..., Program]
Facts = dict[str, Any]
PATH = "goals/bulk/changes"


def seen(*goals: Facts) -> list[Facts]:
    return [{"id": goal["id"], "version": goal["version"]} for goal in goals]


def test_a_preview_writes_nothing_and_says_what_then_happens(
    as_: As, an: Person, objective: Facts, key_result: Facts
) -> None:
    asked = {"goals": seen(objective, key_result), "what": "tags", "add": ["Tết"]}
    program = as_(an)
    told = program.post(PATH, {**asked, "preview": True})
    assert told.status_code == 200, told.content.decode()
    assert not Goal.objects.exclude(tags=None).exists()
    done = program.post(PATH, asked)
    assert done.json() == told.json()
    assert [(one["id"], one["new"], one["code"]) for one in done.json()["items"]] == [
        (objective["id"], ["Tết"], ""),
        (key_result["id"], ["Tết"], ""),
    ]
    assert Goal.objects.filter(tags__name="Tết").count() == 2


def test_all_of_them_or_none(as_: As, an: Person, objective: Facts, key_result: Facts) -> None:
    stale = {"id": key_result["id"], "version": 99}
    body = {"goals": [*seen(objective), stale], "what": "tags", "add": ["Tết"]}
    refused = as_(an).post(PATH, body)
    assert refused.status_code == 422, refused.content.decode()
    assert [(one["field"], one["code"]) for one in refused.json()["errors"]] == [
        ("goals.1", "stale")
    ]
    assert not Goal.objects.exclude(tags=None).exists()
    done = as_(an).post(PATH, {**body, "leave_out": [key_result["id"]]})
    assert [one["code"] for one in done.json()["items"]] == ["", "stale"]
    assert Goal.objects.filter(tags__name="Tết").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"what": "owner", "value": "P-99999"}, "value"),
        ({"what": "cycle", "value": "nothing"}, "value"),
        ({"what": "ends", "value": "31/03/2026"}, "value"),
        ({"what": "title", "value": "X"}, "what"),
        ({"what": "drop"}, "goals.0"),
        ({"what": "visibility", "value": "moon"}, "goals.0"),
    ],
)
def test_what_cannot_be_meant(
    as_: As, an: Person, objective: Facts, change: Facts, field: str
) -> None:
    refused = as_(an).post(PATH, {"goals": seen(objective), **change})
    assert refused.status_code == 422, refused.content.decode()
    assert [one["field"] for one in refused.json()["errors"]] == [field]


def test_a_goal_of_others_is_none(as_: As, emma: Person, objective: Facts) -> None:
    refused = as_(emma).post(PATH, {"goals": seen(objective), "what": "archive"})
    assert [(e["field"], e["code"]) for e in refused.json()["errors"]] == [("goals.0", "not_found")]
