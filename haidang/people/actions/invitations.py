"""Invitations: a one-time link by which a person becomes able to sign in."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from haidang.lib.database import lock, writing
from haidang.lib.errors import Conflict, Invalid, NotFound
from haidang.people.access import require_person
from haidang.people.actions.accounts import create_account
from haidang.people.actions.events import log_person
from haidang.people.actions.links import Link, hash_of, mail, new_secret, spelt_out
from haidang.people.models import Account, Invitation, Person

LASTS = timedelta(days=7)
SUBJECT = gettext_noop("%(organisation)s invites you to Haidang")
TEXT = gettext_noop(
    "Hello %(name)s,\n\nopen this link to choose a password and sign in:\n%(link)s\n\n"
    "It works once, for seven days."
)


def invite(actor: Person, person: Person, *, site: str = "") -> Link:
    """A one-time link by which the person becomes able to sign in, good for seven days.

    An earlier link stops working. It is mailed where there is a mail server, and always
    returned to be copied; `site` completes it where no public address is set. Raises Invalid
    without an e-mail address, Conflict for who can sign in already.
    """
    require_person(actor, person, "invite")
    return pass_on(person, invitation_path(person, actor), site)


def pass_on(person: Person, path: str, site: str = "") -> Link:
    """Mail an invitation that is stored, where there is a mail server."""
    return mail(person, person.email, SUBJECT, TEXT, spelt_out(path, site))


def invitation_path(person: Person, actor: Person | None) -> str:
    """Where a new invitation of the person leads; without an actor, the server's operator
    made it. Whoever calls this has asked who may."""
    with writing():
        lock(person.organisation_id)
        current = Person.objects.select_for_update().get(pk=person.pk)
        if not current.is_active:
            raise Conflict(
                _("%(name)s is no longer active.") % {"name": current.name}, code="inactive"
            )
        if not current.email:
            raise Invalid(
                _("Please enter an e-mail address first."), code="no_email", field="email"
            )
        if current.account_id is not None:
            raise Conflict(
                _("%(name)s can sign in already.") % {"name": current.name}, code="has_account"
            )
        now = timezone.now()
        open_invitations(current).update(revoked_at=now)
        secret = new_secret()
        Invitation.objects.create(
            person=current,
            email=current.email,
            token_hash=hash_of(secret),
            created_by=actor,
            expires_at=now + LASTS,
        )
        log_person(actor, current, "person.invited", now)
    person.email = current.email
    return f"/invitations/{secret}/"


def open_invitations(person: Person) -> QuerySet[Invitation]:
    """The person's invitations that were neither used nor revoked."""
    return Invitation.objects.filter(person=person, accepted_at=None, revoked_at=None)


def invitation_of(secret: str) -> Invitation:
    """The invitation that a link opens. Raises NotFound for one that is unknown, used,
    revoked or expired, all alike."""
    invitation = (
        Invitation.objects.filter(
            token_hash=hash_of(secret[:200]),
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=timezone.now(),
            person__is_active=True,
            person__account=None,
        )
        .select_related("person__organisation", "created_by")
        .first()
    )
    if invitation is None:
        raise NotFound(
            _("This link has been used or has expired. Please ask for a new one."),
            code="invitation",
        )
    return invitation


def accept(secret: str, account: Account) -> Person:
    """Join an account to the invited person. Raises NotFound for a dead link, Conflict when
    the account already belongs to somebody in the organisation."""
    with writing():
        return _accept(secret, account)


def join(secret: str, password: str) -> tuple[Person, Account]:
    """Make the invited address an account with this password and join it.

    Raises NotFound for a dead link, Invalid for a weak password, and Conflict where the
    address has an account: that one's password is asked for instead.
    """
    with writing():
        invitation = invitation_of(secret)
        account = create_account(
            invitation.email, password, invitation.person.organisation.language
        )
        return _accept(secret, account), account


def _accept(secret: str, account: Account) -> Person:
    invitation = invitation_of(secret)
    lock(invitation.person.organisation_id)
    now = timezone.now()
    # Two people may open one link at once: whoever comes first has used it.
    if not open_invitations(invitation.person).filter(pk=invitation.pk).update(accepted_at=now):
        raise NotFound(code="invitation")
    person = invitation.person
    if Person.objects.filter(organisation_id=person.organisation_id, account=account).exists():
        raise Conflict(
            _("This account already belongs to somebody in the organisation."), code="taken"
        )
    person.account = account
    person.save(update_fields=["account"])
    log_person(person, person, "person.joined", now)
    return person
