"""XLSX, opened only after its size is known and without trusting what it computed."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils import range_boundaries

from haidang.lib.decimals import FRACTION_DIGITS
from haidang.lib.errors import Refusal
from haidang.lib.tables import limits
from haidang.lib.tables.table import Broken, Fault, Merged, Row, Value, is_blank

_BOOK = "xl/workbook.xml"
#: Declarations of entities, in the encodings that XML begins in.
_DECLARED = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_CHUNK = 1 << 20
_OVERLAP = 64
#: Lines of all merged ranges together.
_MOST_PIECES = 200_000
#: Digits that a number of a spreadsheet has.
_DIGITS = 15


def read(data: bytes, fits: Any, most: int) -> tuple[list[Row], list[str], list[Merged]]:
    """The lines of the first sheet whose header `fits(values)`, else of the first, what is worth
    saying, and what is merged; blank lines are left out. Raises Invalid for what is no workbook,
    or too much of one."""
    merged = _inspected(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles that it does not keep
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            sheets = [one for one in book.worksheets if one.sheet_state == "visible"]
            if not sheets:
                raise limits.empty()
            sheet = next((one for one in sheets if _begins(one, fits)), sheets[0])
            ranges = _ranges(merged.get(_part_of(sheet), []))
            rows = _rows(sheet, ranges, most)
    except Refusal:
        raise
    except Exception as error:
        # Whatever a reader of others makes of what was never a workbook of any program.
        raise limits.not_a_spreadsheet() from error
    notes = []
    if len(sheets) > 1:
        notes.append(_("Read from the sheet “%(sheet)s”.") % {"sheet": sheet.title})
    return rows, notes, ranges


def _part_of(sheet: Any) -> str:
    return str(sheet._worksheet_path).lstrip("/")


def _begins(sheet: Any, fits: Any) -> bool:
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=limits.TITLE_LINES, max_col=limits.MOST_COLUMNS)
    return any(fits([_value(cell) for cell in row]) for row in rows)


#: What reading an archive raises where bytes of it are wrong: places outside it (ValueError),
#: headers cut short, unknown ways of packing, what does not unpack.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError),
    *(OSError, ValueError, OverflowError, RuntimeError),
)


def _inspected(data: bytes) -> dict[str, list[str]]:
    """The ranges of merged cells by sheet. Everything is unpacked here once, counted, and
    forgotten: a size that the file declares is one that an attacker wrote."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGED as error:
        raise limits.cut_short() from error
    with archive:
        parts = archive.infolist()
        if _BOOK not in archive.namelist():
            raise limits.not_a_spreadsheet()
        if len(parts) > limits.MOST_PARTS:
            raise _too_large()
        room = min(limits.MOST_UNPACKED, max(len(data) * limits.MOST_RATIO, 4 * _CHUNK))
        if sum(part.file_size for part in parts) > room:
            raise _too_large()
        merged: dict[str, list[str]] = {}
        for part in parts:
            room, ranges = _walked(archive, part, room)
            if ranges:
                merged[part.filename] = ranges
    return merged


def _walked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> tuple[int, list[str]]:
    """What room is left after a part, and its merged cells."""
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    is_sheet = bool(_SHEET.fullmatch(part.filename))
    found: dict[str, None] = {}
    before = b""
    try:
        with archive.open(part) as file:
            while piece := file.read(_CHUNK):
                room -= len(piece)
                if room < 0:
                    raise _too_large()
                window = before + piece
                if is_xml and any(word in window for word in _DECLARED):
                    raise limits.not_a_spreadsheet()
                if is_sheet:
                    found.update(dict.fromkeys(m.decode() for m in _MERGED.findall(window)))
                before = window[-_OVERLAP:]
    except _DAMAGED as error:
        raise limits.cut_short() from error
    return room, list(found)


def _too_large() -> Exception:
    return limits.refused(
        _("Unpacked, this file is far too large for a list. Please leave out what is not needed."),
        "too_large_unpacked",
    )


def _rows(sheet: Any, merged: Sequence[Merged], most: int) -> list[Row]:
    covered = _covered(merged, most)
    rows: list[Row] = []
    cells = sheet.iter_rows(max_row=limits.LAST_LINE, max_col=_width(sheet))
    for number, row in enumerate(cells, 1):
        values = [_value(cell) for cell in row]
        for first, last in covered.get(number, ()):
            values += [None] * (last - len(values))
            for place in range(first - 1, last):
                values[place] = Broken(Fault.MERGED, _shown(values[place]))
        if is_blank(values):
            continue
        rows.append(Row(number, values))
        if len(rows) > most + limits.TITLE_LINES:
            raise limits.too_many_lines(most)
    return rows


def _width(sheet: Any) -> int:
    """Columns that are read: those of the first lines, and a few in which a line may be longer
    than its header. What a sheet says of its own size is not believed."""
    sheet.reset_dimensions()
    width = 0
    for row in sheet.iter_rows(max_row=limits.TITLE_LINES, max_col=limits.MOST_COLUMNS):
        used = [place for place, cell in enumerate(row, 1) if cell.value is not None]
        width = max(width, *used[-1:], 0)
    return min(width + 5, limits.MOST_COLUMNS)


def _ranges(refs: Iterable[str]) -> list[Merged]:
    """What is merged, as far as it is read."""
    found = []
    for one in refs:
        left, top, right, bottom = (int(place or 1) for place in range_boundaries(one))
        most = limits.MOST_COLUMNS
        found.append(Merged(min(left, most), top, min(right, most), min(bottom, limits.LAST_LINE)))
    return found


def _covered(ranges: Iterable[Merged], most: int) -> dict[int, list[tuple[int, int]]]:
    """First and last column of what is merged, by line."""
    found: dict[int, list[tuple[int, int]]] = {}
    pieces = 0
    for one in ranges:
        for line in range(one.top, one.bottom + 1):
            found.setdefault(line, []).append((one.left, one.right))
            pieces += 1
            if pieces > _MOST_PIECES:  # over each other, as no spreadsheet has them
                raise _too_large()
            if len(found) > most + limits.TITLE_LINES:
                raise limits.too_many_lines(most)
    return found


def _shown(value: Value) -> str:
    return value.shown if isinstance(value, Broken) else "" if value is None else str(value)


def _value(cell: Any) -> Value:
    """What a cell says; a formula is never taken by the value that it had once."""
    kind, value = cell.data_type, cell.value
    if value is None:
        return None
    if kind == "f" or type(value).__name__ in ("ArrayFormula", "DataTableFormula"):
        return Broken(Fault.FORMULA, str(getattr(value, "text", value)))
    if kind == "e":
        return Broken(Fault.ERROR, str(value))
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)


def _number(value: float, shown_as: str | None) -> Value:
    """A number with the digits that a spreadsheet has; a percentage as it is shown."""
    try:
        number = Decimal(value if isinstance(value, int) else f"{value:.{_DIGITS}g}")
    except (InvalidOperation, ValueError):
        return Broken(Fault.NOT_FINITE, str(value))
    if not number.is_finite():
        return Broken(Fault.NOT_FINITE, str(value))
    if shown_as and "%" in shown_as and '"%"' not in shown_as:
        number = number * 100
    # What a division left behind the tenth digit nobody typed.
    return round(number, FRACTION_DIGITS) if _decimals(number) > FRACTION_DIGITS else number


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
