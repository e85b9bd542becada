"""The company's lists are taken as they are; each mistake of theirs is named at its place."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from haidang.exchange.loading.blank import to_mend
from haidang.exchange.tests.loads import applied, lines_of, problems_of, taken
from haidang.goals import actions
from haidang.goals.models import Goal
from haidang.people.models import Person
from tests.spreadsheets import files
from tests.spreadsheets.__main__ import FOLDER, samples
from tests.spreadsheets.goals import LINES
from tests.spreadsheets.mending import mended


@pytest.fixture
def planner(administrator: Person) -> Person:
    """In an organisation with units, people and cycles, all but the cycles from lists."""
    year = files.YEAR
    for name, kind, ends in (
        (str(year), "year", date(year, 12, 31)),
        (f"Quý 1/{year}", "quarter", date(year, 3, 31)),
    ):
        facts = {"name": name, "kind": kind, "starts": date(year, 1, 1), "ends": ends}
        actions.create_cycle(administrator, facts)
    for listed, data in (("units", files.units_csv()), ("people", files.people_xlsx())):
        applied(taken(administrator, data, listed, "vi"))
    return administrator


def test_each_mistake_is_named_where_the_file_has_it(planner: Person) -> None:
    goals = files.goals_xlsx(wrong=True)
    job = taken(planner, goals.book, language="vi")
    said = problems_of(job)
    for one in goals.mistakes:
        reasons = said.pop(one.number + files.HEADER_ROW)
        assert any(one.says in why and place == one.column for place, why in reasons), one
    # The goal whose title is missing is not found by those below it: that is all there is more.
    assert {why for reasons in said.values() for _place, why in reasons} == {
        "Không có mục tiêu “Dạy nghề tại xưởng”, cả trong danh sách lẫn trong phần mềm."
    }
    assert not Goal.objects.exists()
    kind, data = to_mend("goals", goals.book, lines_of(job))
    assert kind == "xlsx"
    assert taken(planner, mended(data), language="vi").counts["new"] == LINES


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1258"])
def test_the_plan_is_taken_in_any_encoding(planner: Person, encoding: str) -> None:
    text = files.goals_csv().decode("utf-8-sig")
    # Windows-1258 has no dash of this kind.
    data = files.cp1258(text) if encoding == "cp1258" else text.encode(encoding)
    job = taken(planner, data, language="vi")
    assert problems_of(job) == {}
    assert job.counts["new"] == LINES


def test_the_whole_plan_is_written(planner: Person) -> None:
    job = applied(taken(planner, files.goals_xlsx(wrong=False).book, language="vi"))
    assert job.state == "applied"
    assert Goal.objects.count() == LINES
    # Nobody's list says it twice: a decomposed title is the same title.
    assert Goal.objects.get(title="Tăng trưởng có lãi").kind == "pillar"


def test_the_samples_are_as_they_are_made() -> None:
    for name, data in samples().items():
        assert _cells(name, (FOLDER / name).read_bytes()) == _cells(name, data), name
    assert sum(len((FOLDER / name).read_bytes()) for name in samples()) < 450_000
    assert max(len((FOLDER / name).read_bytes()) for name in samples()) < 300_000


def _cells(name: str, data: bytes) -> object:
    """What a file says; workbooks are packed anew each time."""
    if not name.endswith(".xlsx"):
        return data
    return [
        [sheet.title, sorted(map(str, sheet.merged_cells.ranges)), *sheet.values]
        for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets
    ]
