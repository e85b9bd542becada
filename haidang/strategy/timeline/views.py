"""The timeline."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haidang.goals import words
from haidang.goals.models import Level
from haidang.lib.database import reading
from haidang.people.access import person_of, signed_in
from haidang.strategy.queries.goals import choices
from haidang.strategy.timeline.queries import Asked
from haidang.strategy.timeline.queries import timeline as page_of
from haidang.strategy.timeline.rules import ticks
from haidang.web.errors import is_htmx
from haidang.web.jinja import language


@require_safe
@signed_in
def timeline(request: HttpRequest) -> HttpResponse:
    """Goals and cycles over time, by the filters of the address; by script the rows alone."""
    person = person_of(request)
    with reading():
        asked = Asked.of(person, request.GET)
        found = page_of(person, asked)
        facts = {
            "found": found,
            "asked": asked,
            "ticks": ticks(found.window, language()),
            "words": words,
        }
        if is_htmx(request):
            return render(request, "strategy/_timeline_found.html", facts)
        offered = choices(person)
        facts |= {
            "filters": asked.filters,
            "cycles_of": [(c.public_id, c.name) for c in offered.cycles],
            "units_of": [(u.public_id, u.name) for u in offered.units],
            "Level": Level,
        }
        return render(request, "strategy/timeline.html", facts)
