"""A request to open a closed period again, by the API: asked, read, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from haidang.exchange.tests.conftest import Program
from haidang.kpis.rules.closing import ended_before
from haidang.people.models import Person, Role, RoleGrant, Unit, UnitLeader

pytestmark = pytest.mark.django_db
As = Callable[..., Program]


def test_it_is_withdrawn_by_who_asked(
    as_: As, an: Person, chi: Person, emma: Person, sales_unit: Unit, today: date
) -> None:
    month = ended_before(today, "month", 1)[0]
    body = {
        "kind": "kpi", "title": "Doanh thu", "level": "unit", "unit": sales_unit.public_id,
        "owner": an.public_id, "metric_kind": "number", "direction": "higher", "target": "10",
        "frequency": "month", "aggregation": "sum", "starts": "2025-01-01",
    }  # fmt: skip
    owner, leader = as_(an), as_(chi)
    kpi: dict[str, Any] = leader.made("goals", body)
    assert leader.post(f"kpis/closings/month/{month}", {}).status_code == 200
    ask = f"goals/{kpi['id']}/periods/{month}/reopening"
    made = owner.post(ask, {"reason": "Hoá đơn về muộn"}).json()
    path = f"kpis/reopenings/{made['id']}"
    assert [one["id"] for one in leader.get("kpis/reopenings").json()["items"]] == [made["id"]]
    assert leader.post(path + "/withdrawal", {}).status_code == 403
    assert as_(emma).post(path + "/withdrawal", {}).status_code == 404
    withdrawn = owner.post(path + "/withdrawal", {}).json()
    assert (withdrawn["answer"], withdrawn["decided_by"]) == ("withdrawn", None)
    assert leader.get("kpis/reopenings").json()["items"] == []
    for address, sent in (("/withdrawal", {}), ("/decision", {"granted": True})):
        refused = (owner if not sent else leader).post(path + address, sent)
        assert (refused.status_code, refused.json()["code"]) == (409, "answered")
    assert owner.post(ask, {"reason": "Hoá đơn về muộn"}).status_code == 201


def test_it_says_when_nobody_can_decide(
    as_: As, an: Person, chi: Person, sales_unit: Unit, today: date
) -> None:
    month = ended_before(today, "month", 1)[0]
    body = {
        "kind": "kpi", "title": "Doanh thu", "level": "unit", "unit": sales_unit.public_id,
        "owner": an.public_id, "metric_kind": "number", "direction": "higher", "target": "10",
        "frequency": "month", "aggregation": "sum", "starts": "2025-01-01",
    }  # fmt: skip
    owner, leader = as_(an), as_(chi)
    kpi: dict[str, Any] = leader.made("goals", body)
    assert leader.post(f"kpis/closings/month/{month}", {}).status_code == 200
    ask = f"goals/{kpi['id']}/periods/{month}/reopening"
    made = owner.post(ask, {"reason": "Hoá đơn về muộn"}).json()
    assert made["nobody_decides"] is False
    path = f"kpis/reopenings/{made['id']}"
    assert leader.get(path).json()["nobody_decides"] is False
    UnitLeader.objects.update(until=timezone.now())
    RoleGrant.objects.filter(role=Role.STRATEGIST).update(until=timezone.now())
    assert owner.get(path).json()["nobody_decides"] is True
    assert owner.post(path + "/withdrawal", {}).json()["nobody_decides"] is False
    refused = owner.post(ask, {"reason": "Hoá đơn về muộn"})
    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_decides")
    assert kpi["id"] in refused.json()["detail"]
