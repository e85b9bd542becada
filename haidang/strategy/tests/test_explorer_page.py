"""The tables: columns, order, groups, pages, whom they show what, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal
from haidang.people import actions as people
from haidang.people.models import Person, Unit
from haidang.strategy.explorer import goals as tables
from haidang.strategy.explorer.asked import GROUPS, WITHOUT, Asked
from haidang.strategy.explorer.columns import GOAL, GOALS
from haidang.strategy.explorer.goals import Table, ids_of, table
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
Make = Callable[..., Goal]
ALL_COLUMNS = ",".join(column.name for column in GOALS)


def asked(person: Person, query: str) -> Asked:
    return Asked.of(person, QueryDict(query))


def shown(person: Person, query: str = "") -> Table:
    return table(person, asked(person, query))


def ids(person: Person, query: str = "") -> list[str]:
    return [line.goal.public_id for line in shown(person, query).rows]


@pytest.fixture
def theirs(administrator: Person, dung: Person, factory_unit: Unit, year: Cycle) -> Goal:
    facts = {
        "title": "Ánh sáng nhà máy", "level": "unit", "unit": factory_unit, "owner": dung,
        "cycle": year, "tags": ["giao hàng"],
    }  # fmt: skip
    return actions.create_goal(administrator, "objective", facts)


def test_every_column_and_every_group_is_drawn_for_every_kind_of_goal(
    enter: Enter, an: Person, administrator: Person, objective: Goal, key_result: Goal, kpi: Goal,
    theirs: Goal, make_key_result: Make,
) -> None:  # fmt: skip
    pillar = actions.create_goal(administrator, "pillar", {"title": "Thị phần"})
    actions.link(administrator, objective, LinkRequest(pillar))
    make_key_result(objective, "Đúng hạn", metric_kind="yes_no", direction="pass_fail",
                    target=None, baseline=None, metric_unit="")  # fmt: skip
    checkins.record(an, key_result, value=Decimal(40), confidence=8)
    checkins.record(an, kpi, value=Decimal("2.5"))
    client = enter(an)
    for group in ("", *GROUPS):
        page = body_of(client.get(f"/explorer/?columns={ALL_COLUMNS}&group={group}&state=all"))
        assert page.count('class="x-first"') == 6
        assert ('class="group"' in page) == bool(group)
        assert "giao hàng" in page


def test_columns_are_chosen_in_the_address_and_few_are_usual(
    enter: Enter, an: Person, objective: Goal
) -> None:
    usual = asked(an, "")
    assert [c.name for c in usual.columns] == [c.name for c in GOALS if c.usual]
    both = asked(an, "columns=tags&columns=owner,nonsense")
    assert [c.name for c in both.columns] == ["owner", "tags"]
    assert both.query() == "columns=owner,tags"
    # The usual ones are not said.
    assert asked(an, "columns=" + ",".join(c.name for c in GOALS if c.usual)).query() == ""
    page = body_of(enter(an).get("/explorer/?columns=tags"))
    assert '<th scope="col" class="x-tags">' in page
    assert '<th scope="col" class="x-health">' not in page


def test_each_sort_runs_both_ways_with_the_unknown_last(
    an: Person, objective: Goal, key_result: Goal, kpi: Goal, theirs: Goal, today: date
) -> None:
    Goal.objects.filter(pk=objective.pk).update(ends=today)
    Goal.objects.filter(pk=theirs.pk).update(ends=today + timedelta(days=2))
    Goal.objects.filter(pk=key_result.pk).update(ends=today + timedelta(days=1))
    Goal.objects.filter(pk=kpi.pk).update(ends=None)
    own, measure, other, monthly = (g.public_id for g in (objective, key_result, theirs, kpi))
    assert ids(an, "sort=ends") == [own, measure, other, monthly]
    assert ids(an, "sort=-ends") == [other, measure, own, monthly]
    checkins.record(an, key_result, value=Decimal(95))
    for name in [column.name for column in (GOAL, *GOALS) if column.sorts]:
        for sign in ("", "-"):
            assert set(ids(an, f"sort={sign}{name}")) == {own, measure, other, monthly}, name
    assert ids(an, "sort=goal")[0] == other  # Ánh, without its marks
    assert ids(an, "sort=progress")[-2:] in ([other, monthly], [monthly, other])
    assert ids(an, "sort=-progress")[0] in (own, measure)


def test_people_sort_by_their_given_name(
    administrator: Person, an: Person, dung: Person, objective: Goal, theirs: Goal
) -> None:
    assert ids(an, "sort=owner") == [objective.public_id, theirs.public_id]  # An, Dũng
    assert ids(an, "sort=-owner") == [theirs.public_id, objective.public_id]


def test_groups_count_all_their_goals_and_their_health(
    an: Person, objective: Goal, theirs: Goal, make_key_result: Make, sales_unit: Unit,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for at in range(4):
        checkins.record(an, make_key_result(objective, f"KR {at}"), value=Decimal(at * 30))
    monkeypatch.setattr(tables, "PAGE", 2)
    page = shown(an, f"group=unit&unit={sales_unit.public_id}")
    (head,) = page.groups.values()
    assert (len(page.rows), head.name) == (2, "Kinh doanh")
    assert (head.count, sum(head.healths.values())) == (5, 5)
    assert len({tuple(head.healths)}) == 1
    assert len(head.healths) > 1
    # By the database the counts are the same; what no database knows is left out.
    monkeypatch.setattr(tables, "LOOKED_AT", 1)
    counted = shown(an, f"group=unit&unit={sales_unit.public_id}")
    (head,) = counted.groups.values()
    assert (head.name, head.count, head.healths) == ("Kinh doanh", 5, {})
    assert counted.rows[0].goal == page.rows[0].goal


@pytest.mark.parametrize("query", [
    "", "kind=key_result", "sort=goal", "sort=-ends", "sort=health", "group=owner",
    "group=health&sort=-goal", "group=unit&sort=-progress", "health=no_data", "group=pillar",
])  # fmt: skip
@pytest.mark.parametrize("looked_at", [2000, 1])
def test_pages_lead_on_and_back_over_every_goal_once(
    query: str, looked_at: int, an: Person, objective: Goal, theirs: Goal, kpi: Goal,
    make_key_result: Make, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if "health" in query or "pillar" in query:
        looked_at = 2000  # of these no more is known than what was looked at
    for at in range(4):
        make_key_result(objective, f"KR {at}")
    everything = ids(an, query)
    assert len(everything) == len(set(everything)) > 3
    monkeypatch.setattr(tables, "LOOKED_AT", looked_at)
    monkeypatch.setattr(tables, "PAGE", 3)
    pages, where = [shown(an, query)], ""
    while pages[-1].after:
        where = f"{query}&after={pages[-1].after}"
        pages.append(shown(an, where))
    rows = [line.goal.public_id for page in pages for line in page.rows]
    if looked_at == 2000 or "group" not in query:
        assert rows == everything
    assert sorted(rows) == sorted(everything)
    back = pages[-1]
    for before in reversed(pages[:-1]):
        assert back.before
        back = shown(an, f"{query}&before={back.before}")
        assert [line.goal for line in back.rows] == [line.goal for line in before.rows]
    assert not back.before
    keys, more = ids_of(an, asked(an, query), 100)
    assert len(keys) == len(everything)
    assert not more


def test_the_filters_of_a_table(
    an: Person, administrator: Person, dung: Person, objective: Goal, key_result: Goal, kpi: Goal,
    theirs: Goal, factory_unit: Unit,
) -> None:  # fmt: skip
    own, _measure, monthly, other = (g.public_id for g in (objective, key_result, kpi, theirs))
    assert ids(an, "kind=kpi") == [monthly]
    assert ids(an, f"unit={factory_unit.public_id}") == [other]
    assert ids(an, "q=anh sang") == [other]
    assert ids(an, "tag=giao hàng") == [other]
    assert set(ids(an, "without=parent")) == {own, monthly, other}
    checkins.record(an, key_result, value=Decimal(5))
    assert set(ids(an, "without=data")) == {monthly, other}
    assert set(ids(an, "health=no_data")) == {monthly, other}
    people.deactivate_person(administrator, dung)
    assert ids(an, "without=owner") == [other]
    assert ids(an, "state=draft") == []


def test_only_what_is_seen_in_rows_counts_parents_and_children(
    an: Person, dung: Person, emma: Person, objective: Goal, key_result: Goal, theirs: Goal
) -> None:
    columns = "columns=parents,children,weight"
    (line,) = [one for one in shown(dung, columns).rows if one.goal == objective]
    assert line.beside.children == 1
    Goal.objects.filter(pk=key_result.pk).update(visibility="private")
    page = shown(dung, columns)
    assert {one.goal.pk for one in page.rows} == {objective.pk, theirs.pk}
    assert (page.total, [one.beside.children for one in page.rows]) == (2, [0, 0])
    assert {g.key: g.count for g in shown(dung, "group=kind").groups.values()} == {"objective": 2}
    Goal.objects.filter(pk=key_result.pk).update(visibility="organisation")
    Goal.objects.filter(pk=objective.pk).update(visibility="private")
    (line,) = [one for one in shown(dung, columns).rows if one.goal == key_result]
    assert (line.beside.parents, line.beside.weight) == ([], None)
    assert ids(emma) == []


@pytest.mark.parametrize("query", [
    "sort=nonsense&group=x&without=y&columns=z&after=%00&before=U-1&health=q&state=w",
    "after=O-99999999999&sort=-goal", "before=KR-1&after=KR-1", "columns=" + "x," * 400,
    "kind=%F0%9F%92%A9&unit=U-0&owner=P-&cycle=C-1'--", "sort=--goal", "q=%00%ff" + "a" * 3000,
    "under=O-1&group=pillar&sort=pace&health=outdated", "page=-1",
])  # fmt: skip
def test_an_address_edited_by_hand_is_answered(enter: Enter, an: Person, query: str,
                                               objective: Goal) -> None:  # fmt: skip
    client = enter(an)
    for way in ("/explorer/", "/explorer/people/", "/explorer/units/"):
        assert client.get(f"{way}?{query}").status_code == 200
        assert client.get(f"{way}export/?{query}&format=%00").status_code == 200


def test_the_address_keeps_everything(enter: Enter, an: Person, objective: Goal) -> None:
    query = "kind=objective&group=owner&sort=-ends&columns=owner,tags&without=parent"
    assert asked(an, query).query() == (
        "kind=objective&without=parent&group=owner&sort=-ends&columns=owner,tags"
    )
    page = body_of(enter(an).get(f"/explorer/?{query}"))
    assert 'aria-sort="descending"' not in page  # the deadline is not among the columns
    assert 'name="sort" value="-ends"' in page
    assert "columns=owner,tags" in page
    for word in WITHOUT:
        assert f'<option value="{word}"' in page
    part = body_of(enter(an).get(f"/explorer/?{query}", headers=HX))
    assert part.lstrip().startswith('<div id="found"')


def test_it_says_when_it_did_not_look_at_everything(
    enter: Enter, an: Person, objective: Goal, make_key_result: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for at in range(3):
        make_key_result(objective, f"KR {at}")
    monkeypatch.setattr(tables, "LOOKED_AT", 2)
    page = shown(an, "group=health")
    assert (len(page.rows), page.cut) == (2, True)
    assert "Mới xem" in body_of(enter(an).get("/explorer/?group=health"))
    assert not shown(an, "group=unit").cut


def test_goals_without_a_parent_are_one_link_away(
    enter: Enter, an: Person, objective: Goal, key_result: Goal
) -> None:
    client = enter(an)
    assert 'href="/explorer/?without=parent"' in body_of(client.get("/explorer/"))
    page = body_of(client.get("/explorer/?without=parent"))
    assert 'href="/explorer/?without=parent" aria-current="page"' in page
    assert objective.title in page
    assert key_result.title not in page


def test_a_viewer_is_offered_no_change(
    enter: Enter, administrator: Person, binh: Person, objective: Goal
) -> None:
    people.set_roles(administrator, binh, ["viewer"])
    page = body_of(enter(binh).get("/explorer/"))
    assert objective.title in page
    assert 'name="goal"' not in page
    assert "/explorer/changes/" not in page


def test_three_hundred_goals_cost_what_three_cost(
    enter: Enter, an: Person, objective: Goal, make_key_result: Make
) -> None:
    client = enter(an)
    addresses = (
        "/explorer/", f"/explorer/?columns={ALL_COLUMNS}", "/explorer/?group=pillar",
        "/explorer/?group=unit&sort=-goal", "/explorer/people/", "/explorer/units/",
    )  # fmt: skip
    for at in range(3):
        make_key_result(objective, f"Ít {at}")
    few = [queries_of(client, address) for address in addresses]
    for at in range(60):
        make_key_result(objective, f"Nhiều {at}")
    many = [queries_of(client, address) for address in addresses]
    # With a full page the later kinds are not asked for.
    assert [few[at] - count for at, count in enumerate(many)] in ([0] * 6, [1, 1, 0, 0, 0, 0])
    assert max(few) <= 30


def test_people_with_what_they_keep_and_owe(
    enter: Enter, administrator: Person, an: Person, binh: Person, dung: Person, chi: Person,
    objective: Goal, key_result: Goal,
) -> None:  # fmt: skip
    page = body_of(enter(chi).get("/explorer/people/?sort=-person&columns=goals,owed,manager"))
    assert page.index(an.name) > page.index(binh.name)
    assert page.index(dung.name) < page.index(binh.name)
    row = page[page.index(f"owner={an.public_id}") :][:600]
    assert ">2</a>" in row
    Goal.objects.filter(pk=key_result.pk).update(visibility="private")
    page = body_of(enter(dung).get("/explorer/people/?columns=goals,owed"))
    row = page[page.index(f"owner={an.public_id}") :][:600]
    assert ">1</a>" in row


def test_units_with_their_parts(
    enter: Enter, chi: Person, dung: Person, objective: Goal, key_result: Goal, root_unit: Unit,
    sales_unit: Unit,
) -> None:  # fmt: skip
    page = body_of(enter(dung).get("/explorer/units/"))
    assert f"?unit={root_unit.public_id}" in page
    assert f"?unit={sales_unit.public_id}" in page
    assert "Chưa có dữ liệu: 2" in page  # of the whole and of its part
    page = body_of(enter(dung).get("/explorer/units/?q=kinh"))
    assert "Kinh doanh" in page
    assert "Sản xuất" not in page


def test_guests_see_themselves_alone(
    enter: Enter, administrator: Person, dung: Person, an: Person, objective: Goal
) -> None:
    people.set_roles(administrator, dung, ["guest"])
    client = enter(dung)
    page = body_of(client.get("/explorer/people/"))
    assert dung.name in page
    assert an.name not in page
    assert objective.title not in body_of(client.get("/explorer/"))
    assert "Kinh doanh" not in body_of(client.get("/explorer/units/"))
