"""Correcting and voiding records through pages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from haidang.checkins import actions as checkins
from haidang.checkins.models import CheckIn
from haidang.goals.models import Goal, Standing
from haidang.people.models import Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(an: Person, key_result: Goal) -> CheckIn:
    return checkins.record(
        an, key_result, value=Decimal(30), confidence=5, note="Tạm tính", words={"cause": "Mưa"}
    )


@pytest.fixture
def client(enter: Enter, an: Person) -> Client:
    return enter(an)


def address(record: CheckIn, what: str) -> str:
    return f"/goals/{record.goal.public_id}/check-ins/{record.pk}/{what}/"


def test_a_correction_begins_with_what_the_record_says(client: Client, record: CheckIn) -> None:
    page = body_of(client.get(address(record, "correction")))
    assert 'value="30"' in page
    assert "Tạm tính" in page
    assert "Mưa" in page


def test_a_correction_supersedes(client: Client, record: CheckIn, key_result: Goal) -> None:
    answer = client.post(address(record, "correction"), {"value": "35,5", "note": "Đúng"})
    assert answer.status_code == 302
    assert answer["Location"] == f"/goals/{key_result.public_id}/"
    successor = CheckIn.objects.get(supersedes=record)
    assert (successor.value, successor.for_day) == (Decimal("35.5"), record.for_day)
    assert Standing.objects.get(pk=key_result.pk).own_value == Decimal("35.5")
    page = body_of(client.get(f"/goals/{key_result.public_id}/"))
    assert "35,5\u00a0NPP" in page
    assert "đã sửa" in page


def test_two_corrections_of_one_record(client: Client, record: CheckIn) -> None:
    client.post(address(record, "correction"), {"value": "31"})
    answer = client.post(address(record, "correction"), {"value": "32", "note": "giữ"})
    page = body_of(answer)
    assert answer.status_code == 409
    assert 'value="32"' in page
    assert "giữ" in page
    assert CheckIn.objects.count() == 2


def test_a_wrong_correction_keeps_what_was_typed(client: Client, record: CheckIn) -> None:
    answer = client.post(address(record, "correction"), {"value": "ba mươi"})
    assert answer.status_code == 422
    assert 'value="ba mươi"' in body_of(answer)
    assert CheckIn.objects.count() == 1


def test_voiding_asks_for_a_reason(client: Client, record: CheckIn, key_result: Goal) -> None:
    page = address(record, "voiding")
    assert client.get(page).status_code == 200
    answer = client.post(page, {"reason": "  "})
    assert answer.status_code == 422
    assert "Xin cho biết lý do." in body_of(answer)
    assert client.post(page, {"reason": "Nhập nhầm mục tiêu"}).status_code == 302
    record.refresh_from_db()
    assert record.voiding.reason == "Nhập nhầm mục tiêu"
    assert Standing.objects.get(pk=key_result.pk).progress is None
    assert "Nhập nhầm mục tiêu" in body_of(client.get(f"/goals/{key_result.public_id}/"))
    assert client.post(page, {"reason": "lần nữa"}).status_code == 409


def test_records_are_reached_through_their_goal(
    enter: Enter, client: Client, record: CheckIn, kpi: Goal, dung: Person, emma: Person
) -> None:
    assert client.get(f"/goals/{kpi.public_id}/check-ins/{record.pk}/voiding/").status_code == 404
    huge = f"/goals/{record.goal.public_id}/check-ins/{10**30}/voiding/"
    assert client.get(huge).status_code == 404
    assert enter(emma).get(address(record, "correction")).status_code == 404
    assert enter(dung).post(address(record, "voiding"), {"reason": "x"}).status_code == 403


def test_the_way_back_is_not_called_as_the_voiding_is(client: Client, record: CheckIn) -> None:
    foot = body_of(client.get(address(record, "voiding"))).split('class="form-foot"')[1]
    words = foot.split("</form>")[0]
    assert "Quay lại" in words
    assert "<span>Huỷ</span>" not in words
