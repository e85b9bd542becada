"""Lists that go out: what one sees, safe to open, and back again without a difference."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from haidang.activity.models import Event
from haidang.exchange.loading import export
from haidang.exchange.loading.lines import Status
from haidang.exchange.tests.loads import lines_of, problems_of, taken
from haidang.goals import actions as goals
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Goal
from haidang.people import actions as people
from haidang.people.models import Person, Unit
from haidang.web.sheets import Cell, csv_lines, xlsx

pytestmark = pytest.mark.django_db
RISKY = ("=1+1", "+84 là số", "-giảm", "@ai", "'=x")


@pytest.fixture
def company(administrator: Person, an: Person, chi: Person, sales_unit: Unit) -> Goal:
    """Goals of every kind, with every kind of value that a column holds."""
    year = date.today().year
    facts = {"name": "Quý 1", "kind": "quarter", "starts": date(year, 1, 1),
             "ends": date(year, 3, 31)}  # fmt: skip
    cycle = goals.create_cycle(administrator, facts)
    pillar = goals.create_goal(administrator, "pillar", {"title": "Dẫn đầu"})
    ultimate = goals.create_goal(administrator, "ultimate", {"title": "Số 1; miền Nam"})
    goals.link(administrator, pillar, LinkRequest(ultimate))
    words = {"why": "Vì:\n- khách\n= mình", "description": "a;b,c\t“d”"}
    for title in RISKY:
        objective = goals.create_goal(
            administrator, "objective",
            {"title": title, "level": "unit", "unit": sales_unit, "owner": an, "cycle": cycle,
             "commitment": "aspirational", "visibility": "unit", **words},
            parents=[LinkRequest(pillar), LinkRequest(ultimate)],
        )  # fmt: skip
    measures: list[dict[str, Any]] = [
        {"metric_kind": "currency", "metric_unit": "tỷ ₫", "direction": "increase", "decimals": 3,
         "baseline": Decimal("1.234"), "target": Decimal("12345678901234567890.5")},
        {"metric_kind": "percent", "metric_unit": "%", "direction": "range", "low": Decimal(25),
         "high": Decimal(35), "tolerance": Decimal("0.5")},
        {"metric_kind": "milestones", "milestones": [{"title": "Một"}, {"title": "Hai"}]},
        {"metric_kind": "number", "direction": "relative", "baseline": Decimal(50),
         "relative_change": Decimal("0.2")},
        {"metric_kind": "yes_no", "direction": "pass_fail"},
        {},
    ]  # fmt: skip
    for number, measure in enumerate(measures):
        below = LinkRequest(objective, relation="composition", weight=number + 1)
        facts = {"title": f"Kết quả {number}", **measure}
        goals.create_goal(administrator, "key_result", facts, parents=[below])
    kpi = {"title": "Lỗi", "level": "company", "metric_kind": "count", "metric_unit": "lỗi",
           "direction": "lower", "target": Decimal(5), "frequency": "week", "aggregation": "max",
           "data_owner": an, "owner": chi, "formula": "= lỗi ÷ sản phẩm\nkhông tính hàng thử",
           "source": "Sổ lỗi; MES", "freshness_days": 0}  # fmt: skip
    return goals.create_goal(administrator, "kpi", kpi, parents=[LinkRequest(pillar)])


def file_of(kind: str, actor: Person, file_format: str) -> bytes:
    rows = export.rows(kind, actor)
    if file_format == "csv":
        return b"".join(csv_lines(rows))
    return xlsx(rows, title="X")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["goals", "people", "units"])
def test_back_again_nothing_differs(
    administrator: Person, company: Goal, kind: str, file_format: str, language: str
) -> None:
    with translation.override(language):
        data = file_of(kind, administrator, file_format)
    other = "en" if language == "vi" else "vi"
    job = taken(administrator, data, kind, other)
    assert not problems_of(job), job.problem
    found = lines_of(job)
    assert len(found) == export.count(kind, administrator)
    assert {line.status for line in found} == {Status.UNCHANGED}, [
        (line.title, line.changes) for line in found if line.changes
    ]


def test_no_cell_of_it_is_a_formula(administrator: Person, company: Goal) -> None:
    text = file_of("goals", administrator, "csv").decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not [cell for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and cell]
    book = openpyxl.load_workbook(io.BytesIO(file_of("goals", administrator, "xlsx")))
    sheet: Any = book.active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {cell.value for cell in cells} >= set(RISKY)


def test_what_one_sees_and_nothing_more(
    company: Goal, administrator: Person, dung: Person, an: Person
) -> None:
    secret = {"title": "Bí mật", "visibility": "private", "owner": an}
    hidden = goals.create_goal(administrator, "pillar", secret)
    goals.link(an, Goal.objects.filter(kind="objective")[0], LinkRequest(hidden, mode="none"))
    rows = list(export.rows("goals", dung))
    titles = {row[4] for row in rows}
    assert "Bí mật" not in titles
    assert not titles & set(RISKY)  # of the sales unit
    assert hidden.public_id not in str(rows)
    guest = people.create_person(administrator, "Khách", email="khach@x.vn")
    people.set_roles(administrator, guest, ["guest"])
    guest.refresh_from_db()
    assert export.count("goals", guest) == 0
    assert export.count("people", guest) == 1


@pytest.mark.parametrize("kind", ["goals", "people", "units"])
def test_the_same_questions_for_many_rows(
    administrator: Person, company: Goal, kind: str, django_assert_max_num_queries: Any
) -> None:
    def read() -> Sequence[Sequence[Cell]]:
        return list(export.rows(kind, administrator))

    with django_assert_max_num_queries(24) as counted:
        read()
    before = len(counted.captured_queries)
    for number in range(12):
        people.create_unit(administrator, f"Đơn vị {number}")
        people.create_person(administrator, f"Người {number}")
        goals.create_goal(administrator, "pillar", {"title": f"Trụ {number}"},
                          parents=[LinkRequest(Goal.objects.get(kind="ultimate"))])  # fmt: skip
    with django_assert_max_num_queries(before):
        read()


@pytest.mark.parametrize("kind", ["goals", "people", "units"])
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_download(client: Any, an: Person, company: Goal, kind: str, file_format: str) -> None:
    client.force_login(an.account)
    answer = client.get(f"/export/{kind}.{file_format}")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert answer.getvalue()[:3] == (b"\xef\xbb\xbf" if file_format == "csv" else b"PK\x03")
    event = Event.objects.get(verb="list.exported")
    assert (event.actor_id, event.subject, event.data["format"]) == (an.pk, kind, file_format)
    assert event.source == "person"


@pytest.mark.parametrize("name", ["goals.pdf", "secrets.csv"])
def test_no_such_list(client: Any, an: Person, name: str) -> None:
    client.force_login(an.account)
    assert client.get(f"/export/{name}").status_code == 404
