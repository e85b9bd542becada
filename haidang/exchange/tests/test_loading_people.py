"""People and units from lists: administrators only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from haidang.activity.models import Event
from haidang.exchange.loading import limits
from haidang.exchange.tests.loads import applied, lines_of, problems_of, taken
from haidang.lib.errors import Forbidden
from haidang.lib.tests.made import csv_of, xlsx_of
from haidang.people.models import Person, PersonUnitHistory, Unit, UnitLeader

pytestmark = pytest.mark.django_db

PEOPLE = ["Name", "E-mail", "Department", "Manager", "Joined on"]
UNITS = ["Code", "Unit name", "Kind", "Below", "Leaders"]


@pytest.mark.parametrize("kind", ["people", "units"])
def test_administrators_only(an: Person, kind: str) -> None:
    with pytest.raises(Forbidden):
        taken(an, csv_of([["Name"], ["X"]]), kind)


# --- people -----------------------------------------------------------------------------


def test_people_with_their_places(administrator: Person, sales_unit: Unit) -> None:
    rows = [PEOPLE, ["Trần Minh", "minh@a.vn", "kinh doanh", "lan@a.vn", date(2026, 3, 1)],
            ["Nguyễn Lan", "LAN@a.vn", "Kinh doanh", "", ""]]  # fmt: skip
    job = taken(administrator, xlsx_of(rows), "people")
    assert [one.depth for one in lines_of(job)] == [1, 0]
    assert not Person.objects.filter(name="Trần Minh").exists()
    assert applied(job).state == "applied"
    minh = Person.objects.get(name="Trần Minh")
    assert (minh.manager and minh.manager.email, minh.unit) == ("lan@a.vn", sales_unit)
    assert minh.joined_on == date(2026, 3, 1)
    assert PersonUnitHistory.objects.get(person=minh).manager == minh.manager
    assert Event.objects.filter(verb="person.created", subject=minh.public_id).exists()


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (["", "a@a.vn", "", "", ""], "Name", "fill this in"),
        (["A", "no address", "", "", ""], "E-mail", "not an e-mail address"),
        (["A", "an@tamlong.example", "", "", ""], "E-mail", "Nguyễn Văn An"),
        (["A", "", "Phòng Ma", "", ""], "Department", "no unit"),
        (["A", "", "", "Ai Đó", ""], "Manager", "nobody called"),
        (["A", "", "", "", "30/02/2026"], "Joined on", "30/02/2026"),
    ],
)
def test_a_person_that_cannot_be(
    administrator: Person, an: Person, row: list[str], column: str, says: str
) -> None:
    before = Person.objects.count()
    job = taken(administrator, csv_of([PEOPLE, row, ["B", "b@a.vn", "", "", ""]]), "people")
    ((found,),) = problems_of(job).values()
    assert found[0] == column
    assert says in found[1]
    assert Person.objects.count() == before


def test_lines_against_each_other(administrator: Person) -> None:
    rows = [PEOPLE, ["A", "a@a.vn", "", "b@a.vn", ""], ["B", "b@a.vn", "", "a@a.vn", ""],
            ["C", "c@a.vn", "", "", ""], ["D", "C@a.vn", "", "", ""]]  # fmt: skip
    found = problems_of(taken(administrator, csv_of(rows), "people"))
    assert {line: one[0][0] for line, one in found.items()} == {
        2: "Manager", 3: "Manager", 5: "E-mail",
    }  # fmt: skip


def test_people_are_changed_by_their_id(administrator: Person, an: Person, binh: Person) -> None:
    rows = [["ID", "Name", "Job title"], [an.public_id, "Nguyễn Văn An", "Trưởng nhóm"],
            [binh.public_id, "Trần Thị Bình", ""], ["P-99", "X", ""]]  # fmt: skip
    job = taken(administrator, csv_of(rows), "people")
    assert [one.status for one in lines_of(job)] == ["changed", "unchanged", "wrong"]
    assert applied(taken(administrator, csv_of(rows[:3]), "people")).state == "applied"
    an.refresh_from_db()
    assert (an.title, an.version) == ("Trưởng nhóm", 2)
    log = Event.objects.filter(verb__in=["person.edited", "list.imported"])
    assert list(log.values_list("source", flat=True)) == ["import", "import"]


@pytest.mark.parametrize("kind", ["people", "units"])
def test_more_than_others_can_wait_for(
    administrator: Person, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(limits, "MOST_SINGLY", 3)
    job = taken(administrator, csv_of([["Name"], *[[f"N{n}"] for n in range(4)]]), kind)
    assert job.state == "refused"
    assert "divide" in job.problem


# --- units ------------------------------------------------------------------------------


def test_units_with_those_above_and_who_leads_them(
    administrator: Person, root_unit: Unit, an: Person
) -> None:
    rows = [UNITS, ["MT", "Miền Tây", "Department", "mien nam", ""],
            ["MN", "Miền Nam", "Division", "", "Nguyễn Văn An; P-1"]]  # fmt: skip
    job = applied(taken(administrator, csv_of(rows), "units"))
    assert job.state == "applied", problems_of(job)
    south, west = Unit.objects.get(code="MN"), Unit.objects.get(code="MT")
    assert (west.parent, south.parent) == (south, root_unit)
    assert UnitLeader.objects.filter(unit=south, until=None).count() == 2


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["", "", "", "", ""], "Unit name"),
        (["X" * 21, "A", "", "", ""], "Code"),
        (["", "A", "Company", "", ""], "Kind"),
        (["", "A", "", "Không có", ""], "Below"),
        (["", "A", "", "", "Ai Đó"], "Leaders"),
        (["", "kinh doanh", "", "", ""], "Unit name"),
    ],
)
def test_a_unit_that_cannot_be(
    administrator: Person, sales_unit: Unit, row: list[str], column: str
) -> None:
    row = row if any(row) else ["X1", *row[1:]]
    before = Unit.objects.count()
    job = taken(administrator, csv_of([UNITS, row]), "units")
    ((found,),) = problems_of(job).values()
    assert found[0] == column
    assert Unit.objects.count() == before


def test_units_are_moved_and_renamed_by_their_id(
    administrator: Person, sales_unit: Unit, factory_unit: Unit, chi: Person
) -> None:
    rows: list[Any] = [["ID", "Unit name", "Below", "Leaders"],
                       [factory_unit.public_id, "Nhà máy", "Kinh doanh", ""],
                       [sales_unit.public_id, "Kinh doanh", "", "Lê Thị Chi"]]  # fmt: skip
    job = taken(administrator, csv_of(rows), "units")
    assert [one.status for one in lines_of(job)] == ["changed", "unchanged"]
    assert applied(job).state == "applied"
    factory_unit.refresh_from_db()
    assert (factory_unit.name, factory_unit.parent) == ("Nhà máy", sales_unit)
