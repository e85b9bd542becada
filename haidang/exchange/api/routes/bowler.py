"""The bowler: KPIs by the months of a fiscal year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
from haidang.exchange.api.operation import WHO_SEES, operation
from haidang.exchange.api.problems import BadParameter
from haidang.exchange.api.represent import goal_ref
from haidang.exchange.api.schemas.bowler import (
    BowlerCell,
    BowlerFilters,
    BowlerOut,
    BowlerRow,
    BowlerTotal,
)
from haidang.exchange.api.versions import answer
from haidang.kpis.actions.closing import span_of
from haidang.kpis.queries.bowler import Cell, Row, bowler, kpis_of
from haidang.lib.decimals import of_fraction
from haidang.people.access import person_for, today_of, unit_for

router = Router(tags=["numbers"])


@operation(
    router,
    "get",
    "kpis/bowler",
    summary=N_("KPIs by the months of a fiscal year"),
    who=WHO_SEES,
    scope="read",
    answers=BowlerOut,
    note=N_(
        "40 KPIs a page, of a unit and below or of a person; without either of the whole "
        "organisation. Months of KPIs that are measured by days or weeks are folded. Closed "
        "periods are told as they were closed."
    ),
)
def get_bowler(request: HttpRequest, filters: Query[BowlerFilters]) -> HttpResponse:
    me = actor(request)
    if filters.unit and filters.person:
        raise BadParameter(
            _("Please name a unit or a person, not both."), code="one_of_two", field="person"
        )
    unit = named(me, "unit", unit_for, filters.unit, query=True) if filters.unit else None
    owner = named(me, "person", person_for, filters.person, query=True) if filters.person else None
    year = span_of(me.organisation, "year", filters.day or today_of(me))
    found = bowler(me, kpis_of(me, unit, owner), year, filters.page)
    months = [starts for starts, _label in found.months]
    return answer(
        request,
        BowlerOut(
            starts=year.starts,
            ends=year.ends,
            count=found.count,
            items=[_row(row, months) for row in found.rows],
        ),
    )


def _row(row: Row, months: Sequence[date]) -> BowlerRow:
    return BowlerRow(
        kpi=goal_ref(row.goal),
        frequency=row.goal.frequency,
        metric_unit=row.goal.metric_unit,
        cells=[
            _cell(month, one.starts, one)
            for month, one in zip(months, row.cells, strict=True)
            if one.starts is not None
        ],
        to_date=total_out(row.to_date),
    )


def total_out(one: Cell) -> BowlerTotal:
    return BowlerTotal(
        state=one.state,
        actual=one.actual,
        target=one.target,
        attainment=percent(one.attainment),
    )


def _cell(month: date, starts: date, one: Cell) -> BowlerCell:
    return BowlerCell(
        month=month,
        starts=starts,
        state=one.state,
        actual=one.actual,
        target=one.target,
        low=one.low,
        high=one.high,
        attainment=percent(one.attainment),
        closed=one.closed,
    )


def percent(billionths: Decimal | None) -> Decimal | None:
    if billionths is None:
        return None
    return of_fraction(Fraction(billionths) / 10**7)
