"""What a list writes: what single actions would, all of it or nothing, and once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from haidang.activity.models import Event
from haidang.checkins.recompute import recompute
from haidang.exchange.loading import access, actions
from haidang.exchange.models import Import
from haidang.exchange.tests.loads import applied, problems_of, taken
from haidang.goals import actions as goals
from haidang.goals.actions import LinkRequest
from haidang.goals.models import (
    Alignment,
    AlignmentSpan,
    Cycle,
    Goal,
    GoalVersion,
    HistoryPoint,
    KpiPeriod,
    Standing,
)
from haidang.lib.errors import Conflict, Forbidden, NotFound
from haidang.lib.tests.made import csv_of
from haidang.people.access import forget
from haidang.people.actions import set_leader
from haidang.people.models import Organisation, Person, Unit

pytestmark = pytest.mark.django_db

HEADER = ["Type", "Scope", "Parent", "Title", "Unit of measure", "Target", "Department", "Owner",
          "Weight"]  # fmt: skip


@pytest.fixture
def cycle(administrator: Person) -> Cycle:
    year = date.today().year
    facts = {"name": str(year), "kind": "year", "starts": date(year, 1, 1),
             "ends": date(year, 12, 31)}  # fmt: skip
    return goals.create_cycle(administrator, facts)


def rows_of(organisation: Organisation) -> dict[str, Any]:
    """All that both ways must write alike, keys replaced by public ids, times left out."""
    names = dict(Goal.objects.values_list("pk", "public_id"))
    times = {"id", "since", "until", "created_at", "at"}

    def row(found: dict[str, Any]) -> dict[str, Any]:
        for key in ("goal_id", "child_id", "parent_id", "subject_id"):
            if key in found:
                found[key] = names.get(found[key], found[key])
        if "touched" in found:
            found["touched"] = [names[pk] for pk in found["touched"]]
            found.pop("source"), found.pop("transaction", None)
        return {key: value for key, value in found.items() if key not in times}

    models = (Goal, GoalVersion, Alignment, AlignmentSpan, Standing, HistoryPoint, KpiPeriod)
    tables = {m.__name__: m._default_manager.values() for m in models}  # type: ignore[attr-defined]
    tables["Event"] = Event.objects.filter(subject_kind="goal").order_by("id").values()
    found = {name: [row(one) for one in table] for name, table in tables.items()}
    return {name: t if name == "Event" else sorted(t, key=str) for name, t in found.items()}


def singly(who: Person, an: Person, cycle: Cycle, unit: Unit) -> None:
    money = {"metric_kind": "currency", "metric_unit": "tỷ ₫", "decimals": 1}
    top = goals.create_goal(who, "pillar", {"title": "Dẫn đầu"})
    kpi = {"title": "Doanh số", "level": "company", "direction": "higher", "frequency": "month",
           "aggregation": "sum", "target": Decimal("30.5"), **money}  # fmt: skip
    above = goals.create_goal(who, "kpi", kpi, parents=[LinkRequest(top)])
    part = kpi | {"title": "Phần", "level": "unit", "unit": unit}
    goals.create_goal(who, "kpi", part, parents=[LinkRequest(above)])
    objective = goals.create_goal(
        who, "objective", {"title": "Mở rộng", "level": "company", "cycle": cycle},
        parents=[LinkRequest(top, weight=3)],
    )  # fmt: skip
    for title, weight in (("Doanh thu", 2), ("Số khách", None)):
        facts = {"title": title, "direction": "increase", "target": Decimal("12.5"), **money}
        below = LinkRequest(objective, relation="composition", weight=weight)
        goals.create_goal(who, "key_result", facts | {"owner": an}, parents=[below])
    mine = {"title": "Của An", "level": "individual", "owner": an, "cycle": cycle}
    goals.create_goal(who, "objective", mine, parents=[LinkRequest(objective)])


def _manage(boss: Person, person: Person) -> None:
    """Who loads a goal for somebody proposes it to them."""
    person.manager = boss
    person.save(update_fields=["manager"])
    forget(boss)


LINES = [
    ["KPI", "Unit", "Doanh số", "Phần", "tỷ ₫", "30.5", "Kinh doanh", "", ""],
    ["KR", "", "Mở rộng", "Doanh thu", "tỷ ₫", "12.5", "", "an@tamlong.example", "2"],
    ["KR", "", "Mở rộng", "Số khách", "tỷ ₫", "12.5", "", "an@tamlong.example", ""],
    ["Objective", "Individual", "Mở rộng", "Của An", "", "", "", "an@tamlong.example", ""],
    ["Objective", "Company", "Dẫn đầu", "Mở rộng", "", "", "", "", "3"],
    ["KPI", "Company", "Dẫn đầu", "Doanh số", "tỷ ₫", "30.5", "", "", ""],
    ["Pillar", "", "", "Dẫn đầu", "", "", "", "", ""],
]


def test_a_list_writes_what_single_actions_write(
    administrator: Person, an: Person, cycle: Cycle, sales_unit: Unit
) -> None:
    _manage(administrator, an)
    save = transaction.savepoint()
    singly(administrator, an, cycle, sales_unit)
    wanted = rows_of(administrator.organisation)
    transaction.savepoint_rollback(save)
    assert not Goal.objects.exists()
    job = applied(taken(administrator, csv_of([HEADER, *LINES])))
    assert job.state == "applied", problems_of(job)
    found = rows_of(administrator.organisation)
    for name, table in wanted.items():
        assert found[name] == table, name
    assert recompute(administrator.organisation_id, check=True) == []
    assert set(Event.objects.filter(subject_kind="goal").values_list("source", flat=True)) == {
        "import"
    }


def test_how_far_it_is_never_goes_back(
    administrator: Person, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [["Pillar", "", "", f"Trụ {number}", *[""] * 5] for number in range(200)]
    told: list[tuple[int, int]] = []
    work_as_it_is = actions.work

    def work(*args: Any, said: Any, **options: Any) -> Any:
        def listen(done: int, of: int) -> None:
            told.append((done, of))
            said(done, of)

        return work_as_it_is(*args, said=listen, **options)

    monkeypatch.setattr(actions, "work", work)
    job = taken(administrator, csv_of([HEADER, *rows]))
    told.clear()
    assert applied(job).state == "applied"
    parts = [Decimal(done) / of for done, of in told]
    assert len(parts) > 4
    assert parts == sorted(parts)
    assert parts[-1] == 1


def test_below_goals_that_are_there(administrator: Person, cycle: Cycle) -> None:
    """Only what new goals hang below is read: their numbers and rules are right all the same."""
    facts = {"title": "Mở rộng", "level": "company", "cycle": cycle}
    objective = goals.create_goal(administrator, "objective", facts)
    measure = {"title": "Tổng", "metric_kind": "number", "direction": "increase",
               "target": Decimal(9)}  # fmt: skip
    below = [LinkRequest(objective, relation="composition", weight=4)]
    total = goals.create_goal(administrator, "key_result", measure, parents=below)
    rows = [["Type", "Parent", "Title", "Target"], ["KR", objective.public_id, "Một", "3"],
            ["KR", f"{objective.public_id}; {total.public_id}", "Hai", "3"]]  # fmt: skip
    job = applied(taken(administrator, csv_of(rows)))
    assert job.state == "applied", problems_of(job)
    total.refresh_from_db()
    assert (total.rule, total.version) == ("children", 2)
    assert GoalVersion.objects.filter(goal=total, until=None).count() == 1
    assert set(Alignment.objects.filter(parent=objective).values_list("weight", flat=True)) == {4}
    assert recompute(administrator.organisation_id, check=True) == []


@pytest.fixture
def job(administrator: Person, cycle: Cycle) -> Import:
    return taken(administrator, csv_of([["Type", "Title"], ["Pillar", "Dẫn đầu"]]))


def test_applied_once_however_often_it_is_asked(job: Import) -> None:
    assert actions.begin(job, "")
    assert not actions.begin(job, "")
    actions.apply(job.pk)
    actions.apply(job.pk)
    assert Goal.objects.count() == 1
    assert not actions.begin(Import.objects.get(pk=job.pk), "")
    assert not actions.check_again(job)


def test_it_stands_in_the_log(job: Import, administrator: Person) -> None:
    applied(job)
    event = Event.objects.get(verb="list.imported")
    assert (event.actor_id, event.subject) == (administrator.pk, "goals")
    assert event.data == {"file": "list.csv", "new": 1, "changed": 0}


def test_a_wrong_list_is_not_begun(administrator: Person) -> None:
    wrong = taken(administrator, csv_of([["Type", "Title"], ["Pillar", ""]]))
    with pytest.raises(Conflict):
        actions.begin(wrong, "")


def test_what_changed_in_between_is_shown_and_not_overwritten(
    administrator: Person, cycle: Cycle
) -> None:
    goal = goals.create_goal(administrator, "pillar", {"title": "Dẫn đầu"})
    job = taken(administrator, csv_of([["ID", "Title"], [goal.public_id, "Bền vững"]]))
    goals.edit_goal(administrator, goal, 1, {"title": "Đi trước"})
    job = applied(job)
    goal.refresh_from_db()
    assert goal.title == "Đi trước"
    assert (job.state, job.lines[0]["changes"][0]["old"]) == ("checked", "Đi trước")
    assert "in the meantime" in job.problem
    assert applied(job).state == "applied"


def test_what_became_wrong_in_between_writes_nothing(
    administrator: Person, make_person: Callable[..., Person]
) -> None:
    make_person("Lê Tám", "tam")
    rows = [["Type", "Title", "Owner"], ["Pillar", "Một", ""], ["Pillar", "Hai", "Lê Tám"]]
    job = taken(administrator, csv_of(rows))
    make_person("Lê Tám", "tam2")
    job = applied(job)
    assert (job.state, job.counts["wrong"]) == ("checked", 1)
    assert Goal.objects.count() == 0
    assert not Event.objects.filter(verb="list.imported").exists()


def test_a_right_that_was_lost_in_between(chi: Person, administrator: Person, cycle: Cycle) -> None:
    rows = [["Type", "Scope", "Title", "Department"], ["Objective", "Unit", "X", "Kinh doanh"]]
    job = taken(chi, csv_of(rows))
    assert job.counts["new"] == 1
    set_leader(administrator, chi.unit, None)  # type: ignore[arg-type]
    Import.objects.filter(pk=job.pk).update(person=Person.objects.get(pk=chi.pk))
    assert Goal.objects.count() == 0
    job = applied(job)  # a member may make a draft of it: not what was shown, or not active
    assert not Goal.objects.filter(state="active").exists()


def test_old_files_are_forgotten(job: Import) -> None:
    assert actions.forget_old() == 0
    Import.objects.update(made_at=timezone.now() - actions.KEPT)
    assert actions.forget_old() == 1


def test_ones_own_files_only(job: Import, administrator: Person, an: Person) -> None:
    assert access.import_for(administrator, job.pk) == job
    with pytest.raises(NotFound):
        access.import_for(an, job.pk)
    with pytest.raises(Forbidden):
        actions.take(an, "people", "x.csv", b"Name\nX\n", "vi")


def test_a_check_reads_and_writes_nothing(administrator: Person, an: Person, cycle: Cycle) -> None:
    _manage(administrator, an)
    before = Event.objects.count()
    job = taken(administrator, csv_of([HEADER, *LINES]))
    assert (job.state, job.counts["new"]) == ("checked", 7), problems_of(job)
    assert (Goal.objects.count(), Event.objects.count()) == (0, before)


@pytest.mark.parametrize("lines", [3, 60])
def test_the_same_questions_for_many_lines(
    administrator: Person, cycle: Cycle, lines: int, django_assert_max_num_queries: Any
) -> None:
    rows = [["Type", "Scope", "Parent", "Title", "Target"], ["Objective", "Company", "", "O", ""]]
    rows += [["KR", "", "O", f"K{n}", "5"] for n in range(lines)]
    job = actions.take(administrator, "goals", "x.csv", csv_of(rows), "en")
    with django_assert_max_num_queries(40, connection=connection):
        actions.check(job.pk)
