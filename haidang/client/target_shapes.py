"""Targets of a KPI's year with their ledger, and requests for other targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from haidang.client.shapes import GoalRef, Ref


@dataclass(frozen=True, slots=True)
class Targets:
    """What a period is to reach; which of it counts says the KPI's direction."""

    target: Decimal | None
    baseline: Decimal | None
    low: Decimal | None
    high: Decimal | None
    tolerance: Decimal | None


@dataclass(frozen=True, slots=True)
class TargetVersion:
    """What a period was to reach from a moment on; version 1 is the original."""

    target: Decimal | None
    baseline: Decimal | None
    low: Decimal | None
    high: Decimal | None
    tolerance: Decimal | None
    version: int
    since: datetime
    by: Ref | None
    reason: str
    approved_by: Ref | None
    request: int | None


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A period with what it is to reach now and what it was originally to reach."""

    starts: date
    ends: date
    locked: bool
    stands: Targets
    original: Targets
    actual: Decimal | None
    attainment: Decimal | None
    attainment_original: Decimal | None
    versions: tuple[TargetVersion, ...]


@dataclass(frozen=True, slots=True)
class TargetsToDate:
    actual: Decimal | None
    target: Decimal | None
    attainment: Decimal | None
    periods: int


@dataclass(frozen=True, slots=True)
class TargetYear:
    """The targets of a KPI's fiscal year, and the attainment under both."""

    kpi: str
    year: int
    periods: tuple[TargetLine, ...]
    to_date: TargetsToDate
    to_date_original: TargetsToDate
    requests: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TargetChange:
    """What a request wants of one field of a period; `starts` is None for the usual target."""

    kpi: GoalRef
    starts: date | None
    field: str
    was: Decimal | None
    wanted: Decimal | None
    stands: Decimal | None


@dataclass(frozen=True, slots=True)
class TargetRequest:
    id: int
    kpi: GoalRef
    answer: str
    reason: str
    asked_by: Ref
    asked_at: datetime
    decided_by: Ref | None
    decided_at: datetime | None
    answer_reason: str
    nobody_decides: bool
    changes: tuple[TargetChange, ...]


@dataclass(frozen=True, slots=True)
class Filling:
    """How a target is filled by its parts: `left` below 0 is too much."""

    target: Decimal | None
    allocated: Decimal
    left: Decimal | None


@dataclass(frozen=True, slots=True)
class AllocationPeriod:
    target: Decimal | None
    allocated: Decimal
    left: Decimal | None
    starts: date
    ends: date
    locked: bool
    others: Decimal


@dataclass(frozen=True, slots=True)
class Allocated:
    """A KPI that adds up to the one above; `kpi` is None where it is not open to one."""

    kpi: GoalRef | None
    metric_unit: str
    version: int | None
    may_set: bool
    needs_request: bool
    shorter_periods: bool
    targets: tuple[Decimal | None, ...]
    waiting: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Allocation:
    """How the target of a year is allocated; of a KPI by days that of a month."""

    kpi: str
    year: int
    month: int | None
    periods: tuple[AllocationPeriod, ...]
    whole: Filling | None
    kpis: tuple[Allocated, ...]
    count: int
    next: int | None


@dataclass(frozen=True, slots=True)
class AllocationSaved:
    """How many KPIs changed at once, and the request for the others."""

    changed: int
    request: int | None
