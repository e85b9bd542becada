"""One goal, cycle or link by its id, for something that the person means to do to it."""

from __future__ import annotations

from typing import Literal

from django.db.models import QuerySet

from haidang.goals.access.facts import require, verbs_of, verbs_of_each
from haidang.goals.access.seeing import visible
from haidang.goals.models import Alignment, Cycle, Goal, Kind, Level
from haidang.lib.errors import Forbidden, NotFound
from haidang.people.access import public_id_of, standing_of
from haidang.people.models import Person, Unit


def goal_for(person: Person, public_id: str, to: str = "see", *, kind: str | None = None) -> Goal:
    """The goal of that id (and kind), if the person may do `to`.

    Raises NotFound for a stranger, as for a goal that does not exist, and Forbidden for who
    sees it but may not do `to`. Comes with its standing, owner, unit and cycle.
    """
    rows = visible(person).filter(public_id=public_id_of(public_id))
    if kind is not None:
        rows = rows.filter(kind=kind)
    goal = rows.select_related("standing", "owner", "unit", "cycle", "organisation").first()
    if goal is None:
        raise NotFound
    if to != "see":
        require(person, goal, to)
    return goal


Born = Literal["active", "draft"]


def may_create(
    person: Person,
    kind: str,
    level: str = "",
    unit: Unit | None = None,
    *,
    owner: Person | None = None,
    parent: Goal | None = None,
) -> Born | None:
    """In which state a goal that the person creates is born; None when they may not.

    Ultimate goals, pillars and company goals: strategists, active. Unit goals: leaders of
    the unit and strategists, active; its members, as drafts to submit. Individual goals
    (`owner`, by default oneself): one's own, active where no manager could approve it, else
    a draft; a report's, as a proposal (draft). A key result goes by its objective (`parent`):
    active for its owner, leader and strategists, a draft for its other editors.
    """
    me = standing_of(person)
    if not me.is_active or me.is_viewer or me.is_guest:
        return None
    if unit is not None and unit.organisation_id != me.organisation_id:
        return None
    if kind == Kind.KEY_RESULT:
        if parent is None:
            return None
        verbs = verbs_of(person, parent)
        return "active" if "accept_link" in verbs else "draft" if "edit_words" in verbs else None
    if kind in (Kind.ULTIMATE, Kind.PILLAR) or level == Level.COMPANY:
        return "active" if me.is_strategist else None
    if level == Level.UNIT:
        if unit is None:
            return None
        if me.is_strategist or me.leads(unit):
            return "active"
        return "draft" if unit.pk in me.home_ids else None
    if level == Level.INDIVIDUAL:
        if owner is None or owner.pk == me.person_id:
            return "draft" if person.manager_id else "active"
        return "draft" if owner.pk in me.report_ids else None
    return None


def cycles_visible(person: Person) -> QuerySet[Cycle]:
    """The organisation's cycles; for a guest those of the goals shared with them."""
    me = standing_of(person)
    cycles = Cycle.objects.filter(organisation_id=me.organisation_id)
    if not me.is_active:
        return cycles.none()
    if me.is_guest:
        return cycles.filter(id__in=visible(person).values("cycle_id").order_by())
    return cycles


def may_cycle(person: Person, verb: str) -> bool:
    """Whether the person may "create", "edit" or "set_state" cycles: strategists."""
    if verb not in CYCLE_VERBS:
        raise KeyError(verb)
    me = standing_of(person)
    return me.is_active and (verb == "see" or me.is_strategist)


CYCLE_VERBS = frozenset({"see", "create", "edit", "set_state"})


def cycle_for(person: Person, public_id: str, to: str = "see") -> Cycle:
    """The cycle of that id, if the person may do `to`; else NotFound or Forbidden."""
    cycle = cycles_visible(person).filter(public_id=public_id_of(public_id)).first()
    if cycle is None:
        raise NotFound
    if not may_cycle(person, to):
        raise Forbidden
    return cycle


#: verb on a link > the verb that opens it on its child, and on its parent.
LINK_VERBS: dict[str, tuple[str | None, str | None]] = {
    "see": (None, None),
    "accept": (None, "accept_link"),
    "decline": (None, "accept_link"),
    "weigh": (None, "weigh"),
    "change": ("link", None),  # mode and relation: counts again only once accepted
    "move": ("link", None),
    "unlink": ("link", "accept_link"),
}


def alignment_for(
    person: Person, child_public_id: str, parent_public_id: str, to: str = "see"
) -> Alignment:
    """The link between two goals, if the person may do `to` (a key of LINK_VERBS).

    One must see both ends; but who keeps the parent decides about whatever hangs on it, a
    private child too, whose words the caller then leaves out.
    """
    of_child, of_parent = LINK_VERBS[to]
    link = (
        Alignment.objects.filter(
            organisation_id=person.organisation_id,
            child__public_id=public_id_of(child_public_id),
            parent__public_id=public_id_of(parent_public_id),
        )
        .select_related("child__owner", "child__unit", "child__cycle")
        .select_related("parent__owner", "parent__unit", "parent__cycle")
        .first()
    )
    if link is None:
        raise NotFound
    child, parent = link.child, link.parent
    verbs = verbs_of_each(person, [child, parent])
    if "see" not in verbs[parent.pk]:
        raise NotFound
    keeps = of_parent is not None and of_parent in verbs[parent.pk]
    if "see" not in verbs[child.pk] and not keeps:
        raise NotFound
    if to != "see" and not keeps and of_child not in verbs[child.pk]:
        raise Forbidden
    return link
