"""What every event of a load does: the graph in memory, versions, spans, history, the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import models

from haidang.activity.models import Event
from haidang.checkins.bulk.rows import Ids, Live, Pending, Progress, Writer, live_of
from haidang.checkins.models import CheckIn
from haidang.goals import store
from haidang.goals.actions.answers import own_fields
from haidang.goals.actions.change import local_day
from haidang.goals.actions.history import span_of, version_of
from haidang.goals.actions.ledger import Basis, Moved, entries_of, is_approved
from haidang.goals.actions.metric_facts import DECIMALS
from haidang.goals.models import (
    Alignment,
    AlignmentSpan,
    Goal,
    GoalVersion,
    Kind,
    KpiPeriod,
    Milestone,
    Relation,
    TargetVersion,
)
from haidang.goals.rules.graph import Graph
from haidang.goals.rules.metric import Measure
from haidang.goals.rules.node import Node, open_period
from haidang.goals.rules.periods import period_of, periods_between
from haidang.people.models import Organisation, Person
from haidang.people.models import Sequence as NumberSequence

Actor = Person | None


class Load:
    """The state of a load into one organisation, and what all events share."""

    #: What the log says of where the events come from.
    source = "person"

    def __init__(
        self,
        organisation: Organisation,
        *,
        below: Iterable[int] | None = None,
        trial: bool = False,
    ) -> None:
        """`below`: ids of the goals that are there already below which new ones will hang, for
        a load that changes nothing else; without it everything is read. A `trial` is never
        flushed: it waits for no lock and takes no keys.
        """
        self.organisation = organisation
        self.first_month = organisation.fiscal_year_start
        self.trial = trial
        self.own_fields = own_fields(organisation.pk)
        if not trial:
            store.lock_organisation(organisation.pk)
        self.graph: Graph = (
            store.whole(organisation.pk, self.first_month)
            if below is None
            else store.above(sorted(set(below)), self.first_month)
        )
        self.goals: dict[int, Goal] = {}
        self.below: dict[int, list[Alignment]] = {}  # edges by parent
        self.edges: dict[tuple[int, int], Alignment] = {}
        self.objective_of: dict[int, int] = {}
        self.milestones: dict[int, list[Milestone]] = {}
        self.live: dict[int, list[Live]] = {}
        self.pending = Pending()
        self._open_versions: dict[int, GoalVersion] = {}
        self._open_spans: dict[tuple[int, int], AlignmentSpan] = {}
        self._written: set[int] = set()  # ids of versions and spans that are stored
        self._above: dict[int, list[int]] = {}  # parents by child
        #: Of KPIs: the versions of their definition as far as they are known, latest last; and
        #: the latest entry of the ledger of targets by KPI and period.
        self._defined: dict[int, list[GoalVersion]] = {}
        self._entered: dict[tuple[int, date], int] = {}
        self._numbers: dict[str, int] = {}
        self._ids: dict[type[models.Model], Ids] = {
            m: Ids(m, invented=trial)
            for m in (
                Goal, GoalVersion, Milestone, Alignment, AlignmentSpan, CheckIn, KpiPeriod,
            )
        }  # fmt: skip
        self._writer = Writer(organisation.pk, self._ids)
        if self.graph.nodes and below is None:
            self._load()
        elif self.graph.nodes:
            self._load_parents()

    def _load(self) -> None:
        """What is there already, for a load into an organisation that is not empty."""
        rows = Goal.objects.filter(organisation=self.organisation).select_related(
            "owner", "unit", "cycle"
        )
        for goal in rows:
            goal.organisation = self.organisation
            self.goals[goal.pk] = goal
        for edge in Alignment.objects.filter(organisation=self.organisation):
            edge.child, edge.parent = self.goals[edge.child_id], self.goals[edge.parent_id]
            self._index(edge)
        for milestone in Milestone.objects.filter(goal__organisation=self.organisation):
            self.milestones.setdefault(milestone.goal_id, []).append(milestone)
        for one in CheckIn.objects.filter(organisation=self.organisation, live=True).iterator():
            self.live.setdefault(one.goal_id, []).append(live_of(one))
        versions = GoalVersion.objects.filter(goal__organisation=self.organisation, until=None)
        self._open_versions = {v.goal_id: v for v in versions}
        self._defined = {pk: [version] for pk, version in self._open_versions.items()}
        entries = TargetVersion.objects.filter(organisation=self.organisation).order_by("version")
        for goal_id, starts, version in entries.values_list("goal_id", "starts", "version"):
            self._entered[goal_id, starts] = version
        spans = AlignmentSpan.objects.filter(organisation=self.organisation, until=None)
        self._open_spans = {(s.child_id, s.parent_id): s for s in spans}
        self._written = {id(v) for v in versions} | {id(s) for s in spans}

    def _load_parents(self) -> None:
        """What a new child of the goals in the graph asks of them: their siblings' weights, the
        objectives of key results, and what a version of theirs keeps."""
        ids = sorted(self.graph.nodes)
        for i in range(0, len(ids), store.BATCH):
            part = ids[i : i + store.BATCH]
            composed = Alignment.objects.filter(child__in=part, relation=Relation.COMPOSITION)
            for edge in composed.exclude(parent__in=ids).select_related("parent__unit"):
                self.goals[edge.parent_id] = edge.parent
                self.objective_of[edge.child_id] = edge.parent_id
            rows = Goal.objects.filter(pk__in=part).select_related("owner__unit", "unit", "cycle")
            for goal in rows:
                goal.organisation = self.organisation
                self.goals[goal.pk] = goal
            for edge in Alignment.objects.filter(parent__in=part):
                self._index(edge)
            for milestone in Milestone.objects.filter(goal__in=part):
                self.milestones.setdefault(milestone.goal_id, []).append(milestone)
            versions = GoalVersion.objects.filter(goal__in=part, until=None)
            self._open_versions |= {v.goal_id: v for v in versions}
        self._written = {id(v) for v in self._open_versions.values()}

    def _index(self, edge: Alignment) -> None:
        self.edges[edge.child_id, edge.parent_id] = edge
        self.below.setdefault(edge.parent_id, []).append(edge)
        if edge.relation == Relation.COMPOSITION:
            self.objective_of[edge.child_id] = edge.parent_id
        self._above.setdefault(edge.child_id, []).append(edge.parent_id)

    def _ancestors(self, goal_id: int) -> set[int]:
        seen: set[int] = set()
        stack = [goal_id]
        while stack:
            for parent in self._above.get(stack.pop(), ()):
                if parent not in seen:
                    seen.add(parent)
                    stack.append(parent)
        return seen

    @staticmethod
    def _measure(goal: Goal) -> Measure:
        return Measure(goal.direction, *(getattr(goal, name) for name in DECIMALS))

    def _lay_out(self, node: Node, year: int) -> None:
        start = date(year, self.first_month, 1)
        last = period_of(start, "year", self.first_month)[1]
        for starts, _ in periods_between(start, last, node.frequency, self.first_month):
            if starts not in node.periods:
                open_period(node, starts)

    def _settle(self, at: datetime) -> list[int]:
        moved = self.graph.settle()
        self._moved(moved, at)
        return moved

    def _moved(self, ids: Iterable[int], at: datetime) -> None:
        day = local_day(self.organisation, at)
        for node_id in ids:
            node = self.graph.nodes[node_id]
            self.pending.history[node_id, day] = store.history_row(node, day)
            self.pending.changed[node_id] = None

    def _changed(self, goal: Goal, at: datetime, actor: Actor, reason: str = "") -> None:
        goal.version += 1
        self.pending.rewritten[goal.pk] = goal
        self._version(goal, at, actor, reason)

    def _version(self, goal: Goal, at: datetime, actor: Actor, reason: str = "") -> None:
        before = self._open_versions.get(goal.pk)
        if before is not None:
            before.until = at
            if id(before) in self._written:
                self.pending.ended_versions.append(before)
        node = self.graph.nodes.get(goal.pk)
        version = version_of(
            goal,
            at,
            actor.pk if actor else None,
            reason,
            milestones=self.milestones.get(goal.pk, ()),
            periods=node.periods.values() if node else (),
        )
        self._open_versions[goal.pk] = version
        self.pending.versions.append(version)
        if goal.kind == Kind.KPI:
            self._defined.setdefault(goal.pk, []).append(version)

    def _enter(
        self, goal: Goal, moved: Iterable[Moved], at: datetime, actor: Actor, basis: Basis
    ) -> None:
        """What the ledger of targets keeps of a change, before the definition's next version."""
        if not is_approved(goal):
            return
        by_id = actor.pk if actor else None
        known = self._defined.get(goal.pk, ())[::-1]
        for one in moved:
            latest = self._entered.get((goal.pk, one.starts), 0)
            rows = entries_of(goal, one, latest, known, at, by_id, basis)
            self.pending.entries += rows
            self._entered[goal.pk, one.starts] = rows[-1].version

    def _span(self, edge: Alignment, at: datetime, actor: Actor) -> None:
        self._end_span((edge.child_id, edge.parent_id), at)
        span = span_of(edge, at, actor.pk if actor else None)
        self._open_spans[edge.child_id, edge.parent_id] = span
        self.pending.spans.append(span)

    def _end_span(self, key: tuple[int, int], at: datetime) -> None:
        span = self._open_spans.pop(key, None)
        if span is not None:
            span.until = at
            if id(span) in self._written:
                self.pending.ended_spans.append(span)

    def tell(self, at: datetime, actor: Actor, verb: str, goal: Goal, data: dict[str, Any]) -> None:
        """An event of a goal that moves no number, for what rooms above load with it."""
        self._event(at, actor, verb, goal, (), data)

    def _event(
        self,
        at: datetime,
        actor: Actor,
        verb: str,
        goal: Goal,
        touched: Iterable[int],
        data: dict[str, Any],
        *,
        on_behalf_of: Person | None = None,
        source: str = "",
        itself: bool = True,
    ) -> None:
        ids = dict.fromkeys([goal.pk, *touched] if itself else touched)
        self.pending.events.append(
            Event(
                organisation_id=self.organisation.pk,
                at=at,
                actor_id=actor.pk if actor else None,
                on_behalf_of_id=on_behalf_of.pk if on_behalf_of else None,
                verb=verb,
                source=source or self.source,
                subject_kind="goal",
                subject_id=goal.pk,
                subject=goal.public_id,
                touched=list(ids),
                data=data,
            )
        )

    def flush(self, progress: Progress | None = None) -> None:
        """Write everything that waits; more events may follow."""
        assert not self.trial
        for kind, last in self._numbers.items():
            NumberSequence.objects.update_or_create(
                organisation=self.organisation, name=kind, defaults={"last": last}
            )
        self._writer.progress = progress
        self._writer.write(self.pending, self.graph)
        self._written |= {id(v) for v in self._open_versions.values()}
        self._written |= {id(s) for s in self._open_spans.values()}
        self.pending = Pending()
