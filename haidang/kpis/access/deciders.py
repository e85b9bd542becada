"""Who decides about other targets: who approves the KPIs; where nobody is left who does, who
closes their periods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from haidang.goals.access import verbs_of_each
from haidang.goals.models import Alignment, Goal, Level, Mode, State, Visibility
from haidang.kpis.models import TargetChange, TargetRequest
from haidang.people.access import standing_of
from haidang.people.models import Person, Role, RoleGrant, Unit, UnitLeader

Verbs = Mapping[int, frozenset[str]]
_RANKS: dict[str, int] = {"": 0, Level.INDIVIDUAL: 1, Level.UNIT: 2, Level.COMPANY: 3}


@dataclass(frozen=True, slots=True)
class Asked:
    """Other targets of `goals`, asked for at `top`, which is one of them or is allocated."""

    top: Goal
    goals: Sequence[Goal]
    by_id: int
    below: frozenset[int]  # KPIs that add up to `top`

    @property
    def all(self) -> list[Goal]:
        return [self.top, *(goal for goal in self.goals if goal.pk != self.top.pk)]

    def owned_by(self, person: Person) -> bool:
        return any(goal.owner_id == person.pk for goal in self.goals)


def asked_at(top: Goal, goals: Sequence[Goal], by: Person) -> Asked:
    """What somebody is about to ask for."""
    return Asked(top, goals, by.pk, frozenset(_below([top.pk]).get(top.pk, ())))


def asked_in(requests: Sequence[TargetRequest]) -> dict[int, Asked]:
    """What was asked for, by the id of the request; two queries."""
    goals: dict[int, dict[int, Goal]] = {one.pk: {} for one in requests}
    rows = TargetChange.objects.filter(request__in=requests)
    for row in rows.select_related("goal__owner__unit", "goal__unit", "goal__organisation"):
        goals[row.request_id][row.goal_id] = row.goal
    below = _below([one.goal_id for one in requests])
    return {
        one.pk: Asked(
            one.goal, list(goals[one.pk].values()), one.asked_by_id,
            frozenset(below.get(one.goal_id, ())),
        )
        for one in requests
    }  # fmt: skip


def _below(tops: Iterable[int]) -> dict[int, set[int]]:
    links = Alignment.objects.filter(parent__in=list(tops), mode=Mode.VALUE)
    found: dict[int, set[int]] = {}
    for parent, child in links.values_list("parent_id", "child_id"):
        found.setdefault(parent, set()).add(child)
    return found


def verbs_in(person: Person, asked: Iterable[Asked]) -> Verbs:
    """What the person may do to each KPI that is asked about; one query for all."""
    return verbs_of_each(person, {goal.pk: goal for one in asked for goal in one.all}.values())


def approves(person: Person, asked: Asked, verbs: Verbs) -> bool:
    """Who approves each KPI that changes; and who approves the one that is allocated approves
    how, but for KPIs of their own: of what adds up to it from below, since who asks chooses at
    which KPI. Never who asked."""
    if asked.by_id == person.pk or not asked.goals:
        return False
    if all("approve" in verbs[goal.pk] for goal in asked.goals):
        return True
    top = asked.top
    return (
        top.state == State.ACTIVE
        and "approve" in verbs[top.pk]
        and not asked.owned_by(person)
        and all(
            goal.pk == top.pk or (goal.pk in asked.below and _stands_above(top, goal))
            for goal in asked.goals
        )
    )


def _stands_above(top: Goal, goal: Goal) -> bool:
    """Whether the one is of a higher place: company, then units from above, then persons."""
    if _RANKS[top.level] != _RANKS[goal.level]:
        return _RANKS[top.level] > _RANKS[goal.level]
    if top.unit is None or goal.unit is None or top.unit_id == goal.unit_id:
        return False
    return goal.unit.path.startswith(top.unit.path)


def stands_in(person: Person, asked: Asked, verbs: Verbs) -> bool:
    """Who would decide where nobody approves it: whoever closes the periods of each KPI (of a
    company's also the leader of the whole), but for KPIs of their own. Never who asked."""
    if asked.by_id == person.pk or not asked.goals or asked.owned_by(person):
        return False
    me = standing_of(person)
    whole = leads_the_whole(person) and not (me.is_viewer or me.is_guest)
    return all(
        "close_period" in verbs[goal.pk]
        or (whole and goal.level == Level.COMPANY and "see" in verbs[goal.pk])
        for goal in asked.goals
    ) and all("see" in verbs[goal.pk] for goal in asked.all)


def leads_the_whole(person: Person) -> bool:
    """Whether the person leads a unit that no other stands above."""
    return any(path.count("/") == 2 for path in standing_of(person).led_paths)


def decides(person: Person, asked: Sequence[Asked]) -> list[bool]:
    """Whether the person decides, of each that is asked."""
    verbs = verbs_in(person, asked)
    found = [approves(person, one, verbs) for one in asked]
    places = [i for i, one in enumerate(asked) if not found[i] and stands_in(person, one, verbs)]
    unapproved = _without([asked[i] for i in places], approves)
    for i in places:
        found[i] = any(asked[i] is one for one in unapproved)
    return found


def undecidable(asked: Sequence[Asked]) -> list[Asked]:
    """Those about which nobody can decide."""
    return _without(asked, lambda *facts: approves(*facts) or stands_in(*facts))


def _without(asked: Sequence[Asked], fits: Callable[[Person, Asked, Verbs], bool]) -> list[Asked]:
    """Those that fit nobody. Hardly any is left after two queries, for which strategists,
    leaders and managers are then looked at one by one."""
    left = _plainly_left(asked)
    for person in near([goal for one in left for goal in (one.top, *one.goals[:1])]):
        verbs = verbs_in(person, left)
        left = [one for one in left if not fits(person, one, verbs)]
        if not left:
            break
    return left


def _plainly_left(asked: Sequence[Asked]) -> list[Asked]:
    """Without those that a strategist or the owner's manager approves beyond doubt."""
    if not asked:
        return []
    organisation_id = asked[0].top.organisation_id
    strategists = set(
        RoleGrant.objects.filter(
            role=Role.STRATEGIST, until=None, person__is_active=True,
            person__organisation_id=organisation_id,
        ).values_list("person_id", flat=True)
    )  # fmt: skip
    managers = {
        goal.owner.manager_id
        for one in asked
        for goal in one.goals
        if goal.owner is not None and goal.owner.manager_id is not None
    }
    readers = (Role.VIEWER, Role.GUEST)
    there = set(
        Person.objects.filter(pk__in=managers, is_active=True)
        .exclude(pk__in=RoleGrant.objects.filter(role__in=readers, until=None).values("person_id"))
        .values_list("pk", flat=True)
    )
    found = []
    for one in asked:
        if any(goal.visibility == Visibility.PRIVATE for goal in one.all) or not one.goals:
            found.append(one)
            continue
        owners = {goal.owner_id for goal in one.goals}
        by_managers = {_manager_of(goal) for goal in one.goals}
        above = strategists if by_managers == {None} else by_managers & there
        if len(by_managers) > 1 or not above - owners - {one.by_id}:
            found.append(one)
    return found


def _manager_of(goal: Goal) -> int | None:
    """Who alone approves a personal KPI; None where a place decides, or the visibility."""
    if goal.level == Level.INDIVIDUAL and goal.owner is not None:
        return goal.owner.manager_id
    return None


def near(goals: Sequence[Goal]) -> list[Person]:
    """Whoever may decide about one of these KPIs: strategists, leaders of the units and above,
    and of the whole, managers of the owners."""
    if not goals:
        return []
    units: set[int] = set()
    for goal in goals:
        unit = _unit_of(goal)
        units |= {int(part) for part in unit.path.split("/") if part} if unit else set()
    led = UnitLeader.objects.filter(until=None).filter(Q(unit__in=units) | Q(unit__parent=None))
    strategists = RoleGrant.objects.filter(role=Role.STRATEGIST, until=None)
    managers = {goal.owner.manager_id for goal in goals if goal.owner is not None}
    some = Q(pk__in=led.values("person_id")) | Q(pk__in=strategists.values("person_id"))
    some |= Q(pk__in=[pk for pk in managers if pk])
    people = Person.objects.filter(organisation_id=goals[0].organisation_id, is_active=True)
    return list(people.filter(some).select_related("organisation").order_by("pk"))


def _unit_of(goal: Goal) -> Unit | None:
    if goal.unit is None and goal.level == Level.INDIVIDUAL and goal.owner is not None:
        return goal.owner.unit
    return goal.unit
