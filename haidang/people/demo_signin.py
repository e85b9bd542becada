"""One-click sign-in as somebody of the demo company: only where settings.DEMO is on.

The demo registers who can be chosen; nobody else can be signed in this way, and only into
an organisation that is marked as a demo.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from haidang.lib.errors import NotFound
from haidang.people.models import Account, Person

_cast: list[tuple[Any, str]] = []


def register(cast: Iterable[tuple[Any, str]]) -> None:
    """Offer these (label, e-mail address), in their order, on the sign-in page."""
    _cast[:] = [(label, email.lower()) for label, email in cast]


def offered() -> list[tuple[Any, str]]:
    """Who can be chosen now: nobody outside demo mode, nobody who is not loaded."""
    if not settings.DEMO or not _cast:
        return []
    there = set(
        Person.objects.filter(
            account__email__in=[email for _label, email in _cast],
            organisation__is_demo=True,
            is_active=True,
        ).values_list("account__email", flat=True)
    )
    return [(label, email) for label, email in _cast if email in there]


def account_of(email: str) -> Account:
    """The account of somebody offered who is in demo organisations alone, or NotFound."""
    if email not in {one for _label, one in offered()}:
        raise NotFound
    account = Account.objects.get(email=email)
    if Person.objects.filter(account=account, organisation__is_demo=False).exists():
        raise NotFound
    return account
