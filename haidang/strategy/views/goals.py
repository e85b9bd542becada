"""The list of goals."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haidang.goals import words
from haidang.goals.access import may_create
from haidang.goals.models import Kind, Level, State
from haidang.lib.database import reading
from haidang.people.access import person_of, signed_in, standing_of
from haidang.strategy.queries.goals import Filters, choices, goal_list
from haidang.web.errors import is_htmx


@require_safe
@signed_in
def goals(request: HttpRequest) -> HttpResponse:
    """Goals that the person sees, by the filters of the address; by script the rows alone."""
    person = person_of(request)
    with reading():
        filters = Filters.of(person, request.GET)
        facts = {
            "found": goal_list(person, filters),
            "filters": filters,
            "words": words,
            "Kind": Kind,
            "may_begin": may_create(person, Kind.OBJECTIVE, Level.INDIVIDUAL) is not None,
        }
        if is_htmx(request):
            return render(request, "strategy/_goals_found.html", facts)
        me = standing_of(person)
        offered = choices(person)
        facts |= {
            "choices": offered,
            "cycles_of": [(c.public_id, c.name) for c in offered.cycles],
            "units_of": [(u.public_id, u.name) for u in offered.units],
            "Level": Level,
            "State": State,
            "is_strategist": me.is_strategist,
        }
        return render(request, "strategy/goals.html", facts)
