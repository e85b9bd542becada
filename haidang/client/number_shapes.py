"""What `Strategy` gives of numbers: where they come from, what hangs below, days of the past.

Progress and expected are billionths (`_decimal`: the same as a Decimal).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from haidang.client.shapes import GoalRef, Ref


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the weighted mean; `goal` is None of the own measure and of hidden goals."""

    own: bool
    goal: GoalRef | None
    hidden: bool
    relation: str
    weight: int
    progress: int | None
    progress_decimal: Decimal | None
    share: Decimal | None
    contribution: int | None


@dataclass(frozen=True, slots=True)
class ValueTerm:
    goal: GoalRef | None
    hidden: bool
    relation: str
    actual: Decimal | None
    stands_at: Decimal | None
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Actual:
    """What stands in a period of a KPI; `value` is what was reported for the KPI itself."""

    kpi: GoalRef
    frequency: str
    starts: date
    ends: date
    target: Decimal | None
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    value_sum: Decimal
    value_reports: int
    check_in: int | None
    note: str
    source: str
    author: Ref | None
    recorded_at: datetime | None
    locked_at: datetime | None


@dataclass(frozen=True, slots=True)
class KpiPeriod:
    year: int
    starts: date
    ends: date
    target: Decimal | None
    baseline: Decimal | None
    low: Decimal | None
    high: Decimal | None
    tolerance: Decimal | None
    own_value: Decimal | None
    own_numerator: Decimal | None
    own_denominator: Decimal | None
    value_sum: Decimal
    value_reports: int
    locked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Number:
    goal: GoalRef
    rule: str
    progress: int | None
    progress_decimal: Decimal | None
    raw: Decimal | None
    actual: Decimal | None
    baseline: Decimal | None
    terms_measured: int
    terms_total: int
    weight: int
    expected: int | None
    expected_decimal: Decimal | None
    health: str
    outdated: bool
    terms: tuple[Term, ...]
    value_terms: tuple[ValueTerm, ...]
    left_out: tuple[Term, ...]
    periods: tuple[KpiPeriod, ...]
    counted_twice: tuple[GoalRef, ...]
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Branch:
    """A goal of a subtree; with several parents it stands below the first of them."""

    id: str
    parent: str | None
    depth: int
    relation: str
    mode: str
    weight: int
    kind: str
    title: str
    state: str
    owner: str | None
    unit: str | None
    progress: int | None
    progress_decimal: Decimal | None
    terms_measured: int
    terms_total: int
    ends: date | None


@dataclass(frozen=True, slots=True)
class Cross:
    child: str
    parent: str
    relation: str
    mode: str


@dataclass(frozen=True, slots=True)
class Subtree:
    """In preorder, the goal itself first; `as_of` is None of what stands now."""

    items: tuple[Branch, ...]
    cross: tuple[Cross, ...]
    as_of: date | None


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    day: date
    progress: int | None
    progress_decimal: Decimal | None
    raw: Decimal | None
    actual: Decimal | None
    terms_measured: int
    terms_total: int


@dataclass(frozen=True, slots=True)
class ParentThen:
    parent: GoalRef
    relation: str
    mode: str
    weight: int
    since: datetime


@dataclass(frozen=True, slots=True)
class GoalThen:
    """`definition` has its fields as JSON has them; people, unit and cycle by id."""

    id: str
    kind: str
    day: date
    version: int
    since: datetime
    definition: Mapping[str, Any]
    progress: int | None
    progress_decimal: Decimal | None
    raw: Decimal | None
    actual: Decimal | None
    terms_measured: int
    terms_total: int
    parents: tuple[ParentThen, ...]
