"""Personal tokens: a program acts as a person, within scopes, until a day."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import log
from haidang.lib.database import writing
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound
from haidang.people.access import digest_of, may_person, standing_of
from haidang.people.actions import inputs
from haidang.people.models import Person, PersonalToken, Scope

SCOPES = tuple(Scope.values)
LONGEST = timedelta(days=366)
MOST = 50


def create_token(
    actor: Person, name: str, scopes: Iterable[str], expires_at: datetime
) -> tuple[PersonalToken, str]:
    """A token of the actor's own and its secret, which is shown this once.

    It ends within a year, with the person's membership, and never allows more than they may.
    """
    me = standing_of(actor)
    if not me.is_active:
        raise NotFound
    name = inputs.line(name, "name", longest=100)
    wanted = {inputs.choice(scope, SCOPES, "scopes") for scope in scopes}
    if not wanted:
        raise Invalid(_("Please choose what it may do."), code="required", field="scopes")
    if "admin" in wanted and not me.is_admin:
        raise Forbidden(_("Only administrators give a token this right."), field="scopes")
    now = timezone.now()
    if expires_at <= now:
        raise Invalid(_("Please choose a day in the future."), code="past", field="expires_at")
    if expires_at > now + LONGEST:
        raise Invalid(_("A token lasts one year at most."), code="too_late", field="expires_at")
    prefix = secrets.token_hex(4)
    secret = f"hd_{prefix}_{secrets.token_urlsafe(32)}"
    with writing():
        alive = PersonalToken.objects.filter(person=actor, revoked_at=None, expires_at__gt=now)
        if alive.count() >= MOST:
            raise Conflict(_("Please revoke a token that is no longer used first."))
        token = PersonalToken.objects.create(
            person=actor,
            name=name,
            prefix=f"hd_{prefix}",
            digest=digest_of(secret),
            scopes=[scope for scope in SCOPES if scope in wanted],
            expires_at=expires_at,
        )
        _log(actor, token, "token.created", now)
    return token, secret


def revoke_token(actor: Person, token: PersonalToken) -> None:
    """End a token at once: one's own, or as an administrator anybody's. Idempotent."""
    if not may_person(actor, token.person, "see"):
        raise NotFound
    if not may_person(actor, token.person, "revoke_tokens"):
        raise Forbidden
    with writing():
        now = timezone.now()
        if PersonalToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            _log(actor, token, "token.revoked", now)


def _log(actor: Person, token: PersonalToken, verb: str, now: datetime) -> None:
    log(
        organisation_id=token.person.organisation_id,
        at=now,
        verb=verb,
        subject_kind="token",
        subject_id=token.pk,
        subject=token.prefix,
        actor_id=actor.pk,
        data={"person": token.person.public_id, "scopes": token.scopes},
    )
