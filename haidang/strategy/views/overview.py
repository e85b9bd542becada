"""The overview for leaders."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haidang.goals import words
from haidang.lib.database import reading
from haidang.people.access import person_of, signed_in
from haidang.strategy.queries.attention import Wanted
from haidang.strategy.queries.overview import overview as page_of
from haidang.strategy.words import WRONG
from haidang.web.errors import is_htmx


@require_safe
@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """Pillars, what moved them, what needs attention; by script the part that repaints."""
    person = person_of(request)
    with reading():
        facts = {"page": page_of(person), "wanted": Wanted(), "WRONG": WRONG, "words": words}
        name = "strategy/_overview_found.html" if is_htmx(request) else "strategy/overview.html"
        return render(request, name, facts)
