"""Somebody's goals and what they serve."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haidang.goals.access import may_create
from haidang.goals.models import Kind, Level
from haidang.lib.database import reading
from haidang.people.access import person_for, person_of, signed_in
from haidang.people.models import Person
from haidang.strategy.queries.alignment import my_alignment as page_of
from haidang.strategy.words import FEEDS, TIES
from haidang.web.errors import is_htmx


@require_safe
@signed_in
def my_alignment(request: HttpRequest) -> HttpResponse:
    """How one's KPIs and OKRs hang together; by script the part that repaints."""
    person = person_of(request)
    with reading():
        return _page(request, person, person)


@require_safe
@signed_in
def alignment_of(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same of somebody else, as far as the reader sees their goals."""
    person = person_of(request)
    with reading():
        return _page(request, person, person_for(person, public_id))


def _page(request: HttpRequest, person: Person, subject: Person) -> HttpResponse:
    facts = {
        "page": page_of(person, subject),
        "subject": subject,
        "is_mine": subject.pk == person.pk,
        "may_begin": may_create(person, Kind.OBJECTIVE, Level.INDIVIDUAL) is not None,
        "TIES": TIES,
        "FEEDS": FEEDS,
    }
    name = "strategy/_alignment_found.html" if is_htmx(request) else "strategy/alignment.html"
    return render(request, name, facts)
