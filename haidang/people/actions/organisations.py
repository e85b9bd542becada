"""Organisations and their settings."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings as django_settings
from django.utils import timezone

from haidang.activity.actions import log
from haidang.lib.database import lock, writing
from haidang.lib.text import folded
from haidang.people import settings
from haidang.people.access import require_organisation
from haidang.people.actions import inputs
from haidang.people.actions.accounts import account_for
from haidang.people.models import (
    Organisation,
    OrganisationSetting,
    Person,
    PersonUnitHistory,
    Role,
    RoleGrant,
    Unit,
    UnitHistory,
)
from haidang.people.sequences import take


def create_organisation(
    name: str, language: str, admin_name: str, admin_email: str, password: str | None = None
) -> Organisation:
    """A new organisation with its root unit and first person: administrator and strategist.

    Without a password they have to be invited (`invite(person, person)`), and so has who
    already has an account with another password. Raises Invalid. Who may call this is
    decided outside: it is a command of the server's operator.
    """
    name = inputs.line(name, "name")
    language = inputs.choice(language, dict(django_settings.LANGUAGES), "language")
    admin_name = inputs.line(admin_name, "admin_name")
    admin_email = inputs.email(admin_email, "admin_email")
    with writing():
        now = timezone.now()
        organisation = Organisation.objects.create(
            name=name, slug=_free_slug(name), language=language
        )
        number = take(organisation.pk, "unit")
        root = Unit.objects.create(
            organisation=organisation,
            number=number,
            public_id=f"U-{number}",
            kind=Unit.Kind.COMPANY,
            name=name,
        )
        root.path = f"/{root.pk}/"
        root.save(update_fields=["path", "folded_name"])
        UnitHistory.objects.create(unit=root, name=name, kind=root.kind, since=now)
        number = take(organisation.pk, "person")
        person = Person.objects.create(
            organisation=organisation,
            number=number,
            public_id=f"P-{number}",
            name=admin_name,
            email=admin_email,
            unit=root,
            account=account_for(admin_email, password, language) if password else None,
        )
        PersonUnitHistory.objects.create(person=person, unit=root, since=now)
        for role in (Role.ADMINISTRATOR, Role.STRATEGIST):
            RoleGrant.objects.create(person=person, role=role, since=now)
        log(
            organisation_id=organisation.pk,
            at=now,
            verb="organisation.created",
            subject_kind="organisation",
            subject_id=organisation.pk,
            subject=organisation.slug,
        )
    return organisation


def _free_slug(name: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", folded(name))[:50].strip("-") or "organisation"
    slug, number = stem, 1
    while Organisation.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


def set_setting(actor: Person, key: str, value: Any) -> None:
    """Change a setting from now on; how it stood before stays readable. Raises Invalid."""
    require_organisation(actor, "settings")
    value = settings.checked(key, value)
    with writing():
        lock(actor.organisation_id)
        now = timezone.now()
        before = settings.get(actor.organisation_id, key)
        if before == value:
            return
        OrganisationSetting.objects.filter(
            organisation_id=actor.organisation_id, key=key, until=None
        ).update(until=now)
        OrganisationSetting.objects.create(
            organisation_id=actor.organisation_id, key=key, value=value, since=now
        )
        log(
            organisation_id=actor.organisation_id,
            at=now,
            verb="setting.changed",
            subject_kind="setting",
            subject_id=None,
            subject=key[:32],
            actor_id=actor.pk,
            data={"from": before, "to": value},
        )
