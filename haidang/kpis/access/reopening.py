"""Who asks that a closed period is opened again, who sees such a request, and who decides about
it: who closes the KPI's periods; where nobody else does, who stands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.db.models import Q, QuerySet

from haidang.goals.access import require_any, verbs_of, verbs_of_each, visible
from haidang.goals.models import Goal, Level, Visibility
from haidang.kpis.access.closing import closable, may_close_some
from haidang.kpis.access.deciders import leads_the_whole, near
from haidang.kpis.models import Answer, ReopeningRequest
from haidang.lib.errors import Forbidden, NotFound
from haidang.people.access import standing_of
from haidang.people.models import Person, Role, RoleGrant

#: What lets somebody ask to open a period: who reports it, and who closes it.
ASKERS = frozenset({"check_in", "close_period"})
#: Requests of others that are looked at for one person, the oldest first.
MOST = 200

_Verbs = Mapping[int, frozenset[str]]


def may_ask(person: Person, kpi: Goal) -> bool:
    return bool(verbs_of(person, kpi) & ASKERS)


def require_asker(person: Person, kpi: Goal) -> None:
    """Raise NotFound for who does not see the KPI, Forbidden for who neither reports nor
    closes it."""
    require_any(person, kpi, ASKERS)


def require_decider(person: Person, request: ReopeningRequest) -> None:
    """Raise NotFound for who does not see the KPI, Forbidden for who does not decide: never
    who asked."""
    if "see" not in verbs_of(person, request.goal):
        raise NotFound
    if not may_decide_reopening(person, request):
        raise Forbidden


def may_decide_reopening(person: Person, request: ReopeningRequest) -> bool:
    """Whoever closes the KPI's periods; where nobody else does, who stands in; never who asked."""
    verbs = verbs_of_each(person, [request.goal])
    if _closes(person, request, verbs):
        return True
    return _stands_in(person, request, verbs) and bool(_without([request], _closes))


def reopenings_visible(person: Person) -> QuerySet[ReopeningRequest]:
    """The requests about KPIs that the person sees."""
    seen = visible(person).values("pk").order_by()
    rows = ReopeningRequest.objects.filter(organisation_id=person.organisation_id)
    return _with_facts(rows.filter(goal_id__in=seen))


def reopenings_to_decide(person: Person) -> QuerySet[ReopeningRequest]:
    """The requests that wait for this person (among others) to decide."""
    me = standing_of(person)
    waiting = ReopeningRequest.objects.filter(
        organisation_id=person.organisation_id, answer=Answer.WAITING
    ).exclude(asked_by_id=person.pk)
    if not me.is_active or me.is_viewer or me.is_guest:
        return waiting.none()
    # Few wait: their KPIs are looked at one by one, not all that the person sees.
    asked = dict(waiting.order_by("pk").values_list("pk", "goal_id"))
    if not asked:
        return waiting.none()
    theirs: set[int] = set()
    if may_close_some(person):
        rows = closable(person).filter(pk__in=set(asked.values())).order_by()
        theirs = set(rows.values_list("pk", flat=True))
    found = {pk for pk, goal_id in asked.items() if goal_id in theirs}
    found |= _stood_in(person, waiting.exclude(pk__in=found))
    return _with_facts(waiting.filter(pk__in=found))


def reopenings_stuck(person: Person, most: int = MOST) -> list[ReopeningRequest]:
    """The requests about which nobody can decide any more, for those who see to it that
    somebody can: strategists and administrators, of the KPIs that they see."""
    me = standing_of(person)
    if not me.is_active or not (me.is_strategist or me.is_admin):
        return []
    waiting = reopenings_visible(person).filter(answer=Answer.WAITING)
    return undecidable_reopenings(list(waiting.order_by("pk")[:MOST]))[:most]


def undecidable_reopenings(asked: Sequence[ReopeningRequest]) -> list[ReopeningRequest]:
    """Those about which nobody can decide; they need not be stored."""
    return _without(asked, lambda *facts: _closes(*facts) or _stands_in(*facts))


def nobody_reopens(request: ReopeningRequest) -> bool:
    """Whether the request waits, and nobody is left who could decide about it."""
    return request.answer == Answer.WAITING and bool(undecidable_reopenings([request]))


def may_withdraw_reopening(person: Person, request: ReopeningRequest) -> bool:
    """Who asked; once they have left, whoever could ask for the same."""
    if request.asked_by_id == person.pk:
        return True
    return not request.asked_by.is_active and may_ask(person, request.goal)


def reopening_for(person: Person, pk: int, to: str = "see") -> ReopeningRequest:
    """The request of that number, if the person may "see", "decide" or "withdraw" it."""
    found = reopenings_visible(person).filter(pk=pk).first()
    if found is None:
        raise NotFound
    if to == "decide":
        require_decider(person, found)
    if to == "withdraw" and not may_withdraw_reopening(person, found):
        raise Forbidden
    return found


def _with_facts(rows: QuerySet[ReopeningRequest]) -> QuerySet[ReopeningRequest]:
    return rows.select_related(
        "goal__owner__unit", "goal__unit", "goal__organisation", "asked_by", "decided_by"
    )


def _closes(person: Person, request: ReopeningRequest, verbs: _Verbs) -> bool:
    return request.asked_by_id != person.pk and "close_period" in verbs[request.goal_id]


def _stands_in(person: Person, request: ReopeningRequest, verbs: _Verbs) -> bool:
    """Who would decide where nobody else closes the KPI's periods: who approves the KPI (the
    owner's manager), of a company's also the leader of the whole; never who asked or owns it."""
    goal = request.goal
    if person.pk in (request.asked_by_id, goal.owner_id):
        return False
    held = verbs[goal.pk]
    if "approve" in held:
        return True
    me = standing_of(person)
    leads = leads_the_whole(person) and not (me.is_viewer or me.is_guest)
    return leads and goal.level == Level.COMPANY and "see" in held


def _stood_in(person: Person, waiting: QuerySet[ReopeningRequest]) -> set[int]:
    """Those for which the person stands in: they manage the owner, or lead the whole."""
    at_hand = Q(goal__owner__manager_id=person.pk)
    if leads_the_whole(person):
        at_hand |= Q(goal__level=Level.COMPANY)
    some = list(_with_facts(waiting.filter(at_hand)).order_by("pk")[:MOST])
    if not some:
        return set()
    verbs = verbs_of_each(person, {one.goal_id: one.goal for one in some}.values())
    theirs = [one for one in some if _stands_in(person, one, verbs)]
    return {one.pk for one in _without(theirs, _closes)}


def _without(
    asked: Sequence[ReopeningRequest], fits: Callable[[Person, ReopeningRequest, _Verbs], bool]
) -> list[ReopeningRequest]:
    """Those that fit nobody. Where another strategist is there hardly any is left after one
    query; for the rest whoever is near is looked at one by one."""
    if not asked:
        return []
    strategists = _strategists(asked[0].goal.organisation_id)
    left = [
        one
        for one in asked
        if one.goal.visibility == Visibility.PRIVATE or not strategists - {one.asked_by_id}
    ]
    for person in near([one.goal for one in left]):
        verbs = verbs_of_each(person, {one.goal_id: one.goal for one in left}.values())
        left = [one for one in left if not fits(person, one, verbs)]
        if not left:
            break
    return left


def _strategists(organisation_id: int) -> set[int]:
    """Those who close the periods of all KPIs that are not private."""
    readers = RoleGrant.objects.filter(role__in=(Role.VIEWER, Role.GUEST), until=None)
    rows = RoleGrant.objects.filter(
        role=Role.STRATEGIST, until=None, person__is_active=True,
        person__organisation_id=organisation_id,
    )  # fmt: skip
    ids = rows.exclude(person__in=readers.values("person_id")).values_list("person_id", flat=True)
    return set(ids)
