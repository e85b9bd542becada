"""The numbers are a cache of the records: rebuild all of it, and say what differed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Model, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.activity.actions import log
from haidang.checkins.current import Current, Told, take_current, take_period
from haidang.checkins.models import CheckIn
from haidang.goals import store
from haidang.goals.actions.change import local_day
from haidang.goals.models import (
    Alignment,
    AlignmentSpan,
    Goal,
    GoalVersion,
    HistoryPoint,
    KpiPeriod,
    Milestone,
    Standing,
)
from haidang.goals.rules.graph import Graph
from haidang.goals.rules.node import Node
from haidang.lib.database import reading, writing
from haidang.lib.decimals import canonical
from haidang.lib.errors import Conflict
from haidang.lib.fields import ExactDecimalField
from haidang.people.models import Organisation

#: What is rebuilt of a standing; the version of the measure is no number.
STANDING = tuple(c for c in store.STANDING_COLUMNS if c != "measure_version")
PERIOD = store.PERIOD_COLUMNS


@dataclass(frozen=True)
class Difference:
    """One stored value that is not what the records say."""

    organisation_id: int
    goal_id: int
    what: str
    stored: Any
    rebuilt: Any

    def __str__(self) -> str:
        return f"goal {self.goal_id}: {self.what} is {self.stored}, should be {self.rebuilt}"


def recompute(
    organisation_id: int | None = None,
    *,
    check: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Difference]:
    """Rebuild every number of an organisation (of all, without one) from its records.

    With `check` nothing is written and everything read is one snapshot; without it the
    organisation's structure is locked, so that nothing moves meanwhile, and what differed
    is put right. Returns the differences found; an empty list is the proof. Raises Conflict
    where a definition or a record itself is damaged: there is nothing to rebuild it from.
    """
    rows = Organisation.objects.order_by("pk")
    if organisation_id is not None:
        rows = rows.filter(pk=organisation_id)
    organisations = list(rows)
    found: list[Difference] = []
    for i, organisation in enumerate(organisations):
        if progress:
            progress(organisation.name, i, len(organisations))
        if check:
            with reading():
                found += _differences(organisation)
        else:
            with writing():
                store.lock_organisation(organisation.pk)
                mended = _repair(organisation)
                if mended:  # what others remember of these numbers is not true any more
                    log(
                        organisation_id=organisation.pk,
                        at=timezone.now(),
                        verb="numbers.recomputed",
                        source="system",
                        subject_kind="numbers",
                        subject_id=None,
                        subject="",
                        data={"differences": len(mended)},
                    )
                found += mended
    if progress and organisations:
        progress("", len(organisations), len(organisations))
    return found


def _differences(organisation: Organisation) -> list[Difference]:
    try:
        found = _rebuilt(organisation)[1]
    except (ArithmeticError, ValueError):
        damaged = list(_damage(organisation.pk))
        if not damaged:
            raise
        return [difference for difference, _field, _key in damaged]  # no more can be computed
    return found + _false_past(organisation.pk)


def _repair(organisation: Organisation) -> list[Difference]:
    try:
        with transaction.atomic():
            return _put_right(organisation)
    except (ArithmeticError, ValueError):
        damaged = list(_damage(organisation.pk))
        if not damaged:
            raise
    return _without_damage(damaged) + _put_right(organisation)


def _put_right(organisation: Organisation) -> list[Difference]:
    graph, found = _rebuilt(organisation)
    for row in (d for d in found if d.what == "live"):
        CheckIn.objects.filter(pk=row.goal_id).update(live=row.rebuilt)
    for row in (d for d in found if d.what == "milestones"):
        steps = Milestone.objects.filter(goal_id=row.goal_id)
        steps.update(reached=Q(position__in=row.rebuilt))
    # A standing that is lost is inserted like a new one.
    changed = {d.goal_id for d in found if d.what not in ("live", "milestones")}
    for node_id in changed:
        for period in graph.nodes[node_id].periods.values():
            period.dirty = True
    day = local_day(organisation, timezone.now())
    store.restore(graph, changed, organisation.pk, day)
    return found


def _rebuilt(organisation: Organisation) -> tuple[Graph, list[Difference]]:
    """The organisation's graph rebuilt, and where the stored one differed."""
    graph = store.whole(organisation.pk, organisation.fiscal_year_start, blank=True)
    before = {n.id: _image(n) for n in graph.nodes.values()}
    found = _lost(organisation.pk)
    found += _false_live(organisation.pk)
    found += _own_values(organisation.pk, graph)
    graph.rebuild()
    for node in graph.nodes.values():
        stored, rebuilt = before[node.id], _image(node)
        if stored == rebuilt:
            continue
        for what in {**stored, **rebuilt}:
            old, new = stored.get(what), rebuilt.get(what)
            if old != new:
                found.append(Difference(organisation.pk, node.id, what, old, new))
    found += _false_history(organisation.pk, graph)
    return graph, found


def _lost(organisation_id: int) -> list[Difference]:
    """Goals without a standing."""
    ids = Goal.objects.filter(organisation_id=organisation_id, standing=None)
    return [
        Difference(organisation_id, pk, "standing", "lost", "there")
        for pk in ids.order_by("pk").values_list("pk", flat=True)
    ]


#: What can be told from records, and may be emptied where it is no number.
_REBUILT: dict[type[Model], tuple[str, ...]] = {
    Standing: store.STANDING_COLUMNS,
    KpiPeriod: store.PERIOD_COLUMNS,
    HistoryPoint: store.HISTORY_COLUMNS,
}
Damage = tuple[Difference, ExactDecimalField, int]


def _damage(organisation_id: int) -> Iterator[Damage]:
    """Stored decimals that are none, each with its field and the key of its row."""
    for model in (Goal, Standing, KpiPeriod, HistoryPoint, CheckIn):
        fields = [f for f in model._meta.concrete_fields if isinstance(f, ExactDecimalField)]
        columns = ", ".join(str(f.column) for f in fields)
        table, key = model._meta.db_table, model._meta.pk.column
        goal = "id" if model is Goal else "goal_id"
        sql = (
            f"SELECT {key}, {goal}, {columns} FROM {table}"  # noqa: S608  names of tables and columns, of our own
            f" WHERE {goal} IN (SELECT id FROM goals_goal WHERE organisation_id = %s)"
            f" ORDER BY {goal}, {key}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [organisation_id])
            while rows := cursor.fetchmany(10_000):
                for pk, goal_id, *values in rows:
                    for field, value in zip(fields, values, strict=True):
                        if not _is_number(value):
                            what = f"{table}.{field.column}"
                            found = Difference(
                                organisation_id, goal_id, what, repr(value), "a number"
                            )
                            yield found, field, pk


def _is_number(value: Any) -> bool:
    try:
        return value is None or Decimal(value).is_finite()
    except (ArithmeticError, ValueError, TypeError):
        return False


def _without_damage(damaged: list[Damage]) -> list[Difference]:
    """Empty what is rebuilt anyway; refuse where people's own values are damaged."""
    beyond = [d for d, field, _pk in damaged if field.column not in _REBUILT.get(field.model, ())]
    if beyond:
        raise Conflict(
            "\n".join(str(difference) for difference in beyond)
            + "\n"
            + _("What people entered cannot be rebuilt: take it from a backup."),
            code="damaged",
        )
    for _difference, field, pk in damaged:
        empty = None if field.null else Decimal(0)
        field.model._base_manager.filter(pk=pk).update(**{field.name: empty})
    return [difference for difference, _field, _pk in damaged]


def _false_past(organisation_id: int) -> list[Difference]:
    """Links whose open span, and goals whose open version, is not as they stand now; what
    was before is nowhere else to compare with."""
    facts = ("child_id", "parent_id", "relation", "mode", "weight", "position")
    now = set(Alignment.objects.filter(organisation_id=organisation_id).values_list(*facts))
    spans = AlignmentSpan.objects.filter(organisation_id=organisation_id, until=None)
    kept = set(spans.values_list(*facts))
    told: dict[tuple[int, int], list[Any]] = {}
    for at, rows in enumerate((kept, now)):
        for child, parent, *rest in rows - (now & kept):
            told.setdefault((child, parent), [None, None])[at] = rest
    found = [
        Difference(organisation_id, child, f"link to goal {parent} in its history", *sides)
        for (child, parent), sides in sorted(told.items())
    ]
    kept_version = GoalVersion.objects.filter(goal=OuterRef("pk"), until=None).values("version")
    goals = Goal.objects.filter(organisation_id=organisation_id).order_by("pk")
    versions = goals.annotate(kept=Subquery(kept_version)).values_list("pk", "kept", "version")
    found += [
        Difference(organisation_id, pk, "version in its history", last, version)
        for pk, last, version in versions.filter(Q(kept=None) | ~Q(kept=F("version")))
    ]
    return found


def _image(node: Node) -> dict[str, Any]:
    """All numbers of a node by name; a period that holds nothing is no number."""
    image: dict[str, Any] = {c: getattr(node, c) for c in STANDING}
    for start, period in node.periods.items():
        values = {c: getattr(period, c) for c in PERIOD}
        if any(values.values()):
            image |= {f"{start.isoformat()}.{c}": v for c, v in values.items()}
    return image


def _live_records(organisation_id: int) -> Iterator[tuple[Any, ...]]:
    """Records that are neither superseded nor void, by goal and for-day, the latest last."""
    sql = """
        SELECT c.goal_id, c.id, c.for_day, c.period_id, c.value, c.numerator, c.denominator,
               c.confidence, CASE WHEN g.metric_kind = 'milestones' THEN c.milestones END,
               g.metric_kind, c.recorded_at
        FROM checkins_checkin c JOIN goals_goal g ON g.id = c.goal_id
        WHERE c.organisation_id = %s
          AND NOT EXISTS (SELECT 1 FROM checkins_checkin n WHERE n.supersedes_id = c.id)
          AND NOT EXISTS (SELECT 1 FROM checkins_voiding v WHERE v.check_in_id = c.id)
        ORDER BY c.goal_id, c.for_day, c.id
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [organisation_id])
        while rows := cursor.fetchmany(10_000):
            yield from rows


def _false_live(organisation_id: int) -> list[Difference]:
    """Records whose mark `live` is not what their successors and voidings say."""
    sql = """
        SELECT c.id, c.live FROM checkins_checkin c
        WHERE c.organisation_id = %s AND c.live <> (
          NOT EXISTS (SELECT 1 FROM checkins_checkin n WHERE n.supersedes_id = c.id)
          AND NOT EXISTS (SELECT 1 FROM checkins_voiding v WHERE v.check_in_id = c.id))
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [organisation_id])
        return [
            Difference(organisation_id, row[0], "live", bool(row[1]), not row[1])
            for row in cursor.fetchall()
        ]


def _own_values(organisation_id: int, graph: Graph) -> list[Difference]:
    """Own values, periods and counts of every node, from its live records alone; where the
    marks of milestones differ from the current record."""
    weights: dict[int, dict[int, int]] = {}
    marked: dict[int, list[int]] = {}
    rows = Milestone.objects.filter(goal__organisation_id=organisation_id).order_by("position")
    for goal_id, position, weight, mark in rows.values_list(
        "goal_id", "position", "weight", "reached"
    ):
        weights.setdefault(goal_id, {})[position] = weight
        marked.setdefault(goal_id, [])
        if mark:
            marked[goal_id].append(position)
    attained_at: dict[int, list[int]] = {}
    periods = {p.id: p for n in graph.nodes.values() for p in n.periods.values()}
    for node in graph.nodes.values():
        node.own_reports = 0
        node.checked_in_at = node.kpi_year = None
        take_current(node, None)
        for p in node.periods.values():
            p.own_value = p.own_numerator = p.own_denominator = p.own_record_id = None
    for row in _live_records(organisation_id):
        goal_id, pk, day, period_id, value, numerator, denominator, sure, reached, kind, at = row
        node = graph.nodes[goal_id]
        node.own_reports += 1
        if node.checked_in_at is None or at > node.checked_in_at:
            node.checked_in_at = at
        number = _decimal(value)
        if period_id is not None:
            period = periods[period_id]
            told = Told(pk, number, _decimal(numerator), _decimal(denominator))
            take_period(period, told, kind)
        attained: Decimal | None = None
        if goal_id in weights:
            steps = weights[goal_id]
            positions = [] if reached is None else store.from_json(reached) or []
            attained_at[goal_id] = sorted(steps.keys() & set(positions))
            attained = Decimal(sum(steps[i] for i in attained_at[goal_id]))
        on = date.fromisoformat(day) if isinstance(day, str) else day
        take_current(node, Current(pk, on, number, sure), reached=attained)
    return [
        Difference(organisation_id, goal_id, "milestones", stored, attained_at.get(goal_id, []))
        for goal_id, stored in marked.items()
        if stored != attained_at.get(goal_id, [])
    ]


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else canonical(Decimal(value))


def _false_history(organisation_id: int, graph: Graph) -> list[Difference]:
    """Goals whose latest history point is not what stands now.

    Each goal's is looked up by the index: joined as sets, a planner that has not seen a
    fresh load yet may go through all points for each of them.
    """
    columns = ", ".join(f"h.{c}" for c in store.HISTORY_COLUMNS)
    sql = f"""
        SELECT h.goal_id, {columns} FROM goals_goal g
        JOIN goals_historypoint h ON h.goal_id = g.id AND h.day = (
          SELECT MAX(p.day) FROM goals_historypoint p WHERE p.goal_id = g.id)
        WHERE g.organisation_id = %s
    """  # noqa: S608 - names of columns, of our own
    with connection.cursor() as cursor:
        cursor.execute(sql, [organisation_id])
        latest = {row[0]: row[1:] for row in cursor.fetchall()}
    found = []
    for node in graph.nodes.values():
        point = latest.get(node.id)
        if point is None:
            found.append(Difference(organisation_id, node.id, "history", "no point", node.progress))
            continue
        for column, value in zip(store.HISTORY_COLUMNS, point, strict=True):
            stored, rebuilt = value, getattr(node, column)
            if column in ("raw", "actual"):
                stored = _decimal(value)
            if stored != rebuilt:
                what = f"history.{column}"
                found.append(Difference(organisation_id, node.id, what, stored, rebuilt))
    return found
