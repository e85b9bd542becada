"""A KPI calculated by a formula: its form, its card, and the explanation of its number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from haidang.checkins.actions import record
from haidang.goals.actions import create_goal
from haidang.goals.models import Goal
from haidang.people.models import Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def strategist(enter: Enter, administrator: Person) -> Client:
    return enter(administrator)


def made(administrator: Person, title: str, **more: Any) -> Goal:
    facts = {
        "title": title, "level": "company", "metric_kind": "currency", "metric_unit": "tỷ ₫",
        "direction": "higher", "frequency": "month", "aggregation": "sum", "decimals": 1, **more,
    }  # fmt: skip
    return create_goal(administrator, "kpi", facts)


@pytest.fixture
def books(administrator: Person) -> tuple[Goal, Goal]:
    return made(administrator, "Doanh thu"), made(administrator, "Giá vốn")


def typed(expression: str, **more: Any) -> dict[str, Any]:
    return {
        "title": "Biên lãi gộp", "level": "company", "visibility": "organisation",
        "metric_kind": "percent", "metric_unit": "%", "direction": "higher", "target": "28",
        "frequency": "month", "aggregation": "last", "calculation": "expression",
        "expression": expression, "plan_curve": "working_days", **more,
    }  # fmt: skip


def test_the_form_asks_for_the_formula_once_it_is_chosen(strategist: Client) -> None:
    address = "/goals/new/kpi/?refresh=measure"
    assert 'name="expression" value=""' not in body_of(strategist.get(address))
    body = body_of(strategist.post(address, typed("doanh_thu"), headers={"HX-Request": "true"}))
    assert '<label class="label" for="kpi-expression">Công thức</label>' in body
    assert 'value="doanh_thu"' in body


def test_a_kpi_by_a_formula_is_made_seen_and_explained(
    strategist: Client, administrator: Person, books: tuple[Goal, Goal]
) -> None:
    sent = strategist.post("/goals/new/kpi/", typed("(doanh_thu - gia_von) / doanh_thu"))
    assert sent.status_code == 302
    margin = Goal.objects.get(title="Biên lãi gộp")
    day = timezone.localdate()
    for one, value in zip(books, ("3", "2.1"), strict=True):
        record(administrator, one, value=Decimal(value), for_day=day)
    page = body_of(strategist.get(f"/goals/{margin.public_id}/"))
    assert margin.expression in page
    told = body_of(strategist.get(f"/goals/{margin.public_id}/number/"))
    assert "Tính từ các KPI khác" in told
    assert "Doanh thu</a> − <a" in told.replace("(<a", "<a")
    assert "2,1 tỷ" in told.replace("\u00a0", " ")
    assert "30%" in told


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("", "Cần điền mục này."),
        ("doanh_thu +", "Đây không phải công thức"),
        ("loi_nhuan / doanh_thu", "Không có KPI nào tên “loi_nhuan”"),
        ("doanh_thu", "Kết quả của công thức không theo đơn vị %."),
        ("KPI-1 + <script>", "Đây không phải công thức"),
        ("x" * 501, "500"),
    ],
)
def test_what_is_wrong_with_a_formula_is_said_beside_it(
    strategist: Client, books: tuple[Goal, Goal], expression: str, said: str
) -> None:
    sent = strategist.post("/goals/new/kpi/", typed(expression))
    assert sent.status_code == 422
    body = body_of(sent)
    assert said in body.partition('id="kpi-expression_error"')[2][:600]
    assert "Biên lãi gộp" in body
