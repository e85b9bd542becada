"""Spreadsheets from an address, a folder and a hand."""

from __future__ import annotations

import base64
import io
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from haidang.kpis.connectors.sources.base import Fetched, Limits, SourceError, Wanted
from haidang.kpis.connectors.sources.files import Files
from haidang.kpis.connectors.sources.folder import read_below
from haidang.kpis.tests.sources.serving import INSIDE, serving
from haidang.lib.errors import Invalid
from haidang.lib.tests.made import csv_of, xlsx_of

OCTOBER = Wanted(date(2026, 10, 1), date(2026, 10, 31))
HEADER = ["Nhân viên", "Tháng", "Doanh thu"]
COLUMNS = {"name": "nhan vien", "day": "THÁNG", "value": "Doanh thu", "decimals": "comma"}
ROWS = [
    ["BÁO CÁO DOANH THU"],
    [],
    HEADER,
    ["Nguyễn Văn An", "10/2026", "1.250.000,5"],
    ["Trần Thị Bình", "2026-10", "12"],
    ["Nguyễn Văn An", "09/2026", "7"],
    [None, None, "1.250.012,5"],
    ["", "", ""],
]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def handed(data: bytes, wanted: Wanted = OCTOBER, limits: Limits = INSIDE, **more: str) -> Fetched:
    settings = {"place": "upload", "file": base64.b64encode(data).decode(), **COLUMNS, **more}
    Files().check(settings, {})
    return Files().fetch(settings, {}, wanted, limits)


def error_of(data: bytes, **more: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        handed(data, **more)
    return caught.value


def values(found: Fetched) -> list[tuple[str, Decimal | None]]:
    return [(one.name, one.value) for one in found.readings]


OF_OCTOBER = [("Nguyễn Văn An", Decimal("1250000.5")), ("Trần Thị Bình", Decimal(12))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_of_every_make(encoding: str, separator: str) -> None:
    found = handed(csv_of(ROWS, separator=separator).decode().encode(encoding))
    assert values(found) == OF_OCTOBER
    assert found.readings[0].day == date(2026, 10, 1)
    assert found.readings[0].raw == (
        '{"Nhân viên": "Nguyễn Văn An", "Tháng": "10/2026", "Doanh thu": "1.250.000,5"}'
    )
    assert found.raw.splitlines()[0] == "Nhân viên\tTháng\tDoanh thu"
    assert len(found.notes) == 3  # the encoding, a line of September, a line without a name


def test_csv_in_the_old_code_page() -> None:
    text = "Ti\u00eau \u0111\u00ea\u0300,Th\u00e1ng,Doanh thu\r\nAn,10/2026,5\r\n"
    assert values(handed(text.encode("cp1258"), name="Tiêu đề")) == [("An", Decimal(5))]


def test_a_workbook() -> None:
    rows = [*ROWS[:3], ["An", datetime(2026, 10, 1), 12.5], ["Bình", datetime(2026, 10, 31), None]]
    assert values(handed(xlsx_of(rows))) == [("An", Decimal("12.5")), ("Bình", None)]


def test_one_number_for_each_period() -> None:
    data = csv_of([["Tháng", "Đạt", "Tổng"], ["T9/2026", 1, 2], ["T10/2026", 90, 120]])
    found = handed(data, name="", value="", numerator="đạt", denominator="tổng")
    assert [(one.name, one.numerator, one.denominator) for one in found.readings] == [("", 90, 120)]


def test_without_a_column_of_the_period_all_is_of_the_one_asked_for() -> None:
    found = handed(csv_of([["Nhân viên", "Doanh thu"], ["An", 3]]), day="")
    assert [(one.name, one.day, one.value) for one in found.readings] == [("An", None, 3)]


def test_in_thousands() -> None:
    assert values(handed(csv_of(ROWS), scale="1000"))[0][1] == Decimal("1250.0005")


def test_nothing_handed_over_yet() -> None:
    with pytest.raises(SourceError) as caught:
        Files().fetch({"place": "upload", **COLUMNS}, {}, OCTOBER, INSIDE)
    assert caught.value.code == "settings"


def test_an_empty_period() -> None:
    assert handed(csv_of(ROWS), Wanted(date(2026, 1, 1), date(2026, 1, 31))).readings == []


def merged() -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (HEADER, ["An", "10/2026", 1], [None, "10/2026", 2]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def row(*cells: Any) -> bytes:
    return xlsx_of([HEADER, list(cells)])


@pytest.mark.parametrize(
    ("data", "code", "told"),
    [
        (row("An", "10/2026", "=SUM(C2:C9)"), "value", "Line 2"),
        (row("An", "10/2026", "#REF!"), "value", "error"),
        (row("An", "10/2026", "không rõ"), "value", "not a number"),
        (row("An", "10/2026", True), "value", "Line 2"),
        (row("An", "tháng sau", 1), "value", "31/10/2026"),
        (row("An", None, 1), "value", "missing"),
        (row("=A2", "10/2026", 1), "value", "formula"),
        (row("An", "10/2026", 1e30), "value", "digits"),
        (merged(), "value", "merged"),
        (xlsx_of([HEADER, *[["Bình", "2026-10", 2]] * 2]), "many", "Line 2 and Line 3"),
        (csv_of([[*HEADER, "Doanh thu"], ["An", "10/2026", 1, 2]]), "shape", "twice"),
        (csv_of([["Nhân viên", "Tháng", "Lãi"], ["An", "10/2026", 1]]), "shape", "“Lãi”"),
        (csv_of([HEADER]), "empty", "no lines"),
        (b"", "settings", "arrive"),
        (b"\x00", "empty", "empty"),
        (xlsx_of([HEADER, *[["An", "10/2026", 1]] * 20])[:-200], "shape", "cut short"),
        (b"%PDF-1.7", "shape", "spreadsheet"),
        (csv_of([HEADER, *[["An", "09/2026", 1]] * 1001]), "large", "1000"),
        (csv_of([[*HEADER, *"abc"], *[["An", "9/2026", 1, *"abc"]] * 900]), "large", "cells"),
        (b"x" * 1_000_001, "large", "1 MB"),
    ],
    ids=lambda value: "file" if isinstance(value, bytes) else None,  # it has a time in it
)  # fmt: skip
def test_files_that_cannot_be_taken(data: bytes, code: str, told: str) -> None:
    error = error_of(b"x", file="not base64!") if not data else error_of(data)
    assert error.code == code
    assert told in str(error.message)


def test_one_bad_row_does_not_stop_the_good_ones() -> None:
    rows = [
        ["An", "10/2026", "=1"],
        ["Bình", "10/2026", 2],
        ["Chi", "10/2026", 3],
        ["Chi", "10/2026", 4],
    ]
    found = handed(xlsx_of([HEADER, *rows]))
    assert [(one.name, str(one.wrong)[:22]) for one in found.readings] == [
        ("Bình", ""),
        ("An", "Line 2: This is a form"),
        ("Chi", "“Chi” has two lines in"),
        ("Chi", "“Chi” has two lines in"),
    ]


def test_a_month_twice_and_parts_of_a_month() -> None:
    data = csv_of([["Tháng", "Doanh thu"], ["10/2026", "1,1"], ["31/10/2026", "2,2"]])
    assert error_of(data, name="").code == "many"
    assert values(handed(data, name="", several="add")) == [("", Decimal("3.3"))]


# --- a folder ---------------------------------------------------------------------------


def from_folder(root: Path, path: str, **more: str) -> Fetched:
    settings = {"place": "folder", "path": path, **COLUMNS, **more}
    Files().check(settings, {})
    return Files().fetch(settings, {}, OCTOBER, replace(INSIDE, folder=root))


def test_a_file_of_the_month(tmp_path: Path) -> None:
    (tmp_path / "bán hàng").mkdir()
    (tmp_path / "bán hàng" / "2026-10.csv").write_bytes(csv_of(ROWS))
    assert values(from_folder(tmp_path, "bán hàng/{year}-{month}.csv")) == OF_OCTOBER


def test_without_a_folder_there_are_no_files() -> None:
    with pytest.raises(SourceError) as caught:
        Files().fetch({"place": "folder", "path": "x.csv", **COLUMNS}, {}, OCTOBER, INSIDE)
    assert caught.value.code == "connect"


def test_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    for path in ("x.csv", "a/x.csv"):
        with pytest.raises(SourceError) as caught:
            from_folder(tmp_path, path)
        assert (caught.value.code, caught.value.passing) == ("connect", True)
        assert str(tmp_path) not in str(caught.value.message)


@pytest.mark.parametrize(
    "path",
    [
        *("../secret-key", "/etc/passwd", "a/../../x.csv", "..", ".", "", "a\\..\\x", "C:x"),
        *(".hidden", "a/.git/config", "a\x00.csv", "a/" * 20 + "x", "x" * 300, "~/../x\n"),
    ],
)
def test_paths_that_lead_elsewhere(tmp_path: Path, path: str) -> None:
    root = tmp_path / "connectors"
    root.mkdir()
    (tmp_path / "secret-key").write_text("s3cret")
    with pytest.raises(Invalid) as caught:
        from_folder(root, path)
    assert caught.value.errors[0].field == "path"
    with pytest.raises(SourceError):
        read_below(root, path, INSIDE)


def test_links_that_lead_elsewhere(tmp_path: Path) -> None:
    root = tmp_path / "connectors"
    (root / "a").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.csv").write_bytes(csv_of(ROWS))
    (root / "file.csv").symlink_to(tmp_path / "outside" / "x.csv")
    (root / "folder").symlink_to(tmp_path / "outside")
    (root / "a" / "up").symlink_to("..")
    for path in ("file.csv", "folder/x.csv", "a/up/file.csv"):
        with pytest.raises(SourceError) as caught:
            from_folder(root, path)
        assert caught.value.code == "connect"


def test_things_that_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    began = time.monotonic()
    for path in ("pipe.csv", "folder.csv"):
        with pytest.raises(SourceError) as caught:
            from_folder(tmp_path, path)
        assert caught.value.code == "connect"
    assert time.monotonic() - began < 1


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    with (tmp_path / "x.csv").open("wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(SourceError) as caught:
        from_folder(tmp_path, "x.csv")
    assert caught.value.code == "large"


# --- an address -------------------------------------------------------------------------


def test_from_an_address() -> None:
    with serving(lambda its: its.say(xlsx_of(ROWS), kind="application/octet-stream")) as server:
        settings = {"place": "url", "url": server.url + "/{year}/{month}.xlsx?k={secret}",
                    "auth": "basic", "user": "an", **COLUMNS}  # fmt: skip
        found = Files().fetch(settings, {"secret": "p"}, OCTOBER, INSIDE)
    assert values(found) == OF_OCTOBER
    assert server.asked[0].path == "/2026/10.xlsx?k=p"
    assert server.asked[0].headers["authorization"] == "Basic YW46cA=="


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"<!doctype html><title>Sign in</title>", "text/html", "shape"),
        (b"<html><body>Sign in", "text/csv", "shape"),
        (b"x" * 1_000_001, "text/csv", "large"),
    ],
)
def test_what_comes_instead(body: bytes, kind: str, code: str) -> None:
    serve = serving(lambda its: its.say(body, kind=kind))
    with serve as server, pytest.raises(SourceError) as caught:
        Files().fetch({"place": "url", "url": server.url, **COLUMNS}, {}, OCTOBER, INSIDE)
    assert caught.value.code == code


def test_an_address_inside() -> None:
    outside = replace(INSIDE, inside=False)
    serve = serving(lambda its: its.say(csv_of(ROWS)))
    with serve as server, pytest.raises(SourceError) as caught:
        Files().fetch({"place": "url", "url": server.url, **COLUMNS}, {}, OCTOBER, outside)
    assert caught.value.code == "address"
    assert server.asked == []


# --- settings ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        ({"place": "url"}, ["url"]),
        ({"place": "url", "url": "file:///etc/passwd"}, ["url"]),
        ({"place": "url", "url": "https://a.vn/x", "auth": "bearer"}, ["secret"]),
        ({"place": "folder"}, ["path"]),
        ({"place": "disk"}, ["place"]),
        ({"place": "upload", "file": "eA==", "value": ""}, ["value"]),
        ({"place": "upload", "file": "eA==", "numerator": "a"}, ["denominator"]),
    ],
)
def test_settings_that_cannot_work(settings: dict[str, str], fields: Sequence[str]) -> None:
    with pytest.raises(Invalid) as caught:
        Files().check({"value": "v", **settings}, {})
    assert [one.field for one in caught.value.errors] == list(fields)
