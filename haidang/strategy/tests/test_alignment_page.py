"""My alignment: one's goals, the links between them from both sides, the way up, what hangs
nowhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal
from haidang.people.models import Person
from haidang.strategy.queries.alignment import Mine, my_alignment
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
Make = Callable[..., Goal]


@pytest.fixture
def pillar(administrator: Person) -> Goal:
    ultimate = actions.create_goal(administrator, "ultimate", {"title": "Đích đến"})
    return actions.create_goal(
        administrator, "pillar", {"title": "Thị phần"}, parents=[LinkRequest(ultimate)]
    )


@pytest.fixture
def quarter(administrator: Person, year: Cycle, today: date) -> Cycle:
    """The rest of the year, so that it runs today whatever the day."""
    facts = {
        "name": "Quý này", "kind": "months", "state": "active", "parent": year,
        "starts": date(today.year, 1, 1), "ends": date(today.year, 12, 30),
    }  # fmt: skip
    return actions.create_cycle(administrator, facts)


def titles(mine: Mine) -> list[str]:
    return [stood.goal.title for stood in mine.chain]


def test_a_goal_leads_up_to_the_ultimate_goal(
    enter: Enter, administrator: Person, an: Person, pillar: Goal, objective: Goal,
    key_result: Goal,
) -> None:  # fmt: skip
    actions.link(administrator, objective, LinkRequest(pillar))
    checkins.record(an, key_result, value=Decimal(40))
    (own,) = my_alignment(an).okrs
    assert own.own.goal == objective
    assert [one.goal for one in own.key_results] == [key_result]  # with its objective
    assert titles(own) == ["Thị phần", "Đích đến"]
    assert own.arrives
    assert own.chain[-1].outlook.progress == 400_000_000
    page = body_of(enter(an).get("/my/alignment/"))
    places = [page.index(word) for word in (objective.title, key_result.title, "Đích đến")]
    assert places == sorted(places)
    assert "40%" in page


def test_a_link_is_seen_from_both_sides(
    enter: Enter, chi: Person, an: Person, administrator: Person, pillar: Goal, objective: Goal,
    kpi: Goal,
) -> None:  # fmt: skip
    actions.link(administrator, objective, LinkRequest(pillar))
    actions.link(administrator, kpi, LinkRequest(pillar))
    actions.link(chi, objective, LinkRequest(kpi, "improves"))
    page = my_alignment(an)
    (okr,), (measure,) = page.okrs, page.kpis
    assert [(t.relation, t.is_up, t.other.goal) for t in okr.ties] == [("improves", True, kpi)]
    assert [(t.relation, t.is_up, t.other.goal) for t in measure.ties] == [
        ("improves", False, objective)
    ]
    assert titles(okr) == ["Thị phần", "Đích đến"]
    text = body_of(enter(an).get("/my/alignment/"))
    assert "Cải thiện" in text
    assert "Được cải thiện bởi" in text


def test_a_year_is_decomposed(
    enter: Enter, chi: Person, an: Person, objective: Goal, quarter: Cycle, sales_unit: object
) -> None:
    facts = {
        "title": "Ba tháng đầu", "level": "unit", "unit": sales_unit, "owner": an,
        "cycle": quarter,
    }  # fmt: skip
    part = actions.create_goal(
        chi, "objective", facts, parents=[LinkRequest(objective, "decomposes")]
    )
    page = my_alignment(an)
    (of_quarter,), (of_year,) = page.okrs, page.loose
    assert of_quarter.own.goal == part
    assert [(t.relation, t.is_up) for t in of_quarter.ties] == [("decomposes", True)]
    assert titles(of_quarter) == [objective.title]
    assert not of_quarter.arrives
    assert [(t.relation, t.other.goal) for t in of_year.ties] == [("decomposes", part)]
    assert "Được phân rã thành" in body_of(enter(an).get("/my/alignment/"))


def test_what_is_linked_to_nothing_has_the_button_that_links_it(
    enter: Enter, an: Person, administrator: Person, pillar: Goal, objective: Goal, kpi: Goal
) -> None:
    assert {one.own.goal for one in my_alignment(an).loose} == {objective, kpi}
    client = enter(an)
    page = body_of(client.get("/my/alignment/"))
    form = f"/goals/{objective.public_id}/parents/"
    assert f'href="{form}"' in page
    assert client.get(form).status_code == 200
    actions.link(administrator, objective, LinkRequest(pillar))
    assert [one.own.goal for one in my_alignment(an).loose] == [kpi]
    # What only helps another serves nothing yet.
    actions.link(administrator, kpi, LinkRequest(pillar, "supports"))
    (loose,) = my_alignment(an).loose
    assert [t.relation for t in loose.ties] == ["supports"]
    # What it served was given up.
    Goal.objects.filter(pk=pillar.pk).update(state="dropped")
    assert {one.own.goal for one in my_alignment(an).loose} == {objective, kpi}


def test_what_is_not_open_stays_masked(
    enter: Enter, administrator: Person, an: Person, pillar: Goal, objective: Goal
) -> None:
    actions.link(administrator, objective, LinkRequest(pillar))
    Goal.objects.filter(pk=pillar.pk).update(visibility="private", owner=administrator)
    (own,) = my_alignment(an).okrs  # linked all the same
    assert own.chain == []
    page = body_of(enter(an).get("/my/alignment/"))
    assert pillar.title not in page
    assert "Một mục tiêu không mở cho anh/chị" in page


def test_only_one_s_own_and_what_runs(
    an: Person, binh: Person, dung: Person, objective: Goal, key_result: Goal, kpi: Goal,
    year: Cycle,
) -> None:  # fmt: skip
    Goal.objects.filter(pk=kpi.pk).update(owner=dung, data_owner=binh)
    assert {one.own.goal for one in my_alignment(binh).loose} == {kpi}
    Goal.objects.filter(pk=objective.pk).update(owner=dung)
    (alone,) = my_alignment(an).okrs  # the key result of another's objective
    assert alone.own.goal == key_result
    assert titles(alone) == [objective.title]
    Cycle.objects.filter(pk=year.pk).update(starts=date(2001, 1, 1), ends=date(2001, 12, 31))
    assert my_alignment(an).goals == []


def test_nothing_of_one_s_own_is_said(enter: Enter, an: Person, objective: Goal) -> None:
    Goal.objects.update(state="closed")
    page = body_of(enter(an).get("/my/alignment/"))
    assert "/goals/new/objective/" in page
    assert "aligned-links" not in page


def test_the_part_that_repaints_asks_for_itself(enter: Enter, an: Person, kpi: Goal) -> None:
    part = body_of(enter(an).get("/my/alignment/", headers=HX))
    assert part.lstrip().startswith('<div id="aligned"')
    assert "<html" not in part


def test_thirty_goals_cost_what_three_cost(
    enter: Enter, administrator: Person, an: Person, pillar: Goal, objective: Goal, kpi: Goal,
    make_key_result: Make,
) -> None:  # fmt: skip
    actions.link(administrator, objective, LinkRequest(pillar))
    client = enter(an)
    for at in range(3):
        make_key_result(objective, f"Ít {at}")
    few = queries_of(client, "/my/alignment/")
    for at in range(27):
        make_key_result(objective, f"Nhiều {at}")
    assert queries_of(client, "/my/alignment/") == few
    assert few <= 26
