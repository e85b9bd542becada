"""Runs of connectors within a load: the same records, lineage, values held back and events as
of the actions, from the graph in memory. A period is asked for once in a load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from haidang.checkins.bulk import Bulk
from haidang.checkins.bulk.rows import Ids
from haidang.checkins.models import Source
from haidang.goals.actions.change import local_day
from haidang.goals.models import Goal
from haidang.goals.rules.periods import period_of
from haidang.kpis.actions.accounts import account, delivered_row, held_event, held_row, run_event
from haidang.kpis.actions.settling import (
    HELD,
    NEW,
    Line,
    Standing,
    judge,
    sort_out,
    stands_in,
)
from haidang.kpis.bulk import BulkClosings
from haidang.kpis.connectors.sources.base import Fetched
from haidang.kpis.models import Connector, Delivered, ForeignName, Quarantined, Run, Verdict, Why
from haidang.people.models import Person


class BulkRuns:
    """Runs of a load and what was decided on, fed in the order of time with its other events."""

    def __init__(self, bulk: Bulk, closings: BulkClosings) -> None:
        self.bulk = bulk
        self.closings = closings
        self.runs: list[Run] = []
        self.delivered: list[Delivered] = []
        self.held: list[Quarantined] = []
        self._waiting: dict[tuple[int, date], Quarantined] = {}
        self._ids = Ids(Run, step=10)

    def run(
        self,
        at: datetime,
        connector: Connector,
        names: Sequence[ForeignName],
        span: tuple[date, date],
        fetched: Fetched,
    ) -> Run:
        """The schedule asked for a period, and this was answered."""
        today = local_day(self.bulk.organisation, at)
        settled = sort_out(connector, names, fetched.readings, span, today)
        fresh = settled.of(NEW)
        judge(connector, fresh, self._standing(fresh), today)
        for line in settled.of(NEW):
            line.record = self._record(at, connector.keeper, line)
        run = Run(
            pk=self._ids.take(),
            organisation=self.bulk.organisation,
            connector=connector,
            why=Why.SCHEDULE,
            starts=span[0],
            ends=span[1],
            began_at=at,
        )
        account(run, settled, fetched, at)
        self.runs.append(run)
        self.delivered += [delivered_row(run, line) for line in settled.of(NEW)]
        held = [held_row(run, line) for line in settled.of(HELD)]
        self.held += held
        self._waiting |= {(row.kpi_id, row.starts): row for row in held}
        self.bulk.pending.events += [held_event(row, at) for row in held]
        self.bulk.pending.events.append(run_event(run, "connector.ran", at))
        return run

    def accept(self, at: datetime, actor: Person, kpi: Goal, day: date, reason: str) -> None:
        """Somebody records a value that was held back, as it is."""
        starts = period_of(day, kpi.frequency, self.bulk.first_month)[0]
        held = self._waiting.pop((kpi.pk, starts))
        held.check_in = self.bulk.check_in(
            at,
            actor,
            kpi,
            source=Source.CONNECTOR,
            for_day=min(held.ends, local_day(self.bulk.organisation, at)),
            value=held.value,
            numerator=held.numerator,
            denominator=held.denominator,
        )
        held.verdict, held.reason = Verdict.ACCEPTED, reason
        held.decided_by, held.decided_at = actor, at
        self.delivered.append(
            Delivered(
                run=held.run,
                kpi=kpi,
                starts=starts,
                check_in_id=held.check_in.pk,
                name=held.name,
                raw=held.raw,
            )
        )
        data = {"period": starts.isoformat(), "reason": reason}
        self.bulk.tell(at, actor, "value.accepted", kpi, data)

    def write(self) -> None:
        """What ran, once the load is flushed."""
        Run.objects.bulk_create(self.runs)
        Delivered.objects.bulk_create(self.delivered, batch_size=500)
        Quarantined.objects.bulk_create(self.held, batch_size=500)

    def _standing(self, lines: Sequence[Line]) -> Mapping[int, list[Standing]]:
        found = {}
        for kpi in {line.kpi.pk: line.kpi for line in lines if line.kpi}.values():
            periods = self.bulk.graph.nodes[kpi.pk].periods.values()
            found[kpi.pk] = [
                stands_in(one, (kpi.pk, one.starts) in self.closings.locked) for one in periods
            ]
        return found

    def _record(self, at: datetime, keeper: Person, line: Line) -> int:
        assert line.kpi is not None
        reading = line.reading
        one = self.bulk.check_in(
            at,
            keeper,
            line.kpi,
            source=Source.CONNECTOR,
            for_day=line.day,
            value=reading.value,
            numerator=reading.numerator,
            denominator=reading.denominator,
        )
        return one.pk
