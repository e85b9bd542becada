"""A goal's page, and the derivation of its number."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haidang.goals import words
from haidang.goals.access import goal_for
from haidang.lib.database import reading
from haidang.people.access import person_of, signed_in
from haidang.strategy.queries.goal import goal_page
from haidang.strategy.queries.number import number_of
from haidang.web import charts
from haidang.web.errors import is_htmx


@require_safe
@signed_in
def goal(request: HttpRequest, public_id: str) -> HttpResponse:
    """The whole page; by script (`HX-Request`) the part that repaints when something moved."""
    person = person_of(request)
    with reading():
        year = request.GET.get("year", "")
        page = goal_page(
            person,
            goal_for(person, public_id),
            every_record=request.GET.get("records") == "all",
            year=int(year) if re.fullmatch(r"[0-9]{4}", year) else None,
            as_total=request.GET.get("show") == "total",
        )
        name = "strategy/_goal_live.html" if is_htmx(request) else "strategy/goal.html"
        facts = {
            "page": page,
            "goal": page.goal,
            "verbs": page.verbs,
            "words": words,
            "chart_periods": [
                charts.Period(
                    one.row.short,
                    one.actual,
                    one.target,
                    one.health if one.actual is not None else "",
                    None if page.as_total else one.row.period.low,
                    None if page.as_total else one.row.period.high,
                )
                for one in page.shown_periods
            ],
        }
        return render(request, name, facts)


@require_safe
@signed_in
def number(request: HttpRequest, public_id: str) -> HttpResponse:
    """Explain this number: a page, or a dialog when asked for by script."""
    person = person_of(request)
    with reading():
        found = goal_for(person, public_id)
        facts = {"goal": found, "words": words, "number": number_of(person, found)}
        name = "strategy/_number_dialog.html" if is_htmx(request) else "strategy/number.html"
        return render(request, name, facts)
