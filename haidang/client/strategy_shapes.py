"""What `Strategy` gives: the map, trees, numbers and days of the past, as dataclasses.

Progress, expected and week_ago are billionths (`_decimal`: the same as a Decimal).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from haidang.client.shapes import GoalRef, Ref


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages; blank where it is not written."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class CoreValue:
    id: str
    rank: int
    name: Words
    words: Words
    icon: str
    cited_by: tuple[GoalRef, ...]
    version: int
    etag: str = ""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view of the map under a name."""

    id: int
    name: str
    owner: Ref
    is_shared: bool
    query: str
    place: str
    updated_at: datetime
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    vision: Words
    mission: Words
    values: tuple[CoreValue, ...]
    version: int
    etag: str = ""


@dataclass(frozen=True, slots=True)
class MapGoal:
    id: str
    kind: str
    title: str
    state: str
    level: str
    owner: Ref | None
    unit: Ref | None
    parent: str | None
    relation: str
    mode: str
    weight: int
    progress: int | None
    progress_decimal: Decimal | None
    expected: int | None
    expected_decimal: Decimal | None
    health: str
    outdated: bool
    actual: Decimal | None
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None
    metric_unit: str
    terms_measured: int
    terms_total: int
    context: bool
    more: int


@dataclass(frozen=True, slots=True)
class MapLink:
    child: str
    parent: str
    relation: str
    mode: str
    weight: int


@dataclass(frozen=True, slots=True)
class StrategyMap:
    """Goals in reading order, each after its parent, and the links beside the tree."""

    items: tuple[MapGoal, ...]
    links: tuple[MapLink, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class LibraryWords:
    title: str
    unit: str
    formula: str
    source: str
    purpose: str
    pitfall: str


@dataclass(frozen=True, slots=True)
class LibraryKpi:
    """A ready KPI, in Vietnamese and English."""

    key: str
    department: str
    perspective: str
    metric_kind: str
    decimals: int
    direction: str
    frequency: str
    aggregation: str
    low: Decimal | None
    high: Decimal | None
    tolerance: Decimal | None
    freshness_days: int
    vi: LibraryWords
    en: LibraryWords


@dataclass(frozen=True, slots=True)
class Kpi:
    id: str
    title: str
    level: str
    owner: Ref | None
    unit: Ref | None
    metric_unit: str
    direction: str
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None
    actual: Decimal | None
    attainment: Decimal | None
    progress: int | None
    progress_decimal: Decimal | None
    expected: int | None
    expected_decimal: Decimal | None
    health: str
    outdated: bool
    trend: tuple[int | None, ...]
    below: int


@dataclass(frozen=True, slots=True)
class Top:
    """An Ultimate Goal."""

    goal: GoalRef
    owner: Ref | None
    unit: Ref | None
    progress: int | None
    progress_decimal: Decimal | None
    expected: int | None
    expected_decimal: Decimal | None
    health: str
    outdated: bool
    week_ago: int | None
    week_ago_decimal: Decimal | None


@dataclass(frozen=True, slots=True)
class Report:
    id: int
    for_day: date
    author: Ref
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Mover:
    """A goal below a pillar that made it move in a week."""

    goal: GoalRef
    owner: Ref | None
    progress: int | None
    progress_decimal: Decimal | None
    week_ago: int | None
    week_ago_decimal: Decimal | None
    check_in: Report | None


@dataclass(frozen=True, slots=True)
class Pillar:
    goal: GoalRef
    owner: Ref | None
    unit: Ref | None
    progress: int | None
    progress_decimal: Decimal | None
    expected: int | None
    expected_decimal: Decimal | None
    health: str
    outdated: bool
    week_ago: int | None
    week_ago_decimal: Decimal | None
    at_risk: int
    off_track: int
    movers: tuple[Mover, ...]
    other_movers: int


@dataclass(frozen=True, slots=True)
class Troubled:
    """A goal under way with something wrong."""

    goal: GoalRef
    owner: Ref | None
    unit: Ref | None
    cycle: Ref | None
    progress: int | None
    progress_decimal: Decimal | None
    expected: int | None
    expected_decimal: Decimal | None
    health: str
    outdated: bool
    reasons: tuple[str, ...]
    silent_days: int
    act: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """The goals of one reason, as many as were asked for; `count` is of all."""

    reason: str
    count: int
    items: tuple[Troubled, ...]


@dataclass(frozen=True, slots=True)
class Attention:
    groups: tuple[Trouble, ...]
    goals: int
    looked_at: int
    cut: bool


@dataclass(frozen=True, slots=True)
class Overview:
    ultimate_goals: tuple[Top, ...]
    pillars: tuple[Pillar, ...]
    attention: Attention


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
