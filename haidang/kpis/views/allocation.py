"""Allocating a KPI's target to units, persons and periods: the grid of the KPIs below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haidang.goals.access import goal_for
from haidang.goals.models import Frequency, Goal, Kind
from haidang.goals.rules.periods import add_months, fiscal_year
from haidang.kpis import actions
from haidang.kpis.forms.targets import any_wrong
from haidang.kpis.queries.allocation import (
    Allocation,
    Row,
    allocation_of,
    by_public_id,
    can_allocate,
)
from haidang.kpis.queries.spreading import SPREADS, fill
from haidang.kpis.views.targets import YEARS, version_of
from haidang.lib.database import reading
from haidang.lib.errors import Conflict, Invalid, Stale
from haidang.people.access import person_of, signed_in, today_of
from haidang.people.models import Person


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def allocation(request: HttpRequest, public_id: str) -> HttpResponse:
    """The grid of a fiscal year; POST saves what changed in it, asks for what needs it, or
    fills it by a spread."""
    person = person_of(request)
    kpi = goal_for(person, public_id, to="set_targets", kind=Kind.KPI)
    wanted = _wanted(person, kpi, request.GET)
    year = wanted.year
    language = (get_language() or "vi")[:2]
    facts: dict[str, Any] = {
        "goal": kpi, "year": year, "page": wanted.page, "fits": can_allocate(kpi), "error": None,
        "reason": "", "reason_error": None, "wanted": wanted,
    }  # fmt: skip
    if not facts["fits"]:
        return render(request, "kpis/allocation.html", facts | {"table": None})
    with reading():
        table = allocation_of(person, kpi, year, wanted.page, language, wanted.month)
    facts["table"] = table
    status = 200
    if request.method == "POST":
        status = _posted(request, person, table, facts, language)
        if status == 302:
            return HttpResponseRedirect(wanted.address())
    facts["left"] = table.left()
    facts["asks"] = any(row.asks and row.is_open for row in table.rows)
    return render(request, "kpis/allocation.html", facts, status=status)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; what makes no sense is the usual."""

    kpi: Goal
    year: int
    month: int  # of days: the calendar month
    page: int
    first_month: int

    @property
    def by_days(self) -> bool:
        return self.kpi.frequency == Frequency.DAY

    @property
    def starts(self) -> date:
        """The first day of the month."""
        later = self.month < self.first_month
        return date(self.year + later, self.month, 1)

    def address(self, *, years: int = 0, months: int = 0, page: int | None = None) -> str:
        """The address of the same, so much later, from its first page on; or another page."""
        first = add_months(self.starts, months)
        query: dict[str, int] = {"year": fiscal_year(first, self.first_month) + years}
        if self.by_days:
            query["month"] = first.month
        moved = years or months
        number = page if page is not None else 1 if moved else self.page
        query |= {"page": number} if number > 1 else {}
        return f"{reverse('kpi_allocation', args=[self.kpi.public_id])}?{urlencode(query)}"


def _wanted(person: Person, kpi: Goal, asked: QueryDict) -> Wanted:
    first_month, today = person.organisation.fiscal_year_start, today_of(person)
    usual = kpi.standing.kpi_year or fiscal_year(today, first_month)
    found = []
    for name, otherwise in (("year", usual), ("month", 0), ("page", 1)):
        text = asked.get(name, "")
        fits = text.isascii() and text.isdigit() and len(text) < 6
        found.append(int(text) if fits else otherwise)
    year = found[0] if YEARS[0] <= found[0] <= YEARS[1] else usual
    month = found[1] if 1 <= found[1] <= 12 else 0
    if not month:
        month = today.month if year == fiscal_year(today, first_month) else first_month
    return Wanted(kpi, year, month, max(1, found[2]), first_month)


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
        problem = fill(table, how, language)
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
