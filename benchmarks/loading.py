"""A company moves in: units, people and goals from three workbooks, 10,000 lines."""

from __future__ import annotations

import gc
import io
import time
from collections.abc import Iterator, Sequence

import openpyxl

from benchmarks import company as companies
from benchmarks.measuring import Row
from benchmarks.rows import database
from haidang.checkins.recompute import recompute
from haidang.exchange.loading import actions
from haidang.exchange.models import Import, ImportState
from haidang.people.models import Organisation

UNITS, PEOPLE, GOALS = 100, 1_900, 8_000
SECONDS = 30.0
List = Sequence[Sequence[object]]


def loading() -> list[Row]:
    """From the bytes of the files to what they wrote, looked at in between, as the worker does;
    then all numbers against a rebuild."""
    number = Organisation.objects.filter(name__startswith="Lists ").count()
    company = companies.found(f"Lists {number}")
    took: dict[str, float] = {}
    busy = 0.0
    for kind, rows in (("units", _units()), ("people", _people()), ("goals", _goals())):
        file = _workbook(list(rows))
        gc.collect()
        began, before = time.perf_counter(), time.process_time()
        job = actions.take(company.person, kind, f"{kind}.xlsx", file, "vi")
        actions.check(job.pk)
        job.refresh_from_db()
        if not actions.begin(job, ""):
            raise AssertionError(f"{kind}: {job.state} {job.problem} {job.counts}")
        actions.apply(job.pk)
        took[kind] = time.perf_counter() - began
        busy += time.process_time() - before
        job.refresh_from_db()
        if job.state != ImportState.APPLIED:
            raise AssertionError(f"{kind}: {job.state} {job.problem} {job.counts}")
    differences = len(recompute(company.organisation.pk, check=True))
    Import.objects.filter(organisation=company.organisation).delete()
    note = ", ".join(f"{kind} {seconds:.1f} s" for kind, seconds in took.items())
    note += f"; processor {busy:.1f} s"
    name = f"lists of {UNITS + PEOPLE + GOALS:,} lines, checked and saved"
    return [
        Row(name, database(), sum(took.values()), SECONDS, "s", note=note),
        Row(f"{name}: differences", database(), differences, 0, ""),
    ]


def _workbook(rows: List) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _units() -> Iterator[Sequence[object]]:
    """Ten departments, each with nine below it."""
    yield "Code", "Unit name", "Kind", "Below"
    for i in range(UNITS):
        above = f"D{i % 10}" if i >= 10 else ""
        yield f"D{i}", f"Phòng {i}", "phòng", above


def _people() -> Iterator[Sequence[object]]:
    yield "Name", "E-mail", "Job title", "Department", "Manager"
    for i in range(PEOPLE):
        manager = _address(i % UNITS) if i >= UNITS else ""
        yield f"Nguyễn Văn {i}", _address(i), "Nhân viên", f"D{i % UNITS}", manager


def _goals() -> Iterator[Sequence[object]]:
    """The Ultimate Goal, pillars, objectives of the company and of units, three key results
    below each: parents by their titles, some of them further down."""
    yield (
        "Type", "Scope", "Parent", "Title", "Unit of measure", "Baseline", "Target",
        "Department", "Owner", "Start", "End",
    )  # fmt: skip
    empty = [""] * 3
    owner = _address(0)
    yield "ultimate goal", "", "", "Đi xa", *empty, "", owner, "", ""
    for i in range(5):
        yield "pillar", "", "Đi xa", f"Trụ cột {i}", *empty, "", owner, "", ""
    days = ("2026-01-01", "2026-12-31")
    for i in range((GOALS - 6 + 3) // 4):
        above = f"Trụ cột {i % 5}" if i < 50 else f"Mục tiêu số {i % 50}"
        unit, owner = f"D{i % UNITS}", _address(i % PEOPLE)
        place = ("company", "") if i < 50 else ("unit", unit)
        yield "objective", place[0], above, f"Mục tiêu số {i}", *empty, place[1], owner, *days
        for j in range(min(3, GOALS - 6 - 4 * i - 1)):
            title = f"Kết quả {j} của mục tiêu {i}"
            yield (
                "key result", "", f"Mục tiêu số {i}", title, "khách", 0, 100 + j,
                "", owner, *days,
            )  # fmt: skip


def _address(number: int) -> str:
    return f"nguoi{number}@lists.example"
