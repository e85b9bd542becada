"""Who asks for other targets, who sees such a request, and who decides about it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from haidang.goals.access import require_any, verbs_of, visible
from haidang.goals.models import Goal, Level
from haidang.kpis.access.closing import within
from haidang.kpis.access.deciders import (
    asked_in,
    decides,
    leads_the_whole,
    undecidable,
    verbs_in,
)
from haidang.kpis.models import TargetAnswer, TargetChange, TargetRequest
from haidang.lib.errors import Forbidden, NotFound
from haidang.people.access import standing_of
from haidang.people.models import Person

#: What lets somebody ask for other targets: who sets them, and who approves.
TARGET_ASKERS = frozenset({"set_targets", "edit_measure"})
#: Requests of others that are looked at for one person, the oldest first.
MOST = 200


def may_ask_targets(person: Person, kpi: Goal) -> bool:
    return bool(verbs_of(person, kpi) & TARGET_ASKERS)


def require_target_asker(person: Person, kpi: Goal) -> None:
    """Raise NotFound for who does not see the KPI, Forbidden for who neither sets nor approves
    its targets."""
    require_any(person, kpi, TARGET_ASKERS)


def target_requests_visible(person: Person) -> QuerySet[TargetRequest]:
    """The requests about KPIs all of which the person sees."""
    seen = visible(person).values("pk").order_by()
    others = TargetChange.objects.filter(request_id=OuterRef("pk")).exclude(goal_id__in=seen)
    rows = TargetRequest.objects.filter(
        organisation_id=person.organisation_id, goal_id__in=seen
    ).filter(~Exists(others.order_by()))
    return rows.select_related(
        "goal__owner__unit", "goal__unit", "goal__organisation", "asked_by", "decided_by"
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
        if leads_the_whole(person):  # and stands in for strategists
            near |= Q(level=Level.COMPANY)
        goals = Goal.objects.filter(organisation_id=person.organisation_id).filter(near)
        mine = goals.values("pk").order_by()
        waiting = waiting.filter(Q(goal_id__in=mine) | Q(changes__goal_id__in=mine)).distinct()
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:MOST])
    if not ids:
        return []
    found = list(target_requests_visible(person).filter(pk__in=ids).order_by("pk"))
    asked = asked_in(found)
    theirs = decides(person, [asked[one.pk] for one in found])
    return [one for one, is_theirs in zip(found, theirs, strict=True) if is_theirs][:most]


def may_decide_targets(person: Person, request: TargetRequest) -> bool:
    """Whether the person decides about the request: who approves what it is about, or who
    stands in where nobody does; never who asked."""
    return decides(person, [asked_in([request])[request.pk]])[0]


def may_withdraw_targets(person: Person, request: TargetRequest) -> bool:
    """Who asked; once they have left, whoever could ask for the same."""
    if request.asked_by_id == person.pk:
        return True
    if request.asked_by.is_active:
        return False
    asked = asked_in([request])[request.pk]
    verbs = verbs_in(person, [asked])
    return all(verbs[goal.pk] & TARGET_ASKERS for goal in asked.all)


def target_requests_stuck(person: Person, most: int = MOST) -> list[TargetRequest]:
    """The requests about which nobody can decide any more, for those who see to it that
    somebody can: strategists and administrators, of the KPIs that they see."""
    me = standing_of(person)
    if not me.is_active or not (me.is_strategist or me.is_admin):
        return []
    waiting = target_requests_visible(person).filter(answer=TargetAnswer.WAITING)
    found = list(waiting.order_by("pk")[:MOST])
    asked = asked_in(found)
    stuck = {id(one) for one in undecidable([asked[one.pk] for one in found])}
    return [one for one in found if id(asked[one.pk]) in stuck][:most]


def nobody_decides(request: TargetRequest) -> bool:
    """Whether the request waits, and nobody is left who could decide about it."""
    if request.answer != TargetAnswer.WAITING:
        return False
    return bool(undecidable([asked_in([request])[request.pk]]))


def target_request_for(person: Person, pk: int, to: str = "see") -> TargetRequest:
    """The request of that number, if the person may "see", "decide" or "withdraw" it."""
    found = target_requests_visible(person).filter(pk=pk).first()
    if found is None:
        raise NotFound
    if to == "decide" and not may_decide_targets(person, found):
        raise Forbidden
    if to == "withdraw" and not may_withdraw_targets(person, found):
        raise Forbidden
    return found
