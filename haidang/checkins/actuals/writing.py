"""The records of actuals, and one event for each KPI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from haidang.activity.actions import event
from haidang.activity.models import Event
from haidang.checkins.actions import draft, put_beside, told_of
from haidang.checkins.actuals.rows import Line
from haidang.checkins.bulk.rows import Ids
from haidang.checkins.current import Current, take_current, take_period
from haidang.checkins.models import CheckIn
from haidang.goals import store
from haidang.goals.actions.change import local_day
from haidang.goals.models import KpiPeriod
from haidang.goals.rules.graph import Graph
from haidang.goals.rules.node import open_period
from haidang.lib.insert import insert_many
from haidang.people.models import Person


def write(
    actor: Person,
    lines: Sequence[Line],
    rights: Mapping[int, bool | None],
    graph: Graph,
    source: str,
    at: datetime,
) -> dict[int, CheckIn]:
    """The records of the lines, by the place of their row; all numbers above follow."""
    was = {line.goal.pk: graph.nodes[line.goal.pk].progress for line in lines}
    ids = Ids(CheckIn, step=len(lines))
    made = {line.place: _take(actor, line, rights, graph, source, at, ids.take()) for line in lines}
    moved = graph.settle()
    store.save_periods([graph.nodes[i] for i in sorted(moved)])
    _name_periods(lines, made, graph)
    insert_many(CheckIn, list(made.values()), has_keys=True)
    store.save(graph, moved, actor.organisation_id, local_day(actor.organisation, at))
    insert_many(Event, _events(actor, lines, made, graph, moved, was), has_keys=False)
    return made


def _take(
    actor: Person,
    line: Line,
    rights: Mapping[int, bool | None],
    graph: Graph,
    source: str,
    at: datetime,
    key: int,
) -> CheckIn:
    """The record of a line, taken as the current one of its period."""
    goal, node = line.goal, graph.touch(line.goal.pk)
    owner = goal.owner if rights[goal.pk] else None
    check_in = draft(actor, goal, line.report, on_behalf_of=owner, source=source)
    check_in.pk = key
    check_in.note = check_in.note or line.row.origin
    if line.stands is not None:
        check_in.for_day = max(check_in.for_day, line.stands.for_day)
    period = node.periods.get(line.starts) or open_period(node, line.starts)
    put_beside(check_in, period, at)
    take_period(period, told_of(check_in), goal.metric_kind)
    node.own_reports += 1
    node.checked_in_at = at
    node.measure_version += 1
    if node.own_day is None or (check_in.for_day, key) > (node.own_day, node.own_record_id or 0):
        take_current(node, Current(key, check_in.for_day, check_in.value, check_in.confidence))
    return check_in


def _name_periods(lines: Sequence[Line], made: Mapping[int, CheckIn], graph: Graph) -> None:
    """Say in each record which stored period it is of."""
    fresh = {
        line.goal.pk for line in lines if graph.nodes[line.goal.pk].periods[line.starts].id is None
    }
    stored = KpiPeriod.objects.filter(goal_id__in=fresh).values_list("goal_id", "starts", "pk")
    for goal_id, starts, pk in stored if fresh else ():
        graph.nodes[goal_id].periods[starts].id = pk
    for line in lines:
        made[line.place].period_id = graph.nodes[line.goal.pk].periods[line.starts].id


def _events(
    actor: Person,
    lines: Sequence[Line],
    made: Mapping[int, CheckIn],
    graph: Graph,
    moved: Iterable[int],
    was: Mapping[int, int | None],
) -> list[Event]:
    """One for each KPI: its latest record, how it moved, and what it moved above."""
    latest: dict[int, CheckIn] = {}
    counted: dict[int, int] = {}
    for line in lines:
        record, before = made[line.place], latest.get(line.goal.pk)
        counted[line.goal.pk] = counted.get(line.goal.pk, 0) + 1
        if before is None or (record.for_day, record.pk) > (before.for_day, before.pk):
            latest[line.goal.pk] = record
    names = {line.goal.pk: line.row.kpi for line in lines}
    reached = set(moved)
    events = []
    for goal_id, record in latest.items():
        data = {
            "check_in": record.pk,
            "for_day": record.for_day.isoformat(),
            "from": was[goal_id],
            "to": graph.nodes[goal_id].progress,
        }
        if counted[goal_id] > 1:
            data["records"] = counted[goal_id]
        told = event(
            organisation_id=actor.organisation_id,
            at=record.recorded_at,
            actor_id=actor.pk,
            on_behalf_of_id=record.on_behalf_of_id,
            verb="check_in.recorded",
            source=record.source,
            subject_kind="goal",
            subject_id=goal_id,
            subject=names[goal_id],
            touched=[i for i in graph.order([goal_id]) if i in reached],
            data=data,
        )
        events.append(told)
    return events
