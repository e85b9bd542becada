"""Links that let somebody in: the first time, or again when the password is lost."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import log
from haidang.lib.database import lock, writing
from haidang.lib.errors import Conflict, Invalid, NotFound
from haidang.people.access import require_person
from haidang.people.models import Account, Invitation, Person

LASTS = timedelta(days=7)


def invite(actor: Person, person: Person) -> str:
    """The path of a one-time link by which the person becomes able to sign in.

    It works for seven days; an earlier one stops working. Mailed when mail is configured
    (`settings.HAIDANG_MAIL`), and always returned, to copy. Raises Invalid without an
    e-mail address, Conflict for who signs in already.
    """
    require_person(actor, person, "invite")
    with writing():
        lock(actor.organisation_id, exclusive=True)
        current = Person.objects.select_for_update().filter(pk=person.pk, is_active=True).first()
        if current is None:
            raise Conflict(_("%(name)s is no longer active.") % {"name": person.name})
        if not current.email:
            raise Invalid(
                _("Please enter an e-mail address first."), code="no_email", field="email"
            )
        if current.account is not None and current.account.has_usable_password():
            raise Conflict(
                _("%(name)s can sign in already.") % {"name": current.name}, code="has_account"
            )
        now = timezone.now()
        Invitation.objects.filter(person=current, accepted_at=None, revoked_at=None).update(
            revoked_at=now
        )
        secret = secrets.token_urlsafe(32)
        invitation = Invitation.objects.create(
            person=current,
            email=current.email,
            token_hash=hash_of(secret),
            created_by=actor,
            expires_at=now + LASTS,
        )
        log(
            organisation_id=current.organisation_id,
            at=now,
            verb="person.invited",
            subject_kind="person",
            subject_id=current.pk,
            subject=current.public_id,
            actor_id=actor.pk,
        )
    path = f"/invitations/{secret}/"
    if getattr(settings, "HAIDANG_MAIL", False):
        mail_invitation(invitation, path)
    return path


def hash_of(secret: str) -> str:
    """What is stored of a link's secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def mail_invitation(invitation: Invitation, path: str) -> None:
    """Send the link, in the organisation's language."""
    organisation = invitation.person.organisation
    site = str(getattr(settings, "HAIDANG_URL", "")).rstrip("/")
    with translation.override(organisation.language):
        send_mail(
            translation.gettext("%(organisation)s invites you to Haidang")
            % {"organisation": organisation.name},
            translation.gettext(
                "Hello %(name)s,\n\nopen this link to choose a password and sign in:\n"
                "%(link)s\n\nIt works once, for seven days."
            )
            % {"name": invitation.person.name, "link": site + path},
            None,
            [invitation.email],
        )


def accept(secret: str, account: Account) -> Person:
    """Join the account to the invited person. Raises NotFound for a link that is unknown,
    used, revoked or expired, Conflict when the account already belongs to somebody there."""
    with writing():
        now = timezone.now()
        invitation = (
            Invitation.objects.select_for_update()
            .filter(
                token_hash=hash_of(secret),
                accepted_at=None,
                revoked_at=None,
                expires_at__gt=now,
                person__is_active=True,
            )
            .first()
        )
        if invitation is None:
            raise NotFound
        person = invitation.person
        taken = Person.objects.filter(
            organisation_id=person.organisation_id, account=account
        ).exclude(pk=person.pk)
        if taken.exists() or (person.account_id not in (None, account.pk)):
            raise Conflict(_("This account already belongs to somebody in the organisation."))
        person.account = account
        person.save(update_fields=["account"])
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        log(
            organisation_id=person.organisation_id,
            at=now,
            verb="person.joined",
            subject_kind="person",
            subject_id=person.pk,
            subject=person.public_id,
            actor_id=person.pk,
        )
    return person
