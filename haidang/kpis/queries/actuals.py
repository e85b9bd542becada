"""The grid of actuals: KPIs by periods, with the record that stands in each cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from haidang.checkins.actuals import Stands, standing_records
from haidang.goals.models import Goal, KpiPeriod
from haidang.goals.models.kinds import MetricKind
from haidang.goals.rules.periods import FIRST, period_of
from haidang.goals.words import period_label
from haidang.web import formats


@dataclass(slots=True)
class Box:
    """One input as it is typed; `was` is what stands."""

    name: str
    part: str  # value, numerator or denominator
    text: str
    was: str
    error: Any = None


@dataclass(slots=True)
class Cell:
    """A KPI in a period. `seen` is the record that stands there, 0 when there is none."""

    starts: date
    ends: date
    label: str
    locked: bool
    stands: Stands | None
    boxes: list[Box]
    error: Any = None
    now: str = ""  # what stands there meanwhile, where somebody else reported it

    @property
    def seen(self) -> int:
        return self.stands.id if self.stands else 0

    @property
    def wrong(self) -> bool:
        return self.error is not None or any(box.error is not None for box in self.boxes)


@dataclass(slots=True)
class Row:
    kpi: Goal
    yes_no: bool
    cells: list[Cell]

    @property
    def seen(self) -> str:
        """The records that the form is filled in over, one for each column."""
        return ".".join(str(cell.seen) for cell in self.cells)


@dataclass(slots=True)
class Grid:
    columns: Sequence[tuple[date, str]]
    rows: list[Row] = field(default_factory=list)

    @property
    def cells(self) -> Iterable[tuple[Row, Cell]]:
        return ((row, cell) for row in self.rows for cell in row.cells)


def spans(to: date, frequency: str, first_month: int, count: int) -> list[tuple[date, date]]:
    """So many periods up to the one of a day, in order of time."""
    found: list[tuple[date, date]] = []
    while len(found) < count and to >= FIRST:
        found.append(period_of(to, frequency, first_month))
        to = found[-1][0] - timedelta(days=1)
    return found[::-1]


def grid(
    kpis: Sequence[Goal],
    columns: Sequence[tuple[date, date]],
    frequency: str,
    first_month: int,
    language: str,
) -> Grid:
    """The cells of these KPIs, with what stands in them: two queries."""
    stored: dict[tuple[int, date], KpiPeriod] = {}
    if columns:
        rows = KpiPeriod.objects.filter(
            goal__in=[kpi.pk for kpi in kpis],
            starts__gte=columns[0][0],
            starts__lte=columns[-1][0],
        ).only("goal_id", "starts", "own_record_id", "locked_at")
        stored = {(period.goal_id, period.starts): period for period in rows}
    records = standing_records(p.own_record_id for p in stored.values() if p.own_record_id)
    labels = [period_label(starts, frequency, first_month) for starts, _ends in columns]
    found = Grid([(starts, label) for (starts, _), label in zip(columns, labels, strict=True)])
    for kpi in kpis:
        cells = []
        for (starts, ends), label in zip(columns, labels, strict=True):
            period = stored.get((kpi.pk, starts))
            stands = records.get(period.own_record_id or 0) if period else None
            locked = period is not None and period.locked_at is not None
            boxes = _boxes(kpi, starts, stands, language)
            cells.append(Cell(starts, ends, label, locked, stands, boxes))
        found.rows.append(Row(kpi, kpi.metric_kind == MetricKind.YES_NO, cells))
    return found


def _boxes(kpi: Goal, starts: date, stands: Stands | None, language: str) -> list[Box]:
    boxes = []
    for part in parts_of(kpi):
        text = formats.plain(getattr(stands, part), language) if stands else ""
        boxes.append(Box(f"{part[0]}-{kpi.public_id}-{starts.isoformat()}", part, text, text))
    return boxes


def parts_of(kpi: Goal) -> tuple[str, ...]:
    """What is asked of a KPI's period."""
    return ("numerator", "denominator") if kpi.aggregation == "ratio" else ("value",)


def said_by(record: Stands | None, kpi: Goal) -> Mapping[str, Any]:
    """The numbers of a record by the names of their inputs."""
    return {part: getattr(record, part) if record else None for part in parts_of(kpi)}
