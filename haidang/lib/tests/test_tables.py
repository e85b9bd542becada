"""Files of every make, and what is only called one."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from haidang.lib.errors import Invalid
from haidang.lib.tables import files, limits
from haidang.lib.tables.table import Broken, Fault, Table
from haidang.lib.tests.made import csv_of, xlsx_of

HEADER = ["Title", "Target", "Start"]
VIETNAMESE = "Tăng trưởng bền vững ở miền Tây"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def read(data: bytes, most: int = 20_000) -> Table:
    return files.read(data, lambda values: sum(value in HEADER for value in values), most)


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        read(data)
    return caught.value.code


def repacked(change: Callable[[str, bytes], bytes], rows: Any = None) -> bytes:
    """A workbook whose parts were changed by hand."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_of(rows or [HEADER, ["A", 1, None]]))) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.infolist():
            after.writestr(part.filename, change(part.filename, before.read(part)))
    return out.getvalue()


# --- text -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "mark", "said"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8", b"\xef\xbb\xbf", "UTF-8"),
        ("utf-16-le", b"\xff\xfe", "UTF-16"),
        ("utf-16-be", b"\xfe\xff", "UTF-16"),
        ("utf-16-le", b"", "UTF-16"),
    ],
)
def test_encodings(encoding: str, mark: bytes, said: str) -> None:
    table = read(mark + csv_of([HEADER, [VIETNAMESE, "5", ""]]).decode().encode(encoding))
    assert table.rows[0].values[0] == VIETNAMESE
    assert said in table.notes[0]


def test_windows_1258_is_known_and_brought_into_one_form() -> None:
    # That code page writes the tone behind its letter: what is read is NFC all the same.
    text = "Ti\u00eau \u0111\u00ea\u0300,Target\r\nDoanh thu,5\r\n"
    table = read(text.encode("cp1258"))
    assert table.header.values[0] == "Ti\u00eau \u0111\u1ec1"
    assert "Windows-1258" in table.notes[0]


def test_decomposed_text_is_composed() -> None:
    table = read(csv_of([["Title"], ["Ta\u0306ng tru\u031bo\u031b\u0309ng"]]))
    assert table.rows[0].values[0] == "Tăng trưởng"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators(separator: str) -> None:
    table = read(csv_of([HEADER, ["A; B, C", "5", "01/02/2026"]], separator=separator))
    assert list(table.rows[0].values) == ["A; B, C", "5", "01/02/2026"]


def test_the_line_of_a_spreadsheet_that_names_its_separator() -> None:
    table = read(b"sep=;\r\nTitle;Target\r\nA;5\r\n")
    assert table.rows[0].number == 3
    assert list(table.rows[0].values) == ["A", "5"]


def test_blank_lines_count_and_are_left_out() -> None:
    table = read(b"\r\nTitle,Target\r\nA,5\r\n\r\n,,\r\nB,6\r\n")
    assert [(row.number, row.values[0]) for row in table] == [(3, "A"), (6, "B")]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_title_without_separators_above_the_header(separator: str) -> None:
    rows = [["Report"], [], HEADER, ["A", "12,5", "1/2/2026"]]
    table = read(csv_of(rows, separator=separator))
    assert list(table.rows[0].values) == ["A", "12,5", "1/2/2026"]


def test_titles_above_the_header() -> None:
    table = read(csv_of([["OKR 2026"], [], ["Title", "Target"], ["A", "1"]]))
    assert table.header.number == 3


def test_nul_characters_are_nothing() -> None:
    assert read(b"Title,Target\r\nA\x00B,5\r\n").rows[0].values[0] == "AB"


def test_a_quotation_that_does_not_end() -> None:
    assert refusal(b'Title,Target\r\n"A,5\r\nB,6\r\n') == "cut_short"


def test_text_that_ends_within_a_letter() -> None:
    assert refusal("Title\r\nTăng trưở".encode()[:-1]) == "cut_short"


@pytest.mark.parametrize("make", [csv_of, xlsx_of])
def test_too_many_lines(make: Any) -> None:
    with pytest.raises(Invalid) as caught:
        read(make([HEADER, *[[f"A{n}"] for n in range(101)]]), most=100)
    assert caught.value.code == "too_many_lines"
    assert len(read(make([HEADER, *[[f"A{n}"] for n in range(100)]]), most=100).rows) == 100


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "empty"),
        (b"Title,Target\r\n", "no_lines"),
        (b"Title,Target\r\n,,\r\n\r\n", "no_lines"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "not_a_spreadsheet"),
        (b"%PDF-1.7 ...", "not_a_spreadsheet"),
        (bytes(range(1, 256)) * 20, "not_a_spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old_workbook"),
        (b"PK\x03\x04 and nothing more", "cut_short"),
    ],
)
def test_what_is_no_list(data: bytes, code: str) -> None:
    assert refusal(data) == code


# --- workbooks --------------------------------------------------------------------------


def test_values_of_a_workbook() -> None:
    table = read(xlsx_of([HEADER, ["A", 12.5, datetime(2026, 2, 1)], ["B", 1 / 3, "01/02/2026"]]))
    assert list(table.rows[0].values[:3]) == ["A", Decimal("12.5"), date(2026, 2, 1)]
    assert table.rows[1].values[1] == Decimal("0.3333333333")


def test_a_percentage_is_what_is_shown() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["Title", "Target"])
    sheet.append(["A", 0.85])
    sheet["B2"].number_format = "0%"
    file = io.BytesIO()
    book.save(file)
    assert read(file.getvalue()).rows[0].values[1] == Decimal(85)


def test_a_formula_is_not_trusted() -> None:
    value = read(xlsx_of([HEADER, ["A", "=SUM(B3:B9)", None]])).rows[0].values[1]
    assert value == Broken(Fault.FORMULA, "=SUM(B3:B9)")


def test_an_error_of_the_spreadsheet() -> None:
    value = read(xlsx_of([HEADER, ["A", "#REF!", None]])).rows[0].values[1]
    assert value == Broken(Fault.ERROR, "#REF!")


def test_a_number_that_is_none() -> None:
    def change(name: str, data: bytes) -> bytes:
        return data.replace(b"<v>1</v>", b"<v>NaN</v>") if "sheet1" in name else data

    assert refusal(repacked(change)) == "not_a_spreadsheet"


def test_merged_cells() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (["OKR 2026"], HEADER, ["A", 1, None], ["B", 2, None], ["C", 3, None]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A3:A4")
    file = io.BytesIO()
    book.save(file)
    table = read(file.getvalue())
    faults = [isinstance(row.values[0], Broken) for row in table]
    assert faults == [True, True, False]
    assert table.rows[0].values[0] == Broken(Fault.MERGED, "A")


def test_the_sheet_whose_header_fits_is_read() -> None:
    book = openpyxl.Workbook()
    first: Any = book.active
    first.append(["Notes of the meeting"])
    second = book.create_sheet("OKR")
    second.append(HEADER)
    second.append(["A", 1, None])
    file = io.BytesIO()
    book.save(file)
    table = read(file.getvalue())
    assert table.rows[0].values[0] == "A"
    assert "OKR" in table.notes[0]


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_workbook_cut_short(share: float) -> None:
    whole = xlsx_of([HEADER, *[[f"A{n}", n, None] for n in range(200)]])
    assert refusal(whole[: int(len(whole) * share)]) == "cut_short"


def test_a_workbook_with_a_broken_part() -> None:
    whole = bytearray(xlsx_of([HEADER, *[[f"A{n}", n, None] for n in range(200)]]))
    middle = len(whole) // 2
    whole[middle : middle + 40] = b"\xff" * 40
    assert refusal(bytes(whole)) in ("cut_short", "not_a_spreadsheet")


def test_a_zip_that_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("notes.txt", "nothing")
    assert refusal(out.getvalue()) == "not_a_spreadsheet"


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(name: str, data: bytes) -> bytes:
        return b"<a>" + b"0" * (30 << 20) if "sheet1" in name else data

    opened: list[Any] = []
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *a, **k: opened.append(a))
    assert refusal(repacked(change)) == "too_large_unpacked"
    assert opened == []


def test_a_bomb_that_lies_about_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_UNPACKED", 8 << 20)

    def change(name: str, data: bytes) -> bytes:
        return b"<a>" + b"0" * (20 << 20) if "sheet1" in name else data

    data = repacked(change)
    size = (20 << 20) + 3
    lying = data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != data
    assert refusal(lying) in ("cut_short", "too_large_unpacked")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_not_expanded(encoding: str) -> None:
    def change(name: str, data: bytes) -> bytes:
        if "sheet1" not in name:
            return data
        head = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "boom">]>'
        return (head + data.decode().split("?>", 1)[-1]).encode(encoding)

    assert refusal(repacked(change)) == "not_a_spreadsheet"


def test_too_many_parts() -> None:
    out = io.BytesIO(xlsx_of([HEADER, ["A", 1, None]]))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(limits.MOST_PARTS):
            archive.writestr(f"x{number}", b"")
    assert refusal(out.getvalue()) == "too_large_unpacked"


def test_a_workbook_whose_parts_would_lie_before_its_beginning() -> None:
    data = bytearray(xlsx_of([HEADER]))
    data[-6:-2] = (2**31).to_bytes(4, "little")  # where its list of parts is said to begin
    with pytest.raises(Invalid) as refused:
        read(bytes(data))
    assert refused.value.code == "cut_short"


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_sent_is_read_or_refused(seed: int) -> None:
    dice = random.Random(seed)
    rows = [HEADER, *[[f"Mục tiêu {n}", n, date(2026, 1, 1)] for n in range(30)]]
    for whole in (xlsx_of(rows), csv_of(rows), csv_of(rows).decode().encode("utf-16")):
        for _ in range(4):
            data = bytearray(whole)
            for _ in range(dice.randint(1, 12)):
                data[dice.randrange(len(data))] = dice.randrange(256)
            with suppress(Invalid):  # and nothing else
                read(bytes(data))
