"""States, definitions and targets that change in a load."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from haidang.checkins.bulk.load import Actor, Load
from haidang.goals.actions import facts as goal_facts
from haidang.goals.actions.change import local_day
from haidang.goals.actions.create import ROWS
from haidang.goals.actions.ledger import Basis, Moved, targets_in
from haidang.goals.actions.targets import retargeted
from haidang.goals.models import (
    Goal,
    Kind,
    Mode,
    Relation,
    State,
)
from haidang.goals.rules.metric import BILLION
from haidang.goals.rules.periods import (
    period_of,
    year_of_period,
)
from haidang.people.models import Person

_VERBS: dict[str, str] = {
    State.SUBMITTED: "goal.submitted",
    State.ACTIVE: "goal.approved",
    State.RETURNED: "goal.returned",
    State.CLOSED: "goal.closed",
    State.DROPPED: "goal.dropped",
    State.ARCHIVED: "goal.archived",
    State.DRAFT: "goal.restored",
}


class Changes(Load):
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
            answered=goal.fields,
            own=self.own_fields,
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
                taken = []
                for p in node.periods.values():
                    before = targets_in(p)
                    if node.period_value(p) is None and retargeted(p, goal, old, changed):
                        self.pending.retargeted[goal.pk, p.starts] = p
                        taken.append(Moved(p.starts, before, targets_in(p)))
                self._enter(goal, taken, at, actor, Basis(reason))
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
        asked_by: Person | None = None,
    ) -> None:
        """Give periods of a KPI their own targets (any day of a period names it); where
        somebody asked for it, the actor granted it."""
        node = self.graph.nodes[kpi.pk]
        changes = {}
        taken: list[Moved] = []
        there = set(node.periods)
        for day, fields in targets.items():
            start = period_of(day, kpi.frequency, self.first_month)[0]
            self._lay_out(node, year_of_period(start, kpi.frequency, self.first_month))
            period = node.periods[start]
            before = targets_in(period)
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
            if targets_in(period) != before:
                known = before if start in there else None
                taken.append(Moved(start, known, targets_in(period)))
        if not changes:
            self.pending.changed[kpi.pk] = None  # new periods are written
            return
        node.measure_version += 1
        basis = Basis(reason, asked_by, actor if asked_by else None)
        self._enter(kpi, taken, at, actor, basis)
        self._changed(kpi, at, actor, reason)
        moved = self._settle(at)
        self._event(at, actor, "goal.targets", kpi, moved, {"changes": changes, "reason": reason})
