"""The story as data: whole, unrepeated, and moved to where today stands."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache

import pytest

from haidang.demo import cast
from haidang.demo.story.calendar import TET, ZONE, Calendar, months_later
from haidang.demo.story.kpis import AREAS, KPIS
from haidang.demo.story.script import Script, leader_of, manager_of
from haidang.demo.story.shapes import GoalFacts, Happening, Report, StateChange, exact
from haidang.demo.story.telling import tell

HOME = Calendar(date(2026, 11, 20))
DAYS = [
    date(2026, 10, 1),
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2027, 5, 3),
    date(2028, 2, 29),
    date(2031, 8, 15),
]


@pytest.fixture(scope="module")
def script() -> Script:
    return tell(HOME)


@cache
def told(today: date) -> list[Happening]:
    return tell(Calendar(today)).told(datetime(today.year, today.month, today.day, 23, tzinfo=ZONE))


def test_the_departments_have_their_people() -> None:
    counted = Counter(p.unit.split(".")[0] for p in cast.PEOPLE)
    assert counted == {
        "board": 3, "sales": 34, "production": 26, "care": 14, "supply": 12, "marketing": 10,
        "it": 10, "hr": 6, "finance": 5,
    }  # fmt: skip
    assert sum(counted.values()) == 120


def test_two_people_have_one_name_and_all_have_addresses_of_their_own() -> None:
    names = Counter(p.name for p in cast.EVERYONE)
    assert [name for name, count in names.items() if count > 1] == ["Nguyễn Thị Lan"]
    addresses = cast.addresses()
    assert len(set(addresses.values())) == len(addresses) == 121
    assert all(re.fullmatch(r"[a-z0-9.]+@huongsen\.example", a) for a in addresses.values())


def test_everybody_has_a_way_to_the_chief_executive() -> None:
    for person in cast.PEOPLE:
        seen = [person.key]
        while seen[-1] != "ceo":
            seen.append(cast.MANAGERS.get(seen[-1]) or manager_of(seen[-1]))
            assert len(seen) < 8, seen


def test_every_unit_is_led() -> None:
    for unit in cast.UNITS:
        assert leader_of(unit.key) in {p.key for p in cast.PEOPLE}


def test_no_title_is_told_twice(script: Script) -> None:
    counted = Counter(goal.title for goal in script.goals.values())
    assert [title for title, count in counted.items() if count > 1] == []


def test_the_fifteen_kpis_serve_the_pillars() -> None:
    top = [kpi for kpi in KPIS if kpi.relation == "strategy"]
    assert len(top) == 15
    assert {kpi.parent for kpi in top} == {
        "pillar.market", "pillar.customer", "pillar.digital", "pillar.people",
    }  # fmt: skip


def test_the_areas_add_up_to_the_target_of_the_south() -> None:
    assert sum(exact(area[3]) for area in AREAS) == 25


def test_each_department_has_two_to_four_objectives_a_quarter(script: Script) -> None:
    counted: Counter[tuple[str, str]] = Counter()
    for goal in script.goals.values():
        if goal.kind == "objective" and goal.level == "unit" and goal.cycle.startswith("Q"):
            counted[goal.unit.split(".")[0], goal.cycle] += 1
    assert len(counted) == 8 * 8
    assert min(counted.values()) >= 2
    assert max(counted.values()) <= 5


def test_about_half_of_those_who_sell_make_or_serve_have_an_objective(script: Script) -> None:
    owners = {
        g.owner
        for g in script.goals.values()
        if g.level == "individual" and g.kind == "objective" and g.cycle == "Q4/2026"
    }
    assert 35 <= len(owners) <= 70


def test_no_objective_is_without_a_parent(script: Script) -> None:
    orphans = [g.title for g in script.goals.values() if g.kind != "ultimate" and not g.parents]
    assert orphans == []


@pytest.mark.parametrize("today", DAYS)
def test_nothing_lies_ahead(today: date) -> None:
    happenings = told(today)
    assert max(one.at for one in happenings).date() <= today
    for one in happenings:
        if isinstance(one, Report) and one.source != "connector":
            assert one.day <= one.at.date() or one.goal.startswith("kpi.")


@pytest.mark.parametrize("today", DAYS)
def test_the_present_is_the_quarter_of_today(today: date) -> None:
    calendar = Calendar(today)
    first, last = calendar.cycle("Q4/2026")
    assert first <= today <= last
    present = [g for g in told(today) if isinstance(g, GoalFacts) and g.cycle == "Q4/2026"]
    assert len(present) > 50
    assert all(g.starts == first and g.ends and g.ends <= last for g in present)


@pytest.mark.parametrize("today", DAYS)
def test_everything_has_happened_by_the_end_of_a_quarter_that_has_by_its_middle(
    today: date,
) -> None:
    """The same story on every day: only its last quarter is more or less told."""
    first = Calendar(today).cycle("Q4/2026")[0]
    home = HOME.cycle("Q4/2026")[0]

    def before(happenings: list[Happening], day: date) -> list[str]:
        return [one.key for one in happenings if isinstance(one, GoalFacts) and one.at.date() < day]

    assert sorted(before(told(today), first)) == sorted(before(told(HOME.today), home))


def test_quarters_years_and_days_in_words_move_with_the_story() -> None:
    text = "{Q:3/2025} {QQ:2/2026} {Y:2026} {D:31/10/2026} {DD:31/10/2026} {M:8/2026} {S:2025/2027}"
    assert HOME.words(text) == "Q3/2025 Q2 2026 31/10 31/10/2026 tháng 8 2025–2027"
    later = Calendar(date(2027, 5, 3))
    assert later.words(text) == "Q1/2026 Q4 2026–2027 30/04 30/04/2027 tháng 2 2025–2028"
    assert Calendar(date(2027, 12, 1)).words("{Y:2026} {MM:8/2026}") == "2027 08/2027"


def test_every_mark_in_the_words_is_known(script: Script) -> None:
    for goal in script.goals.values():
        assert "{" not in goal.title
        assert "{" not in str(goal.more.get("why", "")) + str(goal.more.get("description", ""))


def test_the_fiscal_year_starts_with_the_storys_january() -> None:
    assert HOME.first_month == 1
    for today in DAYS:
        calendar = Calendar(today)
        assert calendar.year(2026)[0].month == calendar.first_month


@pytest.mark.parametrize("today", [HOME.today, *DAYS])
def test_nobody_checks_in_over_tet(today: date) -> None:
    """Wherever the story is moved, it is silent over the Tết that is there."""
    rest = {tet + timedelta(days=i) for tet in TET for i in range(-2, 5)}
    for one in told(today):
        if isinstance(one, Report) and one.source == "person":
            assert one.at.date() not in rest


def test_months_end_where_they_end() -> None:
    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_later(date(2027, 5, 31), -3) == date(2027, 2, 28)


def test_a_closed_goal_takes_no_more_reports() -> None:
    ended: dict[str, datetime] = {}
    for one in told(HOME.today):
        if isinstance(one, StateChange) and one.state in {"closed", "dropped"}:
            ended[one.goal] = one.at
        elif isinstance(one, Report):
            assert one.goal not in ended
