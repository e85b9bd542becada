"""Links: made, accepted, changed, moved and removed, each guarded under the structure lock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.access import may, require
from haidang.goals.actions.change import again, restructuring
from haidang.goals.actions.edges import edge_again, insert_link, remove_link, set_edge
from haidang.goals.actions.fits import COMPOSED, check_pair, check_relation
from haidang.goals.actions.link_terms import (
    LinkRequest,
    refuse_by_hand,
    refuse_composed,
    terms_elsewhere,
    terms_of,
)
from haidang.goals.models import Alignment, Goal, Mode, Relation
from haidang.lib.errors import Conflict, Invalid
from haidang.people.models import Person


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


def accept_link(actor: Person, edge: Alignment) -> Alignment:
    """The parent's side agrees that the child counts."""
    require(actor, edge.parent, "accept_link")
    with restructuring(actor) as at:
        edge = edge_again(edge)
        if not edge.proposed_mode:
            raise Conflict(_("Nothing waits for acceptance here."), code="not_proposed")
        check_pair(edge.child, edge.parent, edge.relation, edge.proposed_mode, edge.weight)
        return set_edge(
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
        return set_edge(actor, edge, at, "link.declined", proposed_mode="", proposed_by=None)


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
        relation = relation or edge.relation
        is_other = relation != edge.relation
        if is_other and Relation.COMPOSITION in (relation, edge.relation):
            raise Invalid(COMPOSED)
        if is_other and Relation.COMPUTES in (relation, edge.relation):
            refuse_by_hand(edge.parent)
        check_pair(edge.child, edge.parent, relation, mode or edge.mode, weight)
        if is_other:
            check_relation(edge.child, edge.parent, relation)
        fields: dict[str, Any] = {"relation": relation}
        if weight is not None:
            fields["weight"] = weight
        if mode is not None and mode != edge.mode:
            if mode == Mode.NONE or may(actor, edge.parent, "accept_link"):
                fields.update(mode=mode, proposed_mode="", proposed_by=None)
            else:
                fields.update(proposed_mode=mode, proposed_by=actor)
        return set_edge(actor, edge, at, "link.changed", **fields)


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


def unlink(actor: Person, edge: Alignment) -> None:
    """Take an edge away; its past stays in its span."""
    if not may(actor, edge.parent, "accept_link"):
        require(actor, edge.child, "link")
    with restructuring(actor) as at:
        edge = edge_again(edge)
        refuse_composed(edge)
        remove_link(actor, edge, at)
