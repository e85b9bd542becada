"""What is wrong with actuals, before there is a lock and under it, and what stands already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from haidang.checkins.actions import closed_period, refuse_unfit
from haidang.checkins.actuals.rows import Actual, Line, at_row
from haidang.checkins.actuals.standing import standing_records
from haidang.checkins.reports import Report, cleaned
from haidang.goals.access import visible
from haidang.goals.actions.change import local_day
from haidang.goals.models import Goal, Kind, KpiPeriod
from haidang.goals.rules.graph import Graph
from haidang.goals.rules.periods import FIRST, LAST, period_of
from haidang.lib.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Stale
from haidang.people.access import today_of
from haidang.people.models import Person


def beforehand(
    actor: Person,
    rows: Sequence[Actual],
    kpis: Mapping[str, Goal],
    rights: Mapping[int, bool | None],
) -> tuple[list[Line], list[FieldError]]:
    """The rows as lines, and what can be said before there is a lock that others wait for."""
    today = today_of(actor)
    first: dict[tuple[int, date], int] = {}
    lines: list[Line] = []
    wrong: list[FieldError] = []
    for place, row in enumerate(rows):
        kpi = kpis.get(row.kpi)
        if kpi is None:
            wrong += at_row(place, NotFound())
            continue
        if rights[kpi.pk] is None:
            wrong += at_row(place, Forbidden())
            continue
        try:
            line = _line(place, row, kpi, today)
        except Invalid as invalid:
            wrong += at_row(place, invalid)
            if not FIRST <= row.day <= LAST:
                continue
            starts = _period_start(kpi, row.day)
        else:
            starts = line.starts
            lines.append(line)
        before = first.setdefault((kpi.pk, starts), place)
        if before != place:
            wrong.append(_second(place, before))
    return lines, wrong


def _second(place: int, before: int) -> FieldError:
    message = _("Row %(row)s reports the same KPI for the same period.") % {"row": before + 1}
    return FieldError(f"rows.{place}.day", "duplicate", message)


def _line(place: int, row: Actual, kpi: Goal, today: date) -> Line:
    report = Report(
        for_day=row.day,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        note=row.note,
    )
    report = cleaned(kpi, report, today, set())
    return Line(place, row, kpi, report, _period_start(kpi, row.day))


def _period_start(kpi: Goal, day: date) -> date:
    return period_of(day, kpi.frequency, kpi.organisation.fiscal_year_start)[0]


def read_again(actor: Person, lines: list[Line], graph: Graph, at: datetime) -> list[FieldError]:
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
    kpis = kpis_named(actor, old)
    first: dict[tuple[int, date], int] = {}
    wrong: list[FieldError] = []
    for i, line in enumerate(lines):
        kpi = kpis.get(line.row.kpi, line.goal)
        if line.row.kpi in old or other_day:
            try:
                lines[i] = _line(line.place, line.row, kpi, today)
            except Invalid as invalid:
                wrong += at_row(line.place, invalid)
        # By another frequency two rows may have come into one period.
        before = first.setdefault((kpi.pk, lines[i].starts), line.place)
        if before != line.place:
            wrong.append(_second(line.place, before))
    return wrong


def closed_periods(kpi_ids: Sequence[int]) -> frozenset[tuple[int, date]]:
    """The closed periods of these KPIs."""
    rows = KpiPeriod.objects.filter(goal_id__in=kpi_ids).exclude(locked_at=None)
    return frozenset(rows.values_list("goal_id", "starts"))


def under_the_lock(
    lines: Iterable[Line], graph: Graph, closed: frozenset[tuple[int, date]]
) -> list[FieldError]:
    """What can be said only of what stands: closed periods, and records that nobody saw."""
    wrong: list[FieldError] = []
    for line in lines:
        try:
            if line.goal.pk not in graph.nodes:
                raise NotFound
            refuse_unfit(graph.nodes[line.goal.pk])
            same = says_the_same(line)
            if not same and (line.goal.pk, line.starts) in closed:
                raise closed_period()
            if not same and line.row.seen not in (None, line.stands.id if line.stands else 0):
                raise _stale(line)
        except (Conflict, NotFound) as refusal:
            wrong += at_row(line.place, refusal)
    return wrong


def _stale(line: Line) -> Stale:
    stale = Stale(message=_("Somebody reported this meanwhile. What you typed is kept."))
    stale.field = "value" if line.report.numerator is None else "numerator"
    return stale


def refusal_of(wrong: Sequence[FieldError], count: int) -> Invalid:
    """The refusal of all rows, with every reason."""
    rows = len({error.field.split(".")[1] for error in wrong if error.field})
    return Invalid(
        _("Nothing was recorded: %(wrong)s of %(count)s rows cannot be taken.")
        % {"wrong": rows, "count": count},
        code="invalid",
        errors=wrong,
    )


def kpis_named(actor: Person, public_ids: Iterable[str]) -> dict[str, Goal]:
    """The KPIs of these ids that the person sees, by public id."""
    found = visible(actor).filter(kind=Kind.KPI, public_id__in=set(public_ids))
    kpis = {}
    for kpi in found.select_related("owner__unit", "unit"):
        kpi.organisation = actor.organisation
        kpis[kpi.public_id] = kpi
    return kpis


def look_up(lines: Sequence[Line], graph: Graph) -> None:
    """Put beside each line the record that stands in its period."""
    current: dict[int, Line] = {}
    for line in lines:
        node = graph.nodes.get(line.goal.pk)
        period = node.periods.get(line.starts) if node else None
        if period is not None and period.own_record_id is not None:
            current[period.own_record_id] = line
    for record in standing_records(current).values():
        current[record.id].stands = record


def says_the_same(line: Line) -> bool:
    """Whether a line has the numbers that stand, and no other note."""
    stands, report = line.stands, line.report
    return (
        stands is not None
        and (stands.numerator, stands.denominator) == (report.numerator, report.denominator)
        and stands.value == report.value
        and report.note in ("", stands.note)
    )
