"""Who asks for other targets, who sees such a request, and who decides about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from haidang.goals.access import verbs_of, verbs_of_each, visible
from haidang.goals.models import Alignment, Goal, Level, Mode, State
from haidang.kpis.access.closing import within
from haidang.kpis.models import TargetAnswer, TargetChange, TargetRequest
from haidang.lib.errors import Forbidden, NotFound
from haidang.people.access import standing_of
from haidang.people.models import Person

#: What lets somebody ask for other targets: who sets them, and who approves.
TARGET_ASKERS = frozenset({"set_targets", "edit_measure"})
_RANKS: dict[str, int] = {"": 0, Level.INDIVIDUAL: 1, Level.UNIT: 2, Level.COMPANY: 3}
#: Requests of others that are looked at for one person, the oldest first.
MOST = 200


def may_ask_targets(person: Person, kpi: Goal) -> bool:
    return bool(verbs_of(person, kpi) & TARGET_ASKERS)


def require_target_asker(person: Person, kpi: Goal) -> None:
    """Raise NotFound for who does not see the KPI, Forbidden for who neither sets nor approves
    its targets."""
    verbs = verbs_of(person, kpi)
    if "see" not in verbs:
        raise NotFound
    if not verbs & TARGET_ASKERS:
        raise Forbidden


def target_requests_visible(person: Person) -> QuerySet[TargetRequest]:
    """The requests about KPIs all of which the person sees."""
    seen = visible(person).values("pk").order_by()
    others = TargetChange.objects.filter(request_id=OuterRef("pk")).exclude(goal_id__in=seen)
    rows = TargetRequest.objects.filter(
        organisation_id=person.organisation_id, goal_id__in=seen
    ).filter(~Exists(others.order_by()))
    return rows.select_related(
        "goal__owner", "goal__unit", "goal__organisation", "asked_by", "decided_by"
    )


def target_requests_to_decide(person: Person, most: int = MOST) -> list[TargetRequest]:
    """The requests that wait for this person (among others) to decide, the oldest first."""
    me = standing_of(person)
    if not me.is_active or me.is_viewer or me.is_guest:
        return []
    waiting = TargetRequest.objects.filter(
        organisation_id=person.organisation_id, answer=TargetAnswer.WAITING
    ).exclude(asked_by_id=person.pk)
    if not me.is_strategist:  # who may approve leads the unit, or is the owner's manager
        near = Q(owner__manager_id=person.pk)
        for path in me.led_paths:
            near |= within(path)
        goals = Goal.objects.filter(organisation_id=person.organisation_id).filter(near)
        mine = goals.values("pk").order_by()
        waiting = waiting.filter(Q(goal_id__in=mine) | Q(changes__goal_id__in=mine)).distinct()
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:MOST])
    if not ids:
        return []
    found = list(target_requests_visible(person).filter(pk__in=ids).order_by("pk"))
    by_request = _goals_of(found)
    kpis = {kpi.pk: kpi for one in found for kpi in (one.goal, *by_request[one.pk])}
    verbs = verbs_of_each(person, kpis.values())
    added = _adding_up(found)
    return [one for one in found if _decides(person, one, by_request[one.pk], verbs, added)][:most]


def _goals_of(requests: Sequence[TargetRequest]) -> dict[int, list[Goal]]:
    """The KPIs that each request wants to change."""
    found: dict[int, dict[int, Goal]] = {one.pk: {} for one in requests}
    rows = TargetChange.objects.filter(request__in=requests)
    for row in rows.select_related("goal__owner", "goal__unit", "goal__organisation"):
        found[row.request_id][row.goal_id] = row.goal
    return {pk: list(goals.values()) for pk, goals in found.items()}


def _adding_up(requests: Sequence[TargetRequest]) -> set[tuple[int, int]]:
    """(KPI, what it is allocated to): children whose values add up to the KPIs asked at."""
    links = Alignment.objects.filter(parent__in=[r.goal_id for r in requests], mode=Mode.VALUE)
    return set(links.values_list("parent_id", "child_id"))


def _decides(
    person: Person,
    request: TargetRequest,
    goals: Sequence[Goal],
    verbs: Mapping[int, frozenset[str]],
    added: Collection[tuple[int, int]],
) -> bool:
    """Who approves each KPI that changes; and who approves the one that is allocated approves
    how, but for KPIs of their own: of what adds up to it from below, since who asks chooses at
    which KPI."""
    if not goals:
        return False
    if all("approve" in verbs[goal.pk] for goal in goals):
        return True
    top = request.goal
    return (
        top.state == State.ACTIVE
        and "approve" in verbs[top.pk]
        and all(goal.owner_id != person.pk for goal in goals)
        and all(
            goal.pk == top.pk or ((top.pk, goal.pk) in added and _stands_above(top, goal))
            for goal in goals
        )
    )


def _stands_above(top: Goal, goal: Goal) -> bool:
    """Whether the one is of a higher place: company, then units from above, then persons."""
    if _RANKS[top.level] != _RANKS[goal.level]:
        return _RANKS[top.level] > _RANKS[goal.level]
    if top.unit is None or goal.unit is None or top.unit_id == goal.unit_id:
        return False
    return goal.unit.path.startswith(top.unit.path)


def may_decide_targets(person: Person, request: TargetRequest) -> bool:
    """Whether the person approves what the request is about, and is not who asked."""
    if request.asked_by_id == person.pk:
        return False
    goals = _goals_of([request])[request.pk]
    verbs = verbs_of_each(person, {one.pk: one for one in (request.goal, *goals)}.values())
    return _decides(person, request, goals, verbs, _adding_up([request]))


def target_request_for(person: Person, pk: int, to: str = "see") -> TargetRequest:
    """The request of that number, if the person may "see", "decide" or "withdraw" it."""
    found = target_requests_visible(person).filter(pk=pk).first()
    if found is None:
        raise NotFound
    if to == "decide" and not may_decide_targets(person, found):
        raise Forbidden
    if to == "withdraw" and found.asked_by_id != person.pk:
        raise Forbidden
    return found
