"""Scorecards of people and units, and long leaves."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import PublicId, RowId
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.represent import some_ref
from haidang.exchange.api.schemas.scorecards import (
    CardFilters,
    CardLineOut,
    CardPeriodOut,
    CardSummaryOut,
    CardTime,
    LeaveIn,
    LeaveOut,
    LeavesOut,
    ScorecardIn,
    ScorecardOut,
    ScorecardsOut,
)
from haidang.exchange.api.versions import answer, nothing
from haidang.kpis import actions
from haidang.kpis.access import Holder, carded_people, carded_units, person_card_for, unit_card_for
from haidang.kpis.actions import LineFacts
from haidang.kpis.actions.closing import Span, span_of
from haidang.kpis.actions.scorecards import newest
from haidang.kpis.models import LongLeave
from haidang.kpis.queries.card import Card, Line
from haidang.kpis.queries.listing import PAGE, listed_people
from haidang.kpis.queries.scorecards import card, cards
from haidang.kpis.rules.closing import ended_before
from haidang.lib.decimals import of_fraction
from haidang.people.access import today_of
from haidang.people.models import Person

router = Router(tags=["numbers"])

READERS = N_("The person; who leads them; strategists")
UNIT_READERS = N_("Members of the unit; who leads it or above; strategists")
SETTERS = N_("Who leads the person, never oneself; strategists")
UNIT_SETTERS = N_("Who leads the unit or above; strategists")
_AS_CLOSED = N_(
    "Periods that are closed are told as they were closed, with the weights of that time: of a "
    "card that is not provisional the same question gets the same numbers, whatever has changed "
    "since."
)


def span_of_card(me: Person, wanted: CardTime) -> Span:
    first_month = me.organisation.fiscal_year_start
    day = wanted.day or ended_before(today_of(me), wanted.frequency, first_month)[0]
    return span_of(me.organisation, wanted.frequency, day)


def _ten(value: Decimal | Fraction | None) -> Decimal | None:
    return None if value is None else of_fraction(Fraction(value))


def card_out(found: Card) -> ScorecardOut:
    return ScorecardOut(
        holder=some_ref(found.holder),
        frequency=found.span.frequency,
        starts=found.span.starts,
        ends=found.span.ends,
        score=_ten(found.total.score),
        band=found.band,
        provisional=found.provisional,
        weight=of_fraction(Fraction(found.weight)),
        measured=len(found.measured),
        due=len(found.due),
        seen=newest(found.holder),
        lines=[_line_out(line) for line in found.lines],
    )


def _line_out(line: Line) -> CardLineOut:
    seen = line.seen
    return CardLineOut(
        kpi=line.goal.public_id if seen else None,
        title=line.definition.title if seen else "",
        perspective=line.perspective,
        state=line.state,
        weight=of_fraction(Fraction(line.weight)),
        cap=line.limits.cap,
        floor=line.limits.floor,
        actual=_ten(line.actual) if seen else None,
        target=_ten(line.target) if seen else None,
        attainment=_ten(line.attainment) if seen else None,
        points=_ten(line.points) if seen else None,
        contribution=_ten(line.contribution) if seen else None,
        provisional=line.provisional,
        periods=[
            CardPeriodOut(
                starts=one.cell.starts,
                ends=one.cell.ends,
                closed=one.closed is not None,
                actual=_ten(one.cell.reported.value) if one.cell.reported else None,
                target=one.cell.reported.target if one.cell.reported else None,
                weight=of_fraction(Fraction(one.cell.weight)),
                worked=one.cell.worked,
                days=one.cell.days,
                check_in=one.record_id,
            )
            for one in (line.told if seen else ())
        ],
    )


def _summary(found: Card) -> CardSummaryOut:
    return CardSummaryOut(
        holder=some_ref(found.holder),
        score=_ten(found.total.score),
        band=found.band,
        provisional=found.provisional,
        measured=len(found.measured),
        due=len(found.due),
    )


@operation(
    router,
    "get",
    "kpis/scorecards",
    summary=N_("Scores of the people or units whose cards are open to you"),
    who=ANYONE,
    scope="read",
    answers=ScorecardsOut,
    note=N_("25 people a page, by name; units in the order of their tree. Never ranked."),
)
def list_scorecards(request: HttpRequest, filters: Query[CardFilters]) -> HttpResponse:
    me = actor(request)
    holders: list[Holder]
    if filters.of == "units":
        units = carded_units(me).filter(archived_at=None).order_by("path")
        holders = [*units[(filters.page - 1) * PAGE : filters.page * PAGE]]
    else:
        people = carded_people(me).filter(is_active=True)
        holders = [*listed_people(people, filters.page)]
    found = cards(me, holders, span_of_card(me, filters))
    return answer(request, ScorecardsOut(items=[_summary(one) for one in found]))


@operation(
    router,
    "get",
    "people/{person_id}/scorecard",
    summary=N_("A person's scorecard"),
    who=READERS,
    scope="read",
    answers=ScorecardOut,
    note=_AS_CLOSED,
)
def get_person_scorecard(
    request: HttpRequest, person_id: PublicId, time: Query[CardTime]
) -> HttpResponse:
    me = actor(request)
    holder = person_card_for(me, person_id)
    return answer(request, card_out(card(me, holder, span_of_card(me, time))))


@operation(
    router,
    "put",
    "people/{person_id}/scorecard",
    summary=N_("Say what counts on a person's scorecard from a day on"),
    who=SETTERS,
    scope="write",
    answers=ScorecardOut,
    refusals=[409],
    note=N_("What was set from that day or later is replaced; the answer is of its first month."),
)
def set_person_scorecard(
    request: HttpRequest, person_id: PublicId, body: ScorecardIn
) -> HttpResponse:
    me = actor(request)
    return _set(request, me, person_card_for(me, person_id, to="set"), body)


@operation(
    router,
    "get",
    "units/{unit_id}/scorecard",
    summary=N_("A unit's scorecard"),
    who=UNIT_READERS,
    scope="read",
    answers=ScorecardOut,
    note=_AS_CLOSED,
)
def get_unit_scorecard(
    request: HttpRequest, unit_id: PublicId, time: Query[CardTime]
) -> HttpResponse:
    me = actor(request)
    holder = unit_card_for(me, unit_id)
    return answer(request, card_out(card(me, holder, span_of_card(me, time))))


@operation(
    router,
    "put",
    "units/{unit_id}/scorecard",
    summary=N_("Say what counts on a unit's scorecard from a day on"),
    who=UNIT_SETTERS,
    scope="write",
    answers=ScorecardOut,
    refusals=[409],
    note=N_("What was set from that day or later is replaced; the answer is of its first month."),
)
def set_unit_scorecard(request: HttpRequest, unit_id: PublicId, body: ScorecardIn) -> HttpResponse:
    me = actor(request)
    return _set(request, me, unit_card_for(me, unit_id, to="set"), body)


def _set(request: HttpRequest, me: Person, holder: Holder, body: ScorecardIn) -> HttpResponse:
    lines = [
        LineFacts(one.kpi, one.weight, one.perspective, one.cap, one.floor, one.prorated)
        for one in body.lines
    ]
    actions.set_card(me, holder, body.starts, lines, ends=body.ends, seen=body.seen)
    found = card(me, holder, span_of(me.organisation, "month", body.starts))
    return answer(request, card_out(found))


def _leave_out(one: LongLeave) -> LeaveOut:
    return LeaveOut(id=one.pk, starts=one.starts, ends=one.ends)


@operation(
    router,
    "get",
    "people/{person_id}/leaves",
    summary=N_("A person's long leaves"),
    who=SETTERS,
    scope="read",
    answers=LeavesOut,
)
def list_leaves(request: HttpRequest, person_id: PublicId) -> HttpResponse:
    holder = person_card_for(actor(request), person_id, to="set")
    rows = LongLeave.objects.filter(person=holder, until=None).order_by("starts")
    return answer(request, LeavesOut(items=[_leave_out(one) for one in rows]))


@operation(
    router,
    "post",
    "people/{person_id}/leaves",
    summary=N_("Record a long leave"),
    who=SETTERS,
    scope="write",
    answers=LeaveOut,
    status=201,
    note=N_("Its days are left out of what is asked; what is closed stays as it was."),
)
def add_leave(request: HttpRequest, person_id: PublicId, body: LeaveIn) -> HttpResponse:
    me = actor(request)
    holder = person_card_for(me, person_id, to="set")
    made = actions.set_leave(me, holder, body.starts, body.ends)
    return answer(request, _leave_out(made), status=201)


@operation(
    router,
    "delete",
    "people/{person_id}/leaves/{leave_id}",
    summary=N_("Take a long leave back"),
    who=SETTERS,
    scope="write",
    answers=None,
    status=204,
)
def take_leave_back(request: HttpRequest, person_id: PublicId, leave_id: RowId) -> HttpResponse:
    me = actor(request)
    holder = person_card_for(me, person_id, to="set")
    actions.take_leave_back(me, holder, leave_id)
    return nothing()
