"""One change to many goals: what a single action would have done to each, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Model

from haidang.activity.models import Event
from haidang.goals import actions
from haidang.goals.actions import Change, LinkRequest, Wish, change_many
from haidang.goals.actions.many import Refused, preview
from haidang.goals.models import Cycle, Goal, GoalVersion, HistoryPoint, Standing
from haidang.lib.errors import Invalid
from haidang.people.models import Person, Unit

pytestmark = pytest.mark.django_db
Make = Callable[..., Goal]


def wishes(*goals: Goal) -> list[Wish]:
    return [Wish(g.public_id, Goal.objects.get(pk=g.pk).version) for g in goals]


@pytest.fixture
def twins(objective: Goal, make_key_result: Make) -> list[Goal]:
    return [make_key_result(objective, "Sinh đôi") for _ in range(4)]


def rows_of(goal: Goal, since: int) -> dict[str, Any]:
    """Everything that was written for a goal, without its own keys and the time."""

    def plain(row: Model, *without: str) -> dict[str, Any]:
        kept = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
        return {name: value for name, value in kept.items() if name not in without}

    fresh = Goal.objects.get(pk=goal.pk)
    versions = GoalVersion.objects.filter(goal=goal)
    events = Event.objects.filter(subject_id=goal.pk, subject_kind="goal", pk__gt=since)
    return {
        "goal": plain(fresh, "id", "number", "public_id", "words", "created_at", "rank"),
        "tags": sorted(fresh.tags.values_list("name", flat=True)),
        "standing": plain(Standing.objects.get(goal=goal), "goal_id"),
        "versions": [
            plain(v, "id", "goal_id", "since", "until")
            | {"facts": {k: x for k, x in v.facts.items() if k != "rank"}}
            for v in versions
        ],
        "open": versions.filter(until=None).count(),
        "history": [
            plain(h, "id", "goal_id") for h in HistoryPoint.objects.filter(goal=goal)
        ],
        "events": [
            plain(e, "id", "at", "subject_id", "subject", "touched") | {"n": len(e.touched)}
            for e in events.order_by("id")
        ],
    }  # fmt: skip


def last_event() -> int:
    return Event.objects.order_by("-id").values_list("pk", flat=True).first() or 0


@pytest.mark.parametrize("what", ["owner", "tags", "ends", "visibility", "drop", "archive"])
def test_it_writes_what_single_actions_write(
    what: str, chi: Person, an: Person, binh: Person, administrator: Person, twins: list[Goal],
    today: date,
) -> None:  # fmt: skip
    one, two, *many = twins
    day = date(today.year, 12, 20)
    actor = an if what == "ends" else chi
    changes: dict[str, tuple[Change, Callable[[Goal], Any]]] = {
        "owner": (Change("owner", binh), lambda g: actions.edit_goal(actor, g, 1, {"owner": binh})),
        "tags": (
            Change("tags", add=["Tết", "kênh"], remove=["không có"]),
            lambda g: actions.edit_goal(actor, g, 1, {"tags": ["Tết", "kênh"]}),
        ),
        "ends": (
            Change("ends", day, reason="Sớm hơn"),
            lambda g: actions.edit_goal(actor, g, 1, {"ends": day}, reason="Sớm hơn"),
        ),
        "visibility": (
            Change("visibility", "unit"),
            lambda g: actions.edit_goal(actor, g, 1, {"visibility": "unit"}),
        ),
        "drop": (Change("drop", reason="Hết"), lambda g: actions.drop(actor, g, 1, "Hết")),
        "archive": (Change("archive"), lambda g: actions.archive(actor, g, 1)),
    }
    change, single = changes[what]
    since = last_event()
    for goal in (one, two):
        single(goal)
    outcomes = change_many(actor, wishes(*many), change)
    assert [o.refusal for o in outcomes] == [None, None]
    for alone, together in zip((one, two), many, strict=True):
        before, after = rows_of(alone, since), rows_of(together, since)
        if what in ("drop", "archive"):  # less is left above with each that leaves
            for rows in (before, after):
                rows["events"][0].pop("n")
        assert after == before
        assert after["open"] == 1
        assert len(after["versions"]) == 2
        assert len(after["events"]) == 1


def test_states_move_as_they_do_alone(
    chi: Person, an: Person, sales_unit: Unit, year: Cycle
) -> None:
    facts = {"title": "Đề xuất", "level": "unit", "unit": sales_unit, "cycle": year, "owner": an}
    drafts = [actions.create_goal(an, "objective", facts) for _ in range(3)]
    assert [g.state for g in drafts] == ["draft"] * 3
    change_many(an, wishes(*drafts), Change("submit"))
    assert set(Goal.objects.values_list("state", flat=True)) == {"submitted"}
    change_many(chi, wishes(*drafts), Change("approve"))
    assert set(Goal.objects.values_list("state", flat=True)) == {"active"}
    assert Event.objects.filter(verb="goal.approved").count() == 3


def test_all_or_nothing_unless_it_is_left_out(
    chi: Person, dung: Person, administrator: Person, factory_unit: Unit, year: Cycle,
    twins: list[Goal],
) -> None:  # fmt: skip
    facts = {"title": "Của nhà máy", "level": "unit", "unit": factory_unit, "cycle": year,
             "owner": dung}  # fmt: skip
    other = actions.create_goal(administrator, "objective", facts)
    since, chosen = last_event(), wishes(twins[0], other, twins[1])
    change = Change("tags", add=["mới"])
    seen = preview(chi, chosen, change)
    assert [o.public_id for o in seen] == [w.goal for w in chosen]
    assert [o.code for o in seen] == ["", "forbidden", ""]
    with pytest.raises(Refused):
        change_many(chi, chosen, change)
    assert last_event() == since
    assert not Goal.objects.filter(tags__name="mới").exists()
    done = change_many(chi, chosen, change, leave_out=[other.public_id])
    assert [o.refusal is None for o in done] == [True, False, True]
    assert set(Goal.objects.filter(tags__name="mới")) == {twins[0], twins[1]}


def test_a_preview_writes_nothing(chi: Person, binh: Person, twins: list[Goal]) -> None:
    since, versions = last_event(), GoalVersion.objects.count()
    seen = preview(chi, wishes(*twins), Change("owner", binh))
    assert [(o.new, o.same) for o in seen] == [(binh.public_id, False)] * 4
    assert (last_event(), GoalVersion.objects.count()) == (since, versions)
    assert not Goal.objects.filter(owner=binh).exists()


def test_what_somebody_else_did_in_between_is_not_written_over(
    chi: Person, an: Person, binh: Person, twins: list[Goal]
) -> None:
    chosen = wishes(*twins)
    actions.edit_goal(an, twins[1], None, {"title": "Tên khác"})
    seen = preview(chi, chosen, Change("owner", binh))
    assert [o.code for o in seen] == ["", "stale", "", ""]
    with pytest.raises(Refused):
        change_many(chi, chosen, Change("owner", binh))
    assert not Goal.objects.filter(owner=binh).exists()


def test_what_is_so_already_stays_as_it_is(chi: Person, an: Person, twins: list[Goal]) -> None:
    since = last_event()
    done = change_many(chi, wishes(*twins), Change("owner", an))
    assert all(o.same for o in done)
    assert last_event() == since


def test_goals_that_hang_below_each_other_leave_together(
    administrator: Person, chi: Person, objective: Goal, twins: list[Goal], sales_unit: Unit,
    year: Cycle, an: Person,
) -> None:  # fmt: skip
    facts = {"title": "Con", "level": "unit", "unit": sales_unit, "cycle": year, "owner": an}
    below = actions.create_goal(chi, "objective", facts, parents=[LinkRequest(objective)])
    alone = preview(chi, wishes(objective), Change("archive"))
    assert [o.code for o in alone] == ["has_children"]
    both = wishes(objective, twins[0], below)
    seen = preview(chi, both, Change("archive"))
    assert [o.refusal for o in seen] == [None] * 3
    assert set(seen[0].also) == {t.public_id for t in twins[1:]}  # those that are not chosen
    change_many(chi, both, Change("archive"))
    assert set(Goal.objects.values_list("state", flat=True)) == {"archived"}


def test_key_results_that_came_along_are_no_contradiction(
    chi: Person, an: Person, sales_unit: Unit, year: Cycle, make_key_result: Make
) -> None:
    facts = {"title": "Đề xuất", "level": "unit", "unit": sales_unit, "cycle": year, "owner": an}
    draft = actions.create_goal(an, "objective", facts)
    below = actions.create_goal(
        an, "key_result", {"title": "KR", "owner": an},
        parents=[LinkRequest(draft, "composition")],
    )  # fmt: skip
    done = change_many(an, wishes(below, draft), Change("submit"))
    assert [(o.refusal, o.same) for o in done] == [(None, True), (None, False)]


def test_a_hidden_or_foreign_goal_is_one_that_does_not_exist(
    chi: Person, emma: Person, an: Person, dung: Person, objective: Goal
) -> None:
    Goal.objects.filter(pk=objective.pk).update(visibility="private")
    for person in (dung, emma):
        missing, hidden = preview(
            person, [Wish("O-999", 1), *wishes(objective)], Change("tags", add=["x"])
        )
        assert (hidden.goal, hidden.refusal, hidden.code) == (None, missing.refusal, "not_found")


def test_bounds(chi: Person, objective: Goal) -> None:
    with pytest.raises(Invalid):
        preview(chi, [Wish(f"O-{n}", 1) for n in range(1001)], Change("archive"))
    with pytest.raises(Invalid):
        preview(chi, wishes(objective), Change("title", "x"))


def test_other_kinds_say_why(chi: Person, year: Cycle, twins: list[Goal], today: date) -> None:
    (one,) = preview(chi, wishes(twins[0]), Change("cycle", year, reason="x"))
    assert one.code == "unknown_field"
    (one,) = preview(chi, wishes(twins[0]), Change("ends", today + timedelta(days=1)))
    assert one.code == "forbidden"  # its owner alone
