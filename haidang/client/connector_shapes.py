"""Connectors to other systems, their runs, and values that they hold back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from haidang.client.shapes import GoalRef, Ref


@dataclass(frozen=True, slots=True)
class ForeignName:
    """What another system calls what a KPI measures."""

    name: str
    kpi: GoalRef


@dataclass(frozen=True, slots=True)
class Connector:
    """What is asked of another system; its settings and secrets are not told."""

    id: int
    name: str
    kind: str
    is_on: bool
    keeper: Ref
    frequency: str
    asks: str
    every: str
    jump: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None
    next_at: datetime | None
    failing_since: datetime | None
    names: tuple[ForeignName, ...]


@dataclass(frozen=True, slots=True)
class RunLine:
    """A row that was not taken, and why."""

    name: str
    day: str
    value: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ConnectorRun:
    """One time that a connector asked, or was told; without `ended_at` it is running."""

    id: int
    connector: int
    why: str
    by: Ref | None
    starts: date
    ends: date
    began_at: datetime
    ended_at: datetime | None
    outcome: str
    recorded: int
    unchanged: int
    held_back: int
    not_taken: int
    absent: int
    code: str
    message: str
    lines: tuple[RunLine, ...]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A value that waits for a decision, or had one."""

    id: int
    kpi: GoalRef
    connector: str
    run: int
    starts: date
    ends: date
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    stood: Decimal | None
    why: str
    percent: Decimal | None
    verdict: str
    decided_by: Ref | None
    decided_at: datetime | None
    reason: str
    check_in: int | None
