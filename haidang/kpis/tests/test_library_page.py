"""The page of the library, and taking a KPI over."""

from __future__ import annotations

import re

import pytest

from haidang.goals import actions
from haidang.goals.models import CustomField, Goal
from haidang.goals.models.kinds import Kind, Level, State
from haidang.kpis.rules.library import library
from haidang.people import actions as people
from haidang.people.models import Person, Unit
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
TAKE = "/kpis/library/net_revenue/draft/"


def keys_of(page: str) -> set[str]:
    return set(re.findall(r'id="kpi-(\w+)"', page))


def test_all_of_it_by_department(enter: Enter, an: Person) -> None:
    page = body_of(enter(an).get("/kpis/library/"))
    assert keys_of(page) == set(library())
    for text in ("Doanh thu thuần", "tài khoản 511", "chưa gồm VAT", "Kinh doanh", "Tài chính"):
        assert text in page
    assert page.count("Lấy về dùng</span>") == len(library())


def test_filters_stand_in_the_address(enter: Enter, an: Person) -> None:
    client = enter(an)
    page = body_of(client.get("/kpis/library/?department=hr&perspective=financial"))
    assert keys_of(page) == {"personnel_cost_ratio", "revenue_per_employee"}
    assert '<option value="hr" selected>' in page
    assert '<option value="financial" selected>' in page
    page = body_of(client.get("/kpis/library/?q=nghi+viec"))
    assert "employee_turnover" in keys_of(page)
    assert 'value="nghi viec"' in page
    assert keys_of(body_of(client.get("/kpis/library/?department=x&q=%00"))) == set(library())
    page = body_of(client.get("/kpis/library/?q=zzzz"))
    assert not keys_of(page)
    assert "Không có KPI nào" in page


def test_by_script_the_list_alone(enter: Enter, an: Person) -> None:
    answer = enter(an).get("/kpis/library/?department=it", headers={"HX-Request": "true"})
    assert body_of(answer).lstrip().startswith('<div id="found"')


def test_it_speaks_english(enter: Enter, an: Person) -> None:
    client = enter(an)
    client.post("/preferences/", {"language": "en"})
    assert "Net revenue" in body_of(client.get("/kpis/library/"))


def test_it_costs_the_same_whatever_is_shown(enter: Enter, an: Person) -> None:
    client = enter(an)
    few = queries_of(client, "/kpis/library/?department=it&q=zzzz")
    assert queries_of(client, "/kpis/library/") == few


def test_one_press_makes_a_draft(enter: Enter, an: Person) -> None:
    client = enter(an)
    answer = client.post(TAKE, follow=True)
    goal = Goal.objects.get()
    assert answer.redirect_chain[-1][0] == f"/goals/{goal.public_id}/"
    page = body_of(answer)
    assert f"Đã tạo bản nháp {goal.public_id}" in page
    assert "chỉ tiêu" in page
    entry = library()["net_revenue"]
    for name, value in entry.facts("vi").items():
        assert getattr(goal, name) == value, name
    assert (goal.kind, goal.state, goal.level) == (Kind.KPI, State.DRAFT, Level.INDIVIDUAL)
    assert (goal.owner, goal.unit, goal.target) == (an, an.unit, None)
    assert goal.metric_scale == 10**9


def test_at_the_level_of_who_takes_it(
    enter: Enter, administrator: Person, chi: Person, sales_unit: Unit
) -> None:
    for person, level, unit in (
        (administrator, Level.COMPANY, administrator.unit),
        (chi, Level.UNIT, sales_unit),
    ):
        enter(person).post(TAKE)
        goal = Goal.objects.get(owner=person)
        assert (goal.state, goal.level, goal.unit) == (State.DRAFT, level, unit)


def test_who_leads_a_unit_they_are_not_in(
    enter: Enter, administrator: Person, dung: Person, sales_unit: Unit
) -> None:
    people.set_leader(administrator, sales_unit, dung)
    enter(dung).post(TAKE)
    assert Goal.objects.get().unit == sales_unit


def test_a_form_sent_twice_makes_one(enter: Enter, an: Person) -> None:
    client = enter(an)
    sent = {"form_key": "a" * 22}
    assert (
        client.post(TAKE, sent).headers["Location"] == client.post(TAKE, sent).headers["Location"]
    )
    assert Goal.objects.count() == 1


def test_fields_of_ones_own_are_asked_when_it_is_filled_in(
    enter: Enter, administrator: Person, an: Person
) -> None:
    actions.create_field(
        administrator,
        {"type": "text", "name_vi": "Mã dự án", "kinds": ["kpi"], "required": True},
    )
    assert CustomField.objects.get().required
    assert enter(an).post(TAKE).status_code == 302
    goal = Goal.objects.get()
    assert goal.fields == {}
    assert "Mã dự án" in body_of(enter(an).get(f"/goals/{goal.public_id}/edit/"))


def test_viewers_have_no_button(enter: Enter, administrator: Person, an: Person) -> None:
    people.set_roles(administrator, an, {"viewer"})
    client = enter(an)
    page = body_of(client.get("/kpis/library/"))
    assert keys_of(page) == set(library())
    assert "Lấy về dùng" not in page
    assert client.post(TAKE).status_code == 403
    assert not Goal.objects.exists()


def test_what_is_not_in_it_is_missing(enter: Enter, an: Person) -> None:
    assert enter(an).post("/kpis/library/nothing/draft/").status_code == 404


@pytest.mark.parametrize("key", sorted(library()))
def test_every_entry_becomes_a_draft(an: Person, key: str) -> None:
    from haidang.kpis.actions.library import take_over

    for language in ("vi", "en"):
        goal = take_over(an, library()[key], language)
        assert goal.state == State.DRAFT
        assert goal.title == library()[key].said(language).title


def test_ways_to_it(enter: Enter, an: Person) -> None:
    client = enter(an)
    for address in ("/kpis/", "/goals/new/kpi/"):
        assert 'href="/kpis/library/"' in body_of(client.get(address)), address
    assert 'href="/kpis/library/"' not in body_of(client.get("/goals/new/objective/"))
