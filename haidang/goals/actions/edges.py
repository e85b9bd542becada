"""How an edge is written and taken away in an open change, and moves the numbers above."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from haidang.goals.actions.change import record_event, settle, slice_above
from haidang.goals.actions.history import end_span, keep_span, keep_version
from haidang.goals.actions.link_terms import weight_for
from haidang.goals.models import Alignment, Goal, Kind, Mode, Relation, Rule
from haidang.goals.rules.graph import Graph
from haidang.goals.rules.node import Edge, Node
from haidang.lib.errors import NotFound
from haidang.people.models import Person


def insert_link(
    actor: Person,
    child: Goal,
    parent: Goal,
    *,
    relation: str,
    mode: str,
    weight: int | None,
    position: int,
    accepted: bool,
    at: datetime,
) -> Alignment:
    """Write a checked edge and move the numbers above it."""
    edge = Alignment.objects.create(
        organisation_id=child.organisation_id,
        child=child,
        parent=parent,
        relation=relation,
        mode=mode if accepted else Mode.NONE,
        proposed_mode="" if accepted else mode,
        proposed_by=None if accepted else actor,
        weight=weight_for(parent.pk) if weight is None else weight,
        position=position,
        since=at,
    )
    keep_span(edge, at, actor.pk)
    touched = _recount(actor, edge, at, before=None)
    record_event(
        actor,
        "link.made" if accepted else "link.proposed",
        child,
        at,
        touched=[parent.pk, *touched],
        data={"parent": parent.public_id, "relation": relation, "mode": mode},
    )
    return edge


def remove_link(actor: Person, edge: Alignment, at: datetime) -> None:
    """Take an edge away; the numbers above it follow, its past stays in its span."""
    before = plain_edge(edge)
    child, parent = edge.child, edge.parent
    Alignment.objects.filter(pk=edge.pk).delete()
    end_span(edge, at)
    edge.mode = Mode.NONE
    touched = _recount(actor, edge, at, before=before, removed=True)
    record_event(
        actor, "link.removed", child, at, touched=[parent.pk, *touched],
        data={"parent": parent.public_id, "relation": edge.relation},
    )  # fmt: skip


def edge_again(edge: Alignment) -> Alignment:
    """The edge as it stands under the lock, with its two goals."""
    fresh = (
        Alignment.objects.select_related("child__standing", "parent__standing")
        .select_related("child__unit", "parent__unit", "child__cycle", "parent__cycle")
        .select_related("child__owner", "parent__owner")
        .filter(pk=edge.pk)
        .first()
    )
    if fresh is None:
        raise NotFound
    return fresh


def set_edge(actor: Person, edge: Alignment, at: datetime, verb: str, **fields: Any) -> Alignment:
    """Write other fields of an edge and move the numbers above it."""
    before = plain_edge(edge)
    for name, value in fields.items():
        setattr(edge, name, value)
    edge.since = at
    edge.save(update_fields=[*fields, "since"])
    keep_span(edge, at, actor.pk)
    touched = _recount(actor, edge, at, before=before)
    record_event(
        actor, verb, edge.child, at, touched=[edge.parent_id, *touched],
        data={
            "parent": edge.parent.public_id,
            "mode": edge.proposed_mode or edge.mode,
            "weight": edge.weight,
        },
    )  # fmt: skip
    return edge


def plain_edge(edge: Alignment) -> Edge:
    return Edge(edge.child_id, edge.parent_id, edge.relation, edge.mode, edge.weight)


def flows(edge: Edge | None) -> bool:
    return edge is not None and (edge.mode != Mode.NONE or edge.relation == Relation.COMPUTES)


def _recount(
    actor: Person,
    edge: Alignment,
    at: datetime,
    *,
    before: Edge | None,
    removed: bool = False,
) -> list[int]:
    """Move the numbers above an edge from how it was to how it is; ids that moved.

    The slice is read after the edge was written, then put back to how it was for the
    moment in which the child is touched.
    """
    now = None if removed else plain_edge(edge)
    if not flows(before) and not flows(now):
        return []
    graph = slice_above(actor, [edge.child_id, edge.parent_id])
    for loaded in [e for e in graph.up.get(edge.child_id, ()) if e.parent == edge.parent_id]:
        graph.drop(loaded)
    if before is not None and flows(before):
        graph.add(before)
    graph.touch(edge.child_id)
    if before is not None and flows(before):
        graph.drop(before)
    if now is not None and flows(now):
        graph.add(now)
    adjust_rule(graph, edge.parent_id, at, actor)
    if edge.parent.calculation and Relation.COMPUTES in (
        edge.relation,
        before.relation if before else "",
    ):
        graph.recalculate(edge.parent_id)
    return settle(actor, graph, at)


def adjust_rule(graph: Graph, parent_id: int, at: datetime, actor: Person) -> None:
    """The stored rule follows the first counting child in and the last one out.

    A key result or KPI without reports becomes `children` with its first counting child;
    one that has reports stays `own`, and the person is asked. Without any counting child
    left it takes its own reports again.
    """
    parent = graph.nodes[parent_id]
    if not _follows(parent):
        return
    counting = Alignment.objects.filter(parent_id=parent_id).exclude(mode=Mode.NONE).exists()
    rule = rule_with(parent, counting)
    if rule != parent.rule:
        graph.touch(parent_id).rule = rule
        goal = Goal.objects.get(pk=parent_id)
        store_rule(goal, rule, at, actor)


def _follows(parent: Node) -> bool:
    return parent.kind in (Kind.KEY_RESULT, Kind.KPI) and not parent.calculation


def rule_with(parent: Node, counting: bool) -> str:
    """The rule of a parent that has counting children from now on, or none (pure)."""
    if not _follows(parent):
        return parent.rule
    if counting and parent.rule == Rule.OWN and not parent.own_reports:
        return Rule.CHILDREN
    return parent.rule if counting else Rule.OWN


def store_rule(goal: Goal, rule: str, at: datetime, actor: Person) -> None:
    goal.rule = rule
    goal.version += 1
    goal.save(update_fields=["rule", "version"])
    keep_version(goal, at, actor.pk)


def asks_rule(parent: Goal) -> bool:
    """Whether counting children wait beside own reports, so that a person must choose."""
    return (
        parent.rule == Rule.OWN
        and parent.kind in (Kind.KEY_RESULT, Kind.KPI)
        and not parent.calculation
        and parent.child_links.exclude(mode=Mode.NONE).exists()
    )
