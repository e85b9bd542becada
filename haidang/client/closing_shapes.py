"""Closing of KPIs: figures of a closed period, where a closing stands, opening one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from haidang.client.shapes import GoalRef, Ref


@dataclass(frozen=True, slots=True)
class NamedThen:
    """A person or unit by the name that it had then; empty: there was none."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ClosedFigure:
    """A KPI's period as it was closed; `actual` is None where it was missing."""

    kpi: str
    title: str
    version: int
    frequency: str
    starts: date
    ends: date
    year: int
    actual: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    target: Decimal | None
    baseline: Decimal | None
    low: Decimal | None
    high: Decimal | None
    tolerance: Decimal | None
    attainment: Decimal | None
    direction: str
    aggregation: str
    calculation: str
    rule: str
    steps: tuple[tuple[str, ...], ...]
    metric_kind: str
    metric_unit: str
    metric_scale: Decimal | None
    decimals: int
    own_value: Decimal | None
    own_numerator: Decimal | None
    own_denominator: Decimal | None
    value_sum: Decimal
    numerator_sum: Decimal
    denominator_sum: Decimal
    value_reports: int
    check_in: int | None
    definition: int
    owner: NamedThen
    data_owner: NamedThen
    unit: NamedThen
    closed_by: NamedThen
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class Late:
    """Somebody who has not delivered, with how many KPIs."""

    person: Ref | None
    kpis: int


@dataclass(frozen=True, slots=True)
class ClosingState:
    """How many KPIs of a period stand how."""

    frequency: str
    starts: date
    ends: date
    total: int
    missing: int
    delivered: int
    reopened: int
    closed: int
    closed_missing: int
    closing: bool
    late: tuple[Late, ...]


@dataclass(frozen=True, slots=True)
class Reopening:
    """A request to open a closed period again: waiting, granted, declined or withdrawn."""

    id: int
    kpi: GoalRef
    starts: date
    ends: date
    answer: str
    reason: str
    asked_by: Ref
    asked_at: datetime
    decided_by: Ref | None
    decided_at: datetime | None
    answer_reason: str
    nobody_decides: bool


@dataclass(frozen=True, slots=True)
class PeriodComment:
    """What somebody said about a KPI's period; `text` is empty once it was taken back."""

    id: int
    kpi: str
    starts: date
    author: Ref
    text: str
    written_at: datetime
    taken_back_at: datetime | None
