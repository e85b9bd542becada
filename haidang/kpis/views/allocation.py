"""Allocating a KPI's target to units, persons and periods: the grid of the KPIs below it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haidang.goals.access import goal_for
from haidang.goals.models import Goal, Kind
from haidang.goals.rules.periods import fiscal_year
from haidang.kpis import actions
from haidang.kpis.forms.targets import any_wrong
from haidang.kpis.queries.allocation import (
    MOST,
    Allocation,
    Row,
    allocation_of,
    by_public_id,
    can_allocate,
)
from haidang.kpis.queries.targets import calendar_of
from haidang.kpis.rules.targets import (
    by_shape,
    by_working_days,
    converted,
    equal,
    settable,
    spread,
    spread_open,
    sum_of,
)
from haidang.kpis.views.targets import YEARS, no_spread, version_of
from haidang.lib.database import reading
from haidang.lib.decimals import EXACT
from haidang.lib.errors import Conflict, Invalid, Stale
from haidang.people.access import person_of, signed_in, today_of
from haidang.people.models import Person

#: What is spread how: a year over its periods, or a period of the KPI above over those below.
SPREADS = (
    "year-equal", "year-last_year", "year-working_days", "down-equal", "down-last_year",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def allocation(request: HttpRequest, public_id: str) -> HttpResponse:
    """The grid of a fiscal year; POST saves what changed in it, asks for what needs it, or
    fills it by a spread."""
    person = person_of(request)
    kpi = goal_for(person, public_id, to="set_targets", kind=Kind.KPI)
    year, page = _wanted(person, kpi, request.GET)
    language = (get_language() or "vi")[:2]
    facts: dict[str, Any] = {
        "goal": kpi, "year": year, "page": page, "fits": can_allocate(kpi), "error": None,
        "reason": "", "reason_error": None, "most": MOST,
    }  # fmt: skip
    if not facts["fits"]:
        return render(request, "kpis/allocation.html", facts | {"table": None})
    with reading():
        table = allocation_of(person, kpi, year, page, language)
    facts["table"] = table
    status = 200
    if request.method == "POST":
        status = _posted(request, person, table, facts, language)
        if status == 302:
            return HttpResponseRedirect(_address(kpi, year, page))
    facts["left"] = table.left()
    facts["asks"] = any(row.asks and row.is_open for row in table.rows)
    return render(request, "kpis/allocation.html", facts, status=status)


def _address(kpi: Goal, year: int, page: int) -> str:
    more = f"&page={page}" if page > 1 else ""
    return f"{reverse('kpi_allocation', args=[kpi.public_id])}?year={year}{more}"


def _wanted(person: Person, kpi: Goal, asked: QueryDict) -> tuple[int, int]:
    """The fiscal year and the page that are asked for; what makes no sense is the usual."""
    usual = kpi.standing.kpi_year or fiscal_year(
        today_of(person), person.organisation.fiscal_year_start
    )
    found = []
    for name, otherwise in (("year", usual), ("page", 1)):
        text = asked.get(name, "")
        fits = text.isascii() and text.isdigit() and len(text) < 6
        found.append(int(text) if fits else otherwise)
    year = found[0] if YEARS[0] <= found[0] <= YEARS[1] else usual
    return year, max(1, found[1])


def _posted(
    request: HttpRequest, person: Person, table: Allocation, facts: dict[str, Any], language: str
) -> int:
    """Work what was sent; the status to answer with (302: it is saved)."""
    years = [row.year for row in table.rows if row.year is not None]
    for cell in (*table.cells, *years):
        cell.type(request.POST, language)
    facts["reason"] = request.POST.get("reason", "")[:2000]
    how = request.POST.get("spread", "")
    if how in SPREADS:
        problem = _spread(table, how, language)
        facts["error"] = problem
        return 422 if problem else 200
    for row in table.rows:
        _check_year(row)
    if any_wrong([*table.cells, *years]):
        facts["error"] = _("Some cells cannot be taken.")
        return 422
    wanted = [
        actions.Wanted(row.kpi, targets, version_of(request.POST.get(f"v-{row.kpi.public_id}", "")))
        for row in table.rows
        if row.kpi is not None and (targets := _changes(table, row))
    ]
    try:
        outcome = actions.change_targets(person, table.kpi, wanted, facts["reason"])
    except (Invalid, Conflict) as refusal:
        _tell(table, facts, refusal)
        return refusal.status
    _say(request, outcome)
    return 302


def _changes(table: Allocation, row: Row) -> dict[Any, dict[str, Decimal | None]]:
    pairs = zip(table.columns, row.cells, strict=True)
    return {column.starts: {"target": c.value} for column, c in pairs if c.is_changed}


def _check_year(row: Row) -> None:
    """A year that was typed and not spread is not lost without a word."""
    if row.year is None or not row.year.is_changed or row.year.value is None:
        return
    if row.year.value != row.total:
        row.year.error = _("The periods do not come to this: spread it, or correct it.")


def _spread(table: Allocation, how: str, language: str) -> Any:
    """Fill the open cells; what kept it from that, if anything did. Nothing is saved."""
    what, _dash, way = how.partition("-")
    if what == "down":
        return _down(table, way, language)
    done, failed = 0, 0
    for row in table.rows:
        if row.year is None or not row.year.is_open or row.year.error or row.year.value is None:
            continue
        weights: list[Decimal | int] = list(equal(len(table.columns)))
        if way == "working_days":
            calendar = calendar_of(table.kpi.organisation_id)
            weights = list(by_working_days([(c.starts, c.ends) for c in table.columns], calendar))
        elif way == "last_year":
            weights = list(by_shape([*row.last_year, *[None] * len(table.columns)]))
        places = [c.is_open for c in row.cells]
        parts = spread_open(
            row.year.value, [c.was for c in row.cells], places, weights[: len(places)],
            table.kpi.decimals,
        )  # fmt: skip
        if parts is None:
            failed += 1
            continue
        done += 1
        for cell, part in zip(row.cells, parts, strict=True):
            if cell.is_open:
                direction = row.kpi.direction if row.kpi is not None else ""
                cell.put(settable(part, direction, table.kpi.decimals), language)
    return no_spread(way) if failed and not done else None


def _down(table: Allocation, way: str, language: str) -> Any:
    """Divide each period's target of the KPI above among the open cells of the KPIs below."""
    kpi, done = table.kpi, False
    for at, column in enumerate(table.columns):
        if column.target is None:
            continue
        cells = [(row, row.cells[at]) for row in table.rows]
        fixed = [
            converted(cell.was, row.scale, kpi.metric_scale)
            for row, cell in cells
            if not cell.is_open
        ]
        left = EXACT.subtract(column.target, sum_of([*fixed, table.others[at]]))
        free = [(row, cell) for row, cell in cells if cell.is_open]
        shares: list[Decimal | int] = list(equal(len(free)))
        if way == "last_year":
            before = (row.last_year[at] if at < len(row.last_year) else None for row, _c in free)
            bases = zip(free, before, strict=True)
            shares = list(
                by_shape([converted(one, row.scale, kpi.metric_scale) for (row, _c), one in bases])
            )
        parts = spread(left, shares, kpi.decimals) if free and left >= 0 else None
        if parts is None:
            continue
        done = True
        for (row, cell), part in zip(free, parts, strict=True):
            if row.kpi is not None:
                fits = converted(part, kpi.metric_scale, row.scale)
                cell.put(settable(fits, row.kpi.direction, row.kpi.decimals), language)
    for row in table.rows:
        if row.year is not None:
            row.year.put(row.total, language)
    return None if done else no_spread(way)


def _tell(table: Allocation, facts: dict[str, Any], refusal: Invalid | Conflict) -> None:
    """A refusal beside its cause."""
    facts["error"] = refusal.message
    if isinstance(refusal, Stale):
        for row in table.rows:
            if row.kpi is not None:
                row.kpi.refresh_from_db(fields=["version"])
        return
    if refusal.field == "reason":
        facts["reason_error"] = refusal.message
        return
    public_id, _dot, day = (refusal.field or "").partition(".")
    found = by_public_id(table.rows).get(public_id)
    for column, cell in zip(table.columns, found.cells if found else (), strict=False):
        if column.starts.isoformat() == day:
            cell.error = refusal.message
            facts["error"] = _("Some cells cannot be taken.")


def _say(request: HttpRequest, outcome: actions.Outcome) -> None:
    if outcome.changed:
        said = ngettext(
            "The targets of %(num)s KPI are saved.", "The targets of %(num)s KPIs are saved.",
            outcome.changed,
        )  # fmt: skip
        messages.success(request, said % {"num": outcome.changed})
    if outcome.request is not None:
        messages.success(request, _("Asked: the old targets count until somebody else decides."))
    if not outcome.changed and outcome.request is None:
        messages.info(request, _("Nothing had changed."))
