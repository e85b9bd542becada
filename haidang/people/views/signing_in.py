"""Signing in and out: django-allauth's views with our pages and honest statuses."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account_views
from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as passkey_views
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
)
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from haidang.lib.errors import Conflict, NotFound
from haidang.people import actions, demo_signin
from haidang.people.codes import spend
from haidang.people.forms import JoinForm, PresentPasswordForm
from haidang.people.models import Account, Invitation
from haidang.people.views.saving import attempt


def passkeys_work(request: HttpRequest) -> bool:
    """Browsers offer passkeys on https and on localhost, not on a bare address."""
    return request.is_secure() or request.get_host().partition(":")[0] == "localhost"


#: Labels and help of allauth's fields in our words.
LABELS: dict[str, tuple[Any, Any]] = {
    "login": (gettext_lazy("E-mail"), ""),
    "email": (gettext_lazy("E-mail"), ""),
    "password": (gettext_lazy("Password"), ""),
    "oldpassword": (gettext_lazy("Present password"), ""),
    "password1": (
        gettext_lazy("New password"),
        gettext_lazy("Ten characters or more; a few words in a row are easy to keep."),
    ),
    "password2": (gettext_lazy("The same once more"), ""),
    "code": (gettext_lazy("Code"), ""),
    "name": (
        gettext_lazy("Name"),
        gettext_lazy("So that you know it again, for example “Office laptop”."),
    ),
    "passwordless": (
        gettext_lazy("Sign in with it alone"),
        gettext_lazy("Without a password; the device asks for a fingerprint, a face or its PIN."),
    ),
}


def in_our_words(form: Any) -> Any:
    """The form with our labels and help, and without placeholders that repeat them."""
    for name, field in form.fields.items():
        if name in LABELS:
            field.label, field.help_text = LABELS[name]
        field.widget.attrs.pop("placeholder", None)
    return form


class _Ours:
    """What all these pages share: facts for the template, and 422 for what is not right."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD", "OPTIONS", "POST"):  # Django's forms take PUT
            return HttpResponseNotAllowed(["GET", "HEAD", "OPTIONS", "POST"])
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer

    def get_form(self, form_class: Any = None) -> Any:
        return in_our_words(super().get_form(form_class))  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        facts["passkeys_work"] = passkeys_work(self.request)
        facts["mail_configured"] = settings.MAIL_CONFIGURED
        facts["tab"] = "security"
        return facts

    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if answer.status_code == 200:
            answer.status_code = 422
        return answer


class Login(_Ours, account_views.LoginView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"demo": demo_signin.offered()}


class Logout(_Ours, account_views.LogoutView):  # type: ignore[misc]
    pass


class Inactive(_Ours, account_views.AccountInactiveView):  # type: ignore[misc]
    pass


class Reauthenticate(_Ours, account_views.ReauthenticateView):  # type: ignore[misc]
    pass


class PasswordChange(_Ours, account_views.PasswordChangeView):  # type: ignore[misc]
    pass


class PasswordSet(_Ours, account_views.PasswordSetView):  # type: ignore[misc]
    pass


class PasswordReset(_Ours, account_views.PasswordResetView):  # type: ignore[misc]
    pass


class PasswordResetDone(_Ours, account_views.PasswordResetDoneView):  # type: ignore[misc]
    pass


class PasswordFromKey(_Ours, account_views.PasswordResetFromKeyView):  # type: ignore[misc]
    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        if context.get("token_fail"):
            options["status"] = 404  # as a dead invitation is answered
        answer: HttpResponse = super().render_to_response(context, **options)
        return answer


class PasswordFromKeyDone(_Ours, account_views.PasswordResetFromKeyDoneView):  # type: ignore[misc]
    pass


class SecondFactor(_Ours, mfa_views.AuthenticateView):  # type: ignore[misc]
    """Builds its own forms; a wrong code is shown again with 422."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = super().get_context_data(**kwargs)
        in_our_words(facts["form"])
        return facts

    def form_invalid(self, form: Any) -> HttpResponse:
        answer = super().form_invalid(form)
        answer.status_code = 422
        return answer


class SecondFactorAgain(_Ours, mfa_views.ReauthenticateView):  # type: ignore[misc]
    pass


class Security(_Ours, mfa_views.IndexView):  # type: ignore[misc]
    pass


class AppOn(_Ours, totp_views.ActivateTOTPView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        spend(form.user.pk, form.cleaned_data["code"])  # not good for signing in any more
        return answer


class AppOff(_Ours, totp_views.DeactivateTOTPView):  # type: ignore[misc]
    pass


class RecoveryCodes(_Ours, recovery_views.ViewRecoveryCodesView):  # type: ignore[misc]
    pass


class RecoveryCodesNew(_Ours, recovery_views.GenerateRecoveryCodesView):  # type: ignore[misc]
    pass


class PasskeyAdd(_Ours, passkey_views.AddWebAuthnView):  # type: ignore[misc]
    pass


class PasskeyRename(_Ours, passkey_views.EditWebAuthnView):  # type: ignore[misc]
    success_url = reverse_lazy("mfa_index")


class PasskeyRemove(_Ours, passkey_views.RemoveWebAuthnView):  # type: ignore[misc]
    success_url = reverse_lazy("mfa_index")


class PasskeyAgain(_Ours, passkey_views.ReauthenticateWebAuthnView):  # type: ignore[misc]
    pass


class PasskeyLogin(_Ours, passkey_views.LoginWebAuthnView):  # type: ignore[misc]
    pass


# --- invitations ------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password", "again")
@never_cache
def invitation(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Where an invitation's link leads: choose a password, prove the one that exists, or,
    signed in already, simply join."""
    try:
        invited = actions.invitation_of(secret)
    except NotFound as refusal:
        facts = {"reason": refusal.message}
        return _private(render(request, "people/invitation_dead.html", facts, status=404))
    mine = request.user if isinstance(request.user, Account) else None
    theirs = Account.objects.filter(email=invited.email).first()
    way = _join_as(mine) if mine else _join_with(theirs) if theirs else _join_new
    return way(request, secret, invited)


def _join_as(account: Account) -> Any:
    def way(request: HttpRequest, secret: str, invited: Invitation) -> HttpResponseBase:
        status = 200
        if request.method == "POST":
            try:
                person = actions.accept(secret, account)
            except Conflict as refusal:
                messages.error(request, refusal.message)
                status = refusal.status
            else:
                request.session["organisation"] = person.organisation_id
                return redirect("/")
        facts = {"invited": invited, "account": account, "form": None}
        return _private(render(request, "people/invitation.html", facts, status=status))

    return way


def _join_with(account: Account) -> Any:
    def way(request: HttpRequest, secret: str, invited: Invitation) -> HttpResponseBase:
        form = PresentPasswordForm(request.POST or None)
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid() and _proved(request, account, form):
                tried = attempt(form, lambda _facts: actions.accept(secret, account))
                if tried.done:
                    return _enter(request, account, tried.result.organisation_id)
                status = tried.status
        facts = {"invited": invited, "account": account, "form": form, "known": True}
        return _private(render(request, "people/invitation.html", facts, status=status))

    return way


def _proved(request: HttpRequest, account: Account, form: PresentPasswordForm) -> bool:
    """Whether the password is the account's; guesses are counted as at sign-in."""
    adapter = get_adapter(request)
    try:
        found = adapter.authenticate(
            request, email=account.email, password=form.cleaned_data["password"]
        )
    except ValidationError as refused:
        form.add_error("password", refused)
        return False
    if found is None:
        form.add_error("password", adapter.error_messages["incorrect_password"])
    return found is not None


def _join_new(request: HttpRequest, secret: str, invited: Invitation) -> HttpResponseBase:
    form = JoinForm(request.POST or None)
    status = 200
    if request.method == "POST":
        tried = attempt(form, lambda facts: actions.join(secret, facts["password"]))
        if tried.done:
            person, account = tried.result
            return _enter(request, account, person.organisation_id)
        status = tried.status
    facts = {"invited": invited, "account": None, "form": form, "known": False}
    return _private(render(request, "people/invitation.html", facts, status=status))


def _enter(request: HttpRequest, account: Account, organisation_id: int) -> HttpResponseBase:
    """Sign in as at the sign-in page, second factor and all."""
    answer: HttpResponseBase = perform_login(
        request, account, email_verification="none", redirect_url="/"
    )
    request.session["organisation"] = organisation_id
    return answer


def _private(answer: HttpResponse) -> HttpResponse:
    """The address holds a secret: it goes to no other page."""
    answer["Referrer-Policy"] = "no-referrer"
    return answer


# --- the demo ---------------------------------------------------------------------------


@require_POST
def demo(request: HttpRequest) -> HttpResponseBase:
    """Sign in with one click as somebody of the demo company; not there outside demo mode."""
    account = demo_signin.account_of(request.POST.get("email", "").lower())
    language = (get_language() or account.language)[:2]
    if language != account.language:  # who came to look goes on in the language they read
        actions.edit_account(account, language=language)
    way = get_next_redirect_url(request) or "/"
    answer: HttpResponseBase = perform_login(
        request, account, email_verification="none", redirect_url=way
    )
    messages.success(request, _("You are signed in to the demo company."))
    return answer
