"""A goal as its number is worked out from: its facts, its sums over what counts below it, and
the one rule that makes the number of them. What moves the sums is `rules.graph`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from haidang.goals.rules import kpi
from haidang.goals.rules.combine import mean
from haidang.goals.rules.metric import ZERO, Measure, billionths, raw_progress
from haidang.goals.rules.periods import period_of, year_of_period
from haidang.lib.decimals import EXACT


@dataclass(slots=True)
class Period:
    """A period of a KPI with its running sums; `id` is None until it is stored."""

    starts: date
    ends: date
    year: int
    id: int | None = None
    target: Decimal | None = None
    baseline: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    tolerance: Decimal | None = None
    own_value: Decimal | None = None
    own_numerator: Decimal | None = None
    own_denominator: Decimal | None = None
    own_record_id: int | None = None
    value_sum: Decimal = ZERO
    numerator_sum: Decimal = ZERO
    denominator_sum: Decimal = ZERO
    value_reports: int = 0
    value_firsts: int = 0  # value children whose first report of the year it holds
    dirty: bool = False


@dataclass(slots=True)
class Node:
    """A goal's facts that its number needs, and where it stands."""

    id: int
    kind: str
    state: str
    rule: str
    measure: Measure
    scale: Decimal | None = None
    starts: date | None = None
    ends: date | None = None
    frequency: str = ""
    aggregation: str = ""
    steps: kpi.Steps = ()
    calculation: str = ""
    expression: str = ""  # of a KPI calculated by a formula
    public_id: str = ""  # by which formulas name it
    first_month: int = 1
    metric_kind: str = ""
    version: int = 0  # of the definition

    progress: int | None = None
    raw: Decimal | None = None
    actual: Decimal | None = None
    own_progress: int | None = None
    terms_measured: int = 0
    terms_total: int = 0
    own_value: Decimal | None = None
    own_day: date | None = None
    own_record_id: int | None = None
    own_reports: int = 0
    average_weight: int = 0
    average_weighted: int = 0
    average_measured: int = 0
    average_total: int = 0
    value_sum: Decimal = ZERO
    value_measured: int = 0
    value_total: int = 0
    baseline_sum: Decimal = ZERO
    baseline_unknown: int = 0
    kpi_year: int | None = None
    measure_version: int = 1
    confidence: int | None = None
    checked_in_at: Any = None  # carried along, never computed with
    periods: dict[date, Period] = field(default_factory=dict)

    @property
    def is_kpi(self) -> bool:
        return self.kind == "kpi"

    @property
    def uses_own(self) -> bool:
        return self.rule != "children"

    @property
    def uses_children(self) -> bool:
        return self.rule != "own"

    def base(self) -> Decimal | None:
        """The baseline in force: its own, else the sum of its value children's."""
        if self.measure.baseline is not None:
            return self.measure.baseline
        if self.uses_children and self.value_total and not self.baseline_unknown:
            return self.baseline_sum
        return None

    def period_value(self, p: Period) -> tuple[Decimal, Decimal | None, Decimal | None] | None:
        """(value, numerator, denominator) of a reported period, else None."""
        own = self.uses_own and p.own_value is not None
        below = self.uses_children and p.value_reports > 0
        if not own and not below:
            return None
        if self.aggregation == "ratio":
            numerator = (p.own_numerator or ZERO) if own else ZERO
            denominator = (p.own_denominator or ZERO) if own else ZERO
            if below:
                numerator = EXACT.add(numerator, p.numerator_sum)
                denominator = EXACT.add(denominator, p.denominator_sum)
            value = EXACT.divide(numerator, denominator) if denominator else ZERO
            return value, numerator, denominator or None
        value = (p.own_value or ZERO) if own else ZERO
        return (EXACT.add(value, p.value_sum) if below else value), None, None


@dataclass(slots=True)
class Edge:
    child: int
    parent: int
    relation: str
    mode: str
    weight: int


def open_period(node: Node, start: date) -> Period:
    """A period that was not there yet; it takes the KPI's default target."""
    starts, ends = period_of(start, node.frequency, node.first_month)
    m = node.measure
    period = Period(
        starts,
        ends,
        year_of_period(starts, node.frequency, node.first_month),
        target=m.target,
        baseline=m.baseline,
        low=m.low,
        high=m.high,
        tolerance=m.tolerance,
        dirty=True,
    )
    node.periods[starts] = period
    return period


def derive(node: Node) -> None:
    """A node's number from its own values and its sums (the one rule)."""
    own = node.uses_own and node.kind in {"key_result", "kpi"}
    below = node.uses_children
    node.raw = node.own_progress = node.actual = None
    if node.is_kpi:
        _derive_kpi(node)
        own_reported = node.uses_own and any(p.own_value is not None for p in node.periods.values())
    else:
        own_reported = own and node.own_value is not None
        values = below and node.value_measured > 0
        if own_reported or values:
            actual = node.own_value if own_reported and node.own_value is not None else ZERO
            node.actual = EXACT.add(actual, node.value_sum) if below else actual
            node.raw = raw_progress(node.measure, node.actual, baseline=node.base())
    weight = weighted = 0
    if node.raw is not None:
        node.own_progress = billionths(node.raw)
        weight, weighted = 1, node.own_progress
    if below:
        weight += node.average_weight
        weighted += node.average_weighted
    node.progress = mean(weight, weighted)
    node.terms_total = int(own)
    node.terms_measured = int(own_reported)
    if below:
        node.terms_total += node.value_total + node.average_total
        node.terms_measured += node.value_measured + node.average_measured


def _derive_kpi(node: Node) -> None:
    """The fiscal year of the latest reported period, to date."""
    year: int | None = None
    for p in node.periods.values():
        if (year is None or p.year > year) and node.period_value(p) is not None:
            year = p.year
    node.kpi_year = year
    node.value_measured = sum(p.value_firsts for p in node.periods.values() if p.year == year)
    if year is None:
        return
    found = kpi.to_date(node.measure.direction, node.aggregation, reported(node, year), node.steps)
    node.actual, node.raw = found.actual, found.raw


def reported(node: Node, year: int) -> list[kpi.Reported]:
    """A KPI's reported periods of a fiscal year, in order of time."""
    result = []
    for p in sorted((p for p in node.periods.values() if p.year == year), key=lambda p: p.starts):
        found = node.period_value(p)
        if found is not None:
            result.append(
                kpi.Reported(
                    p.starts,
                    found[0],
                    p.target,
                    p.baseline,
                    p.low,
                    p.high,
                    p.tolerance,
                    found[1],
                    found[2],
                )
            )
    return result
