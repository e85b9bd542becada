"""Fields of the organisation's own in lists: read, refused at their column, out and back."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from haidang.exchange.loading import blank, export, own
from haidang.exchange.loading.lines import Status
from haidang.exchange.tests.loads import applied, lines_of, problems_of, taken
from haidang.goals import actions as goals
from haidang.goals.models import CustomField, Goal
from haidang.lib.tests.made import csv_of
from haidang.people.models import Person
from haidang.web.sheets import csv_lines, xlsx

pytestmark = pytest.mark.django_db
OPTIONS = [{"name_vi": "Bắc", "name_en": "North"}, {"name_vi": "Nam", "name_en": "South"}]
FACTS: list[dict[str, Any]] = [
    {"type": "number", "name_vi": "Ngân sách", "name_en": "Budget", "unit": "triệu ₫"},
    {"type": "day", "name_en": "Review"},
    {"type": "choice", "name_en": "Market", "options": OPTIONS},
    {"type": "choices", "name_en": "Markets", "options": OPTIONS},
    {"type": "person", "name_en": "Sponsor"},
    {"type": "long_text", "name_en": "Assumption"},
    {"type": "link", "name_en": "Document"},
]
KEYS = ("budget", "review", "market", "markets", "sponsor", "assumption", "document")


@pytest.fixture
def fields(administrator: Person) -> list[CustomField]:
    return [
        goals.create_field(administrator, one | {"kinds": ["objective", "ultimate"]})
        for one in FACTS
    ]


@pytest.fixture
def goal(administrator: Person, fields: list[CustomField]) -> Goal:
    return goals.create_goal(administrator, "ultimate", {"title": "Dẫn đầu"})


def listed(*rows: list[Any], columns: tuple[str, ...] = KEYS) -> bytes:
    return csv_of([["ID", "Type", "Title", *(f"field:{key}" for key in columns)], *rows])


FULL = ["1.500,25", "31/12/2026", "bắc", "South; Bắc", "", "=a\nb", "https://a.example.vn"]
STORED = {
    "budget": "1500.25", "review": "2026-12-31", "market": "north",
    "markets": ["north", "south"], "assumption": "=a\nb", "document": "https://a.example.vn",
}  # fmt: skip


def test_made_and_changed(administrator: Person, goal: Goal, an: Person) -> None:
    full = [*FULL]
    full[4] = an.name
    job = taken(
        administrator,
        listed(["", "ultimate goal", "Mới", *full], [goal.public_id, "", "", *full]),
        language="vi",
    )
    assert problems_of(job) == {}
    new, changed = lines_of(job)
    assert (new.status, changed.status) == (Status.NEW, Status.CHANGED)
    said = {one.column: one.new for one in changed.changes}
    assert said["field:budget"] == "1500.25"
    assert said["field:sponsor"] == an.name
    assert said["field:markets"] in ("North, South", "Bắc, Nam")
    applied(job)
    stored = STORED | {"sponsor": an.public_id}
    assert Goal.objects.get(title="Mới").fields == stored
    assert Goal.objects.get(pk=goal.pk).fields == stored
    again = taken(administrator, listed([goal.public_id, "", "", *full]), language="vi")
    assert [line.status for line in lines_of(again)] == [Status.UNCHANGED]


def test_a_column_by_its_name(administrator: Person, goal: Goal) -> None:
    data = csv_of([["ID", "Ngân sách"], [goal.public_id, "7"]])
    applied(taken(administrator, data))
    assert Goal.objects.get(pk=goal.pk).fields == {"budget": "7"}


def test_an_empty_cell_says_nothing(administrator: Person, goal: Goal) -> None:
    goals.edit_goal(administrator, goal, None, {"fields": {"budget": 7}})
    job = taken(administrator, listed([goal.public_id, "", "Khác", *[""] * len(KEYS)]))
    applied(job)
    goal.refresh_from_db()
    assert (goal.title, goal.fields) == ("Khác", {"budget": "7"})


@pytest.mark.parametrize(
    ("key", "cell"),
    [
        ("budget", "nhiều"),
        ("budget", "=1+1"),
        ("review", "31/02/2026"),
        ("market", "Trung"),
        ("markets", "Bắc; Trung"),
        ("sponsor", "Không Ai"),
        ("document", "http://a.vn"),
        ("assumption", "x" * 5001),
    ],
)
def test_wrong_at_its_column(administrator: Person, goal: Goal, key: str, cell: str) -> None:
    for row in (["", "ultimate goal", "Mới"], [goal.public_id, "", ""]):
        job = taken(administrator, listed([*row, cell], columns=(key,)))
        assert [column for column, _said in problems_of(job)[2]] == [f"field:{key}"]


def test_not_of_this_kind_and_required(administrator: Person, fields: list[CustomField]) -> None:
    goals.edit_field(administrator, fields[0], None, {"required": True})
    job = taken(
        administrator,
        listed(
            ["", "pillar", "Trụ cột", "5", ""], ["", "ultimate goal", "Đích", "", "01/01/2027"],
            columns=("budget", "review"),
        ),
    )  # fmt: skip
    assert {line: [column for column, _ in said] for line, said in problems_of(job).items()} == {
        2: ["field:budget"],
        3: ["field:budget"],
    }


def test_retired_ones_are_not_known(
    administrator: Person, goal: Goal, fields: list[CustomField]
) -> None:
    goals.retire_field(administrator, fields[0], None)
    job = taken(administrator, listed([goal.public_id, "", "X", "5"], columns=("budget",)))
    assert "field:budget" in " ".join(job.notes)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_out_and_back(
    administrator: Person, goal: Goal, an: Person, file_format: str, language: str
) -> None:
    answers = STORED | {"sponsor": an.public_id, "budget": "12345678901234567890.5"}
    goals.edit_goal(administrator, goal, None, {"fields": answers})
    with translation.override(language):
        rows = list(export.rows("goals", administrator))
        assert rows[0][-len(KEYS) :] == [f"field:{key}" for key in KEYS]
        data = (
            b"".join(csv_lines(rows))
            if file_format == "csv"
            else xlsx(rows, title="Goals", widths=export.widths("goals"))
        )
    job = taken(administrator, data, language=language)
    assert problems_of(job) == {}
    assert {line.status for line in lines_of(job)} == {Status.UNCHANGED}


def test_template(administrator: Person, fields: list[CustomField]) -> None:
    known = own.fields_of(administrator)
    head = b"".join(blank.template_csv("goals", known)).decode("utf-8-sig").splitlines()[0]
    assert "field:budget" in head
    with translation.override("vi"):
        data = blank.template_xlsx("goals", known)
    book = openpyxl.load_workbook(io.BytesIO(data))
    told = {row[0].value: row for row in book.worksheets[1].iter_rows()}
    assert "Ngân sách" in str(told["field:budget"][1].value)
    assert "triệu ₫" in str(told["field:budget"][2].value)
    assert any(
        "$" in str(rule.formula1) for rule in book.worksheets[0].data_validations.dataValidation
    )


def test_the_same_number_of_queries(administrator: Person, goal: Goal) -> None:
    def cost(lines: int) -> int:
        rows = [["", "ultimate goal", f"G {n}", "5"] for n in range(lines)]
        with CaptureQueriesContext(connection) as queries:
            job = taken(administrator, listed(*rows, columns=("budget",)))
        assert problems_of(job) == {}
        return len(queries)

    assert cost(20) == cost(2)
