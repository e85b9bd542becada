"""Home: what one owes, what waits, what moved, and the first steps of a new organisation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal, HistoryPoint
from haidang.people.models import Person, Unit
from haidang.strategy.queries.home import home
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def test_a_new_organisation_is_led_step_by_step(
    enter: Enter, administrator: Person, today: date
) -> None:
    client = enter(administrator)

    def steps() -> str:
        page = body_of(client.get("/"))
        return page.split("first-steps")[1].split("</ol>")[0] if "first-steps" in page else ""

    assert steps().index("/cycles/new/") < steps().index("/goals/new/ultimate/")
    assert steps().count('class="next"') == 1
    year = actions.create_cycle(
        administrator,
        {"name": "Năm", "kind": "year", "starts": date(today.year, 1, 1),
         "ends": date(today.year, 12, 31)},
    )  # fmt: skip
    ultimate = actions.create_goal(administrator, "ultimate", {"title": "Đích"})
    assert "/cycles/new/" not in steps()
    assert f"/goals/new/pillar/?parent={ultimate.public_id}" in steps()
    actions.create_goal(administrator, "pillar", {"title": "Trụ"}, parents=[LinkRequest(ultimate)])
    facts = {"title": "Mục tiêu", "level": "company", "cycle": year}
    actions.create_goal(administrator, "objective", facts)
    assert steps() == ""


def test_members_see_no_first_steps(enter: Enter, an: Person) -> None:
    page = body_of(enter(an).get("/"))
    assert "first-steps" not in page
    assert "/goals/new/objective/" in page


def test_what_one_owes_stands_there_with_its_form(
    enter: Enter, an: Person, key_result: Goal
) -> None:
    client = enter(an)
    page = body_of(client.get("/"))
    assert f'action="/goals/{key_result.public_id}/check-ins/"' in page
    assert 'name="back" value="home"' in page
    client.post(f"/goals/{key_result.public_id}/check-ins/", {"value": "5", "back": "home"})
    page = body_of(client.get("/"))
    assert f'action="/goals/{key_result.public_id}/check-ins/"' not in page
    assert "Đã check-in hết." in page


def test_what_moved_since_last_week(
    enter: Enter, an: Person, binh: Person, objective: Goal, key_result: Goal, today: date
) -> None:
    HistoryPoint.objects.create(
        goal=objective, day=today - timedelta(days=8), progress=100_000_000,
        terms_measured=1, terms_total=1,
    )  # fmt: skip
    checkins.record(an, key_result, value=Decimal(40), note="Tuần tốt")
    found = home(an)
    cards = {card.goal.pk: card for card in found.mine}
    assert cards[objective.pk].moved == 300_000_000
    assert cards[key_result.pk].moved is None
    assert found.lines[0].verb == "check_in.recorded"
    page = body_of(enter(an).get("/"))
    assert "30%" in page
    assert "Tuần tốt" in page
    assert "Tuần tốt" not in body_of(enter(binh).get("/"))


def test_approvals_are_for_the_approver(
    enter: Enter, an: Person, chi: Person, binh: Person, year: Cycle, sales_unit: Unit
) -> None:
    facts = {
        "title": "Xin duyệt", "level": "unit", "unit": sales_unit, "owner": an, "cycle": year,
    }  # fmt: skip
    actions.create_goal(an, "objective", facts, submit=True)
    assert "Xin duyệt" in body_of(enter(chi).get("/"))
    assert "Đang chờ anh/chị" not in body_of(enter(binh).get("/"))
    assert "Đang chờ anh/chị" not in body_of(enter(an).get("/"))


def test_a_proposal_waits_for_whom_it_is_for(
    enter: Enter, an: Person, chi: Person, binh: Person, year: Cycle
) -> None:
    facts = {"title": "Giao cho An", "level": "individual", "owner": an, "cycle": year}
    goal = actions.create_goal(chi, "objective", facts)
    path = f"/goals/{goal.public_id}"
    client, manager = enter(an), enter(chi)
    for page in (body_of(client.get("/")), body_of(client.get(f"{path}/"))):
        assert f'action="{path}/acceptance/"' in page
        assert f'href="{path}/declining/"' in page
        assert f'action="{path}/submission/"' not in page
    assert "Đang chờ anh/chị" not in body_of(manager.get("/"))
    assert f"{path}/acceptance/" not in body_of(manager.get(f"{path}/"))
    assert client.get(f"{path}/declining/").status_code == 200
    version = {"version": str(goal.version)}
    assert client.post(f"{path}/declining/", version).status_code == 422
    assert client.post(f"{path}/declining/", version | {"reason": "Quá sức"}).status_code == 302
    assert "Quá sức" in body_of(manager.get("/"))  # who proposed it sees why
    assert "Đang chờ anh/chị" not in body_of(client.get("/"))
    goal.refresh_from_db()
    assert f'action="{path}/submission/"' in body_of(manager.get(f"{path}/"))
    manager.post(f"{path}/submission/", {"version": str(goal.version)})
    goal.refresh_from_db()
    assert goal.state == "draft"
    client.post(f"{path}/acceptance/", {"version": str(goal.version)})
    goal.refresh_from_db()
    assert goal.state == "active"


def test_the_strategy_stands_beside(
    enter: Enter, an: Person, administrator: Person, kpi: Goal
) -> None:
    ultimate = actions.create_goal(administrator, "ultimate", {"title": "Đích đến"})
    actions.create_goal(
        administrator, "pillar", {"title": "Trụ một"}, parents=[LinkRequest(ultimate)]
    )
    page = body_of(enter(an).get("/"))
    assert page.index("Đích đến") < page.index("Trụ một")


def test_the_parts_that_repaint_ask_for_themselves(
    enter: Enter, an: Person, key_result: Goal
) -> None:
    page = body_of(enter(an).get("/", headers=HX))
    assert 'id="home-mine"' in page
    assert 'id="home-side"' in page
    assert "<html" not in page


def test_thirty_goals_cost_what_three_cost(
    enter: Enter, an: Person, objective: Goal, make_key_result: Callable[..., Goal], kpi: Goal
) -> None:
    client = enter(an)
    for at in range(3):
        checkins.record(an, make_key_result(objective, f"Một {at}"), value=Decimal(1))
    few = queries_of(client, "/")
    for at in range(27):
        checkins.record(an, make_key_result(objective, f"Hai {at}"), value=Decimal(1))
    assert queries_of(client, "/") <= few
    assert few <= 45


def test_strangers_are_asked_to_sign_in(client: object) -> None:
    from django.test import Client

    assert Client().get("/").status_code == 302
