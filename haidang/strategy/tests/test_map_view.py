"""Which goals a map holds: chosen, counted and cut off by the server, for the one who asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from haidang.goals.access import visible
from haidang.goals.models import Alignment, Goal, Participant, Tag
from haidang.lib.errors import NotFound
from haidang.people.access import today_of
from haidang.people.models import Person, TeamMember, Unit
from haidang.strategy.map import choosing, facts, queries, rules
from haidang.strategy.map.below import Below
from haidang.strategy.map.filters import Filters
from haidang.strategy.tests.map_company import Company, company

pytestmark = pytest.mark.django_db


def seen_by(person: Person, /, **asked: Any) -> queries.View:
    return queries.view(person, Filters(**asked), today_of(person))


def ids(view: queries.View) -> set[str]:
    return {row.public_id for row in view.rows}


def test_everything_that_runs_hangs_together(small: Company) -> None:
    view = seen_by(small.strategist)
    assert ids(view) == {goal.public_id for goal in small.goals}
    top = small.by_id("UG-1")
    assert view.rows[0].id == top.pk
    pillars = [small.by_id(f"SP-{n}").pk for n in range(1, 5)]
    assert [key for key, parent in view.parents.items() if parent == top.pk] == pillars
    assert not view.cut
    assert not view.hidden
    place = {row.id: n for n, row in enumerate(view.rows)}
    assert all(place[child] > place[parent] for child, parent in view.parents.items())


def test_private_goals_are_hidden_and_count(small: Company) -> None:
    stranger = small.people[5]
    secret = next(
        goal for goal in small.goals if goal.kind == "objective" and goal.owner_id != stranger.pk
    )
    Goal.objects.filter(pk=secret.pk).update(visibility="private", title="Bí mật của phòng")
    sent = facts.dump(facts.payload(seen_by(stranger), "vi"))
    assert "Bí mật" not in sent
    assert f'"{secret.public_id}"' not in sent
    Participant.objects.create(goal=secret, person=stranger, role="named")
    del stranger.__dict__["_haidang_membership"]
    assert secret.public_id in ids(seen_by(stranger))


def test_organisations_do_not_meet(small: Company) -> None:
    other = company(60, seed=2)
    titles = {goal.pk for goal in other.goals}
    assert not titles & {row.id for row in seen_by(small.strategist).rows}
    with pytest.raises(NotFound):
        seen_by(small.strategist, root="O-99999")
    found = queries.changed(small.strategist, ["O-1"], today_of(small.strategist))
    assert [row.id for row in found.rows] == [small.by_id("O-1").pk]


def test_what_does_not_fit_is_counted_on_its_parent(small: Company) -> None:
    view = seen_by(small.strategist, limit=20)
    assert len(view.rows) <= 20
    assert view.cut
    edges = Alignment.objects.exclude(relation__in=rules.BESIDE)
    for row in view.rows:
        below = set(edges.filter(parent_id=row.id).values_list("child__public_id", flat=True))
        left = below - ids(view)
        if row.id in view.hidden:
            assert view.hidden[row.id] == len(left)
    assert sum(view.hidden.values()) > 0


def test_what_hangs_below_is_what_the_person_sees(small: Company) -> None:
    """Where links are many they are counted by the database, with the same result."""
    pillar = next(g for g in small.goals if g.kind == "pillar" and g.child_links.count() > 1)
    child = pillar.child_links.order_by("pk").first()
    assert child is not None
    reader = Person.objects.filter(organisation=small.organisation).exclude(pk=small.strategist.pk)
    private = Goal.objects.filter(pk=child.child_id)
    private.update(visibility="private", owner=small.strategist, data_owner=None)
    Participant.objects.filter(goal=pillar.pk).delete()
    links = pillar.child_links.filter(relation__in=rules.BRANCHES)
    for person, unseen in (small.strategist, 0), (reader.latest("pk"), 1):
        below = Below(visible(person))
        pairs = below.pairs([pillar.pk], 1000)
        assert len(pairs) == links.count() - unseen
        assert (child.child_id, pillar.pk) in pairs or unseen
        assert below.counts([pillar.pk]) == {pillar.pk: len(pairs)}
        assert len(below.pairs([pillar.pk], 1)) == 1
    nothing = Below(Goal.objects.none())
    assert (nothing.pairs([pillar.pk], 10), nothing.counts([pillar.pk])) == ([], {})
    assert below.counts([]) == {}


def test_a_level_whose_links_are_too_many_is_counted(
    small: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "_LINKS", 3 - 8 * 9)  # of the top's four, three are read
    view = seen_by(small.strategist, limit=10)
    assert ids(view) == {"UG-1"}
    assert (view.cut, view.hidden) == (True, {small.by_id("UG-1").pk: 4})


def test_never_more_than_the_cap(monkeypatch: pytest.MonkeyPatch, small: Company) -> None:
    assert Filters().limit == rules.CAP == 2000
    for limit in (1, 5, 30, 59):
        assert len(seen_by(small.strategist, limit=limit).rows) <= limit


def test_a_branch_of_its_own(small: Company) -> None:
    view = seen_by(small.strategist, root="SP-2")
    assert view.rows[0].public_id == "SP-2"
    assert view.root is not None
    assert "SP-1" not in ids(view)
    assert all(row.id in view.parents for row in view.rows[1:])


def test_narrowed_to_a_unit_with_the_way_up(small: Company) -> None:
    unit = small.units[3]
    view = seen_by(small.strategist, unit=unit.public_id)
    matches = [row for row in view.rows if row.id not in view.context]
    assert {row.unit_id for row in matches} == {unit.pk}
    assert len(matches) == Goal.objects.filter(unit=unit).count()
    assert all(row.unit_id != unit.pk for row in view.rows if row.id in view.context)
    assert ids(seen_by(small.strategist, unit="U-999")) == set()


def test_narrowed_by_kind_words_tag_and_id(small: Company) -> None:
    who = small.strategist
    kinds = seen_by(who, kind="kpi")
    assert {row.kind for row in kinds.rows if row.id not in kinds.context} == {"kpi"}
    goal = small.by_id("KR-3")
    goal.title = "Tăng tốc ứng dụng CRM đặc biệt"
    goal.save()
    words = seen_by(who, text="Ứng dụng CRM đặc biệt")
    assert [r.public_id for r in words.rows if r.id not in words.context] == ["KR-3"]
    assert "UG-1" in ids(words)
    named = seen_by(who, text="kr-3")
    assert [r.public_id for r in named.rows if r.id not in named.context] == ["KR-3"]
    tag = Tag.objects.create(organisation=small.organisation, name="Tết", folded_name="tet")
    goal.tags.add(tag)
    tagged = seen_by(who, tag="tet")
    assert [r.public_id for r in tagged.rows if r.id not in tagged.context] == ["KR-3"]


def test_narrowed_to_a_person(small: Company) -> None:
    person = next(p for p in small.people if any(g.owner_id == p.pk for g in small.goals))
    view = seen_by(small.strategist, person=person.public_id)
    matches = {row.id for row in view.rows if row.id not in view.context}
    assert matches == {goal.pk for goal in small.goals if goal.owner_id == person.pk}
    other = next(g for g in small.goals if g.owner_id != person.pk and g.kind == "objective")
    Participant.objects.create(goal=other, person=person, role="contributor")
    mine = seen_by(person, person="me")
    assert {r.id for r in mine.rows if r.id not in mine.context} == {*matches, other.pk}
    assert not seen_by(small.strategist, person="P-999").rows


def test_narrowed_to_a_team_across_units(small: Company) -> None:
    team = Unit.objects.create(
        organisation=small.organisation, number=90, public_id="U-90", name="Dự án", kind="team",
        path="/90/",
    )  # fmt: skip
    member = next(p for p in small.people if any(g.owner_id == p.pk for g in small.goals))
    TeamMember.objects.create(team=team, person=member, since="2026-01-01T00:00Z")
    held = small.by_id("O-4")
    Goal.objects.filter(pk=held.pk).update(unit=team)
    view = seen_by(small.strategist, team="u-90")
    matches = {row.id for row in view.rows if row.id not in view.context}
    owned = {goal.pk for goal in small.goals if goal.owner_id == member.pk}
    assert matches == owned | {held.pk}
    assert not seen_by(small.strategist, team=small.units[2].public_id).rows
    offered = choosing.choices(small.strategist, Filters())
    assert offered.teams == [("U-90", "Dự án")]
    assert "U-90" not in {key for key, _name, _depth in offered.units}


def test_a_goal_that_was_searched_for_is_there_too(small: Company) -> None:
    plain = seen_by(small.strategist, limit=12)
    far = next(g for g in small.goals if g.kind == "key_result" and g.public_id not in ids(plain))
    view = seen_by(small.strategist, limit=12, also=far.public_id)
    assert len(view.rows) <= 12
    assert far.public_id in ids(view)
    at = far.pk
    while at in view.parents:
        at = view.parents[at]
    assert at == small.by_id("UG-1").pk
    narrowed = seen_by(small.strategist, kind="kpi", health="done", also=far.public_id)
    assert far.public_id in ids(narrowed)
    assert ids(seen_by(small.strategist, also="KR-9999")) == ids(seen_by(small.strategist))
    Goal.objects.filter(pk=far.pk).update(visibility="private")
    stranger = next(p for p in small.people[1:] if p.pk != far.owner_id)
    assert far.public_id not in ids(seen_by(stranger, limit=12, also=far.public_id))


def test_narrowed_by_health(small: Company) -> None:
    view = seen_by(small.strategist, health="off_track")
    matches = [row for row in view.rows if row.id not in view.context]
    assert matches
    assert {view.outlooks[row.id].health for row in matches} == {"off_track"}
    everything = seen_by(small.strategist)
    off = [key for key, look in everything.outlooks.items() if look.health == "off_track"]
    assert len(matches) == len(off)
    late = seen_by(small.strategist, health="outdated")
    assert all(late.outlooks[r.id].outdated for r in late.rows if r.id not in late.context)


def test_where_no_cycle_runs_those_to_come_are_shown(small: Company) -> None:
    later = timedelta(days=900)
    small.cycle.starts, small.cycle.ends = small.cycle.starts + later, small.cycle.ends + later
    small.cycle.save()
    assert "O-6" in ids(seen_by(small.strategist))


def test_gone_goals_and_other_cycles_stay_away(small: Company) -> None:
    dropped = small.by_id("O-5")
    Goal.objects.filter(pk=dropped.pk).update(state="dropped")
    assert "O-5" not in ids(seen_by(small.strategist))
    long_ago = timedelta(days=365 * 20)
    small.cycle.starts, small.cycle.ends = (
        small.cycle.starts - long_ago,
        small.cycle.ends - long_ago,
    )
    small.cycle.save()
    today = seen_by(small.strategist)
    assert {row.kind for row in today.rows} == {"ultimate", "pillar", "kpi"}
    assert "O-6" in ids(seen_by(small.strategist, cycle="C-1"))
    assert "O-6" in ids(seen_by(small.strategist, cycle="all"))
    assert "O-6" not in ids(seen_by(small.strategist, cycle="C-77"))


def test_the_same_number_of_queries_for_few_and_for_many(db: None) -> None:
    def count(size: int) -> int:
        made = company(size)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            seen_by(made.strategist)
        return len(asked)

    few = count(60)
    assert count(600) == few
    assert few <= 16


def test_columns_are_of_one_length(small: Company) -> None:
    sent = facts.payload(seen_by(small.strategist), "vi")
    columns = [
        *("id", "title", "kind", "state", "owner", "unit", "progress", "expected", "health"),
        *("measured", "terms", "amount", "up"),
    ]
    assert {len(sent[name]) for name in columns} == {len(small.goals)}
    assert sent["up"][0] == -1
    assert all(up < place for place, up in enumerate(sent["up"]))
    assert len(sent["links"]) % 3 == 0
    assert sent["links"]
    result = small.by_id("KR-1")
    place = sent["id"].index("KR-1")
    standing = result.standing
    assert sent["progress"][place] == standing.progress
    assert sent["people"][sent["owner"][place]][0] == result.owner.name


def test_actual_and_target_as_one_says_them(small: Company) -> None:
    row = next(r for r in seen_by(small.strategist).rows if r.public_id == "KR-1")
    row.metric_unit, row.actual, row.target, row.decimals = "tỷ ₫", 1234, 3000, 1  # type: ignore[assignment]
    assert facts.amount(row, "vi") == "1.234 / 3.000\u00a0tỷ ₫"
    assert facts.amount(row, "en") == "1,234 / 3,000\u00a0tỷ ₫"
    row.low, row.high = 25, 35  # type: ignore[assignment]
    assert facts.amount(row, "vi") == "1.234 / 25–35\u00a0tỷ ₫"
    row.actual = None
    assert facts.amount(row, "vi") == "– / 25–35\u00a0tỷ ₫"
    row.metric_kind = ""
    assert facts.amount(row, "vi") == ""
