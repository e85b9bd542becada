"""Units side by side in one KPI, and the ranking of units. Persons are never ranked."""

from __future__ import annotations

from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import PublicId
from haidang.exchange.api.operation import ANYONE, WHO_SEES, operation
from haidang.exchange.api.represent import goal_ref, some_ref
from haidang.exchange.api.routes.bowler import percent, total_out
from haidang.exchange.api.routes.scorecards import span_of_card
from haidang.exchange.api.schemas.scorecards import CardTime
from haidang.exchange.api.schemas.side_by_side import (
    ComparableOut,
    RankedUnitOut,
    UnitPartOut,
    UnitPartsOut,
    UnitPeriodOut,
    UnitRankingOut,
    YearFilter,
)
from haidang.exchange.api.versions import answer
from haidang.goals.access import goal_for
from haidang.goals.models import Kind
from haidang.kpis.access import ranks_units
from haidang.kpis.actions.closing import span_of
from haidang.kpis.queries.bowler import Cell, Small, comparable, small_multiples
from haidang.kpis.queries.card import Card
from haidang.kpis.queries.listing import listed_units
from haidang.lib.decimals import of_fraction
from haidang.lib.errors import Conflict
from haidang.people.access import today_of

router = Router(tags=["numbers"])


@operation(
    router,
    "get",
    "kpis/comparable",
    summary=N_("KPIs in which units stand side by side"),
    who=WHO_SEES,
    scope="read",
    answers=ComparableOut,
    note=N_("KPIs that at least two units have a part in, as KPIs of their own right below."),
)
def list_comparable(request: HttpRequest) -> HttpResponse:
    found = comparable(actor(request))
    return answer(request, ComparableOut(items=[goal_ref(one) for one in found]))


@operation(
    router,
    "get",
    "goals/{goal_id}/units",
    summary=N_("The parts that units have in a KPI, period by period"),
    who=WHO_SEES,
    scope="read",
    answers=UnitPartsOut,
    refusals=[409],
    note=N_(
        "The KPIs of units right below that are measured alike and that you see, in the order of "
        "the units' tree; never those of persons, and none where nothing can be compared. Closed "
        "periods are told as they were closed."
    ),
)
def get_unit_parts(
    request: HttpRequest, goal_id: PublicId, when: Query[YearFilter]
) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id)
    if goal.kind != Kind.KPI:
        raise Conflict(_("Units stand side by side in KPIs only."), code="kind")
    year = span_of(me.organisation, "year", when.day or today_of(me))
    found = small_multiples(me, goal, year)
    return answer(
        request,
        UnitPartsOut(
            starts=year.starts,
            ends=year.ends,
            frequency=goal.frequency,
            metric_unit=goal.metric_unit,
            items=[_part_out(one) for one in found],
        ),
    )


def _part_out(one: Small) -> UnitPartOut:
    assert one.goal.unit is not None  # parts of units alone are read
    return UnitPartOut(
        unit=some_ref(one.goal.unit),
        kpi=goal_ref(one.goal),
        periods=[_period_out(cell) for cell in one.cells],
        to_date=total_out(one.to_date),
    )


def _period_out(one: Cell) -> UnitPeriodOut:
    assert one.starts is not None  # only months of finer periods have none
    return UnitPeriodOut(
        starts=one.starts,
        state=one.state,
        actual=one.actual,
        target=one.target,
        low=one.low,
        high=one.high,
        attainment=percent(one.attainment),
        closed=one.closed,
    )


@operation(
    router,
    "get",
    "kpis/scorecards/ranking",
    summary=N_("The ranking of units by their scorecards"),
    who=ANYONE,
    scope="read",
    answers=UnitRankingOut,
    note=N_(
        "Where the organisation allows it, for everybody but guests: the units that have a score, "
        "the highest first, at most 300. Persons are never ranked."
    ),
)
def get_unit_ranking(request: HttpRequest, time: Query[CardTime]) -> HttpResponse:
    me = actor(request)
    span, allowed = span_of_card(me, time), ranks_units(me)
    items = []
    if allowed:
        found = listed_units(me, span, ranked=True)
        places, opened = found["places"], found["open_ids"]
        items = [
            _ranked_out(one, places[one.holder.pk], one.holder.pk in opened)
            for one in found["cards"]
        ]
    return answer(
        request,
        UnitRankingOut(
            frequency=span.frequency,
            starts=span.starts,
            ends=span.ends,
            allowed=allowed,
            items=items,
        ),
    )


def _ranked_out(one: Card, place: int, opened: bool) -> RankedUnitOut:
    return RankedUnitOut(
        place=place,
        unit=some_ref(one.holder),
        score=of_fraction(Fraction(one.total.score or 0)),
        band=one.band,
        provisional=one.provisional,
        measured=len(one.measured),
        due=len(one.due),
        open=opened,
    )
