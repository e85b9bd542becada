"""A change moving up the graph by exact differences of integer and decimal sums.

A `Graph` is a slice of the organisation (what lies above a change, or all of it). To change
a node or an edge: `touch` the child first (what it contributes now is remembered), change
it, then `settle`: every ancestor is brought up to date, children before parents. The result
equals rebuilding everything, to the last digit, in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from haidang.goals.rules import kpi
from haidang.goals.rules.formula import evaluate, in_range, parse
from haidang.goals.rules.metric import ZERO
from haidang.goals.rules.node import Edge, Node, derive, open_period
from haidang.goals.rules.periods import period_of, periods_between, year_of_period
from haidang.goals.rules.units import base_units, ratio_factor
from haidang.lib.decimals import EXACT

CYCLIC = {"objective", "key_result"}  # kinds that have a cycle


class Contribution(NamedTuple):
    """What a child adds to its parent's sums; `periods` are of a KPI parent."""

    weight: int = 0
    weighted: int = 0
    average_measured: int = 0
    average_total: int = 0
    value: Decimal = ZERO
    value_measured: int = 0
    value_total: int = 0
    baseline: Decimal = ZERO
    baseline_unknown: int = 0
    #: (value, numerator, denominator, reports it, it is its first report of the year)
    periods: Mapping[date, tuple[Decimal, Decimal, Decimal, int, int]] = {}


NOTHING = Contribution()


@dataclass(slots=True)
class Graph:
    nodes: dict[int, Node]
    edges: InitVar[Iterable[Edge]] = ()
    up: dict[int, list[Edge]] = field(default_factory=dict)
    #: Inputs of calculated KPIs, in order.
    inputs: dict[int, list[int]] = field(default_factory=dict)
    changed: dict[int, None] = field(default_factory=dict)  # in the order of settling
    #: What a touched child contributed to each parent, by child.
    _before: dict[int, dict[int, Contribution]] = field(default_factory=dict)
    _touched: dict[int, None] = field(default_factory=dict)

    def __post_init__(self, edges: Iterable[Edge]) -> None:
        for edge in edges:
            self.add(edge)

    def add(self, edge: Edge) -> None:
        """Put an edge into the slice as it stands; it changes no number by itself."""
        self.up.setdefault(edge.child, []).append(edge)

    def drop(self, edge: Edge) -> None:
        """Take an edge out of the slice; it changes no number by itself."""
        self.up[edge.child].remove(edge)

    # -- changing ---------------------------------------------------------------------

    def touch(self, node_id: int) -> Node:
        """Remember what a node contributes now; then change it, its edges, and `settle`."""
        if node_id not in self._touched:
            self._touched[node_id] = None
            child = self.nodes[node_id]
            before = self._before[node_id] = {}
            for edge in self.up.get(node_id, ()):
                parent = self.nodes.get(edge.parent)
                if parent is not None:
                    before[edge.parent] = contribution_of(child, parent, edge)
        return self.nodes[node_id]

    def settle(self) -> list[int]:
        """Bring everything above what was touched up to date; ids, children first."""
        order = self.order(self._touched)
        for node_id in order:
            if node_id not in self._touched:
                continue
            node = self.nodes[node_id]
            derive(node)
            self.changed.pop(node_id, None)
            self.changed[node_id] = None
            contributed = self._before[node_id]
            pairs: dict[int, Edge | None] = {e.parent: e for e in self.up.get(node_id, ())}
            for parent_id in contributed:
                pairs.setdefault(parent_id, None)
            for parent_id, found in pairs.items():
                parent = self.nodes.get(parent_id)
                if parent is None:
                    continue
                before = contributed.get(parent_id, NOTHING)
                after = contribution_of(node, parent, found) if found else NOTHING
                if before != after:
                    self.touch(parent_id)
                    apply(parent, before, after)
                if found and found.relation == "computes" and parent.calculation:
                    self._calculate(parent)
        settled = [i for i in order if i in self._touched]
        self._touched.clear()
        self._before.clear()
        return settled

    def order(self, sources: Iterable[int]) -> list[int]:
        """The sources and all above them, every child before its parents."""
        seen: dict[int, bool] = {}
        result: list[int] = []
        for source in sources:
            if source in seen:
                continue
            stack: list[tuple[int, bool]] = [(source, False)]
            while stack:
                node_id, done = stack.pop()
                if done:
                    result.append(node_id)
                    continue
                if node_id in seen:
                    continue
                seen[node_id] = True
                stack.append((node_id, True))
                above = {e.parent for e in self.up.get(node_id, ())}
                above.update(self._before.get(node_id, ()))
                stack += [(p, False) for p in above if p not in seen and p in self.nodes]
        result.reverse()
        return result

    def recalculate(self, node_id: int) -> None:
        """A calculated KPI's inputs or operation changed; call before `settle`."""
        self.touch(node_id)
        self._calculate(self.nodes[node_id])

    def _calculate(self, parent: Node) -> None:
        """Bring a calculated KPI's periods up to date with its inputs'. An input that is
        dropped, archived or not yet active gives nothing; one that is closed keeps what it had.
        """
        inputs = [self.nodes[i] for i in self.inputs.get(parent.id, ())]
        gone = any(one.state not in ("active", "closed") for one in inputs)
        factor = ratio_factor(parent.metric_kind) if parent.calculation == "ratio" else None
        for start in {*parent.periods, *(start for one in inputs for start in one.periods)}:
            values = []
            for one in inputs:
                p = None if gone else one.periods.get(start)
                found = one.period_value(p) if p else None
                value = found[0] if found else None
                if value is not None and one.aggregation == "ratio":
                    value = kpi.ten_places(value)
                values.append(value)
            if parent.calculation == "expression":
                result = _by_formula(parent, inputs, values)
            else:
                result = kpi.calculate(parent.calculation, values, factor)
            period = parent.periods.get(start)
            if (period.own_value if period else None) != result:
                self.touch(parent.id)
                period = period or open_period(parent, start)
                period.own_value = result
                period.dirty = True

    # -- rebuilding -------------------------------------------------------------------

    def rebuild(self) -> None:
        """All sums from nothing, from own values alone (the slice is the organisation)."""
        for node in self.nodes.values():
            node.average_weight = node.average_weighted = 0
            node.average_measured = node.average_total = 0
            node.value_sum = node.baseline_sum = ZERO
            node.value_measured = node.value_total = node.baseline_unknown = 0
            for p in node.periods.values():
                p.value_sum = p.numerator_sum = p.denominator_sum = ZERO
                p.value_reports = p.value_firsts = 0
                if node.calculation:
                    p.own_value = None
        for node_id in self.order(self.nodes):
            node = self.nodes[node_id]
            if node.calculation:
                self._calculate(node)
            derive(node)
            for edge in self.up.get(node_id, ()):
                parent = self.nodes[edge.parent]
                apply(parent, NOTHING, contribution_of(node, parent, edge))
        self._touched.clear()
        self._before.clear()


def _by_formula(
    parent: Node, inputs: Sequence[Node], values: Sequence[Decimal | None]
) -> Decimal | None:
    """What a formula gives: each KPI that it names enters in base units (₫, seconds, a share
    for a percentage), and so is the result until the end."""
    known = {
        one.public_id: EXACT.multiply(value, base_units(one.metric_kind, one.scale))
        for one, value in zip(inputs, values, strict=True)
        if value is not None
    }
    if not known.keys() >= set(parse(parent.expression).names):
        return None
    found = evaluate(parent.expression, known)
    if found is None:
        return None
    found = EXACT.divide(found, base_units(parent.metric_kind, parent.scale))
    return kpi.ten_places(found) if in_range(found) else None


def counts(child: Node, parent: Node, edge: Edge) -> bool:
    """Whether a child's number is a term of its parent's."""
    if edge.mode == "none":
        return False
    if child.state == "active":
        return True
    if child.state != "closed":
        return False
    return parent.kind in CYCLIC or (
        edge.mode == "value" and parent.is_kpi and child.kind == "key_result"
    )


def contribution_of(child: Node, parent: Node, edge: Edge) -> Contribution:
    if not counts(child, parent, edge):
        return NOTHING
    if edge.mode == "average":
        if child.progress is None:
            return Contribution(average_total=1)
        return Contribution(edge.weight, edge.weight * child.progress, 1, 1)
    if parent.is_kpi:
        if child.is_kpi:
            return _kpi_to_kpi(child, parent)
        return _key_result_to_kpi(child, parent)
    factor = conversion(child.scale, parent.scale)
    base = child.base()
    measured = child.actual is not None
    stands = child.actual if measured else base
    return Contribution(
        value=EXACT.multiply(stands, factor) if stands is not None else ZERO,
        value_measured=int(measured),
        value_total=1,
        baseline=EXACT.multiply(base, factor) if base is not None else ZERO,
        baseline_unknown=int(base is None),
    )


def conversion(child: Decimal | None, parent: Decimal | None) -> Decimal:
    """How many of the parent's units one of the child's is (1 where no scale is given)."""
    return EXACT.divide(child or Decimal(1), parent or Decimal(1))


def _kpi_to_kpi(child: Node, parent: Node) -> Contribution:
    factor = conversion(child.scale, parent.scale)
    into: dict[date, tuple[Decimal, Decimal, Decimal]] = {}
    for start, p in child.periods.items():
        found = child.period_value(p)
        if found is None:
            continue
        value, numerator, denominator = found
        if child.aggregation == "ratio":
            value = ZERO  # quotients do not add up, and their digits never end
        target = start
        if child.frequency != parent.frequency:
            target = period_of(start, parent.frequency, parent.first_month)[0]
        v, n, d = into.get(target, (ZERO, ZERO, ZERO))
        into[target] = (
            EXACT.add(v, EXACT.multiply(value, factor)),
            EXACT.add(n, EXACT.multiply(numerator or ZERO, factor)),
            EXACT.add(d, denominator or ZERO),
        )
    return Contribution(value_total=1, periods=_told(into, parent))


def _told(
    into: Mapping[date, tuple[Decimal, Decimal, Decimal]], parent: Node
) -> dict[date, tuple[Decimal, Decimal, Decimal, int, int]]:
    """What a child tells a KPI's periods, with the first it tells of each fiscal year
    marked: the marks of a year add up to the children that report in it."""
    years: set[int] = set()
    told = {}
    for start in sorted(into):
        year = year_of_period(start, parent.frequency, parent.first_month)
        told[start] = (*into[start], 1, int(year not in years))
        years.add(year)
    return told


def _key_result_to_kpi(child: Node, parent: Node) -> Contribution:
    """The whole actual lands in the last period that the key result's span overlaps.

    Every overlapped period of that fiscal year counts as reported, so that the actual is
    compared with the target of its whole span (docs/decisions: value of a key result).
    """
    if child.actual is None or child.starts is None or child.ends is None:
        return Contribution(value_total=1)
    spans = list(periods_between(child.starts, child.ends, parent.frequency, parent.first_month))
    last = spans[-1][0]
    year = year_of_period(last, parent.frequency, parent.first_month)
    value = EXACT.multiply(child.actual, conversion(child.scale, parent.scale))
    into = {
        start: (value if start == last else ZERO, ZERO, ZERO)
        for start, _ in spans
        if year_of_period(start, parent.frequency, parent.first_month) == year
    }
    return Contribution(value_total=1, periods=_told(into, parent))


def apply(parent: Node, before: Contribution, after: Contribution) -> None:
    """Move a parent's sums by the difference of what one child contributed."""
    parent.average_weight += after.weight - before.weight
    parent.average_weighted += after.weighted - before.weighted
    parent.average_measured += after.average_measured - before.average_measured
    parent.average_total += after.average_total - before.average_total
    parent.value_measured += after.value_measured - before.value_measured
    parent.value_total += after.value_total - before.value_total
    parent.baseline_unknown += after.baseline_unknown - before.baseline_unknown
    if after.value != before.value:
        parent.value_sum = EXACT.add(parent.value_sum, EXACT.subtract(after.value, before.value))
    if after.baseline != before.baseline:
        parent.baseline_sum = EXACT.add(
            parent.baseline_sum, EXACT.subtract(after.baseline, before.baseline)
        )
    nothing = (ZERO, ZERO, ZERO, 0, 0)
    for start in {*before.periods, *after.periods}:
        old, new = before.periods.get(start, nothing), after.periods.get(start, nothing)
        if old == new:
            continue
        period = parent.periods.get(start) or open_period(parent, start)
        period.value_sum = EXACT.add(period.value_sum, EXACT.subtract(new[0], old[0]))
        period.numerator_sum = EXACT.add(period.numerator_sum, EXACT.subtract(new[1], old[1]))
        period.denominator_sum = EXACT.add(period.denominator_sum, EXACT.subtract(new[2], old[2]))
        period.value_reports += new[3] - old[3]
        period.value_firsts += new[4] - old[4]
        period.dirty = True
