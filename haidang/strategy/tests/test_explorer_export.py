"""A table as a file: the rows and columns that are shown, no formula, and a line in the log."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from haidang.activity.models import Event
from haidang.checkins import actions as checkins
from haidang.goals.models import Goal
from haidang.people.models import Person
from haidang.strategy.explorer import goals as tables
from haidang.strategy.explorer.columns import GOALS, PEOPLE, UNITS
from tests.support.pages import Enter

pytestmark = pytest.mark.django_db
Make = Callable[..., Goal]


def read(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    body = answer.content
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def test_all_pages_in_the_order_and_columns_shown(
    enter: Enter, an: Person, objective: Goal, make_key_result: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    made = [make_key_result(objective, f"KR {at}") for at in range(5)]
    checkins.record(an, made[0], value=Decimal("12.5"))
    monkeypatch.setattr(tables, "PAGE", 2)
    client = enter(an)
    head, *rows = read(
        client.get("/explorer/export/?kind=key_result&sort=-goal&columns=measure,owner")
    )
    assert head == ["ID", "Mục tiêu", "Thực đạt", "Chỉ tiêu", "Đơn vị tính", "Người phụ trách"]
    assert [row[1] for row in rows] == ["KR 4", "KR 3", "KR 2", "KR 1", "KR 0"]
    assert rows[-1] == [made[0].public_id, "KR 0", "12.5", "100", "NPP", an.name]


def test_no_cell_is_a_formula(enter: Enter, an: Person, objective: Goal) -> None:
    Goal.objects.filter(pk=objective.pk).update(title="=cmd|' /C calc'!A0")
    client = enter(an)
    _head, row = read(client.get("/explorer/export/"))
    assert row[1].startswith("'=")
    answer = client.get("/explorer/export/?format=xlsx")
    assert "spreadsheetml" in answer["Content-Type"]
    assert answer["Content-Disposition"].endswith('.xlsx"')
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    cell = sheet["B2"]
    assert (cell.value, cell.data_type) == ("=cmd|' /C calc'!A0", "s")


def test_every_column_of_every_table_can_be_exported(
    enter: Enter, an: Person, objective: Goal, key_result: Goal, kpi: Goal
) -> None:
    client = enter(an)
    for way, columns in (("", GOALS), ("people/", PEOPLE), ("units/", UNITS)):
        for kind in ("csv", "xlsx"):
            words = ",".join(column.name for column in columns)
            answer = client.get(f"/explorer/{way}export/?columns={words}&format={kind}")
            assert answer.status_code == 200


def test_what_one_sees_and_nothing_more(
    enter: Enter, an: Person, dung: Person, emma: Person, objective: Goal, key_result: Goal
) -> None:
    Goal.objects.filter(pk=objective.pk).update(visibility="private", title="Bí mật")
    body = enter(dung).get("/explorer/export/?columns=parents,children,owner").content.decode()
    assert key_result.public_id in body
    assert objective.public_id not in body
    assert "Bí mật" not in body
    body = enter(emma).get("/explorer/export/").content.decode()
    assert key_result.public_id not in body
    assert an.name not in enter(emma).get("/explorer/people/export/").content.decode()


def test_who_took_which_list_stands_in_the_log(enter: Enter, an: Person, objective: Goal) -> None:
    client = enter(an)
    client.get("/explorer/?kind=objective")
    assert not Event.objects.filter(verb="list.exported").exists()
    client.get("/explorer/export/?kind=objective&format=xlsx")
    client.get("/explorer/people/export/")
    first, second = Event.objects.filter(verb="list.exported").order_by("id")
    assert (first.actor_id, first.subject_kind, first.subject) == (an.pk, "list", "goals")
    assert first.data == {"format": "xlsx", "rows": 1, "query": "kind=objective"}
    assert second.subject == "people"
    assert client.post("/explorer/export/").status_code == 405
