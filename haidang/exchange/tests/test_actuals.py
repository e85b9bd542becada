"""/kpis/actuals: many KPIs in one request, and what stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haidang.activity.models import Event
from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.exchange.tests.conftest import Program
from haidang.goals.models import Goal, KpiPeriod
from haidang.goals.rules.periods import add_months
from haidang.people.models import Person, Unit

As = Callable[..., Program]
Facts = dict[str, Any]
PATH = "kpis/actuals"


def month(ago: int) -> date:
    return add_months(timezone.localdate().replace(day=1), -ago)


def row(kpi: Facts, ago: int, value: Any = None, **facts: Any) -> Facts:
    if value is not None:
        facts["value"] = value
    return {"kpi": kpi["id"], "day": month(ago).isoformat(), **facts}


@pytest.fixture
def api(as_: As, an: Person) -> Program:
    return as_(an)


@pytest.fixture
def make_kpi(admin: Program, an: Person, sales_unit: Unit) -> Callable[..., Facts]:
    def make(title: str = "Doanh thu", **facts: Any) -> Facts:
        body = {
            "kind": "kpi", "title": title, "level": "unit", "unit": sales_unit.public_id,
            "owner": an.public_id, "metric_kind": "count", "metric_unit": "đơn",
            "direction": "higher", "target": "10", "frequency": "month", "aggregation": "sum",
            **facts,
        }  # fmt: skip
        return admin.made("goals", body)

    return make


@pytest.fixture
def kpi(make_kpi: Callable[..., Facts]) -> Facts:
    return make_kpi()


@pytest.fixture
def rate(make_kpi: Callable[..., Facts]) -> Facts:
    return make_kpi("Tỷ lệ", aggregation="ratio", metric_kind="percent", metric_unit="%")


def errors(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.content.decode()
    return {e["field"]: e["code"] for e in response.json()["errors"]}


def test_rows_are_recorded_and_a_second_time_nothing(
    api: Program, kpi: Facts, rate: Facts, an: Person
) -> None:
    rows = [
        row(kpi, 2, "10.50", note="Đủ"),
        row(kpi, 1, 7),
        row(rate, 1, numerator="81", denominator="90"),
    ]
    response = api.post(PATH, {"rows": rows})
    assert response.status_code == 201, response.content.decode()
    found = response.json()
    assert (found["recorded"], found["unchanged"]) == (3, 0)
    assert [i["kpi"] for i in found["items"]] == [r["kpi"] for r in rows]
    assert found["items"][0]["starts"] == month(2).isoformat()
    first = CheckIn.objects.get(pk=found["items"][0]["check_in"])
    assert (first.value, first.source, first.note) == (Decimal("10.5"), "api", "Đủ")
    again = api.post(PATH, {"rows": rows}).json()
    assert (again["recorded"], again["unchanged"]) == (0, 3)
    assert [i["check_in"] for i in again["items"]] == [i["check_in"] for i in found["items"]]
    assert CheckIn.objects.count() == 3
    events = Event.objects.filter(verb="check_in.recorded").order_by("id")
    assert [e.subject for e in events] == [kpi["id"], rate["id"]]
    assert events[0].data["records"] == 2
    assert recompute(an.organisation_id, check=True) == []


def test_a_row_takes_the_place_of_what_stands(api: Program, kpi: Facts) -> None:
    late = (month(1) + timedelta(days=27)).isoformat()
    api.post(PATH, {"rows": [{"kpi": kpi["id"], "day": late, "value": "5"}]})
    found = api.post(PATH, {"rows": [row(kpi, 1, "6")]}).json()
    assert found["items"][0]["outcome"] == "recorded"
    period = KpiPeriod.objects.get(starts=month(1))
    assert (period.own_value, period.own_record_id) == (6, found["items"][0]["check_in"])
    assert CheckIn.objects.filter(live=True).count() == 2
    assert api.post(PATH, {"rows": [row(kpi, 1, "6")]}).json()["unchanged"] == 1


def test_every_reason_by_row_and_field_and_nothing_recorded(
    api: Program, as_: As, admin: Program, kpi: Facts, rate: Facts, make_kpi: Callable[..., Facts],
    administrator: Person,
) -> None:  # fmt: skip
    alien = admin.made(
        "goals",
        {"kind": "kpi", "title": "Của công ty", "level": "company", "metric_kind": "count",
         "direction": "higher", "target": "1", "frequency": "month", "aggregation": "sum"},
    )  # fmt: skip
    sum_of = make_kpi("Tính", calculation="sum")
    below = make_kpi("Cộng lại")
    assert admin.put(f"goals/{below['id']}/rule", {"rule": "children"}, etag="*").status_code == 200
    rows = [
        row(kpi, 1, "1"),
        row(kpi, 2),
        row(kpi, 1, "2"),
        row(rate, 1, numerator="1", denominator="0"),
        row({"id": "KPI-999"}, 1, "1"),
        row(kpi, -2, "1"),
        row(alien, 1, "1"),
    ]
    assert errors(api.post(PATH, {"rows": rows})) == {
        "rows.1.value": "required",
        "rows.2.day": "duplicate",
        "rows.3.denominator": "required",
        "rows.4.kpi": "not_found",
        "rows.5.day": "future",
        "rows.6.kpi": "forbidden",
    }
    KpiPeriod.objects.filter(goal__public_id=kpi["id"], starts=month(3)).delete()
    goal = Goal.objects.get(public_id=kpi["id"])
    KpiPeriod.objects.create(
        goal=goal, starts=month(3), ends=month(2) - timedelta(days=1), year=month(3).year,
        locked_at=timezone.now(),
    )  # fmt: skip
    rows = [row(kpi, 3, "1"), row(kpi, 1, "1"), row(sum_of, 1, "1"), row(below, 1, "1")]
    assert errors(api.post(PATH, {"rows": rows})) == {
        "rows.0.day": "locked",
        "rows.2.kpi": "calculated",
        "rows.3.kpi": "measured_by_children",
    }
    assert CheckIn.objects.count() == 0
    assert not Event.objects.filter(verb="check_in.recorded").exists()


def test_it_is_made_once(api: Program, kpi: Facts) -> None:
    body = {"rows": [row(kpi, 1, "1")]}
    first = api.post(PATH, body, **{"Idempotency-Key": "một".encode().hex()})
    again = api.post(PATH, body, **{"Idempotency-Key": "một".encode().hex()})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"


def test_what_stands_comes_in_pages(
    api: Program, admin: Program, kpi: Facts, rate: Facts, an: Person, factory_unit: Unit,
    sales_unit: Unit,
) -> None:  # fmt: skip
    rows = [row(kpi, ago, str(ago)) for ago in range(1, 6)]
    rows.append(row(rate, 1, numerator="1", denominator="3"))
    assert api.post(PATH, {"rows": rows}).status_code == 201
    found = list_of(api, PATH, limit=4)
    assert len(found) == 6
    assert [i["value"] for i in found[:5]] == ["5", "4", "3", "2", "1"]
    assert found[0]["value"] == "5"
    assert found[0]["author"]["id"] == an.public_id
    ratio = next(i for i in found if i["kpi"]["id"] == rate["id"])
    assert (ratio["numerator"], ratio["denominator"], ratio["source"]) == ("1", "3", "api")
    some = f"{PATH}?from={month(3)}&to={month(2)}&frequency=month&unit={sales_unit.public_id}"
    assert [i["value"] for i in api.get(some).json()["items"]] == ["3", "2"]
    assert api.get(f"{PATH}?unit={factory_unit.public_id}").json()["items"] == []
    assert api.get(f"{PATH}?frequency=week").json()["items"] == []
    assert api.get(f"{PATH}?unit=U-999").status_code in (404, 422)


def list_of(api: Program, path: str, limit: int) -> list[Facts]:
    found: list[Facts] = []
    cursor = ""
    while True:
        answer = api.get(f"{path}?limit={limit}{cursor}").json()
        found += answer["items"]
        if not answer["next"]:
            return found
        cursor = f"&cursor={answer['next']}"


def test_a_private_kpi_is_not_told(
    api: Program, as_: As, binh: Person, make_kpi: Callable[..., Facts]
) -> None:
    private = make_kpi("Kín", visibility="private")
    assert api.post(PATH, {"rows": [row(private, 1, "1")]}).status_code == 201
    other = as_(binh)
    assert other.get(PATH).json()["items"] == []
    assert errors(other.post(PATH, {"rows": [row(private, 1, "1")]})) == {"rows.0.kpi": "not_found"}


def test_as_many_queries_for_many(api: Program, make_kpi: Callable[..., Facts]) -> None:
    kpis = [make_kpi(f"KPI {number}") for number in range(12)]
    counts = []
    for some in (kpis[:2], kpis[2:]):
        api.post(PATH, {"rows": [row(kpi, 2, "1") for kpi in some]})
        with CaptureQueriesContext(connection) as seen:
            answer = api.post(PATH, {"rows": [row(kpi, 1, "2") for kpi in some]})
        assert answer.status_code == 201
        with CaptureQueriesContext(connection) as read:
            assert api.get(PATH).status_code == 200
        counts.append((len(seen), len(read)))
    assert counts[0] == counts[1]
