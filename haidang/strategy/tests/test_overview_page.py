"""The overview: where pillars stand, which reports moved them, what needs attention."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Goal, HistoryPoint
from haidang.people.models import Person
from haidang.strategy.queries.overview import overview
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def pillar(administrator: Person, objective: Goal) -> Goal:
    """A pillar with An's objective below it."""
    ultimate = actions.create_goal(administrator, "ultimate", {"title": "Đích đến"})
    pillar = actions.create_goal(
        administrator, "pillar", {"title": "Thị phần"}, parents=[LinkRequest(ultimate)]
    )
    actions.link(administrator, objective, LinkRequest(pillar))
    return pillar


def stood(goal: Goal, day: date, progress: int) -> None:
    HistoryPoint.objects.filter(goal=goal).delete()
    HistoryPoint.objects.create(
        goal=goal, day=day, progress=progress, terms_measured=1, terms_total=1
    )


def test_a_pillar_says_what_moved_it(
    enter: Enter, administrator: Person, an: Person, dung: Person, pillar: Goal, objective: Goal,
    key_result: Goal, today: date,
) -> None:  # fmt: skip
    for goal in (pillar, objective, key_result):
        stood(goal, today - timedelta(days=8), 100_000_000)
    checkins.record(an, key_result, value=Decimal(40), note="Thêm 30 nhà phân phối")
    (one,) = overview(administrator).pillars
    assert one.card.moved == 300_000_000
    mover = next(m for m in one.movers if m.goal == key_result)
    assert (mover.before, mover.after) == (100_000_000, 400_000_000)
    assert mover.record is not None
    assert mover.record.value == 40
    page = body_of(enter(administrator).get("/overview/"))
    assert "Thêm 30 nhà phân phối" in page
    assert f"{an.name} báo cáo 40" in page
    # Whoever may not know of it reads that there is something.
    Goal.objects.filter(pk__in=[objective.pk, key_result.pk]).update(visibility="private")
    (one,) = overview(dung).pillars
    assert (one.movers, one.others > 0) == ([], True)
    page = body_of(enter(dung).get("/overview/"))
    assert key_result.title not in page
    assert "Thêm 30" not in page


def test_how_many_goals_below_are_behind(
    enter: Enter, administrator: Person, an: Person, dung: Person, pillar: Goal, objective: Goal,
    make_key_result: Callable[..., Goal],
) -> None:  # fmt: skip
    for at in range(2):
        goal = make_key_result(objective, f"KR {at}")
        Goal.objects.filter(pk=goal.pk).update(starts=date(2001, 1, 1), ends=date(2001, 2, 1))
        checkins.record(an, goal, value=Decimal(1))
    (one,) = overview(administrator).pillars
    assert (one.off_track, one.at_risk) == (3, 0)  # with their objective
    assert "3 mục tiêu cấp dưới chậm tiến độ" in body_of(enter(an).get("/overview/"))
    Goal.objects.filter(pk=objective.pk).update(visibility="private")
    (one,) = overview(dung).pillars
    assert one.off_track == 2


def test_the_head_of_what_needs_attention(
    enter: Enter, an: Person, pillar: Goal, kpi: Goal
) -> None:
    page = body_of(enter(an).get("/overview/"))
    side = page.split("home-side")[1]
    assert f"/goals/{kpi.public_id}/" in side
    assert 'href="/attention/?reason=no_parent"' in side


def test_what_has_not_moved_is_said(enter: Enter, an: Person, pillar: Goal) -> None:
    assert "Không thay đổi trong 7 ngày qua." in body_of(enter(an).get("/overview/"))


def test_without_a_strategy(enter: Enter, an: Person, emma: Person, pillar: Goal) -> None:
    found = overview(emma)
    assert (found.tops, found.pillars, found.attention.goals) == ([], [], 0)
    part = body_of(enter(emma).get("/overview/", headers=HX))
    assert part.lstrip().startswith('<div id="overview"')
    assert pillar.title not in part


def test_thirty_goals_cost_what_three_cost(
    enter: Enter, an: Person, pillar: Goal, objective: Goal,
    make_key_result: Callable[..., Goal], today: date,
) -> None:  # fmt: skip
    stood(pillar, today - timedelta(days=8), 900_000_000)
    client = enter(an)
    for at in range(3):
        checkins.record(an, make_key_result(objective, f"Một {at}"), value=Decimal(1))
    few = queries_of(client, "/overview/")
    for at in range(27):
        checkins.record(an, make_key_result(objective, f"Hai {at}"), value=Decimal(1))
    assert queries_of(client, "/overview/") == few
    assert few <= 40
