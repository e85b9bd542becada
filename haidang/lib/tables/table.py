"""A spreadsheet as it was read, before anybody asks what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Fault(StrEnum):
    """Why a cell has no value that could be trusted."""

    FORMULA = "formula"
    ERROR = "error"
    MERGED = "merged"
    NOT_FINITE = "not_finite"


FAULTS: dict[Fault, Any] = {
    Fault.FORMULA: _("This is a formula. Please copy the cells and paste them as values."),
    Fault.ERROR: _("The spreadsheet shows an error here. Please put in the value."),
    Fault.MERGED: _("These cells are merged. Please unmerge them and fill in each line."),
    Fault.NOT_FINITE: _("This is not a number. Examples: 1500, 12,5 or 12.5."),
}


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell that cannot be taken, with what it shows."""

    fault: Fault
    shown: str = ""


class Merged(NamedTuple):
    """Cells merged into one, by the numbers of their columns and lines, all from 1."""

    left: int
    top: int
    right: int
    bottom: int


Value = str | Decimal | date | bool | Broken | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the spreadsheet by the number that it has there."""

    number: int
    values: Sequence[Value]

    def at(self, place: int) -> Value:
        return self.values[place] if place < len(self.values) else None


@dataclass
class Table:
    """The header, the lines below it that are not blank, what is worth saying, the titles
    above the header, and what is merged."""

    format: str  # "csv" or "xlsx"
    header: Row
    rows: list[Row]
    notes: list[str] = field(default_factory=list)
    above: list[Row] = field(default_factory=list)
    merged: Sequence[Merged] = ()

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


def is_blank(values: Sequence[Value]) -> bool:
    return all(value is None or (isinstance(value, str) and not value.strip()) for value in values)
