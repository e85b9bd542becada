"""Events fed in the order of time, moved through the graph in memory, written at the end.

The same pure rules as the single actions (`goals.rules`, `facts.cleaned`, `cleaned` of
check-ins), the same rows; only who may do what is not asked: a load is the installation's
own act. Everything happens in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from haidang.activity.models import Event
from haidang.checkins.actions import Report, cleaned
from haidang.checkins.bulk.rows import Ids, Live, Pending, Progress, Writer, live_of
from haidang.checkins.current import Current, Told, take_current, take_period
from haidang.checkins.models import CheckIn, Source, Voiding
from haidang.goals import store
from haidang.goals.actions import facts as goal_facts
from haidang.goals.actions.change import local_day
from haidang.goals.actions.create import LAID_OUT, ROWS
from haidang.goals.actions.edit import retargeted
from haidang.goals.actions.history import span_of, version_of
from haidang.goals.actions.links import (
    LinkRequest,
    check_pair,
    check_relation,
    default_mode,
    guess_relation,
)
from haidang.goals.models import (
    Alignment,
    AlignmentSpan,
    Goal,
    GoalVersion,
    Kind,
    KpiPeriod,
    Milestone,
    Mode,
    Participant,
    ParticipantRole,
    Relation,
    Rule,
    State,
)
from haidang.goals.models.goal import PREFIX
from haidang.goals.rules.combine import weight_among
from haidang.goals.rules.graph import Edge, Graph, Node, derive, open_period
from haidang.goals.rules.metric import BILLION, Measure
from haidang.goals.rules.periods import (
    fiscal_year,
    period_of,
    periods_between,
    year_of_period,
)
from haidang.lib.errors import Conflict, Invalid
from haidang.people.models import Organisation, Person
from haidang.people.models import Sequence as NumberSequence

Actor = Person | None


class Bulk:
    """A load into one organisation. Feed events in the order of time, then `flush`."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.first_month = organisation.fiscal_year_start
        store.lock_structure(organisation.pk)
        self.graph: Graph = store.whole(organisation.pk, self.first_month)
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
        self._numbers: dict[str, int] = {}
        self._ids: dict[type[models.Model], Ids] = {
            m: Ids(m)
            for m in (
                Goal, GoalVersion, Milestone, Alignment, AlignmentSpan, CheckIn, KpiPeriod,
            )
        }  # fmt: skip
        self._writer = Writer(organisation.pk, self._ids)
        if self.graph.nodes:
            self._load()

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
        spans = AlignmentSpan.objects.filter(organisation=self.organisation, until=None)
        self._open_spans = {(s.child_id, s.parent_id): s for s in spans}
        self._written = {id(v) for v in versions} | {id(s) for s in spans}

    # -- goals ----------------------------------------------------------------------------

    def goal(
        self,
        at: datetime,
        actor: Actor,
        kind: str,
        facts: Mapping[str, Any],
        *,
        state: str = State.ACTIVE,
        parents: Sequence[LinkRequest] = (),
        log: bool = True,
    ) -> Goal:
        """Make a goal in the given state, with its links; its columns as `create_goal`'s."""
        composed = [r for r in parents if r.relation == Relation.COMPOSITION]
        objective = composed[0].parent if composed else None
        if (kind == Kind.KEY_RESULT) != (objective is not None):
            raise Invalid("A key result belongs to exactly one objective.", code="required")
        values = goal_facts.cleaned(
            kind, facts, self.organisation.pk, cycle=objective.cycle if objective else None
        )
        columns = {name: value for name, value in values.items() if name not in ROWS}
        if objective is not None:
            columns["cycle"] = objective.cycle
            columns.setdefault("owner", objective.owner)
            columns.setdefault("unit", objective.unit)
            columns.setdefault("visibility", objective.visibility)
        owner = columns.get("owner")
        number = self._number(kind)
        goal = Goal(
            pk=self._ids[Goal].take(),
            organisation=self.organisation,
            kind=kind,
            number=number,
            public_id=f"{PREFIX[Kind(kind)]}-{number}",
            state=state,
            rule=Rule.OWN if kind in (Kind.KEY_RESULT, Kind.KPI) else Rule.CHILDREN,
            created_at=at,
            created_by=actor,
            proposed_by=actor if actor and owner is not None and owner.pk != actor.pk else None,
            **columns,
        )
        self.pending.goals.append(goal)
        self.goals[goal.pk] = goal
        self._rows(goal, values)
        self._version(goal, at, actor)
        node = self._node(goal)
        if kind == Kind.KPI and goal.frequency in LAID_OUT:
            today = local_day(self.organisation, at)
            self._lay_out(node, fiscal_year(goal.starts or today, self.first_month))
        derive(node)
        self._moved([node.id], at)
        for request in parents:
            self._link(at, actor, goal, request, objective)
        if log:
            self._event(at, actor, "goal.created", goal, [], {"state": state, "kind": kind})
        return goal

    def _number(self, kind: str) -> int:
        if kind not in self._numbers:
            last = NumberSequence.objects.filter(organisation=self.organisation, name=kind)
            self._numbers[kind] = last.values_list("last", flat=True).first() or 0
        self._numbers[kind] += 1
        return self._numbers[kind]

    def _rows(self, goal: Goal, values: Mapping[str, Any]) -> None:
        for name, role in (
            ("contributors", ParticipantRole.CONTRIBUTOR),
            ("named", ParticipantRole.NAMED),
        ):
            self.pending.participants += [
                Participant(goal_id=goal.pk, person_id=pk, role=role)
                for pk in sorted({p.pk for p in values.get(name, ())})
            ]
        self.pending.tags += [(goal.pk, name) for name in values.get("tags", ())]
        steps = [
            Milestone(goal_id=goal.pk, **{**m, "position": i})
            for i, m in enumerate(values.get("milestones", ()))
        ]
        if steps:
            self.milestones[goal.pk] = steps
            self.pending.milestones += steps

    def _node(self, goal: Goal) -> Node:
        node = Node(
            goal.pk,
            goal.kind,
            goal.state,
            goal.rule,
            self._measure(goal),
            scale=goal.metric_scale,
            starts=goal.starts,
            ends=goal.ends,
            frequency=goal.frequency,
            aggregation=goal.aggregation,
            steps=tuple((Decimal(a), Decimal(b)) for a, b in goal.steps),
            calculation=goal.calculation,
            first_month=self.first_month,
            metric_kind=goal.metric_kind,
        )
        self.graph.nodes[goal.pk] = node
        return node

    @staticmethod
    def _measure(goal: Goal) -> Measure:
        return Measure(goal.direction, *(getattr(goal, name) for name in goal_facts.DECIMALS))

    def _lay_out(self, node: Node, year: int) -> None:
        start = date(year, self.first_month, 1)
        last = period_of(start, "year", self.first_month)[1]
        for starts, _ in periods_between(start, last, node.frequency, self.first_month):
            if starts not in node.periods:
                open_period(node, starts)

    # -- links ----------------------------------------------------------------------------

    def link(self, at: datetime, actor: Actor, child: Goal, request: LinkRequest) -> Alignment:
        """Hang a goal below another; accepted at once."""
        return self._link(at, actor, child, request, None)

    def _link(
        self,
        at: datetime,
        actor: Actor,
        child: Goal,
        request: LinkRequest,
        objective: Goal | None,
    ) -> Alignment:
        parent = request.parent
        above = self.goals.get(self.objective_of.get(parent.pk, 0))
        if objective is not None and request.relation == Relation.COMPOSITION:
            relation, mode = str(Relation.COMPOSITION), request.mode or Mode.AVERAGE
            self.objective_of[child.pk] = parent.pk
        else:
            relation = request.relation or guess_relation(child, parent, above)
            mode = request.mode or default_mode(child, parent, relation)
            check_pair(child, parent, relation, mode, request.weight)
            check_relation(child, parent, relation, above)
            if (child.pk, parent.pk) in self.edges:
                raise Conflict("These two are linked already.", code="already_linked")
            if child.pk in self._ancestors(parent.pk):
                raise Invalid("This would make a circle.", code="cycle", field="parent")
        weight = request.weight
        if weight is None:
            siblings = self.below.get(parent.pk, ())
            weight = weight_among(e.weight for e in siblings if e.mode == Mode.AVERAGE)
        edge = Alignment(
            organisation=self.organisation,
            child=child,
            parent=parent,
            relation=relation,
            mode=mode,
            weight=weight,
            position=request.position,
            since=at,
        )
        self._index(edge)
        self.pending.edges[child.pk, parent.pk] = edge
        self._span(edge, at, actor)
        moved = self._recount(edge, None, at, actor)
        self._event(
            at, actor, "link.made", child, [parent.pk, *moved],
            {"parent": parent.public_id, "relation": relation, "mode": mode},
        )  # fmt: skip
        return edge

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

    def unlink(self, at: datetime, actor: Actor, edge: Alignment) -> None:
        """Take an edge away; its past stays in its span."""
        key = (edge.child_id, edge.parent_id)
        before = _plain(edge)
        del self.edges[key]
        self.below[edge.parent_id].remove(edge)
        self._above[edge.child_id].remove(edge.parent_id)
        if self.pending.edges.pop(key, None) is None or edge.pk is not None:
            self.pending.removed_edges.append(key)
        self._end_span(key, at)
        moved = self._recount(None, before, at, actor)
        self._event(
            at, actor, "link.removed", edge.child, [edge.parent_id, *moved],
            {"parent": edge.parent.public_id, "relation": edge.relation},
        )  # fmt: skip

    def _recount(
        self, edge: Alignment | None, before: Edge | None, at: datetime, actor: Actor
    ) -> list[int]:
        now = _plain(edge) if edge is not None else None
        one = now or before
        assert one is not None
        if not _flows(before) and not _flows(now):
            return []
        graph = self.graph
        graph.touch(one.child)
        for old in [e for e in graph.up.get(one.child, ()) if e.parent == one.parent]:
            graph.drop(old)
        if now is not None and _flows(now):
            graph.add(now)
        if one.relation == Relation.COMPUTES:
            self._inputs(one.parent)
        self._adjust_rule(one.parent, at, actor)
        if one.relation == Relation.COMPUTES:
            graph.recalculate(one.parent)
        return self._settle(at)

    def _inputs(self, parent_id: int) -> None:
        inputs = [e for e in self.below[parent_id] if e.relation == Relation.COMPUTES]
        inputs.sort(key=lambda e: e.position)
        self.graph.inputs[parent_id] = [e.child_id for e in inputs]

    def _adjust_rule(self, parent_id: int, at: datetime, actor: Actor) -> None:
        node = self.graph.nodes[parent_id]
        if node.kind not in (Kind.KEY_RESULT, Kind.KPI) or node.calculation:
            return
        counting = any(e.mode != Mode.NONE for e in self.below.get(parent_id, ()))
        rule = node.rule
        if counting and rule == Rule.OWN and not node.own_reports:
            rule = Rule.CHILDREN
        elif not counting and rule != Rule.OWN:
            rule = Rule.OWN
        if rule != node.rule:
            self.graph.touch(parent_id).rule = rule
            goal = self.goals[parent_id]
            goal.rule = rule
            self._changed(goal, at, actor)

    # -- records --------------------------------------------------------------------------

    def check_in(
        self,
        at: datetime,
        actor: Person,
        goal: Goal,
        *,
        on_behalf_of: Person | None = None,
        source: str = Source.PERSON,
        supersedes: CheckIn | None = None,
        **values: Any,
    ) -> CheckIn:
        """A report, recorded at `at`; with `supersedes` it corrects that record."""
        node = self.graph.nodes[goal.pk]
        if node.state != State.ACTIVE:
            raise Conflict("Only active goals take check-ins.", code="not_active")
        if node.rule == Rule.CHILDREN or node.calculation:
            raise Conflict("Its number is made of other goals.", code="measured_by_children")
        if supersedes is not None:
            values.setdefault("for_day", supersedes.for_day)
        positions = {m.position for m in self.milestones.get(goal.pk, ())}
        report = cleaned(goal, Report(**values), local_day(self.organisation, at), positions)
        assert report.for_day is not None
        self.graph.touch(goal.pk)
        compared: Any = node.measure
        period = None
        if node.is_kpi:
            start = period_of(report.for_day, node.frequency, self.first_month)[0]
            compared = period = node.periods.get(start) or open_period(node, start)
        one = CheckIn(
            pk=self._ids[CheckIn].take(),
            organisation=self.organisation,
            goal=goal,
            for_day=report.for_day,
            value=report.value,
            numerator=report.numerator,
            denominator=report.denominator,
            milestones=report.milestones,
            text_value=report.text_value,
            confidence=report.confidence,
            pace=report.pace,
            note=report.note,
            words=dict(report.words),
            next_on=report.next_on,
            author=actor,
            on_behalf_of=on_behalf_of,
            source=source,
            recorded_at=at,
            baseline_then=compared.baseline,
            target_then=compared.target,
            low_then=compared.low,
            high_then=compared.high,
            tolerance_then=compared.tolerance,
            supersedes=supersedes,
        )
        one.period_start = period.starts if period else None  # type: ignore[attr-defined]
        self.pending.check_ins.append(one)
        was = node.progress
        if supersedes is not None:
            self._end(supersedes)
        else:
            node.own_reports += 1
        self.live.setdefault(goal.pk, []).append(live_of(one))
        self._retake(goal, node)
        node.checked_in_at = at
        node.measure_version += 1
        moved = self._settle(at)
        self._event(
            at, actor, "check_in.recorded" if supersedes is None else "check_in.corrected",
            goal, moved,
            {
                "check_in": one.pk,
                "for_day": report.for_day.isoformat(),
                "from": was,
                "to": node.progress,
            },
            on_behalf_of=on_behalf_of, source=source, itself=False,
        )  # fmt: skip
        return one

    def void(self, at: datetime, actor: Person, check_in: CheckIn, reason: str) -> None:
        """Declare a record void."""
        goal = self.goals[check_in.goal_id]
        node = self.graph.touch(goal.pk)
        was = node.progress
        self._end(check_in)
        self.pending.voidings.append(Voiding(check_in=check_in, by=actor, reason=reason, at=at))
        node.own_reports -= 1
        self._retake(goal, node)
        node.checked_in_at = max((c.recorded_at for c in self.live[goal.pk]), default=None)
        node.measure_version += 1
        moved = self._settle(at)
        data = {
            "check_in": check_in.pk,
            "for_day": check_in.for_day.isoformat(),
            "from": was,
            "to": node.progress,
        }
        self._event(at, actor, "check_in.voided", goal, moved, data, itself=False)

    def _end(self, check_in: CheckIn) -> None:
        if not check_in.live:
            raise Conflict("This record was corrected or voided already.", code="superseded")
        check_in.live = False
        live = self.live[check_in.goal_id]
        live[:] = [one for one in live if one.pk != check_in.pk]
        self.pending.ended_records.append(check_in.pk)

    def _retake(self, goal: Goal, node: Node) -> None:
        """The current record, and each period's, among the live ones."""
        live = self.live.get(goal.pk, [])
        if node.is_kpi:
            latest: dict[date, Live] = {}
            for one in live:
                start = period_of(one.for_day, node.frequency, self.first_month)[0]
                if start not in latest or _order(one) > _order(latest[start]):
                    latest[start] = one
            for start, period in node.periods.items():
                found = latest.get(start)
                if (found.pk if found else None) != period.own_record_id:
                    told = found and Told(found.pk, found.value, found.numerator, found.denominator)
                    take_period(period, told, goal.metric_kind)
        current = max(live, key=_order, default=None)
        if current is None:
            take_current(node, None)
            return
        reached = None
        if steps := self.milestones.get(goal.pk):
            for step in steps:
                step.reached = step.position in (current.milestones or ())
            reached = Decimal(sum(s.weight for s in steps if s.reached))
            self.pending.reached.update((s.pk or 0, s) for s in steps if s.pk)
        take_current(
            node,
            Current(current.pk, current.for_day, current.value, current.confidence),
            reached=reached,
        )

    # -- states, definitions, targets -------------------------------------------------------

    def state(
        self,
        at: datetime,
        actor: Actor,
        goal: Goal,
        to: str,
        *,
        reason: str = "",
        score: Decimal | None = None,
    ) -> None:
        """Move a goal, and an objective's key results that are where it is, to a state.

        Closing scores them: the goal as given, else by its progress to two places.
        """
        goals = [goal]
        if goal.kind == Kind.OBJECTIVE:
            composed = [
                e for e in self.below.get(goal.pk, ()) if e.relation == Relation.COMPOSITION
            ]
            goals += [e.child for e in composed if self.goals[e.child_id].state == goal.state]
        verb = _VERBS[to]
        for one in goals:
            progress = self.graph.nodes[one.pk].progress
            self.graph.touch(one.pk).state = to
            one.state, one.reason = to, reason
            one.score = one.closed_on = None
            if to == State.CLOSED:
                default = None if progress is None else round(Decimal(progress) / BILLION, 2)
                one.score = score if one is goal and score is not None else default
                one.closed_on = local_day(self.organisation, at)
            self._changed(one, at, actor, reason)
        moved = self._settle(at)
        for one in goals:
            self._event(at, actor, verb, one, moved, {"state": to, "reason": reason[:2000]})

    def edit(
        self,
        at: datetime,
        actor: Actor,
        goal: Goal,
        changes: Mapping[str, Any],
        *,
        reason: str = "",
    ) -> None:
        """Change columns of a definition (a retarget, a new owner, a new title)."""
        columns = goal_facts.FIELDS[goal.kind] - set(ROWS)
        before = {name: getattr(goal, name) for name in columns}
        values = goal_facts.cleaned(
            goal.kind,
            {**before, **changes, **self._row_facts(goal)},
            self.organisation.pk,
            cycle=goal.cycle,
        )
        changed = {n for n in columns if (before[n] or None) != (values.get(n, before[n]) or None)}
        if not changed:
            return
        node = self.graph.nodes[goal.pk]
        old = node.measure
        measured = changed & goal_facts.MEASURE and goal.kind in (Kind.KEY_RESULT, Kind.KPI)
        if measured:
            for edge in self.below.get(goal.pk, ()):
                if edge.mode == Mode.VALUE:
                    self.graph.touch(edge.child_id)
            self.graph.touch(goal.pk)
        if measured and values["metric_scale"] != goal.metric_scale:
            changed |= {"metric_scale"}
        for name in changed:
            setattr(goal, name, values[name])
        moved: list[int] = []
        if measured:
            node.measure, node.scale = self._measure(goal), goal.metric_scale
            node.starts, node.ends = goal.starts, goal.ends
            node.measure_version += 1
            if node.is_kpi:
                for p in node.periods.values():
                    if node.period_value(p) is None and retargeted(p, goal, old, changed):
                        self.pending.retargeted[goal.pk, p.starts] = p
            moved = self._settle(at)
        self._changed(goal, at, actor, reason)
        self._event(
            at, actor, "goal.edited", goal, moved,
            {
                "fields": sorted(changed),
                "old": {n: goal_facts.short(before[n]) for n in changed & columns},
                "new": {n: goal_facts.short(values[n]) for n in changed & columns},
                "reason": reason,
            },
        )  # fmt: skip

    def _row_facts(self, goal: Goal) -> dict[str, Any]:
        steps = self.milestones.get(goal.pk)
        if not steps:
            return {}
        names = ("position", "title", "weight", "due")
        return {"milestones": [{n: getattr(s, n) for n in names} for s in steps]}

    def targets(
        self,
        at: datetime,
        actor: Actor,
        kpi: Goal,
        targets: Mapping[date, Mapping[str, Decimal | None]],
        *,
        reason: str = "",
    ) -> None:
        """Give periods of a KPI their own targets (any day of a period names it)."""
        node = self.graph.nodes[kpi.pk]
        changes = {}
        for day, fields in targets.items():
            start = period_of(day, kpi.frequency, self.first_month)[0]
            self._lay_out(node, year_of_period(start, kpi.frequency, self.first_month))
            period = node.periods[start]
            for name, value in fields.items():
                if getattr(period, name) == value:
                    continue
                self.graph.touch(kpi.pk)
                changes[f"{start.isoformat()}.{name}"] = [
                    goal_facts.short(getattr(period, name)),
                    goal_facts.short(value),
                ]
                setattr(period, name, value)
                self.pending.retargeted[kpi.pk, start] = period
        if not changes:
            self.pending.changed[kpi.pk] = None  # new periods are written
            return
        node.measure_version += 1
        self._changed(kpi, at, actor, reason)
        moved = self._settle(at)
        self._event(at, actor, "goal.targets", kpi, moved, {"changes": changes, "reason": reason})

    # -- what every event does ------------------------------------------------------------

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
        source: str = "person",
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
                source=source,
                subject_kind="goal",
                subject_id=goal.pk,
                subject=goal.public_id,
                touched=list(ids),
                data=data,
            )
        )

    def flush(self, progress: Progress | None = None) -> None:
        """Write everything that waits; more events may follow."""
        for kind, last in self._numbers.items():
            NumberSequence.objects.update_or_create(
                organisation=self.organisation, name=kind, defaults={"last": last}
            )
        self._writer.progress = progress
        self._writer.write(self.pending, self.graph)
        self._written |= {id(v) for v in self._open_versions.values()}
        self._written |= {id(s) for s in self._open_spans.values()}
        self.pending = Pending()


_VERBS: dict[str, str] = {
    State.SUBMITTED: "goal.submitted",
    State.ACTIVE: "goal.approved",
    State.RETURNED: "goal.returned",
    State.CLOSED: "goal.closed",
    State.DROPPED: "goal.dropped",
    State.ARCHIVED: "goal.archived",
    State.DRAFT: "goal.restored",
}


def _order(one: Live) -> tuple[date, int]:
    return one.for_day, one.pk


def _plain(edge: Alignment) -> Edge:
    return Edge(edge.child_id, edge.parent_id, edge.relation, edge.mode, edge.weight)


def _flows(edge: Edge | None) -> bool:
    return edge is not None and (edge.mode != Mode.NONE or edge.relation == Relation.COMPUTES)
