"""One's own account: language and theme, sessions, tokens, the organisation to work in."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from haidang.lib.errors import NotFound
from haidang.people import actions, queries
from haidang.people.access import CHOSEN, person_of, signed_in, standing_of
from haidang.people.forms import AccountForm, TokenForm
from haidang.people.models import Account, PersonalToken, Scope
from haidang.people.views.devices import Device, device_of
from haidang.people.views.saving import attempt, saved
from haidang.web.middleware import LANGUAGE_COOKIE, THEME_COOKIE


@require_http_methods(["GET", "POST"])
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Language, theme and time zone, and the way to everything else of one's own."""
    actor = person_of(request)
    mine = _account(request)
    status = 200
    if request.method == "POST":
        form = AccountForm(request.POST, person=actor)
        tried = attempt(form, lambda facts: actions.edit_account(mine, **facts))
        if tried.done:
            messages.success(request, saved())
            answer = redirect("account")
            for cookie, value in (
                (LANGUAGE_COOKIE, mine.language),
                (THEME_COOKIE, mine.theme),
            ):
                answer.set_cookie(
                    cookie,
                    value,
                    max_age=365 * 24 * 3600,
                    samesite="Lax",
                    secure=request.is_secure(),
                )
            return answer
        status = tried.status
    else:
        facts = {field: getattr(mine, field) for field in AccountForm.base_fields}
        form = AccountForm(person=actor, initial=facts)
    kinds = set(Authenticator.objects.filter(user=mine).values_list("type", flat=True))
    facts = {
        "form": form,
        "tab": "account",
        "second_factor": bool(kinds & {"totp", "webauthn"}),
        "sessions": UserSession.objects.filter(user=mine).count(),
        "tokens": queries.tokens_of(actor),
        "facts": queries.person_facts(actor, actor),
        "several": len(request.memberships) > 1,  # type: ignore[attr-defined]
    }
    return render(request, "people/account.html", facts, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """One's tokens; a new one's secret is in the answer, this once."""
    actor = person_of(request)
    admin = standing_of(actor).is_admin
    status, secret = 200, ""
    form = TokenForm(admin=admin)
    if request.method == "POST":
        form = TokenForm(request.POST, admin=admin)
        tried = attempt(
            form,
            lambda facts: actions.create_token(
                actor,
                facts["name"],
                facts["scopes"],
                timezone.now() + timedelta(days=facts["days"]),
            ),
        )
        if tried.done:
            _token, secret = tried.result
            status, form = 201, TokenForm(admin=admin)
        else:
            status = tried.status
    facts = {
        "form": form,
        "tab": "tokens",
        "secret": secret,
        "tokens": queries.tokens_of(actor),
        "scope_words": dict(Scope.choices),
    }
    return render(request, "people/tokens.html", facts, status=status)


@require_POST
@signed_in
def token_revocation(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token: one's own, or as an administrator somebody else's in the organisation."""
    actor = person_of(request)
    token = (
        PersonalToken.objects.filter(pk=pk, person__organisation_id=actor.organisation_id)
        .select_related("person")
        .first()
    )
    # A colleague's token is nobody's business: it answers as one that does not exist.
    if token is None or (token.person_id != actor.pk and not standing_of(actor).is_admin):
        raise NotFound
    actions.revoke_token(actor, token)
    messages.success(request, _("The token no longer works."))
    if token.person_id != actor.pk:
        return redirect("person", token.person.public_id)
    return redirect("tokens")


@require_GET
@signed_in
@never_cache
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    mine = _account(request)
    rows = UserSession.objects.purge_and_list(mine)
    here = request.session.session_key
    shown: list[tuple[UserSession, Device, bool]] = [
        (row, device_of(row.user_agent), row.session_key == here)
        for row in sorted(rows, key=lambda row: row.last_seen_at, reverse=True)
    ]
    return render(request, "people/sessions.html", {"shown": shown, "tab": "sessions"})


@require_POST
@signed_in
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one of one's other devices."""
    row = UserSession.objects.filter(pk=pk, user=_account(request)).first()
    if row is None:
        raise NotFound
    row.end()
    messages.success(request, _("That device is signed out."))
    return redirect("sessions")


@require_POST
@signed_in
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign out all one's other devices."""
    actions.end_account_sessions(_account(request), keep=request.session.session_key)
    messages.success(request, _("All other devices are signed out."))
    return redirect("sessions")


@require_http_methods(["GET", "POST"])
@login_required
def organisations(request: HttpRequest) -> HttpResponse:
    """Which of one's organisations to work in."""
    people = getattr(request, "memberships", [])
    way = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(way, {request.get_host()}, request.is_secure()):
        way = "/"
    if request.method == "POST":
        for person in people:
            if person.organisation.slug == request.POST.get("organisation"):
                request.session[CHOSEN] = person.organisation_id
                return redirect(way)
        raise NotFound
    return render(request, "people/organisations.html", {"people": people, "way": way})


def _account(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user
