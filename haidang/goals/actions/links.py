"""Edges: made, accepted, changed, moved and removed, each guarded under the structure lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.access import may, require
from haidang.goals.actions.change import again, record_event, restructuring, settle, slice_above
from haidang.goals.actions.fits import (
    COMPOSED,
    SHOWN_ONLY,
    check_pair,
    check_relation,
    default_mode,
    guess_relation,
    refuse_cycle,
    relation_problem,
    value_problem,
)
from haidang.goals.actions.history import end_span, keep_span, keep_version
from haidang.goals.models import (
    ALLOWED,
    Alignment,
    Goal,
    Kind,
    Mode,
    Relation,
    Rule,
    State,
)
from haidang.goals.rules.combine import weight_among
from haidang.goals.rules.graph import Edge, Graph, Node
from haidang.lib.errors import Conflict, Invalid, NotFound
from haidang.people.models import Person

BY_FORMULA = _("The formula of the KPI says from what it is calculated: change the formula.")
ALREADY_LINKED = _("These two are linked already; change that link instead.")


@dataclass(frozen=True)
class LinkRequest:
    """A wish to hang a goal below `parent`; what is None takes the default."""

    parent: Goal
    relation: str | None = None
    mode: str | None = None
    weight: int | None = None
    position: int = 0


@dataclass(frozen=True)
class Terms:
    """How a link will stand: what it means, does and weighs, and whether it counts at once
    or waits for the parent's side (`accepted`)."""

    relation: str
    mode: str
    weight: int
    position: int
    accepted: bool


def link(actor: Person, child: Goal, request: LinkRequest) -> Alignment:
    """Hang a goal below another.

    A counting mode asks for the agreement of the parent's side: until then the edge is shown
    only and waits (`proposed_mode`). Raises Invalid for a circle, a second edge between the
    two, a relation or a mode that does not fit; NotFound across organisations.
    """
    require(actor, child, "link")
    require(actor, request.parent, "see")
    with restructuring(actor) as at:
        return make_link(actor, again(child), request, at)


def make_link(actor: Person, child: Goal, request: LinkRequest, at: datetime) -> Alignment:
    """`link` inside a structural change that is already open (no check on the child)."""
    parent = again(request.parent)
    terms = terms_of(actor, child, parent, request)
    return insert_link(
        actor,
        child,
        parent,
        relation=terms.relation,
        mode=terms.mode,
        weight=terms.weight,
        position=terms.position,
        accepted=terms.accepted,
        at=at,
    )


def terms_of(actor: Person, child: Goal, parent: Goal, request: LinkRequest) -> Terms:
    """What `make_link` makes of a wish, refused as there; nothing is written.

    `parent` is that of the request as it stands now.
    """
    relation, mode = checked_link(actor, child, parent, request)
    weight = _weight_for(parent.pk) if request.weight is None else request.weight
    accepted = mode == Mode.NONE or may(actor, parent, "accept_link")
    return Terms(relation, mode, weight, request.position, accepted)


def checked_link(actor: Person, child: Goal, parent: Goal, request: LinkRequest) -> tuple[str, str]:
    """The relation and the mode of a link that could be made now; every other raises."""
    refuse_gone(parent)
    relation = request.relation or guess_relation(child, parent)
    mode = request.mode or default_mode(child, parent, relation)
    check_pair(child, parent, relation, mode, request.weight)
    check_relation(child, parent, relation)
    if relation == Relation.COMPOSITION:
        raise Invalid(COMPOSED, code="relation")
    if relation == Relation.COMPUTES:
        refuse_by_hand(parent)
    if Alignment.objects.filter(child=child, parent=parent).exists():
        raise Conflict(ALREADY_LINKED, code="already_linked", field="parent")
    refuse_cycle(child, parent)
    refuse_weight(actor, parent, request.weight)
    return relation, mode


def refuse_gone(parent: Goal) -> None:
    if parent.state in (State.DROPPED, State.ARCHIVED):
        raise Conflict(
            _("The parent is dropped or archived: nothing counts there any more."),
            code="gone",
            field="parent",
        )


def refuse_weight(actor: Person, parent: Goal, weight: int | None) -> None:
    """Weights among children are the parent's side's to give: from others only the mean of
    the siblings' is taken, which it would be anyway."""
    if weight is None or may(actor, parent, "weigh") or weight == _weight_for(parent.pk):
        return
    raise not_yours_to_weigh()


def not_yours_to_weigh() -> Invalid:
    return Invalid(
        _("The parent's side gives the weight: leave it empty."), code="not_yours", field="weight"
    )


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
        weight=_weight_for(parent.pk) if weight is None else weight,
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


def _weight_for(parent_id: int) -> int:
    weights = Alignment.objects.filter(parent_id=parent_id, mode=Mode.AVERAGE)
    return weight_among(weights.values_list("weight", flat=True))


def accept_link(actor: Person, edge: Alignment) -> Alignment:
    """The parent's side agrees that the child counts."""
    require(actor, edge.parent, "accept_link")
    with restructuring(actor) as at:
        edge = edge_again(edge)
        if not edge.proposed_mode:
            raise Conflict(_("Nothing waits for acceptance here."), code="not_proposed")
        check_pair(edge.child, edge.parent, edge.relation, edge.proposed_mode, edge.weight)
        return _set(
            actor, edge, at, "link.accepted", mode=edge.proposed_mode, proposed_mode="",
            proposed_by=None,
        )  # fmt: skip


def decline_link(actor: Person, edge: Alignment) -> Alignment:
    """The parent's side declines: the link stays, shown only."""
    require(actor, edge.parent, "accept_link")
    with restructuring(actor) as at:
        edge = edge_again(edge)
        if not edge.proposed_mode:
            raise Conflict(_("Nothing waits for acceptance here."), code="not_proposed")
        return _set(actor, edge, at, "link.declined", proposed_mode="", proposed_by=None)


def change_link(
    actor: Person,
    edge: Alignment,
    *,
    mode: str | None = None,
    weight: int | None = None,
    relation: str | None = None,
) -> Alignment:
    """Change an edge. A counting mode waits for the parent's side; a weight is its to give."""
    if weight is not None:
        require(actor, edge.parent, "weigh")
    if (mode or relation) and not may(actor, edge.parent, "accept_link"):
        require(actor, edge.child, "link")
    with restructuring(actor) as at:
        edge = edge_again(edge)
        if (
            relation
            and relation != edge.relation
            and Relation.COMPOSITION
            in (
                relation,
                edge.relation,
            )
        ):
            raise Invalid(COMPOSED)
        if (
            relation
            and relation != edge.relation
            and Relation.COMPUTES in (relation, edge.relation)
        ):
            refuse_by_hand(edge.parent)
        relation = relation or edge.relation
        wanted = mode or edge.mode
        check_pair(edge.child, edge.parent, relation, wanted, weight)
        if relation != edge.relation:
            check_relation(edge.child, edge.parent, relation)
        fields: dict[str, Any] = {"relation": relation}
        if weight is not None:
            fields["weight"] = weight
        if mode is not None and mode != edge.mode:
            if mode == Mode.NONE or may(actor, edge.parent, "accept_link"):
                fields.update(mode=mode, proposed_mode="", proposed_by=None)
            else:
                fields.update(proposed_mode=mode, proposed_by=actor)
        return _set(actor, edge, at, "link.changed", **fields)


def move_link(
    actor: Person, edge: Alignment, new_parent: Goal, like: LinkRequest | None = None
) -> Alignment:
    """Hang the child below another parent instead, in one change, on the same terms.

    The relation and the mode are kept where they fit the new parent; the weight by who may
    weigh there, from others the link takes the mean of its new siblings'. `like` gives
    other terms to keep: those from before a move that is taken back.
    """
    require(actor, edge.child, "link")
    require(actor, new_parent, "see")
    with restructuring(actor) as at:
        edge = edge_again(edge)
        refuse_composed(edge)
        if edge.parent_id == new_parent.pk:
            return edge
        return hang_elsewhere(actor, edge, again(new_parent), at, like=like)


def refuse_composed(edge: Alignment) -> None:
    """A key result stays with its objective, and an input with the formula that names it."""
    if edge.relation == Relation.COMPOSITION:
        raise Invalid(COMPOSED)
    if edge.relation == Relation.COMPUTES:
        refuse_by_hand(edge.parent)


def refuse_by_hand(parent: Goal) -> None:
    """What a formula names is linked by the formula, and by nobody else."""
    if parent.calculation == "expression":
        raise Conflict(BY_FORMULA, code="by_formula", field="relation")


def hang_elsewhere(
    actor: Person,
    edge: Alignment,
    new_parent: Goal,
    at: datetime,
    *,
    shown_only: bool = False,
    like: LinkRequest | None = None,
) -> Alignment:
    """`move_link` inside a structural change that is already open (no check on the child)."""
    child = again(edge.child)
    request = terms_elsewhere(actor, edge, child, new_parent, shown_only=shown_only, like=like)
    remove_link(actor, edge, at)
    return make_link(actor, child, request, at)


def terms_elsewhere(
    actor: Person,
    edge: Alignment,
    child: Goal,
    new_parent: Goal,
    *,
    shown_only: bool = False,
    like: LinkRequest | None = None,
) -> LinkRequest:
    """On which terms a link goes to another parent: its own (or those of `like`), as far as
    they fit there."""
    relation = (like and like.relation) or edge.relation
    fits = (child.kind, new_parent.kind) in ALLOWED[relation]
    if not fits or relation_problem(child, new_parent, relation):
        relation = guess_relation(child, new_parent)
    mode = edge.mode if edge.mode != Mode.NONE else (edge.proposed_mode or Mode.NONE)
    mode = (like and like.mode) or mode
    shown_only = shown_only or relation in SHOWN_ONLY or bool(new_parent.calculation)
    if shown_only or (mode == Mode.VALUE and value_problem(child, new_parent)):
        mode = Mode.NONE
    weight: int | None = None
    if may(actor, new_parent, "weigh"):
        weight = edge.weight if like is None or like.weight is None else like.weight
    return LinkRequest(new_parent, relation, mode, weight, edge.position)


def unlink(actor: Person, edge: Alignment) -> None:
    """Take an edge away; its past stays in its span."""
    if not may(actor, edge.parent, "accept_link"):
        require(actor, edge.child, "link")
    with restructuring(actor) as at:
        edge = edge_again(edge)
        refuse_composed(edge)
        remove_link(actor, edge, at)


def remove_link(actor: Person, edge: Alignment, at: datetime) -> None:
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


def _set(actor: Person, edge: Alignment, at: datetime, verb: str, **fields: Any) -> Alignment:
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
