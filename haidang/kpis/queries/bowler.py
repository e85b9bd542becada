"""The bowler: KPIs by the months of a fiscal year; and one KPI of several units side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet

from haidang.goals.access import visible
from haidang.goals.models import ABOVE_PERSONS, Alignment, Goal, Kind, KpiPeriod, Level, State
from haidang.goals.rules.kpi import Reported, Steps, period_attainment, to_date
from haidang.goals.rules.node import Period, open_period
from haidang.goals.rules.periods import period_of, periods_between
from haidang.goals.words import period_label, period_short
from haidang.kpis.actions.closing import Span
from haidang.kpis.figures import READ, node_of
from haidang.kpis.models import ClosedFigure
from haidang.kpis.rules.closing import steps_of
from haidang.people.access import today_of
from haidang.people.models import Person, Unit
from haidang.web import charts

#: KPIs of one page.
PAGE = 25
#: Finer than a month: told by months, each folded as the KPI folds its periods.
FINE = ("day", "week")
#: What a cell says: as targeted or better, near it, below, not delivered, to come, without
#: a target.
MET, NEAR, BELOW, MISSING, TO_COME, NO_TARGET = (
    "met", "near", "below", "missing", "to_come", "no_target",
)  # fmt: skip
_NEAR = Decimal("0.9")
#: A week belongs to the month, and the year, of its Thursday.
_OF_A_WEEK = timedelta(days=3)
_HEALTH = {MET: "on_track", NEAR: "at_risk", BELOW: "off_track"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A KPI's period that ends in a month, or its days or weeks in it as one; `starts` is None
    where none does."""

    starts: date | None
    label: str
    state: str
    actual: Decimal | None = None
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    attainment: Decimal | None = None  # billionths
    closed: bool = False
    share: bool = False  # of several periods: its attainment is the share of those held


@dataclass(frozen=True, slots=True)
class Row:
    goal: Goal
    cells: list[Cell]
    to_date: Cell


@dataclass(frozen=True, slots=True)
class Bowler:
    months: list[tuple[date, str]]
    rows: list[Row]
    count: int


def kpis_of(person: Person, unit: Unit | None, owner: Person | None) -> QuerySet[Goal]:
    """The KPIs under way that the person sees: of a unit and below, of somebody, or all, as
    of the company's own unit."""
    facts = Goal.objects.filter(kind=Kind.KPI, state=State.ACTIVE).order_by().values("pk")
    # Where it is about few goals, all of it in a query of its own that looks there: SQLite
    # knows no statistics, and would look through the KPIs of everybody.
    if unit is not None and unit.parent_id is not None:
        units = Unit.objects.filter(path__startswith=unit.path).values("pk").order_by()
        people = Person.objects.filter(unit__in=units).values("pk").order_by()
        own = facts.filter(level=Level.INDIVIDUAL, owner__in=people)
        own = own.exclude(unit__isnull=False)  # by owner: without a unit are those of everybody
        return visible(person).filter(pk__in=facts.filter(unit__in=units).union(own))
    if unit is None and owner is not None:
        return visible(person).filter(pk__in=facts.filter(owner=owner))
    return visible(person).filter(kind=Kind.KPI, state=State.ACTIVE)


def bowler(person: Person, rows: QuerySet[Goal], year: Span, page: int) -> Bowler:
    """A page of these KPIs, from the unit downward, then those of persons: at most seven
    queries for any number."""
    found = _page(rows, (page - 1) * PAGE)
    first_month = year.organisation.fiscal_year_start
    months = list(periods_between(year.starts, year.ends, "month", first_month))
    told = _told(person, found, year, folded=True)
    today = today_of(person)
    return Bowler(
        [(starts, period_short(starts, "month", first_month)) for starts, _ends in months],
        [_row(goal, told[goal.pk], months, today) for goal in found],
        rows.count(),
    )


def _page(rows: QuerySet[Goal], first: int) -> list[Goal]:
    """Those of the company and its units come first, and are few: those of persons are put in
    order only for a page that they are on, and nothing but their keys."""
    keys = rows.values_list("pk", flat=True)
    order = (F("unit__path").asc(nulls_first=True), "rank", "number")
    others = keys.filter(level__in=ABOVE_PERSONS).order_by(*order)
    ids = list(others[first : first + PAGE])
    if len(ids) < PAGE:
        after = 0 if ids else max(0, first - others.count())
        own = keys.filter(level=Level.INDIVIDUAL).order_by("rank", "number")
        ids += own[after : after + PAGE - len(ids)]
    found = Goal.objects.select_related("unit", "owner").in_bulk(ids)
    return [found[pk] for pk in ids]


class _How(NamedTuple):
    """How a period is judged and folded: closed as it was closed, open as the KPI stands."""

    direction: str
    aggregation: str
    steps: Steps

    @classmethod
    def of(cls, one: Goal | ClosedFigure) -> _How:
        steps = steps_of(one.steps) if one.direction == "steps" else ()
        return cls(one.direction, one.aggregation, steps)


class _Period(NamedTuple):
    cell: Cell
    ends: date
    said: Reported | None
    how: _How


_Told = Mapping[int, list[_Period]]


def _told(person: Person, goals: Sequence[Goal], year: Span, *, folded: bool = False) -> _Told:
    """The periods of each KPI in the year in order of time, with their last day.

    With `folded` those of days and weeks are only what was reported: each cell is to be made
    of many.
    """
    ids = [goal.pk for goal in goals]
    last = year.ends + _OF_A_WEEK
    inside = {"goal_id__in": ids, "ends__gte": year.starts, "ends__lte": last}
    periods = {(row.goal_id, row.starts): row for row in KpiPeriod.objects.filter(**inside)}
    rows = ClosedFigure.objects.filter(**inside).only(*READ).order_by("version")
    figures = {(row.goal_id, row.starts): row for row in rows}
    first_month, today = year.organisation.fiscal_year_start, today_of(person)
    reported: dict[int, list[tuple[date, date]]] = {}
    for row in periods.values():
        reported.setdefault(row.goal_id, []).append((row.starts, row.ends))
    found: dict[int, list[_Period]] = {}
    for goal in goals:
        node = node_of(goal, first_month)
        some = found[goal.pk] = []
        many = folded and goal.frequency in FINE
        spans = periods_between(year.starts, year.ends, goal.frequency, first_month)
        for starts, ends in sorted(reported.get(goal.pk, ())) if many else spans:
            if not year.starts <= _day_of(starts, goal.frequency) <= year.ends:
                continue
            period: Any = periods.get((goal.pk, starts)) or open_period(node, starts)
            figure = figures.get((goal.pk, starts))
            if isinstance(period, Period) or period.locked_at is None:
                figure = None
            over = goal.ends is not None and goal.ends < starts
            early = goal.starts is not None and goal.starts > ends
            if figure is None and (over or early):
                continue  # what is closed stays, wherever the KPI's days are moved to
            said = _said(node, period, figure)
            how = _How.of(figure or goal)
            if many:
                cell = Cell(starts, "", "", closed=figure is not None)
            else:
                cell = _cell(how, node, period, figure, said, ends < today, first_month)
            some.append(_Period(cell, ends, said, how))
    return found


def _day_of(starts: date, frequency: str) -> date:
    """The day by which a period belongs to a month and a year."""
    return starts + _OF_A_WEEK if frequency == "week" else starts


def _said(node: Any, period: Any, figure: ClosedFigure | None) -> Reported | None:
    source = period if figure is None else figure
    if figure is None:
        value = node.period_value(period)
        if value is None:
            return None
    elif figure.actual is None:
        return None
    else:
        value = (figure.actual, figure.numerator, figure.denominator)
    return Reported(
        period.starts, value[0], source.target, source.baseline, source.low, source.high,
        source.tolerance, value[1], value[2],
    )  # fmt: skip


def _cell(
    how: _How, node: Any, period: Any, figure: ClosedFigure | None, said: Reported | None,
    ended: bool, first_month: int,
) -> Cell:  # fmt: skip
    label = period_label(period.starts, node.frequency, first_month)
    source = period if figure is None else figure
    facts = (source.target, source.low, source.high)
    if said is None:
        state = MISSING if ended else TO_COME
        return Cell(period.starts, label, state, None, *facts, closed=figure is not None)
    exact = period_attainment(how.direction, said, how.steps)
    return Cell(
        period.starts, label, _state(exact), said.value, *facts,
        attainment=None if exact is None else exact.scaleb(9), closed=figure is not None,
    )  # fmt: skip


def _state(attainment: Decimal | None) -> str:
    if attainment is None:
        return NO_TARGET
    return MET if attainment >= 1 else NEAR if attainment >= _NEAR else BELOW


def _row(
    goal: Goal, told: Sequence[_Period], months: Sequence[tuple[date, date]], today: date
) -> Row:
    total = _folded(goal, told)
    if goal.frequency in FINE:
        of_month: dict[date, list[_Period]] = {}
        for period in told:
            day = _day_of(period.cell.starts or period.ends, goal.frequency)
            of_month.setdefault(day.replace(day=1), []).append(period)
        cells = [_month(goal, of_month.get(one[0], ()), one, today) for one in months]
    else:
        by_end = {one.ends: one.cell for one in told}
        cells = [by_end.get(ends, Cell(None, "", "")) for _starts, ends in months]
    return Row(goal, cells, total)


def _folded(goal: Goal, told: Sequence[_Period]) -> Cell:
    """Several periods as one, folded as the latest that is reported; those that were closed
    with another direction or aggregation cannot be folded with it."""
    reported = [(one.how, one.said) for one in told if one.said is not None]
    how = reported[-1][0] if reported else _How.of(goal)
    alike = [said for one, said in reported if one[:2] == how[:2]]
    over = to_date(how.direction, how.aggregation, alike, how.steps)
    return Cell(
        None, "", _state(over.raw) if reported else MISSING, over.actual, over.target,
        attainment=None if over.raw is None else over.raw.scaleb(9),
        share=how.direction in {"range", "pass_fail"},
    )  # fmt: skip


def _month(goal: Goal, some: Sequence[_Period], month: tuple[date, date], today: date) -> Cell:
    """A month of a KPI that is measured by days or weeks."""
    starts, ends = month
    label = period_label(starts, "month")
    if any(one.said is not None for one in some):
        closed = all(one.cell.closed for one in some)
        return replace(_folded(goal, some), starts=starts, label=label, closed=closed)
    over = goal.ends is not None and goal.ends < starts
    if over or (goal.starts is not None and goal.starts > ends):
        return Cell(None, "", "")
    return Cell(starts, label, MISSING if ends < today else TO_COME)


@dataclass(frozen=True, slots=True)
class Small:
    """The little chart of a unit's KPI."""

    goal: Goal
    cells: list[Cell]
    periods: list[charts.Period]
    to_date: Cell


def comparable(person: Person) -> list[Goal]:
    """KPIs that at least two units have a part of: those right above units' KPIs."""
    below = Q(child__kind=Kind.KPI, child__state=State.ACTIVE, child__unit__isnull=False)
    seen = visible(person).filter(kind=Kind.KPI, state=State.ACTIVE)
    links = Alignment.objects.filter(
        below, parent__in=seen.values("pk").order_by(), child__in=seen.values("pk").order_by()
    ).exclude(child__level=Level.INDIVIDUAL)
    counted = links.values("parent_id").annotate(units=Count("child__unit_id", distinct=True))
    ids = counted.filter(units__gte=2).values_list("parent_id", flat=True)
    return list(seen.filter(pk__in=list(ids[:200])).order_by("rank", "number"))


def small_multiples(person: Person, parent: Goal, year: Span) -> list[Small]:
    """A KPI's parts in units, each a chart; never those of persons."""
    parts = Alignment.objects.filter(parent=parent).values("child_id").order_by()
    rows = visible(person).filter(
        pk__in=parts, kind=Kind.KPI, state=State.ACTIVE, unit__isnull=False,
        frequency=parent.frequency, direction=parent.direction, metric_unit=parent.metric_unit,
    ).exclude(level=Level.INDIVIDUAL)  # fmt: skip
    goals = list(rows.select_related("unit", "owner").order_by("unit__path", "number")[:PAGE])
    told = _told(person, goals, year)
    first_month = year.organisation.fiscal_year_start
    found = []
    for goal in goals:
        cells = [one.cell for one in told[goal.pk]]
        periods = [
            charts.Period(
                period_short(cell.starts, goal.frequency, first_month) if cell.starts else "",
                cell.actual, cell.target, _HEALTH.get(cell.state, ""), cell.low, cell.high,
            )
            for cell in cells
        ]  # fmt: skip
        found.append(Small(goal, cells, periods, _folded(goal, told[goal.pk])))
    return found


def year_of(person: Person, day: date) -> tuple[date, date]:
    """First and last day of the fiscal year that a day lies in."""
    return period_of(day, "year", person.organisation.fiscal_year_start)
