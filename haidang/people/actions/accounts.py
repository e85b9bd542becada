"""Accounts: made by an invitation, never by strangers; what their owner sets; resets."""

from __future__ import annotations

import zoneinfo

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from haidang.lib.database import writing
from haidang.lib.errors import Conflict, Invalid
from haidang.people.access import require_person
from haidang.people.actions import inputs
from haidang.people.actions.events import log_person
from haidang.people.actions.links import Link, mail, spelt_out
from haidang.people.actions.sessions import end_account_sessions
from haidang.people.models import Account, Person

THEMES = ("auto", "light", "dark")
SUBJECT = gettext_noop("A new password for Haidang")
TEXT = gettext_noop(
    "Hello %(name)s,\n\nopen this link to choose a new password:\n%(link)s\n\n"
    "If you did not ask for it, you may ignore this message."
)


def create_account(email: str, password: str, language: str) -> Account:
    """A new account, its address vouched for by who invited it.

    Raises Invalid at "password" for a weak one, Conflict when the address has an account.
    """
    check_password(password, Account(email=email))
    try:
        with transaction.atomic():
            account = Account.objects.create_user(email, password, language=language)
    except IntegrityError:
        raise Conflict(
            _("This address has an account already. Please sign in with it."), code="has_account"
        ) from None
    EmailAddress.objects.create(user=account, email=account.email, primary=True, verified=True)
    return account


def account_for(email: str, password: str, language: str) -> Account | None:
    """The account of that address when the password is its own; a new one where there is
    none; None where there is one with another password: its owner has to accept."""
    account = Account.objects.filter(email=email).first()
    if account is None:
        return create_account(email, password, language)
    return account if account.check_password(password) else None


def check_password(password: str, account: Account) -> None:
    """Raise Invalid with every reason why this password will not do."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="password", field="password") from None


def edit_account(
    account: Account, *, language: str = "", theme: str = "", time_zone: str | None = None
) -> Account:
    """Change what one sets for oneself; an empty time zone is the organisation's."""
    fields = []
    if language:
        account.language = inputs.choice(language, dict(settings.LANGUAGES), "language")
        fields.append("language")
    if theme:
        account.theme = inputs.choice(theme, THEMES, "theme")
        fields.append("theme")
    if time_zone is not None:
        if time_zone:
            inputs.choice(time_zone, zoneinfo.available_timezones(), "time_zone")
        account.time_zone = time_zone
        fields.append("time_zone")
    account.save(update_fields=fields)
    return account


def reset_link(actor: Person, person: Person, *, site: str = "") -> Link:
    """A link by which the person chooses a new password; mailed, and returned to be copied.

    Only for an account that is this organisation's alone: an administrator must not come
    into another organisation through somebody's account. Raises Conflict otherwise.
    """
    require_person(actor, person, "reset")
    account = _own_account(person)
    with writing():
        log_person(actor, person, "person.reset_link_made", timezone.now())
    return mail(person, account.email, SUBJECT, TEXT, spelt_out(reset_path(account), site))


def reset_path(account: Account) -> str:
    """Where a new password is chosen, once. Whoever calls this has asked who may."""
    key = {
        "uidb36": user_pk_to_url_str(account),
        "key": default_token_generator.make_token(account),
    }
    return reverse("account_reset_password_from_key", kwargs=key)


def is_shared(person: Person) -> bool:
    """Whether the person's account is somebody in another organisation too."""
    others = Person.objects.filter(account=person.account).exclude(pk=person.pk)
    return person.account_id is not None and others.exists()


def move_account(person: Person, email: str) -> None:
    """Let the person sign in with this address from now on, instead of the one before.

    Only an account that is this organisation's alone moves: an administrator must not come
    into another organisation through somebody's account. Raises Invalid where the address
    signs somebody else in.
    """
    account = person.account
    if account is None or is_shared(person) or account.email == email:
        return
    taken = Invalid(_("Somebody signs in with this address already."), code="taken", field="email")
    if Account.objects.filter(email=email).exists():
        raise taken
    account.email = email
    try:
        with transaction.atomic():
            account.save(update_fields=["email"])
    except IntegrityError:
        raise taken from None
    EmailAddress.objects.filter(user=account).delete()
    EmailAddress.objects.create(user=account, email=email, primary=True, verified=True)


def remove_second_factor(actor: Person, person: Person) -> None:
    """Take away a lost second factor, and sign the person out everywhere.

    Only for an account that is this organisation's alone. Raises Conflict otherwise.
    """
    require_person(actor, person, "reset")
    account = _own_account(person)
    with writing():
        Authenticator.objects.filter(user=account).delete()
        end_account_sessions(account)
        log_person(actor, person, "person.second_factor_removed", timezone.now())


def _own_account(person: Person) -> Account:
    account = person.account
    if account is None:
        raise Conflict(_("%(name)s cannot sign in yet.") % {"name": person.name})
    if is_shared(person):
        raise Conflict(
            _("This account is not only the organisation's: only its owner can reset it."),
            code="shared_account",
        )
    return account
