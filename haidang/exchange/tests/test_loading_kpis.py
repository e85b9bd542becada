"""What a KPI says of itself, in lists."""

from __future__ import annotations

import pytest

from haidang.exchange.tests.loads import applied, problems_of, taken
from haidang.goals.models import Goal
from haidang.lib.tests.made import csv_of
from haidang.people.models import Person

pytestmark = pytest.mark.django_db
HEADER = ["Loại", "Cấp", "Tiêu đề", "Đơn vị tính", "Chỉ tiêu", "Công thức", "Nguồn số liệu",
          "Số ngày đến hạn số liệu"]  # fmt: skip


def line(formula: str = "", source: str = "", days: str = "") -> list[str]:
    return ["KPI", "Công ty", "Doanh thu", "tỷ ₫", "3", formula, source, days]


def test_formula_source_and_limit_are_read(administrator: Person) -> None:
    job = taken(administrator, csv_of([HEADER, line("Bán\n− trả", "ERP", "5")]), "goals", "vi")
    assert not problems_of(job), job.problem
    applied(job)
    goal = Goal.objects.get()
    assert (goal.formula, goal.source, goal.freshness_days) == ("Bán\n− trả", "ERP", 5)


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        (line(days="367"), "Số ngày đến hạn số liệu"),
        (line(days="nhanh"), "Số ngày đến hạn số liệu"),
        (line(formula="x" * 1001), "Công thức"),
        (line(source="x" * 301), "Nguồn số liệu"),
    ],
)
def test_what_does_not_fit_is_told_at_its_cell(
    administrator: Person, bad: list[str], column: str
) -> None:
    job = taken(administrator, csv_of([HEADER, bad]), "goals", "vi")
    (problems,) = problems_of(job).values()
    assert [name for name, _message in problems] == [column]


def test_only_kpis_have_them(administrator: Person) -> None:
    pillar = ["Trụ cột", "", "Thị phần", "", "", "Bán", "", ""]
    job = taken(administrator, csv_of([HEADER, pillar]), "goals", "vi")
    assert [name for name, _message in problems_of(job)[2]] == ["Công thức"]
