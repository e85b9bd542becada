"""Vision, mission and values."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haidang.lib.database import reading
from haidang.people.access import person_of, signed_in
from haidang.strategy.queries.identity import identity_page
from haidang.web.jinja import language


@require_safe
@signed_in
def identity(request: HttpRequest) -> HttpResponse:
    """What the organisation is for, and the goals that follow from it."""
    person = person_of(request)
    with reading():
        facts = {"page": identity_page(person, language()), "organisation": person.organisation}
        return render(request, "strategy/identity.html", facts)
