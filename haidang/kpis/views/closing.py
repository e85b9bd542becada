"""Closing the months of KPIs: what stands, closing it, asking to open it again, deciding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haidang.goals.access import goal_for
from haidang.goals.models import Frequency
from haidang.goals.rules.periods import FIRST, period_of
from haidang.goals.words import period_label
from haidang.kpis import actions
from haidang.kpis.access import (
    closable,
    may_close_some,
    may_decide_reopening,
    may_withdraw_reopening,
    nobody_reopens,
    reopening_for,
    require_asker,
    require_closer,
)
from haidang.kpis.actions.closing import Span, span_of
from haidang.kpis.forms.closing import AnswerForm, ReasonForm
from haidang.kpis.models import Answer, Closing
from haidang.kpis.queries import closing as queries
from haidang.kpis.rules.closing import ended_before
from haidang.kpis.tasks import now_or_later
from haidang.lib.database import reading
from haidang.lib.errors import Conflict, Invalid, NotFound
from haidang.people.access import person_of, signed_in, today_of, units_visible
from haidang.people.models import Person, Unit
from haidang.web.errors import is_htmx
from haidang.web.forms import add_refusal

FORM = ["GET", "HEAD", "POST"]

#: Periods of a frequency that can be chosen.
OFFERED = 24


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; what it does not say, or says wrongly, is the usual."""

    span: Span
    unit: Unit | None
    state: str
    page: int

    @classmethod
    def of(cls, person: Person, asked: Mapping[str, str]) -> Wanted:
        frequency = asked.get("frequency", "")
        if frequency not in Frequency.values:
            frequency = Frequency.MONTH
        first_month = person.organisation.fiscal_year_start
        usual = ended_before(today_of(person), frequency, first_month)[0]
        try:
            day = max(FIRST, date.fromisoformat(asked.get("period", "")[:10]))
            span = span_of(person.organisation, frequency, day)
        except (ValueError, Invalid):
            span = span_of(person.organisation, frequency, usual)
        unit = units_visible(person).filter(public_id=asked.get("unit", "")[:16]).first()
        state = asked.get("state", "")
        page = asked.get("page", "")
        return cls(
            span,
            unit,
            state if state in queries.STATES else "",
            int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 else 1,
        )

    def address(self, name: str = "kpi_closing", **changes: str) -> str:
        facts = (
            {
                "frequency": self.span.frequency,
                "period": self.span.starts.isoformat(),
                "unit": self.unit.public_id if self.unit else "",
                "state": self.state,
                "page": "" if self.page <= 1 else str(self.page),
            }
            | ({"page": ""} if "page" not in changes else {})
            | changes
        )
        return f"{reverse(name)}?{urlencode({k: v for k, v in facts.items() if v})}"


@require_safe
@signed_in
def kpi_closing(request: HttpRequest) -> HttpResponse:
    """The KPIs of a period, by the choices of the address; by script what was found alone."""
    person = person_of(request)
    with reading():
        wanted = Wanted.of(person, request.GET)
        facts = _found(person, wanted) | _choices(person, wanted)
        name = "kpis/_closing_found.html" if is_htmx(request) else "kpis/closing.html"
        return render(request, name, facts)


def _found(person: Person, wanted: Wanted) -> dict[str, Any]:
    span = wanted.span
    rows = queries.kpis_in(person, span, wanted.unit)
    found = queries.counts(rows)
    shown = found.by_state[wanted.state] if wanted.state else found.total
    return {
        "wanted": wanted,
        "label": _label(span),
        "has_ended": span.ends < today_of(person),
        "counts": found,
        "states": queries.STATES,
        "rows": queries.page_of(person, rows, span, wanted.state, wanted.page),
        "pages": -(-shown // queries.MOST),
        "late": queries.late(rows) if found.by_state["missing"] else [],
        "moving": queries.moving(span),
        "to_decide": queries.to_decide(person),
        "mine": queries.asked_by(person),
        "may_close": span.ends < today_of(person) and _open(person, wanted) > 0,
    }


def _open(person: Person, wanted: Wanted) -> int:
    """How many KPIs the person could close now."""
    if not may_close_some(person):
        return 0
    rows = queries.kpis_in(person, wanted.span, wanted.unit, closable(person))
    return queries.counts(rows).open


def _choices(person: Person, wanted: Wanted) -> dict[str, Any]:
    span, first_month = wanted.span, person.organisation.fiscal_year_start
    periods, day = [], today_of(person)
    for _n in range(OFFERED):
        starts = period_of(day, span.frequency, first_month)[0]
        periods.append(starts)
        day = starts - timedelta(days=1)
    if span.starts not in periods:
        periods.append(span.starts)
    before, after = span.starts - timedelta(days=1), span.ends + timedelta(days=1)
    units = units_visible(person).filter(archived_at=None).order_by("path")
    return {
        "frequencies": Frequency.choices,
        "periods": [
            (one.isoformat(), period_label(one, span.frequency, first_month)) for one in periods
        ],
        "units_of": [(one.public_id, one.name) for one in units],
        "before": before if before >= FIRST else None,
        "after": after if after <= today_of(person) else None,
    }


def _label(span: Span) -> str:
    return period_label(span.starts, span.frequency, span.organisation.fiscal_year_start)


@require_http_methods(FORM)
@signed_in
def kpi_period_close(request: HttpRequest) -> HttpResponse:
    """Say what would be closed, and as missing; POST closes it."""
    person = person_of(request)
    wanted = Wanted.of(person, request.POST if request.method == "POST" else request.GET)
    require_closer(person, wanted.unit)
    status, refusal = 200, None
    if request.method == "POST":
        try:
            span = wanted.span
            begun = actions.begin_closing(person, span.frequency, span.starts, wanted.unit)
            closing = now_or_later(begun)
        except Conflict as conflict:
            status, refusal = conflict.status, conflict
        else:
            _say(request, closing)
            return HttpResponseRedirect(wanted.address(state=""))
    with reading():
        rows = queries.kpis_in(person, wanted.span, wanted.unit, closable(person))
        facts = {
            "wanted": wanted,
            "label": _label(wanted.span),
            "counts": queries.counts(rows),
            "missing": queries.page_of(person, rows, wanted.span, "missing", 1),
            "refusal": refusal,
        }
        return render(request, "kpis/closing_confirm.html", facts, status=status)


def _say(request: HttpRequest, closing: Closing) -> None:
    if closing.finished_at is None:
        messages.info(request, _("It is being closed; you may go on with something else."))
        return
    said = ngettext("%(num)s KPI is closed.", "%(num)s KPIs are closed.", closing.done)
    messages.success(request, said % {"num": closing.done})


@require_http_methods(FORM)
@signed_in
def kpi_reopening(request: HttpRequest, public_id: str, day: str) -> HttpResponse:
    """Ask to open a KPI's closed period again, with a reason."""
    person = person_of(request)
    kpi = goal_for(person, public_id)
    require_asker(person, kpi)
    try:
        span = span_of(person.organisation, kpi.frequency, date.fromisoformat(day[:10]))
    except (ValueError, Invalid):
        raise NotFound from None
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.ask_reopening(person, kpi, span.starts, form.cleaned_data["reason"])
            except (Invalid, Conflict) as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("Asked: somebody else decides now."))
                return HttpResponseRedirect(reverse("goal", args=[kpi.public_id]) + "#periods")
    facts = {
        "goal": kpi, "form": form, "label": _label(span),
        "figure": queries.latest([kpi.pk], span.starts).get(kpi.pk),
        "waiting": queries.waiting_for(kpi, span.starts),
    }  # fmt: skip
    return render(request, "kpis/reopening.html", facts, status=status)


@require_http_methods(FORM)
@signed_in
def kpi_reopening_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """A request to open a period again, for who sees the KPI; POST grants or declines it."""
    person = person_of(request)
    asked = reopening_for(person, pk, to="decide" if request.method == "POST" else "see")
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            granted = form.cleaned_data["answer"] == Answer.GRANTED
            try:
                actions.decide_reopening(person, asked, granted, form.cleaned_data["reason"])
            except (Invalid, Conflict) as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                said = _("The period is open again.") if granted else _("Declined.")
                messages.success(request, said)
                way = "home" if request.POST.get("back") == "home" else "kpi_closing"
                return HttpResponseRedirect(reverse(way))
    span = span_of(person.organisation, asked.goal.frequency, asked.starts)
    asked = reopening_for(person, pk)
    facts = {
        "asked": asked, "form": form, "label": _label(span),
        "figure": queries.latest([asked.goal_id], asked.starts).get(asked.goal_id),
        "may_decide": may_decide_reopening(person, asked),
        "may_withdraw": may_withdraw_reopening(person, asked),
        "nobody": nobody_reopens(asked),
    }  # fmt: skip
    return render(request, "kpis/reopening_answer.html", facts, status=status)


@require_POST
@signed_in
def kpi_reopening_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one asked for, or what somebody asked who has left."""
    person = person_of(request)
    asked = reopening_for(person, pk, to="withdraw")
    try:
        actions.withdraw_reopening(person, asked)
    except Conflict as conflict:
        messages.error(request, str(conflict.message))
    else:
        messages.success(request, _("Withdrawn: the period stays closed."))
    return HttpResponseRedirect(reverse("kpi_closing"))
