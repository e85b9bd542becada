"""The bowler in the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from haidang.checkins import actions as check_ins
from haidang.exchange.tests.conftest import Program
from haidang.goals.models import Goal
from haidang.people.models import Person, Unit

As = Callable[..., Program]
PATH = "kpis/bowler?day=2025-06-15"


@pytest.fixture
def make_kpi(admin: Program, an: Person, sales_unit: Unit) -> Callable[..., Goal]:
    def make(title: str, **facts: Any) -> Goal:
        body = {
            "kind": "kpi", "title": title, "level": "unit", "unit": sales_unit.public_id,
            "owner": an.public_id, "metric_kind": "count", "metric_unit": "đơn",
            "direction": "higher", "target": "10", "frequency": "month", "aggregation": "sum",
            **facts,
        }  # fmt: skip
        return Goal.objects.get(public_id=admin.made("goals", body)["id"])

    return make


def test_kpis_by_months(as_: As, an: Person, make_kpi: Callable[..., Goal]) -> None:
    month, day = make_kpi("Doanh thu"), make_kpi("Đơn mỗi ngày", frequency="day")
    check_ins.record(an, month, for_day=date(2025, 2, 10), value=Decimal(9))
    for n, value in ((3, 12), (4, 13)):
        check_ins.record(an, day, for_day=date(2025, 2, n), value=Decimal(value))
    found = as_(an).get(PATH).json()
    assert (found["starts"], found["ends"], found["count"]) == ("2025-01-01", "2025-12-31", 2)
    rows = {one["kpi"]["title"]: one for one in found["items"]}
    (february,) = [one for one in rows["Doanh thu"]["cells"] if one["month"] == "2025-02-01"]
    assert february == {
        "month": "2025-02-01", "starts": "2025-02-01", "state": "near", "actual": "9",
        "target": "10", "low": None, "high": None, "attainment": "90", "closed": False,
    }  # fmt: skip
    (folded,) = [one for one in rows["Đơn mỗi ngày"]["cells"] if one["month"] == "2025-02-01"]
    assert (folded["actual"], folded["target"], folded["attainment"]) == ("25", "20", "125")
    assert rows["Đơn mỗi ngày"]["to_date"]["actual"] == "25"
    assert rows["Doanh thu"]["frequency"] == "month"
    assert not as_(an).get(PATH + "&page=2").json()["items"]


def test_of_a_unit_or_a_person(
    as_: As, an: Person, dung: Person, sales_unit: Unit, factory_unit: Unit,
    make_kpi: Callable[..., Goal],
) -> None:  # fmt: skip
    make_kpi("Doanh thu")
    api = as_(an)
    assert api.get(f"{PATH}&unit={sales_unit.public_id}").json()["count"] == 1
    assert api.get(f"{PATH}&unit={factory_unit.public_id}").json()["count"] == 0
    assert api.get(f"{PATH}&person={an.public_id}").json()["count"] == 1
    assert api.get(f"{PATH}&person={dung.public_id}").json()["count"] == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("unit=U-999", "unit"),
        ("person=P-999", "person"),
        ("unit=U-1&person=P-1", "person"),
        ("day=2025-13-01", "day"),
        ("day=1200-01-01", "day"),
        ("page=0", "page"),
    ],
)
def test_what_makes_no_sense(as_: As, an: Person, query: str, field: str) -> None:
    answer = as_(an).get(f"kpis/bowler?{query}")
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_private_kpi_is_not_there(
    as_: As, an: Person, dung: Person, emma: Person, make_kpi: Callable[..., Goal]
) -> None:
    make_kpi("Kín", visibility="private")
    assert as_(an).get(PATH).json()["count"] == 1
    for other in (dung, emma):
        assert as_(other).get(PATH).json()["count"] == 0
