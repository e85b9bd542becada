"""Who is asking: the person behind a session, a token, a request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from importlib import import_module
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from haidang.people.models import Account, Person, PersonalToken

#: Where the chosen organisation is kept in the session.
CHOSEN = "organisation"
#: `last_used_at` of a token is written at most this often: reading must not write each time.
USED_EVERY = timedelta(minutes=1)
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def memberships_of(account: Account) -> list[Person]:
    """The active persons that the account is, in every organisation, by its name."""
    people = list(
        Person.objects.filter(account=account, is_active=True)
        .select_related("organisation")
        .order_by("organisation__name", "pk")
    )
    for person in people:
        person.account = account
    return people


def chosen_of(people: list[Person], organisation_id: Any) -> Person | None:
    """Which of an account's persons acts: the chosen, or the only one."""
    for person in people:
        if person.organisation_id == organisation_id:
            return person
    return people[0] if len(people) == 1 else None


def person_of_session(session_key: str | None) -> Person | None:
    """The person behind a session's cookie, for doors beside Django's request cycle.

    None for no session, a finished one, one whose password has changed since, a deactivated
    person, or an account that has not chosen between organisations.
    """
    if not session_key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    account = get_user(request)
    if isinstance(account, AnonymousUser) or not isinstance(account, Account):
        return None
    return chosen_of(memberships_of(account), request.session.get(CHOSEN))


def digest_of(secret: str) -> str:
    """What is stored of a secret: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def person_of_token(secret: str) -> tuple[Person, frozenset[str]] | None:
    """The person a token acts as and its scopes; None when it is unknown, expired or
    revoked, or its owner has left."""
    if not secret.startswith("hd_") or len(secret) > 200:
        return None
    now = timezone.now()
    token = (
        PersonalToken.objects.filter(
            digest=digest_of(secret), revoked_at=None, expires_at__gt=now, person__is_active=True
        )
        .filter(Q(person__account=None) | Q(person__account__is_active=True))
        .select_related("person__organisation", "person__account")
        .first()
    )
    if token is None:
        return None
    if token.last_used_at is None or token.last_used_at <= now - USED_EVERY:
        PersonalToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.person, frozenset(token.scopes)


def person_of(request: HttpRequest) -> Person:
    """Who is signed in, in a view that is `signed_in`."""
    person: Person = request.person  # type: ignore[attr-defined]  # put there by our middleware
    return person


def signed_in(view: View) -> View:
    """Only for who is signed in as a person of an organisation: others to sign-in, and who
    belongs to several organisations first to the choice.

    A page asked for by script (`HX-Request`, or that wants JSON) gets 401 instead, so that
    a sign-in page is never put into a corner of another page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "person", None) is not None:
            return view(request, *args, **kwargs)
        if "HX-Request" in request.headers or "json" in request.headers.get("Accept", ""):
            return HttpResponse(status=401, headers={"HX-Redirect": reverse("account_login")})
        if request.user.is_authenticated:
            way = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('organisations')}?{way}")
        return redirect_to_login(request.get_full_path(), reverse("account_login"))

    return cast(View, guarded)
