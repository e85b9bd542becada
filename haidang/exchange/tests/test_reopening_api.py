"""A request to open a closed period again, by the API: asked, read, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from haidang.exchange.tests.conftest import Program
from haidang.kpis.rules.closing import ended_before
from haidang.people.models import Person, Role, RoleGrant, UnitLeader

pytestmark = pytest.mark.django_db
As = Callable[..., Program]


@pytest.fixture
def ask(as_: As, chi: Person, sales_kpi: dict[str, Any], today: date) -> str:
    """The address at which the month that has ended, and is closed, is asked for."""
    month = ended_before(today, "month", 1)[0]
    assert as_(chi).post(f"kpis/closings/month/{month}", {}).status_code == 200
    return f"goals/{sales_kpi['id']}/periods/{month}/reopening"


def test_it_is_withdrawn_by_who_asked(
    as_: As, an: Person, chi: Person, emma: Person, ask: str
) -> None:
    owner, leader = as_(an), as_(chi)
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
    as_: As, an: Person, chi: Person, sales_kpi: dict[str, Any], ask: str
) -> None:
    owner, leader = as_(an), as_(chi)
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
    assert sales_kpi["id"] in refused.json()["detail"]
