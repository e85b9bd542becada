"""The grid in which the months of many KPIs are entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haidang.checkins.actuals import record_actuals
from haidang.goals.models import Frequency
from haidang.goals.rules.periods import FIRST, period_of
from haidang.kpis.access import reportable, units_open
from haidang.kpis.forms import actuals as forms
from haidang.kpis.queries.actuals import grid, spans
from haidang.lib.database import reading
from haidang.lib.errors import Invalid
from haidang.people.access import person_of, signed_in, standing_of, today_of, unit_for
from haidang.people.models import Person, Unit

#: KPIs on one page, so that a form stays below what a server takes of fields.
PAGE = 50
COUNTS = (1, 3, 6, 12)
USUAL = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for."""

    unit: Unit | None
    frequency: str
    count: int
    to: date
    page: int

    def query(self, **other: Any) -> str:
        """The address of the same with something else."""
        facts = {
            "unit": self.unit.public_id if self.unit else "",
            "frequency": self.frequency,
            "n": self.count,
            "to": self.to.isoformat(),
            "page": self.page,
        } | other
        return "?" + urlencode({name: value for name, value in facts.items() if value})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def actuals(request: HttpRequest) -> HttpResponse:
    """GET shows the grid; POST records what changed in it, all of it or nothing."""
    person = person_of(request)
    wanted = _wanted(person, request.GET)
    language = (get_language() or "vi")[:2]
    if request.method != "POST":
        with reading():
            return render(request, "kpis/actuals.html", _facts(person, wanted, language))
    facts = _facts(person, wanted, language)
    changes = forms.typed(request.POST, facts["grid"], language, today_of(person))
    facts["changed"] = len(changes) + forms.count_wrong(facts["grid"].cells)
    if not forms.count_wrong(facts["grid"].cells):
        try:
            taken = record_actuals(person, [change.actual for change in changes])
        except Invalid as refusal:
            stale = forms.show_refusal(changes, refusal, language)
            facts["error"] = refusal.message
            return render(request, "kpis/actuals.html", facts, status=409 if stale else 422)
        recorded = sum(one.is_new for one in taken)
        if recorded:
            messages.success(request, _("Recorded: %(count)s.") % {"count": recorded})
        else:
            messages.info(request, _("Nothing had changed."))
        return HttpResponseRedirect(reverse("kpi_actuals") + wanted.query())
    facts["error"] = _("Nothing was recorded yet: some cells cannot be taken.")
    return render(request, "kpis/actuals.html", facts, status=422)


def _facts(person: Person, wanted: Wanted, language: str) -> dict[str, Any]:
    first_month = person.organisation.fiscal_year_start
    rows = reportable(person, unit=wanted.unit).filter(frequency=wanted.frequency)
    found = list(
        rows.select_related("owner", "unit").order_by("rank", "id")[
            (wanted.page - 1) * PAGE : wanted.page * PAGE + 1
        ]
    )
    columns = spans(wanted.to, wanted.frequency, first_month, wanted.count)
    today = today_of(person)
    latest = period_of(today, wanted.frequency, first_month)[0]
    before = columns[-1][0] - timedelta(days=1)
    after = columns[-1][1] + timedelta(days=1)
    return {
        "wanted": wanted,
        "grid": grid(found[:PAGE], columns, wanted.frequency, first_month, language),
        "units_of": list(units_open(person).values_list("public_id", "name")),
        "frequencies": Frequency.choices,
        "counts": [(count, _("%(n)s periods") % {"n": count}) for count in COUNTS],
        "before": wanted.query(to=before.isoformat()) if before >= FIRST else None,
        "after": wanted.query(to=after.isoformat()) if columns[-1][0] < latest else None,
        "page_before": wanted.query(page=wanted.page - 1) if wanted.page > 1 else None,
        "page_after": wanted.query(page=wanted.page + 1) if len(found) > PAGE else None,
        "may_send": not standing_of(person).is_viewer,
        "error": None,
        "changed": 0,
        "language_of": language,
    }


def _wanted(person: Person, asked: QueryDict) -> Wanted:
    """What is asked for; what makes no sense is as if it were not asked."""
    unit = unit_for(person, asked.get("unit", "")) if asked.get("unit") else None
    frequency = asked.get("frequency", "")
    if frequency not in Frequency.values:
        frequency = Frequency.MONTH.value
    today = today_of(person)
    try:
        to = min(max(date.fromisoformat(asked.get("to", "")), FIRST), today)
    except ValueError:
        to = today
    count = _number(asked.get("n", ""), USUAL)
    return Wanted(
        unit,
        frequency,
        count if count in COUNTS else USUAL,
        period_of(to, frequency, person.organisation.fiscal_year_start)[0],
        max(1, _number(asked.get("page", ""), 1)),
    )


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise
