"""Who asks: a personal token, or the browser's session with its CSRF token."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from haidang.exchange.api.limits import PER_MINUTE, Bucket
from haidang.exchange.api.problems import Throttled, Unauthorised
from haidang.lib.errors import Forbidden
from haidang.people.access import digest_of, person_of_token, standing_of
from haidang.people.models import Person, PersonalToken
from haidang.web import terms

SAFE = {"GET", "HEAD", "OPTIONS"}

bucket = Bucket(PER_MINUTE)


class TokenOrSession(AuthBase):
    """A header `Authorization: Bearer hd_...`, or the session of who is signed in.

    A token that is sent and not valid is refused, even where a session would do. With a
    `scope`, a token without it is refused here, before anybody reads what was sent.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: str = "") -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Person:
        header = request.headers.get("Authorization")
        if header is not None:
            person = self._of_token(request, header)
        else:
            person = self._of_session(request)
        wait = bucket.take(request.asked_by)  # type: ignore[attr-defined]
        if wait:
            raise Throttled(wait)
        _speak(request, person)
        if self.scope:
            require_scope(request, self.scope)
        return person

    def _of_token(self, request: HttpRequest, header: str) -> Person:
        scheme, _space, secret = header.partition(" ")
        found = person_of_token(secret.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            raise Unauthorised()
        person, scopes = found
        digest = digest_of(secret.strip())
        request.person = person  # type: ignore[attr-defined]
        request.token_digest = digest  # type: ignore[attr-defined]
        request.scopes = scopes  # type: ignore[attr-defined]
        request.asked_by = f"token:{digest[:16]}"  # type: ignore[attr-defined]
        return person

    def _of_session(self, request: HttpRequest) -> Person:
        person: Person | None = getattr(request, "person", None)
        if person is None:
            raise Unauthorised()
        if request.method not in SAFE and check_csrf(request) is not None:
            raise Forbidden(_("Send the CSRF token in X-CSRFToken."), code="csrf")
        request.token_digest = ""  # type: ignore[attr-defined]
        request.scopes = None  # type: ignore[attr-defined]
        request.asked_by = f"person:{person.pk}"  # type: ignore[attr-defined]
        return person


def _speak(request: HttpRequest, person: Person) -> None:
    """Accept-Language decides; without one that is spoken here, the account's language. Labels
    are in the words of the organisation."""
    language = person.account.language if person.account else person.organisation.language
    for asked, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        with suppress(LookupError):
            language = translation.get_supported_language_variant(asked)
            break
    translation.activate(language)
    terms.use(person.organisation.terms)
    request.LANGUAGE_CODE = language


def actor(request: HttpRequest) -> Person:
    """The person behind the request; only inside operations that ask who it is."""
    person: Person = request.person  # type: ignore[attr-defined]
    return person


def token_of(request: HttpRequest) -> PersonalToken | None:
    """The token that the request came with; None in a session."""
    digest: str = request.token_digest  # type: ignore[attr-defined]
    return PersonalToken.objects.get(digest=digest) if digest else None


#: What each scope of a token opens; a session has them all.
OPENS = {
    "read": frozenset({"read"}),
    "check_in": frozenset({"read", "check_in"}),
    "write": frozenset({"read", "check_in", "write"}),
    "admin": frozenset({"read", "check_in", "write", "admin"}),
}


def require_scope(request: HttpRequest, scope: str) -> None:
    """Raise Forbidden when the token was not made for this.

    Only administrators have the scope admin to give. What it opens and others may do, too
    (thresholds, of a strategist), asks of them for what any reading or writing does; the rest
    is refused to them by access, as in the pages.
    """
    scopes: frozenset[str] | None = request.scopes  # type: ignore[attr-defined]
    if scopes is None:
        return
    if scope == "admin" and not standing_of(actor(request)).is_admin:
        scope = "read" if request.method in SAFE else "write"
    if not any(scope in OPENS.get(own, ()) for own in scopes):
        raise Forbidden(
            _("This token was made without the right “%(scope)s”.") % {"scope": scope},
            code="scope",
        )
