"""Connectors through the API: what is told of them, pushing, deciding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haidang.checkins.models import CheckIn
from haidang.goals.models import Goal
from haidang.goals.rules.periods import add_months
from haidang.kpis.models import Connector, ForeignName, Run
from haidang.people import actions as people
from haidang.people.models import Person

pytestmark = pytest.mark.django_db
Call = Callable[..., Any]
PUSH = "/api/v1/kpis/connectors/{}/push"


@pytest.fixture
def month(today: date) -> date:
    return add_months(today.replace(day=1), -1)


@pytest.fixture
def connector(chi: Person, administrator: Person, kpi: Goal) -> Connector:
    """Kept by Chi; "KD" is An's KPI."""
    made = Connector.objects.create(
        organisation=kpi.organisation, name="Từ ERP", kind="push", keeper=chi, at=time(6),
        created_by=administrator, created_at=timezone.now(), is_on=True, highest=Decimal(50),
    )  # fmt: skip
    ForeignName.objects.create(connector=made, name="KD", key="kd", kpi=kpi)
    return made


@pytest.fixture
def call() -> Call:
    def asked(person: Person, path: str, body: Any = None, **headers: str) -> Any:
        until = timezone.now() + timedelta(days=1)
        _token, secret = people.create_token(person, "x", ["read", "check_in"], until)
        headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "vi", **headers}
        if body is None:
            return Client().get(path, headers=headers)
        return Client().post(path, body, content_type="application/json", headers=headers)

    return asked


def test_the_keeper_pushes_and_is_told_each_row(
    call: Call, connector: Connector, chi: Person, month: date, kpi: Goal
) -> None:
    rows = [
        {"name": "kd", "day": month.isoformat(), "value": "4.5"},
        {"name": "Lạ", "day": month.isoformat(), "value": "1"},
        {"name": "KD", "day": add_months(month, -1).isoformat()},
        {"name": "KD", "day": add_months(month, -2).isoformat(), "value": "80"},
    ]
    answer = call(chi, PUSH.format(connector.pk), {"rows": rows})
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["recorded"], told["held_back"], told["not_taken"]) == (1, 1, 2)
    assert [line["code"] for line in told["lines"]] == ["unknown_name", "nothing"]
    assert told["lines"][0]["message"] == "Tên này chưa thuộc KPI nào."
    record = CheckIn.objects.get()
    assert (record.source, record.author_id, record.value) == (
        "connector", chi.pk, Decimal("4.5"),
    )  # fmt: skip
    again = call(chi, PUSH.format(connector.pk), {"rows": rows}).json()
    assert (again["recorded"], again["unchanged"]) == (0, 1)
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {}, {"rows": []}, {"rows": [{"name": "KD", "value": "nhiều"}]},
        {"rows": [{"name": "KD", "value": "NaN"}]}, {"rows": [{"name": "KD", "value": "1e30"}]},
        {"rows": [{"name": "KD", "day": "31/10/2026", "value": "1"}]},
        {"rows": [{"name": "x" * 201, "value": "1"}]}, {"rows": [{"ten": "KD", "value": "1"}]},
    ],
)  # fmt: skip
def test_rows_that_cannot_be(
    call: Call, connector: Connector, chi: Person, body: dict[str, Any]
) -> None:
    assert call(chi, PUSH.format(connector.pk), body).status_code == 422
    assert not Run.objects.exists()


def test_switched_off_it_takes_nothing(call: Call, connector: Connector, chi: Person) -> None:
    Connector.objects.update(is_on=False)
    body = {"rows": [{"name": "KD", "value": "4"}]}
    assert call(chi, PUSH.format(connector.pk), body).status_code == 409


def test_who_sees_and_pushes(
    call: Call, connector: Connector, an: Person, emma: Person, administrator: Person
) -> None:
    body = {"rows": [{"name": "KD", "value": "4"}]}
    for person in (an, emma):
        assert call(person, PUSH.format(connector.pk), body).status_code == 404
        assert call(person, f"/api/v1/kpis/connectors/{connector.pk}").status_code == 404
    assert call(an, "/api/v1/kpis/connectors").status_code == 403
    assert call(emma, "/api/v1/kpis/connectors").json() == {"items": []}
    (one,) = call(administrator, "/api/v1/kpis/connectors").json()["items"]
    assert (one["name"], one["names"][0]["name"], one["highest"]) == ("Từ ERP", "KD", "50")
    assert one["secrets"] == []
    assert call(administrator, f"/api/v1/kpis/connectors/{connector.pk}").json() == one


def test_held_back_it_is_decided(
    call: Call, connector: Connector, chi: Person, an: Person, binh: Person, month: date
) -> None:
    body = {"rows": [{"name": "KD", "day": month.isoformat(), "value": "80"}]}
    run = call(chi, PUSH.format(connector.pk), body).json()
    assert call(binh, "/api/v1/kpis/quarantine").json()["items"] == []
    (held,) = call(an, "/api/v1/kpis/quarantine").json()["items"]
    assert (held["value"], held["why"], held["run"]) == ("80", "high", run["id"])
    where = f"/api/v1/kpis/quarantine/{held['id']}"
    assert call(binh, where).json() == held  # seen, not decided
    verdict = {"verdict": "accepted", "reason": "Hợp đồng lớn"}
    assert call(binh, where + "/decision", verdict).status_code == 403
    assert call(an, where + "/decision", {"verdict": "accepted", "reason": " "}).status_code == 422
    unseen = call(an, where + "/decision", {**verdict, "seen": 7})
    assert (unseen.status_code, unseen.json()["current"]["seen"]) == (409, 0)
    decided = call(an, where + "/decision", {**verdict, "seen": 0}).json()
    assert (decided["verdict"], decided["reason"]) == ("accepted", "Hợp đồng lớn")
    assert decided["check_in"] == CheckIn.objects.get().pk
    assert call(an, where + "/decision", verdict).status_code == 409
    told = call(an, f"/api/v1/kpis/connector-runs/{run['id']}").json()
    assert (told["held_back"], told["lines"]) == (1, [])


def test_the_list_asks_as_much_for_many_connectors(
    call: Call, connector: Connector, administrator: Person, kpi: Goal
) -> None:
    def asked() -> tuple[int, Any]:
        with CaptureQueriesContext(connection) as queries:
            answer = call(administrator, "/api/v1/kpis/connectors")
        return len(queries), answer.json()["items"]

    asked()  # what is remembered between requests is there now
    few, _items = asked()
    for at in range(3):
        other = Connector.objects.create(
            organisation=kpi.organisation, name=f"Khác {at}", kind="push", keeper=administrator,
            at=time(6), created_by=administrator, created_at=timezone.now(), is_on=True,
        )  # fmt: skip
        ForeignName.objects.create(connector=other, name=f"N{at}", key=f"n{at}", kpi=kpi)
    many, items = asked()
    assert many == few
    assert [[one["name"] for one in item["names"]] for item in items] == [
        ["N0"], ["N1"], ["N2"], ["KD"],
    ]  # fmt: skip
