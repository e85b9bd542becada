"""The timeline: which objectives lie in which lane, by the filters of the address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.models import Cycle, Goal, Visibility
from haidang.people.models import Person, Unit
from haidang.strategy.timeline import queries
from haidang.strategy.timeline.queries import Asked, Timeline, timeline
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def page_of(person: Person, **asked: str) -> Timeline:
    return timeline(person, Asked.of(person, asked))


def shown(person: Person, **asked: str) -> list[str]:
    return [row.goal.title for row in page_of(person, **asked).rows]


@pytest.fixture
def factory_goal(administrator: Person, dung: Person, factory_unit: Unit, year: Cycle) -> Goal:
    facts = {
        "title": "Nhà máy sạch", "level": "unit", "unit": factory_unit, "owner": dung,
        "cycle": year,
    }  # fmt: skip
    return actions.create_goal(administrator, "objective", facts)


def test_objectives_lie_in_lanes(
    an: Person, dung: Person, objective: Goal, factory_goal: Goal, year: Cycle
) -> None:
    assert [lane.name for lane in page_of(an).lanes] == ["Kinh doanh", "Sản xuất"]
    assert [lane.name for lane in page_of(an, by="owner").lanes] == [an.name, dung.name]
    (lane,) = page_of(an, by="cycle").lanes
    assert (lane.name, len(lane.rows)) == (year.name, 2)
    assert [lane.name for lane in page_of(an, by="nonsense").lanes] == ["Kinh doanh", "Sản xuất"]


def test_cycles_nest_above(
    an: Person, administrator: Person, objective: Goal, year: Cycle, today: date
) -> None:
    for name, kind, ends in (("Nửa đầu", "months", 6), ("Quý một", "quarter", 3)):
        last = {3: 31, 6: 30}[ends]
        actions.create_cycle(
            administrator,
            {"name": name, "kind": kind, "parent": year, "starts": date(today.year, 1, 1),
             "ends": date(today.year, ends, last)},
        )  # fmt: skip
    actions.create_goal(
        administrator, "ultimate",
        {"title": "Đích", "starts": date(today.year, 1, 1), "ends": date(today.year + 2, 12, 31)},
    )  # fmt: skip
    bands = [[band.name for band in row] for row in page_of(an).bands]
    assert bands == [["Đích"], [year.name], ["Nửa đầu"], ["Quý một"]]
    whole = page_of(an, zoom="all")
    assert whole.window.ends == date(today.year + 2, 12, 31)


def test_an_objective_shows_how_far_it_is_and_what_falls_due(
    enter: Enter, an: Person, objective: Goal, make_key_result: Callable[..., Goal], today: date
) -> None:
    middle = date(today.year, 7, 1)
    number = make_key_result(objective, ends=middle)
    make_key_result(
        objective, "Ba bước", metric_kind="milestones", direction="", target=None, baseline=None,
        milestones=[{"title": "Bước một", "due": date(today.year, 3, 1)}, {"title": "Bước hai"}],
    )  # fmt: skip
    checkins.record(an, number, value=Decimal(40))
    (row,) = page_of(an).rows
    assert row.place == (0, 100)
    assert row.fill == 40
    assert row.count == 2
    assert (row.is_open, row.key_results) == (False, [])
    assert [(mark.day, mark.names) for mark in row.milestones] == [
        (date(today.year, 3, 1), ["Bước một"])
    ]
    assert [mark.day for mark in row.deadlines] == [middle, date(today.year, 12, 31)]
    page = body_of(enter(an).get("/timeline/"))
    assert "Bước một" in page
    assert f"01/01/{today.year} – 31/12/{today.year}" in page  # also for who does not see it drawn


def test_key_results_open_on_demand(
    enter: Enter, an: Person, objective: Goal, key_result: Goal
) -> None:
    client = enter(an)
    page = body_of(client.get("/timeline/"))
    assert f"/goals/{key_result.public_id}/" not in page
    assert f'href="/timeline/?open={objective.public_id}"' in page
    page = body_of(client.get(f"/timeline/?open={objective.public_id}", headers=HX))
    assert page.startswith('<div id="found"')
    assert f"/goals/{key_result.public_id}/" in page
    assert 'aria-expanded="true"' in page


def test_only_what_lies_in_the_time_is_shown(
    an: Person, objective: Goal, factory_goal: Goal, today: date
) -> None:
    Goal.objects.filter(pk=objective.pk).update(ends=date(today.year, 2, 1))
    assert shown(an, zoom="quarter", at=f"{today.year}-02-10") == [
        objective.title, factory_goal.title,
    ]  # fmt: skip
    assert shown(an, zoom="quarter", at=f"{today.year}-08-10") == [factory_goal.title]
    assert shown(an, at=f"{today.year + 1}-08-10") == []
    assert len(shown(an, at="never")) == 2


def test_filters_are_those_of_the_list(
    enter: Enter, an: Person, dung: Person, objective: Goal, factory_goal: Goal,
    factory_unit: Unit, key_result: Goal,
) -> None:  # fmt: skip
    assert shown(an, unit=factory_unit.public_id) == [factory_goal.title]
    assert shown(an, owner="me") == [objective.title]
    assert shown(an, owner=dung.public_id) == [factory_goal.title]
    assert shown(an, q="nha may") == [factory_goal.title]
    assert shown(an, health="no_data") == [objective.title, factory_goal.title]
    assert shown(an, health="off_track") == []
    assert shown(an, state="closed") == []
    page = body_of(enter(an).get("/timeline/?q=khong-co-gi"))
    assert "Không có mục tiêu nào trong khoảng này" in page


def test_closed_ones_stay_dropped_ones_do_not(an: Person, objective: Goal) -> None:
    Goal.objects.filter(pk=objective.pk).update(state="closed")
    assert shown(an) == [objective.title]
    Goal.objects.filter(pk=objective.pk).update(state="dropped")
    assert shown(an) == []
    assert shown(an, state="dropped") == [objective.title]


def test_what_is_private_is_not_there(
    enter: Enter, an: Person, dung: Person, objective: Goal, key_result: Goal
) -> None:
    Goal.objects.filter(pk=key_result.pk).update(visibility=Visibility.PRIVATE, title="Bí mật")
    (row,) = page_of(dung, open=objective.public_id).rows
    assert (row.count, row.deadlines, row.key_results) == (0, [], [])
    assert "Bí mật" not in body_of(enter(dung).get(f"/timeline/?open={objective.public_id}"))
    Goal.objects.filter(pk=objective.pk).update(visibility=Visibility.PRIVATE)
    assert page_of(dung).total == 0
    assert page_of(an).total == 1


def test_pages_follow_each_other(
    monkeypatch: pytest.MonkeyPatch, an: Person, objective: Goal, factory_goal: Goal
) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    first, second = page_of(an), page_of(an, page="2")
    assert (first.pages, second.page) == (2, 2)
    assert [row.goal for row in (*first.rows, *second.rows)] == [objective, factory_goal]
    assert page_of(an, page="99").page == 2
    assert [row.goal for row in page_of(an, page="2", health="no_data").rows] == [factory_goal]


@pytest.mark.parametrize(
    "query",
    [
        "?at=0001-01-01", "?at=9999-12-31", "?at=2026-02-30", "?zoom=all&at=x", "?page=-1",
        "?page=999999999", "?open=" + "O-1." * 200, "?open=%00", "?by=%00", "?cycle=C-99",
    ],
)  # fmt: skip
def test_addresses_written_by_hand(enter: Enter, an: Person, objective: Goal, query: str) -> None:
    assert enter(an).get(f"/timeline/{query}").status_code == 200


def test_nothing_yet(enter: Enter, administrator: Person) -> None:
    page = body_of(enter(administrator).get("/timeline/"))
    assert "Chưa có gì để đặt lên dòng thời gian" in page
    assert body_of(enter(administrator).get("/timeline/?zoom=all"))


def test_many_goals_cost_what_few_cost(
    enter: Enter, an: Person, objective: Goal, make_key_result: Callable[..., Goal],
    factory_goal: Goal, chi: Person, sales_unit: Unit, year: Cycle,
) -> None:  # fmt: skip
    client = enter(an)
    addresses = [
        "/timeline/", f"/timeline/?open={objective.public_id}", "/timeline/?zoom=all&by=owner",
        "/timeline/?health=no_data",
    ]  # fmt: skip

    def grow(count: int) -> None:
        facts: dict[str, Any] = {"level": "unit", "unit": sales_unit, "owner": an, "cycle": year}
        for at in range(count):
            actions.create_goal(chi, "objective", {**facts, "title": f"Thêm {at}"})
            make_key_result(objective, f"Kết quả {at}")

    grow(2)
    few = [queries_of(client, address) for address in addresses]
    grow(16)
    assert [queries_of(client, address) for address in addresses] == few
