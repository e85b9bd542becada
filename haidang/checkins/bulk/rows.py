"""What a bulk load has made and not yet written, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, models

from haidang.activity.models import Event
from haidang.checkins.models import CheckIn, Voiding
from haidang.goals import store
from haidang.goals.models import (
    Alignment,
    AlignmentSpan,
    Goal,
    GoalVersion,
    HistoryPoint,
    KpiPeriod,
    Milestone,
    Participant,
    Standing,
    Tag,
    TargetVersion,
)
from haidang.goals.rules.graph import Graph
from haidang.goals.rules.node import Period
from haidang.lib.insert import insert_many
from haidang.lib.text import folded

Progress = Callable[[str, int, int], None]
_BATCH = 2_000
_INVENTED = 1 << 60


class Ids:
    """Primary keys taken in advance, so that rows can name each other before they are written.

    From the sequence on PostgreSQL; on SQLite, whose only writer we are, the next numbers.
    `invented` ones are far from every key, for rows that will never be written.
    """

    def __init__(
        self, model: type[models.Model], *, invented: bool = False, step: int = 1000
    ) -> None:
        self.model = model
        self.step = step  # so many at a time
        self._free: list[int] = []
        self._next = _INVENTED if invented else 0

    def take(self) -> int:
        if not self._free:
            self._free = self._more(self.step)[::-1]
        return self._free.pop()

    def _more(self, count: int) -> list[int]:
        table = self.model._meta.db_table
        if connection.vendor == "postgresql" and self._next < _INVENTED:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                    [table, count],
                )
                return [row[0] for row in cursor.fetchall()]
        if not self._next:
            top = self.model._default_manager.aggregate(top=models.Max("pk"))["top"]
            self._next = (top or 0) + 1
        first, self._next = self._next, self._next + count
        return list(range(first, self._next))


class Live(NamedTuple):
    """What of a live record can still become current; there may be very many."""

    pk: int
    for_day: date
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    milestones: Sequence[int] | None
    confidence: int | None
    recorded_at: datetime


def live_of(one: CheckIn) -> Live:
    return Live(*(getattr(one, name) for name in Live._fields))


@dataclass
class Pending:
    """Rows that wait to be written, in the order in which tables need each other."""

    goals: list[Goal] = field(default_factory=list)
    rewritten: dict[int, Goal] = field(default_factory=dict)  # stored before, changed since
    versions: list[GoalVersion] = field(default_factory=list)
    entries: list[TargetVersion] = field(default_factory=list)
    ended_versions: list[GoalVersion] = field(default_factory=list)  # stored open, ended since
    edges: dict[tuple[int, int], Alignment] = field(default_factory=dict)
    removed_edges: list[tuple[int, int]] = field(default_factory=list)
    spans: list[AlignmentSpan] = field(default_factory=list)
    ended_spans: list[AlignmentSpan] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    tags: list[tuple[int, str]] = field(default_factory=list)
    check_ins: list[CheckIn] = field(default_factory=list)
    ended_records: list[int] = field(default_factory=list)
    voidings: list[Voiding] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    history: dict[tuple[int, date], tuple[Any, ...]] = field(default_factory=dict)
    changed: dict[int, None] = field(default_factory=dict)
    reached: dict[int, Milestone] = field(default_factory=dict)  # stored milestones by key
    retargeted: dict[tuple[int, date], Period] = field(default_factory=dict)

    def size(self) -> int:
        return len(self.goals) + len(self.check_ins) + len(self.history) + len(self.events)


class Writer:
    """Writes what is pending in batches, saying how far it is."""

    def __init__(self, organisation_id: int, ids: Mapping[type[models.Model], Ids]) -> None:
        """`ids`: whence rows without a key take theirs; of other models nobody asks for it."""
        self.organisation_id = organisation_id
        self.ids = ids
        self.progress: Progress | None = None
        self.done = self.all = 0

    def write(self, pending: Pending, graph: Graph) -> None:
        self._write(pending, graph)
        if connection.vendor == "postgresql" and pending.size() > _BATCH:
            self._analyse()

    def _analyse(self) -> None:
        """Let the planner see what was loaded: the tables may have been empty before."""
        models = (Goal, Alignment, Standing, KpiPeriod, CheckIn, HistoryPoint, GoalVersion, Event)
        names = ", ".join(f'"{model._meta.db_table}"' for model in models)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")

    def _write(self, pending: Pending, graph: Graph) -> None:
        self.all += pending.size()
        for goal in (*pending.goals, *pending.rewritten.values()):
            goal.fold()
        self._create(Goal, pending.goals)
        new = {g.pk for g in pending.goals}
        again = [g for pk, g in pending.rewritten.items() if pk not in new]
        fields = [f.name for f in Goal._meta.concrete_fields if not f.primary_key]
        for i in range(0, len(again), 200):
            Goal.objects.bulk_update(again[i : i + 200], fields)
        self._create(Milestone, pending.milestones)
        if pending.reached:
            Milestone.objects.bulk_update(pending.reached.values(), ["reached"], batch_size=500)
        self._create(Participant, pending.participants)
        self._tags(pending.tags)
        if pending.ended_versions:
            GoalVersion.objects.bulk_update(pending.ended_versions, ["until"], batch_size=500)
        self._create(GoalVersion, pending.versions)
        self._create(TargetVersion, pending.entries)
        for child, parent in pending.removed_edges:
            Alignment.objects.filter(child_id=child, parent_id=parent).delete()
        kept = [e for e in pending.edges.values() if e.pk is not None]
        if kept:
            Alignment.objects.bulk_update(
                kept, ["relation", "mode", "weight", "since"], batch_size=500
            )
        self._create(Alignment, [e for e in pending.edges.values() if e.pk is None])
        if pending.ended_spans:
            AlignmentSpan.objects.bulk_update(pending.ended_spans, ["until"], batch_size=500)
        self._create(AlignmentSpan, pending.spans)
        self._periods(pending, graph)
        for i in range(0, len(pending.ended_records), 500):
            CheckIn.objects.filter(pk__in=pending.ended_records[i : i + 500]).update(live=False)
        self._create(CheckIn, pending.check_ins)
        self._create(Voiding, pending.voidings)
        nodes = [graph.nodes[i] for i in pending.changed]
        store.save_standings(nodes, self.organisation_id)
        rows = list(pending.history.values())
        for i in range(0, len(rows), _BATCH):
            store.save_history(rows[i : i + _BATCH])
            self._count(len(rows[i : i + _BATCH]))
        self._create(Event, pending.events)

    def _create(
        self, model: type[models.Model], rows: Sequence[Any], *, counted: bool = True
    ) -> None:
        ids = self.ids.get(model)
        for i in range(0, len(rows), _BATCH):
            part = rows[i : i + _BATCH]
            if ids is not None:
                for row in part:
                    if row.pk is None:
                        row.pk = ids.take()
            insert_many(model, part, has_keys=ids is not None)
            for row in part:
                row._state.adding = False
            if counted and model in (Goal, CheckIn, Event):
                self._count(len(part))

    def _count(self, rows: int) -> None:
        self.done += rows
        if self.progress:
            self.progress("rows", self.done, self.all)

    def _tags(self, pairs: list[tuple[int, str]]) -> None:
        if not pairs:
            return
        known = {
            t.folded_name: t.pk for t in Tag.objects.filter(organisation_id=self.organisation_id)
        }
        for name in dict.fromkeys(name for _, name in pairs):
            key = folded(name)[:40]
            if key not in known:
                known[key] = Tag.objects.create(
                    organisation_id=self.organisation_id, name=name, folded_name=key
                ).pk
        through = Goal.tags.through
        through.objects.bulk_create(
            through(goal_id=goal_id, tag_id=known[folded(name)[:40]]) for goal_id, name in pairs
        )

    def _periods(self, pending: Pending, graph: Graph) -> None:
        """New periods get their keys first, so that records can name them."""
        fresh = []
        nodes = [graph.nodes[i] for i in pending.changed if graph.nodes[i].is_kpi]
        for node in nodes:
            for p in node.periods.values():
                if p.id is None:
                    p.id = self.ids[KpiPeriod].take()
                    p.dirty = False
                    fresh.append(
                        KpiPeriod(
                            goal_id=node.id,
                            **{
                                f.attname: getattr(p, f.attname)
                                for f in KpiPeriod._meta.concrete_fields
                                if f.attname not in ("goal_id", "locked_at")
                            },
                        )
                    )
        self._create(KpiPeriod, fresh, counted=False)
        store.save_periods(nodes)
        new = {(p.goal_id, p.starts) for p in fresh}
        for (goal_id, start), period in pending.retargeted.items():
            if (goal_id, start) in new:
                continue  # just written as it is now
            KpiPeriod.objects.filter(goal_id=goal_id, starts=start).update(
                **{name: getattr(period, name) for name in store.PERIOD_FACTS}
            )
        for check_in in pending.check_ins:
            first = getattr(check_in, "period_start", None)
            if first is not None:
                check_in.period_id = graph.nodes[check_in.goal_id].periods[first].id
