"""A little company for tests of pages: one cycle, An's objective, key result and KPI."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal
from haidang.people.models import Person, Unit
from tests.support.keeping import derived, kept

Enter = Callable[[Person], Client]


@pytest.fixture
def enter() -> Enter:
    """`enter(an)`: a browser without scripts in which An is signed in."""

    def entered(person: Person) -> Client:
        client = Client()
        assert person.account is not None
        client.force_login(person.account)
        return client

    return entered


@pytest.fixture
@derived
def today() -> date:
    return timezone.localdate()


@pytest.fixture
@kept
def year(administrator: Person, today: date) -> Cycle:
    facts = {
        "name": str(today.year),
        "kind": "year",
        "state": "active",
        "starts": date(today.year, 1, 1),
        "ends": date(today.year, 12, 31),
    }
    return actions.create_cycle(administrator, facts)


@pytest.fixture
@kept
def objective(chi: Person, an: Person, sales_unit: Unit, year: Cycle) -> Goal:
    """An's, of the sales unit, active."""
    facts = {
        "title": "Khách hàng tìm đến chúng ta",
        "level": "unit",
        "unit": sales_unit,
        "owner": an,
        "cycle": year,
    }
    return actions.create_goal(chi, "objective", facts)


@pytest.fixture
@derived
def make_key_result(chi: Person, an: Person) -> Callable[..., Goal]:
    """`make_key_result(objective, target=...)`: a count up to a target from 0, An's."""

    def make(above: Goal, title: str = "Nhà phân phối mới", **facts: Any) -> Goal:
        facts = {
            "title": title,
            "owner": an,
            "metric_kind": "count",
            "metric_unit": "NPP",
            "direction": "increase",
            "baseline": Decimal(0),
            "target": Decimal(100),
            **facts,
        }
        return actions.create_goal(
            chi, "key_result", facts, parents=[LinkRequest(above, "composition")]
        )

    return make


@pytest.fixture
@kept
def key_result(objective: Goal, make_key_result: Callable[..., Goal]) -> Goal:
    return make_key_result(objective)


@pytest.fixture
@kept
def kpi(chi: Person, an: Person, sales_unit: Unit) -> Goal:
    """Revenue of the sales unit, 3 tỷ ₫ a month, fed by An."""
    facts = {
        "title": "Doanh thu Bình Dương",
        "level": "unit",
        "unit": sales_unit,
        "owner": an,
        "metric_kind": "currency",
        "metric_unit": "tỷ ₫",
        "decimals": 2,
        "direction": "higher",
        "target": Decimal(3),
        "frequency": "month",
        "aggregation": "sum",
    }
    return actions.create_goal(chi, "kpi", facts)


def queries_of(client: Client, address: str, **headers: str) -> int:
    """How many queries a page costs; it has to answer 200."""
    client.get(address)  # sessions and caches are warm
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address, headers=headers)
    assert answer.status_code == 200, address
    return len(seen)


def body_of(answer: Any) -> str:
    text: str = answer.content.decode()
    return text
