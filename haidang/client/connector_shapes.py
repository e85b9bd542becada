"""Connectors to other systems, their runs, and values that they hold back."""

from __future__ import annotations

from collections.abc import Mapping
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
class SettingChoice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class SourceSetting:
    """One thing that a source has to be told."""

    name: str
    label: str
    form: str
    required: bool
    help: str
    choices: tuple[SettingChoice, ...]
    start: str


@dataclass(frozen=True, slots=True)
class ConnectorKind:
    """A kind of system that a connector can ask."""

    kind: str
    label: str
    about: str
    settings: tuple[SourceSetting, ...]


@dataclass(frozen=True, slots=True)
class Connector:
    """What is asked of another system; of its secrets only the names are told."""

    id: int
    name: str
    kind: str
    is_on: bool
    keeper: Ref
    frequency: str
    asks: str
    below: GoalRef | None
    settings: Mapping[str, str]
    secrets: tuple[str, ...]
    has_file: bool
    every: str
    at: str
    weekday: int
    month_day: int
    jump: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None
    next_at: datetime | None
    failing_since: datetime | None
    retired_at: datetime | None
    version: int
    names: tuple[ForeignName, ...]
    etag: str = ""


@dataclass(frozen=True, slots=True)
class ConnectorGone:
    """What became of a connector that was removed: `gone` is deleted or retired."""

    gone: str
    connector: Connector | None


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A row, and what would become of it: `what` is new, same, held or wrong."""

    name: str
    kpi: GoalRef | None
    day: date | None
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    what: str
    code: str
    message: str
    percent: Decimal | None
    stood: Decimal | None
    raw: str


@dataclass(frozen=True, slots=True)
class ConnectorTrial:
    """What a run would do now; without a `code` something could be read."""

    starts: date
    ends: date
    code: str
    message: str
    detail: str
    notes: tuple[str, ...]
    absent: tuple[str, ...]
    lines: tuple[TrialLine, ...]
    answer: str


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
    notes: tuple[str, ...]
    lines: tuple[RunLine, ...]
    answer: str
    kept_until: datetime | None


@dataclass(frozen=True, slots=True)
class Delivered:
    """A record with the row of the other system that it was read from."""

    kpi: GoalRef
    starts: date
    check_in: int
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    name: str
    raw: str


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
