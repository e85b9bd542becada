"""The list of goals: filters in the address, pages, groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.models import Cycle, Goal
from haidang.people.models import Person, Unit
from haidang.strategy.queries import goals as listing
from haidang.strategy.queries.goals import Filters, goal_list
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def found(person: Person, **asked: str) -> list[str]:
    rows = goal_list(person, Filters.of(person, asked)).rows
    return [row.goal.public_id for row in rows]


@pytest.fixture
def theirs(administrator: Person, dung: Person, factory_unit: Unit, year: Cycle) -> Goal:
    facts = {
        "title": "Giao đúng hẹn", "level": "unit", "unit": factory_unit, "owner": dung,
        "cycle": year, "tags": ["giao hàng"],
    }  # fmt: skip
    return actions.create_goal(administrator, "objective", facts)


def test_each_filter_narrows(
    an: Person, dung: Person, objective: Goal, key_result: Goal, kpi: Goal, theirs: Goal,
    sales_unit: Unit, root_unit: Unit,
) -> None:  # fmt: skip
    everything = [objective, theirs, key_result, kpi]
    assert found(an) == [g.public_id for g in everything]
    own, other, measure, monthly = (g.public_id for g in everything)
    assert found(an, kind="kpi") == [monthly]
    assert found(an, owner="me") == [own, measure, monthly]
    assert found(an, owner=dung.public_id) == [other]
    assert found(an, unit=sales_unit.public_id) == [own, measure, monthly]
    assert len(found(an, unit=root_unit.public_id)) == 4
    assert found(an, q="giao dung") == [other]
    assert found(an, tag="Giao Hàng") == [other]
    assert found(an, cycle=objective.cycle.public_id) == [own, other, measure]
    assert found(an, level="unit") == [own, other, monthly]
    assert found(an, under=objective.public_id) == [measure]
    assert found(an, state="draft") == []
    assert len(found(an, state="open")) == 4


def test_filters_that_mean_nothing_filter_nothing(an: Person, objective: Goal) -> None:
    asked = {
        "kind": "dream", "state": "x", "unit": "U-99", "owner": "P-99", "cycle": "'; --",
        "health": "great", "group": "moon", "after": "~~~~", "under": "O-99", "level": "\x00",
    }  # fmt: skip
    assert found(an, **asked) == [objective.public_id]
    for after in ("objective~x~1", "kpi~" + "9" * 30 + "~1", "objective~0~0"):
        assert found(an, after=after) in ([objective.public_id], [])


def test_only_what_is_seen(an: Person, dung: Person, emma: Person, objective: Goal) -> None:
    objective.visibility = "private"
    objective.save(update_fields=["visibility"])
    assert found(an) == [objective.public_id]
    assert found(dung) == found(emma) == []


def test_by_health(
    an: Person, objective: Goal, make_key_result: Callable[..., Goal],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    done, behind, silent = (make_key_result(objective, f"KR {n}") for n in range(3))
    checkins.record(an, done, value=Decimal(100))
    checkins.record(an, behind, value=Decimal(1))
    assert found(an, kind="key_result", health="done") == [done.public_id]
    assert found(an, kind="key_result", health="no_data") == [silent.public_id]
    assert silent.public_id not in found(an, health="outdated")  # made a moment ago
    Goal.objects.filter(pk=silent.pk).update(
        created_at=F("created_at") - timedelta(days=30), starts=F("ends") - timedelta(days=700)
    )
    assert silent.public_id in found(an, health="outdated")
    # A search that stops early says so, and goes on from there.
    monkeypatch.setattr(listing, "LOOKED_AT", 1)
    monkeypatch.setattr(listing, "_page", _one_at_a_time(listing._page))
    first = goal_list(an, Filters.of(an, {"kind": "key_result", "health": "no_data"}))
    assert (first.rows, first.unfinished) == ([], True)
    assert first.after


def _one_at_a_time(page: Callable[..., tuple[list[Goal], bool]]) -> Callable[..., object]:
    return lambda rows, filters, after, size: page(rows, filters, after, 1)


@pytest.mark.parametrize("group", ["", "unit", "owner", "cycle"])
def test_pages_follow_each_other(
    an: Person, objective: Goal, kpi: Goal, theirs: Goal, make_key_result: Callable[..., Goal],
    monkeypatch: pytest.MonkeyPatch, group: str,
) -> None:  # fmt: skip
    for at in range(7):
        make_key_result(objective, f"KR {at}")
    everything = found(an, group=group)
    assert len(everything) == 10
    monkeypatch.setattr(listing, "PAGE", 3)
    pages, after = [], ""
    while True:
        page = goal_list(an, Filters.of(an, {"group": group, "after": after}))
        pages.append([row.goal.public_id for row in page.rows])
        after = page.after
        if not after:
            break
    assert [len(p) for p in pages] == [3, 3, 3, 1]
    assert [i for p in pages for i in p] == everything


def test_the_page_keeps_its_filters_in_the_address(
    enter: Enter, an: Person, objective: Goal, kpi: Goal
) -> None:
    client = enter(an)
    page = body_of(client.get("/goals/?owner=me&kind=kpi&group=unit"))
    assert kpi.title in page
    assert objective.title not in page
    assert "Kinh doanh" in page
    assert "?kind=objective&amp;group=unit&amp;owner=me" in page
    part = body_of(client.get("/goals/?owner=me", headers=HX))
    assert part.lstrip().startswith('<div id="found"')
    assert objective.title in part


def test_empty_lists_offer_one_thing_to_do(enter: Enter, an: Person, objective: Goal) -> None:
    client = enter(an)
    page = body_of(client.get("/goals/?q=khong co gi nhu vay"))
    assert "Không có mục tiêu nào khớp bộ lọc" in page
    Goal.objects.update(state="dropped")
    assert "/goals/new/objective/" in body_of(client.get("/goals/"))


def test_three_hundred_goals_cost_what_three_cost(
    enter: Enter, an: Person, administrator: Person, objective: Goal, year: Cycle
) -> None:
    client = enter(an)

    def more(count: int) -> None:
        for at in range(count):
            facts = {"title": f"Mục tiêu {at}", "level": "company", "cycle": year}
            actions.create_goal(administrator, "objective", facts)

    more(2)
    addresses = ("/goals/", "/goals/?kind=objective", "/goals/?group=unit", "/goals/options/")
    few = [queries_of(client, a) for a in addresses]
    more(60)
    many = [queries_of(client, a) for a in addresses]
    assert many[1:3] == few[1:3]
    assert all(after <= before for before, after in zip(few, many, strict=True))
    assert max(few) <= 22


def test_a_kpi_shows_its_actual_against_what_was_targeted(
    enter: Enter, an: Person, kpi: Goal, today: date
) -> None:
    for month in (1, 2):
        checkins.record(an, kpi, value=Decimal("2.7"), for_day=date(today.year - 1, month, 3))
    page = body_of(enter(an).get("/goals/?kind=kpi"))
    cell = page.split('class="measure-line"')[1].split("</div>")[0]
    target = next(row.target for row in goal_list(an, Filters(kind="kpi")).rows)
    assert target == 2 * kpi.periods.get(starts=date(today.year - 1, 1, 1)).target
    assert "<b>5,4" in cell
    assert "/ " in cell
    assert "%" not in cell


def test_tags_of_hidden_goals_are_no_choices(
    enter: Enter, an: Person, binh: Person, year: Cycle
) -> None:
    facts = {"title": "Riêng", "level": "individual", "owner": an, "cycle": year}
    actions.create_goal(
        an, "objective", facts | {"visibility": "private", "tags": ["chuyện riêng"]}
    )
    actions.create_goal(an, "objective", facts | {"tags": ["chuyện chung"]})
    assert listing.choices(an).tags == ["chuyện chung", "chuyện riêng"]
    assert listing.choices(binh).tags == ["chuyện chung"]
    assert "chuyện riêng" in body_of(enter(an).get("/map/"))
    assert "chuyện riêng" not in body_of(enter(binh).get("/map/"))
