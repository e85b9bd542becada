"""One goal, cycle or link by its id, for something that the person means to do to it."""

from __future__ import annotations

from typing import Literal

from django.db.models import Exists, OuterRef, QuerySet

from haidang.goals.access.facts import require, verbs_of, verbs_of_each
from haidang.goals.access.seeing import visible
from haidang.goals.models import Alignment, Cycle, Goal, Kind, Level, State, Tag
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
        return born_below(verbs_of(person, parent))
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


def born_below(verbs: frozenset[str]) -> Born | None:
    """`may_create` for a key result, by what the person may do to its objective (pure)."""
    return "active" if "accept_link" in verbs else "draft" if "edit_words" in verbs else None


def may_place(
    person: Person,
    goal: Goal,
    level: str,
    unit: Unit | None,
    owner: Person | None,
    *,
    objective: Goal | None = None,
) -> Born | None:
    """How far the person may put an existing goal at this level, in this unit, under this
    owner: as it is ("active"), only while it is not approved ("draft"), or not at all.

    It is making it there again, so `may_create` decides: a strategist gives a goal any place,
    a leader any within what they lead (that is how a leaver's goals are reassigned), and an
    owner alone moves an approved goal nowhere, hands it to nobody and raises it to no level,
    but may lower it to where they could have made it active. Besides:

    - A personal goal that stays personal is handed on by a strategist, or by a leader of both
      its owners, if it neither was nor becomes their own; its owner takes it along into a
      unit they are in.
    - A key result goes by its objective; a leader of its own unit hands it on within that.
    """
    me = standing_of(person)
    allowed = may_create(person, goal.kind, level, unit, owner=owner, parent=objective)
    if allowed == "active" or not me.is_active or me.is_viewer or me.is_guest:
        return allowed
    if unit is not None and unit.organisation_id != me.organisation_id:
        return None
    if goal.kind == Kind.KEY_RESULT:
        kept = me.leads(goal.unit) and me.leads(unit)
        return "active" if kept else allowed
    if level == goal.level == Level.INDIVIDUAL and owner is not None:
        if owner.pk == goal.owner_id == me.person_id:
            inside = unit is None or unit.pk in me.home_ids or me.leads(unit)
            return "active" if inside else allowed
        leads = me.is_strategist or (me.leads(unit or owner.unit) and me.leads(owner.unit))
        if leads and me.person_id not in (owner.pk, goal.owner_id):
            return "active"
    return allowed


def levels_open(person: Person, goal: Goal | None = None) -> list[str]:
    """The levels that the person may give a new goal, or this one as it stands; what fits
    in the end depends on unit and owner, too."""
    me = standing_of(person)
    draft = goal is None or goal.state in (State.DRAFT, State.RETURNED)
    own = goal is None or goal.owner_id == me.person_id
    open_to = {
        Level.COMPANY: me.is_strategist,
        Level.UNIT: me.is_strategist or bool(me.led_paths) or (draft and bool(me.home_ids)),
        Level.INDIVIDUAL: draft or (own and person.manager_id is None),
    }
    now = goal.level if goal is not None else ""
    return [level for level in Level if open_to[level] or level == now]


def usual_place(person: Person) -> tuple[str, Unit | None] | None:
    """The level and unit at which the person's new goal most likely lies, which is open to
    them; None for who makes no goals."""
    me = standing_of(person)
    if not me.is_active or me.is_viewer or me.is_guest:
        return None
    if me.is_strategist:
        return Level.COMPANY, person.unit
    if me.led_ids:
        led = person.unit if me.leads(person.unit) else Unit.objects.get(pk=min(me.led_ids))
        return Level.UNIT, led
    return Level.INDIVIDUAL, person.unit


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


def tags_visible(person: Person) -> QuerySet[Tag]:
    """Tags of goals that the person sees: a tag of hidden ones alone would tell of them."""
    tagged = Goal.tags.through.objects.filter(
        tag_id=OuterRef("pk"), goal_id__in=visible(person).values("id").order_by()
    )
    return Tag.objects.filter(Exists(tagged), organisation_id=person.organisation_id)


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
