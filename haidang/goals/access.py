"""Who may do what to a goal, a cycle and a link: the only way to any of them.

The table of verbs is data (`VERBS`): a verb is open to whoever stands in one of the named
relations to the goal and may see it. Seeing is decided twice by the same facts: in SQL for
lists (`visible`) and in Python for a goal at hand (`sees`); a test holds them equal.

A guest has only relations that name them; a viewer sees and does nothing else; an
administrator has no right to goals as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from django.db.models import Q, QuerySet

from haidang.goals.models import (
    Alignment,
    Cycle,
    CycleState,
    Goal,
    Kind,
    Level,
    Participant,
    ParticipantRole,
    State,
    Visibility,
)
from haidang.lib.errors import Forbidden, NotFound
from haidang.people.access import Membership, public_id_of, standing_of, today_of
from haidang.people.models import Person, Unit


class Relation(StrEnum):
    """What a person is to a goal."""

    SEER = "seer"  # sees it and is more than a viewer
    OWNER = "owner"  # or stands in for a missing one: strategist, leader of its unit
    AUTHOR = "author"  # made it, and it is still a draft
    PROPOSED_TO = "proposed_to"  # owns what somebody else proposed, not accepted yet
    CONTRIBUTOR = "contributor"
    MANAGER = "manager"  # of the owner
    DELEGATE = "delegate"  # named for check-ins, today
    DATA_OWNER = "data_owner"
    LEADER = "leader"  # of its unit or a unit above
    STRATEGIST = "strategist"
    APPROVER = "approver"  # never the owner


_R = Relation
_EDITORS = frozenset({_R.OWNER, _R.CONTRIBUTOR, _R.LEADER, _R.STRATEGIST})
_KEEPERS = frozenset({_R.OWNER, _R.LEADER, _R.STRATEGIST})

#: verb > relations that open it. `see` is by visibility alone; `edit_measure` depends on
#: the state (`measure_editors`); what else a state forbids is the action's to refuse.
VERBS: dict[str, frozenset[Relation]] = {
    "see": frozenset(),
    "comment": frozenset({_R.SEER}),
    "follow": frozenset({_R.SEER}),
    "check_in": frozenset(
        {_R.OWNER, _R.CONTRIBUTOR, _R.DELEGATE, _R.DATA_OWNER, _R.LEADER, _R.STRATEGIST}
    ),
    "edit_words": _EDITORS | {_R.AUTHOR},
    "edit_measure": frozenset(),
    "set_targets": _KEEPERS | {_R.AUTHOR},  # of periods that have none yet
    "submit": frozenset({_R.OWNER, _R.AUTHOR}),
    "accept": frozenset({_R.PROPOSED_TO}),
    "approve": frozenset({_R.APPROVER}),
    "return": frozenset({_R.APPROVER}),
    "link": _EDITORS | {_R.AUTHOR},
    "accept_link": _KEEPERS,
    "weigh": _KEEPERS,
    "close": frozenset({_R.OWNER, _R.STRATEGIST}),
    "confirm_close": frozenset({_R.APPROVER, _R.STRATEGIST}),
    "reopen": frozenset({_R.APPROVER, _R.STRATEGIST}),
    "drop": _KEEPERS,
    "archive": _KEEPERS,
    "restore": _KEEPERS,
    "delete": frozenset({_R.OWNER}),
    "share": _KEEPERS,
}

_FREE = frozenset({State.DRAFT, State.RETURNED})
#: Parts in a goal that let its holder see it. Following does not: one follows what one sees.
_SHARED = (ParticipantRole.CONTRIBUTOR, ParticipantRole.NAMED)


@dataclass(frozen=True, slots=True)
class Facts:
    """What lies between one person and one goal, read from the database."""

    is_owner: bool = False
    is_data_owner: bool = False
    is_contributor: bool = False
    is_delegate: bool = False
    is_named: bool = False
    manages_owner: bool = False
    manages_contributor: bool = False
    is_member: bool = False  # of the goal's unit or a part of it
    leads: bool = False  # the goal's unit or one above


def measure_editors(goal: Goal) -> frozenset[Relation]:
    """Who changes measure and dates: free as a draft; then the owner with a reason; a KPI,
    or anything once its cycle is closing, only with the approver."""
    if goal.state in _FREE:
        return VERBS["edit_words"]
    locked = goal.cycle is not None and goal.cycle.state in (CycleState.CLOSING, CycleState.CLOSED)
    if goal.kind == Kind.KPI or locked:
        return frozenset({_R.APPROVER})
    return frozenset({_R.OWNER})


def openers(goal: Goal, verb: str) -> frozenset[Relation]:
    """The relations that open a verb on this goal, as it stands."""
    return measure_editors(goal) if verb == "edit_measure" else VERBS[verb]


def sees(me: Membership, goal: Goal, facts: Facts) -> bool:
    """Whether the goal's visibility includes the person (pure)."""
    if not me.is_active or goal.organisation_id != me.organisation_id:
        return False
    if (
        facts.is_owner
        or facts.is_data_owner
        or facts.is_contributor
        or facts.is_delegate
        or facts.is_named
    ):
        return True
    if me.is_guest or goal.visibility == Visibility.PRIVATE:
        return False
    if goal.visibility == Visibility.ORGANISATION or me.is_strategist:
        return True
    if facts.manages_owner or facts.manages_contributor:
        return True
    return goal.visibility == Visibility.UNIT and (facts.is_member or facts.leads)


def relations(me: Membership, goal: Goal, facts: Facts) -> frozenset[Relation]:
    """All relations of a person who sees the goal; none for who does not (pure)."""
    if not sees(me, goal, facts) or me.is_viewer:
        return frozenset()
    strategist = me.is_strategist
    leader = facts.leads and not me.is_guest
    steward = goal.owner_id is None and (
        strategist or (leader and goal.level not in ("", Level.COMPANY))
    )
    owner = facts.is_owner or steward
    found = {
        _R.SEER: True,
        _R.OWNER: owner,
        _R.AUTHOR: goal.created_by_id == me.person_id and goal.state in _FREE,
        _R.PROPOSED_TO: facts.is_owner
        and goal.proposed_by_id not in (None, me.person_id)
        and goal.state in (*_FREE, State.SUBMITTED),
        _R.CONTRIBUTOR: facts.is_contributor,
        _R.MANAGER: facts.manages_owner and not me.is_guest,
        _R.DELEGATE: facts.is_delegate,
        _R.DATA_OWNER: facts.is_data_owner,
        _R.LEADER: leader,
        _R.STRATEGIST: strategist,
        _R.APPROVER: not facts.is_owner and not me.is_guest and _approves(me, goal, facts),
    }
    return frozenset(relation for relation, holds in found.items() if holds)


def _approves(me: Membership, goal: Goal, facts: Facts) -> bool:
    """The owner's manager (individual); a leader above or strategist (unit); a strategist
    (company). Where the owner has no manager, as for a unit's goal."""
    if goal.level == Level.INDIVIDUAL and goal.owner is not None and goal.owner.manager_id:
        return facts.manages_owner
    if goal.level in (Level.INDIVIDUAL, Level.UNIT) or (
        goal.kind == Kind.KEY_RESULT and goal.unit_id is not None
    ):
        return facts.leads or me.is_strategist
    return me.is_strategist


# --- reading the facts ------------------------------------------------------------------


def facts_of(person: Person, goals: Iterable[Goal]) -> Mapping[int, Facts]:
    """The facts between a person and each goal, by goal id: one query for all of them
    (besides owner and unit, when the goals come without)."""
    me = standing_of(person)
    goals = list(goals)
    mine: dict[int, set[str]] = {goal.pk: set() for goal in goals}
    reports: set[int] = set()
    today = None
    for row in Participant.objects.filter(goal_id__in=mine).filter(
        Q(person_id=me.person_id) | Q(person_id__in=me.report_ids, role=ParticipantRole.CONTRIBUTOR)
    ):
        if row.person_id != me.person_id:
            reports.add(row.goal_id)
            continue
        if row.role == ParticipantRole.DELEGATE:
            today = today or today_of(person)
            if (row.since and row.since > today) or (row.until and row.until < today):
                continue
        mine[row.goal_id].add(row.role)
    return {
        goal.pk: Facts(
            is_owner=goal.owner_id == me.person_id,
            is_data_owner=goal.data_owner_id == me.person_id,
            is_contributor=ParticipantRole.CONTRIBUTOR in mine[goal.pk],
            is_delegate=ParticipantRole.DELEGATE in mine[goal.pk],
            is_named=ParticipantRole.NAMED in mine[goal.pk],
            manages_owner=goal.owner_id in me.report_ids,
            manages_contributor=goal.pk in reports,
            is_member=goal.unit_id in me.home_ids,
            leads=bool(me.led_paths) and me.leads(_unit_of(goal)),
        )
        for goal in goals
    }


def _unit_of(goal: Goal) -> Unit | None:
    """The unit whose leaders lead the goal; an individual goal without one: its owner's."""
    if goal.unit_id is None and goal.level == Level.INDIVIDUAL and goal.owner is not None:
        return goal.owner.unit
    return goal.unit


def relations_of(person: Person, goals: Iterable[Goal]) -> Mapping[int, frozenset[Relation]]:
    """The person's relations to each goal, by goal id; empty where it is not seen."""
    me = standing_of(person)
    goals = list(goals)
    facts = facts_of(person, goals)
    return {goal.pk: relations(me, goal, facts[goal.pk]) for goal in goals}


def verbs_of(person: Person, goal: Goal) -> frozenset[str]:
    """Everything the person may do to the goal, "see" included: one query for a whole page."""
    return verbs_of_each(person, [goal])[goal.pk]


def verbs_of_each(person: Person, goals: Iterable[Goal]) -> Mapping[int, frozenset[str]]:
    """`verbs_of` for many goals, by goal id, with the same number of queries as for one."""
    me = standing_of(person)
    goals = list(goals)
    facts = facts_of(person, goals)
    answer: dict[int, frozenset[str]] = {}
    for goal in goals:
        if not sees(me, goal, facts[goal.pk]):
            answer[goal.pk] = frozenset()
            continue
        held = relations(me, goal, facts[goal.pk])
        answer[goal.pk] = frozenset(
            verb for verb in VERBS if verb == "see" or openers(goal, verb) & held
        )
    return answer


def may(person: Person, goal: Goal, verb: str) -> bool:
    """Whether the person may do `verb` (a key of VERBS) to the goal."""
    if verb not in VERBS:
        raise KeyError(verb)
    return verb in verbs_of(person, goal)


def require(person: Person, goal: Goal, verb: str) -> None:
    """Raise NotFound for who does not see the goal, Forbidden for who may not do it."""
    if verb not in VERBS:
        raise KeyError(verb)
    verbs = verbs_of(person, goal)
    if "see" not in verbs:
        raise NotFound
    if verb not in verbs:
        raise Forbidden


def on_behalf(person: Person, goal: Goal) -> bool:
    """Whether a check-in by this person is on behalf of the owner, to be shown as such: only
    leadership or the strategy office opens it to them."""
    held = relations_of(person, [goal])[goal.pk]
    own = {_R.OWNER, _R.CONTRIBUTOR, _R.DELEGATE, _R.DATA_OWNER}
    return not held & own and bool(held & VERBS["check_in"])


# --- goals ------------------------------------------------------------------------------


def visible(person: Person) -> QuerySet[Goal]:
    """Every goal the person may see: the only way to lists, counts and searches.

    organisation: everyone but guests. unit: members of the unit and its parts (of a team:
    its members), leaders of it or above, and participants. participants: owner, data owner, contributors,
    delegates, named readers, managers of owner and contributors. private: the same without
    managers. Strategists see all that is not private.
    """
    me = standing_of(person)
    goals = Goal.objects.filter(organisation_id=me.organisation_id)
    if not me.is_active:
        return goals.none()
    parts = Participant.objects.filter(person_id=me.person_id)
    today = today_of(person)
    delegated = Q(role=ParticipantRole.DELEGATE) & (
        (Q(since=None) | Q(since__lte=today)) & (Q(until=None) | Q(until__gte=today))
    )
    shared = parts.filter(Q(role__in=_SHARED) | delegated).values("goal_id").order_by()
    if me.is_guest:
        # A union of three indexed look-ups: a guest sees little, and must not scan for it.
        owned = Goal.objects.filter(owner_id=me.person_id).values("id").order_by()
        fed = Goal.objects.filter(data_owner_id=me.person_id).values("id").order_by()
        return goals.filter(id__in=owned.union(fed, shared))
    mine = Q(owner_id=me.person_id) | Q(data_owner_id=me.person_id) | Q(id__in=shared)
    if me.is_strategist:
        return goals.filter(~Q(visibility=Visibility.PRIVATE) | mine)
    seen = Q(visibility=Visibility.ORGANISATION) | mine
    if me.report_ids:
        theirs = Participant.objects.filter(
            person_id__in=me.report_ids, role=ParticipantRole.CONTRIBUTOR
        )
        seen |= Q(visibility__in=(Visibility.UNIT, Visibility.PARTICIPANTS)) & (
            Q(owner_id__in=me.report_ids) | Q(id__in=theirs.values("goal_id").order_by())
        )
    if me.home_ids:
        seen |= Q(visibility=Visibility.UNIT, unit_id__in=me.home_ids)
    if me.led_paths:
        below = Q()
        for path in me.led_paths:
            below |= Q(path__startswith=path)
        led = Unit.objects.filter(below, organisation_id=me.organisation_id)
        led_ids = led.values("id").order_by()
        their_people = Person.objects.filter(unit_id__in=led_ids).values("id").order_by()
        seen |= Q(visibility=Visibility.UNIT) & (
            Q(unit_id__in=led_ids)
            | Q(unit_id=None, level=Level.INDIVIDUAL, owner_id__in=their_people)
        )
    return goals.filter(seen)


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


# --- cycles and links -------------------------------------------------------------------


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
