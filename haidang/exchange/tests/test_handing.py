"""Mergers, transfers and departures; roles of the past; tokens of all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haidang.exchange.tests.conftest import KEY_RESULT, Program, composed
from haidang.goals.models import Goal
from haidang.people import actions
from haidang.people.models import Person, PersonalToken, Unit

As = Callable[..., Program]
Facts = dict[str, Any]


def got(program: Program, path: str, status: int = 200) -> Facts:
    response = program.get(path)
    assert response.status_code == status, response.content.decode()
    found: Facts = response.json()
    return found


def reasons(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.content.decode()
    return {e["field"]: e["code"] for e in response.json()["errors"]}


# --- units that merge -------------------------------------------------------------------


def test_a_merger_is_looked_at_and_done(
    admin: Program, an: Person, dung: Person, sales_unit: Unit, factory_unit: Unit, objective: Facts
) -> None:
    path = f"units/{sales_unit.public_id}/merger"
    seen = admin.get(f"{path}?into={factory_unit.public_id}")
    preview = seen.json()
    assert preview["into"]["id"] == factory_unit.public_id
    assert (preview["people"]["count"], preview["goals"]["count"]) == (2, 1)
    assert preview["goals"]["first"] == [f"{objective['id']} {objective['title']}"]
    leaders = [one["id"] for one in preview["leaders"]]
    assert len(leaders) == 1

    assert admin.post(path, {"into": factory_unit.public_id}).status_code == 428
    done = admin.post(path, {"into": factory_unit.public_id}, etag=seen["ETag"])
    assert done.status_code == 200, done.content.decode()
    assert (done.json()["id"], [x["id"] for x in done.json()["leaders"]]) == (
        factory_unit.public_id,
        leaders,
    )
    closed = got(admin, f"units/{sales_unit.public_id}")
    assert closed["archived_at"] is not None
    assert got(admin, f"people/{an.public_id}")["unit"]["id"] == factory_unit.public_id
    assert got(admin, f"goals/{objective['id']}")["unit"]["id"] == factory_unit.public_id
    late = admin.post(path, {"into": factory_unit.public_id}, etag=seen["ETag"])
    assert (late.status_code, late.json()["current"]["id"]) == (412, sales_unit.public_id)
    again = admin.post(path, {"into": factory_unit.public_id}, etag="*")
    assert (again.status_code, again.json()["code"]) == (409, "archived")


def test_a_merger_that_cannot_be(
    as_: As, an: Person, admin: Program, sales_unit: Unit, root_unit: Unit
) -> None:
    path = f"units/{sales_unit.public_id}/merger"
    for body, field in (
        ({"into": sales_unit.public_id}, "into"),
        ({"into": "U-99"}, "into"),
        ({}, "into"),
        ({"into": root_unit.public_id, "leaders": ["P-99"]}, "leaders.0"),
    ):
        assert list(reasons(admin.post(path, body, etag="*"))) == [field]
    for query in ("", "?into=U-99"):
        assert list(reasons(admin.get(path + query))) == ["into"]
    whole = f"units/{root_unit.public_id}/merger"
    assert list(reasons(admin.post(whole, {"into": sales_unit.public_id}, etag="*"))) == ["into"]
    assert as_(an).post(path, {"into": root_unit.public_id}, etag="*").status_code == 403
    sales_unit.refresh_from_db()
    assert sales_unit.archived_at is None


# --- people who leave, or go elsewhere --------------------------------------------------


def test_what_somebody_holds(
    admin: Program, chi: Person, an: Person, objective: Facts, key_result: Facts
) -> None:
    found = got(admin, f"people/{an.public_id}/holdings")
    kept = [("owner", ["unit", "stay"])] * 2
    assert [(one["what"], one["words"]) for one in found["items"]] == kept
    keys = {one["key"] for one in found["items"]}
    assert keys == {f"owner-{objective['id']}", f"owner-{key_result['id']}"}
    led = got(admin, f"people/{chi.public_id}/holdings")["items"]
    assert {one["what"]: one["words"] for one in led} == {
        "leads": ["end", "stay"],
        "reports": ["end", "stay"],
    }
    (reports,) = (one for one in led if one["what"] == "reports")
    assert [p["id"] for p in reports["people"]] == [an.public_id]
    Goal.objects.filter(public_id=key_result["id"]).update(visibility="private", owner=an)
    assert got(admin, f"people/{an.public_id}/holdings")["unseen_goals"] == 1


def test_a_departure_hands_everything_over(
    as_: As, admin: Program, an: Person, binh: Person, chi: Person, objective: Facts
) -> None:
    path = f"people/{an.public_id}/departure"
    tag = admin.get(f"people/{an.public_id}/holdings")["ETag"]
    key = f"owner-{objective['id']}"
    assert admin.post(path, {"otherwise": binh.public_id}).status_code == 428
    assert reasons(admin.post(path, {}, etag=tag)) == {f"choices.{key}": "required"}
    done = admin.post(
        path, {"choices": {key: "unit"}, "otherwise": binh.public_id}, etag=tag, key="leave-an"
    )
    assert done.status_code == 200, done.content.decode()
    assert (done.json()["is_active"], done.json()["left_on"] is not None) == (False, True)
    assert got(admin, f"goals/{objective['id']}")["owner"] is None
    again = admin.post(
        path, {"choices": {key: "unit"}, "otherwise": binh.public_id}, etag=tag, key="leave-an"
    )
    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    late = admin.post(path, {"otherwise": binh.public_id}, etag=tag)
    assert (late.status_code, late.json()["current"]["is_active"]) == (412, False)


def test_a_departure_that_does_not_fit(
    as_: As, admin: Program, an: Person, chi: Person, dung: Person, objective: Facts
) -> None:
    path = f"people/{an.public_id}/departure"
    key = f"owner-{objective['id']}"
    tomorrow = (timezone.localdate() + timedelta(days=3)).isoformat()
    reader = admin.made("people", {"name": "Người Xem"})
    tag = admin.etag(f"people/{reader['id']}")
    assert admin.put(f"people/{reader['id']}/roles", {"roles": ["viewer"]}, etag=tag)
    for body, wrong in (
        ({"choices": {key: an.public_id}}, {f"choices.{key}": "heir"}),
        ({"otherwise": reader["id"]}, {"otherwise": "heir"}),
        ({"otherwise": "P-99"}, {"otherwise": "unknown"}),
        ({"choices": {key: "P-99"}}, {f"choices.{key}": "unknown"}),
        ({"choices": {key: "stay"}}, {f"choices.{key}": "required"}),
        ({"otherwise": "end"}, {"otherwise": "required"}),
        ({"choices": {"leads-U-1": "end"}, "otherwise": "unit"}, {"choices.leads-U-1": "unknown"}),
        ({"otherwise": "unit", "last_day": tomorrow}, {"last_day": "future"}),
        ({"otherwise": "nobody"}, {"otherwise": "public_id"}),
    ):
        assert reasons(admin.post(path, body, etag="*")) == wrong, body
    assert as_(dung).post(path, {"otherwise": "unit"}, etag="*").status_code == 403
    assert Person.objects.get(pk=an.pk).is_active


def test_a_transfer_keeps_what_is_not_named(
    admin: Program, an: Person, binh: Person, dung: Person, factory_unit: Unit, objective: Facts
) -> None:
    path = f"people/{an.public_id}/transfer"
    tag = admin.etag(f"people/{an.public_id}/holdings")
    done = admin.post(path, {"unit": factory_unit.public_id}, etag=tag)
    assert done.status_code == 200, done.content.decode()
    assert done.json()["unit"]["id"] == factory_unit.public_id
    assert done.json()["manager"] is not None  # not sent: it stays
    assert got(admin, f"goals/{objective['id']}")["owner"]["id"] == an.public_id
    key = f"owner-{objective['id']}"
    body = {"manager": None, "choices": {key: binh.public_id}}
    done = admin.post(path, body, etag="*")
    assert (done.json()["manager"], done.json()["unit"]["id"]) == (None, factory_unit.public_id)
    assert got(admin, f"goals/{objective['id']}")["owner"]["id"] == binh.public_id
    assert admin.post(path, {}, etag=tag).status_code == 412
    assert list(reasons(admin.post(path, {"unit": "U-99"}, etag="*"))) == ["unit"]


def test_reading_what_is_held_costs_the_same(admin: Program, an: Person, objective: Facts) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            got(admin, f"people/{an.public_id}/holdings")
        return len(caught)

    def grow(count: int) -> None:
        for _ in range(count):
            body = KEY_RESULT | {"owner": an.public_id, "parents": [composed(objective)]}
            admin.made("goals", body)

    grow(2)
    few = cost()
    grow(8)
    assert cost() == few <= 16


# --- roles and tokens -------------------------------------------------------------------


def test_roles_of_the_past(as_: As, admin: Program, an: Person, dung: Person) -> None:
    for roles in (["strategist"], ["hr"]):
        path = f"people/{an.public_id}"
        assert admin.change("PUT", f"{path}/roles", {"roles": roles}, of=path).status_code == 200
    spans = got(as_(dung), f"people/{an.public_id}/roles/history")["items"]
    assert [(s["role"], s["until"] is None) for s in spans] == [("hr", True), ("strategist", False)]


def test_tokens_of_all(as_: As, admin: Program, an: Person, emma: Person) -> None:
    mine = as_(an)
    as_(emma)
    mine.token.revoked_at = timezone.now()
    mine.token.save()
    rows = got(admin, "tokens")["items"]
    assert {one["person"]["id"] for one in rows} == {an.public_id, admin.person.public_id}
    assert "digest" not in rows[0]
    live = got(admin, "tokens?live=true")["items"]
    assert [one["person"]["id"] for one in live] == [admin.person.public_id]
    assert [one["id"] for one in got(admin, "tokens?live=false")["items"]] == [mine.token.pk]
    first = got(admin, "tokens?limit=1")
    rest = got(admin, f"tokens?limit=1&cursor={first['next']}")
    assert [one["id"] for one in (*first["items"], *rest["items"])] == [t["id"] for t in rows]
    assert as_(Person.objects.get(pk=an.pk)).get("tokens").status_code == 403
    narrow = as_(admin.person, scopes=("read", "write"))
    assert narrow.get("tokens").json()["code"] == "scope"


def test_a_token_that_only_reads_changes_nothing(
    as_: As, administrator: Person, an: Person, admin: Program
) -> None:
    """Also where the scope admin, which only administrators have, would open more."""
    actions.set_roles(administrator, an, ["strategist"])
    an = Person.objects.get(pk=an.pk)
    until = timezone.now() + timedelta(days=1)
    other = actions.create_token(an, "ERP", ["read"], until)[0]
    reads, writes = as_(an, scopes=("read",)), as_(an, scopes=("write",))
    tokens, setting = f"people/{an.public_id}/tokens", "organisation/settings/health.on_track"
    body = {"items": [{"key": "health.on_track", "value": "0.8"}]}
    for refused in (
        reads.delete(f"{tokens}/{other.pk}"),
        reads.put(setting, {"value": "0.8"}, etag="*"),
        reads.patch("organisation/settings", body, etag="*"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "scope")
    assert PersonalToken.objects.get(pk=other.pk).revoked_at is None
    assert got(reads, setting)["value"] == "0.9"
    assert got(reads, tokens)["items"]
    assert writes.put(setting, {"value": "0.8"}, etag="*").status_code == 200
    assert writes.delete(f"{tokens}/{other.pk}").status_code == 204
    assert reads.delete(f"me/tokens/{reads.token.pk}").status_code == 204
