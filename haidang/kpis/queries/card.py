"""The shape of a scorecard, of one holder in one span of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from haidang.goals.models import Goal
from haidang.goals.models.kinds import Perspective
from haidang.goals.rules.kpi import Steps
from haidang.kpis.access import Holder
from haidang.kpis.actions.closing import Span
from haidang.kpis.cards import Settings
from haidang.kpis.models import ClosedFigure
from haidang.kpis.rules import scorecard as rules
from haidang.kpis.rules.scorecard import Cell, Limits, Stay

#: A line has a number; was due and has none; is not due in this time.
MEASURED, MISSING, NOT_DUE = "measured", "missing", "not_due"


class Definition(NamedTuple):
    """What a KPI is on a card: as it was when its latest period was closed, else as it is."""

    title: str
    direction: str
    aggregation: str
    steps: Steps
    metric_kind: str
    metric_unit: str
    metric_scale: Decimal | None
    decimals: int


@dataclass(frozen=True, slots=True)
class Told:
    """A period of a line: the cell that is counted, and where its number comes from."""

    cell: Cell
    closed: ClosedFigure | None
    record_id: int | None
    ended: bool

    @property
    def is_partial(self) -> bool:
        return self.cell.worked < self.cell.days


@dataclass(slots=True)
class Line:
    """A KPI on a card. Weight, attainment, points and contribution are in percent, exact."""

    goal: Goal
    seen: bool  # by the reader; else its words and numbers are kept back
    position: int
    definition: Definition
    perspective: str
    limits: Limits
    told: list[Told] = field(default_factory=list)
    weight: Fraction = Fraction(0)
    attainment: Fraction | None = None
    points: Fraction | None = None
    contribution: Fraction | None = None
    actual: Decimal | None = None  # over the periods that were reported
    target: Decimal | None = None  # of the same, in parts where they are partial

    @property
    def cells(self) -> list[Cell]:
        return [one.cell for one in self.told]

    @property
    def state(self) -> str:
        if self.attainment is not None:
            return MEASURED
        return MISSING if any(one.ended for one in self.told) else NOT_DUE

    @property
    def reported(self) -> int:
        return sum(one.cell.reported is not None for one in self.told)

    @property
    def due(self) -> int:
        """Periods that have ended, or were reported before."""
        return sum(one.ended or one.cell.reported is not None for one in self.told)

    @property
    def provisional(self) -> bool:
        return any(one.closed is None for one in self.told)

    @property
    def partial(self) -> bool:
        return any(one.is_partial for one in self.told)

    @property
    def latest(self) -> Told | None:
        """The latest period that was reported."""
        told = [one for one in self.told if one.cell.reported is not None]
        return told[-1] if told else None


class Group(NamedTuple):
    """The lines of a perspective, with what they earned together."""

    perspective: str
    lines: list[Line]
    total: rules.Total

    @property
    def weight(self) -> Fraction:
        return sum((line.weight for line in self.lines), Fraction(0))


@dataclass(slots=True)
class Card:
    holder: Holder
    span: Span
    lines: list[Line]
    total: rules.Total
    band: str
    settings: Settings
    provisional: bool
    starts: date | None  # of the first card that ever was set; None: none
    away: list[Stay] = field(default_factory=list)

    @property
    def missing(self) -> list[Line]:
        return [line for line in self.lines if line.state == MISSING]

    @property
    def not_due(self) -> list[Line]:
        return [line for line in self.lines if line.state == NOT_DUE]

    @property
    def measured(self) -> list[Line]:
        return [line for line in self.lines if line.state == MEASURED]

    @property
    def due(self) -> list[Line]:
        return [line for line in self.lines if line.state != NOT_DUE]

    @property
    def partial(self) -> bool:
        return any(line.partial for line in self.lines)

    @property
    def groups(self) -> list[Group]:
        found = []
        for name in [*filter(None, Perspective.values), ""]:
            some = [line for line in self.lines if line.perspective == name]
            if some:
                pairs = [(x.weight, x.points) for x in some if x.state != NOT_DUE]
                found.append(Group(name, some, rules.total(pairs)))
        return found

    @property
    def weight(self) -> Fraction:
        """Of all lines, those that are not due too."""
        return sum((line.weight for line in self.lines), Fraction(0))

    @property
    def is_off(self) -> bool:
        """Whether the weights do not make 100% together. Where months of one KPI stand beside
        quarters of another, they may miss it by a little in a time of change."""
        return abs(self.weight - 100) >= 1
