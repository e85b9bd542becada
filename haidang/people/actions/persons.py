"""Persons: their facts, place and manager, coming and leaving."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.lib.database import lock, writing
from haidang.lib.errors import Invalid, NotFound, Stale
from haidang.people.access import forget, require_organisation, require_person, today_of
from haidang.people.actions import inputs
from haidang.people.actions.accounts import is_shared, move_account
from haidang.people.actions.events import log_person
from haidang.people.actions.roles import refuse_last_administrator
from haidang.people.actions.sessions import end_sessions
from haidang.people.models import (
    Invitation,
    Person,
    PersonalToken,
    PersonUnitHistory,
    Role,
    RoleGrant,
    TeamMember,
    Unit,
    UnitLeader,
)
from haidang.people.sequences import take

#: Facts that `create_person` and `edit_person` take; others are refused as unknown.
FACTS = ("name", "email", "title", "region", "unit", "manager", "joined_on")


def create_person(
    actor: Person,
    name: str,
    *,
    email: str = "",
    unit: Unit | None = None,
    manager: Person | None = None,
    title: str = "",
    region: str = "",
    joined_on: date | None = None,
) -> Person:
    """A new person, who signs in once invited. Raises Invalid at the field, Forbidden."""
    require_organisation(actor, "create_person")
    facts = checked_facts(
        actor,
        {
            "name": name,
            "email": email,
            "title": title,
            "region": region,
            "unit": unit,
            "manager": manager,
            "joined_on": joined_on,
        },
    )
    with writing():
        lock(actor.organisation_id)
        person = _insert(actor, facts)
    if manager is not None:
        forget(manager)
    return person


def create_guest(actor: Person, name: str, email: str) -> Person:
    """Somebody from outside, who sees only what is shared with them: a person whose one role
    is guest. Open to strategists, too. Raises Invalid at the field, Forbidden."""
    require_organisation(actor, "invite_guest")
    facts = {"name": inputs.line(name, "name"), "email": inputs.email(email, "email")}
    with writing():
        lock(actor.organisation_id)
        person = _insert(actor, facts)
        now = timezone.now()
        RoleGrant.objects.create(person=person, role=Role.GUEST, since=now)
        log_person(actor, person, "person.roles_set", now, {"from": [], "to": [Role.GUEST.value]})
    return person


def _insert(actor: Person, facts: Mapping[str, Any]) -> Person:
    """A new row with its number and its first span; the organisation is locked."""
    _email_free(actor.organisation_id, facts["email"])
    now = timezone.now()
    number = take(actor.organisation_id, "person")
    person = Person.objects.create(
        organisation_id=actor.organisation_id,
        number=number,
        public_id=f"P-{number}",
        **facts,
    )
    PersonUnitHistory.objects.create(
        person=person, unit_id=person.unit_id, manager_id=person.manager_id, since=now
    )
    log_person(actor, person, "person.created", now)
    return person


def edit_person(
    actor: Person, person: Person, version: int | None, changes: Mapping[str, Any]
) -> Person:
    """Change some of FACTS. Raises Stale for another version, Invalid at the field."""
    require_person(actor, person, "edit")
    facts = checked_facts(actor, changes)
    with writing():
        lock(actor.organisation_id)
        current = _locked(person, version)
        changed = [field for field, value in facts.items() if getattr(current, field) != value]
        if not changed:
            return current
        moved = False
        if "email" in changed:
            _email_free(actor.organisation_id, facts["email"], besides=current)
            moved = _signs_in_with(current, facts["email"])
        if "manager" in changed:
            _no_loop(current, facts["manager"])
        now = timezone.now()
        for field in changed:
            setattr(current, field, facts[field])
        _store(current, changed)
        if {"unit", "manager"} & set(changed):
            keep_place(current, now)
        log_person(actor, current, "person.edited", now, {"fields": changed})
        if moved:
            log_person(actor, current, "person.sign_in_address_changed", now)
    forget(person)
    return current


def deactivate_person(
    actor: Person, person: Person, version: int | None = None, *, left_on: date | None = None
) -> Person:
    """End a person's access at once: sessions, tokens, invitations, roles of leadership.

    Their reports go to their manager. What they did stays. Raises Conflict for the last
    administrator.
    """
    require_person(actor, person, "deactivate")
    with writing():
        lock(actor.organisation_id)
        current = _locked(person, version)
        if not current.is_active:
            return current
        refuse_last_administrator(current)
        now = timezone.now()
        current.is_active = False
        current.left_on = left_on or today_of(current)
        _store(current, ["is_active", "left_on"])
        for report in Person.objects.filter(manager=current):
            report.manager_id = current.manager_id
            _store(report, ["manager"])
            keep_place(report, now)
        UnitLeader.objects.filter(person=current, until=None).update(until=now)
        TeamMember.objects.filter(person=current, until=None).update(until=now)
        RoleGrant.objects.filter(person=current, until=None).update(until=now)
        PersonalToken.objects.filter(person=current, revoked_at=None).update(revoked_at=now)
        Invitation.objects.filter(person=current, accepted_at=None, revoked_at=None).update(
            revoked_at=now
        )
        PersonUnitHistory.objects.filter(person=current, until=None).update(until=now)
        end_sessions(current)
        log_person(actor, current, "person.deactivated", now)
    person.is_active = False
    forget(person)
    return current


def reactivate_person(actor: Person, person: Person, version: int | None = None) -> Person:
    """Let somebody back in as a plain member, in their unit; tokens stay dead."""
    require_person(actor, person, "deactivate")
    with writing():
        lock(actor.organisation_id)
        current = _locked(person, version)
        if current.is_active:
            return current
        _email_free(current.organisation_id, current.email, besides=current)
        if current.manager is not None and not current.manager.is_active:
            current.manager = None
        now = timezone.now()
        current.is_active, current.left_on = True, None
        _store(current, ["is_active", "left_on", "manager"])
        keep_place(current, now)
        log_person(actor, current, "person.reactivated", now)
    person.is_active = True
    forget(person)
    return current


# --- inside -----------------------------------------------------------------------------


def checked_facts(actor: Person, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Some of FACTS as they are stored; raises Invalid at the field, NotFound."""
    facts: dict[str, Any] = {}
    for field, value in changes.items():
        if field == "name":
            facts[field] = inputs.line(value, field)
        elif field == "email":
            facts[field] = inputs.email(value, field, required=False)
        elif field == "title":
            facts[field] = inputs.line(value, field, required=False)
        elif field == "region":
            facts[field] = inputs.line(value, field, longest=120, required=False)
        elif field == "unit":
            facts[field] = _unit(actor, value)
        elif field == "manager":
            facts[field] = _manager(actor, value)
        elif field == "joined_on":
            facts[field] = value
        else:
            raise Invalid(_("There is no such field."), code="unknown", field=field)
    return facts


def _unit(actor: Person, unit: Unit | None) -> Unit | None:
    if unit is None:
        return None
    if unit.organisation_id != actor.organisation_id:
        raise NotFound
    if unit.kind == Unit.Kind.TEAM:
        raise Invalid(
            _("A team across units is joined beside one's unit, not instead of it."),
            code="team",
            field="unit",
        )
    if unit.archived_at is not None:
        raise Invalid(_("This unit is closed."), code="archived", field="unit")
    return unit


def _manager(actor: Person, manager: Person | None) -> Person | None:
    if manager is None:
        return None
    if manager.organisation_id != actor.organisation_id:
        raise NotFound
    if not manager.is_active:
        raise Invalid(
            _("%(name)s is no longer active.") % {"name": manager.name},
            code="inactive",
            field="manager",
        )
    return manager


def _no_loop(person: Person, manager: Person | None) -> None:
    """Refuse a manager who reports to the person; the lock keeps the chain still."""
    above = dict(
        Person.objects.filter(organisation_id=person.organisation_id, manager__isnull=False)
        .order_by()
        .values_list("pk", "manager_id")
    )
    step = manager.pk if manager else None
    while step is not None:
        if step == person.pk:
            raise Invalid(
                _("Nobody can be their own manager, not even through others."),
                code="cycle",
                field="manager",
            )
        step = above.get(step)


def _email_free(organisation_id: int, email: str, besides: Person | None = None) -> None:
    same = Person.objects.filter(organisation_id=organisation_id, email=email, is_active=True)
    if besides is not None:
        same = same.exclude(pk=besides.pk)
    if email and same.exists():
        raise Invalid(
            _("Somebody in the organisation already has this e-mail address."),
            code="duplicate",
            field="email",
        )


def _signs_in_with(person: Person, email: str) -> bool:
    """Whether the person's account moves to the new address: the address of a person is the
    name to sign in with, as long as the account is not another organisation's too."""
    if person.account is None or is_shared(person):
        return False
    if not email:
        raise Invalid(
            _("%(name)s signs in with this address: it can be changed, not left out.")
            % {"name": person.name},
            code="required",
            field="email",
        )
    before = person.account.email
    move_account(person, email)
    return person.account.email != before


def _locked(person: Person, version: int | None) -> Person:
    """The row as it stands, held to the end of the transaction; Stale for another version."""
    current = Person.objects.select_for_update().filter(pk=person.pk).first()
    if current is None:
        raise NotFound
    if version is not None and current.version != version:
        raise Stale(current)
    return current


def _store(person: Person, fields: list[str]) -> None:
    person.version += 1
    extra = ["folded_name", "sort_key"] if "name" in fields else []
    person.save(update_fields=[*fields, *extra, "version"])


def keep_place(person: Person, now: datetime) -> None:
    """End the span of where somebody was, and begin that of where they are."""
    PersonUnitHistory.objects.filter(person=person, until=None).update(until=now)
    PersonUnitHistory.objects.create(
        person=person, unit_id=person.unit_id, manager_id=person.manager_id, since=now
    )
