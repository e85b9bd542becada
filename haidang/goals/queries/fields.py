"""Fields of the organisation's own as pages, tables and files read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import get_language

from haidang.goals.access.fields import fields_visible
from haidang.goals.actions.answers import PREFIX
from haidang.goals.models import CustomField, FieldType, Goal
from haidang.people.models import Person
from haidang.web import formats


@dataclass(frozen=True, slots=True)
class Answer:
    """What a goal says to one field. `value` is the thing itself: a decimal, a day, a person,
    an address, a text; `text` what it reads like."""

    field: CustomField
    value: Any
    text: str
    parts: Sequence[str] = ()  # of a choice of several

    @property
    def is_old(self) -> bool:
        """Whether it is no longer asked."""
        return self.field.retired_at is not None


def asked_of(person: Person, kind: str) -> list[CustomField]:
    """What goals of that kind are asked, in order: one query."""
    return [field for field in fields_visible(person) if field.asks(kind)]


def answers_of(person: Person, goal: Goal) -> list[Answer]:
    """What a goal says, what is no longer asked last; no query where it says nothing."""
    if not goal.fields:
        return []
    fields = list(fields_visible(person))
    found = read_answers(fields, [goal], people_named(fields, [goal]))[goal.pk]
    return sorted(found.values(), key=lambda answer: answer.is_old)


def names_of(person: Person, facts: Iterable[str]) -> dict[str, str]:
    """What own fields among these facts (`fields.budget`) are called: one query where there
    is one, and the key of a field that was deleted."""
    keys = {fact.removeprefix(PREFIX) for fact in facts if fact.startswith(PREFIX)}
    if not keys:
        return {}
    found = {field.key: field.name for field in fields_visible(person).filter(key__in=keys)}
    return {PREFIX + key: found.get(key, key) for key in keys}


def people_named(fields: Sequence[CustomField], goals: Iterable[Goal]) -> dict[str, Person]:
    """The persons that answers name, by public id: one query where a field asks for any."""
    keys = [field.key for field in fields if field.type == FieldType.PERSON]
    ids = {goal.fields[key] for goal in goals for key in keys if key in goal.fields}
    if not ids:
        return {}
    rows = Person.objects.filter(organisation_id=fields[0].organisation_id, public_id__in=ids)
    return {person.public_id: person for person in rows}


def read_answers(
    fields: Sequence[CustomField], goals: Iterable[Goal], people: Mapping[str, Person]
) -> dict[int, dict[str, Answer]]:
    """goal > key > answer, in the order of the fields; no query."""
    options = {field.key: field.option_names() for field in fields if field.is_choice}
    return {
        goal.pk: {
            field.key: _answer(field, goal.fields[field.key], options.get(field.key, {}), people)
            for field in fields
            if field.key in goal.fields
        }
        for goal in goals
    }


def _answer(
    field: CustomField, stored: Any, options: Mapping[str, str], people: Mapping[str, Person]
) -> Answer:
    language = (get_language() or "vi")[:2]
    if field.type == FieldType.NUMBER:
        number = Decimal(stored)
        said = formats.number(number, language, max(field.decimals, _places(number)))
        return Answer(field, number, f"{said}\u00a0{field.unit}".rstrip())
    if field.type == FieldType.DAY:
        day = date.fromisoformat(stored)
        return Answer(field, day, formats.day(day, language))
    if field.type == FieldType.CHOICE:
        return Answer(field, stored, options.get(stored, stored))
    if field.type == FieldType.CHOICES:
        parts = [options.get(one, one) for one in stored]
        return Answer(field, stored, ", ".join(parts), parts)
    if field.type == FieldType.PERSON:
        person = people.get(stored)
        return Answer(field, person, person.name if person else stored)
    return Answer(field, stored, stored)


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def answer_counts(person: Person, fields: Sequence[CustomField]) -> dict[str, int]:
    """How many goals answer each field, whoever sees them: one query."""
    if not fields:
        return {}
    rows = Goal.objects.filter(organisation_id=person.organisation_id)
    counted = rows.aggregate(
        **{
            f"n{place}": Count("pk", filter=Q(fields__has_key=field.key))
            for place, field in enumerate(fields)
        }
    )
    return {field.key: counted[f"n{place}"] for place, field in enumerate(fields)}
