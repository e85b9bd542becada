"""The lists as files, in the shapes that programs and people give them."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from tests.spreadsheets import company
from tests.spreadsheets.goals import COLUMNS, Line, lines
from tests.spreadsheets.mistakes import MERGED_COLUMN, Mistake, plant

YEAR = 2027
#: The header stands below a title and a blank line.
HEADER_ROW = 3
_TEXTUAL = "Phòng Marketing"
_NUMBER = re.compile(r"-?\d+(,\d+)?")
_WIDTHS = {"Nội dung": 58, "Mục tiêu cấp trên": 46, "Người phụ trách": 26, "Phòng ban": 24}
#: Vietnamese in Windows-1258 has its tones apart from the letter.
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}


class Goals(NamedTuple):
    """The list with its mistakes: as a workbook, and which they are."""

    book: bytes
    mistakes: list[Mistake]


def goals_xlsx(year: int = YEAR, *, wrong: bool) -> Goals:
    """The plan as a workbook that a planner made: a title over it, a sheet of notes beside it,
    decimals partly typed as text. With `wrong`, with the mistakes."""
    rows = lines(year)
    mistakes, merged = plant(rows) if wrong else ([], (0, -1))
    book = Workbook()
    book.properties.created = book.properties.modified = datetime(year - 1, 11, 20)
    book.properties.creator = company.COMPANY
    sheet = book.active
    assert sheet is not None
    sheet.title = f"OKR-KPI {year}"
    sheet["A1"] = f"{company.COMPANY.upper()} – KẾ HOẠCH MỤC TIÊU {year}"
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=8)
    for place, name in enumerate(COLUMNS, 1):
        cell = sheet.cell(HEADER_ROW, place, name)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFE8EEF4")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(name, 13)
    sheet.freeze_panes = f"F{HEADER_ROW + 1}"
    for number, line in enumerate(rows, HEADER_ROW + 1):
        for place, name in enumerate(COLUMNS, 1):
            value = cell_of(line, name, year, number)
            if value not in (None, ""):
                cell = sheet.cell(number, place, value)
                if isinstance(value, date):
                    cell.number_format = "dd/mm/yyyy"
    if merged[1] > 0:
        place = COLUMNS.index(MERGED_COLUMN) + 1
        sheet.merge_cells(
            start_row=merged[0] + HEADER_ROW, end_row=merged[1] + HEADER_ROW,
            start_column=place, end_column=place,
        )  # fmt: skip
    notes = book.create_sheet("Ghi chú")
    notes["A1"] = "Các phòng gửi về trước ngày 25/11. Mọi thắc mắc: Phòng Nhân sự."
    file = io.BytesIO()
    book.save(file)
    return Goals(file.getvalue(), mistakes)


def cell_of(line: Line, name: str, year: int, row: int) -> str | int | float | date | None:
    """What stands in one cell of the plan; `row` is its line in the workbook."""
    value = line.get(name)
    if value is None or isinstance(value, date | int):
        return value
    text = str(value).format(row=row, year=year, before=year - 1)
    is_number = name in ("Đầu kỳ", "Chỉ tiêu") and _NUMBER.fullmatch(text)
    if is_number and line.get("Phòng ban") != _TEXTUAL:
        return float(text.replace(",", ".")) if "," in text else int(text)
    return text


def goals_csv(year: int = YEAR) -> bytes:
    """The plan without mistakes, as a spreadsheet saves it in Vietnam: semicolons, decimals
    with a comma, UTF-8 with a mark."""
    rows = [COLUMNS, *([_text(line.get(name)) for name in COLUMNS] for line in lines(year))]
    return _csv(rows).encode("utf-8-sig")


def people_xlsx() -> bytes:
    """Everybody, in the columns of a list from payroll."""
    book = Workbook()
    book.properties.created = book.properties.modified = datetime(YEAR - 1, 11, 20)
    sheet = book.active
    assert sheet is not None
    sheet.title = "Nhân viên"
    sheet.append(["Họ và tên", "Email", "Chức vụ", "Phòng ban", "Quản lý trực tiếp"])
    for one in company.people():
        sheet.append([one.name, one.email, one.title, one.unit, one.manager])
    for letter, width in zip("ABCDE", (26, 36, 34, 26, 36), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def units_csv() -> bytes:
    """Departments and teams, from an old program: Windows-1258, semicolons."""
    rows: list[Sequence[str]] = [["Mã", "Tên phòng ban", "Loại", "Thuộc"]]
    rows += [[one.code, one.name, one.kind, one.parent] for one in company.units()]
    return cp1258(_csv(rows))


def cp1258(text: str) -> bytes:
    """Vietnamese as Windows-1258 holds it: base letters with their hat, tones behind them."""
    letters = []
    for letter in unicodedata.normalize("NFC", text):
        apart = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in apart if mark in _TONES)
        base = unicodedata.normalize("NFC", "".join(m for m in apart if m not in _TONES))
        letters.append(base + tones)
    return "".join(letters).encode("cp1258")


def _text(value: object) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else "" if value is None else str(value)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue()
