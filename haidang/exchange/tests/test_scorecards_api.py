"""Scorecards and long leaves in the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from haidang.checkins import actions as check_ins
from haidang.exchange.tests.conftest import Program
from haidang.goals.models import Goal
from haidang.kpis.actions import close_period
from haidang.people.actions import set_settings
from haidang.people.models import Person, Unit

As = Callable[..., Program]
Facts = dict[str, Any]
DAY = "2025-02-10"


@pytest.fixture
def kpi(admin: Program, an: Person, sales_unit: Unit) -> Facts:
    body = {
        "kind": "kpi", "title": "Doanh thu", "level": "unit", "unit": sales_unit.public_id,
        "owner": an.public_id, "metric_kind": "count", "metric_unit": "đơn",
        "direction": "higher", "target": "10", "frequency": "month", "aggregation": "sum",
    }  # fmt: skip
    return admin.made("goals", body)


def lines(kpi: Facts, weight: Any = "40", **more: Any) -> Facts:
    line = {"kpi": kpi["id"], "weight": weight, **more}
    return {"starts": "2025-01-01", "lines": [line]}


def test_a_card_is_set_and_read(admin: Program, as_: As, an: Person, kpi: Facts) -> None:
    path = f"people/{an.public_id}/scorecard"
    made = admin.put(path, lines(kpi, cap="150")).json()
    assert (made["weight"], made["seen"] > 0) == ("40", True)
    check_ins.record(
        an, Goal.objects.get(public_id=kpi["id"]), for_day=date(2025, 2, 10), value=Decimal(13)
    )
    found = as_(an).get(f"{path}?day={DAY}").json()
    assert (found["score"], found["band"], found["provisional"]) == ("130", "A+", True)
    (line,) = found["lines"]
    assert (line["attainment"], line["points"], line["contribution"]) == ("130", "130", "130")
    assert line["periods"][0]["worked"] == line["periods"][0]["days"]
    assert admin.get("kpis/scorecards?of=people&day=" + DAY).json()["items"]
    assert admin.put(path, lines(kpi) | {"seen": made["seen"]}).status_code == 200
    assert admin.put(path, lines(kpi) | {"seen": made["seen"]}).status_code == 409


def test_a_closed_month_answers_the_same_bytes(
    admin: Program, an: Person, administrator: Person, kpi: Facts
) -> None:
    path = f"people/{an.public_id}/scorecard"
    admin.put(path, lines(kpi))
    goal = Goal.objects.get(public_id=kpi["id"])
    check_ins.record(an, goal, for_day=date(2025, 2, 10), value=Decimal(11))
    close_period(administrator, "month", date(2025, 2, 10))
    asked = f"{path}?day={DAY}"
    before = admin.get(asked)
    assert before.json()["provisional"] is False
    set_settings(
        administrator,
        {"scorecard.cap": "100", "calendar.working_days": [0], "scorecard.floor": "99"},
    )
    Person.objects.filter(pk=an.pk).update(joined_on=date(2025, 2, 20))
    Goal.objects.filter(pk=goal.pk).update(title="Khác", direction="lower", perspective="learning")
    assert admin.get(asked).content == before.content
    answer = admin.put(path, lines(kpi))
    assert (answer.status_code, answer.json()["code"]) == (409, "closed")


def test_nobody_else_reads_it(
    as_: As, admin: Program, an: Person, dung: Person, kpi: Facts
) -> None:
    path = f"people/{an.public_id}/scorecard"
    admin.put(path, lines(kpi))
    assert as_(dung).get(path).status_code == 404
    assert as_(dung).put(path, lines(kpi)).status_code == 404
    assert as_(an).put(path, lines(kpi)).status_code == 403
    assert as_(dung).get("kpis/scorecards").json()["items"][0]["holder"]["id"] == dung.public_id


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"starts": "2025-01-01"},
        {"starts": "x", "lines": []},
        {"starts": "2025-01-01", "lines": [{"kpi": "KPI-99999", "weight": "20"}]},
        {"starts": "2025-01-01", "lines": [{"kpi": "\x00", "weight": "20"}]},
        {"starts": "2025-01-01", "lines": [{"kpi": "KPI-1", "weight": "NaN"}]},
        {"starts": "2025-01-01", "lines": [{"kpi": "KPI-1", "weight": "1e30"}]},
        {"starts": "2025-01-01", "lines": [{"kpi": "KPI-1", "weight": "0"}]},
        {"starts": "2025-01-01", "lines": [], "ends": "2024-01-01"},
        {"starts": "2025-01-01", "lines": [], "unknown": 1},
        {"starts": "2025-01-01", "lines": [{"kpi": "KPI-1", "weight": "1"}] * 31},
    ],
)
def test_what_is_refused(admin: Program, an: Person, body: Facts) -> None:
    assert admin.put(f"people/{an.public_id}/scorecard", body).status_code == 422


def test_a_units_card_and_leaves(
    admin: Program, as_: As, an: Person, sales_unit: Unit, kpi: Facts
) -> None:
    path = f"units/{sales_unit.public_id}/scorecard"
    assert admin.put(path, lines(kpi)).status_code == 200
    assert as_(an).get(path).status_code == 200
    assert admin.get(f"{path}?frequency=year&day={DAY}").json()["due"] == 1
    leaves = f"people/{an.public_id}/leaves"
    made = admin.post(leaves, {"starts": "2025-03-01", "ends": "2025-05-31"})
    assert made.status_code == 201
    assert admin.get(leaves).json()["items"] == [made.json()]
    assert as_(an).get(leaves).status_code == 403
    assert admin.delete(f"{leaves}/{made.json()['id']}").status_code == 204
    assert admin.delete(f"{leaves}/{made.json()['id']}").status_code == 404
    assert admin.post(leaves, {"starts": "2025-03-01", "ends": "2025-01-31"}).status_code == 422
