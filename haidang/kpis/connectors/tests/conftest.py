"""A sales database in a file, and a connector that asks it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from haidang.goals.models import Goal
from haidang.goals.rules.periods import add_months
from haidang.kpis.actions.connecting import (
    Plan,
    make_connector,
    name_kpis,
    switch_connector,
)
from haidang.kpis.actions.fetching import folder_of
from haidang.kpis.models import Connector
from haidang.kpis.rules.closing import ended_before
from haidang.people.models import Person

QUERY = "SELECT name, day, value FROM sales WHERE day BETWEEN :starts AND :ends"


class Sales:
    """The company's sales, in a table of (name, day, value)."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.file = folder / "sales.sqlite3"
        with self._open() as sales:
            sales.execute("CREATE TABLE sales (name, day, value)")

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.file, isolation_level=None)

    def say(self, *rows: tuple[Any, date, Any]) -> None:
        """These rows and no others."""
        with self._open() as sales:
            sales.execute("DELETE FROM sales")
            told = [(name, day.isoformat(), value) for name, day, value in rows]
            sales.executemany("INSERT INTO sales VALUES (?, ?, ?)", told)


@pytest.fixture
def sales(settings: Any, tmp_path: Path, administrator: Person) -> Sales:
    settings.DATA_DIR = tmp_path
    return Sales(folder_of(administrator.organisation))


@pytest.fixture
def month(today: date) -> date:
    return ended_before(today, "month", 1)[0]


@pytest.fixture
def month_before(month: date) -> date:
    return add_months(month, -1)


@pytest.fixture
def make(administrator: Person, chi: Person, sales: Sales, kpi: Goal) -> Callable[..., Connector]:
    """`make(jump=Decimal(50))`: a connector that is on, whose "KD" is An's KPI."""

    def made(**facts: Any) -> Connector:
        plan = Plan(
            **{
                "name": "Doanh thu",
                "keeper": chi,
                "settings": {"url": "sqlite:///sales.sqlite3", "query": QUERY},
                "jump": Decimal(50),
                **facts,
            }
        )
        connector = make_connector(administrator, "sql", plan)
        connector = name_kpis(administrator, connector, 1, [("KD", kpi)])
        return switch_connector(administrator, connector, 2, True)

    return made


@pytest.fixture
def connector(make: Callable[..., Connector]) -> Connector:
    return make()
