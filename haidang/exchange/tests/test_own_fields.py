"""Fields of the organisation's own by the API: read, written, refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import Program
from haidang.goals import actions
from haidang.goals.models import CustomField, Goal
from haidang.people.models import Person

As = Callable[..., Program]
OPTIONS = [{"name_vi": "Bắc", "name_en": "North"}, {"name_vi": "Nam", "name_en": "South"}]


@pytest.fixture
def fields(administrator: Person) -> list[CustomField]:
    kinds = ["objective"]
    facts: list[dict[str, Any]] = [
        {"type": "number", "name_en": "Budget", "unit": "triệu ₫"},
        {"type": "choices", "name_en": "Markets", "options": OPTIONS},
        {"type": "person", "name_en": "Sponsor"},
    ]
    return [actions.create_field(administrator, one | {"kinds": kinds}) for one in facts]


def test_definitions(as_: As, an: Person, fields: list[CustomField]) -> None:
    items = as_(an).get("organisation/goal-fields").json()["items"]
    assert [item["key"] for item in items] == ["budget", "markets", "sponsor"]
    assert items[0]["unit"] == "triệu ₫"
    assert items[1]["options"][0] == {"key": "north", "name_vi": "Bắc", "name_en": "North"}


def test_written_and_read(
    as_: As, an: Person, objective: dict[str, Any], fields: list[CustomField]
) -> None:
    api, path = as_(an), f"goals/{objective['id']}"
    assert api.get(path).json()["fields"] == {}
    sent = {"budget": "1500.50", "markets": ["south"], "sponsor": an.public_id}
    answer = api.patch(path, {"fields": sent}, etag=api.etag(path))
    assert answer.status_code == 200, answer.content
    assert answer.json()["fields"] == sent | {"budget": "1500.5"}
    exact = {"fields": {"budget": 12345678901234567890, "sponsor": None}}
    answer = api.patch(path, exact, etag=api.etag(path))
    assert answer.json()["fields"] == {"budget": "12345678901234567890", "markets": ["south"]}
    listed = api.get("goals").json()["items"]
    mine = next(one for one in listed if one["id"] == objective["id"])
    assert mine["fields"] == answer.json()["fields"]


def test_made_with_answers(
    as_: As, administrator: Person, objective: dict[str, Any], fields: Any
) -> None:
    api = as_(administrator)
    body = {
        "kind": "objective", "title": "Mới", "level": "company",
        "cycle": objective["cycle"]["id"], "fields": {"markets": ["north"]},
    }  # fmt: skip
    assert api.post("goals", body).json()["fields"] == {"markets": ["north"]}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("budget", "nhiều"),
        ("budget", True),
        ("budget", {"a": 1}),
        ("budget", ["1"]),
        ("markets", "north"),
        ("markets", ["west"]),
        ("markets", [["north"]]),
        ("sponsor", "P-999"),
        ("nothing", "x"),
    ],
)
def test_refused_by_name(
    as_: As, an: Person, objective: dict[str, Any], fields: Any, key: str, value: Any
) -> None:
    api, path = as_(an), f"goals/{objective['id']}"
    answer = api.patch(path, {"fields": {key: value}}, etag=api.etag(path))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [f"fields.{key}"]
    assert Goal.objects.get(public_id=objective["id"]).fields == {}


@pytest.mark.parametrize("value", ["x", ["budget"], None, {"k" * 41: 1}])
def test_no_set_of_answers(
    as_: As, an: Person, objective: dict[str, Any], fields: Any, value: Any
) -> None:
    api, path = as_(an), f"goals/{objective['id']}"
    answer = api.patch(path, {"fields": value}, etag=api.etag(path))
    assert answer.status_code == 422


def test_who_may_not_edit_may_not_answer(
    as_: As, dung: Person, objective: dict[str, Any], fields: Any
) -> None:
    api, path = as_(dung), f"goals/{objective['id']}"
    answer = api.patch(path, {"fields": {"budget": "1"}}, etag=api.etag(path))
    assert answer.status_code == 403
