"""The targets of a KPI, period by period, for one fiscal year; requests to change them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haidang.goals.access import goal_for, verbs_of
from haidang.goals.actions.targets import needs_request
from haidang.goals.models import Goal, Kind, State
from haidang.goals.models.kinds import Aggregation
from haidang.goals.rules.periods import fiscal_year
from haidang.kpis import actions
from haidang.kpis.access import (
    TARGET_ASKERS,
    may_decide_targets,
    may_withdraw_targets,
    nobody_decides,
    require_target_asker,
    target_request_for,
    target_requests_to_decide,
    target_requests_visible,
)
from haidang.kpis.forms.targets import Cell, PeriodCells, TargetAnswerForm, any_wrong
from haidang.kpis.models import TargetAnswer
from haidang.kpis.queries.spreading import no_spread
from haidang.kpis.queries.targets import (
    Year,
    asked_in,
    asked_of,
    calendar_of,
    year_before_of,
    year_of,
)
from haidang.kpis.rules.targets import (
    by_shape,
    by_working_days,
    equal,
    settable,
    spread_open,
    sum_of,
)
from haidang.lib.database import reading
from haidang.lib.errors import Conflict, Invalid, Stale
from haidang.lib.input import parse_decimal
from haidang.people.access import person_of, signed_in, today_of
from haidang.people.models import Person
from haidang.web.forms import add_refusal

FORM = ["GET", "HEAD", "POST"]
#: First and last fiscal year that has a page, so that the one before and after have one.
YEARS = (1991, 2198)
#: States in which targets are set.
OPEN = (State.DRAFT, State.RETURNED, State.SUBMITTED, State.ACTIVE)


@require_http_methods(FORM)
@signed_in
def targets(request: HttpRequest, public_id: str, year: int | None = None) -> HttpResponse:
    """The grid of a year with its ledger; POST changes the targets, or asks for it."""
    person = person_of(request)
    kpi = goal_for(person, public_id, kind=Kind.KPI)
    if request.method == "POST":
        require_target_asker(person, kpi)
    first_month = person.organisation.fiscal_year_start
    if year is None:
        year = kpi.standing.kpi_year or fiscal_year(today_of(person), first_month)
    if not YEARS[0] <= year <= YEARS[1]:
        return HttpResponseRedirect(reverse("goal_targets", args=[kpi.public_id]))
    with reading():
        facts = _facts(person, kpi, year)
        if request.method != "POST":
            return render(request, "kpis/targets.html", facts)
    grid: list[PeriodCells] = facts["grid"]
    cells = [cell for line in grid for cell in line.cells]
    for cell in cells:
        cell.type(request.POST, _language())
    facts["total"] = _total(kpi, grid)
    if "total" in request.GET and facts["total"] is not None:
        return render(request, "kpis/_targets_total.html", facts)
    facts["reason"] = request.POST.get("reason", "")[:2000]
    facts["year_total"] = request.POST.get("year_total", "")[:60]
    if "spread" in request.POST:
        _spread(request, facts)
        status = 422 if facts["spread_error"] else 200
        return render(request, "kpis/targets.html", facts, status=status)
    status = 422
    if not any_wrong(cells):
        try:
            return _save(request, person, kpi, grid, facts)
        except (Invalid, Conflict) as refusal:
            status = refusal.status
            _tell(facts, grid, refusal)
    return render(request, "kpis/targets.html", facts, status=status)


def _facts(person: Person, kpi: Goal, year: int) -> dict[str, Any]:
    found = year_of(kpi, year, person)
    asked = asked_of(kpi)
    may = bool(verbs_of(person, kpi) & TARGET_ASKERS) and kpi.state in OPEN
    requests = needs_request(kpi)
    grid = _grid(kpi, found, asked, usual=may and requests)
    a_sum = kpi.aggregation == Aggregation.SUM and len(found.lines) > 1
    return {
        "goal": kpi, "year": year, "found": found, "grid": grid, "asked": asked,
        "version": kpi.version, "reason": "", "error": None, "reason_error": None,
        "total": _total(kpi, grid), "may": may, "asks": requests, "spread_error": None,
        "year_total": "", "is_spread": False,
        "may_spread": may and asked == ("target",) and a_sum,
    }  # fmt: skip


def _grid(kpi: Goal, found: Year, asked: tuple[str, ...], *, usual: bool) -> list[PeriodCells]:
    """The inputs: one line for each period, and before them the usual target where it is asked
    for here."""
    grid = []
    if usual and asked:
        names = [(name, getattr(kpi, name)) for name in asked]
        cells = [Cell.of(f"{name}-usual", name, was, _language()) for name, was in names]
        grid.append(PeriodCells(None, cells))
    for line in found.lines:
        open_ = not line.is_locked
        cells = [
            Cell.of(
                f"{name}-{line.starts.isoformat()}", name, line.stands[name], _language(),
                is_open=open_,
            )
            for name in asked
        ]  # fmt: skip
        grid.append(PeriodCells(line.starts, cells))
    return grid


def _total(kpi: Goal, grid: list[PeriodCells]) -> Decimal | None:
    """What the targets of a year come to as they are typed, where a year is their sum."""
    lines = [line for line in grid if line.starts is not None]
    cells = [cell for line in lines for cell in line.cells if cell.field == "target"]
    if kpi.aggregation != Aggregation.SUM or len(lines) < 2 or not cells:
        return None
    return sum_of(cell.value for cell in cells if cell.error is None)


def _language() -> str:
    return (get_language() or "vi")[:2]


def _spread(request: HttpRequest, facts: dict[str, Any]) -> None:
    """Fill the open periods from what is typed for the whole year; nothing is saved."""
    kpi, found, language = facts["goal"], facts["found"], _language()
    grid = [line for line in facts["grid"] if line.starts is not None]
    try:
        total = parse_decimal(facts["year_total"], language)
    except Invalid as invalid:
        facts["spread_error"] = invalid.message
        return
    weights = weights_of(request.POST.get("spread", ""), kpi, found)
    cells = [line.cells[0] for line in grid]
    parts = spread_open(
        total, [c.was for c in cells], [c.is_open for c in cells], weights, kpi.decimals
    )
    if parts is None:
        facts["spread_error"] = no_spread(request.POST.get("spread", ""))
        return
    for cell, part in zip(cells, parts, strict=True):
        if cell.is_open:
            cell.put(settable(part, kpi.direction, kpi.decimals), language)
    facts["total"] = _total(kpi, facts["grid"])
    facts["is_spread"] = True


def weights_of(how: str, kpi: Goal, found: Year) -> list[Decimal | int]:
    """The weights of a year's periods: by working days, by what the year before came to, or
    all alike."""
    if how == "working_days":
        calendar = calendar_of(kpi.organisation_id)
        return list(by_working_days([(line.starts, line.ends) for line in found.lines], calendar))
    if how == "last_year":
        return list(by_shape(year_before_of(kpi, [line.starts for line in found.lines])))
    return list(equal(len(found.lines)))


def _save(
    request: HttpRequest, person: Person, kpi: Goal, grid: list[PeriodCells], facts: dict[str, Any]
) -> HttpResponse:
    wanted: dict[date | None, dict[str, Decimal | None]] = {
        line.starts: line.wanted for line in grid if line.wanted
    }
    one = actions.Wanted(kpi, wanted, version_of(request.POST.get("version", "")))
    outcome = actions.change_targets(person, kpi, [one], facts["reason"])
    if outcome.request is not None:
        messages.success(request, _("Asked: the old targets count until somebody else decides."))
        return HttpResponseRedirect(reverse("kpi_target_request", args=[outcome.request.pk]))
    if outcome.changed:
        messages.success(request, _("The targets are saved."))
    else:
        messages.info(request, _("Nothing had changed."))
    return HttpResponseRedirect(reverse("goal", args=[kpi.public_id]))


def version_of(text: str) -> int:
    """The version that a form was filled in over; -1, which is never current, if broken."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _tell(facts: dict[str, Any], grid: list[PeriodCells], refusal: Invalid | Conflict) -> None:
    """A refusal beside its cause."""
    if isinstance(refusal, Stale):
        facts["error"] = refusal.message
        facts["version"] = refusal.current["version"]
        return
    if refusal.field == "reason":
        facts["reason_error"] = refusal.message
        return
    place = (refusal.field or "").partition(".")[2]
    for line in grid:
        if place and place == ("usual" if line.starts is None else line.starts.isoformat()):
            cell = next((cell for cell in line.cells if cell.is_changed), line.cells[0])
            cell.error = refusal.message
            return
    facts["error"] = refusal.message


@require_safe
@signed_in
def target_requests(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, what they asked for, and what was decided lately."""
    person = person_of(request)
    with reading():
        rows = target_requests_visible(person)
        mine = rows.filter(asked_by=person, answer=TargetAnswer.WAITING).order_by("-pk")[:50]
        done = rows.exclude(answer=TargetAnswer.WAITING).order_by("-decided_at", "-pk")[:50]
        facts = {
            "to_decide": target_requests_to_decide(person), "mine": list(mine), "done": list(done),
        }  # fmt: skip
        return render(request, "kpis/target_requests.html", facts)


@require_http_methods(FORM)
@signed_in
def target_request(request: HttpRequest, pk: int) -> HttpResponse:
    """A request with all that it wants; POST grants or declines it."""
    person = person_of(request)
    posted = request.method == "POST"
    asked = target_request_for(person, pk, to="decide" if posted else "see")
    form = TargetAnswerForm(request.POST if posted else None)
    status = 200
    if posted:
        status = 422
        if form.is_valid():
            granted = form.cleaned_data["answer"] == TargetAnswer.GRANTED
            try:
                actions.decide_targets(person, asked, granted, form.cleaned_data["reason"])
            except (Invalid, Conflict) as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                said = _("Granted: the new targets count from now on.")
                messages.success(request, said if granted else _("Declined."))
                way = "home" if request.POST.get("back") == "home" else "kpi_target_requests"
                return HttpResponseRedirect(reverse(way))
    with reading():
        asked = target_request_for(person, pk)
        facts = {
            "asked": asked, "form": form, "changes": asked_in(asked),
            "may_decide": may_decide_targets(person, asked),
            "may_withdraw": may_withdraw_targets(person, asked),
            "nobody": nobody_decides(asked),
        }  # fmt: skip
        return render(request, "kpis/target_request.html", facts, status=status)


@require_POST
@signed_in
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one asked for, or what somebody asked who has left."""
    person = person_of(request)
    asked = target_request_for(person, pk, to="withdraw")
    try:
        actions.withdraw_targets(person, asked)
    except Conflict as conflict:
        messages.error(request, str(conflict.message))
    else:
        count = asked.changes.count()
        said = ngettext(
            "Withdrawn: %(num)s target stays.", "Withdrawn: %(num)s targets stay.", count
        )
        messages.success(request, said % {"num": count})
    return HttpResponseRedirect(reverse("kpi_target_requests"))
