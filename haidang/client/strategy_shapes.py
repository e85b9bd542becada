"""What `Strategy` gives: the map, the tree of KPIs, overview and attention, as dataclasses.

Progress, expected and week_ago are billionths (`_decimal`: the same as a Decimal).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

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
