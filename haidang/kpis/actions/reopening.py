"""Opening a KPI's closed period again: one asks, another decides."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from haidang.goals.actions.change import again, record_event, restructuring
from haidang.goals.models import Goal, Kind, KpiPeriod, Visibility
from haidang.goals.rules.periods import FIRST, LAST, period_of
from haidang.kpis.access import (
    may_ask,
    may_decide_reopening,
    reopening_for,
    require_asker,
    require_decider,
    undecidable_reopenings,
)
from haidang.kpis.models import Answer, ReopeningRequest
from haidang.lib.errors import Conflict, Invalid
from haidang.lib.text import clean_text
from haidang.people.models import Person

LONGEST = 2000


def ask_reopening(actor: Person, kpi: Goal, day: date, reason: str) -> ReopeningRequest:
    """Ask that the closed period which holds `day` is opened again, saying why.

    Whoever reports the KPI asks, or closes it. Raises Conflict for a period that is open,
    while a request waits, and where nobody could decide.
    """
    require_asker(actor, kpi)
    reason = clean_text(reason)
    if not reason:
        raise Invalid(_("Please say why."), code="required", field="reason")
    if len(reason) > LONGEST:
        raise Invalid(_("At most 2,000 characters."), code="too_long", field="reason")
    if kpi.kind != Kind.KPI or not FIRST <= day <= LAST:
        raise Invalid(_("There is no such period."), code="period", field="starts")
    with restructuring(actor) as at:
        kpi = again(kpi)
        require_asker(actor, kpi)
        starts, ends = period_of(day, kpi.frequency, actor.organisation.fiscal_year_start)
        if not KpiPeriod.objects.filter(goal=kpi, starts=starts).exclude(locked_at=None).exists():
            raise Conflict(_("This period is open already."), code="open")
        waiting = ReopeningRequest.objects.filter(goal=kpi, starts=starts, answer=Answer.WAITING)
        if waiting.exists():
            raise Conflict(_("Somebody has asked already; it waits for an answer."), code="asked")
        request = ReopeningRequest(
            organisation_id=kpi.organisation_id,
            goal=kpi,
            starts=starts,
            ends=ends,
            asked_by=actor,
            asked_at=at,
            reason=reason,
        )
        _require_decider_of(request)
        request.save()
        data = {"period": starts.isoformat(), "reason": reason}
        record_event(actor, "period.reopening_asked", kpi, at, data=data)
    return request


def _require_decider_of(request: ReopeningRequest) -> None:
    """Refuse what nobody could decide about, saying who could if it was asked otherwise."""
    if not undecidable_reopenings([request]):
        return
    kpi, actor, code = request.goal, request.asked_by, "nobody_decides"
    for other in (kpi.owner, kpi.data_owner):
        if other is None or not other.is_active or other == actor or not may_ask(other, kpi):
            continue
        if may_decide_reopening(actor, ReopeningRequest(goal=kpi, asked_by=other)):
            said = _(
                "Nobody but you could decide about %(kpis)s. Let %(name)s, who reports it, ask"
                " for it: then you decide."
            )
            raise Conflict(said % {"kpis": kpi.public_id, "name": other.name}, code=code)
    if kpi.visibility == Visibility.PRIVATE:
        said = _(
            "Nobody who could decide sees %(kpis)s: share it first with the owner's manager,"
            " a leader of its unit or a strategist."
        )
    else:
        said = _(
            "Nobody but who asks could decide about %(kpis)s: it takes a second strategist, or a"
            " leader above, whom an administrator names."
        )
    raise Conflict(said % {"kpis": kpi.public_id}, code=code)


def decide_reopening(
    actor: Person, request: ReopeningRequest, granted: bool, reason: str = ""
) -> ReopeningRequest:
    """Grant or decline a request of somebody else. Granted, the period takes reports and
    corrections until it is closed again. Raises Conflict when it was answered already."""
    require_decider(actor, request)
    reason = clean_text(reason)
    if len(reason) > LONGEST:
        raise Invalid(_("At most 2,000 characters."), code="too_long", field="reason")
    with restructuring(actor) as at:
        request = _waiting(reopening_for(actor, request.pk, to="decide"))
        request.answer = Answer.GRANTED if granted else Answer.DECLINED
        request.decided_by, request.decided_at = actor, at
        request.answer_reason = reason
        request.save(update_fields=["answer", "decided_by", "decided_at", "answer_reason"])
        if granted:
            KpiPeriod.objects.filter(goal=request.goal, starts=request.starts).update(
                locked_at=None
            )
        verb = "period.reopened" if granted else "period.reopening_declined"
        data = {"period": request.starts.isoformat(), "reason": reason}
        record_event(actor, verb, request.goal, at, data=data)
    return request


def withdraw_reopening(actor: Person, request: ReopeningRequest) -> ReopeningRequest:
    """Take back what one asked for, or what somebody asked who has left, before it is
    answered; the period may be asked for again."""
    reopening_for(actor, request.pk, to="withdraw")
    with restructuring(actor) as at:
        request = _waiting(reopening_for(actor, request.pk, to="withdraw"))
        request.answer, request.decided_at = Answer.WITHDRAWN, at
        request.save(update_fields=["answer", "decided_at"])
        data = {"period": request.starts.isoformat()}
        record_event(actor, "period.reopening_withdrawn", request.goal, at, data=data)
    return request


def _waiting(request: ReopeningRequest) -> ReopeningRequest:
    if request.answer == Answer.WITHDRAWN:
        raise Conflict(_("This request was withdrawn."), code="answered")
    if request.answer != Answer.WAITING:
        raise Conflict(_("Somebody has answered this request already."), code="answered")
    return request
