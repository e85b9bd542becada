"""Who asks."""

from __future__ import annotations

from django.http import HttpRequest

from haidang.people.models import Person


def person_of(request: HttpRequest) -> Person:
    """The person behind a request that `signed_in` let through."""
    person: Person = request.person  # type: ignore[attr-defined]
    return person
