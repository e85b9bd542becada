"""The page of a person, a unit or a team: who and where, their goals, their load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from haidang.goals import words
from haidang.goals.queries.participants import shared_with
from haidang.kpis.access import sees_card
from haidang.lib.database import reading
from haidang.people import queries
from haidang.people.access import person_for, person_of, signed_in, unit_for
from haidang.people.models import Person, Role, Unit
from haidang.strategy.queries.board import Board, board, of_person, of_unit
from haidang.strategy.queries.holdings import still_held
from haidang.strategy.queries.load import loads
from haidang.strategy.queries.units import crossings, parts_of
from haidang.strategy.words import CROSSES
from haidang.web.errors import is_htmx

#: Goals that the page of a guest names.
MOST_SHARED = 100


@require_safe
@signed_in
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """A person: who they are, where, with whom, their goals and what they have on their
    hands; by script the goals alone."""
    actor = person_of(request)
    with reading():
        subject = person_for(actor, public_id)
        found = board(actor, of_person(subject), request.GET, feeds=subject)
        facts = _goals(found, reverse("person", args=[subject.public_id]))
        if is_htmx(request):
            facts |= {"theirs": subject, "everything": f"{reverse('goals')}?owner={public_id}"}
            return render(request, "strategy/_board.html", facts)
        facts |= queries.person_page(actor, subject)
        facts["loads"] = loads(actor, [subject, *facts["facts"].reports])
        facts["sees_card"] = sees_card(actor, subject)
        left = facts["may_edit"] and not subject.is_active
        is_guest = facts["facts"].roles == [Role.GUEST]
        facts["shared"] = list(shared_with(actor, subject)[:MOST_SHARED]) if is_guest else None
        facts["still_held"] = still_held(subject) if left else 0
        return render(request, "strategy/person.html", facts)


@require_safe
@signed_in
def unit(request: HttpRequest, public_id: str) -> HttpResponse:
    """A unit or a team: who leads it, who is in it, its goals, its parts, what it and others
    ask of each other; by script the goals alone."""
    actor = person_of(request)
    with reading():
        subject = unit_for(actor, public_id)
        found = board(actor, of_unit(subject), request.GET, feeds=None)
        facts = _goals(found, reverse("unit", args=[subject.public_id]))
        if is_htmx(request):
            facts |= {"theirs": None, "everything": f"{reverse('goals')}?unit={public_id}"}
            return render(request, "strategy/_board.html", facts)
        facts |= queries.unit_page(actor, subject)
        people: list[Person] = facts["facts"].people
        facts |= {
            "loads": loads(actor, people),
            "homes": _homes(people) if subject.kind == Unit.Kind.TEAM else [],
            "unit_parts": parts_of(actor, subject, [n.unit for n in facts["facts"].below]),
            "crossings": crossings(actor, subject),
            "CROSSES": CROSSES,
            "sees_card": sees_card(actor, subject),
        }
        return render(request, "strategy/unit.html", facts)


def _goals(found: Board, here: str) -> dict[str, Any]:
    return {
        "board": found,
        "here": here,
        "cycles_of": [(cycle.public_id, cycle.name) for cycle in found.cycles],
        "words": words,
    }


def _homes(people: Iterable[Person]) -> list[tuple[str, int]]:
    """From which units members come, the most first."""
    return Counter(one.unit.name for one in people if one.unit).most_common()
