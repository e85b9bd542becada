"""Organisations and their settings."""

from __future__ import annotations

import hashlib
import json
import re
import zoneinfo
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings as django_settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import log
from haidang.lib.database import lock, writing
from haidang.lib.errors import Invalid, Stale
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


#: Facts that `edit_organisation` takes.
FACTS = ("name", "language", "time_zone", "currency", "fiscal_year_start")
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def edit_organisation(actor: Person, stand: str | None, changes: Mapping[str, Any]) -> Organisation:
    """Change some of FACTS. `stand` is the `stand_of` that the form was filled in over.

    Another start of the fiscal year moves what periods of KPIs mean: whether it may, decides
    `strategy.actions.settings`, which calls this. Raises Stale, Invalid at the field.
    """
    require_organisation(actor, "settings")
    facts = {name: _fact(name, value) for name, value in changes.items()}
    with writing():
        lock(actor.organisation_id)
        current = Organisation.objects.select_for_update().get(pk=actor.organisation_id)
        if stand is not None and stand != stand_of(facts_of(current)):
            raise Stale(current)
        before = {name: getattr(current, name) for name in facts}
        changed = [name for name, value in facts.items() if before[name] != value]
        if not changed:
            return current
        for name in changed:
            setattr(current, name, facts[name])
        current.save(update_fields=changed)
        log(
            organisation_id=current.pk,
            at=timezone.now(),
            verb="organisation.edited",
            subject_kind="setting",
            subject_id=None,
            subject="organisation",
            actor_id=actor.pk,
            data={
                "from": {name: before[name] for name in changed},
                "to": {name: facts[name] for name in changed},
            },
        )
    actor.organisation = current
    return current


def facts_of(organisation: Organisation) -> dict[str, Any]:
    return {name: getattr(organisation, name) for name in FACTS}


def stand_of(facts: Mapping[str, Any]) -> str:
    """A short name of how these settings stand, which another change changes: what has no
    version of its own is guarded by it."""
    text = json.dumps(facts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _fact(name: str, value: Any) -> Any:
    if name == "name":
        return inputs.line(value, name)
    if name == "language":
        return inputs.choice(value, dict(django_settings.LANGUAGES), name)
    if name == "time_zone":
        return inputs.choice(value, zoneinfo.available_timezones(), name)
    if name == "currency":
        code = inputs.line(value, name, longest=3).upper()
        if not _CURRENCY.fullmatch(code):
            raise Invalid(_("Three letters, such as VND or EUR."), code="currency", field=name)
        return code
    if name == "fiscal_year_start":
        if not isinstance(value, int) or not 1 <= value <= 12:
            raise Invalid(_("A month, 1 to 12."), code="out_of_bounds", field=name)
        return value
    raise Invalid(_("There is no such field."), code="unknown", field=name)


def set_setting(actor: Person, key: str, value: Any) -> None:
    """Change a setting from now on; how it stood before stays readable. Raises Invalid."""
    set_settings(actor, {key: value})


def set_settings(actor: Person, changes: Mapping[str, Any], stand: str | None = None) -> None:
    """Change several settings from now on, or none of them. `stand` is the `stand_of` of
    these keys that the form was filled in over. Raises Stale; Invalid that names the key,
    also where settings would contradict each other."""
    for key in changes:
        verb = "strategic_settings" if key in settings.STRATEGIC else "settings"
        require_organisation(actor, verb)
    values = {key: settings.checked(key, value) for key, value in changes.items()}
    with writing():
        lock(actor.organisation_id)
        now = timezone.now()
        before = settings.everything(actor.organisation_id)
        if stand is not None and stand != stand_of({key: before[key] for key in values}):
            raise Stale(before)
        settings.agree(before | values)
        for key, value in values.items():
            if before[key] != value:
                _set(actor, key, before[key], value, now)


def _set(actor: Person, key: str, before: Any, value: Any, now: datetime) -> None:
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
