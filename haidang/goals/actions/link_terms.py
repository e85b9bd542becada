"""On which terms a goal hangs below another; what does not fit is refused."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from haidang.goals.access import may
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
from haidang.goals.models import ALLOWED, GONE, Alignment, Goal, Mode, Relation
from haidang.goals.rules.combine import weight_among
from haidang.lib.errors import Conflict, Invalid
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


def terms_of(actor: Person, child: Goal, parent: Goal, request: LinkRequest) -> Terms:
    """What `make_link` makes of a wish, refused as there; nothing is written.

    `parent` is that of the request as it stands now.
    """
    relation, mode = checked_link(actor, child, parent, request)
    weight = weight_for(parent.pk) if request.weight is None else request.weight
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


def refuse_gone(parent: Goal) -> None:
    """Raise Conflict where nothing counts any more."""
    if parent.state in GONE:
        raise Conflict(
            _("The parent is dropped or archived: nothing counts there any more."),
            code="gone",
            field="parent",
        )


def refuse_weight(actor: Person, parent: Goal, weight: int | None) -> None:
    """Weights among children are the parent's side's to give: from others only the mean of
    the siblings' is taken, which it would be anyway."""
    if weight is None or may(actor, parent, "weigh") or weight == weight_for(parent.pk):
        return
    raise not_yours_to_weigh()


def not_yours_to_weigh() -> Invalid:
    return Invalid(
        _("The parent's side gives the weight: leave it empty."), code="not_yours", field="weight"
    )


def weight_for(parent_id: int) -> int:
    """What a child without a weight of its own gets: the mean of its siblings'."""
    weights = Alignment.objects.filter(parent_id=parent_id, mode=Mode.AVERAGE)
    return weight_among(weights.values_list("weight", flat=True))


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
