"""A KPI's period on a page of its own, and what people say about it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from haidang.activity.models import Event
from haidang.checkins import actions as checkins
from haidang.goals.models import Goal, KpiPeriod
from haidang.kpis import actions
from haidang.kpis.models import PeriodComment
from haidang.lib.errors import Forbidden, Invalid, NotFound
from haidang.people.actions import set_roles
from haidang.people.models import Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


def address(kpi: Goal, day: str = "2026-02-14") -> str:
    return f"/kpis/periods/{kpi.public_id}/{day}/"


@pytest.fixture
def as_an(enter: Enter, an: Person) -> Client:
    return enter(an)


def test_the_period_of_any_day_with_its_reports(as_an: Client, an: Person, kpi: Goal) -> None:
    for value in ("2.5", "3.1"):
        checkins.record(an, kpi, value=Decimal(value), for_day=date(2026, 2, 5), note=f"số {value}")
    body = body_of(as_an.get(address(kpi))).replace("\u00a0", " ")
    for words in ("02/2026", "3,1 tỷ ₫", "103,3%", "số 2.5", "số 3.1", "2026-01-31", "2026-03-01"):
        assert words in body, words
    empty = body_of(as_an.get(address(kpi, "2031-07-09")))
    assert "07/2031" in empty
    assert "Chưa có dữ liệu" in empty


def test_what_is_said_stays_until_it_is_taken_back(
    as_an: Client, enter: Enter, an: Person, binh: Person, kpi: Goal
) -> None:
    words = {"text": " Tết: <b>nghỉ</b> chín ngày\r\n\r\nnên thấp "}
    sent = as_an.post(address(kpi), words)
    assert sent.status_code == 302
    assert sent["Location"] == address(kpi) + "#comments"
    comment = PeriodComment.objects.get()
    assert (comment.starts, comment.author) == (date(2026, 2, 1), an)
    body = body_of(enter(binh).get(address(kpi)))
    assert "&lt;b&gt;nghỉ&lt;/b&gt; chín ngày" in body
    assert "taking-back" not in body
    page = body_of(enter(binh).get(f"/goals/{kpi.public_id}/?year=2026"))
    assert "1 bình luận" in page
    gone = f"/kpis/comments/{comment.pk}/taking-back/"
    assert enter(binh).post(gone).status_code == 404
    assert as_an.post(gone).status_code == 302
    assert as_an.post(gone).status_code == 302
    comment.refresh_from_db()
    assert comment.text == ""
    assert "đã rút lại" in body_of(as_an.get(address(kpi)))
    told = Event.objects.filter(subject_id=kpi.pk, verb__startswith="period.").order_by("id")
    assert list(told.values_list("verb", flat=True)) == [
        "period.commented", "period.comment_taken_back",
    ]  # fmt: skip


def test_the_period_is_that_of_the_kpi_as_it_stands(an: Person, kpi: Goal) -> None:
    Goal.objects.filter(pk=kpi.pk).update(frequency="quarter")  # somebody was faster
    assert kpi.frequency == "month"
    made = actions.comment_period(an, kpi, date(2026, 2, 14), "Tết")
    assert made.starts == date(2026, 1, 1)


@pytest.mark.parametrize("text", ["", " \r\n ", "x" * 5_001])
def test_no_words_and_too_many(as_an: Client, kpi: Goal, text: str) -> None:
    sent = as_an.post(address(kpi), {"text": text})
    assert sent.status_code == 422
    assert text.strip() in body_of(sent)


@pytest.mark.parametrize("day", ["2026-02-30", "0001-01-01", "9999-12-31", "x", "2026-2-1"])
def test_days_that_are_none(as_an: Client, kpi: Goal, day: str) -> None:
    assert as_an.get(address(kpi, day)).status_code == 404


def test_only_kpis_have_periods(as_an: Client, an: Person, objective: Goal) -> None:
    assert as_an.get(address(objective)).status_code == 404
    with pytest.raises(Invalid):
        actions.comment_period(an, objective, date(2026, 2, 1), "x")


def test_who_does_not_see_the_kpi_or_only_looks_on(
    administrator: Person, binh: Person, emma: Person, kpi: Goal
) -> None:
    with pytest.raises(NotFound):
        actions.comment_period(emma, kpi, date(2026, 2, 1), "x")
    set_roles(administrator, binh, ["viewer"])
    with pytest.raises(Forbidden):
        actions.comment_period(binh, kpi, date(2026, 2, 1), "x")


def test_a_closed_period_whose_number_goes_on_says_so(
    as_an: Client, an: Person, administrator: Person, kpi: Goal
) -> None:
    checkins.record(an, kpi, value=Decimal("2.5"), for_day=date(2026, 2, 5))
    actions.close_period(administrator, "month", date(2026, 2, 5))
    words = "vẫn thay đổi theo các KPI cấp dưới còn mở"
    assert words not in body_of(as_an.get(address(kpi)))
    KpiPeriod.objects.filter(goal=kpi).update(own_value=Decimal("2.7"))  # as from below
    assert words in body_of(as_an.get(address(kpi)))
