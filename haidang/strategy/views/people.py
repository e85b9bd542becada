"""The page of a person and of a unit: who and where, and the goals they work for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haidang.goals import words
from haidang.goals.queries.participants import shared_with
from haidang.lib.database import reading
from haidang.people import queries
from haidang.people.access import person_for, signed_in, unit_for
from haidang.people.models import Role
from haidang.strategy.queries.goals import goals_of_person, goals_of_unit
from haidang.strategy.queries.holdings import still_held
from haidang.strategy.views.person import person_of

#: Goals that the page of a guest names.
MOST_SHARED = 100


@require_safe
@signed_in
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """A person: who they are, where, with whom, and their goals."""
    actor = person_of(request)
    with reading():
        subject = person_for(actor, public_id)
        goals = goals_of_person(actor, subject)
        facts = {**queries.person_page(actor, subject), "goals": goals, "words": words}
        left = facts["may_edit"] and not subject.is_active
        is_guest = facts["facts"].roles == [Role.GUEST]
        facts["shared"] = list(shared_with(actor, subject)[:MOST_SHARED]) if is_guest else None
        facts["still_held"] = still_held(subject) if left else 0
        return render(request, "strategy/person.html", facts)


@require_safe
@signed_in
def unit(request: HttpRequest, public_id: str) -> HttpResponse:
    """A unit: who leads it, who is in it, what is below, and its goals."""
    actor = person_of(request)
    with reading():
        subject = unit_for(actor, public_id)
        goals = goals_of_unit(actor, subject)
        facts = {**queries.unit_page(actor, subject), "goals": goals, "words": words}
        return render(request, "strategy/unit.html", facts)
