"""Actuals of many KPIs at once: all of them or none, settled once.

Each row is what a check-in of its own would be (`actions.record`): the same rules, the same
rows in the end. But the graph above all of them is one slice, read once and settled once,
and one event tells of each KPI (docs/decisions/one-event-for-the-actuals-of-a-kpi.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import event
from haidang.activity.models import Event
from haidang.checkins.actions import (
    Report,
    cleaned,
    closed_period,
    draft,
    put_beside,
    refuse_unfit,
    told_of,
)
from haidang.checkins.bulk.rows import Ids
from haidang.checkins.current import Current, take_current, take_period
from haidang.checkins.models import CheckIn, Source
from haidang.goals import store
from haidang.goals.access import check_in_rights, visible
from haidang.goals.actions.change import local_day
from haidang.goals.models import Goal, Kind, KpiPeriod
from haidang.goals.rules.graph import Graph, open_period
from haidang.goals.rules.periods import FIRST, LAST, period_of
from haidang.lib.database import writing
from haidang.lib.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Refusal, Stale
from haidang.lib.insert import insert_many
from haidang.people.access import today_of
from haidang.people.models import Person

MOST = 10_000
_STANDS = (
    "SELECT id, for_day, value, numerator, denominator, note FROM checkins_checkin"
    " WHERE id IN ({ids})"
)
#: Fields of a report > the field of a row that says it.
_FIELDS = {"for_day": "day", "text_value": "value", "milestones": "value"}


@dataclass(frozen=True, slots=True)
class Actual:
    """What a KPI came to in the period that a day lies in.

    `seen` is the record that stood there when it was typed (0: none); None: not asked.
    `origin` says from where it was taken: the note of a record that has no other.
    """

    kpi: str
    day: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""
    seen: int | None = None
    origin: str = ""


class Taken(NamedTuple):
    """The record that stands for a row's period now, and whether the row made it."""

    kpi: str
    starts: date
    record: int
    is_new: bool


class Stands(NamedTuple):
    """The current record of a period."""

    id: int
    for_day: date
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    note: str


class Tried(NamedTuple):
    """What a row would do: the record that stands in its period, whether the row says the
    same, and what is wrong with it by the names of its fields."""

    stands: Stands | None
    same: bool
    errors: Sequence[FieldError]


@dataclass(slots=True)
class _Line:
    """A row that can be taken as far as it is known without the lock."""

    place: int
    row: Actual
    goal: Goal
    report: Report
    starts: date
    stands: Stands | None = None


def record_actuals(
    actor: Person, rows: Sequence[Actual], *, source: str = Source.PERSON
) -> list[Taken]:
    """Record every row, in their order, in one durable transaction under the organisation's
    lock.

    What stands in a period already is not recorded again (the same numbers, and no other
    note), so that a list sent twice makes nothing new. A row takes the place of what stands:
    it is for the later of its day and the day of the record that stands, which stays as it
    is. Raises Invalid with every reason, each at `rows.<row>.<field>`; nothing is recorded
    then.
    """
    if len(rows) > MOST:
        raise Invalid(_("At most 10,000 rows at once."), code="too_many", field="rows")
    kpis = _kpis(actor, {row.kpi for row in rows})
    rights = check_in_rights(actor, kpis.values())
    lines, wrong = _beforehand(actor, rows, kpis, rights)
    if wrong:
        raise _refusal(wrong, len(rows))
    with writing():
        store.lock_organisation(actor.organisation_id)
        ids = sorted({line.goal.pk for line in lines})
        graph = store.above(ids, actor.organisation.fiscal_year_start)
        at = timezone.now()
        wrong = _again(actor, lines, graph, at)
        _look_up(lines, graph)
        wrong += _under_the_lock(lines, graph, _closed(ids))
        if wrong:
            raise _refusal(wrong, len(rows))
        new = [line for line in lines if not _says_the_same(line)]
        made = _write(actor, new, rights, graph, source, at) if new else {}
    taken = []
    for line in lines:
        record = made.get(line.place)
        stands = record.pk if record else line.stands.id if line.stands else 0
        taken.append(Taken(line.row.kpi, line.starts, stands, record is not None))
    return taken


def try_actuals(actor: Person, rows: Sequence[Actual]) -> list[Tried]:
    """What `record_actuals` would do with each row as things stand; nothing is written.

    The caller reads in one snapshot, or holds the organisation's lock.
    """
    kpis = _kpis(actor, {row.kpi for row in rows})
    lines, wrong = _beforehand(actor, rows, kpis, check_in_rights(actor, kpis.values()))
    if lines:
        ids = sorted({line.goal.pk for line in lines})
        graph = store.above(ids, actor.organisation.fiscal_year_start)
        _look_up(lines, graph)
        wrong += _under_the_lock(lines, graph, _closed(ids))
    reasons: dict[int, list[FieldError]] = {}
    for error in wrong:
        _rows, number, name = (error.field or "..").split(".")
        reasons.setdefault(int(number), []).append(error._replace(field=name))
    read = {line.place: line for line in lines}
    found = []
    for place in range(len(rows)):
        line = read.get(place)
        same = line is not None and _says_the_same(line)
        stands = line.stands if line is not None else None
        found.append(Tried(stands, same, reasons.get(place, ())))
    return found


def _kpis(actor: Person, public_ids: Iterable[str]) -> dict[str, Goal]:
    """The KPIs of these ids that the person sees, by public id."""
    found = visible(actor).filter(kind=Kind.KPI, public_id__in=set(public_ids))
    kpis = {}
    for kpi in found.select_related("owner__unit", "unit"):
        kpi.organisation = actor.organisation
        kpis[kpi.public_id] = kpi
    return kpis


# -- what is wrong ---------------------------------------------------------------------------


def _beforehand(
    actor: Person,
    rows: Sequence[Actual],
    kpis: Mapping[str, Goal],
    rights: Mapping[int, bool | None],
) -> tuple[list[_Line], list[FieldError]]:
    """The rows as lines, and what can be said before there is a lock that others wait for."""
    today = today_of(actor)
    first: dict[tuple[int, date], int] = {}
    lines: list[_Line] = []
    wrong: list[FieldError] = []
    for place, row in enumerate(rows):
        kpi = kpis.get(row.kpi)
        if kpi is None:
            wrong += _at(place, NotFound())
            continue
        if rights[kpi.pk] is None:
            wrong += _at(place, Forbidden())
            continue
        try:
            line = _line(place, row, kpi, today)
        except Invalid as invalid:
            wrong += _at(place, invalid)
            if not FIRST <= row.day <= LAST:
                continue
            starts = _period_start(kpi, row.day)
        else:
            starts = line.starts
            lines.append(line)
        before = first.setdefault((kpi.pk, starts), place)
        if before != place:
            message = _("Row %(row)s reports the same KPI for the same period.") % {
                "row": before + 1
            }
            wrong.append(FieldError(f"rows.{place}.day", "duplicate", message))
    return lines, wrong


def _line(place: int, row: Actual, kpi: Goal, today: date) -> _Line:
    report = Report(
        for_day=row.day,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        note=row.note,
    )
    report = cleaned(kpi, report, today, set())
    return _Line(place, row, kpi, report, _period_start(kpi, row.day))


def _period_start(kpi: Goal, day: date) -> date:
    return period_of(day, kpi.frequency, kpi.organisation.fiscal_year_start)[0]


def _again(actor: Person, lines: list[_Line], graph: Graph, at: datetime) -> list[FieldError]:
    """Read anew, under the lock, what was read by another definition or on another day."""
    today = local_day(actor.organisation, at)
    other_day = today != today_of(actor)
    old = {
        line.row.kpi
        for line in lines
        if (node := graph.nodes.get(line.goal.pk)) and node.version != line.goal.version
    }
    if not old and not other_day:
        return []
    kpis = _kpis(actor, old)
    wrong: list[FieldError] = []
    for i, line in enumerate(lines):
        kpi = kpis.get(line.row.kpi, line.goal)
        if line.row.kpi in old or other_day:
            try:
                lines[i] = _line(line.place, line.row, kpi, today)
            except Invalid as invalid:
                wrong += _at(line.place, invalid)
    return wrong


def _closed(kpi_ids: Sequence[int]) -> frozenset[tuple[int, date]]:
    """The closed periods of these KPIs."""
    rows = KpiPeriod.objects.filter(goal_id__in=kpi_ids).exclude(locked_at=None)
    return frozenset(rows.values_list("goal_id", "starts"))


def _under_the_lock(
    lines: Iterable[_Line], graph: Graph, closed: frozenset[tuple[int, date]]
) -> list[FieldError]:
    wrong: list[FieldError] = []
    for line in lines:
        try:
            if line.goal.pk not in graph.nodes:
                raise NotFound
            refuse_unfit(graph.nodes[line.goal.pk])
            same = _says_the_same(line)
            if not same and (line.goal.pk, line.starts) in closed:
                raise closed_period()
            if not same and line.row.seen not in (None, line.stands.id if line.stands else 0):
                raise _stale(line)
        except (Conflict, NotFound) as refusal:
            wrong += _at(line.place, refusal)
    return wrong


def _stale(line: _Line) -> Stale:
    stale = Stale(message=_("Somebody reported this meanwhile. What you typed is kept."))
    stale.field = "value" if line.report.numerator is None else "numerator"
    return stale


def _at(place: int, refusal: Refusal) -> list[FieldError]:
    """The reasons of a row's refusal, by the names of its fields."""
    return [
        FieldError(f"rows.{place}.{_FIELDS.get(field or 'kpi', field or 'kpi')}", code, message)
        for field, code, message in refusal.errors
    ]


def _refusal(wrong: Sequence[FieldError], count: int) -> Invalid:
    rows = len({error.field.split(".")[1] for error in wrong if error.field})
    return Invalid(
        _("Nothing was recorded: %(wrong)s of %(count)s rows cannot be taken.")
        % {"wrong": rows, "count": count},
        code="invalid",
        errors=wrong,
    )


# -- what stands, and what is written ------------------------------------------------------------


def _look_up(lines: Sequence[_Line], graph: Graph) -> None:
    """Put beside each line the record that stands in its period."""
    current: dict[int, _Line] = {}
    for line in lines:
        node = graph.nodes.get(line.goal.pk)
        period = node.periods.get(line.starts) if node else None
        if period is not None and period.own_record_id is not None:
            current[period.own_record_id] = line
    for record in standing_records(current).values():
        current[record.id].stands = record


def records_seen(named: Iterable[tuple[int, int]]) -> dict[int, Stands]:
    """What records say that a form names (record id, id of the KPI that it is named for);
    one of another goal is left out, as one that does not exist."""
    pairs = set(named)
    ids = [record for record, _kpi in pairs]
    known = CheckIn.objects.filter(pk__in=ids).order_by().values_list("pk", "goal_id")
    return standing_records(pk for pk, goal_id in known if (pk, goal_id) in pairs)


def standing_records(ids: Iterable[int]) -> dict[int, Stands]:
    """What these records say, by their id."""
    found = {}
    for pk, day, *numbers, note in store.select_by_ids(_STANDS, list(ids)):
        value, numerator, denominator = (None if n is None else Decimal(n) for n in numbers)
        on = date.fromisoformat(day) if isinstance(day, str) else day
        found[pk] = Stands(pk, on, value, numerator, denominator, note)
    return found


def _says_the_same(line: _Line) -> bool:
    stands, report = line.stands, line.report
    return (
        stands is not None
        and (stands.numerator, stands.denominator) == (report.numerator, report.denominator)
        and stands.value == report.value
        and report.note in ("", stands.note)
    )


def _write(
    actor: Person,
    lines: Sequence[_Line],
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
    line: _Line,
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


def _name_periods(lines: Sequence[_Line], made: Mapping[int, CheckIn], graph: Graph) -> None:
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
    lines: Sequence[_Line],
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
