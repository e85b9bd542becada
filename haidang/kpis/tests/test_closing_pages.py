"""The page of closing: what it shows, closing with a look at what is missing, asking, deciding."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from haidang.checkins.actions import record
from haidang.goals import actions as goals
from haidang.goals.models import Goal, KpiPeriod
from haidang.goals.rules.periods import add_months, period_of
from haidang.kpis.actions import ask_reopening, close_period
from haidang.kpis.models import ClosedFigure, ReopeningRequest
from haidang.kpis.rules.closing import ended_before
from haidang.kpis.tasks import carry_out_closing
from haidang.people.models import Person, Role, RoleGrant, UnitLeader
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
PAGE = "/kpis/closing/"


@pytest.fixture
def month(today: date) -> date:
    return ended_before(today, "month", 1)[0]


@pytest.fixture
def closed(administrator: Person, an: Person, kpi: Goal, month: date) -> None:
    record(an, kpi, for_day=month, value=Decimal("2.5"))
    close_period(administrator, "month", month)


def locked(kpi: Goal) -> bool:
    return KpiPeriod.objects.filter(goal=kpi, locked_at__isnull=False).exists()


def test_it_opens_with_the_month_that_ended(
    enter: Enter, an: Person, kpi: Goal, month: date
) -> None:
    page = body_of(enter(an).get(PAGE))
    assert f'value="{month}" selected' in page
    assert kpi.title in page
    assert "Chưa nộp số" in page
    assert an.name in page  # named among those who have not delivered
    assert "/kpis/closing/close/" not in page


def test_the_address_keeps_what_is_chosen(
    enter: Enter, chi: Person, kpi: Goal, month: date
) -> None:
    before = add_months(month, -2)
    unit = kpi.unit
    assert unit is not None
    page = body_of(enter(chi).get(f"{PAGE}?period={before}&unit={unit.public_id}"))
    assert f'value="{before}" selected' in page
    assert f"period={before - timedelta(days=1)}&amp;unit={unit.public_id}" in page
    assert f"period={add_months(before, 1)}&amp;unit={unit.public_id}" in page
    assert f"period={before}&amp;unit=" in page
    quarter = period_of(month, "quarter")[0]
    page = body_of(enter(chi).get(f"{PAGE}?frequency=quarter&period={month}"))
    assert f'value="{quarter}" selected' in page


@pytest.mark.parametrize(
    "query",
    ["period=x", "period=0001-01-01", "period=9999-12-31", "frequency=moon", "page=99999", "page=x",
     "unit=U-9999", "state=x", "period=2026-02-30"],
)  # fmt: skip
def test_a_broken_address_shows_the_usual(enter: Enter, an: Person, kpi: Goal, query: str) -> None:
    assert enter(an).get(f"{PAGE}?{query}").status_code == 200


def test_closing_says_what_is_missing_first(
    enter: Enter, chi: Person, kpi: Goal, month: date
) -> None:
    client = enter(chi)
    assert "/kpis/closing/close/?" in body_of(client.get(PAGE))
    asked = body_of(client.get(f"/kpis/closing/close/?frequency=month&period={month}"))
    assert kpi.title in asked
    assert "chốt là thiếu số" in asked
    assert not locked(kpi)
    sent = {"frequency": "month", "period": month.isoformat()}
    answer = client.post("/kpis/closing/close/", sent)
    assert answer.status_code == 302
    assert locked(kpi)
    assert "Chốt thiếu số" in body_of(client.get(answer["Location"]))
    again = client.post("/kpis/closing/close/", sent)
    assert again.status_code == 409
    assert "Kỳ này đã chốt số." in body_of(again)


def test_who_may_not_close_is_refused(enter: Enter, an: Person, kpi: Goal, month: date) -> None:
    sent = {"frequency": "month", "period": month.isoformat()}
    assert enter(an).post("/kpis/closing/close/", sent).status_code == 403
    assert not locked(kpi)


def test_very_many_are_closed_in_the_background(
    enter: Enter, chi: Person, kpi: Goal, month: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_off: list[int] = []
    monkeypatch.setattr("haidang.kpis.tasks.AT_ONCE", 0)
    monkeypatch.setattr(type(carry_out_closing), "enqueue", lambda task, pk: put_off.append(pk))
    client = enter(chi)
    sent = {"frequency": "month", "period": month.isoformat()}
    assert client.post("/kpis/closing/close/", sent).status_code == 302
    page = body_of(client.get(PAGE))
    assert "Đang chốt số kỳ này: 0 trên 1" in page
    assert 'hx-trigger="every 2s"' in page
    carry_out_closing.call(put_off[0])
    assert locked(kpi)
    assert 'hx-trigger="every 2s"' not in body_of(client.get(PAGE))


@pytest.mark.usefixtures("closed")
def test_asking_and_granting(
    enter: Enter, administrator: Person, an: Person, chi: Person, kpi: Goal, month: date
) -> None:
    client = enter(an)
    way = f"/kpis/closing/{kpi.public_id}/{month}/reopening/"
    for address in (PAGE, f"/goals/{kpi.public_id}/", f"/goals/{kpi.public_id}/check-ins/"):
        assert way in body_of(client.get(address)), address
    assert client.post(way, {"reason": " "}).status_code == 422
    assert "2,5" in body_of(client.get(way))
    assert client.post(way, {"reason": "Hoá đơn về muộn"}).status_code == 302
    again = client.post(way, {"reason": "Hoá đơn về muộn"})
    assert again.status_code == 409
    assert "Hoá đơn về muộn" in body_of(again)  # what was typed is kept
    request = ReopeningRequest.objects.get()
    answer_at = f"/kpis/closing/requests/{request.pk}/"
    assert answer_at not in body_of(client.get("/"))
    assert client.post(answer_at, {"answer": "granted"}).status_code == 403
    leader = enter(chi)
    for address in (PAGE, "/"):
        assert answer_at in body_of(leader.get(address)), address
    assert "Hoá đơn về muộn" in body_of(leader.get(answer_at))
    assert leader.post(answer_at, {"answer": "perhaps"}).status_code == 422
    answered = leader.post(answer_at, {"answer": "granted", "back": "home"})
    assert (answered.status_code, answered["Location"]) == (302, "/")
    assert not locked(kpi)
    assert leader.post(answer_at, {"answer": "declined"}).status_code == 409
    assert "Đã mở lại" in body_of(client.get(PAGE))


@pytest.mark.usefixtures("closed")
def test_declining_with_words(
    enter: Enter, an: Person, chi: Person, kpi: Goal, month: date
) -> None:
    request = ask_reopening(an, kpi, month, "muộn")
    at = f"/kpis/closing/requests/{request.pk}/"
    enter(chi).post(at, {"answer": "declined", "reason": "Đã báo cáo"})
    request.refresh_from_db()
    assert (request.answer, request.answer_reason) == ("declined", "Đã báo cáo")
    assert locked(kpi)


@pytest.mark.usefixtures("closed")
def test_it_is_withdrawn_by_who_asked(
    enter: Enter, an: Person, chi: Person, dung: Person, kpi: Goal, month: date
) -> None:
    request = ask_reopening(an, kpi, month, "Hoá đơn về muộn")
    at = f"/kpis/closing/requests/{request.pk}/"
    mine, leader = enter(an), enter(chi)
    for address in (PAGE, at):
        assert f"{at}withdrawal/" in body_of(mine.get(address)), address
        assert f"{at}withdrawal/" not in body_of(leader.get(address)), address
    assert at in body_of(mine.get(f"/kpis/closing/{kpi.public_id}/{month}/reopening/"))
    reader = body_of(enter(dung).get(at))  # who sees the KPI reads it
    assert "Hoá đơn về muộn" in reader
    assert 'value="granted"' not in reader
    assert leader.post(f"{at}withdrawal/").status_code == 403
    assert mine.get(f"{at}withdrawal/").status_code == 405
    assert mine.post(f"{at}withdrawal/").status_code == 302
    assert "Hoá đơn về muộn" not in body_of(leader.get("/"))
    assert 'value="granted"' not in body_of(leader.get(at))
    request.refresh_from_db()
    assert request.answer == "withdrawn"
    assert leader.post(at, {"answer": "granted"}).status_code == 409
    assert mine.post(f"{at}withdrawal/", follow=True).status_code == 200  # says so
    assert locked(kpi)


@pytest.mark.parametrize("day", ["2026-13-01", "x", "1900-01-01"])
def test_a_day_that_is_none_is_missing(enter: Enter, an: Person, kpi: Goal, day: str) -> None:
    way = f"/kpis/closing/{kpi.public_id}/{day}/reopening/"
    assert enter(an).get(way).status_code == 404


@pytest.mark.usefixtures("closed")
def test_a_closed_row_tells_its_figure(enter: Enter, an: Person, kpi: Goal, month: date) -> None:
    KpiPeriod.objects.filter(goal=kpi).update(own_value=Decimal(99))
    page = body_of(enter(an).get(PAGE))
    assert "2,5" in page
    assert "99" not in page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert ClosedFigure.objects.get().actual == Decimal("2.5")


def test_many_kpis_cost_the_same_queries(
    enter: Enter, administrator: Person, chi: Person, kpi: Goal
) -> None:
    client: Client = enter(chi)
    facts: dict[str, Any] = {
        "title": "Khác", "level": "company", "metric_kind": "number", "direction": "higher",
        "target": Decimal(5), "frequency": "month", "aggregation": "sum",
    }  # fmt: skip
    goals.create_goal(administrator, "kpi", facts)
    queries_of(client, PAGE)
    few = queries_of(client, PAGE)
    for _ in range(8):
        goals.create_goal(administrator, "kpi", facts)
    assert queries_of(client, PAGE) <= few
    assert few <= 40


@pytest.mark.usefixtures("closed")
def test_where_nobody_could_decide_the_page_says_what_would_help(
    enter: Enter, an: Person, administrator: Person, kpi: Goal, month: date
) -> None:
    way = f"/kpis/closing/{kpi.public_id}/{month}/reopening/"
    request = ask_reopening(an, kpi, month, "Hoá đơn về muộn")
    UnitLeader.objects.update(until=timezone.now())
    RoleGrant.objects.filter(role=Role.STRATEGIST).update(until=timezone.now())
    at = f"/kpis/closing/requests/{request.pk}/"
    assert "Không còn ai quyết định được đề nghị này" in body_of(enter(an).get(at))
    assert at in body_of(enter(administrator).get("/attention/"))
    assert enter(an).post(f"{at}withdrawal/").status_code == 302
    refused = enter(an).post(way, {"reason": "Hoá đơn về muộn"})
    assert refused.status_code == 409
    page = body_of(refused)
    assert "cần thêm một người trong ban chiến lược" in page
    assert "Hoá đơn về muộn" in page, "what was typed is kept"
    assert not ReopeningRequest.objects.filter(answer="waiting").exists()
