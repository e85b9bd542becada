"""/goals/{id}/participants, /guests, /following"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haidang.exchange.tests.conftest import Program
from haidang.goals.models import Goal, Participant
from haidang.people import actions
from haidang.people.models import Person

As = Callable[..., Program]
Facts = dict[str, Any]


def parts(program: Program, goal: Facts) -> list[tuple[str, str]]:
    found = program.get(f"goals/{goal['id']}/participants").json()["items"]
    return [(one["role"], one["person"]["id"]) for one in found]


def test_parts_are_given_and_end(
    as_: As, an: Person, binh: Person, dung: Person, objective: Facts
) -> None:
    owner = as_(an)
    path = f"goals/{objective['id']}/participants"
    one = f"{path}/contributor/{binh.public_id}"
    assert owner.put(one).status_code == 428
    tag = owner.etag(path)
    given = owner.put(one, etag=tag)
    assert given.status_code == 200, given.content.decode()
    assert parts(owner, objective) == [("contributor", binh.public_id)]
    late = owner.put(f"{path}/named/{dung.public_id}", etag=tag)
    assert late.status_code == 412
    assert late.json()["current"]["items"][0]["person"]["id"] == binh.public_id
    assert owner.put(f"{path}/named/{dung.public_id}", etag=given["ETag"]).status_code == 200
    gone = owner.delete(one, etag="*")
    assert [(p["role"], p["person"]["id"]) for p in gone.json()["items"]] == [
        ("named", dung.public_id)
    ]
    assert owner.delete(one, etag="*").status_code == 200  # who has none keeps none
    assert parts(as_(dung), objective) == [("named", dung.public_id)]


def test_a_delegates_days(as_: As, an: Person, binh: Person, objective: Facts) -> None:
    owner = as_(an)
    today = timezone.localdate()
    path = f"goals/{objective['id']}/participants/delegate/{binh.public_id}"
    days = {"since": today.isoformat(), "until": (today + timedelta(days=7)).isoformat()}
    (made,) = owner.put(path, days, etag="*").json()["items"]
    assert (made["since"], made["until"]) == (days["since"], days["until"])
    (made,) = owner.put(path, days | {"until": None}, etag="*").json()["items"]
    assert (made["since"], made["until"]) == (days["since"], None)
    for wrong, field in (
        ({"until": (today - timedelta(days=1)).isoformat()}, "until"),
        ({"since": days["until"], "until": days["since"]}, "until"),
        ({"since": "soon"}, "since"),
        ({"from": days["since"]}, "from"),
    ):
        response = owner.put(path, wrong, etag="*")
        assert response.status_code == 422
        assert [e["field"] for e in response.json()["errors"]] == [field]
    assert Participant.objects.get(goal__public_id=objective["id"]).until is None


def test_who_may_not_and_who_cannot(
    as_: As, an: Person, binh: Person, dung: Person, admin: Program, objective: Facts
) -> None:
    path = f"goals/{objective['id']}/participants"
    assert as_(dung).put(f"{path}/named/{binh.public_id}", etag="*").status_code == 403
    owner = as_(an)
    for role in ("follower", "owner", "x"):
        assert owner.put(f"{path}/{role}/{binh.public_id}", etag="*").status_code == 404
    assert owner.put(f"{path}/named/P-99", etag="*").status_code == 404
    own = owner.put(f"{path}/named/{an.public_id}", etag="*")
    assert own.status_code == 422
    assert [(e["field"], e["code"]) for e in own.json()["errors"]] == [(None, "owner")]
    Goal.objects.filter(public_id=objective["id"]).update(visibility="private")
    assert as_(dung).get(path).status_code == 404
    assert as_(dung).put(f"{path}/named/{binh.public_id}", etag="*").status_code == 404


def test_sharing_with_a_guest(as_: As, admin: Program, an: Person, objective: Facts) -> None:
    path = f"goals/{objective['id']}/guests"
    body = {"name": "Ngô Minh Khách", "email": "khach@ngoai.example"}
    assert as_(an).post(path, body).status_code == 403
    made = admin.post(path, body, key="guest-1")
    assert made.status_code == 201, made.content.decode()
    assert "/accounts/" in made.json()["link"] or "http" in made.json()["link"]
    again = admin.post(path, body, key="guest-1")
    assert (again.status_code, again.json()["link"]) == (201, None)
    assert again.json()["person"] == made.json()["person"]
    (part,) = admin.get(f"goals/{objective['id']}/participants").json()["items"]
    assert (part["role"], part["is_guest"]) == ("named", True)
    known = admin.post(path, {"name": "Ai đó", "email": "khach@ngoai.example"})
    assert (known.status_code, known.json()["link"]) == (201, None)
    guest = as_(Person.objects.get(public_id=made.json()["person"]["id"]))
    assert parts(guest, objective) == [("named", made.json()["person"]["id"])]
    wrong = admin.post(path, {"name": "X", "email": "nobody"})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "email"


def test_following(
    as_: As, administrator: Person, an: Person, dung: Person, objective: Facts
) -> None:
    program = as_(dung)
    path = f"goals/{objective['id']}/following"
    for _ in range(2):
        assert program.put(path).status_code == 204
    assert parts(as_(an), objective) == [("follower", dung.public_id)]
    for _ in range(2):
        assert program.delete(path).status_code == 204
    assert parts(as_(an), objective) == []
    actions.set_roles(administrator, dung, ["viewer"])
    assert as_(Person.objects.get(pk=dung.pk)).put(path).status_code == 403
    assert as_(an, scopes=("read",)).put(path).json()["code"] == "scope"


@pytest.mark.django_db
def test_costs_the_same(
    as_: As, an: Person, admin: Program, make_person: Callable[..., Person], objective: Facts
) -> None:
    owner = as_(an)
    path = f"goals/{objective['id']}/participants"

    def grow(count: int) -> None:
        for n in range(count):
            one = admin.made("people", {"name": f"Người {n}"})
            assert owner.put(f"{path}/named/{one['id']}", etag="*").status_code == 200

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert owner.get(path).status_code == 200
        return len(caught)

    grow(2)
    few = cost()
    grow(8)
    assert cost() == few
