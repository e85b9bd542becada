"""The words in which the story is told: goals, links and what happens to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Number = int | float | str | Decimal


def exact(value: Number) -> Decimal:
    """A decimal as it is written: 3.1 is 3.1, not its neighbour in binary."""
    return Decimal(str(value))


#: Units of measure that are more than a count: (kind, decimals).
UNITS: dict[str, tuple[str, int]] = {
    "%": ("percent", 1),
    "tỷ ₫": ("currency", 2),
    "triệu ₫": ("currency", 1),
    "₫": ("currency", 0),
    "giờ": ("duration", 1),
    "phút": ("duration", 0),
    "giây": ("duration", 1),
    "ngày": ("duration", 1),
    "điểm": ("number", 1),
    "ppm": ("number", 0),
    "vòng": ("number", 1),
}


@dataclass
class Metric:
    """How a key result or a KPI is measured; the names are those of the goal's fields."""

    direction: str
    kind: str
    unit: str = ""
    decimals: int = 0
    baseline: Decimal | None = None
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    tolerance: Decimal | None = None
    relative_change: Decimal | None = None
    milestones: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """As fields of the goal."""
        return {
            "metric_kind": self.kind,
            "metric_unit": self.unit,
            "decimals": self.decimals,
            "direction": self.direction,
            "baseline": self.baseline,
            "target": self.target,
            "low": self.low,
            "high": self.high,
            "tolerance": self.tolerance,
            "relative_change": self.relative_change,
        }


def metric(unit: str, direction: str, *, decimals: int | None = None, **numbers: Number) -> Metric:
    kind, usual = UNITS.get(unit, ("count", 0))
    return Metric(
        direction,
        kind,
        unit,
        usual if decimals is None else decimals,
        **{name: exact(value) for name, value in numbers.items()},  # type: ignore[arg-type]
    )


@dataclass
class Result:
    """A key result of the catalogue: its title, its measure, and how it ends if told."""

    title: str
    metric: Metric
    #: Share of the way that is reached at the end; None: drawn.
    ends_at: float | None = None
    #: Whose it is, where that is not the objective's owner (a unit follows its person).
    owner: str = ""
    weight: int = 1
    deadline: date | None = None  # story day; None: the end of the cycle
    #: Reported week by week as written: {week: value}, instead of a drawn way.
    values: dict[int, Number] = field(default_factory=dict)
    description: str = ""
    key: str = ""
    #: Said at every check-in, whatever the number says.
    confidence: int | None = None


def up(title: str, unit: str, baseline: Number, target: Number, **more: Any) -> Result:
    """From a baseline to a target, whichever of them is larger."""
    direction = "increase" if exact(target) >= exact(baseline) else "decrease"
    decimals = more.pop("decimals", None)
    shape = metric(unit, direction, decimals=decimals, baseline=baseline, target=target)
    return Result(title, shape, **more)


def least(title: str, unit: str, target: Number, **more: Any) -> Result:
    """A level to reach or hold, at least."""
    decimals = more.pop("decimals", None)
    return Result(title, metric(unit, "at_least", decimals=decimals, target=target), **more)


def most(title: str, unit: str, target: Number, **more: Any) -> Result:
    """A level to stay under."""
    decimals = more.pop("decimals", None)
    return Result(title, metric(unit, "at_most", decimals=decimals, target=target), **more)


def grow(title: str, unit: str, baseline: Number, change: Number, **more: Any) -> Result:
    """A relative change on a baseline: 0.2 is +20%, -0.5 is half of it."""
    decimals = more.pop("decimals", None)
    shape = metric(unit, "relative", decimals=decimals, baseline=baseline, relative_change=change)
    return Result(title, shape, **more)


def within(title: str, unit: str, low: Number, high: Number, slack: Number, **more: Any) -> Result:
    """A range to stay in; `slack` outside of it counts nothing any more."""
    decimals = more.pop("decimals", None)
    shape = metric(unit, "range", decimals=decimals, low=low, high=high, tolerance=slack)
    return Result(title, shape, **more)


def steps(title: str, *milestones: str, **more: Any) -> Result:
    """Places or steps, one after the other."""
    return Result(title, Metric("milestones", "milestones", milestones=milestones), **more)


def done(title: str, **more: Any) -> Result:
    """Done or not."""
    return Result(title, Metric("pass_fail", "yes_no"), **more)


@dataclass
class Aim:
    """An objective of the catalogue."""

    title: str
    owner: str
    theme: str
    results: list[Result]
    why: str = ""
    success: str = ""
    aspirational: bool = False
    strategic: bool = False
    #: How well it goes, 0 to 1 and more, where it is told; None: drawn.
    luck: float | None = None
    key: str = ""
    #: Persons may hang their own objectives below it.
    open: bool = True
    #: Keys of what it serves, with relation and mode: (parent, relation, mode).
    serves: list[tuple[str, str, str]] = field(default_factory=list)
    draft: bool = False
    visibility: str = "organisation"


def aim(theme: str, owner: str, title: str, *results: Result, **more: Any) -> Aim:
    return Aim(title, owner, theme, list(results), **more)


#: Objectives by (year, quarter) of the story.
Catalogue = dict[tuple[int, int], list[Aim]]


# -- what comes out of it: facts in real time, ready to be written --------------------


@dataclass
class LinkFacts:
    at: datetime
    child: str
    parent: str
    relation: str
    mode: str
    weight: int | None = None


@dataclass
class GoalFacts:
    """A goal as it is created at `at`; people, units and cycles are keys of the cast."""

    key: str
    kind: str
    title: str
    owner: str
    unit: str
    at: datetime
    level: str = ""
    cycle: str = ""
    starts: date | None = None
    ends: date | None = None
    metric: Metric | None = None
    state: str = "active"
    more: dict[str, Any] = field(default_factory=dict)  # further fields, by their names
    contributors: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    #: What it hangs below at once.
    parents: list[LinkFacts] = field(default_factory=list)


@dataclass
class Report:
    """A check-in: `day` is the day it is for, inside the period of a KPI."""

    at: datetime
    goal: str
    day: date
    author: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    milestones: list[int] | None = None
    confidence: int | None = None
    pace: str = ""
    note: str = ""
    words: dict[str, str] = field(default_factory=dict)
    next_on: date | None = None
    on_behalf_of: str = ""
    source: str = "person"
    corrects: bool = False  # the report of that day before it


@dataclass
class ClosedPeriod:
    """All KPIs of a frequency are closed in the period of a day."""

    at: datetime
    frequency: str
    day: date
    actor: str


@dataclass
class Reopened:
    """A closed period of one KPI is opened again: one asks, another grants it later."""

    at: datetime
    goal: str
    day: date
    asker: str
    decider: str
    reason: str
    granted_at: datetime


@dataclass
class Delivery:
    """What the sales database answers when it is asked for a month that has ended: of which
    KPI, the name that it has there, and how much was sold."""

    at: datetime
    day: date
    rows: list[tuple[str, str, Decimal]]


@dataclass
class Acceptance:
    """A value that was held back is accepted."""

    at: datetime
    goal: str
    day: date
    actor: str
    reason: str


@dataclass
class StateChange:
    at: datetime
    goal: str
    state: str
    actor: str
    reason: str = ""


@dataclass
class Targets:
    """A KPI's periods get targets of their own, named by their first day."""

    at: datetime
    goal: str
    actor: str
    targets: dict[date, dict[str, Decimal | None]]
    reason: str = ""
    asker: str = ""  # who asked for it at `asked_at`; the actor granted it
    asked_at: datetime | None = None


@dataclass
class Edit:
    """A change of facts: owner, unit, target, dates."""

    at: datetime
    goal: str
    actor: str
    changes: dict[str, Any]
    reason: str = ""


Happening = (
    GoalFacts | LinkFacts | Report | StateChange | Edit | Targets | ClosedPeriod | Reopened
    | Delivery | Acceptance
)  # fmt: skip
