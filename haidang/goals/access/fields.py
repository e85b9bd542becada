"""Fields of the organisation's own: read by everybody inside, defined by who sets how it
measures. What a goal answers is read by who sees the goal."""

from __future__ import annotations

from django.db.models import QuerySet

from haidang.goals.models import CustomField
from haidang.lib.errors import NotFound
from haidang.people.access import may_organisation, require_organisation
from haidang.people.models import Person


def fields_visible(person: Person) -> QuerySet[CustomField]:
    """The definitions, those that were retired too; a guest reads them for the goals that
    are shared with them."""
    rows = CustomField.objects.filter(organisation_id=person.organisation_id)
    return rows if may_organisation(person, "see") else rows.none()


def field_for(person: Person, key: str) -> CustomField:
    """The field of that key, for who may change it; else Forbidden or NotFound."""
    require_organisation(person, "strategic_settings")
    field = fields_visible(person).filter(key=key[:40]).first()
    if field is None:
        raise NotFound
    return field
