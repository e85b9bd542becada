"""Actuals of KPIs: many in one request, and what stands per KPI and period."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.checkins.actuals import Actual, record_actuals
from haidang.checkins.models import CheckIn, Source
from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
from haidang.exchange.api.operation import WHO_SEES, operation
from haidang.exchange.api.pages import page
from haidang.exchange.api.represent import goal_ref, some_ref
from haidang.exchange.api.routes.check_ins import REPORTERS
from haidang.exchange.api.schemas.actuals import (
    ActualFilters,
    ActualMade,
    ActualOut,
    ActualRows,
    ActualsMade,
    ActualsOut,
)
from haidang.exchange.api.versions import answer
from haidang.goals.access import visible
from haidang.goals.models import Kind, KpiPeriod
from haidang.people.access import unit_for

router = Router(tags=["check-ins"])


@operation(
    router,
    "post",
    "kpis/actuals",
    summary=N_("Report many KPIs"),
    who=REPORTERS,
    scope="check_in",
    answers=ActualsMade,
    status=201,
    note=N_(
        "Up to 10,000 rows, all of them or none, by the rules of a single check-in; every reason "
        "is told by its row and field (`rows.4.value`). A row takes the place of what stands in "
        "its period; what stands there already is not recorded again. The same KPI and period "
        "twice is refused."
    ),
)
def create_actuals(request: HttpRequest, body: ActualRows) -> HttpResponse:
    rows = [
        Actual(row.kpi, row.day, row.value, row.numerator, row.denominator, row.note)
        for row in body.rows
    ]
    taken = record_actuals(actor(request), rows, source=Source.API)
    items = [
        ActualMade(
            kpi=one.kpi,
            starts=one.starts,
            check_in=one.record,
            outcome="recorded" if one.is_new else "unchanged",
        )
        for one in taken
    ]
    recorded = sum(one.is_new for one in taken)
    content = ActualsMade(items=items, recorded=recorded, unchanged=len(taken) - recorded)
    return answer(request, content, status=201)


@operation(
    router,
    "get",
    "kpis/actuals",
    summary=N_("What stands per KPI and period"),
    who=WHO_SEES,
    scope="read",
    answers=ActualsOut,
    note=N_(
        "Periods in which something was reported, for the KPI itself or for the value children "
        "that add to it; KPI by KPI, the earliest first."
    ),
)
def list_actuals(request: HttpRequest, filters: Query[ActualFilters]) -> HttpResponse:
    me = actor(request)
    kpis = visible(me).filter(kind=Kind.KPI)
    if filters.frequency:
        kpis = kpis.filter(frequency=filters.frequency)
    if filters.unit:
        unit = named(me, "unit", unit_for, filters.unit, query=True)
        kpis = kpis.filter(unit__path__startswith=unit.path)
    rows = KpiPeriod.objects.filter(
        Q(own_value__isnull=False) | Q(value_reports__gt=0), goal__in=kpis.order_by()
    ).select_related("goal")
    if filters.from_:
        rows = rows.filter(ends__gte=filters.from_)
    if filters.to:
        rows = rows.filter(starts__lte=filters.to)
    found, following = page(rows, ("goal_id", "starts"), filters, of=me.organisation_id)
    ids = [period.own_record_id for period in found if period.own_record_id]
    records = CheckIn.objects.select_related("author").in_bulk(ids)
    items = [_actual_out(period, records.get(period.own_record_id or 0)) for period in found]
    return answer(request, ActualsOut(items=items, next=following))


def _actual_out(period: KpiPeriod, record: CheckIn | None) -> ActualOut:
    return ActualOut(
        kpi=goal_ref(period.goal),
        frequency=period.goal.frequency,
        starts=period.starts,
        ends=period.ends,
        target=period.target,
        value=period.own_value,
        numerator=record.numerator if record else None,
        denominator=record.denominator if record else None,
        value_sum=period.value_sum or Decimal(0),
        value_reports=period.value_reports,
        check_in=period.own_record_id,
        note=record.note if record else "",
        source=record.source if record else "",
        author=some_ref(record.author) if record else None,
        recorded_at=record.recorded_at if record else None,
        locked_at=period.locked_at,
    )
