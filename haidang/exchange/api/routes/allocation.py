"""Allocating a KPI's target to the KPIs that add up to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import PublicId
from haidang.exchange.api.operation import operation
from haidang.exchange.api.represent import goal_ref
from haidang.exchange.api.schemas.allocation import (
    AllocatedOut,
    AllocationIn,
    AllocationOut,
    AllocationPeriodOut,
    AllocationPlace,
    AllocationSavedOut,
    FillingOut,
    SpreadIn,
)
from haidang.exchange.api.schemas.periods import Year
from haidang.exchange.api.versions import answer
from haidang.goals.access import goal_for
from haidang.goals.models import Goal, Kind
from haidang.kpis import actions
from haidang.kpis.queries.allocation import (
    Allocation,
    Row,
    allocation_of,
    by_public_id,
    can_allocate,
)
from haidang.kpis.queries.spreading import SPREADS, fill
from haidang.kpis.rules.targets import Left
from haidang.lib.errors import Conflict, Invalid
from haidang.people.models import Person

router = Router(tags=["numbers"])

WHO = N_("Who sets the targets of the KPI")
#: Cells keep what is typed as text, too; here nobody reads it.
_LANGUAGE = "en"


def _kpi(me: Person, goal_id: str) -> Goal:
    kpi = goal_for(me, goal_id, to="set_targets", kind=Kind.KPI)
    if not can_allocate(kpi):
        raise Conflict(
            _("Targets are allocated where the numbers of the KPIs below add up."),
            code="not_a_sum",
        )
    return kpi


def _filling(one: Left) -> dict[str, Any]:
    return {"target": one.target, "allocated": one.allocated, "left": one.left}


def _row_out(row: Row, table: Allocation) -> AllocatedOut:
    return AllocatedOut(
        kpi=None if row.kpi is None else goal_ref(row.kpi),
        metric_unit=table.kpi.metric_unit if row.kpi is None else row.kpi.metric_unit,
        version=None if row.kpi is None else row.kpi.version,
        may_set=row.is_open,
        needs_request=row.asks,
        shorter_periods=row.is_finer,
        targets=[cell.value for cell in row.cells],
        waiting=sorted(row.waits),
    )


def allocation_out(table: Allocation, page: int) -> AllocationOut:
    left = table.left()
    return AllocationOut(
        kpi=table.kpi.public_id,
        year=table.year,
        month=table.month,
        periods=[
            AllocationPeriodOut(
                starts=column.starts,
                ends=column.ends,
                locked=column.is_locked,
                others=others,
                **_filling(one),
            )
            for column, others, one in zip(table.columns, table.others, left, strict=False)
        ],
        whole=FillingOut(**_filling(left[-1])) if table.has_year else None,
        kpis=[_row_out(row, table) for row in table.rows],
        count=table.count,
        next=page + 1 if page * table.most < table.count else None,
    )


@operation(
    router,
    "get",
    "goals/{goal_id}/allocation/{year}",
    summary=N_("How a KPI's target is allocated to the KPIs that add up to it"),
    who=WHO,
    scope="read",
    answers=AllocationOut,
    refusals=[409],
    note=N_(
        "By period of a fiscal year, with what is left over. KPIs that are not open to you count "
        "without their names. 409 for a KPI whose number is no sum of others."
    ),
)
def get_allocation(
    request: HttpRequest, goal_id: PublicId, year: Year, place: Query[AllocationPlace]
) -> HttpResponse:
    me = actor(request)
    kpi = _kpi(me, goal_id)
    table = allocation_of(me, kpi, year, place.page, _LANGUAGE, place.month)
    return answer(request, allocation_out(table, place.page))


@operation(
    router,
    "post",
    "goals/{goal_id}/allocation/{year}/spread",
    summary=N_("Spread targets over periods, or among the KPIs below"),
    who=WHO,
    scope="read",
    answers=AllocationOut,
    refusals=[409],
    note=N_(
        "The allocation as it would then be; nothing is saved. The parts add up exactly. 422 "
        "where nothing can be spread."
    ),
)
def spread_allocation(
    request: HttpRequest, goal_id: PublicId, year: Year, body: SpreadIn
) -> HttpResponse:
    me = actor(request)
    kpi = _kpi(me, goal_id)
    table = allocation_of(me, kpi, year, body.page, _LANGUAGE, body.month)
    how = f"{'year' if body.over == 'periods' else 'down'}-{body.by}"
    if how not in SPREADS or (body.over == "periods" and not table.has_year):
        raise Invalid(_("The targets here cannot be spread like this."), code="choice", field="by")
    rows = by_public_id(table.rows)
    for n, one in enumerate(body.totals):
        row = rows.get(one.kpi)
        if row is None or row.year is None or not row.year.is_open:
            raise Invalid(
                _("This KPI is not allocated here."), code="choice", field=f"totals.{n}.kpi"
            )
        row.year.put(one.total, _LANGUAGE)
    problem = fill(table, how, _LANGUAGE)
    if problem:
        raise Invalid(problem, code="no_spread", field="by")
    return answer(request, allocation_out(table, body.page))


@operation(
    router,
    "post",
    "goals/{goal_id}/allocation",
    summary=N_("Allocate a KPI's target"),
    who=N_("Who sets the targets of the KPI, and those of each KPI that is named"),
    scope="write",
    answers=AllocationSavedOut,
    refusals=[409],
    note=N_(
        "What may change at once changes, and the rest goes into one request, all in one step. "
        "409 for a closed period, where a request waits already, and where nobody could decide."
    ),
)
def save_allocation(request: HttpRequest, goal_id: PublicId, body: AllocationIn) -> HttpResponse:
    me = actor(request)
    kpi = _kpi(me, goal_id)
    kpis: dict[str, Goal] = {kpi.public_id: kpi}
    wanted: dict[str, dict[date | None, dict[str, Any]]] = {}
    for one in body.targets:
        public_id = one.kpi or kpi.public_id
        if public_id not in kpis:
            kpis[public_id] = goal_for(me, public_id, kind=Kind.KPI)
        wanted.setdefault(public_id, {}).setdefault(one.starts, {})["target"] = one.target
    versions = {one.kpi: one.version for one in body.seen}
    outcome = actions.change_targets(
        me,
        kpi,
        [actions.Wanted(kpis[key], days, versions.get(key)) for key, days in wanted.items()],
        body.reason,
    )
    content = AllocationSavedOut(
        changed=outcome.changed, request=None if outcome.request is None else outcome.request.pk
    )
    return answer(request, content)
