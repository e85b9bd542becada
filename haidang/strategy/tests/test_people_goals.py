"""The goals on the page of a person, a unit and a team, how they fare, and who carries what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal, Participant, Visibility
from haidang.people import actions as people
from haidang.people.models import Person, Unit
from haidang.strategy.queries.board import Board, board, of_person, of_unit
from haidang.strategy.queries.load import Load, loads
from haidang.strategy.queries.units import crossings, parts_of
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def board_of(reader: Person, subject: Person, **asked: str) -> Board:
    return board(reader, of_person(subject), asked, feeds=subject)


def hide(goal: Goal, visibility: str = Visibility.PRIVATE) -> None:
    Goal.objects.filter(pk=goal.pk).update(visibility=visibility)


@pytest.fixture
def last_year(administrator: Person, today: date) -> Cycle:
    facts = {
        "name": "Năm ngoái", "kind": "year", "state": "active",
        "starts": date(today.year - 1, 1, 1), "ends": date(today.year - 1, 12, 31),
    }  # fmt: skip
    return actions.create_cycle(administrator, facts)


@pytest.fixture
def make_objective(administrator: Person, year: Cycle) -> Callable[..., Goal]:
    def make(title: str, unit: Unit, owner: Person, **facts: Any) -> Goal:
        facts = {"level": "unit", "cycle": year, **facts}
        facts |= {"title": title, "unit": unit, "owner": owner}
        return actions.create_goal(administrator, "objective", facts)

    return make


# -- a person ---------------------------------------------------------------------------------


def test_a_person_has_their_goals(
    enter: Enter, an: Person, binh: Person, dung: Person, objective: Goal, key_result: Goal,
    kpi: Goal,
) -> None:  # fmt: skip
    address = f"/people/{an.public_id}/"
    page = body_of(enter(dung).get(address))
    for goal in (objective, key_result, kpi):
        assert f'href="/goals/{goal.public_id}/"' in page
    assert f'href="/goals/?owner={an.public_id}"' in page
    places = [page.rindex(goal.title) for goal in (objective, key_result, kpi)]
    assert places == sorted(places)  # a key result stands below its objective
    assert "/goals/O" not in body_of(enter(dung).get(f"/people/{binh.public_id}/"))


def test_what_is_private_is_not_counted(
    enter: Enter, an: Person, dung: Person, objective: Goal, key_result: Goal, kpi: Goal
) -> None:
    address = f"/people/{an.public_id}/"
    hide(objective)
    hide(key_result)
    assert board_of(an, an).tally.total == 2
    seen = board_of(dung, an)
    assert (seen.tally.total, seen.okrs, seen.next_due) == (1, [], [])
    assert loads(dung, [an])[an] == Load(goals=1, due=0, owed=loads(an, [an])[an].owed - 1)
    page = body_of(enter(dung).get(address))
    assert objective.title not in page
    assert key_result.title not in page
    assert objective.title in body_of(enter(an).get(address))


def test_how_they_fare_is_told_with_what_it_rests_on(
    enter: Enter, an: Person, objective: Goal, key_result: Goal, make_objective: Any,
    sales_unit: Unit,
) -> None:  # fmt: skip
    make_objective("Chưa ai báo cáo", sales_unit, an)
    checkins.record(an, key_result, value=Decimal(40))
    tally = board_of(an, an).tally
    assert (tally.progress, tally.of, tally.without) == (400_000_000, 1, 1)
    assert tally.expected is not None
    assert sum(tally.healths.values()) == 2
    assert tally.healths["no_data"] == 1
    page = body_of(enter(an).get(f"/people/{an.public_id}/"))
    assert "Tính trên 1 mục tiêu có dữ liệu" in page
    assert "1 mục tiêu chưa có dữ liệu không tính vào." in page


def test_another_cycle_is_a_choice_of_the_address(
    enter: Enter, an: Person, dung: Person, objective: Goal, kpi: Goal, make_objective: Any,
    sales_unit: Unit, last_year: Cycle,
) -> None:  # fmt: skip
    old = make_objective("Việc của năm ngoái", sales_unit, an, cycle=last_year)
    address = f"/people/{an.public_id}/"
    page = body_of(enter(dung).get(address))
    assert old.title not in page
    assert f'<option value="{last_year.public_id}">' in page
    page = body_of(enter(dung).get(f"{address}?cycle={last_year.public_id}", headers=HX))
    assert page.startswith('<div id="board"')
    assert old.title in page
    assert objective.title not in page
    assert kpi.title not in page
    hide(old)
    assert last_year.name not in body_of(enter(dung).get(address))
    for nonsense in ("C-999", "\x00", "x" * 500, last_year.public_id):
        assert objective.title in body_of(enter(dung).get(address, {"cycle": nonsense}))


def test_what_is_outdated_and_what_is_due(
    an: Person, objective: Goal, key_result: Goal, make_key_result: Callable[..., Goal],
    today: date,
) -> None:  # fmt: skip
    soon = make_key_result(objective, "Sắp đến hạn", ends=today)
    Goal.objects.filter(pk=key_result.pk).update(
        starts=date(today.year - 1, 1, 1), created_at=f"{today.year - 1}-01-02T00:00Z"
    )
    found = board_of(an, an)
    assert [one.goal for one in found.outdated] == [key_result]
    assert found.tally.outdated == 1
    assert [one.goal for one in found.next_due] == [soon, key_result]


def test_a_key_result_of_somebody_else_is_due_with_its_owner(
    enter: Enter, an: Person, binh: Person, objective: Goal, key_result: Goal
) -> None:
    client, address = enter(an), f"/people/{an.public_id}/"
    beside = r'class="rows shorts">(.*?)</ul>'
    assert an.name not in "".join(re.findall(beside, body_of(client.get(address)), re.S))
    Goal.objects.filter(pk=key_result.pk).update(owner=binh)
    assert f"{binh.name} ·" in "".join(re.findall(beside, body_of(client.get(address)), re.S))


def test_load_is_what_somebody_carries(
    an: Person, binh: Person, chi: Person, objective: Goal, key_result: Goal, kpi: Goal
) -> None:
    Participant.objects.create(goal=objective, person=binh, role="contributor")
    found = loads(chi, [an, binh])
    assert found.cycle == objective.cycle
    assert (found[an].goals, found[an].due, found[an].contributes) == (3, 1, 0)
    assert (found[binh].goals, found[binh].owed, found[binh].contributes) == (0, 0, 1)
    assert found[an].owed >= 1  # the key result was never reported
    before = found[an].owed
    checkins.record(an, key_result, value=Decimal(1))
    assert loads(chi, [an])[an].owed == before - 1
    Participant.objects.create(goal=key_result, person=binh, role="delegate")
    Goal.objects.filter(pk=kpi.pk).update(data_owner=binh)
    assert loads(chi, [binh])[binh].owed == before - 1  # the data owner is asked for the KPI


def test_who_only_reads_owes_nothing(
    administrator: Person, an: Person, chi: Person, objective: Goal, key_result: Goal
) -> None:
    people.set_roles(administrator, an, ["viewer"])
    assert loads(chi, [an])[an].owed == 0


def test_a_manager_sees_what_reports_carry(
    enter: Enter, an: Person, chi: Person, objective: Goal, key_result: Goal
) -> None:
    page = body_of(enter(chi).get(f"/people/{chi.public_id}/"))
    card = page[page.index("Nhân viên cấp dưới") :]
    assert an.name in card
    assert 'data-label="Mục tiêu đang thực hiện">2<' in card


def test_what_somebody_contributes_to_stands_apart(
    an: Person, binh: Person, objective: Goal, key_result: Goal
) -> None:
    Participant.objects.create(goal=objective, person=binh, role="contributor")
    found = board_of(an, binh)
    assert [part.own.goal for part in found.contributes] == [objective]
    assert found.tally.total == 0


# -- a unit -----------------------------------------------------------------------------------


def test_a_unit_has_its_goals(
    enter: Enter, dung: Person, factory_unit: Unit, sales_unit: Unit, objective: Goal, kpi: Goal
) -> None:
    client = enter(dung)
    page = body_of(client.get(f"/units/{sales_unit.public_id}/"))
    assert f'href="/goals/{objective.public_id}/"' in page
    assert f'href="/goals/{kpi.public_id}/"' in page
    assert f'href="/goals/?unit={sales_unit.public_id}"' in page
    assert f'href="/map/?unit={sales_unit.public_id}"' in page
    page = body_of(client.get(f"/units/{factory_unit.public_id}/"))
    assert objective.title not in page
    # Its people may well have goals of their own: they are counted further down.
    assert "Chưa có mục tiêu chung nào đang thực hiện." in page
    assert "Chưa có mục tiêu nào đang thực hiện." in body_of(
        client.get(f"/people/{dung.public_id}/")
    )


def test_personal_goals_are_their_owners(
    administrator: Person, an: Person, sales_unit: Unit, root_unit: Unit, make_objective: Any,
    make_key_result: Callable[..., Goal], year: Cycle,
) -> None:  # fmt: skip
    facts = {"title": "Của riêng An", "level": "individual", "owner": an, "cycle": year}
    own = actions.create_goal(an, "objective", facts)
    Goal.objects.filter(pk=own.pk).update(state="active")
    make_key_result(own, "Của riêng An, đo được", unit=sales_unit)
    ours = make_objective("Của phòng", sales_unit, an)
    company = make_objective("Của công ty", None, administrator, level="company")  # type: ignore[arg-type]

    def titles(unit: Unit) -> list[str]:
        found = board(administrator, of_unit(unit), {}, feeds=None)
        return [part.own.goal.title for part in found.parts]

    assert titles(sales_unit) == [ours.title]
    assert titles(root_unit) == [company.title]


def test_a_key_result_for_another_units_objective_stands_alone(
    an: Person, dung: Person, factory_unit: Unit, objective: Goal,
    make_key_result: Callable[..., Goal],
) -> None:  # fmt: skip
    lent = make_key_result(objective, "Nhà máy làm giúp", unit=factory_unit, owner=dung)
    found = board(an, of_unit(factory_unit), {}, feeds=None)
    assert [part.own.goal for part in found.okrs] == [lent]


def test_parts_tell_how_they_fare(
    enter: Enter, administrator: Person, dung: Person, root_unit: Unit, sales_unit: Unit,
    factory_unit: Unit, objective: Goal, key_result: Goal, kpi: Goal,
) -> None:  # fmt: skip
    found = parts_of(dung, root_unit, [sales_unit, factory_unit])
    assert found.of[sales_unit.pk].total == 2  # key results are in their objective
    assert found.of[factory_unit.pk].total == 0
    hide(kpi)
    assert parts_of(dung, root_unit, [sales_unit]).of[sales_unit.pk].total == 1
    page = body_of(enter(dung).get(f"/units/{root_unit.public_id}/"))
    assert page.count('class="part-strip"') == 1


def test_what_units_want_of_each_other(
    enter: Enter, administrator: Person, an: Person, dung: Person, sales_unit: Unit,
    factory_unit: Unit, objective: Goal, key_result: Goal, make_objective: Any,
) -> None:  # fmt: skip
    answer = make_objective("Nhà máy đáp ứng", factory_unit, dung)
    waits = make_objective("Chờ nhà máy", sales_unit, an)
    actions.link(administrator, answer, LinkRequest(key_result, "cross_team"))
    actions.link(administrator, waits, LinkRequest(answer, "depends_on"))
    sales, factory = crossings(an, sales_unit), crossings(an, factory_unit)
    assert {(c.ours.goal, c.theirs.goal) for c in sales.asks} == {
        (key_result, answer), (waits, answer),
    }  # fmt: skip
    assert sales.asked == []
    assert {(c.ours.goal, c.theirs.goal) for c in factory.asked} == {
        (answer, key_result), (answer, waits),
    }  # fmt: skip
    assert factory.asks == []
    page = body_of(enter(an).get(f"/units/{sales_unit.public_id}/"))
    assert "Chúng ta cần ở đơn vị khác" in page
    hide(answer)
    hidden = crossings(an, sales_unit)
    assert (hidden.asks, hidden.asked) == ([], [])
    assert answer.title not in body_of(enter(an).get(f"/units/{sales_unit.public_id}/"))


def test_a_team_has_a_page_like_a_units(
    enter: Enter, administrator: Person, an: Person, dung: Person, root_unit: Unit,
    make_objective: Any,
) -> None:  # fmt: skip
    team = people.create_unit(administrator, "Nhóm CRM", kind="team", parent=root_unit)
    people.set_team_members(administrator, team, [an, dung])
    goal = make_objective("CRM chạy tốt", team, an)
    page = body_of(enter(dung).get(f"/units/{team.public_id}/"))
    assert goal.title in page
    for words in (an.name, dung.name, "Kinh doanh", "Sản xuất", "Thành viên đến từ"):
        assert words in page


def test_foreign_ones_are_missing(enter: Enter, emma: Person, an: Person, sales_unit: Unit) -> None:
    client = enter(emma)
    for address in (
        f"/people/{an.public_id}/",
        f"/people/{an.public_id}/alignment/",
        f"/units/{sales_unit.public_id}/",
    ):
        assert client.get(address).status_code == 404


def test_many_goals_cost_what_few_cost(
    enter: Enter, administrator: Person, an: Person, dung: Person, sales_unit: Unit,
    factory_unit: Unit, root_unit: Unit, objective: Goal, kpi: Goal,
    make_key_result: Callable[..., Goal], make_objective: Any,
) -> None:  # fmt: skip
    client = enter(an)
    addresses = (
        f"/people/{an.public_id}/",
        f"/people/{an.public_id}/?cycle={objective.cycle.public_id}",  # type: ignore[union-attr]
        f"/people/{an.public_id}/alignment/",
        f"/units/{sales_unit.public_id}/",
        f"/units/{root_unit.public_id}/",
    )
    answer = make_objective("Đáp", factory_unit, dung)

    def grow(count: int) -> None:
        for at in range(count):
            kr = make_key_result(objective, f"Kết quả {at}")
            Participant.objects.create(goal=kr, person=dung, role="delegate")
            actions.link(administrator, answer, LinkRequest(kr, "cross_team"))

    grow(2)
    few = [queries_of(client, address) for address in addresses]
    grow(18)
    assert [queries_of(client, address) for address in addresses] == few
