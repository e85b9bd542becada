"""Vision, mission and values: everybody but guests reads them, strategists write them."""

from __future__ import annotations

from django.db.models import QuerySet

from haidang.goals.models import CoreValue, Identity
from haidang.lib.errors import Forbidden, NotFound
from haidang.people.access import public_id_of, standing_of
from haidang.people.models import Person

IDENTITY_VERBS = frozenset({"see", "edit"})


def may_identity(person: Person, verb: str) -> bool:
    """Whether the person may "see" or "edit" what the organisation is for."""
    if verb not in IDENTITY_VERBS:
        raise KeyError(verb)
    me = standing_of(person)
    if not me.is_active or me.is_guest:
        return False
    return verb == "see" or me.is_strategist


def identity_of(person: Person) -> Identity:
    """Vision and mission, blank where nothing is written yet; nothing for a guest."""
    rows = Identity.objects.filter(organisation_id=person.organisation_id)
    row = rows.first() if may_identity(person, "see") else None
    return row or Identity(organisation_id=person.organisation_id)


def values_visible(person: Person) -> QuerySet[CoreValue]:
    """The core values that hold now, in their order; none for a guest."""
    rows = CoreValue.objects.filter(organisation_id=person.organisation_id, removed_at=None)
    return rows if may_identity(person, "see") else rows.none()


def value_for(person: Person, public_id: str, to: str = "see") -> CoreValue:
    """The core value of that id, if the person may do `to`; else NotFound or Forbidden."""
    value = values_visible(person).filter(public_id=public_id_of(public_id)).first()
    if value is None:
        raise NotFound
    if not may_identity(person, to):
        raise Forbidden
    return value
