"""The life of a goal: submission, approval, return, closure, drop, archive, restoration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import Program
from haidang.people.models import Person, Unit

As = Callable[..., Program]
Facts = dict[str, Any]


@pytest.fixture
def draft(as_: As, an: Person, sales_unit: Unit, cycle: Facts) -> Facts:
    return as_(an).made(
        "goals",
        {
            "kind": "objective",
            "title": "Dự thảo",
            "level": "unit",
            "unit": sales_unit.public_id,
            "owner": an.public_id,
            "cycle": cycle["id"],
        },
    )


def move(api: Program, goal: Facts, state: str, body: Any = None, method: str = "POST") -> Any:
    path = f"goals/{goal['id']}"
    return api.change(method, f"{path}/{state}", body, of=path)


def test_from_draft_to_active_and_back_once(as_: As, an: Person, chi: Person, draft: Facts) -> None:
    owner, leader = as_(an), as_(chi)
    assert draft["state"] == "draft"
    assert move(leader, draft, "approval").status_code == 409
    assert move(owner, draft, "submission").json()["state"] == "submitted"
    assert move(owner, draft, "approval").status_code == 403
    silent = move(leader, draft, "return", {})
    assert silent.json()["errors"][0]["field"] == "reason"
    returned = move(leader, draft, "return", {"reason": "Chưa đo được"}).json()
    assert (returned["state"], returned["reason"]) == ("returned", "Chưa đo được")
    assert move(owner, draft, "submission").json()["state"] == "submitted"
    assert move(leader, draft, "approval").json()["state"] == "active"


def test_closing_is_proposed_confirmed_and_taken_back(
    as_: As, an: Person, chi: Person, objective: Facts
) -> None:
    owner, leader = as_(an), as_(chi)
    proposed = move(owner, objective, "closure", {"score": "0.7"}).json()
    assert proposed["state"] == "active"
    assert proposed["proposed_score"] == "0.7"
    assert proposed["close_proposed_by"]["id"] == an.public_id
    closed = move(leader, objective, "closure").json()
    assert (closed["state"], closed["score"], closed["proposed_score"]) == ("closed", "0.7", None)
    assert closed["closed_on"]
    assert move(owner, objective, "closure", method="DELETE").status_code == 403
    again = move(leader, objective, "closure", method="DELETE").json()
    assert (again["state"], again["score"]) == ("active", None)


@pytest.mark.parametrize("score", ["1.1", "-0.1", "1e30", "NaN", {}, "a"])
def test_scores_lie_between_0_and_1(as_: As, chi: Person, objective: Facts, score: Any) -> None:
    refused = move(as_(chi), objective, "closure", {"score": score})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "score"


def test_dropping_says_why_and_asks_what_becomes_of_the_goals_below(
    as_: As, admin: Program, chi: Person, objective: Facts, cycle: Facts, sales_unit: Unit
) -> None:
    facts = {
        "kind": "objective",
        "level": "unit",
        "unit": sales_unit.public_id,
        "cycle": cycle["id"],
    }
    below = admin.made("goals", facts | {"title": "Dưới", "parents": [{"parent": objective["id"]}]})
    other = admin.made("goals", facts | {"title": "Khác"})
    silent = move(admin, objective, "drop", {})
    assert silent.json()["errors"][0]["field"] == "reason"
    asked = move(admin, objective, "drop", {"reason": "Đổi hướng"})
    assert (asked.status_code, asked.json()["code"]) == (422, "has_children")
    assert set(asked.json()["choices"]) == {"along", "relink", "children"}
    assert asked.json()["choices"]["children"] == [below["id"]]
    unknown = move(
        admin,
        objective,
        "drop",
        {"reason": "Đổi hướng", "children": "relink", "relink_to": "O-999"},
    )
    assert unknown.json()["errors"][0]["field"] == "relink_to"
    done = move(
        admin,
        objective,
        "drop",
        {"reason": "Đổi hướng", "children": "relink", "relink_to": other["id"]},
    )
    assert done.json()["state"] == "dropped"
    parents = admin.get(f"goals/{below['id']}").json()["parents"]
    assert [p["parent"]["id"] for p in parents] == [other["id"]]
    assert move(admin, objective, "restoration").json()["state"] == "active"


def test_archive_and_restoration(as_: As, chi: Person, objective: Facts) -> None:
    leader = as_(chi)
    assert move(leader, objective, "archive").json()["state"] == "archived"
    assert move(leader, objective, "archive").status_code == 409
    assert move(leader, objective, "restoration").json()["state"] == "active"
    assert move(leader, objective, "restoration").status_code == 409


CHANGES = [
    ("POST", "submission", None),
    ("POST", "approval", None),
    ("POST", "return", {"reason": "x"}),
    ("POST", "closure", None),
    ("DELETE", "closure", None),
    ("POST", "drop", {"reason": "x"}),
    ("POST", "archive", None),
    ("POST", "restoration", None),
]


@pytest.mark.parametrize(("method", "state", "body"), CHANGES)
def test_every_change_wants_the_right_and_the_version(
    as_: As,
    admin: Program,
    dung: Person,
    emma: Person,
    chi: Person,
    objective: Facts,
    method: str,
    state: str,
    body: Any,
) -> None:
    path = f"goals/{objective['id']}/{state}"
    assert as_(dung).send(method, path, body, etag="*").status_code == 403
    assert as_(emma).send(method, path, body, etag="*").status_code == 404
    if state not in ("submission", "approval", "return"):
        assert as_(chi).send(method, path, body).status_code == 428
        stale = as_(chi).send(method, path, body, etag='"99.1-00"')
        assert stale.status_code == 412
        assert stale.json()["current"]["id"] == objective["id"]
    assert admin.get(f"goals/{objective['id']}").json()["state"] == "active"


def test_a_proposal_is_accepted_or_declined_by_whom_it_is_for(
    as_: As, an: Person, chi: Person, binh: Person, cycle: Facts
) -> None:
    owner, manager = as_(an), as_(chi)
    body = {
        "kind": "objective",
        "title": "Cho An",
        "level": "individual",
        "owner": an.public_id,
        "cycle": cycle["id"],
        "submit": True,
    }
    proposal = manager.made("goals", body)
    assert (proposal["state"], proposal["proposed_by"]["id"]) == ("draft", chi.public_id)
    for api in (manager, as_(binh)):
        assert move(api, proposal, "acceptance").status_code == 403
        assert move(api, proposal, "refusal", {"reason": "x"}).status_code == 403
    assert {"accept", "decline"} <= set(owner.get(f"goals/{proposal['id']}").json()["may"])
    assert move(owner, proposal, "refusal", {}).status_code == 422
    back = move(owner, proposal, "refusal", {"reason": "Quá sức"}).json()
    assert (back["state"], back["reason"]) == ("returned", "Quá sức")
    assert move(manager, proposal, "submission").json()["state"] == "draft"
    assert move(owner, proposal, "acceptance").json()["state"] == "active"
    assert move(owner, proposal, "acceptance").status_code == 403


def test_an_active_goal_is_not_raised_by_a_patch(as_: As, an: Person, objective: Facts) -> None:
    path = f"goals/{objective['id']}"
    for body, field in [({"level": "company"}, "level"), ({"owner": "P-1"}, "owner")]:
        answer = as_(an).change("PATCH", path, body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == field
    assert as_(an).get(path).json()["level"] == "unit"
