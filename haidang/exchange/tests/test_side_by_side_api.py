"""Units side by side in one KPI, and the ranking of units, in the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from haidang.checkins import actions as check_ins
from haidang.exchange.tests.conftest import Program
from haidang.goals.models import Goal
from haidang.people.access import forget
from haidang.people.actions import set_settings
from haidang.people.models import Person, Role, RoleGrant, Unit

As = Callable[..., Program]
Make = Callable[..., Goal]
Facts = dict[str, Any]
DAY = "2025-02-10"
RANKING = f"kpis/scorecards/ranking?day={DAY}"


@pytest.fixture
def make_kpi(admin: Program) -> Make:
    def make(title: str, by: Program = admin, **facts: Any) -> Goal:
        body = {
            "kind": "kpi", "title": title, "metric_kind": "count", "metric_unit": "đơn",
            "direction": "higher", "target": "10", "frequency": "month", "aggregation": "sum",
            **facts,
        }  # fmt: skip
        return Goal.objects.get(public_id=by.made("goals", body)["id"])

    return make


@pytest.fixture
def parts(
    make_kpi: Make, admin: Program, as_: As, an: Person, dung: Person, sales_unit: Unit,
    factory_unit: Unit,
) -> dict[str, Goal]:  # fmt: skip
    """Orders of the company, with a part of each of two units and of a person."""
    whole = make_kpi("Đơn hàng", level="company", owner=dung.public_id)
    found = {"whole": whole}
    for name, unit, owner in (("sales", sales_unit, an), ("factory", factory_unit, dung)):
        found[name] = make_kpi(
            f"Đơn hàng {name}", level="unit", unit=unit.public_id, owner=owner.public_id
        )
    own = make_kpi("Đơn hàng của An", as_(an), level="individual", owner=an.public_id)
    for by, child in ((admin, found["sales"]), (admin, found["factory"]), (as_(an), own)):
        by.made(
            f"goals/{child.public_id}/parents",
            {"parent": whole.public_id, "mode": "value"},
        )
    check_ins.record(an, found["sales"], for_day=date(2025, 2, 10), value=Decimal(9))
    return found


def test_units_side_by_side(as_: As, dung: Person, sales_unit: Unit, parts: Any) -> None:
    api = as_(dung)
    whole = parts["whole"]
    listed = api.get("kpis/comparable").json()["items"]
    assert [one["id"] for one in listed] == [whole.public_id]
    found = api.get(f"goals/{whole.public_id}/units?day={DAY}").json()
    assert (found["starts"], found["ends"]) == ("2025-01-01", "2025-12-31")
    assert (found["frequency"], found["metric_unit"]) == ("month", "đơn")
    by_unit = {one["unit"]["id"]: one for one in found["items"]}
    assert len(by_unit) == 2, "the part of a person is left out"
    sales = by_unit[sales_unit.public_id]
    assert sales["kpi"]["id"] == parts["sales"].public_id
    (february,) = [one for one in sales["periods"] if one["starts"] == "2025-02-01"]
    assert february == {
        "starts": "2025-02-01", "state": "near", "actual": "9", "target": "10", "low": None,
        "high": None, "attainment": "90", "closed": False,
    }  # fmt: skip
    assert sales["to_date"]["actual"] == "9"


def test_what_one_does_not_see_is_not_beside(
    as_: As, an: Person, dung: Person, emma: Person, parts: Any
) -> None:
    Goal.objects.filter(pk=parts["factory"].pk).update(visibility="private")
    path = f"goals/{parts['whole'].public_id}/units?day={DAY}"
    assert len(as_(dung).get(path).json()["items"]) == 2
    assert [one["kpi"]["id"] for one in as_(an).get(path).json()["items"]] == [
        parts["sales"].public_id
    ]
    assert as_(an).get("kpis/comparable").json()["items"] == []
    assert as_(emma).get(path).status_code == 404


def test_what_makes_no_sense(as_: As, admin: Program, an: Person, parts: Any) -> None:
    api = as_(an)
    path = f"goals/{parts['whole'].public_id}/units"
    for query in ("day=2025-13-01", "day=1200-01-01", "year=2025"):
        assert api.get(f"{path}?{query}").status_code == 422, query
    assert api.get("goals/KPI-999/units").status_code == 404
    goal = admin.made("goals", {"kind": "pillar", "title": "Số hoá"})
    refused = api.get(f"goals/{goal['id']}/units")
    assert (refused.status_code, refused.json()["code"]) == (409, "kind")
    assert api.get("kpis/scorecards/ranking?frequency=week").status_code == 422


def test_the_ranking_is_the_organisations_to_allow(
    as_: As, admin: Program, administrator: Person, an: Person, dung: Person,
    sales_unit: Unit, factory_unit: Unit, parts: Any,
) -> None:  # fmt: skip
    check_ins.record(dung, parts["factory"], for_day=date(2025, 2, 10), value=Decimal(11))
    for unit, name in ((sales_unit, "sales"), (factory_unit, "factory")):
        lines = [{"kpi": parts[name].public_id, "weight": "40"}]
        body = {"starts": "2025-01-01", "lines": lines}
        assert admin.put(f"units/{unit.public_id}/scorecard", body).status_code == 200
    shut = as_(an).get(RANKING).json()
    assert (shut["allowed"], shut["items"], shut["starts"]) == (False, [], "2025-02-01")
    set_settings(administrator, {"scorecard.ranking": True})
    found = as_(an).get(RANKING).json()
    assert found["allowed"] is True
    assert [(one["place"], one["unit"]["id"], one["score"]) for one in found["items"]] == [
        (1, factory_unit.public_id, "110"), (2, sales_unit.public_id, "90"),
    ]  # fmt: skip
    assert [one["open"] for one in found["items"]] == [False, True]
    assert found["items"][1]["band"] == "B"
    RoleGrant.objects.create(person=dung, role=Role.GUEST, since=timezone.now())
    forget(dung)
    assert as_(dung).get(RANKING).json()["items"] == []
