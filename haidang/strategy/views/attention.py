"""What needs attention."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haidang.goals import words
from haidang.kpis.access import reopenings_stuck, target_requests_stuck
from haidang.kpis.queries.connectors import alerts
from haidang.lib.database import reading
from haidang.people.access import person_of, signed_in
from haidang.strategy.queries.attention import Wanted, attention
from haidang.strategy.queries.goals import choices
from haidang.strategy.words import WRONG
from haidang.web.errors import is_htmx


@require_safe
@signed_in
def needs_attention(request: HttpRequest) -> HttpResponse:
    """Goals with something wrong, by the filters of the address; by script the rows alone."""
    person = person_of(request)
    with reading():
        wanted = Wanted.of(person, request.GET)
        found = attention(person, wanted)
        facts = {"found": found, "wanted": wanted, "WRONG": WRONG, "words": words}
        if is_htmx(request):
            return render(request, "strategy/_attention_found.html", facts)
        offered = choices(person)
        facts |= {
            "cycles_of": [(c.public_id, c.name) for c in offered.cycles],
            "units_of": [(u.public_id, u.name) for u in offered.units],
            "connectors": alerts(person, of_others=True),
            "stuck": target_requests_stuck(person, 20),
            "stuck_closed": reopenings_stuck(person, 20),
        }
        return render(request, "strategy/attention.html", facts)
