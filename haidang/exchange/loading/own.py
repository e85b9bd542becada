"""Fields of the organisation's own as columns of a list of goals, each called `field:<key>`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from haidang.exchange.loading.columns import OWN, Column
from haidang.goals.access import fields_visible
from haidang.goals.models import CustomField, FieldType, Goal
from haidang.lib.decimals import text as digits_of
from haidang.lib.errors import Invalid
from haidang.lib.text import folded
from haidang.people.models import Person
from haidang.web.sheets import Cell

#: Columns of a list, by the key of the field.
Fields = Mapping[str, CustomField]
NOTHING: Fields = {}


def fields_of(actor: Person) -> Fields:
    """What goals of the organisation are asked now, in order."""
    return {field.key: field for field in fields_visible(actor) if field.retired_at is None}


def columns_of(fields: Fields) -> list[Column]:
    """As they stand in files of ours."""
    return [
        Column(OWN + key, OWN + key, ". ".join(filter(None, (field.name, field.help))), width=18)
        for key, field in fields.items()
    ]


def names_of(fields: Fields) -> Iterable[tuple[str, str]]:
    """(name that a header may have, column), what is said in full first."""
    yield from ((OWN + key, OWN + key) for key in fields)
    for key, field in fields.items():
        yield from ((name, OWN + key) for name in (field.name_vi, field.name_en) if name)


def values_of(field: CustomField) -> str:
    """What a cell may say, for who fills it in."""
    if field.is_choice:
        return ", ".join(field.option_names().values())
    return str(field.get_type_display()) + (f" ({field.unit})" if field.unit else "")


def choice(field: CustomField, text: str) -> str:
    """The option that a text names, by its key or in either language."""
    said = text.strip()
    for name in ("key", "name_vi", "name_en"):
        for option in field.options:
            if option[name] and folded(option[name]) == folded(said):
                return str(option["key"])
    raise Invalid(
        _("“%(text)s” is none of the values: %(values)s.")
        % {"text": said[:60], "values": ", ".join(field.option_names().values())}
    )


def choices(field: CustomField, texts: Iterable[str]) -> list[str]:
    """The options that several texts name, in their order."""
    named = {choice(field, text) for text in texts}
    return [option["key"] for option in field.options if option["key"] in named]


def stored(value: Any) -> Any:
    """A fact of a cell in the form in which goals keep it."""
    if isinstance(value, Decimal):
        return digits_of(value)
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "public_id", value)


def told(field: CustomField | None, value: Any) -> str:
    """An answer as a list of changes says it."""
    if value is None or value == "":
        return ""
    names = field.option_names() if field is not None and field.is_choice else {}
    if isinstance(value, list):
        return ", ".join(str(names.get(one, one)) for one in value)
    if isinstance(value, Person):
        return value.name
    text = names.get(value, str(stored(value))) if isinstance(value, str) else str(stored(value))
    return text if len(text) <= 200 else f"{text[:199]}…"


def cell(field: CustomField, goal: Goal, people: Mapping[str, Person], name_of: Any) -> Cell:
    """What stands in an exported list: read back, it changes nothing."""
    value = goal.fields.get(field.key)
    if value is None:
        return None
    if field.type == FieldType.NUMBER:
        return Decimal(value)
    if field.type == FieldType.DAY:
        return date.fromisoformat(value)
    if field.type == FieldType.PERSON:
        person = people.get(value)
        return str(name_of(person)) if person else str(value)
    names = field.option_names() if field.is_choice else {}
    if isinstance(value, list):
        return "; ".join(str(names.get(one, one)) for one in value)
    return str(names.get(value, value))


def people_of(actor: Person, fields: Sequence[CustomField]) -> dict[str, Person]:
    """Everybody of the organisation by id, where a field asks for somebody: one query."""
    if not any(field.type == FieldType.PERSON for field in fields):
        return {}
    rows = Person.objects.filter(organisation_id=actor.organisation_id)
    return {person.public_id: person for person in rows}
