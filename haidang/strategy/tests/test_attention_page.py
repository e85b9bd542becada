"""What needs attention: each reason, whom it is shown to, filters, pages, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal
from haidang.people import actions as people
from haidang.people.models import Person, Unit
from haidang.strategy.queries import attention as listing
from haidang.strategy.queries.attention import REASONS, Attention, Wanted, attention
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
Make = Callable[..., Goal]


def found(person: Person, **asked: str) -> Attention:
    return attention(person, Wanted.of(person, asked))


def under(person: Person, reason: str, **asked: str) -> set[str]:
    page = found(person, reason=reason, **asked)
    return {row.goal.public_id for group in page.groups for row in group.rows}


@pytest.fixture
def pillar(administrator: Person) -> Goal:
    """A pillar under an Ultimate Goal, both the administrator's."""
    facts = {"title": "Đích đến", "owner": administrator}
    ultimate = actions.create_goal(administrator, "ultimate", facts)
    facts = {"title": "Thị phần", "owner": administrator}
    return actions.create_goal(administrator, "pillar", facts, parents=[LinkRequest(ultimate)])


def age(goal: Goal, days: int = 30) -> None:
    Goal.objects.filter(pk=goal.pk).update(
        created_at=F("created_at") - timedelta(days=days), starts=F("ends") - timedelta(days=700)
    )


def test_each_reason_finds_its_goals(
    administrator: Person, an: Person, dung: Person, pillar: Goal, objective: Goal,
    make_key_result: Make,
) -> None:  # fmt: skip
    edge = actions.link(administrator, objective, LinkRequest(pillar))
    late, silent, fine, lost = (make_key_result(objective, f"KR {n}") for n in range(4))
    checkins.record(an, late, value=Decimal(1))
    checkins.record(an, fine, value=Decimal(100))
    checkins.record(an, lost, value=Decimal(100))
    Goal.objects.filter(pk=lost.pk).update(owner=dung)
    people.deactivate_person(administrator, dung)
    age(silent)
    age(late)
    assert late.public_id in under(an, "off_track")
    assert fine.public_id not in under(an, "off_track")
    assert under(an, "outdated") == {silent.public_id}
    assert under(an, "no_data") == {silent.public_id}
    assert under(an, "no_owner") == {lost.public_id}
    assert under(an, "no_parent") == set()
    actions.unlink(administrator, edge)
    assert under(an, "no_parent") == {objective.public_id}
    page = found(an)
    assert [group.reason for group in page.groups] == [r for r in REASONS if page.counts[r]]
    assert page.goals == len({pk for ids in page.ids.values() for pk in ids})


def test_what_only_helps_hangs_nowhere(administrator: Person, pillar: Goal, kpi: Goal) -> None:
    actions.link(administrator, kpi, LinkRequest(pillar, "supports"))
    assert kpi.public_id in under(administrator, "no_parent")


def test_only_what_is_seen(an: Person, dung: Person, emma: Person, objective: Goal) -> None:
    assert objective.public_id in under(dung, "no_parent")
    Goal.objects.filter(pk=objective.pk).update(visibility="private")
    assert objective.public_id in under(an, "no_parent")
    for person in (dung, emma):
        page = found(person)
        assert objective.pk not in {pk for ids in page.ids.values() for pk in ids}
    assert found(dung).goals == 0


def test_what_is_over_or_has_not_begun_is_left_alone(
    an: Person, objective: Goal, key_result: Goal, today: date
) -> None:
    Goal.objects.filter(pk=key_result.pk).update(starts=today + timedelta(days=3), ends=None)
    assert under(an, "no_data") == {objective.public_id}
    Goal.objects.update(state="dropped")
    assert (found(an).goals, found(an).looked_at) == (0, 0)


def test_filters(
    an: Person, administrator: Person, dung: Person, factory_unit: Unit, sales_unit: Unit,
    year: Cycle, objective: Goal, kpi: Goal,
) -> None:  # fmt: skip
    facts = {"title": "Của Dũng", "level": "individual", "owner": dung, "cycle": year}
    own = actions.create_goal(dung, "objective", facts)
    assert under(an, "no_parent") == {objective.public_id, kpi.public_id, own.public_id}
    assert under(an, "no_parent", unit=factory_unit.public_id) == {own.public_id}
    in_sales = under(an, "no_parent", unit=sales_unit.public_id)
    assert in_sales == {objective.public_id, kpi.public_id}
    in_cycle = under(an, "no_parent", cycle=year.public_id)
    assert in_cycle == {objective.public_id, own.public_id}
    odd = {"reason": "x", "unit": "U-\x00", "cycle": "C-99", "page": "٢"}
    assert Wanted.of(an, odd) == Wanted()


def test_the_address_keeps_the_filters(
    enter: Enter, an: Person, sales_unit: Unit, objective: Goal, key_result: Goal
) -> None:
    client = enter(an)
    unit = sales_unit.public_id
    page = body_of(client.get(f"/attention/?unit={unit}&reason=no_data"))
    assert f'value="{unit}" selected' in page
    assert 'name="reason" value="no_data"' in page
    assert f'href="?reason=no_parent&amp;unit={unit}"' in page
    part = body_of(client.get("/attention/", headers=HX))
    assert part.lstrip().startswith('<div id="found"')
    assert objective.title in part


def test_a_row_says_what_is_wrong_and_offers_one_thing(
    enter: Enter, an: Person, binh: Person, objective: Goal, key_result: Goal
) -> None:
    page = body_of(enter(an).get("/attention/?reason=no_data"))
    assert "Chưa có báo cáo nào" in page
    assert f'href="/goals/{key_result.public_id}/check-ins/"' in page
    page = body_of(enter(an).get("/attention/?reason=no_parent"))
    assert f'href="/goals/{objective.public_id}/parents/"' in page
    # Who may do nothing about it opens it.
    page = body_of(enter(binh).get("/attention/"))
    assert f'href="/goals/{key_result.public_id}/check-ins/"' not in page
    assert f'href="/goals/{objective.public_id}/parents/"' not in page
    assert f'class="btn small" href="/goals/{objective.public_id}/"' in page


def test_pages_of_one_reason(
    an: Person, objective: Goal, make_key_result: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(7):
        make_key_result(objective, f"KR {at}")
    everything = under(an, "no_data")
    assert len(everything) == 8
    monkeypatch.setattr(listing, "PAGE", 3)
    pages = [found(an, reason="no_data", page=str(n)) for n in (1, 2, 3)]
    assert [len(page.rows) for page in pages] == [3, 3, 2]
    assert {row.goal.public_id for page in pages for row in page.rows} == everything
    assert [(page.page, page.pages) for page in pages] == [(1, 3), (2, 3), (3, 3)]
    beyond = found(an, reason="no_data", page="99")
    assert (beyond.page, len(beyond.rows)) == (3, 2)


def test_together_each_reason_shows_its_first(
    enter: Enter, an: Person, objective: Goal, make_key_result: Make
) -> None:
    for at in range(9):
        make_key_result(objective, f"KR {at}")
    page = body_of(enter(an).get("/attention/"))
    assert page.count("Chưa có báo cáo nào") == listing.SHOWN - 1  # the objective is the first
    assert "Xem cả 10" in page


def test_it_says_when_it_did_not_look_at_everything(
    enter: Enter, an: Person, objective: Goal, make_key_result: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for at in range(3):
        make_key_result(objective, f"KR {at}")
    monkeypatch.setattr(listing, "LOOKED_AT", 2)
    page = found(an)
    assert (page.looked_at, page.cut) == (2, True)
    assert "Mới xem 2 mục tiêu đầu tiên" in body_of(enter(an).get("/attention/"))


def test_nothing_wrong_is_said(
    enter: Enter, administrator: Person, an: Person, pillar: Goal, objective: Goal, key_result: Goal
) -> None:
    actions.link(administrator, objective, LinkRequest(pillar))
    checkins.record(an, key_result, value=Decimal(100))
    client = enter(an)
    assert "Không có gì cần chú ý" in body_of(client.get("/attention/"))
    Goal.objects.update(state="dropped")
    page = body_of(client.get("/attention/?reason=at_risk"))
    assert "Không có mục tiêu nào đang thực hiện ở đây" in page
    assert 'href="/attention/"' in page


def test_three_hundred_goals_cost_what_three_cost(
    enter: Enter, an: Person, objective: Goal, make_key_result: Make
) -> None:
    client = enter(an)
    addresses = ("/attention/", "/attention/?reason=no_data")
    for at in range(3):
        make_key_result(objective, f"Ít {at}")
    few = [queries_of(client, address) for address in addresses]
    for at in range(60):
        make_key_result(objective, f"Nhiều {at}")
    assert [queries_of(client, address) for address in addresses] == few
    assert max(few) <= 26


def test_home_leads_there(enter: Enter, an: Person) -> None:
    page = body_of(enter(an).get("/"))
    assert page.count('href="/attention/"') >= 2  # the navigation, and a button
    assert 'href="/my/alignment/"' in page
