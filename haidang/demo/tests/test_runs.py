"""What the load tells of connectors is what the actions make of the same answers, at the same
times, from the same database."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from haidang.checkins.recompute import recompute
from haidang.demo import selling
from haidang.demo.actions import Loader
from haidang.demo.company import found
from haidang.demo.story.calendar import ZONE, Calendar
from haidang.demo.story.shapes import (
    Acceptance,
    ClosedPeriod,
    Delivery,
    GoalFacts,
    Happening,
    LinkFacts,
    Reopened,
    Report,
    Targets,
)
from haidang.demo.story.telling import tell
from haidang.demo.tests.rows import DAY, STANDING, rows, without_requests
from haidang.demo.tests.test_same import Single
from haidang.goals.rules.periods import period_of
from haidang.kpis.actions.fetching import folder_of
from haidang.kpis.actions.quarantine import decide_quarantined
from haidang.kpis.actions.reopening import ask_reopening, decide_reopening
from haidang.kpis.actions.running import begin_due, carry_out
from haidang.kpis.models import (
    Connector,
    Delivered,
    ForeignName,
    Quarantined,
    ReopeningRequest,
    Run,
)
from haidang.lib.errors import Conflict

#: Areas with all that is told of deliveries, and one of which nothing is.
_AREAS = ("cantho", "camau", "hcm2", "soctrang", "dongnai")
_KPIS = {"kpi.revenue", *(f"kpi.revenue.{area}" for area in _AREAS)}
_SINCE = date(2026, 8, 1)
_COMPARED = [*STANDING, ReopeningRequest, Run, Delivered, Quarantined]
#: Which way goals and their targets came about is told by test_same.py.
_WAY = {"version", "created_by_id", "proposed_by_id", "definition", "by_id"}


def sample() -> list[Happening]:
    told = tell(Calendar(DAY)).told(datetime(2026, 11, 20, 23, tzinfo=ZONE))
    part: list[Happening] = []
    for one in told:
        if isinstance(one, GoalFacts):
            if one.kind in {"ultimate", "pillar"} or one.key in _KPIS:
                part.append(one)
        elif isinstance(one, LinkFacts):
            continue
        elif isinstance(one, Delivery):
            chosen = [row for row in one.rows if row[0] in _KPIS]
            part.append(Delivery(one.at, one.day, chosen))
        elif isinstance(one, ClosedPeriod):
            if one.at.date() >= _SINCE:
                part.append(one)
        elif one.goal in _KPIS and (one.at.date() >= _SINCE or isinstance(one, Targets)):
            part.append(one)
    return part


class Asking(Single):
    """The real source asks a real file, and people decide on their pages' actions."""

    connector: Connector | None = None

    def feed(self, one: Happening) -> None:
        self.at = one.at
        if isinstance(one, Delivery):
            self.deliver(one)
        elif isinstance(one, Acceptance):
            starts = period_of(one.day, "month", 1)[0]
            held = Quarantined.objects.get(
                kpi=self.goals[one.goal], starts=starts, verdict="waiting"
            )
            decide_quarantined(self.company.people[one.actor], held, True, one.reason)
        elif isinstance(one, Reopened):
            people = self.company.people
            kpi = self.fresh(one.goal)
            request = ask_reopening(people[one.asker], kpi, one.day, one.reason)
            self.at = one.granted_at
            decide_reopening(people[one.decider], request, True)
        elif isinstance(one, ClosedPeriod):
            with suppress(Conflict):  # what was open again then may be none of the sample
                super().feed(one)
        else:
            super().feed(one)

    def deliver(self, one: Delivery) -> None:
        if self.connector is None:
            self.connector = selling.monthly(self.company, one.at)
            ForeignName.objects.bulk_create(selling.names_of(self.connector, self.goals))
        ends = period_of(one.day, "month", 1)[1]
        invoices = [
            (f"HD-{row}-{n}", day.isoformat(), name, amount)
            for row, (_kpi, name, value) in enumerate(one.rows)
            for n, (amount, day) in enumerate(selling.parts(value, ends))
        ]
        folder = folder_of(self.company.organisation)
        selling.write(folder / selling.FILE, invoices)
        Connector.objects.filter(pk=self.connector.pk).update(next_at=one.at)
        run = begin_due(self.connector, one.at)
        assert run is not None
        carry_out(run)


@pytest.mark.django_db
def test_runs_of_the_load_are_those_of_the_actions(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    part = sample()
    kinds = {type(one) for one in part}
    assert kinds == {
        GoalFacts, Report, Targets, ClosedPeriod, Delivery, Acceptance, Reopened,
    }  # fmt: skip

    save = transaction.savepoint()
    loader = Loader(Calendar(DAY))
    loader.begin()
    for one in part:
        loader.feed(one)
    loader.bulk.flush()
    loader.closings.write()
    loader.sales.write(datetime(2026, 11, 20, 23, tzinfo=ZONE))
    wanted = rows(_COMPARED, without=_WAY)
    assert recompute(loader.company.organisation.pk, check=True) == []
    transaction.savepoint_rollback(save)

    company = found(Calendar(DAY))
    without_requests(company.organisation)
    single = Asking(company, monkeypatch)
    for one in part:
        single.feed(one)
    replayed = rows(_COMPARED, without=_WAY)
    for name, table in wanted.items():
        assert replayed[name] == table, name
    assert (len(wanted["Run"]), len(wanted["Quarantined"])) == (3, 2)
    assert len(wanted["Delivered"]) == 5 + 4 + 3
    stands = dict(Run.objects.order_by("starts").values_list("starts", "raw"))
    assert f"name={selling.sellers()['kpi.revenue.dongnai']}; value=" in stands[date(2026, 10, 1)]
    percent = Quarantined.objects.get(verdict="accepted").percent
    assert percent is not None
    assert percent > Decimal(50)
