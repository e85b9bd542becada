"""Rows as a spreadsheet that is safe to open: CSV as a stream, XLSX as one file.

No cell ever becomes a formula, whatever its text begins with, and what was written is what
comes out again (`lib.tables.formulas`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from haidang.lib.decimals import text as digits_of
from haidang.lib.tables.formulas import safe

Cell = str | Decimal | int | date | bool | None

#: Text that is taken for text, and held by XML and by a cell as it is.
_HARMLESS = re.compile(r"\w[\w .,;:()/%₫-]{0,1000}")
#: What XML cannot hold at all.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: A cell of a spreadsheet holds no more characters, a number no more digits.
_LONGEST = 32_767
_MOST_DIGITS = 15
_FIRST_DAY = date(1900, 3, 1)  # before it programs disagree which day a number means
_ROWS_AT_ONCE = 500
_BOLD = Font(bold=True)
_HEADER = PatternFill("solid", fgColor="FFE8EEF4")
_WRAPPED = Alignment(vertical="top", wrap_text=True)


def csv_lines(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The rows as UTF-8 with a byte order mark, separated by commas; in chunks, as they come.

    Days are `2026-12-31`, numbers have a point and never exactly three digits behind it,
    which could be taken for thousands.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    for number, row in enumerate(rows, 1):
        writer.writerow([_csv_cell(value) for value in row])
        if number % _ROWS_AT_ONCE == 0:
            yield buffer.getvalue().encode("utf-8", "replace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8", "replace")


def _csv_cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value.replace("\x00", ""))
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: Decimal) -> str:
    plain_digits = digits_of(value)
    _whole, _mark, fraction = plain_digits.partition(".")
    return f"{plain_digits}0" if len(fraction) == 3 else plain_digits


def xlsx(
    rows: Iterable[Sequence[Cell]],
    *,
    title: str,
    widths: Sequence[int] = (),
    header: int = 0,
    merged: Iterable[str] = (),
) -> bytes:
    """The rows as a workbook of one sheet; its header, behind `header` lines of titles, is bold
    and frozen. What is `merged` ("B4:C4") is merged in it.

    `widths` are in characters, by column. Numbers of more than 15 digits, which a
    spreadsheet would round, are written as text.
    """
    book = Workbook(write_only=True)
    sheet = add_sheet(book, rows, title=title, widths=widths, header=header)
    for cells in merged:
        sheet.merged_cells.add(cells)
    return saved(book)


def add_sheet(
    book: Workbook,
    rows: Iterable[Sequence[Cell]],
    *,
    title: str,
    widths: Sequence[int] = (),
    wrapped: bool = False,
    header: int = 0,
) -> Any:
    """Append a sheet of these rows to a write-only workbook; with `wrapped` long texts take
    several lines. The sheet takes more, such as `data_validations`, until the book is saved."""
    sheet = book.create_sheet(sheet_title(title))
    sheet.freeze_panes = f"A{header + 2}"
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for number, row in enumerate(rows):
        if number != header and not wrapped:
            sheet.append([_as_it_is(sheet, value) for value in row])
            continue
        cells = [_xlsx_cell(sheet, value) for value in row]
        if number == header:
            for cell in cells:
                cell.font, cell.fill = _BOLD, _HEADER
        else:
            for cell in cells:
                cell.alignment = _WRAPPED
        sheet.append(cells)
    return sheet


def saved(book: Workbook) -> bytes:
    """A workbook as the bytes of its file."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sheet_title(text: str) -> str:
    """At most 31 characters, none of those that a sheet's name may not have."""
    return re.sub(r"[\[\]:*?/\\']", " ", _IMPOSSIBLE.sub("", text)).strip()[:31] or "Sheet"


def _as_it_is(sheet: Any, value: Cell) -> Any:
    """A value that the library writes as it is meant; else a cell, which takes longer."""
    if value is None or (isinstance(value, str) and _HARMLESS.fullmatch(value)):
        return value
    return _xlsx_cell(sheet, value)


def _xlsx_cell(sheet: Any, value: Cell) -> Any:
    text = _as_text(value)
    if text is None:
        cell = WriteOnlyCell(sheet, cast(Any, value))
        if isinstance(value, date):
            cell.number_format = "dd/mm/yyyy"
        return cell
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # the library takes "=" for a formula by itself
    if safe(text) != text:
        cell.quotePrefix = True
    return cell


def _as_text(value: Cell) -> str | None:
    """What has to be written as text; None for a number, a day or nothing."""
    if isinstance(value, str):
        return _IMPOSSIBLE.sub("", value)[:_LONGEST]
    if isinstance(value, date) and not isinstance(value, datetime) and value < _FIRST_DAY:
        return value.isoformat()
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        plain_digits = digits_of(Decimal(value))
        if len(plain_digits.strip("-").replace(".", "").strip("0")) > _MOST_DIGITS:
            return plain_digits
    return None
