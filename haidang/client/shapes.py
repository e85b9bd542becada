"""What the API speaks of, as dataclasses. Decimals are exact, days and moments are real ones.

Fields are those of the API's reference; what a newer server adds is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Ref:
    """A person, unit or cycle as it is named elsewhere."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class GoalRef:
    id: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Milestone:
    position: int
    title: str
    weight: int
    due: date | None
    reached: bool


@dataclass(frozen=True, slots=True)
class Parent:
    """A link from a goal to one above it."""

    parent: GoalRef
    relation: str
    mode: str
    weight: int
    position: int
    proposed_mode: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a goal stands; no data is None, which is not 0."""

    progress: int | None  # billionths
    progress_decimal: Decimal | None
    raw: Decimal | None
    actual: Decimal | None
    terms_measured: int
    terms_total: int
    own_value: Decimal | None
    own_day: date | None
    confidence: int | None
    checked_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class Goal:
    id: str
    kind: str
    title: str
    description: str
    why: str
    success: str
    state: str
    visibility: str
    level: str
    commitment: str
    horizon: str
    perspective: str
    rank: int
    owner: Ref | None
    data_owner: Ref | None
    unit: Ref | None
    cycle: Ref | None
    starts: date | None
    ends: date | None
    tags: tuple[str, ...]
    contributors: tuple[Ref, ...]
    named: tuple[Ref, ...]
    metric_kind: str
    metric_unit: str
    metric_scale: Decimal | None
    decimals: int
    direction: str
    baseline: Decimal | None
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None
    tolerance: Decimal | None
    relative_change: Decimal | None
    milestones: tuple[Milestone, ...]
    rule: str
    plan_curve: str
    plan: Mapping[str, Decimal]
    frequency: str
    aggregation: str
    steps: tuple[tuple[Decimal, Decimal], ...]
    calculation: str
    expression: str
    formula: str
    source: str
    freshness_days: int | None
    cadence_days: int
    fields: Mapping[str, Any]  # the organisation's own: text, or a list of options' keys
    parents: tuple[Parent, ...]
    standing: Standing
    score: Decimal | None
    proposed_score: Decimal | None
    closed_on: date | None
    reason: str
    created_at: datetime
    created_by: Ref | None
    proposed_by: Ref | None
    close_proposed_by: Ref | None
    may: tuple[str, ...] | None  # None in lists
    version: int
    measure_version: int
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Voiding:
    by: Ref
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CheckIn:
    id: int
    goal: GoalRef
    for_day: date
    period: Period | None
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    milestones: tuple[int, ...] | None
    text_value: str
    confidence: int | None
    pace: str
    note: str
    words: Mapping[str, str]
    next_on: date | None
    author: Ref
    on_behalf_of: Ref | None
    source: str
    recorded_at: datetime
    baseline_then: Decimal | None
    target_then: Decimal | None
    low_then: Decimal | None
    high_then: Decimal | None
    live: bool
    supersedes: int | None
    superseded_by: int | None
    voiding: Voiding | None


@dataclass(frozen=True, slots=True)
class GoalOutcome:
    """What becomes of one of many goals; `code` and `message` say why it may not be changed."""

    id: str
    old: Any
    new: Any
    same: bool
    code: str
    message: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoalMade:
    """One of many that were made at once; `name` is what its row called it."""

    id: str
    name: str | None
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class CheckInMade:
    """One of many that were recorded at once."""

    id: int
    goal: str
    for_day: date


@dataclass(frozen=True, slots=True)
class ActualMade:
    """What stands for a row of actuals now; `outcome` says whether the row made it."""

    kpi: str
    starts: date
    check_in: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    email: str
    title: str
    region: str
    unit: Ref | None
    manager: Ref | None
    roles: tuple[str, ...]
    joined_on: date | None
    left_on: date | None
    is_active: bool
    can_sign_in: bool
    version: int
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    id: str
    kind: str
    name: str
    code: str
    parent: Ref | None
    rank: int
    leaders: tuple[Ref, ...]
    archived_at: datetime | None
    version: int
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Cycle:
    id: str
    name: str
    kind: str
    state: str
    parent: Ref | None
    starts: date
    ends: date
    version: int
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str
    slug: str
    language: str
    time_zone: str
    currency: str
    fiscal_year_start: int
    is_demo: bool
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Me:
    """Whom the token acts as, and what it may."""

    person: Person
    organisation: Organisation
    leads: tuple[Ref, ...]
    teams: tuple[Ref, ...]
    language: str
    scopes: tuple[str, ...]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Subject:
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened; `cursor` is the place behind it."""

    cursor: str
    at: datetime
    verb: str
    actor: Ref | None
    on_behalf_of: Ref | None
    subject: Subject | None
    goals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoalFound:
    id: str
    kind: str
    title: str
    state: str
    owner: Ref | None
    unit: Ref | None


@dataclass(frozen=True, slots=True)
class PersonFound:
    id: str
    name: str
    title: str
    unit: Ref | None


@dataclass(frozen=True, slots=True)
class UnitFound:
    id: str
    kind: str
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, each kind with the nearest first."""

    goals: tuple[GoalFound, ...]
    people: tuple[PersonFound, ...]
    units: tuple[UnitFound, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link child > parent; `child` is None when it may not be seen."""

    child: GoalRef | None
    parent: GoalRef
    relation: str
    mode: str
    weight: int
    position: int
    proposed_mode: str
    proposed_by: Ref | None
    since: datetime
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """A person's part in a goal; the days are a delegate's."""

    person: Ref
    role: str
    since: date | None
    until: date | None
    is_guest: bool


@dataclass(frozen=True, slots=True)
class Guest:
    person: Ref
    link: str | None
    mailed: bool


@dataclass(frozen=True, slots=True)
class Token:
    id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
