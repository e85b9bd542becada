"""/map: what the page's map shows, in plain words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from haidang.exchange.tests.conftest import Program
from haidang.goals.models import Alignment, Goal
from haidang.people.access import today_of
from haidang.people.models import Person
from haidang.strategy.map import facts, filters, queries
from haidang.strategy.tests.map_company import Company, company

As = Callable[..., Program]
Facts = dict[str, Any]
BESIDE = ("supports", "depends_on")


@pytest.fixture
def made(db: None) -> Company:
    return company(120)


def shown(program: Program, query: str = "") -> Facts:
    response = program.get(f"map?{query}")
    assert response.status_code == 200, response.content.decode()
    found: Facts = response.json()
    return found


def packed(reader: Person, /, **asked: Any) -> Facts:
    """What the page's script is given."""
    view = queries.view(reader, filters.Filters(**asked), today_of(reader))
    return facts.payload(view, "en")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"unit": "U-3"},
        {"person": "P-2"},
        {"kind": "kpi"},
        {"health": "no_data"},
        {"root": "SP-2"},
        {"limit": 30},
        {"text": "khach hang"},
        {"cycle": "all"},
    ],
)
def test_is_the_map_of_the_page(as_: As, made: Company, asked: Facts) -> None:
    program = as_(made.strategist)
    for goal in made.goals:
        goal.fold()  # written in bulk, so not yet to be found by words
    Goal.objects.bulk_update(made.goals, ["words", "more_words"])
    query = "&".join(f"{'q' if k == 'text' else k}={v}" for k, v in asked.items())
    found, page = shown(program, query), packed(made.strategist, **asked)
    items = found["items"]
    assert len(items) > 3
    assert [one["id"] for one in items] == page["id"]
    place = {one["id"]: n for n, one in enumerate(items)}
    assert [place.get(one["parent"], -1) for one in items] == page["up"]
    assert [one["progress"] for one in items] == page["progress"]
    assert [one["expected"] for one in items] == page["expected"]
    assert [facts.HEALTHS.index(one["health"]) for one in items] == page["health"]
    assert {one["id"]: one["more"] for one in items if one["more"]} == page["more"]
    assert [place[one["id"]] for one in items if one["context"]] == sorted(page["context"])
    links = [(place[x["child"]], place[x["parent"]]) for x in found["links"]]
    assert links == list(zip(page["links"][::3], page["links"][1::3], strict=True))
    assert found["cut"] == page["cut"]
    owners = [one["owner"]["name"] if one["owner"] else "" for one in items]
    names = [*(name for name, *_rest in page["people"]), ""]
    assert owners == [names[at] for at in page["owner"]]


def test_a_tree_link_says_what_it_does(as_: As, made: Company) -> None:
    for one in shown(as_(made.strategist))["items"]:
        if one["parent"]:
            edge = Alignment.objects.get(
                child__public_id=one["id"], parent__public_id=one["parent"]
            )
            assert (one["relation"], one["mode"], one["weight"]) == (
                edge.relation,
                edge.mode,
                edge.weight,
            )
        else:
            assert (one["relation"], one["mode"], one["weight"]) == ("", "", 0)


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_so_many_levels_and_the_rest_counted(as_: As, made: Company, depth: int) -> None:
    program = as_(made.strategist)
    whole, some = shown(program), shown(program, f"depth={depth}")
    above = {one["id"]: one["parent"] for one in whole["items"]}

    def level(key: str) -> int:
        return level(above[key]) + 1 if above[key] else 0

    kept = {key for key in above if level(key) <= depth}
    assert [one["id"] for one in some["items"]] == [k for k in above if k in kept]
    below: dict[str, set[str]] = {}
    rows = Alignment.objects.exclude(relation__in=BESIDE)
    for child, parent in rows.values_list("child__public_id", "parent__public_id"):
        if child in above and child not in kept:
            below.setdefault(parent, set()).add(child)
    for one in some["items"]:
        assert one["more"] == len(below.get(one["id"], ())), one["id"]
    assert some["cut"] == (kept != set(above))
    ends = {key for link in some["links"] for key in (link["child"], link["parent"])}
    assert ends <= kept


def test_private_goals_stay_closed(as_: As, made: Company) -> None:
    stranger = made.people[5]
    secret = next(g for g in made.goals if g.kind == "objective" and g.owner_id != stranger.pk)
    Goal.objects.filter(pk=secret.pk).update(visibility="private", title="Bí mật của phòng")
    program = as_(stranger)
    text = program.get("map").content.decode()
    assert "Bí mật" not in text
    assert f'"{secret.public_id}"' not in text
    refused = program.get(f"map?root={secret.public_id}")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "root"
    missing = program.get("map?root=O-99999").json()
    assert refused.json()["detail"].replace(secret.public_id, "") == missing["detail"].replace(
        "O-99999", ""
    )


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("cycle=C-99", "cycle", "unknown"),
        ("cycle=none", "cycle", "public_id"),
        ("unit=U-99", "unit", "unknown"),
        ("team=U-1", "team", "unknown"),
        ("person=P-99", "person", "unknown"),
        ("root=KR-99999", "root", "unknown"),
        ("kind=x", "kind", "enum"),
        ("health=x", "health", "literal_error"),
        ("depth=65", "depth", "less_than_equal"),
        ("limit=2001", "limit", "less_than_equal"),
        ("limit=0", "limit", "greater_than_equal"),
        ("units=U-1", "units", "unknown_parameter"),
    ],
)
def test_says_what_is_wrong_with_a_filter(
    as_: As, made: Company, query: str, field: str, code: str
) -> None:
    response = as_(made.strategist).get(f"map?{query}")
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert (error["field"], error["code"], error["in"]) == (field, code, "query")


def test_the_same_again_is_not_sent(as_: As, made: Company) -> None:
    program = as_(made.strategist)
    tag = program.get("map")["ETag"]
    again = program.get("map", If_None_Match=tag)
    assert (again.status_code, again.content) == (304, b"")
    Goal.objects.filter(public_id="UG-1").update(title="Khác")
    assert program.get("map", If_None_Match=tag).status_code == 200


def test_costs_the_same_for_few_and_many(as_: As, made: Company) -> None:
    def cost(program: Program) -> int:
        shown(program)
        with CaptureQueriesContext(connection) as caught:
            shown(program)
        return len(caught)

    assert cost(as_(made.strategist)) == cost(as_(company(300, seed=3).strategist)) <= 20
