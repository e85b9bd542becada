"""What the server's operator does at its terminal, without being anybody in an organisation.

Whoever may run the command may read the database too, so nothing here asks for a role. The
activity log of each organisation that the account belongs to says that it was done.
"""

from __future__ import annotations

from typing import NamedTuple

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.lib.database import writing
from haidang.lib.errors import NotFound
from haidang.people.actions.accounts import reset_path
from haidang.people.actions.events import log_person
from haidang.people.actions.invitations import invitation_path
from haidang.people.actions.links import spelt_out
from haidang.people.actions.sessions import end_account_sessions
from haidang.people.keys import is_present, opened, parts, sealed
from haidang.people.models import Person


def invitation_link(person: Person, *, site: str = "") -> str:
    """An invitation that is not mailed: the operator passes it on."""
    return spelt_out(invitation_path(person, None), site)


class Way(NamedTuple):
    """How somebody gets in again: the link, and the address that signs in with it."""

    link: str
    email: str
    is_invitation: bool


def access_link(email: str, *, site: str = "", second_factor: bool = True) -> Way:
    """A one-time link by which who has this address gets in again: to a new password, or,
    where they have never signed in, the invitation. It is not mailed.

    Without `second_factor` what was set up of it is removed, and the account is signed out
    everywhere. Raises NotFound where the address belongs to nobody active.
    """
    email = email.strip().lower()
    people = Person.objects.filter(is_active=True).order_by("pk").select_related("account")
    person = people.filter(account__email=email).first() or people.filter(email=email).first()
    if person is None:
        raise NotFound(_("Nobody active has this address: %(email)s") % {"email": email})
    account = person.account
    if account is None:
        return Way(invitation_link(person, site=site), person.email, True)
    with writing():
        if not second_factor:
            Authenticator.objects.filter(user=account).delete()
            end_account_sessions(account)
        for one in people.filter(account=account):
            if not second_factor:
                log_person(None, one, "person.second_factor_removed", timezone.now())
            log_person(None, one, "person.reset_link_made", timezone.now())
    return Way(spelt_out(reset_path(account), site), account.email, False)


def renew_secrets() -> int:
    """Seal anew with the present key what only a former one opens; how many were."""
    if not settings.SECRET_KEY_FALLBACKS:
        return 0
    renewed = 0
    with transaction.atomic():
        for row in Authenticator.objects.select_for_update().order_by("pk"):
            changed = False
            for name, text in parts(row.data):
                plain = None if is_present(text) else opened(text)
                if plain is not None:
                    row.data[name] = sealed(plain)
                    changed = True
            if changed:
                row.save(update_fields=["data"])
                renewed += 1
    return renewed
