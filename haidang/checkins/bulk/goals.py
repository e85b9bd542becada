"""Goals that are made in a load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from haidang.checkins.bulk.links import Links
from haidang.checkins.bulk.load import Actor
from haidang.goals.actions import facts as goal_facts
from haidang.goals.actions.change import local_day
from haidang.goals.actions.create import LAID_OUT, ROWS
from haidang.goals.actions.link_terms import LinkRequest
from haidang.goals.models import (
    Goal,
    Kind,
    Milestone,
    Participant,
    ParticipantRole,
    Relation,
    Rule,
    State,
)
from haidang.goals.models.kinds import PREFIX
from haidang.goals.rules.node import Node, derive
from haidang.goals.rules.periods import fiscal_year
from haidang.lib.errors import Invalid
from haidang.people.models import Sequence as NumberSequence


class Goals(Links):
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
            kind,
            facts,
            self.organisation.pk,
            cycle=objective.cycle if objective else None,
            own=self.own_fields,
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
            expression=goal.expression,
            public_id=goal.public_id,
            first_month=self.first_month,
            metric_kind=goal.metric_kind,
        )
        self.graph.nodes[goal.pk] = node
        return node
