"""Actuals as they are sent, the lines that they become, and what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from haidang.checkins.actuals.standing import Stands
from haidang.checkins.reports import Report
from haidang.goals.models import Goal
from haidang.lib.errors import FieldError, Refusal


@dataclass(frozen=True, slots=True)
class Actual:
    """What a KPI came to in the period that a day lies in.

    `seen` is the record that stood there when it was typed (0: none); None: not asked.
    `origin` says from where it was taken: the note of a record that has no other.
    """

    kpi: str
    day: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""
    seen: int | None = None
    origin: str = ""


class Taken(NamedTuple):
    """The record that stands for a row's period now, and whether the row made it."""

    kpi: str
    starts: date
    record: int
    is_new: bool


class Tried(NamedTuple):
    """What a row would do: the record that stands in its period, whether the row says the
    same, and what is wrong with it by the names of its fields."""

    stands: Stands | None
    same: bool
    errors: Sequence[FieldError]


@dataclass(slots=True)
class Line:
    """A row that can be taken as far as it is known without the lock."""

    place: int
    row: Actual
    goal: Goal
    report: Report
    starts: date
    stands: Stands | None = None


#: Fields of a report > the field of a row that says it.
_FIELDS = {"for_day": "day", "text_value": "value", "milestones": "value"}


def at_row(place: int, refusal: Refusal) -> list[FieldError]:
    """The reasons of a row's refusal, by the names of its fields."""
    return [
        FieldError(f"rows.{place}.{_FIELDS.get(field or 'kpi', field or 'kpi')}", code, message)
        for field, code, message in refusal.errors
    ]
