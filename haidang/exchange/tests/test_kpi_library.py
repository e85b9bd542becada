"""/kpis/library: ready KPIs for programs; and what a KPI says of itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import Program
from haidang.exchange.tests.test_overview import KPI, got
from haidang.goals.models import Goal
from haidang.kpis.rules.library import library
from haidang.people import actions as people
from haidang.people.models import Person

pytestmark = pytest.mark.django_db
As = Callable[..., Program]


def test_all_of_it_and_by_filters(admin: Program) -> None:
    found = got(admin, "kpis/library")["items"]
    assert [one["key"] for one in found] == list(library())
    assert found[0]["vi"]["title"] == "Doanh thu thuần"
    assert found[0]["en"]["title"] == "Net revenue"
    some = got(admin, "kpis/library?department=hr&perspective=financial&q=doanh+thu")["items"]
    assert [one["key"] for one in some] == ["personnel_cost_ratio", "revenue_per_employee"]
    ranged = {one["key"]: one for one in found}["operating_cost_to_budget"]
    assert (ranged["low"], ranged["high"], ranged["tolerance"]) == ("95", "102", "8")
    assert admin.get("kpis/library?department=x").status_code == 422


def test_a_draft(admin: Program) -> None:
    answer = admin.post("kpis/library/net_revenue/draft", None)
    assert answer.status_code == 201, answer.content.decode()
    made: dict[str, Any] = answer.json()
    assert (made["kind"], made["state"], made["level"]) == ("kpi", "draft", "company")
    assert made["title"] in {"Doanh thu thuần", "Net revenue"}
    assert made["freshness_days"] == 5
    assert made["formula"]
    assert made["source"]
    assert admin.post("kpis/library/nothing/draft", None).status_code == 404


def test_viewers_take_nothing_over(as_: As, administrator: Person, an: Person) -> None:
    people.set_roles(administrator, an, {"viewer"})
    assert as_(an).post("kpis/library/net_revenue/draft", None).status_code == 403
    assert not Goal.objects.exists()


def test_what_a_kpi_says_of_itself(admin: Program) -> None:
    told = {"formula": "Tổng hóa đơn", "source": "ERP", "freshness_days": 5}
    made = admin.made("goals", {**KPI, "title": "Doanh thu", "level": "company", **told})
    assert {name: made[name] for name in told} == told
    path = f"goals/{made['id']}"
    answer = admin.patch(path, {"freshness_days": 0, "reason": "x"}, etag="*")
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["freshness_days"] == 0
    for bad in ({"freshness_days": 400}, {"freshness_days": "5"}, {"source": "x" * 301}):
        assert admin.patch(path, bad, etag="*").status_code == 422, bad
