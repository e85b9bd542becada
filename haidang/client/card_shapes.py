"""Scorecards: what counts, and what it comes to. Weights and scores are in percent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from haidang.client.shapes import GoalRef, Ref


@dataclass(frozen=True, slots=True)
class CardPeriod:
    """A KPI's period on a card, with the working days for which it counts."""

    starts: date
    ends: date
    closed: bool
    actual: Decimal | None
    target: Decimal | None
    weight: Decimal
    worked: int
    days: int
    check_in: int | None


@dataclass(frozen=True, slots=True)
class CardLine:
    """A KPI on a card; `kpi` is None for one that is not open to the reader."""

    kpi: str | None
    title: str
    perspective: str
    state: str
    weight: Decimal
    cap: Decimal
    floor: Decimal
    actual: Decimal | None
    target: Decimal | None
    attainment: Decimal | None
    points: Decimal | None
    contribution: Decimal | None
    provisional: bool
    periods: tuple[CardPeriod, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The card of a person or unit in a period; `seen` is sent with a change of it."""

    holder: Ref
    frequency: str
    starts: date
    ends: date
    score: Decimal | None
    band: str
    provisional: bool
    weight: Decimal
    measured: int
    due: int
    seen: int
    lines: tuple[CardLine, ...]


@dataclass(frozen=True, slots=True)
class CardSummary:
    """What a card comes to."""

    holder: Ref
    score: Decimal | None
    band: str
    provisional: bool
    measured: int
    due: int


@dataclass(frozen=True, slots=True)
class Leave:
    """Days on which a person is away for long."""

    id: int
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class BowlerCell:
    """A KPI's period at the month in which it ends, or its days or weeks in a month as one."""

    month: date
    starts: date
    state: str
    actual: Decimal | None
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None
    attainment: Decimal | None
    closed: bool


@dataclass(frozen=True, slots=True)
class BowlerTotal:
    """The year to date of a KPI."""

    state: str
    actual: Decimal | None
    target: Decimal | None
    attainment: Decimal | None


@dataclass(frozen=True, slots=True)
class BowlerRow:
    """A KPI by the months of a fiscal year."""

    kpi: GoalRef
    frequency: str
    metric_unit: str
    cells: tuple[BowlerCell, ...]
    to_date: BowlerTotal


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """A period of a unit's part in a KPI."""

    starts: date
    state: str
    actual: Decimal | None
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None
    attainment: Decimal | None
    closed: bool


@dataclass(frozen=True, slots=True)
class UnitPart:
    """The part that a unit has in a KPI, as a KPI of its own."""

    unit: Ref
    kpi: GoalRef
    periods: tuple[UnitPeriod, ...]
    to_date: BowlerTotal


@dataclass(frozen=True, slots=True)
class UnitParts:
    """Units side by side in one KPI, in a fiscal year."""

    starts: date
    ends: date
    frequency: str
    metric_unit: str
    items: tuple[UnitPart, ...]


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A unit in the ranking; `open` says whether its card is open to one."""

    place: int
    unit: Ref
    score: Decimal
    band: str
    provisional: bool
    measured: int
    due: int
    open: bool


@dataclass(frozen=True, slots=True)
class UnitRanking:
    """The ranking of units; empty where it is not allowed."""

    frequency: str
    starts: date
    ends: date
    allowed: bool
    items: tuple[RankedUnit, ...]
