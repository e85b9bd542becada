"""The targets of a KPI, period by period, for one fiscal year."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haidang.goals import actions
from haidang.goals.access import goal_for
from haidang.goals.models import Goal, Kind, KpiPeriod
from haidang.goals.models.goal import Aggregation, Direction
from haidang.goals.rules.periods import fiscal_year, period_of, periods_between, year_of_period
from haidang.goals.views.common import FORM, person_of, version_of
from haidang.goals.words import period_label
from haidang.lib.decimals import EXACT
from haidang.lib.errors import Conflict, Invalid, Stale
from haidang.lib.input import parse_decimal
from haidang.people.access import signed_in, today_of
from haidang.web import formats

#: What each direction asks of a period.
_ASKED: dict[str, tuple[str, ...]] = {
    Direction.RANGE: ("low", "high", "tolerance"),
    Direction.LINEAR: ("baseline", "target"),
    Direction.PASS_FAIL: (),
}


@dataclass(slots=True)
class Cell:
    """One input of the grid as it is typed."""

    name: str
    text: str
    error: Any = None


@dataclass(slots=True)
class PeriodLine:
    starts: date
    label: str
    locked: bool
    reported: bool
    cells: list[Cell] = field(default_factory=list)


@require_http_methods(FORM)
@signed_in
def targets(request: HttpRequest, public_id: str, year: int | None = None) -> HttpResponse:
    """The grid of a year; POST sets what changed in it."""
    person = person_of(request)
    kpi = goal_for(person, public_id, to="set_targets", kind=Kind.KPI)
    first_month = person.organisation.fiscal_year_start
    if year is None:
        year = kpi.standing.kpi_year or fiscal_year(today_of(person), first_month)
    if not 1991 <= year <= 2198:
        return HttpResponseRedirect(reverse("goal_targets", args=[kpi.public_id]))
    asked = _ASKED.get(kpi.direction, ("target",))
    lines = _lines(kpi, year, first_month, asked)
    facts: dict[str, Any] = {
        "goal": kpi, "year": year, "lines": lines, "asked": asked, "version": kpi.version,
        "reason": "", "error": None, "reason_error": None, "total": _total(kpi, lines),
    }  # fmt: skip
    status = 200
    if request.method == "POST":
        wanted = _typed(request.POST, lines)
        facts["total"] = _total(kpi, lines)
        if "total" in request.GET and facts["total"] is not None:
            return render(request, "goals/_targets_total.html", facts)
        facts["reason"] = request.POST.get("reason", "")[:2000]
        status = 422
        if wanted is not None:
            try:
                actions.set_targets(
                    person, kpi, year, wanted, version_of(request), reason=facts["reason"]
                )
            except Stale as stale:
                status, facts["error"] = stale.status, stale.message
                facts["version"] = stale.current["version"]
            except (Invalid, Conflict) as refusal:
                status = refusal.status
                which = "reason_error" if refusal.field == "reason" else "error"
                facts[which] = refusal.message
            else:
                messages.success(request, _("The targets are saved."))
                return HttpResponseRedirect(reverse("goal", args=[kpi.public_id]))
    return render(request, "goals/targets.html", facts, status=status)


def _lines(kpi: Goal, year: int, first_month: int, asked: tuple[str, ...]) -> list[PeriodLine]:
    known = {p.starts: p for p in kpi.periods.filter(year=year)}
    first = date(year, first_month, 1)
    last = period_of(first, "year", first_month)[1]
    found = []
    for starts, _ends in periods_between(first, last, kpi.frequency, first_month):
        if year_of_period(starts, kpi.frequency, first_month) != year:
            continue
        period = known.get(starts)
        source: KpiPeriod | Goal = period or kpi
        found.append(
            PeriodLine(
                starts,
                period_label(starts, kpi.frequency, first_month),
                period is not None and period.locked_at is not None,
                period is not None and (period.own_value is not None or period.value_reports > 0),
                [Cell(name, formats.plain(getattr(source, name), _language())) for name in asked],
            )
        )
    return found


def _total(kpi: Goal, lines: list[PeriodLine]) -> Decimal | None:
    """What the targets of a year come to as they are typed, where a year is their sum."""
    if kpi.aggregation != Aggregation.SUM or len(lines) < 2:
        return None
    total = Decimal(0)
    cells = [cell for line in lines for cell in line.cells if cell.name == "target"]
    for cell in cells:
        with suppress(Invalid):
            if cell.text.strip():
                total = EXACT.add(total, parse_decimal(cell.text, _language()))
    return total if cells else None


def _language() -> str:
    return (get_language() or "vi")[:2]


def _typed(
    data: Mapping[str, str], lines: list[PeriodLine]
) -> dict[date, dict[str, Decimal | None]] | None:
    """What was typed, by period; None when a cell is wrong (it says how)."""
    wanted: dict[date, dict[str, Decimal | None]] = {}
    wrong = False
    for line in lines:
        if line.locked:
            continue
        values: dict[str, Decimal | None] = {}
        for cell in line.cells:
            key = f"{cell.name}-{line.starts.isoformat()}"
            if key not in data:
                continue
            cell.text = data[key][:60]
            try:
                text = cell.text.strip()
                values[cell.name] = parse_decimal(text, _language()) if text else None
            except Invalid as invalid:
                cell.error = invalid.message
                wrong = True
        if values:
            wanted[line.starts] = values
    return None if wrong else wanted
