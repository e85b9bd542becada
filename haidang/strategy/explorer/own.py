"""Fields of the organisation's own in a table of goals: their columns and filters.

A column is called `field:<key>`, a filter by an option too; numbers and days are filtered by
`field:<key>:from` and `field:<key>:to`, as they are typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, IntegerField, QuerySet, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual
from django.http import QueryDict
from django.utils.translation import get_language

from haidang.goals.models import CustomField, FieldType, Goal
from haidang.lib.decimals import text
from haidang.lib.errors import Invalid
from haidang.lib.fields import DecimalOrder
from haidang.lib.input import parse_date, parse_decimal
from haidang.strategy.explorer.columns import Column
from haidang.strategy.explorer.order import Term

PREFIX = "field:"
_SPANS = (FieldType.NUMBER, FieldType.DAY)
_SORTED = (*_SPANS, FieldType.CHOICE)
_DRAWN = {FieldType.NUMBER: "number", FieldType.DAY: "day", FieldType.PERSON: "person"}


class Narrowing(NamedTuple):
    """One end or one option that goals are narrowed by; `word` is what the address says."""

    field: CustomField
    part: str  # "", "from", "to"
    word: str
    value: Any

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.field.key}" + (f":{self.part}" if self.part else "")


def columns_of(fields: Sequence[CustomField]) -> tuple[Column, ...]:
    """What is asked now and what was asked once, in order."""
    return tuple(
        Column(
            PREFIX + field.key,
            field.name,
            _DRAWN.get(FieldType(field.type), "text"),
            sorts=field.type in _SORTED,
        )
        for field in fields
    )


def term_of(fields: Sequence[CustomField], sort: str) -> Term | None:
    """How goals are sorted by that column: numbers and days by their size, a choice in the
    order of its options; None where it is no column of such a field."""
    field = next((one for one in fields if PREFIX + one.key == sort), None)
    if field is None or field.type not in _SORTED:
        return None
    said: Any = KeyTextTransform(field.key, "fields")
    if field.type == FieldType.NUMBER:
        return Term("own_place", made=DecimalOrder(said))
    words = Cast(said, TextField())
    if field.type == FieldType.DAY:
        return Term("own_place", made=words)
    cases = [
        When(Exact(words, Value(option["key"], TextField())), then=Value(at))
        for at, option in enumerate(field.options)
    ]
    return Term("own_place", made=Case(*cases, output_field=IntegerField()))


def filters_of(fields: Sequence[CustomField]) -> list[CustomField]:
    """Those that can be filtered by."""
    return [field for field in fields if field.is_choice or field.type in _SPANS]


def narrowings(fields: Sequence[CustomField], asked: QueryDict) -> tuple[Narrowing, ...]:
    """What an address asks for; what means nothing is left out."""
    found = []
    for field in filters_of(fields):
        for part in ("from", "to") if field.type in _SPANS else ("",):
            name = f"{PREFIX}{field.key}" + (f":{part}" if part else "")
            word = str(asked.get(name, ""))[:60].strip()
            value = _read(field, word) if word else None
            if value is not None:
                found.append(Narrowing(field, part, word, value))
    return tuple(found)


def _read(field: CustomField, word: str) -> Decimal | date | str | None:
    try:
        if field.type == FieldType.NUMBER:
            return parse_decimal(word, get_language() or "vi")
        if field.type == FieldType.DAY:
            return parse_date(word)
    except Invalid:
        return None
    return word if word in {option["key"] for option in field.options} else None


def narrowed(rows: QuerySet[Goal], asked: Sequence[Narrowing]) -> QuerySet[Goal]:
    """The goals whose answers lie within."""
    for one in asked:
        said: Any = KeyTextTransform(one.field.key, "fields")
        if one.field.type == FieldType.CHOICE:
            name = f"own_{one.field.pk}"
            rows = rows.alias(**{name: Cast(said, TextField())}).filter(**{name: one.value})
        elif one.field.type == FieldType.CHOICES:
            name = f"own_{one.field.pk}"
            inside = {f"{name}__contains": f'"{one.value}"'}
            rows = rows.alias(**{name: Cast(said, TextField())}).filter(**inside)
        else:
            compare = GreaterThanOrEqual if one.part == "from" else LessThanOrEqual
            rows = rows.filter(compare(*_sides(said, one.value)))
    return rows


def _sides(said: Any, value: Decimal | date) -> tuple[Any, Any]:
    if isinstance(value, Decimal):
        return DecimalOrder(said), DecimalOrder(Value(text(value), TextField()))
    return Cast(said, TextField()), Value(value.isoformat(), TextField())


def words_of(asked: Sequence[Narrowing]) -> Mapping[str, str]:
    """As they stand in an address."""
    return {one.name: one.word for one in asked}
