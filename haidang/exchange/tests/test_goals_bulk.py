"""/goals/bulk: many goals at once, all of them or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.checkins.recompute import recompute
from haidang.exchange.tests.conftest import KEY_RESULT, Program, composed
from haidang.goals.models import Alignment, Goal
from haidang.people.models import Person

As = Callable[..., Program]
Facts = dict[str, Any]
PATH = "goals/bulk"


@pytest.fixture
def api(as_: As, an: Person) -> Program:
    return as_(an)


def row(cycle: str, **facts: Any) -> Facts:
    return {
        "kind": "objective",
        "title": "Mở kênh mới",
        "level": "individual",
        "cycle": cycle,
    } | facts


def errors(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.content.decode()
    return {e["field"]: e["code"] for e in response.json()["errors"]}


def test_a_tree_in_one_request(api: Program, an: Person, cycle: Facts) -> None:
    rows = [
        row(cycle["id"], name="k"),
        KEY_RESULT | {"parents": [composed({"id": "#k"})], "name": "a.1"},
        row(cycle["id"], title="Giữ kênh", parents=[{"parent": "#a.1", "relation": "supports"}]),
    ]
    response = api.post(PATH, {"rows": rows})
    assert response.status_code == 201, response.content.decode()
    items = response.json()["items"]
    assert [(i["name"], i["kind"]) for i in items] == [
        ("k", "objective"), ("a.1", "key_result"), (None, "objective"),
    ]  # fmt: skip
    made = {g.public_id: g for g in Goal.objects.all()}
    links = {(e.child_id, e.parent_id): e.relation for e in Alignment.objects.all()}
    first, second, third = (made[i["id"]].pk for i in items)
    assert links[second, first] == "composition"
    assert links[third, second] == "supports"
    assert api.get(f"goals/{items[0]['id']}").json()["owner"]["id"] == an.public_id
    assert recompute(an.organisation_id, check=True) == []


def test_one_bad_row_and_nothing_is_made(api: Program, cycle: Facts) -> None:
    before = Goal.objects.count()
    rows = [
        row(cycle["id"], name="a"),
        row(cycle["id"], name="a"),
        row("C-999", name="b"),
        row(cycle["id"], parents=[{"parent": "#b", "relation": "supports"}]),
        row(cycle["id"], parents=[{"parent": "#later", "relation": "supports"}]),
        {"kind": "pillar", "title": "Trụ cột"},
        row(cycle["id"], name="later"),
    ]
    found = errors(api.post(PATH, {"rows": rows}))
    assert found == {
        "rows.1.name": "duplicate",
        "rows.2.cycle": "unknown",
        "rows.4.parents.0.parent": "unknown",
        "rows.5.kind": "forbidden",
    }
    assert Goal.objects.count() == before


@pytest.mark.parametrize("name", ["", "a b", "#a", "x" * 41, "ạ"])
def test_names_are_plain(api: Program, cycle: Facts, name: str) -> None:
    assert "rows.0.name" in errors(api.post(PATH, {"rows": [row(cycle["id"], name=name)]}))


def test_how_many(api: Program, cycle: Facts) -> None:
    assert "rows" in errors(api.post(PATH, {"rows": []}))
    assert "rows" in errors(api.post(PATH, {"rows": [row(cycle["id"])] * 501}))
