"""/people"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from haidang.exchange.tests.conftest import Program
from haidang.people.models import Person, Unit

As = Callable[..., Program]


def test_lists_by_given_name(as_: As, an: Person, binh: Person, dung: Person, emma: Person) -> None:
    answer = as_(an).get("people").json()
    names = [p["name"] for p in answer["items"]]
    assert names == ["Nguyễn Văn An", "Trần Thị Bình", "Lê Thị Chi", "Phạm Văn Dũng", "Quản Trị"]
    assert answer["next"] is None
    found = answer["items"][0]
    assert found["unit"] == {"id": an.unit.public_id, "name": "Kinh doanh"}
    assert found["roles"] == []
    assert found["can_sign_in"] is True


def test_filters(as_: As, an: Person, binh: Person, dung: Person, sales_unit: Unit) -> None:
    api = as_(an)

    def names(query: str) -> list[str]:
        return [p["name"].split()[-1] for p in api.get(f"people?{query}").json()["items"]]

    assert names("q=binh") == ["Bình"]
    assert names(f"unit={sales_unit.public_id}") == ["An", "Bình", "Chi"]
    assert names(f"manager={an.manager.public_id}") == ["An", "Bình"]
    assert names("is_active=false") == []
    unknown = api.get("people?unit=U-999")
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["in"] == "query"


def test_creates_with_location_and_etag(admin: Program, sales_unit: Unit, chi: Person) -> None:
    response = admin.post(
        "people",
        {
            "name": "  Giang   Hà ",
            "email": "Giang@TamLong.example",
            "unit": sales_unit.public_id,
            "manager": chi.public_id,
            "joined_on": "2024-02-29",
        },
    )
    assert response.status_code == 201
    answer = response.json()
    assert answer["name"] == "Giang Hà"
    assert answer["email"] == "giang@tamlong.example"
    assert answer["joined_on"] == "2024-02-29"
    assert response["Location"] == f"/api/v1/people/{answer['id']}"
    assert admin.get(response["Location"])["ETag"] == response["ETag"]


def test_edits_only_with_the_version_seen(admin: Program, an: Person) -> None:
    path = f"people/{an.public_id}"
    assert admin.patch(path, {"title": "Trưởng nhóm"}).status_code == 428
    etag = admin.etag(path)
    assert admin.patch(path, {"title": "Trưởng nhóm"}, etag=etag).status_code == 200
    late = admin.patch(path, {"title": "Phó phòng"}, etag=etag)
    assert late.status_code == 412
    assert late.json()["current"]["title"] == "Trưởng nhóm"
    assert late["ETag"] == admin.etag(path)
    an.refresh_from_db()
    assert an.title == "Trưởng nhóm"


def test_null_empties_and_silence_keeps(admin: Program, an: Person) -> None:
    path = f"people/{an.public_id}"
    answer = admin.change("PATCH", path, {"manager": None}).json()
    assert answer["manager"] is None
    assert answer["unit"]["name"] == "Kinh doanh"


def test_roles_are_guarded_by_all_that_was_seen(admin: Program, an: Person) -> None:
    path = f"people/{an.public_id}"
    etag = admin.etag(path)
    answer = admin.put(f"{path}/roles", {"roles": ["strategist", "member"]}, etag=etag)
    assert answer.json()["roles"] == ["member", "strategist"]
    assert admin.put(f"{path}/roles", {"roles": []}, etag=etag).status_code == 412


def test_the_last_administrator_stays(admin: Program) -> None:
    path = f"people/{admin.person.public_id}"
    refused = admin.change("PUT", f"{path}/roles", {"roles": ["member"]}, of=path)
    assert refused.status_code == 409
    assert refused.json()["code"] == "last_administrator"
    assert admin.change("POST", f"{path}/deactivation", of=path).status_code == 409


def test_deactivation_ends_tokens_and_can_be_taken_back(
    admin: Program, as_: As, an: Person
) -> None:
    theirs = as_(an)
    path = f"people/{an.public_id}"
    gone = admin.change("POST", f"{path}/deactivation", of=path)
    assert gone.status_code == 200
    assert gone.json()["is_active"] is False
    refused = theirs.get("me")
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith("Bearer")
    back = admin.change("DELETE", f"{path}/deactivation", of=path)
    assert back.json()["is_active"] is True
    assert theirs.get("me").status_code == 401


def test_invitation_shows_its_link_once(admin: Program) -> None:
    made = admin.made("people", {"name": "Hoa", "email": "hoa@tamlong.example"})
    path = f"people/{made['id']}/invitation"
    first = admin.post(path, key="k")
    assert "/invitations/" in first.json()["link"]
    again = admin.post(path, key="k")
    assert again.status_code == 201
    assert again["Idempotency-Replayed"] == "true"
    assert again.json()["link"] is None


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "people", {"name": "X"}),
        ("PATCH", "people/{an}", {"title": "X"}),
        ("PUT", "people/{an}/roles", {"roles": []}),
        ("POST", "people/{an}/deactivation", None),
        ("DELETE", "people/{an}/deactivation", None),
        ("POST", "people/{an}/invitation", None),
    ],
)
def test_only_administrators_write(
    as_: As, an: Person, binh: Person, emma: Person, method: str, path: str, body: Any
) -> None:
    path = path.format(an=an.public_id)
    assert as_(binh).send(method, path, body, etag="*").status_code == 403
    stranger = Client().generic(method, f"/api/v1/{path}", "{}", content_type="application/json")
    assert stranger.status_code == 401
    if "{" not in path and "P-" in path:
        foreign = as_(emma).send(method, path.replace(an.public_id, "P-77"), body, etag="*")
        assert foreign.status_code == 404


def test_tokens_of_others_are_an_administrators(
    as_: As, admin: Program, an: Person, binh: Person, emma: Person
) -> None:
    api = as_(an)
    path = f"people/{an.public_id}/tokens"
    assert as_(binh).get(path).status_code == 403
    assert as_(emma).get(path).status_code == 404
    assert [t["id"] for t in api.get(path).json()["items"]] == [api.token.pk]
    shown = admin.get(path).json()["items"]
    assert [t["name"] for t in shown] == ["test"]
    assert api.secret not in str(shown)
    assert "last_used_at" in shown[0]
    one = f"{path}/{api.token.pk}"
    assert as_(binh).delete(one).status_code == 403
    assert admin.delete(f"people/{binh.public_id}/tokens/{api.token.pk}").status_code == 404
    assert Program(admin.person, ("read", "write")).delete(one).status_code == 403
    assert api.get("me").status_code == 200
    assert admin.delete(one).status_code == 204
    assert admin.delete(one).status_code == 204
    assert api.get("me").status_code == 401
