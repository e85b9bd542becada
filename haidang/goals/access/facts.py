"""What lies between a person and goals, read from the database, and the verbs it opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from django.db.models import Q, QuerySet

from haidang.goals.access.verbs import VERBS, Facts, Relation, openers, relations, sees
from haidang.goals.models import Goal, Level, Participant, ParticipantRole
from haidang.lib.errors import Forbidden, NotFound
from haidang.people.access import Membership, standing_of, today_of
from haidang.people.models import Person, Unit

_R = Relation


def facts_of(person: Person, goals: Iterable[Goal], *, alone: bool = False) -> Mapping[int, Facts]:
    """The facts between a person and each goal, by goal id: one query for all of them
    (besides owner and unit, when the goals come without). `alone`: nobody has a part in them
    yet, as in goals that are not stored; nothing is asked then."""
    me = standing_of(person)
    goals = list(goals)
    mine: dict[int, set[str]] = {goal.pk: set() for goal in goals}
    reports: set[int] = set()
    today = None
    for row in () if alone else _parts(me, mine):
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


def _parts(me: Membership, ids: Iterable[int]) -> QuerySet[Participant]:
    """The parts that the person and their reports have in these goals."""
    return Participant.objects.filter(goal_id__in=ids).filter(
        Q(person_id=me.person_id) | Q(person_id__in=me.report_ids, role=ParticipantRole.CONTRIBUTOR)
    )


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


def verbs_of_each(
    person: Person, goals: Iterable[Goal], *, alone: bool = False
) -> Mapping[int, frozenset[str]]:
    """`verbs_of` for many goals, by goal id, with the same number of queries as for one;
    `alone` as in `facts_of`."""
    me = standing_of(person)
    goals = list(goals)
    facts = facts_of(person, goals, alone=alone)
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
    require_any(person, goal, {verb})


def require_any(person: Person, goal: Goal, wanted: Set[str]) -> None:
    """Raise NotFound for who does not see the goal, Forbidden for who may do none of these."""
    verbs = verbs_of(person, goal)
    if "see" not in verbs:
        raise NotFound
    if not verbs & wanted:
        raise Forbidden


def on_behalf(person: Person, goal: Goal) -> bool:
    """Whether a check-in by this person is on behalf of the owner, to be shown as such: only
    leadership or the strategy office opens it to them."""
    held = relations_of(person, [goal])[goal.pk]
    own = {_R.OWNER, _R.CONTRIBUTOR, _R.DELEGATE, _R.DATA_OWNER}
    return not held & own and bool(held & VERBS["check_in"])


def require_check_in(person: Person, goal: Goal) -> bool:
    """`require` for "check_in" and `on_behalf` at once: whether it is on behalf of the owner.

    The hottest way through access: an owner and a data owner are known without a query.
    """
    me = standing_of(person)
    if goal.organisation_id != me.organisation_id or not me.is_active:
        raise NotFound
    if person.pk in (goal.owner_id, goal.data_owner_id) and not me.is_viewer:
        return False
    require(person, goal, "check_in")
    return on_behalf(person, goal)


def check_in_rights(person: Person, goals: Iterable[Goal]) -> Mapping[int, bool | None]:
    """`require_check_in` of many goals that the person sees, by goal id, in one query:
    whether it is on behalf of the owner; None where it is not open to them."""
    own = {_R.OWNER, _R.CONTRIBUTOR, _R.DELEGATE, _R.DATA_OWNER}
    return {
        goal_id: not held & own if held & VERBS["check_in"] else None
        for goal_id, held in relations_of(person, goals).items()
    }
