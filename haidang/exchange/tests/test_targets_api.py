"""Targets with their ledger, and requests for others, by the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from haidang.exchange.tests.conftest import Program
from haidang.people.models import Person, Role, RoleGrant, UnitLeader

pytestmark = pytest.mark.django_db
As = Callable[..., Program]
Facts = dict[str, Any]


def asked(**more: Any) -> Facts:
    return {"reason": "Mùa thấp điểm", "targets": [{"starts": "2025-01-15", "target": "8"}]} | more


def test_asked_granted_and_read_back(
    as_: As, an: Person, chi: Person, dung: Person, sales_kpi: Facts
) -> None:
    owner, leader = as_(an), as_(chi)
    path = f"goals/{sales_kpi['id']}/target-requests"
    assert as_(dung).post(path, asked()).status_code == 403
    made = owner.post(path, asked())
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    (change,) = made.json()["changes"]
    assert (change["starts"], change["was"], change["wanted"], change["stands"]) == (
        "2025-01-01", "10", "8", "10",
    )  # fmt: skip
    assert owner.post(path, asked()).json()["code"] == "asked"
    assert [one["id"] for one in leader.get("kpis/target-requests").json()["items"]] == [number]
    assert owner.get("kpis/target-requests").json()["items"] == []
    decision = f"kpis/target-requests/{number}/decision"
    assert owner.post(decision, {"granted": True}).status_code == 403
    assert leader.post(decision, {"granted": True}).json()["answer"] == "granted"
    assert leader.post(decision, {"granted": True}).json()["code"] == "answered"

    check_in = {"value": "4", "for_day": "2025-01-20"}
    done = owner.change(
        "POST", f"goals/{sales_kpi['id']}/check-ins", check_in, of=f"goals/{sales_kpi['id']}"
    )
    assert done.status_code in (200, 201), done.content
    year = as_(dung).get(f"goals/{sales_kpi['id']}/targets/2025").json()
    january, february = year["periods"][:2]
    assert (january["stands"]["target"], january["original"]["target"]) == ("8", "10")
    assert (january["attainment"], january["attainment_original"]) == ("0.5", "0.4")
    assert [one["version"] for one in january["versions"]] == [1, 2]
    assert january["versions"][1]["approved_by"]["id"] == chi.public_id
    assert january["versions"][1]["request"] == number
    assert february["versions"] == []
    assert (year["to_date"]["attainment"], year["to_date_original"]["attainment"]) == ("0.5", "0.4")


def test_stale_withdrawn_and_seen_by_whom(
    as_: As, an: Person, chi: Person, emma: Person, admin: Any, sales_kpi: Facts
) -> None:
    owner, leader = as_(an), as_(chi)
    made = owner.post(f"goals/{sales_kpi['id']}/target-requests", asked()).json()
    path = f"kpis/target-requests/{made['id']}"
    assert as_(emma).get(path).status_code == 404
    assert leader.post(path + "/withdrawal", {}).status_code == 403
    off = {"items": [{"key": "kpi.target_approval", "value": False}]}
    assert admin.patch("organisation/settings", off, etag="*").status_code == 200
    body = {"targets": [{"starts": "2025-01-01", "target": "9"}], "reason": "x"}
    assert leader.put(f"goals/{sales_kpi['id']}/targets/2025", body, etag="*").status_code == 200
    refused = leader.post(path + "/decision", {"granted": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "stale")
    assert refused.json()["current"]["changes"][0]["stands"] == "9"
    assert owner.post(path + "/withdrawal", {}).json()["answer"] == "withdrawn"
    refused = owner.post(f"goals/{sales_kpi['id']}/target-requests", asked())
    assert (refused.status_code, refused.json()["code"]) == (409, "not_needed")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (asked(reason=" "), 422),
        (asked(targets=[]), 422),
        (asked(targets=[{"starts": "2025-13-01", "target": "1"}]), 422),
        (asked(targets=[{"starts": "2025-01-01", "target": "1e30"}]), 422),
        (asked(targets=[{"starts": "2025-01-01", "target": "NaN"}]), 422),
        (asked(targets=[{"starts": "2025-01-01", "target": "0"}]), 422),
        (asked(targets=[{"starts": "2025-01-01", "target": "10"}]), 409),
        (asked(targets=[{"starts": "2025-01-01"}]), 409),
        (asked(targets=[{"starts": "1700-01-01", "target": "1"}]), 422),
        (asked(targets=[{"kpi": "KPI-999", "starts": "2025-01-01", "target": "1"}]), 404),
        (asked(reason="\x00"), 422),
    ],
)
def test_what_cannot_be_asked(
    as_: As, an: Person, sales_kpi: Facts, body: Facts, status: int
) -> None:
    answer = as_(an).post(f"goals/{sales_kpi['id']}/target-requests", body)
    assert answer.status_code == status, answer.content


def test_it_says_when_nobody_can_decide(as_: As, an: Person, chi: Person, sales_kpi: Facts) -> None:
    made = as_(an).post(f"goals/{sales_kpi['id']}/target-requests", asked()).json()
    assert made["nobody_decides"] is False
    path = f"kpis/target-requests/{made['id']}"
    assert as_(chi).get(path).json()["nobody_decides"] is False
    UnitLeader.objects.update(until=timezone.now())
    RoleGrant.objects.filter(role=Role.STRATEGIST).update(until=timezone.now())
    assert as_(an).get(path).json()["nobody_decides"] is True
    assert as_(an).post(path + "/withdrawal", {}).json()["nobody_decides"] is False
    refused = as_(an).post(f"goals/{sales_kpi['id']}/target-requests", asked())
    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_decides")
