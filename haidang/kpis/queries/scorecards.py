"""Scorecards as they are read: many at once by the same number of queries as one.

What is closed is told by what the closing kept (`ClosedFigure`, `ClosedLine`), what is open
by what stands, and such a card is provisional.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from haidang.goals.access import seen_among
from haidang.goals.models import Goal, KpiPeriod
from haidang.goals.rules.kpi import Reported
from haidang.goals.rules.node import Node, Period, open_period
from haidang.goals.rules.periods import periods_between
from haidang.goals.rules.plan import Calendar
from haidang.kpis.access import Holder
from haidang.kpis.actions.closing import Span
from haidang.kpis.cards import (
    Counted,
    History,
    Key,
    Settings,
    Sheet,
    calendar_of,
    counted,
    key_of,
    limits_of,
    sheets,
    standing_cards,
    whole_weight,
)
from haidang.kpis.figures import READ, node_of
from haidang.kpis.models import ClosedFigure, ClosedLine, LongLeave
from haidang.kpis.queries.card import NOT_DUE, Card, Definition, Line, Told
from haidang.kpis.rules import scorecard as rules
from haidang.kpis.rules.closing import steps_of
from haidang.kpis.rules.scorecard import Cell, Limits, Stay
from haidang.people.access import today_of
from haidang.people.models import Person, Unit


@dataclass
class _Read:
    """What the database says of some holders in a span."""

    span: Span
    today: date
    sheets: Mapping[Key, Sheet]
    kept: Mapping[Key, list[ClosedLine]]
    goals: Mapping[int, Goal]
    nodes: Mapping[int, Node]
    periods: Mapping[tuple[int, date], KpiPeriod]
    figures: Mapping[tuple[int, date], ClosedFigure]
    seen: set[int]
    history: History
    first: Mapping[Key, date]
    calendar: Calendar


def cards(actor: Person, holders: Sequence[Holder], span: Span) -> list[Card]:
    """The cards of these holders, whom the actor may read, in their order."""
    read = _read(actor, holders, span)
    return [_card(holder, read) for holder in holders]


def card(actor: Person, holder: Holder, span: Span) -> Card:
    return cards(actor, [holder], span)[0]


def holder_key(holder: Holder) -> Key:
    return ("unit" if isinstance(holder, Unit) else "person", holder.pk)


def _read(actor: Person, holders: Sequence[Holder], span: Span) -> _Read:
    people = [one.pk for one in holders if isinstance(one, Person)]
    units = [one.pk for one in holders if isinstance(one, Unit)]
    standing = standing_cards(person_id__in=people) if people else []
    standing += standing_cards(unit_id__in=units) if units else []
    leaves = LongLeave.objects.filter(person_id__in=people, until=None) if people else ()
    found = sheets(standing, leaves)
    within = {"ends__gte": span.starts, "ends__lte": span.ends}
    kept: dict[Key, list[ClosedLine]] = {}
    for name, ids in (("person_id__in", people), ("unit_id__in", units)):
        if ids:
            for line in ClosedLine.objects.filter(**{name: ids}, **within).order_by("version"):
                kept.setdefault(key_of(line), []).append(line)
    goal_ids = {goal_id for sheet in found.values() for goal_id in sheet.pieces}
    goal_ids |= {line.goal_id for lines in kept.values() for line in lines}
    rows = KpiPeriod.objects.filter(goal_id__in=goal_ids, **within).order_by("starts")
    figures = (
        ClosedFigure.objects.filter(goal_id__in=goal_ids, **within).only(*READ).order_by("version")
    )
    goals = Goal.objects.in_bulk(goal_ids)
    first: dict[Key, date] = {}
    for one in standing:
        first.setdefault(key_of(one), one.starts)
    return _Read(
        span=span,
        today=today_of(actor),
        sheets=found,
        kept=kept,
        goals=goals,
        nodes={
            pk: node_of(goal, span.organisation.fiscal_year_start) for pk, goal in goals.items()
        },
        periods={(row.goal_id, row.starts): row for row in rows},
        figures={(row.goal_id, row.starts): row for row in figures},
        seen=seen_among(actor, goal_ids),
        history=History(span.organisation.pk),
        first=first,
        calendar=calendar_of(span.organisation.pk),
    )


def _card(holder: Holder, read: _Read) -> Card:
    key = holder_key(holder)
    usual = read.history.at()
    lines = _lines(key, read, usual)
    of_frequency: dict[str, list[Cell]] = {}
    for line in lines:
        of_frequency.setdefault(line.goal.frequency, []).extend(line.cells)
    for line in lines:
        longest = rules.time_of(of_frequency[line.goal.frequency])
        if line.told:
            line.weight = rules.weight_of(line.cells, longest)
        said = line.definition
        line.attainment = rules.attained(line.cells, said.direction, said.aggregation, said.steps)
        shown = rules.compared(line.cells, said.direction, said.aggregation, said.steps)
        line.actual, line.target = shown.actual, shown.target
        if line.attainment is not None:
            line.points = rules.points(line.attainment, line.limits)
    total = rules.total((x.weight, x.points) for x in lines if x.state != NOT_DUE)
    for line in lines:
        if line.points is not None and total.measured:
            line.contribution = line.weight * line.points / total.measured
    provisional = read.span.ends >= read.today or any(line.provisional for line in lines)
    then = usual if provisional else read.history.at(_closed_at(lines))
    sheet = read.sheets.get(key)
    return Card(
        holder=holder,
        span=read.span,
        lines=lines,
        total=total,
        band=rules.band_of(total.score, then.bands),
        settings=then,
        provisional=provisional,
        starts=read.first.get(key),
        away=[
            stay
            for stay in (sheet.away if sheet else ())
            if stay.first <= read.span.ends and stay.last >= read.span.starts
        ],
    )


def _closed_at(lines: Iterable[Line]) -> datetime | None:
    closed = [one.closed.closed_at for line in lines for one in line.told if one.closed]
    return max(closed, default=None)


def _lines(key: Key, read: _Read, usual: Settings) -> list[Line]:
    """The lines of a holder with what they count, in their order."""
    kept = {
        (one.goal_id, one.starts): one
        for one in read.kept.get(key, ())
        if _closed(read, one.goal_id, one.starts, one.version)
    }
    sheet = read.sheets.get(key) or Sheet()
    found: dict[int, Line] = {}
    for goal_id in dict.fromkeys([*sheet.pieces, *(goal_id for goal_id, _s in kept)]):
        goal, node = read.goals[goal_id], read.nodes[goal_id]
        for starts, ends in _periods(read, goal):
            figure = _closed(read, goal_id, starts)
            copy = kept.get((goal_id, starts))
            if copy is None:
                part = counted(sheet, goal_id, Stay(starts, ends), read.calendar)
                if part is None:
                    continue
            elif not copy.worked:
                continue  # it was not theirs when it was closed, whatever was said since
            else:
                part = None
            line = found.get(goal_id)
            if line is None:
                line = found[goal_id] = _line(goal, goal_id in read.seen)
            _say(line, goal, figure, copy, part, usual, read)
            row = read.periods.get((goal_id, starts)) or open_period(node, starts)
            line.told.append(_told(figure, copy, part, row, node, ends < read.today))
        if goal_id not in found and (idle := _not_due(sheet, goal, read, usual)) is not None:
            found[goal_id] = idle
    return sorted(found.values(), key=lambda line: (line.position, line.goal.number))


def _not_due(sheet: Sheet, goal: Goal, read: _Read, usual: Settings) -> Line | None:
    """A line that was set for the last day of the span, none of whose periods ends in it."""
    day = read.span.ends
    for piece in sheet.pieces.get(goal.pk, ()):
        if piece.meant.first <= day <= piece.meant.last and not any(
            True for _period in _periods(read, goal)
        ):
            line = _line(goal, goal.pk in read.seen)
            line.position, line.limits = piece.line.position, limits_of(piece.line, usual.limits)
            line.perspective = goal.perspective or piece.line.perspective
            line.weight = Fraction(piece.line.weight or 0)
            return line
    return None


def _periods(read: _Read, goal: Goal) -> Iterable[tuple[date, date]]:
    """The periods of a KPI that end within the span and have begun; of the open ones those in
    which it runs. What is closed stays, wherever its days are moved to."""
    span, first_month = read.span, read.span.organisation.fiscal_year_start
    for starts, ends in periods_between(span.starts, span.ends, goal.frequency, first_month):
        if ends > span.ends or starts > read.today:
            return
        runs = (goal.starts is None or goal.starts <= ends) and (
            goal.ends is None or goal.ends >= starts
        )
        if runs or _closed(read, goal.pk, starts) is not None:
            yield starts, ends


def _closed(
    read: _Read, goal_id: int, starts: date, version: int | None = None
) -> ClosedFigure | None:
    """The figure of a period that is closed; None while it is open. With `version` only if
    that closing is the latest."""
    row = read.periods.get((goal_id, starts))
    figure = read.figures.get((goal_id, starts))
    if row is None or row.locked_at is None or figure is None:
        return None
    return figure if version in (None, figure.version) else None


def _line(goal: Goal, seen: bool) -> Line:
    steps = steps_of(goal.steps) if goal.direction == "steps" else ()
    said = Definition(
        goal.title, goal.direction, goal.aggregation, steps, goal.metric_kind, goal.metric_unit,
        goal.metric_scale, goal.decimals,
    )  # fmt: skip
    return Line(goal, seen, 0, said, goal.perspective, Limits(Decimal(100), Decimal(0)))


def _say(
    line: Line, goal: Goal, figure: ClosedFigure | None, copy: ClosedLine | None,
    part: Counted | None, usual: Settings, read: _Read,
) -> None:  # fmt: skip
    """Periods come in order of time: what the latest says of the line holds for all."""
    if figure is not None:
        steps = steps_of(figure.steps) if figure.direction == "steps" else ()
        line.definition = Definition(
            figure.title, figure.direction, figure.aggregation, steps, figure.metric_kind,
            figure.metric_unit, figure.metric_scale, figure.decimals,
        )  # fmt: skip
    else:
        line.definition = _line(goal, line.seen).definition
    if copy is not None:
        line.position, line.perspective = copy.position, copy.perspective
        line.limits = Limits(copy.cap or Decimal(0), copy.floor or Decimal(0))
    elif part is not None:
        then = usual if figure is None else read.history.at(figure.closed_at)
        line.position = part.line.position
        line.perspective = goal.perspective or part.line.perspective
        line.limits = limits_of(part.line, then.limits)


def _told(
    figure: ClosedFigure | None, copy: ClosedLine | None, part: Counted | None,
    row: KpiPeriod | Period, node: Node, ended: bool,
) -> Told:  # fmt: skip
    weight: Fraction
    if copy is not None:
        weight = whole_weight(copy.weight or Decimal(0), copy.worked)
        worked, days, prorated = copy.worked, copy.days, copy.prorated
    else:
        assert part is not None
        weight, worked, days = part.weight, part.worked, part.days
        prorated = part.line.prorated
    reported = _of_figure(figure) if figure is not None else _of_period(node, row)
    cell = Cell(row.starts, row.ends, weight, worked, days, reported, prorated)
    record = figure.record_id if figure is not None else row.own_record_id
    return Told(cell, figure, record, ended)


def _of_figure(one: ClosedFigure) -> Reported | None:
    if one.actual is None:
        return None
    return Reported(
        one.starts, one.actual, one.target, one.baseline, one.low, one.high, one.tolerance,
        one.numerator, one.denominator,
    )  # fmt: skip


def _of_period(node: Node, row: KpiPeriod | Period) -> Reported | None:
    found = node.period_value(row)  # type: ignore[arg-type]  # a row has the facts of a Period
    if found is None:
        return None
    value, numerator, denominator = found
    return Reported(
        row.starts, value, row.target, row.baseline, row.low, row.high, row.tolerance, numerator,
        denominator,
    )  # fmt: skip
