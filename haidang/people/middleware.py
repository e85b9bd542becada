"""Who is asking: the person behind the signed-in account, in one organisation."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from haidang.people.access import CHOSEN, chosen_of, memberships_of, zone_of
from haidang.people.models import Account
from haidang.web import terms


class PersonMiddleware:
    """Sets `request.person` (None for a stranger), the time zone that they live in, and the
    words of their organisation.

    An account that belongs to nobody active any more is signed out at once: the request in
    hand is already a stranger's. One that belongs to several organisations and has not
    chosen is nobody yet; `people.access.signed_in` leads to the choice.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.person = None  # type: ignore[attr-defined]
        account = request.user
        if not isinstance(account, Account):
            return self.get_response(request)
        people = memberships_of(account)
        if not people:
            logout(request)
            return self.get_response(request)
        person = chosen_of(people, request.session.get(CHOSEN))
        request.person = person  # type: ignore[attr-defined]
        request.memberships = people  # type: ignore[attr-defined]
        words = person.organisation.terms if person else None
        with timezone.override(zone_of(person or people[0])), terms.using(words):
            return self.get_response(request)
