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
from haidang.people import actions as people
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

    order = ["/units/new/", "/people/new/", "/cycles/new/", "/goals/new/ultimate/", "/check-ins/"]
    places = [steps().index(address) for address in order]
    assert places == sorted(places)
    assert steps().count('class="next"') == 1
    assert steps().count('class="done"') == 0
    assert "Có gì thay đổi" not in body_of(client.get("/"))
    unit = people.create_unit(administrator, "Kinh doanh")
    people.create_person(administrator, "Nguyễn Văn An", unit=unit)
    year = actions.create_cycle(
        administrator,
        {"name": "Năm", "kind": "year", "starts": date(today.year, 1, 1),
         "ends": date(today.year, 12, 31)},
    )  # fmt: skip
    ultimate = actions.create_goal(administrator, "ultimate", {"title": "Đích"})
    assert steps().count('class="done"') == 4
    for address in ("/units/new/", "/people/new/", "/cycles/new/"):
        assert address not in steps()
    assert f"/goals/new/pillar/?parent={ultimate.public_id}" in steps()
    actions.create_goal(administrator, "pillar", {"title": "Trụ"}, parents=[LinkRequest(ultimate)])
    facts = {"title": "Mục tiêu", "level": "company", "cycle": year}
    above = actions.create_goal(administrator, "objective", facts)
    measure = {
        "title": "Kết quả", "owner": administrator, "metric_kind": "number",
        "direction": "increase", "baseline": Decimal(0), "target": Decimal(10),
    }  # fmt: skip
    goal = actions.create_goal(
        administrator, "key_result", measure, parents=[LinkRequest(above, "composition")]
    )
    assert f"/goals/{goal.public_id}/check-ins/" in steps()
    checkins.record(administrator, goal, value=Decimal(1))
    assert steps() == ""


def test_who_keeps_the_strategy_alone_is_not_sent_to_add_people(
    enter: Enter, administrator: Person, an: Person
) -> None:
    people.set_roles(administrator, an, ["strategist"])
    page = body_of(enter(an).get("/")).split("first-steps")[1].split("</ol>")[0]
    assert "/cycles/new/" in page
    assert "/units/" not in page
    assert "/people/" not in page


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
    client.post(
        f"/goals/{key_result.public_id}/check-ins/",
        {"value": "5", "back": "home", "measure_version": 1},
    )
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
    assert "30\u00a0điểm %" in page
    assert "Tuần tốt" in page
    assert "Tuần tốt" not in body_of(enter(binh).get("/"))


def test_a_difference_is_that_of_the_shown_numbers(
    an: Person, objective: Goal, key_result: Goal, today: date
) -> None:
    HistoryPoint.objects.create(
        goal=objective, day=today - timedelta(days=8), progress=428_549_999,
        terms_measured=1, terms_total=1,
    )  # fmt: skip
    checkins.record(an, key_result, value=Decimal("57.14"))
    card = next(card for card in home(an).mine if card.goal == objective)
    assert card.moved == 142_000_000  # 42,9% > 57,1%


def test_a_number_that_moved_says_because_of_what(
    enter: Enter, administrator: Person, an: Person, dung: Person, objective: Goal,
    key_result: Goal, today: date,
) -> None:  # fmt: skip
    ultimate = actions.create_goal(administrator, "ultimate", {"title": "Đích đến"})
    actions.link(administrator, objective, LinkRequest(ultimate))
    HistoryPoint.objects.filter(goal=ultimate).delete()
    HistoryPoint.objects.create(
        goal=ultimate, day=today - timedelta(days=8), progress=100_000_000,
        terms_measured=1, terms_total=1,
    )  # fmt: skip
    checkins.record(an, key_result, value=Decimal(40))
    (move,) = [one for one in home(administrator).moves if one.goal == ultimate]
    assert (move.before, move.after) == (100_000_000, 400_000_000)
    assert key_result in move.causes
    side = body_of(enter(administrator).get("/")).split("Có gì thay đổi")[1]
    assert f"/goals/{key_result.public_id}/" in side
    assert "10%" in side
    # Whoever may not know of the cause reads that there is one.
    Goal.objects.filter(pk__in=[key_result.pk, objective.pk]).update(visibility="private")
    (hidden,) = [one for one in home(dung).moves if one.goal == ultimate]
    assert (hidden.causes, hidden.others > 0) == ([], True)
    side = body_of(enter(dung).get("/")).split("Có gì thay đổi")[1]
    assert key_result.title not in side
    assert "chưa mở cho anh/chị" in side


def test_what_went_the_same_way_comes_first(
    administrator: Person, an: Person, objective: Goal, make_key_result: Callable[..., Goal],
    today: date,
) -> None:  # fmt: skip
    """A number that fell did not fall because of what rose, however far that went."""
    rose, fell = make_key_result(objective), make_key_result(objective, "Giữ khách")
    for goal, values in ((rose, (30, 70)), (fell, (60, 30))):
        for ago, value in zip((1, 0), values, strict=True):
            now = Goal.objects.get(pk=goal.pk)
            checkins.record(an, now, value=Decimal(value), for_day=today - timedelta(days=ago))
    HistoryPoint.objects.filter(goal=objective).delete()
    for before, first in ((600_000_000, fell), (400_000_000, rose)):
        HistoryPoint.objects.update_or_create(
            goal=objective, day=today - timedelta(days=8),
            defaults={"progress": before, "terms_measured": 2, "terms_total": 2},
        )  # fmt: skip
        (move,) = [one for one in home(an).moves if one.goal == objective]
        assert move.after == 500_000_000
        assert move.causes[0] == first


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


@pytest.mark.parametrize("role", ["guest", "viewer"])
@pytest.mark.parametrize("path", ["/", "/my/alignment/", "/goals/"])
def test_who_makes_no_goals_is_not_asked_to(
    enter: Enter, administrator: Person, dung: Person, role: str, path: str
) -> None:
    offer = 'href="/goals/new/objective/"'
    assert offer in body_of(enter(dung).get(path))
    people.set_roles(administrator, dung, [role])
    page = body_of(enter(dung).get(path))
    assert offer not in page
