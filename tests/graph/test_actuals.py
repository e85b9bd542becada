"""Many actuals at once give, row for row, what check-ins one by one give in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from haidang.activity.models import Event
from haidang.checkins.actions import record
from haidang.checkins.actuals import Actual, record_actuals
from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Goal, HistoryPoint, KpiPeriod, Standing
from haidang.goals.rules.periods import period_of
from tests.graph.effort import EFFORT
from tests.graph.ground import BEGINNING
from tests.oracle.compare import differences
from tests.worlds import World, fresh

D = Decimal
#: What differs because of when and under which key it was written.
_SKIP = {
    *("id", "recorded_at", "checked_in_at", "own_record_id", "period_id", "xact"),
    *("organisation_id",),
}


@st.composite
def companies(draw: Callable[..., Any]) -> dict[str, Any]:
    """Leaves with their shape, how they hang below two departments, and lists of actuals."""
    leaves = draw(st.integers(1, 5))
    ratio = draw(st.booleans())
    frequency = draw(st.sampled_from(["month", "month", "quarter", "week"]))
    numbers = st.one_of(
        st.integers(-20, 150).map(D), st.decimals(-20, 150, places=3), st.just(D("1e-10"))
    )
    rows = st.tuples(
        st.integers(0, leaves + 3), st.integers(1, 6), st.integers(1, 28), numbers,
        st.integers(1, 90).map(D),
    )  # fmt: skip
    return {
        "leaves": [draw(st.integers(0, 1)) for _ in range(leaves)],
        "ratio": ratio,
        "frequency": frequency,
        "above": draw(st.sampled_from(["month", "quarter"])) if frequency == "month" else frequency,
        "calculated": draw(st.sampled_from(["sum", "difference", "ratio"])),
        "own": draw(st.sampled_from(["both", "children"])),
        "lists": draw(st.lists(st.lists(rows, min_size=1, max_size=9), min_size=1, max_size=3)),
    }


def build(drawn: dict[str, Any]) -> tuple[World, list[Goal]]:
    """Leaves below two departments below the company; two KPIs beside that are calculated
    from leaves; a pillar above it all. The KPIs that take own reports come back."""
    world = World("Hương Sen", fiscal_year_start=4)
    pillar = world.pillar()
    shape: dict[str, Any] = {"frequency": drawn["frequency"]}
    if drawn["ratio"]:
        shape |= {"aggregation": "ratio", "metric_kind": "percent", "metric_unit": "%"}
    top = world.kpi(**(shape | {"frequency": drawn["above"]}))
    world.link(top, pillar, mode="average")
    departments = [world.kpi(LinkRequest(fresh(top), mode="value"), **shape) for _ in range(2)]
    leaves = [
        world.kpi(LinkRequest(fresh(departments[place]), mode="value"), **shape)
        for place in drawn["leaves"]
    ]
    world.rule(departments[0], drawn["own"])
    world.rule(departments[1], "both")
    world.rule(top, "children")
    operation = "sum" if drawn["ratio"] and drawn["calculated"] == "ratio" else drawn["calculated"]
    unit = {"metric_kind": "percent", "metric_unit": "%"} if drawn["ratio"] else {}
    if operation == "ratio":
        unit = {"metric_kind": "number", "metric_unit": ""}
    calculated = world.kpi(frequency=drawn["frequency"], calculation=operation, **unit)
    for leaf in (leaves[0], leaves[-1])[: min(2, len(leaves))]:
        if not world_has(leaf, calculated):
            world.link(leaf, calculated, relation="computes")
    takes = [*leaves, departments[1]]
    if drawn["own"] == "both":
        takes.append(departments[0])
    return world, takes


def world_has(child: Goal, parent: Goal) -> bool:
    return child.parent_links.filter(parent=parent).exists()


def actuals(drawn: dict[str, Any], goals: Sequence[Goal], rows: Sequence[Any]) -> list[Actual]:
    """One list, each KPI and period at most once."""
    found: dict[Any, Actual] = {}
    for which, month, day, value, below in rows:
        kpi = goals[which % len(goals)]
        on = date(2025, month % 5 + 1, day)
        key = (kpi.pk, period_of(on, kpi.frequency, 4)[0])
        if drawn["ratio"]:
            found.setdefault(
                key, Actual(kpi.public_id, on, numerator=value, denominator=below, note="a")
            )
        else:
            found.setdefault(key, Actual(kpi.public_id, on, value))
    return list(found.values())


def one_by_one(world: World, goals: Sequence[Goal], rows: Sequence[Actual]) -> None:
    """The check-ins that the rows stand for, but for those that stand already."""
    by_id = {goal.public_id: goal for goal in goals}
    for row in rows:
        goal = fresh(by_id[row.kpi])
        start = period_of(row.day, goal.frequency, 4)[0]
        period = KpiPeriod.objects.filter(goal=goal, starts=start).first()
        day = row.day
        if period and period.own_record_id:
            before = CheckIn.objects.get(pk=period.own_record_id)
            day = max(day, before.for_day)
            told = (before.numerator, before.denominator) == (row.numerator, row.denominator)
            same = row.numerator is not None or before.value == row.value
            if told and same and row.note in ("", before.note):
                continue
        record(
            world.an, goal, for_day=day, value=row.value, numerator=row.numerator,
            denominator=row.denominator, note=row.note,
        )  # fmt: skip


def at_once(world: World, goals: Sequence[Goal], rows: Sequence[Actual]) -> None:
    """The same in one call, and a second time, which makes nothing."""
    taken = record_actuals(world.an, rows)
    assert [one.kpi for one in taken] == [row.kpi for row in rows]
    again = record_actuals(world.an, rows)
    assert [one.record for one in again] == [one.record for one in taken]
    assert not any(one.is_new for one in again)


def tables(organisation_id: int) -> dict[str, Any]:
    """Every table that either way writes, without keys and times."""
    starts = dict(KpiPeriod.objects.values_list("pk", "starts"))
    days = dict(CheckIn.objects.values_list("pk", "for_day"))
    found: dict[str, Any] = {}
    for model in (Standing, HistoryPoint, KpiPeriod, CheckIn):
        rows = []
        for row in model.objects.filter(goal__organisation=organisation_id).values():
            if model is KpiPeriod and row["own_value"] is None and not row["value_reports"]:
                continue  # it holds nothing: a calculated KPI may have opened it on the way
            row["own_day_"] = days.get(row.get("own_record_id"))
            row["period_"] = starts.get(row.get("period_id"))
            rows.append({k: v for k, v in row.items() if k not in _SKIP})
        found[model.__name__] = sorted(rows, key=str)
    records = CheckIn.objects.filter(organisation=organisation_id).order_by("pk")
    found["order"] = list(records.values_list("goal_id", "for_day", "value"))
    events = Event.objects.filter(organisation_id=organisation_id, verb="check_in.recorded")
    subjects: dict[Any, set[int]] = {}
    for event in events:
        subjects.setdefault((event.subject_id, event.subject), set()).update(event.touched)
    found["events"] = subjects
    return found


def both_ways(drawn: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The standings at first, and all tables after one by one, and after many at once."""
    world, goals = build(drawn)
    before = tables(world.organisation.pk)["Standing"]
    lists = [actuals(drawn, goals, rows) for rows in drawn["lists"]]
    found = []
    for write in (one_by_one, at_once):
        place = transaction.savepoint()
        for rows in lists:
            write(world, goals, rows)
        found.append(tables(world.organisation.pk))
        assert recompute(world.organisation.pk, check=True) == []
        assert differences(world.organisation.pk) == []
        transaction.savepoint_rollback(place)
    return before, found[0], found[1]


@pytest.mark.django_db
@EFFORT
@given(drawn=companies())
def test_row_for_row(drawn: dict[str, Any]) -> None:
    place = transaction.savepoint()
    with mock.patch("django.utils.timezone.now", return_value=BEGINNING):
        before, one, many = both_ways(drawn)
    transaction.savepoint_rollback(place)
    told = many.pop("events")
    assert told.keys() == one.pop("events").keys()
    for name in one:
        assert one[name] == many[name], name
    # Whoever follows the log hears of every goal that stands elsewhere now.
    moved = {row["goal_id"] for row in many["Standing"] if row not in before}
    assert moved <= set().union(*told.values())
