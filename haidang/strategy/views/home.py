"""The home page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haidang.goals import words
from haidang.goals.access import may_create
from haidang.goals.models import Kind, Level
from haidang.lib.database import reading
from haidang.people.access import person_of, signed_in
from haidang.strategy.queries.home import home as home_page
from haidang.web.errors import is_htmx


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What the person owes, what waits for them, what moved, where their goals stand.

    By script (`HX-Request`) what moved and where goals stand, without the forms.
    """
    person = person_of(request)
    with reading():
        begins = may_create(person, Kind.OBJECTIVE, Level.INDIVIDUAL) is not None
        facts = {"page": home_page(person), "words": words, "may_begin": begins}
        name = "strategy/_home_live.html" if is_htmx(request) else "strategy/home.html"
        return render(request, name, facts)
