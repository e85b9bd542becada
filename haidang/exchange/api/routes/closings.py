"""Closing the periods of KPIs, and opening one again."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import Day, PublicId, RowId
from haidang.exchange.api.operation import ANYONE, WHO_SEES, operation
from haidang.exchange.api.represent import goal_ref, ref, some_ref
from haidang.exchange.api.schemas.closings import (
    ClosedFigureOut,
    ClosedFiguresOut,
    ClosingIn,
    ClosingStateOut,
    DecisionIn,
    FigurePaging,
    FrequencyName,
    LateOut,
    NamedThen,
    ReopeningIn,
    ReopeningOut,
    ReopeningsOut,
)
from haidang.exchange.api.versions import answer
from haidang.goals.access import goal_for
from haidang.kpis import actions
from haidang.kpis.access import (
    nobody_reopens,
    reopening_for,
    require_asker,
    require_closer,
)
from haidang.kpis.actions.closing import Span, span_of
from haidang.kpis.models import ClosedFigure, ReopeningRequest
from haidang.kpis.queries import closing as queries
from haidang.kpis.tasks import now_or_later
from haidang.people.access import unit_for
from haidang.people.models import Person

router = Router(tags=["numbers"])

CLOSERS = N_("Strategists; leaders the KPIs of their units")
_NAMED = ("owner", "data_owner", "unit", "closed_by")
_SAME = [name for name in ClosedFigureOut.model_fields if name not in (*_NAMED, "kpi", "check_in")]


def figure_out(one: ClosedFigure) -> ClosedFigureOut:
    facts: dict[str, Any] = {name: getattr(one, name) for name in _SAME}
    for name in _NAMED:
        then = getattr(one, f"{name}_id_then"), getattr(one, f"{name}_name")
        facts[name] = NamedThen(id=then[0], name=then[1])
    return ClosedFigureOut(kpi=one.public_id, check_in=one.record_id, **facts)


def state_out(person: Person, span: Span) -> ClosingStateOut:
    rows = queries.kpis_in(person, span)
    counts = queries.counts(rows)
    return ClosingStateOut(
        frequency=span.frequency,
        starts=span.starts,
        ends=span.ends,
        total=counts.total,
        **counts.by_state,
        closing=queries.moving(span) is not None,
        late=[LateOut(person=ref(one.person), kpis=one.count) for one in queries.late(rows)],
    )


def reopening_out(one: ReopeningRequest, *, nobody: bool = False) -> ReopeningOut:
    return ReopeningOut(
        id=one.pk,
        kpi=goal_ref(one.goal),
        starts=one.starts,
        ends=one.ends,
        answer=one.answer,
        reason=one.reason,
        asked_by=some_ref(one.asked_by),
        asked_at=one.asked_at,
        decided_by=ref(one.decided_by),
        decided_at=one.decided_at,
        answer_reason=one.answer_reason,
        nobody_decides=nobody,
    )


@operation(
    router,
    "get",
    "kpis/closings/{frequency}/{starts}",
    summary=N_("The closed figures of a period"),
    who=WHO_SEES,
    scope="read",
    answers=ClosedFiguresOut,
    note=N_(
        "Of the KPIs that you see, every version, in the order of their numbers. Of a period "
        "that stays closed the same question always gets the same bytes, whatever has changed "
        "since. `starts` is the first day of the period."
    ),
)
def list_closed_figures(
    request: HttpRequest, frequency: FrequencyName, starts: Day, paging: Query[FigurePaging]
) -> HttpResponse:
    rows = queries.figures_of(actor(request), frequency, starts)
    if paging.cursor is not None:
        number, version = map(int, paging.cursor.split("."))
        rows = rows.filter(Q(number__gt=number) | Q(number=number, version__gt=version))
    found = list(rows[: paging.limit + 1])
    items = found[: paging.limit]
    last = items[-1] if len(found) > paging.limit else None
    content = ClosedFiguresOut(
        items=[figure_out(one) for one in items],
        next=None if last is None else f"{last.number}.{last.version}",
    )
    return answer(request, content)


@operation(
    router,
    "get",
    "kpis/closings/{frequency}/{starts}/state",
    summary=N_("How far a period is closed"),
    who=ANYONE,
    scope="read",
    answers=ClosingStateOut,
    note=N_("Of the KPIs that you see; `starts` is any day of the period."),
)
def get_closing_state(request: HttpRequest, frequency: FrequencyName, starts: Day) -> HttpResponse:
    me = actor(request)
    return answer(request, state_out(me, span_of(me.organisation, frequency, starts)))


@operation(
    router,
    "post",
    "kpis/closings/{frequency}/{starts}",
    summary=N_("Close a period of KPIs"),
    who=CLOSERS,
    scope="write",
    answers=ClosingStateOut,
    note=N_(
        "All KPIs of that frequency which you may close and that are open. One without a report "
        "is closed as missing. More than 1,000 are closed in the background: ask for the state. "
        "409 before the period has ended, when it is closed, and while somebody closes it."
    ),
)
def close_kpi_period(
    request: HttpRequest, frequency: FrequencyName, starts: Day, body: ClosingIn
) -> HttpResponse:
    me = actor(request)
    require_closer(me)
    unit = None if body.unit is None else unit_for(me, body.unit)
    now_or_later(actions.begin_closing(me, frequency, starts, unit))
    return answer(request, state_out(me, span_of(me.organisation, frequency, starts)))


@operation(
    router,
    "post",
    "goals/{goal_id}/periods/{starts}/reopening",
    summary=N_("Ask to open a closed period again"),
    who=N_("Who may check in to the KPI, and who closes its periods"),
    scope="check_in",
    answers=ReopeningOut,
    status=201,
    note=N_(
        "Somebody else decides. 409 for a period that is open, while a request waits, and where "
        "nobody could decide: the message says what would help."
    ),
)
def ask_reopening(
    request: HttpRequest, goal_id: PublicId, starts: Day, body: ReopeningIn
) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id)
    require_asker(me, goal)
    asked = actions.ask_reopening(me, goal, starts, body.reason)
    return answer(request, reopening_out(asked), status=201)


@operation(
    router,
    "get",
    "kpis/reopenings",
    summary=N_("Requests to open a period that wait for your answer"),
    who=ANYONE,
    scope="read",
    answers=ReopeningsOut,
    note=N_("The oldest 200."),
)
def list_reopenings(request: HttpRequest) -> HttpResponse:
    found = queries.to_decide(actor(request), 200)
    return answer(request, ReopeningsOut(items=[reopening_out(one) for one in found]))


@operation(
    router,
    "get",
    "kpis/reopenings/{request_id}",
    summary=N_("A request to open a period again"),
    who=WHO_SEES,
    scope="read",
    answers=ReopeningOut,
)
def get_reopening(request: HttpRequest, request_id: RowId) -> HttpResponse:
    found = reopening_for(actor(request), request_id)
    return answer(request, reopening_out(found, nobody=nobody_reopens(found)))


@operation(
    router,
    "post",
    "kpis/reopenings/{request_id}/decision",
    summary=N_("Grant or decline to open a period again"),
    who=N_("Who closes the KPI's periods or stands in for them, but never who asked"),
    scope="write",
    answers=ReopeningOut,
    note=N_("Granted, the period takes reports until it is closed again. 409 once answered."),
)
def decide_reopening(request: HttpRequest, request_id: RowId, body: DecisionIn) -> HttpResponse:
    me = actor(request)
    asked = reopening_for(me, request_id, to="decide")
    decided = actions.decide_reopening(me, asked, body.granted, body.reason)
    return answer(request, reopening_out(decided))


@operation(
    router,
    "post",
    "kpis/reopenings/{request_id}/withdrawal",
    summary=N_("Take back a request to open a period again"),
    who=N_("Who asked; once they have left, who could ask for the same"),
    scope="check_in",
    answers=ReopeningOut,
    note=N_("The period stays closed, and may be asked for again. 409 once answered."),
)
def withdraw_reopening(request: HttpRequest, request_id: RowId) -> HttpResponse:
    me = actor(request)
    asked = reopening_for(me, request_id, to="withdraw")
    return answer(request, reopening_out(actions.withdraw_reopening(me, asked)))
