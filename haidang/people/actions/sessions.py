"""Ending sessions, so that who has left or was reset is out at once."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings

from haidang.people.models import Account, Person


def end_sessions(person: Person) -> None:
    """Sign the person's account out everywhere, unless it still belongs to somebody active
    (another organisation): there the middleware alone closes this one."""
    if person.account is None:
        return
    if Person.objects.filter(account=person.account, is_active=True).exclude(pk=person.pk).exists():
        return
    end_account_sessions(person.account)


def end_account_sessions(account: Account, *, keep: str | None = None) -> None:
    """Delete every session of the account, besides the one with key `keep`."""
    rows = UserSession.objects.filter(user=account)
    if keep is not None:
        rows = rows.exclude(session_key=keep)
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    for key in rows.values_list("session_key", flat=True):
        store(key).delete()
    rows.delete()
