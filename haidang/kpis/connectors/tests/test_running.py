"""Runs: what is recorded, held back, refused, tried again; what stands stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from haidang.activity.models import Event
from haidang.checkins.models import CheckIn
from haidang.goals.models import Goal, KpiPeriod
from haidang.kpis.actions import close_period
from haidang.kpis.actions.connecting import edit_connector, name_kpis
from haidang.kpis.actions.quarantine import decide_quarantined
from haidang.kpis.actions.running import begin, carry_out, push, trial
from haidang.kpis.connectors.sources.base import Reading
from haidang.kpis.connectors.tests.conftest import Sales
from haidang.kpis.models import Connector, Delivered, Quarantined, Run
from haidang.kpis.tasks import run_what_is_due
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound
from haidang.people.models import Person

pytestmark = pytest.mark.django_db


def ran(connector: Connector) -> Run:
    return carry_out(begin(connector, "hand", timezone.now()))


def stands(kpi: Goal, starts: date) -> Decimal | None:
    return KpiPeriod.objects.filter(goal=kpi, starts=starts).values_list(
        "own_value", flat=True
    ).first()


def test_a_value_is_recorded_once_with_its_way_back(
    connector: Connector, sales: Sales, kpi: Goal, month: date
) -> None:
    sales.say(("kd ", month, 4.5))
    run = ran(connector)
    assert (run.outcome, run.recorded, run.wrong) == ("good", 1, 0), run.lines or run.said
    record = CheckIn.objects.get(goal=kpi)
    assert (record.source, record.value, record.author_id) == (
        "connector", Decimal("4.5"), connector.keeper_id,
    )  # fmt: skip
    delivered = Delivered.objects.get(check_in=record)
    assert (delivered.run, delivered.raw) == (run, f"name=kd ; day={month}; value=4.5")
    again = ran(connector)
    assert (again.recorded, again.same) == (0, 1)
    assert CheckIn.objects.count() == 1
    assert Event.objects.get(verb="check_in.recorded").source == "connector"
