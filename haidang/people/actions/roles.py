"""Roles: who holds which, since when."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.lib.database import lock, writing
from haidang.lib.errors import Conflict, Invalid
from haidang.people.access import forget, require_person
from haidang.people.actions import inputs
from haidang.people.actions.events import log_person
from haidang.people.models import Person, Role, RoleGrant


def set_roles(actor: Person, person: Person, roles: Iterable[str]) -> None:
    """Exactly these roles from now on (none: a member). Raises Conflict where it would
    leave the organisation without an administrator."""
    require_person(actor, person, "set_roles")
    wanted = {inputs.choice(role, Role.values, "roles") for role in roles}
    with writing():
        lock(actor.organisation_id)
        if not Person.objects.filter(pk=person.pk, is_active=True).exists():
            raise Invalid(
                _("%(name)s is no longer active.") % {"name": person.name}, code="inactive"
            )
        current = set(
            RoleGrant.objects.filter(person=person, until=None).values_list("role", flat=True)
        )
        if current == wanted:
            return
        if Role.ADMINISTRATOR in current - wanted:
            refuse_last_administrator(person)
        now = timezone.now()
        RoleGrant.objects.filter(person=person, until=None, role__in=current - wanted).update(
            until=now
        )
        RoleGrant.objects.bulk_create(
            RoleGrant(person=person, role=role, since=now) for role in sorted(wanted - current)
        )
        data = {"from": sorted(current), "to": sorted(wanted)}
        log_person(actor, person, "person.roles_set", now, data)
    forget(person)
    if actor.pk == person.pk:
        forget(actor)


def refuse_last_administrator(person: Person) -> None:
    """Raise Conflict when nobody else could administer the organisation: somebody active
    with an account. Call with the organisation locked."""
    if not RoleGrant.objects.filter(person=person, role=Role.ADMINISTRATOR, until=None).exists():
        return
    others = RoleGrant.objects.filter(
        person__organisation_id=person.organisation_id,
        person__is_active=True,
        person__account__is_active=True,
        role=Role.ADMINISTRATOR,
        until=None,
    ).exclude(person=person)
    if not others.exists():
        raise Conflict(
            _("The organisation needs an administrator. Please name another one first."),
            code="last_administrator",
        )
