"""Closings within a load: the same figures and events as of the actions, from the graph in
memory. What was closed is written after the load is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from haidang.checkins.bulk import Bulk
from haidang.goals.models import Goal, Kind, KpiPeriod, State
from haidang.goals.rules.node import Node
from haidang.goals.rules.periods import period_of
from haidang.kpis.actions.closing import BATCH, closed_event
from haidang.kpis.cards import keep_lines
from haidang.kpis.figures import Act, figure_of, period_in
from haidang.kpis.models import Answer, ClosedFigure, ReopeningRequest
from haidang.lib.errors import Conflict
from haidang.lib.insert import insert_many
from haidang.people.models import Person


class BulkClosings:
    """Closings and reopenings of a load, fed in the order of time with its other events."""

    def __init__(self, bulk: Bulk) -> None:
        self.bulk = bulk
        self.locked: dict[tuple[int, date], datetime] = {}
        self.figures: list[ClosedFigure] = []
        self.requests: list[ReopeningRequest] = []
        self._versions: dict[tuple[int, date], int] = {}

    def close(self, at: datetime, actor: Person, frequency: str, day: date) -> None:
        """Close the period of a day of all KPIs under way that have it and are open."""
        act = Act(at, actor)
        for goal, node in self._kpis(frequency):
            period = period_in(node, day)
            key = (goal.pk, period.starts)
            over = goal.ends is not None and goal.ends < period.starts
            to_come = goal.starts is not None and goal.starts > period.ends
            if key in self.locked or over or to_come:
                continue
            self.bulk.pending.changed[goal.pk] = None  # the period may be new
            self._versions[key] = self._versions.get(key, 0) + 1
            figure = figure_of(goal, node, period, self._versions[key], act)
            self.figures.append(figure)
            self.locked[key] = at
            self.bulk.pending.events.append(closed_event(figure, act))

    def _kpis(self, frequency: str) -> Iterator[tuple[Goal, Node]]:
        for goal in self.bulk.goals.values():
            if (goal.kind, goal.state, goal.frequency) == (Kind.KPI, State.ACTIVE, frequency):
                yield goal, self.bulk.graph.nodes[goal.pk]

    def refuse_closed(self, kpi: Goal, day: date) -> None:
        """Raise Conflict for a report that would land in a closed period."""
        if kpi.kind == Kind.KPI and self._key(kpi, day) in self.locked:
            raise Conflict("This period is closed.", code="locked", field="for_day")

    def reopen(
        self, at: datetime, asker: Person, decider: Person, kpi: Goal, day: date, reason: str,
        decided_at: datetime,
    ) -> None:  # fmt: skip
        """One asks for it, another grants it."""
        starts, ends = period_of(day, kpi.frequency, self.bulk.first_month)
        del self.locked[kpi.pk, starts]
        self.requests.append(
            ReopeningRequest(
                organisation=self.bulk.organisation,
                goal=kpi,
                starts=starts,
                ends=ends,
                asked_by=asker,
                asked_at=at,
                reason=reason,
                answer=Answer.GRANTED,
                decided_by=decider,
                decided_at=decided_at,
            )
        )
        data = {"period": starts.isoformat(), "reason": reason}
        self.bulk.tell(at, asker, "period.reopening_asked", kpi, data)
        self.bulk.tell(
            decided_at,
            decider,
            "period.reopened",
            kpi,
            {"period": starts.isoformat(), "reason": ""},
        )

    def write(self) -> None:
        """What was closed, once the load is flushed."""
        insert_many(ClosedFigure, self.figures, has_keys=False)
        keep_lines(self.bulk.organisation.pk, self.figures)
        ReopeningRequest.objects.bulk_create(self.requests)
        together: dict[tuple[datetime, date], list[int]] = {}
        for (goal_id, starts), at in self.locked.items():
            together.setdefault((at, starts), []).append(goal_id)
        for (at, starts), ids in together.items():
            for i in range(0, len(ids), BATCH):
                rows = KpiPeriod.objects.filter(goal_id__in=ids[i : i + BATCH], starts=starts)
                rows.update(locked_at=at)

    def _key(self, kpi: Goal, day: date) -> tuple[int, date]:
        return kpi.pk, period_of(day, kpi.frequency, self.bulk.first_month)[0]
