"""Links that are made and taken away in a load."""

from __future__ import annotations

from datetime import datetime

from haidang.checkins.bulk.load import Actor, Load
from haidang.goals.actions.fits import check_pair, check_relation, default_mode, guess_relation
from haidang.goals.actions.link_terms import LinkRequest
from haidang.goals.models import Alignment, Goal, Kind, Mode, Relation, Rule
from haidang.goals.rules.combine import weight_among
from haidang.goals.rules.node import Edge
from haidang.lib.errors import Conflict, Invalid


class Links(Load):
    def link(self, at: datetime, actor: Actor, child: Goal, request: LinkRequest) -> Alignment:
        """Hang a goal below another; accepted at once where `accepts` says so."""
        return self._link(at, actor, child, request, None)

    def accepts(self, actor: Actor, parent: Goal) -> bool:
        """Whether who links may also say for the parent's side that the child counts."""
        return True

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
            accepted = True
        else:
            relation = request.relation or guess_relation(child, parent, above)
            mode = request.mode or default_mode(child, parent, relation)
            check_pair(child, parent, relation, mode, request.weight)
            check_relation(child, parent, relation, above)
            if (child.pk, parent.pk) in self.edges:
                raise Conflict("These two are linked already.", code="already_linked")
            if child.pk in self._ancestors(parent.pk):
                raise Invalid("This would make a circle.", code="cycle", field="parent")
            accepted = mode == Mode.NONE or self.accepts(actor, parent)
        weight = request.weight
        if weight is None:
            siblings = self.below.get(parent.pk, ())
            weight = weight_among(e.weight for e in siblings if e.mode == Mode.AVERAGE)
        edge = Alignment(
            organisation=self.organisation,
            child=child,
            parent=parent,
            relation=relation,
            mode=mode if accepted else Mode.NONE,
            proposed_mode="" if accepted else mode,
            proposed_by=None if accepted else actor,
            weight=weight,
            position=request.position,
            since=at,
        )
        self._index(edge)
        self.pending.edges[child.pk, parent.pk] = edge
        self._span(edge, at, actor)
        moved = self._recount(edge, None, at, actor)
        self._event(
            at, actor, "link.made" if accepted else "link.proposed", child, [parent.pk, *moved],
            {"parent": parent.public_id, "relation": relation, "mode": mode},
        )  # fmt: skip
        return edge

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


def _plain(edge: Alignment) -> Edge:
    return Edge(edge.child_id, edge.parent_id, edge.relation, edge.mode, edge.weight)


def _flows(edge: Edge | None) -> bool:
    return edge is not None and (edge.mode != Mode.NONE or edge.relation == Relation.COMPUTES)
