"""Spreadsheets: what goes in comes out again, and nothing in them is ever a formula."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from haidang.lib.tables.formulas import plain, safe
from haidang.web.sheets import Cell, csv_lines, sheet_title, xlsx

RISKY = ["=1+1", "+84 912", "-x", "@here", "\tx", "\rx", "'=1", "''-x"]
HARMLESS = ["", "'", "'quoted'", "a=b", "Tăng doanh thu", "1-2"]


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def table(rows: list[list[Cell]]) -> list[list[str]]:
    text = b"".join(csv_lines(rows)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", [*RISKY, *HARMLESS])
def test_what_is_made_safe_is_found_again(text: str) -> None:
    assert plain(safe(text)) == text


@pytest.mark.parametrize("text", RISKY)
def test_no_cell_of_a_csv_starts_a_formula(text: str) -> None:
    assert table([["Title"], [text]])[1] == [f"'{text}"]


@pytest.mark.parametrize("text", HARMLESS[1:])
def test_other_texts_are_left_as_they_are(text: str) -> None:
    assert table([["Title"], [text]])[1] == [text]


@pytest.mark.parametrize("text", [t for t in RISKY if "\r" not in t])
def test_no_cell_of_a_workbook_is_a_formula(text: str) -> None:
    cell = opened(xlsx([["Title"], [text]], title="Goals")).active["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_a_csv_says_that_it_is_utf_8() -> None:
    assert b"".join(csv_lines([["Mục tiêu"]])) == "\ufeffMục tiêu\r\n".encode()


def test_values_of_a_csv() -> None:
    row: list[Cell] = [Decimal("12.50"), Decimal("-3"), 4, date(2026, 12, 31), True, None]
    assert table([row])[0] == ["12.5", "-3", "4", "2026-12-31", "TRUE", ""]


def test_three_decimals_are_not_taken_for_thousands() -> None:
    assert table([[Decimal("1.234"), Decimal("1.23")]])[0] == ["1.2340", "1.23"]


def test_a_csv_comes_in_chunks() -> None:
    assert len(list(csv_lines([[n] for n in range(1200)]))) == 3


def test_values_of_a_workbook() -> None:
    days = date(2026, 12, 31), date(1800, 1, 1)
    rows: list[list[Cell]] = [["A"], [Decimal("12.5"), 4, days[0], True, None, days[1]]]
    sheet = opened(xlsx(rows, title="Goals", widths=[30])).active
    values = [cell.value for cell in sheet[2]]
    assert values[:2] == [12.5, 4]
    assert values[2].date() == days[0]
    assert values[3:] == [True, None, "1800-01-01"]
    assert sheet["C2"].number_format == "dd/mm/yyyy"
    assert sheet.column_dimensions["A"].width == 30


def test_the_header_is_bold_and_stays() -> None:
    sheet = opened(xlsx([["A"], ["b"]], title="Goals")).active
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold
    assert sheet.freeze_panes == "A2"


def test_a_number_that_would_be_rounded_is_text() -> None:
    row: list[Cell] = [12345678901234567890, Decimal("0.1234567891"), Decimal("123456789012345.67")]
    cells = opened(xlsx([["A"], row], title="Goals")).active[2]
    assert [c.value for c in cells] == ["12345678901234567890", 0.1234567891, "123456789012345.67"]


def test_characters_that_a_workbook_cannot_hold() -> None:
    sheet = opened(xlsx([["A"], ["a\x00b\x1f\ud800c"], ["x" * 40_000]], title="Goals")).active
    assert sheet["A2"].value == "abc"
    assert len(sheet["A3"].value) == 32_767


@pytest.mark.parametrize(
    ("title", "name"),
    [("OKR: Q1/2026 [a]", "OKR  Q1 2026  a"), ("", "Sheet"), ("x" * 40, "x" * 31)],
)
def test_the_name_of_a_sheet(title: str, name: str) -> None:
    assert sheet_title(title) == name
