"""Accounts: made with a person or an invitation, never by strangers."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from haidang.lib.errors import Invalid
from haidang.people.models import Account


def account_for(email: str, password: str | None, language: str) -> Account:
    """The account of that address, made if there is none.

    An account that exists keeps its password: it belongs to somebody, maybe in another
    organisation too. Raises Invalid at "password" for a weak one.
    """
    account = Account.objects.filter(email=email).first()
    if account is not None:
        return account
    if password is not None:
        check_password(password, Account(email=email))
    account = Account.objects.create_user(email, password, language=language)
    EmailAddress.objects.create(user=account, email=email, primary=True, verified=False)
    return account


def check_password(password: str, account: Account) -> None:
    """Raise Invalid with every reason why this password will not do."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="password", field="password") from None
