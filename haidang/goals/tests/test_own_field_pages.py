"""Pages of own fields: the list, the form, and how goals are asked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from haidang.goals import actions
from haidang.goals.models import CustomField, Goal
from haidang.people import actions as people
from haidang.people.models import Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db
FIELDS = "/administration/fields/"
SENT = {
    "type": "number", "name_vi": "Ngân sách", "help_vi": "Cả năm", "unit": "triệu ₫",
    "decimals": "1", "kinds": ["objective"], "place": "1",
}  # fmt: skip


@pytest.fixture
def admin(administrator: Person, enter: Enter) -> Client:
    return enter(administrator)


def made(actor: Person, kind: str, name: str, **facts: Any) -> CustomField:
    kinds = ["objective", "key_result", "kpi"]
    return actions.create_field(actor, {"type": kind, "name_vi": name, "kinds": kinds, **facts})


def edit_form(client: Client, goal: Goal) -> dict[str, Any]:
    """What the form of a goal would send as it stands, as far as these tests need it."""
    shown = body_of(client.get(f"/goals/{goal.public_id}/edit/"))
    version = re.search(r'name="version" value="(\d+)"', shown)
    assert version
    return {
        "version": version.group(1), "title": goal.title, "level": goal.level,
        "cycle": goal.cycle.public_id if goal.cycle else "", "commitment": "committed",
        "visibility": "organisation", "owner": goal.owner.public_id if goal.owner else "",
        "unit": goal.unit.public_id if goal.unit else "", "reason": "",
    }  # fmt: skip


def test_defined_in_two_steps(admin: Client) -> None:
    assert "Chưa có trường riêng nào" in body_of(admin.get(FIELDS))
    assert f"{FIELDS}new/?type=number" in body_of(admin.get(FIELDS + "new/"))
    shown = body_of(admin.get(FIELDS + "new/?type=number"))
    assert 'name="decimals"' in shown
    assert 'name="option-0-name_vi"' not in shown
    assert admin.post(FIELDS + "new/", SENT)["Location"] == FIELDS
    listed = body_of(admin.get(FIELDS))
    assert "Ngân sách" in listed
    assert "ngan_sach" in listed
    field = CustomField.objects.get()
    assert (field.unit, field.decimals, field.kinds) == ("triệu ₫", 1, ["objective"])


def test_options_in_rows(admin: Client) -> None:
    sent = SENT | {
        "type": "choice", "option-0-name_vi": "Cao", "option-0-name_en": "High",
        "option-0-key": "", "option-1-name_vi": "Thấp", "option-2-name_vi": " ",
    }  # fmt: skip
    more = admin.post(FIELDS + "new/", sent | {"refresh": "rows"})
    assert 'name="option-3-name_vi"' in body_of(more)
    assert not CustomField.objects.exists()
    assert admin.post(FIELDS + "new/", sent).status_code == 302
    field = CustomField.objects.get()
    assert [one["key"] for one in field.options] == ["high", "thap"]
    shown = body_of(admin.get(f"{FIELDS}{field.key}/edit/"))
    assert 'name="option-0-key" value="high"' in shown
    kept = sent | {"version": "1", "option-0-key": "high", "option-0-name_vi": ""}
    kept |= {"option-0-name_en": "", "option-1-key": "thap"}
    assert admin.post(f"{FIELDS}{field.key}/edit/", kept).status_code == 302
    field.refresh_from_db()
    assert [one["key"] for one in field.options] == ["thap"]


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"name_vi": ""}, "name_vi"),
        ({"kinds": []}, "kinds"),
        ({"decimals": "x"}, "decimals"),
        ({"decimals": "11"}, "decimals"),
        ({"place": "0"}, "place"),
        ({"type": "choice"}, "options"),
    ],
)
def test_definitions_that_do_not_fit(admin: Client, wrong: dict[str, Any], at: str) -> None:
    answer = admin.post(FIELDS + "new/", SENT | wrong)
    assert answer.status_code == 422
    assert f'id="id_{at}_error"' in body_of(answer)
    assert 'value="Cả năm"' in body_of(answer)  # what was typed is kept


def test_no_such_type(admin: Client) -> None:
    assert admin.post(FIELDS + "new/", SENT | {"type": "x"}).status_code == 422
    assert admin.get(FIELDS + "new/?type=x").status_code == 200
    assert admin.get(FIELDS + "x/edit/").status_code == 404


def test_somebody_was_faster(admin: Client, administrator: Person) -> None:
    field = made(administrator, "number", "Ngân sách")
    actions.edit_field(administrator, field, None, {"name_vi": "Chi phí"})
    late = admin.post(f"{FIELDS}{field.key}/edit/", SENT | {"version": "1"})
    assert late.status_code == 409
    assert 'value="Ngân sách"' in body_of(late)
    assert 'name="version" value="2"' in body_of(late)


def test_retired_restored_deleted(admin: Client, administrator: Person, objective: Goal) -> None:
    field = made(administrator, "text", "Mã dự án")
    actions.edit_goal(administrator, objective, None, {"fields": {"ma_du_an": "A-1"}})
    way = f"{FIELDS}{field.key}/"
    assert admin.post(way + "deletion/", {"version": "1"}).status_code == 302
    assert CustomField.objects.exists()  # goals have answers
    admin.post(way + "retirement/", {"version": "1"})
    assert 'name="fields.ma_du_an"' not in body_of(admin.get(f"/goals/{objective.public_id}/edit/"))
    assert "A-1" in body_of(admin.get(f"/goals/{objective.public_id}/"))
    admin.post(way + "restoration/", {"version": "2"})
    assert 'name="fields.ma_du_an"' in body_of(admin.get(f"/goals/{objective.public_id}/edit/"))
    actions.edit_goal(administrator, objective, None, {"fields": {"ma_du_an": ""}})
    admin.post(way + "deletion/", {"version": "3"})
    assert not CustomField.objects.exists()


def test_who_may(administrator: Person, an: Person, dung: Person, enter: Enter) -> None:
    field = made(administrator, "text", "Mã")
    people.set_roles(administrator, dung, ["strategist"])
    assert enter(dung).get(FIELDS).status_code == 200
    member = enter(an)
    for way in ("", "new/", f"{field.key}/edit/"):
        assert member.get(FIELDS + way).status_code == 403
    for way in ("new/", f"{field.key}/edit/", f"{field.key}/retirement/", f"{field.key}/deletion/"):
        assert member.post(FIELDS + way, SENT).status_code == 403


# -- goals are asked --------------------------------------------------------------------------


def test_filled_in_and_read(
    administrator: Person, an: Person, enter: Enter, objective: Goal
) -> None:
    made(administrator, "number", "Ngân sách", unit="triệu ₫", decimals=1)
    made(administrator, "choices", "Thị trường", options=[{"name_vi": "Bắc"}, {"name_vi": "Nam"}])
    made(administrator, "day", "Ngày rà soát")
    made(administrator, "link", "Tài liệu")
    made(administrator, "person", "Người bảo trợ")
    client = enter(an)
    sent = edit_form(client, objective) | {
        "fields.ngan_sach": "1.500,25", "fields.thi_truong": ["nam", "bac"],
        "fields.ngay_ra_soat": "31/12/2026", "fields.tai_lieu": "https://a.example.vn/x",
        "fields.nguoi_bao_tro": an.public_id,
    }  # fmt: skip
    way = f"/goals/{objective.public_id}/"
    answer = client.post(way + "edit/", sent)
    assert answer.status_code == 302, body_of(answer)
    objective.refresh_from_db()
    assert objective.fields == {
        "ngan_sach": "1500.25", "thi_truong": ["bac", "nam"], "ngay_ra_soat": "2026-12-31",
        "tai_lieu": "https://a.example.vn/x", "nguoi_bao_tro": an.public_id,
    }  # fmt: skip
    shown = body_of(client.get(way))
    for words in ("1.500,25\u00a0triệu ₫", "31/12/2026", 'href="https://a.example.vn/x"', "Bắc"):
        assert words in shown
    assert "Ngân sách" in shown.split("activity")[-1]  # in what happened, too
    again = body_of(client.get(way + "edit/"))
    assert 'value="1500,25"' in again
    assert 'value="31/12/2026"' in again


@pytest.mark.parametrize(
    ("name", "typed"),
    [("ngan_sach", "nhiều"), ("ngay", "31/02/2026"), ("tai_lieu", "http://a.vn"), ("muc", "x")],
)
def test_wrong_answers_stand_at_their_field(
    administrator: Person, an: Person, enter: Enter, objective: Goal, name: str, typed: str
) -> None:
    made(administrator, "number", "Ngân sách")
    made(administrator, "day", "Ngày")
    made(administrator, "link", "Tài liệu")
    made(administrator, "choice", "Mức", options=[{"name_vi": "Cao"}])
    client = enter(an)
    sent = edit_form(client, objective) | {f"fields.{name}": typed}
    answer = client.post(f"/goals/{objective.public_id}/edit/", sent)
    assert answer.status_code == 422
    assert f'id="objective-fields.{name}_error"' in body_of(answer)
    objective.refresh_from_db()
    assert objective.fields == {}


def test_required_before_it_is_saved(
    administrator: Person, an: Person, enter: Enter, objective: Goal, key_result: Goal
) -> None:
    made(administrator, "text", "Mã", required=True)
    client = enter(an)
    answer = client.post(f"/goals/{objective.public_id}/edit/", edit_form(client, objective))
    assert answer.status_code == 422
    quick = client.get(
        f"/goals/new/key_result/?objective={objective.public_id}", headers={"HX-Request": "true"}
    )
    assert 'name="fields.ma"' in body_of(quick)
    check = client.post(f"/goals/{key_result.public_id}/check-ins/", {"value": "5"})
    assert check.status_code != 422 or "fields." not in body_of(check)


def test_somebody_answered_in_the_meantime(
    administrator: Person, an: Person, enter: Enter, objective: Goal
) -> None:
    made(administrator, "text", "Mã dự án")
    client = enter(an)
    sent = edit_form(client, objective) | {"fields.ma_du_an": "A-1"}
    actions.edit_goal(administrator, objective, None, {"fields": {"ma_du_an": "B-2"}})
    late = client.post(f"/goals/{objective.public_id}/edit/", sent)
    assert late.status_code == 409
    assert 'value="A-1"' in body_of(late)
    assert "<li>Mã dự án</li>" in body_of(late)


def test_pages_cost_the_same(
    administrator: Person, an: Person, enter: Enter, objective: Goal
) -> None:
    client, admin = enter(an), enter(administrator)

    def costs() -> list[int]:
        found = []
        for who, way in ((client, f"/goals/{objective.public_id}/"), (admin, FIELDS)):
            who.get(way)
            with CaptureQueriesContext(connection) as queries:
                who.get(way)
            found.append(len(queries))
        return found

    def answered(first: int, last: int) -> None:
        for n in range(first, last):
            made(administrator, "text", f"F {n}")
            actions.edit_goal(administrator, objective, None, {"fields": {f"f_{n}": "x"}})

    answered(0, 9)  # more than the page tells of what happened
    few = costs()
    answered(9, 20)
    assert costs() == few
