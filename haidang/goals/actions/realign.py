"""Hanging a goal elsewhere: where it cannot go, what would change, and doing it.

What is foretold and what happens are one arithmetic: both load the same slice, change the
same edge and let `rules.graph` settle; only one of them stores it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from haidang.goals.access import require
from haidang.goals.actions.change import again, slice_above
from haidang.goals.actions.edges import edge_again, flows, plain_edge, rule_with
from haidang.goals.actions.fits import CIRCLE, COMPOSED, ITSELF
from haidang.goals.actions.link_terms import (
    ALREADY_LINKED,
    LinkRequest,
    Terms,
    refuse_composed,
    terms_elsewhere,
    terms_of,
)
from haidang.goals.actions.links import link, move_link
from haidang.goals.models import Alignment, Goal, Mode, Relation
from haidang.goals.rules.graph import Graph
from haidang.goals.rules.node import Edge, Node
from haidang.lib.errors import Invalid
from haidang.people.models import Person


class Stood(NamedTuple):
    """Where a goal stands: progress in billionths, the actual, and how much is measured."""

    progress: int | None
    actual: Decimal | None
    measured: int
    terms: int


@dataclass(frozen=True)
class Outcome:
    """What a move would do: the terms of the new link, and every goal whose number would be
    another (before, after), children before parents, whoever may see them."""

    terms: Terms
    moved: Mapping[int, tuple[Stood, Stood]]


def realign(
    actor: Person,
    child: Goal,
    new_parent: Goal,
    edge: Alignment | None = None,
    like: LinkRequest | None = None,
) -> Alignment:
    """Hang a goal below another parent: instead of an edge's, or besides what it has."""
    if edge is not None:
        return move_link(actor, edge, new_parent, like)
    wish = LinkRequest(new_parent, like.relation, like.mode) if like else LinkRequest(new_parent)
    return link(actor, child, wish)


def foresee(actor: Person, child: Goal, new_parent: Goal, edge: Alignment | None = None) -> Outcome:
    """What `realign` would do, refused as it would be; nothing is written.

    The caller reads in one snapshot (`lib.database.reading`).
    """
    require(actor, child, "link")
    require(actor, new_parent, "see")
    child, parent = again(child), again(new_parent)
    request = LinkRequest(parent)
    old = None
    if edge is not None:
        edge = edge_again(edge)
        refuse_composed(edge)
        request = terms_elsewhere(actor, edge, child, parent)
        old = plain_edge(edge)
    terms = terms_of(actor, child, parent, request)
    mode = terms.mode if terms.accepted else Mode.NONE
    new = Edge(child.pk, parent.pk, terms.relation, mode, terms.weight)
    if not flows(old) and not flows(new):
        return Outcome(terms, {})
    graph = slice_above(actor, [child.pk, parent.pk, *([old.parent] if old else [])])
    before = {key: _stands(node) for key, node in graph.nodes.items()}
    graph.touch(child.pk)
    for one in (old, new):
        if one is not None and flows(one):
            (graph.drop if one is old else graph.add)(one)
            _follow_rule(graph, one, counts=one is new)
            _follow_inputs(graph, one, terms.position, added=one is new)
    moved = graph.settle()
    after = {key: _stands(graph.nodes[key]) for key in moved}
    return Outcome(
        terms, {key: (before[key], after[key]) for key in moved if before[key] != after[key]}
    )


def _stands(node: Node) -> Stood:
    return Stood(node.progress, node.actual, node.terms_measured, node.terms_total)


def _follow_rule(graph: Graph, edge: Edge, *, counts: bool) -> None:
    """The parent's rule, as `links.adjust_rule` will store it."""
    parent = graph.nodes[edge.parent]
    others = Alignment.objects.filter(parent_id=edge.parent).exclude(child_id=edge.child)
    counting = (counts and edge.mode != Mode.NONE) or others.exclude(mode=Mode.NONE).exists()
    rule = rule_with(parent, counting)
    if rule != parent.rule:
        graph.touch(edge.parent).rule = rule


def _follow_inputs(graph: Graph, edge: Edge, position: int, *, added: bool) -> None:
    """The inputs of a calculated KPI, in the order in which they will be."""
    if edge.relation != Relation.COMPUTES or not graph.nodes[edge.parent].calculation:
        return
    rows = Alignment.objects.filter(parent_id=edge.parent, relation=Relation.COMPUTES)
    order = list(rows.order_by("position", "id").values_list("position", "child_id"))
    order = [row for row in order if row[1] != edge.child]
    if added:
        at = sum(row[0] <= position for row in order)
        order.insert(at, (position, edge.child))
    graph.inputs[edge.parent] = [child for _, child in order]
    graph.recalculate(edge.parent)


# -- where it cannot go ------------------------------------------------------------------


class Closed(NamedTuple):
    """Goals below which another cannot be hung, and why."""

    reason: Any
    ids: Sequence[int]


def forbidden(actor: Person, child: Goal, relation: str = "") -> list[Closed]:
    """Where a goal cannot go whatever the terms, by reason; what only `foresee` finds out
    (units of measure, a parent that is dropped or archived) is refused there.

    Ids of all goals of the organisation that lie so; the caller shows those that are seen.
    Raises Invalid where it can go nowhere: `relation` is that of the link that would go.
    """
    require(actor, child, "link")
    if relation == Relation.COMPOSITION:
        raise Invalid(COMPOSED)
    linked = Alignment.objects.filter(child=child).order_by().values_list("parent_id", flat=True)
    below = _below(child.pk)
    return [
        Closed(ITSELF, [child.pk]),
        Closed(ALREADY_LINKED, list(linked)),
        Closed(CIRCLE, below),
    ]


def _below(goal_id: int) -> list[int]:
    """Ids of everything below a goal, over edges of every kind."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE down(id) AS (
              SELECT child_id FROM goals_alignment WHERE parent_id = %s
              UNION
              SELECT a.child_id FROM goals_alignment a JOIN down ON a.parent_id = down.id
            ) SELECT id FROM down
            """,
            [goal_id],
        )
        return [row[0] for row in cursor.fetchall()]
