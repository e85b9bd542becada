"""A KPI's target, allocated to the KPIs that add up to it, period by period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from haidang.goals import store
from haidang.goals.access import verbs_of_each
from haidang.goals.actions.ledger import is_approved
from haidang.goals.actions.targets import APPROVAL
from haidang.goals.models import Alignment, Frequency, Goal, Kind, KpiPeriod, Mode, State
from haidang.goals.models.kinds import Aggregation
from haidang.goals.rules.graph import Graph
from haidang.goals.rules.node import Node
from haidang.goals.rules.periods import periods_between
from haidang.goals.words import period_label, period_short
from haidang.kpis.access import TARGET_ASKERS
from haidang.kpis.figures import node_of
from haidang.kpis.forms.targets import Cell
from haidang.kpis.queries.targets import actual_in, spans_of, waiting_changes
from haidang.kpis.rules.targets import Left, converted, sum_of, year_before
from haidang.people import settings
from haidang.people.models import Person
from haidang.web import formats

#: KPIs on one page, so that a form stays below what a server takes of fields; of weeks and days
#: fewer.
MOST = 50
MOST_OF_MANY = 30
_MANY = 12  # columns
_STATES = (State.DRAFT, State.RETURNED, State.SUBMITTED, State.ACTIVE)


@dataclass(slots=True)
class Column:
    starts: date
    ends: date
    label: str
    short: str
    target: Decimal | None  # of the KPI above, in its unit
    is_locked: bool


@dataclass(slots=True)
class Row:
    """A KPI that adds up to the one above. `kpi` is None where the reader may not see it; its
    numbers count all the same."""

    kpi: Goal | None
    scale: Decimal | None
    cells: list[Cell]
    is_open: bool = False  # the reader may change its targets here
    asks: bool = False  # what stands changes only by a request
    is_finer: bool = False  # has shorter periods: told by their sums
    waits: set[date] = field(default_factory=set)
    last_year: Sequence[Decimal | None] = ()
    year: Cell | None = None  # the whole year, to be spread

    @property
    def total(self) -> Decimal:
        return sum_of(cell.value for cell in self.cells)


@dataclass(slots=True)
class Allocation:
    """The grid of a fiscal year; of days that of a calendar month in it."""

    kpi: Goal
    year: int
    month: int | None
    columns: list[Column]
    rows: list[Row]
    others: list[Decimal]  # what KPIs on other pages have, by column
    count: int  # of KPIs below
    most: int  # of them on a page
    has_year: bool  # a year (of days: a month) is the sum of its periods

    def left(self) -> list[Left]:
        """How each period is filled, and at the end the year where it is a sum."""
        found = []
        for at, column in enumerate(self.columns):
            parts = [
                converted(r.cells[at].value, r.scale, self.kpi.metric_scale) for r in self.rows
            ]
            found.append(Left(column.target, sum_of([*parts, self.others[at]])))
        if self.has_year:
            known = [one.target for one in found if one.target is not None]
            whole = sum_of(known) if known else None
            found.append(Left(whole, sum_of(one.allocated for one in found)))
        return found

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]


def can_allocate(kpi: Goal) -> bool:
    """Whether targets of KPIs below add up to this one's."""
    adds = kpi.aggregation != Aggregation.RATIO and kpi.direction not in ("range", "pass_fail")
    return adds and not kpi.calculation and bool(kpi.frequency)


def allocation_of(
    person: Person, kpi: Goal, year: int, page: int, language: str, month: int = 1
) -> Allocation:
    """The grid of a fiscal year, of days that of a calendar month in it; a fixed number of
    queries for any number of KPIs."""
    first_month = kpi.organisation.fiscal_year_start
    children = _children(kpi)
    nodes = {one.pk: node_of(one, first_month) for one in (kpi, *children)}
    store.load_periods(Graph(nodes), sorted(nodes))
    locked = set(
        KpiPeriod.objects.filter(goal_id__in=list(nodes), year__in=(year - 1, year, year + 1))
        .exclude(locked_at=None)
        .values_list("goal_id", "starts")
    )
    by_days = kpi.frequency == Frequency.DAY
    spans = spans_of(kpi, year, first_month)
    if by_days:
        spans = [span for span in spans if span[0].month == month]
    most = MOST if len(spans) <= _MANY else MOST_OF_MANY
    columns = [
        Column(
            starts, ends,
            period_label(starts, kpi.frequency, first_month),
            period_short(starts, kpi.frequency, first_month),
            _target(kpi, nodes[kpi.pk], starts),
            (kpi.pk, starts) in locked,
        )
        for starts, ends in spans
    ]  # fmt: skip
    shown = children[(page - 1) * most : page * most]
    verbs = verbs_of_each(person, shown)
    approval = bool(settings.get(kpi.organisation_id, APPROVAL))
    waits: dict[int, set[date]] = {}
    for change in waiting_changes([one.pk for one in shown]):
        if change.starts is not None:
            waits.setdefault(change.goal_id, set()).add(change.starts)
    rows = []
    for one in shown:
        sees = "see" in verbs[one.pk]
        finer = one.frequency != kpi.frequency
        row = Row(
            one if sees else None,
            one.metric_scale,
            [],
            is_open=sees and not finer and bool(verbs[one.pk] & TARGET_ASKERS),
            asks=approval and is_approved(one),
            is_finer=finer,
            waits=waits.get(one.pk, set()),
        )
        node = nodes[one.pk]
        for column in columns:
            was = _within(one, node, column) if finer else _target(one, node, column.starts)
            free = row.is_open and (one.pk, column.starts) not in locked
            name = f"t-{one.public_id}-{column.starts.isoformat()}"
            row.cells.append(Cell.of(name, "target", was, language, is_open=free))
        if not finer:
            row.last_year = [
                actual_in(node, year_before(column.starts, kpi.frequency, first_month))
                for column in columns
            ]
        if kpi.aggregation == Aggregation.SUM and len(columns) > 1:
            total = row.total
            row.year = Cell(
                f"y-{one.public_id}", "year", total, formats.plain(total, language), total,
                is_open=any(cell.is_open for cell in row.cells),
            )  # fmt: skip
        rows.append(row)
    rest = [one for one in children if one not in shown]
    others = [
        sum_of(
            converted(
                _within(one, nodes[one.pk], column)
                if one.frequency != kpi.frequency
                else _target(one, nodes[one.pk], column.starts),
                one.metric_scale,
                kpi.metric_scale,
            )
            for one in rest
        )
        for column in columns
    ]
    has_year = kpi.aggregation == Aggregation.SUM and len(columns) > 1
    return Allocation(
        kpi, year, month if by_days else None, columns, rows, others, len(children), most, has_year
    )


def _children(kpi: Goal) -> list[Goal]:
    links = Alignment.objects.filter(
        parent=kpi, mode=Mode.VALUE, child__kind=Kind.KPI, child__state__in=_STATES
    )
    rows = links.select_related("child__owner", "child__unit", "child__organisation")
    found = [link.child for link in rows]
    return sorted(found, key=lambda one: (one.unit.path if one.unit else "~", one.rank, one.number))


def _target(kpi: Goal, node: Node, starts: date) -> Decimal | None:
    """A period's target: its own, the usual one where it has no row yet."""
    period = node.periods.get(starts)
    return kpi.target if period is None else period.target


def _within(child: Goal, node: Node, column: Column) -> Decimal:
    """What the shorter periods of a KPI are to bring together in a longer one above, as far as
    the KPI lives in them; the usual target where they have no row yet."""
    first_month = child.organisation.fiscal_year_start
    first = max(column.starts, child.starts or column.starts)
    last = min(column.ends, child.ends or column.ends)
    inside = periods_between(first, last, child.frequency, first_month) if first <= last else ()
    return sum_of(_target(child, node, starts) for starts, _ends in inside)


def by_public_id(rows: Sequence[Row]) -> Mapping[str, Row]:
    """The rows that the reader sees, by the id of their KPI."""
    return {row.kpi.public_id: row for row in rows if row.kpi is not None}
