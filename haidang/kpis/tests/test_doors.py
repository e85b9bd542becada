"""A closed month takes no actual through any door; what was closed answers the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from haidang.checkins import actions as checkins
from haidang.checkins.actions import record
from haidang.checkins.many import Line, record_all
from haidang.checkins.models import CheckIn
from haidang.goals import actions as goals
from haidang.goals.actions import set_targets
from haidang.goals.models import Goal, KpiPeriod
from haidang.goals.rules.periods import period_of
from haidang.kpis.actions import ask_reopening, close_period, decide_reopening
from haidang.kpis.rules.closing import ended_before
from haidang.lib.errors import Conflict, Refusal
from haidang.people import actions as people
from haidang.people.models import Person, Unit
from tests.support.pages import Enter
from tests.worlds import fresh, fresh_person

pytestmark = pytest.mark.django_db
API = "/api/v1/"


@pytest.fixture
def month(today: date) -> date:
    """The first day of the month that has ended."""
    return ended_before(today, "month", 1)[0]


@pytest.fixture
def told(an: Person, kpi: Goal, month: date) -> CheckIn:
    return record(an, kpi, for_day=month, value=Decimal("2.5"))


@pytest.fixture
def closed(administrator: Person, told: CheckIn, month: date) -> None:
    close_period(administrator, "month", month)


def _secret(person: Person) -> str:
    until = timezone.now() + timedelta(days=1)
    return people.create_token(person, "x", ["read", "check_in", "write"], until)[1]


def _api(person: Person) -> Callable[..., Any]:
    client, secret = Client(), _secret(person)

    def send(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return client.generic(
            method,
            API + path,
            b"" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"} | headers,
        )

    return send


@pytest.mark.usefixtures("closed")
def test_every_door_refuses_an_actual_of_a_closed_month(
    enter: Enter, an: Person, chi: Person, kpi: Goal, told: CheckIn, month: date
) -> None:
    last = period_of(month, "month")[1]
    page = enter(an)
    at = f"/goals/{kpi.public_id}/check-ins/"
    version = fresh(kpi).standing.measure_version
    form = {"measure_version": version, "value": "3", "period": month.isoformat()}
    for shape in ("quick", "row", "long"):
        assert page.post(at, form | {"shape": shape}).status_code in (409, 422), shape
    form["period"] = month.isoformat()
    assert page.post(f"{at}{told.pk}/correction/", form | {"shape": "long"}).status_code == 409
    assert page.post(f"{at}{told.pk}/voiding/", {"reason": "nhầm"}).status_code == 409

    send = _api(an)
    row = {"for_day": month.isoformat(), "value": "3"}
    answers = [
        send("POST", f"goals/{kpi.public_id}/check-ins", row, **{"If-Match": "*"}),
        send("POST", f"check-ins/{told.pk}/correction", row | {"value": "4"}),
        send("POST", f"check-ins/{told.pk}/voiding", {"reason": "x"}),
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 409], [
        answer.content for answer in answers
    ]
    assert {answer.json()["code"] for answer in answers} == {"locked"}
    rows = [row | {"goal": kpi.public_id, "measure_version": None}]
    bulk = send("POST", "check-ins/bulk", {"rows": rows})
    assert (bulk.status_code, bulk.json()["errors"][0]["code"]) == (422, "locked")

    def by_actions(**values: Any) -> list[Callable[[], Any]]:
        return [
            lambda: record(an, fresh(kpi), **values),
            lambda: record_all(an, [Line(kpi.public_id, None, values)]),
            lambda: checkins.correct(an, told, **values),
            lambda: checkins.void(an, told, "nhầm"),
        ]

    for day in (month, last):
        for act in by_actions(for_day=day, value=Decimal(3)):
            with pytest.raises(Refusal):
                act()
    with pytest.raises(Conflict) as refused:  # nor is its target moved
        set_targets(chi, fresh(kpi), month.year, {month: {"target": Decimal(9)}}, None, reason="x")
    assert refused.value.code == "locked"
    assert list(CheckIn.objects.values_list("pk", "live")) == [(told.pk, True)]
    period = KpiPeriod.objects.get(goal=kpi, starts=month)
    assert (period.own_value, period.own_record_id) == (Decimal("2.5"), told.pk)


@pytest.mark.usefixtures("closed")
def test_what_was_closed_answers_the_same_bytes(
    administrator: Person, an: Person, binh: Person, chi: Person, kpi: Goal, month: date,
    sales_unit: Unit, factory_unit: Unit, objective: Goal,
) -> None:  # fmt: skip
    people.set_settings(administrator, {"kpi.target_approval": False})
    path = f"kpis/closings/month/{month}"
    before = _api(chi)("GET", path)
    (item,) = before.json()["items"]
    assert (item["kpi"], item["actual"], item["version"]) == (kpi.public_id, "2.5", 1)

    def edit(**changes: Any) -> None:
        goal = fresh(kpi)
        goals.edit_goal(chi, goal, goal.version, changes, reason="thử nghiệm")

    edit(title="Tên khác", target=Decimal(77), decimals=3)
    goal = fresh(kpi)
    goals.edit_goal(administrator, goal, goal.version, {"owner": binh, "unit": factory_unit})
    # What no action changes any more once there are reports, changed all the same.
    formula = {"direction": "lower", "aggregation": "last", "rule": "both", "metric_unit": "x"}
    Goal.objects.filter(pk=kpi.pk).update(**formula, metric_scale=Decimal(7), steps=[["1", "1"]])
    year = month.year
    other = {date(year, 12, 1): {"target": Decimal(12)}}
    if month.month != 12:
        set_targets(administrator, fresh(kpi), year, other, None, reason="thử nghiệm")
    people.edit_person(administrator, binh, None, {"name": "Tên Mới"})
    people.edit_person(administrator, fresh_person(an), None, {"name": "An Mới"})
    people.edit_unit(administrator, sales_unit, sales_unit.version, name="Phòng khác")
    people.set_settings(
        administrator,
        {"health.on_track": "0.8", "calendar.working_days": [0, 1], "kpi.closing_day": 3},
    )
    people.edit_organisation(administrator, None, {"currency": "EUR"})
    after = _api(chi)("GET", path)
    assert after.content == before.content
    assert after["ETag"] == before["ETag"]
    with_tag = _api(chi)("GET", path, **{"If-None-Match": before["ETag"]})
    assert with_tag.status_code == 304

    # Opened and closed again there is another version; the first stays to the byte.
    decider = chi_leading_everything(administrator, chi, factory_unit)
    asked = ask_reopening(administrator, fresh(kpi), month, "Hoá đơn về muộn")
    decide_reopening(decider, asked, True)
    close_period(administrator, "month", month)
    items = _api(chi)("GET", path).json()["items"]
    assert items[0] == item
    assert (items[1]["version"], items[1]["title"], items[1]["direction"]) == (
        2, "Tên khác", "lower",
    )  # fmt: skip


def chi_leading_everything(administrator: Person, chi: Person, unit: Unit) -> Person:
    people.set_leader(administrator, unit, [chi])
    return fresh_person(chi)


def test_pages_of_figures(administrator: Person, chi: Person, month: date, kpi: Goal) -> None:
    facts = {
        "title": "Khác", "level": "company", "metric_kind": "number", "direction": "higher",
        "target": Decimal(5), "frequency": "month", "aggregation": "sum",
    }  # fmt: skip
    for _ in range(2):
        goals.create_goal(administrator, "kpi", facts)
    close_period(administrator, "month", month)
    send = _api(chi)
    found, cursor = [], ""
    while True:
        page = send("GET", f"kpis/closings/month/{month}?limit=2{cursor}").json()
        found += [one["kpi"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(found) == 3
    assert found == sorted(found, key=lambda one: int(one[4:]))
    assert send("GET", f"kpis/closings/month/{month}?cursor=x").status_code == 422
    assert send("GET", "kpis/closings/moon/2026-01-01").status_code in (404, 422)
    assert send("GET", "kpis/closings/month/yesterday").status_code in (404, 422)


def test_closing_and_reopening_by_the_api(
    administrator: Person, an: Person, chi: Person, kpi: Goal, told: CheckIn, month: date
) -> None:
    closer, asker, decider = _api(administrator), _api(an), _api(chi)
    path = f"kpis/closings/month/{month}"
    assert closer("GET", path + "/state").json()["delivered"] == 1
    assert asker("POST", path, {}).status_code == 403
    answer = closer("POST", path, {})
    assert (answer.status_code, answer.json()["closed"]) == (200, 1), answer.content
    assert closer("POST", path, {}).json()["code"] == "closed"
    asked = asker("POST", f"goals/{kpi.public_id}/periods/{month}/reopening", {"reason": "Muộn"})
    assert asked.status_code == 201, asked.content
    number = asked.json()["id"]
    assert [one["id"] for one in decider("GET", "kpis/reopenings").json()["items"]] == [number]
    assert asker("GET", "kpis/reopenings").json()["items"] == []
    decision = f"kpis/reopenings/{number}/decision"
    assert asker("POST", decision, {"granted": True}).status_code == 403
    assert decider("POST", decision, {"granted": True}).json()["answer"] == "granted"
    again = decider("POST", decision, {"granted": False})
    assert (again.status_code, again.json()["code"]) == (409, "answered")
    assert asker("GET", f"kpis/reopenings/{number}").json()["decided_by"]["id"] == chi.public_id
    assert closer("GET", path + "/state").json()["reopened"] == 1
