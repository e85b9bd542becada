"""The grid of actuals as it is typed: which cells changed, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from haidang.checkins.actuals import Actual, records_seen
from haidang.kpis.queries.actuals import Cell, Grid, Row, said_by
from haidang.lib.errors import Invalid
from haidang.lib.input import parse_decimal
from haidang.web import formats

LONGEST = 60


class Change(NamedTuple):
    """A cell in which something else is typed than stood there when the form was opened."""

    row: Row
    cell: Cell
    actual: Actual


def typed(data: Mapping[str, str], grid: Grid, language: str, today: date) -> list[Change]:
    """The changes; what is typed is put into the grid, with what is wrong beside it.

    What stood there when the form was opened is told by the record that was seen: a cell
    that nobody touched is no change, also where somebody else reported meanwhile.
    """
    seen = _seen(data, grid)
    older = {
        (number, row.kpi.pk)
        for (row, cell), (number, _) in zip(grid.cells, seen, strict=True)
        if number and number != cell.seen
    }
    records = records_seen(older) if older else {}
    changes = []
    for (row, cell), (number, _cell) in zip(grid.cells, seen, strict=True):
        if cell.locked or not all(box.name in data for box in cell.boxes):
            continue
        before = cell.stands if number == cell.seen else records.get(number)
        texts = {box.name: data[box.name].strip()[:LONGEST] for box in cell.boxes}
        numbers = _read(texts, cell, said_by(before, row.kpi), language)
        if numbers is not None:
            day = cell.stands.for_day if cell.stands else min(cell.ends, today)
            actual = Actual(
                row.kpi.public_id,
                day,
                numbers.get("value"),
                numbers.get("numerator"),
                numbers.get("denominator"),
                seen=number,
            )
            changes.append(Change(row, cell, actual))
    return changes


def _seen(data: Mapping[str, str], grid: Grid) -> list[tuple[int, Cell]]:
    """For each cell the record that was seen in it; 0 where that is not said."""
    found = []
    for row in grid.rows:
        told = data.get(f"seen-{row.kpi.public_id}", "").split(".")
        numbers = [int(n) if n.isascii() and n.isdigit() and len(n) < 19 else 0 for n in told]
        numbers += [0] * (len(row.cells) - len(numbers))
        found += list(zip(numbers, row.cells, strict=False))
    return found


def _read(
    texts: Mapping[str, str], cell: Cell, before: Mapping[str, Decimal | None], language: str
) -> dict[str, Decimal | None] | None:
    """The numbers that are typed into a cell; None when they are wrong or none are new."""
    numbers: dict[str, Decimal | None] = {}
    for box in cell.boxes:
        try:
            text = texts[box.name]
            numbers[box.part] = parse_decimal(text, language) if text else None
        except Invalid as invalid:
            box.error = invalid.message
    if not cell.wrong and numbers == before:
        return None  # it shows what stands now
    for box in cell.boxes:
        box.text = texts[box.name]
    if not cell.wrong and not any(number is not None for number in numbers.values()):
        cell.error = _("What was reported is not taken back by emptying it: void the record.")
    return None if cell.wrong else numbers


def show_refusal(changes: Sequence[Change], refusal: Invalid, language: str) -> bool:
    """Put the reasons beside their cells; whether somebody else was first in one of them."""
    stale = False
    for field, code, message in refusal.errors:
        _rows, place, name = (field or "..").split(".")
        if not place:
            continue
        change = changes[int(place)]
        box = next((box for box in change.cell.boxes if box.part == name), None)
        if code == "stale":
            stale = True
            change.cell.now = said(change.cell, language)
            change.cell.error = message
        elif box is not None:
            box.error = message
        else:
            change.cell.error = message
    return stale


def said(cell: Cell, language: str) -> str:
    """What stands in a cell, as it is read."""
    return " / ".join(
        formats.plain(getattr(cell.stands, box.part), language) if cell.stands else ""
        for box in cell.boxes
    )


def count_wrong(cells: Iterable[tuple[Row, Cell]]) -> int:
    return sum(cell.wrong for _row, cell in cells)
