"""Persons and units: who may reach and change which."""

from __future__ import annotations

import re

from django.db.models import QuerySet

from haidang.lib.errors import Forbidden, NotFound
from haidang.people.access.membership import standing_of
from haidang.people.models import Person, Unit

_PUBLIC_ID = re.compile(r"[A-Za-z]{1,4}-[0-9]{1,10}", re.ASCII)


def public_id_of(text: str) -> str:
    """A public id as it is stored, or NotFound: nothing else can name a row."""
    if not isinstance(text, str) or not _PUBLIC_ID.fullmatch(text):
        raise NotFound
    return text.upper()


def people_visible(actor: Person) -> QuerySet[Person]:
    """Persons the actor may know of: the only way to lists of people."""
    me = standing_of(actor)
    people = Person.objects.filter(organisation_id=me.organisation_id)
    if not me.is_active:
        return people.none()
    return people.filter(pk=me.person_id) if me.is_guest else people


def units_visible(actor: Person) -> QuerySet[Unit]:
    """Units the actor may know of: the only way to lists of units."""
    me = standing_of(actor)
    units = Unit.objects.filter(organisation_id=me.organisation_id)
    if not me.is_active:
        return units.none()
    return units.filter(pk__in=me.home_ids) if me.is_guest else units


#: verb > who, beyond seeing: "administrator", "self" (the person), "leader" (of the unit or
#: above), "manager" (of the person), "insider" (no guest). Guests and viewers have only what
#: names them.
PERSON_VERBS: dict[str, frozenset[str]] = {
    "see": frozenset({"anyone"}),
    "edit": frozenset({"administrator"}),
    "invite": frozenset({"administrator"}),
    "deactivate": frozenset({"administrator"}),
    "transfer": frozenset({"administrator"}),
    "set_roles": frozenset({"administrator"}),
    "reset": frozenset({"administrator"}),
    "see_tokens": frozenset({"self", "administrator"}),
    "revoke_tokens": frozenset({"self", "administrator"}),
    "create_tokens": frozenset({"self"}),
}
UNIT_VERBS: dict[str, frozenset[str]] = {
    "see": frozenset({"anyone"}),
    "edit": frozenset({"administrator"}),
    "move": frozenset({"administrator"}),
    "merge": frozenset({"administrator"}),
    "set_leaders": frozenset({"administrator"}),
    "set_members": frozenset({"administrator", "team leader"}),
    "archive": frozenset({"administrator"}),
}
ORGANISATION_VERBS: dict[str, frozenset[str]] = {
    "see": frozenset({"anyone"}),
    "create_person": frozenset({"administrator"}),
    "create_unit": frozenset({"administrator"}),
    "invite_guest": frozenset({"administrator", "strategist"}),
    "see_settings": frozenset({"insider"}),
    "settings": frozenset({"administrator"}),
    "see_tokens": frozenset({"administrator"}),
    "strategic_settings": frozenset({"administrator", "strategist"}),
}


def may_person(actor: Person, person: Person, verb: str) -> bool:
    """Whether the actor may do `verb` (a key of PERSON_VERBS) to the person."""
    who = PERSON_VERBS[verb]
    me = standing_of(actor)
    if not me.is_active or me.organisation_id != person.organisation_id:
        return False
    relations = {"self"} if me.person_id == person.pk else set()
    if not me.is_guest or "self" in relations:
        relations.add("anyone")
    if me.is_admin:
        relations.add("administrator")
    return bool(who & relations)


def may_unit(actor: Person, unit: Unit, verb: str) -> bool:
    """Whether the actor may do `verb` (a key of UNIT_VERBS) to the unit."""
    who = UNIT_VERBS[verb]
    me = standing_of(actor)
    if not me.is_active or me.organisation_id != unit.organisation_id:
        return False
    relations = set()
    if not me.is_guest or unit.pk in me.home_ids:
        relations.add("anyone")
    if me.is_admin:
        relations.add("administrator")
    if unit.kind == Unit.Kind.TEAM and me.leads(unit) and not me.is_guest:
        relations.add("team leader")
    return bool(who & relations)


def may_organisation(actor: Person, verb: str) -> bool:
    """Whether the actor may do `verb` (a key of ORGANISATION_VERBS) in the own organisation."""
    who = ORGANISATION_VERBS[verb]
    me = standing_of(actor)
    relations = {"anyone"} if me.is_active else set()
    if me.is_active and not me.is_guest:
        relations.add("insider")
    if me.is_active and me.is_admin:
        relations.add("administrator")
    if me.is_active and me.is_strategist:
        relations.add("strategist")
    return bool(who & relations)


def require_organisation(actor: Person, verb: str) -> None:
    """Like `may_organisation`, raising NotFound for nobody and Forbidden otherwise."""
    if not standing_of(actor).is_active:
        raise NotFound
    if not may_organisation(actor, verb):
        raise Forbidden


def require_person(actor: Person, person: Person, verb: str) -> None:
    """Raise NotFound for who may not see the person, Forbidden for who may not do it."""
    if not may_person(actor, person, "see"):
        raise NotFound
    if not may_person(actor, person, verb):
        raise Forbidden


def require_unit(actor: Person, unit: Unit, verb: str) -> None:
    """Raise NotFound for who may not see the unit, Forbidden for who may not do it."""
    if not may_unit(actor, unit, "see"):
        raise NotFound
    if not may_unit(actor, unit, verb):
        raise Forbidden


def person_for(actor: Person, public_id: str, to: str = "see") -> Person:
    """The person of that id, if the actor may do `to`; else NotFound or Forbidden."""
    person = (
        people_visible(actor)
        .select_related("organisation", "unit", "manager", "account")
        .filter(public_id=public_id_of(public_id))
        .first()
    )
    if person is None:
        raise NotFound
    require_person(actor, person, to)
    return person


def unit_for(actor: Person, public_id: str, to: str = "see") -> Unit:
    """The unit of that id, if the actor may do `to`; else NotFound or Forbidden."""
    unit = (
        units_visible(actor)
        .select_related("organisation", "parent", "merged_into")
        .filter(public_id=public_id_of(public_id))
        .first()
    )
    if unit is None:
        raise NotFound
    require_unit(actor, unit, to)
    return unit
