"""An independent calculation of every number of the graph, from records and definitions.

Written from the rules of the domain and not from the program, for clarity and not for speed:
each goal's number is worked out by asking its children, with fractions, and only at the end
of each term and of each mean is it rounded to billionths, half to even (the arithmetic of one
measure is in `measures`). It shares no code with the program.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from tests.oracle.facts import Edge, Facts, Node, PeriodTarget, Record
from tests.oracle.formula import by_formula
from tests.oracle.measures import (
    ONE,
    ZERO,
    aggregate,
    at_ten_places,
    attainment,
    billionths,
    bounded,
    calculation,
    clamp,
    key_result_raw,
    period_of,
    range_attainment,
    year_of_period,
)

# --- results --------------------------------------------------------------------------------


@dataclass
class Reported:
    """What stands in one period of a KPI."""

    own: Record | None = None
    calculated: Fraction | None = None  # of a KPI calculated from others
    value_sum: Fraction = ZERO
    numerator_sum: Fraction = ZERO
    denominator_sum: Fraction = ZERO
    value_reports: int = 0
    value_firsts: int = 0


@dataclass
class Number:
    """Everything that the program should have stored about a goal."""

    progress: int | None = None
    own_progress: int | None = None
    raw: Fraction | None = None
    actual: Fraction | None = None
    terms_measured: int = 0
    terms_total: int = 0
    average_weight: int = 0
    average_weighted: int = 0
    average_measured: int = 0
    average_total: int = 0
    value_sum: Fraction = ZERO
    value_measured: int = 0
    value_total: int = 0
    baseline_sum: Fraction = ZERO
    baseline_unknown: int = 0
    baseline: Fraction | None = None  # as it is used: its own or the children's
    kpi_year: int | None = None
    periods: dict[date, Reported] = field(default_factory=dict)
    own: Record | None = None
    own_reports: int = 0
    checked_in_at: object = None


class Oracle:
    """Numbers of one organisation; `numbers()` gives all of them by goal id."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.done: dict[int, Number] = {}
        self.working: set[int] = set()

    def numbers(self) -> dict[int, Number]:
        return {goal: self.number(goal) for goal in self.facts.nodes}

    # --- what there is below a goal ---

    @cached_property
    def below(self) -> dict[int, list[Edge]]:
        found: dict[int, list[Edge]] = defaultdict(list)
        for edge in self.facts.edges:
            found[edge.parent].append(edge)
        return found

    @cached_property
    def standing_records(self) -> dict[int, list[Record]]:
        """Records that are neither superseded nor void, by goal."""
        superseded = {r.supersedes for r in self.facts.records if r.supersedes is not None}
        found: dict[int, list[Record]] = defaultdict(list)
        for record in self.facts.records:
            if record.id not in superseded and not record.void:
                found[record.goal].append(record)
        return found

    @cached_property
    def targets(self) -> dict[tuple[int, date], PeriodTarget]:
        return {(period.goal, period.starts): period for period in self.facts.periods}

    def counting(self, parent: Node, mode: str) -> list[tuple[Edge, Node]]:
        """Children whose numbers count in `parent` by `mode`."""
        found = []
        for edge in self.below[parent.id]:
            child = self.facts.nodes[edge.child]
            counts = child.state == "active"
            if child.state == "closed":
                into_year = parent.kind == "kpi" and mode == "value" and child.kind == "key_result"
                counts = parent.cycle is not None or into_year
            if edge.mode == mode and counts:
                found.append((edge, child))
        return found

    # --- a goal's number ---

    def number(self, goal: int) -> Number:
        if goal not in self.done:
            assert goal not in self.working, f"goal {goal} is its own ancestor"
            self.working.add(goal)
            self.done[goal] = self.work_out(self.facts.nodes[goal])
            self.working.discard(goal)
        return self.done[goal]

    def work_out(self, node: Node) -> Number:
        result = Number()
        records = self.standing_records[node.id]
        result.own_reports = len(records)
        if records:
            result.own = max(records, key=lambda r: (r.for_day, r.id))
            result.checked_in_at = max(r.recorded_at for r in records)

        averages = self.counting(node, "average")
        result.average_total = len(averages)
        for edge, child in averages:
            progress = self.number(child.id).progress
            if progress is not None:
                result.average_measured += 1
                result.average_weight += edge.weight
                result.average_weighted += edge.weight * progress

        if node.kind == "kpi":
            self.measure_kpi(node, result)
        elif node.kind == "key_result":
            self.measure_key_result(node, result)
        if result.raw is not None:
            result.own_progress = billionths(clamp(result.raw))

        own_term = node.kind in ("key_result", "kpi") and node.rule in ("own", "both")
        from_below = node.rule in ("children", "both")
        if own_term:
            calculated = any(p.calculated is not None for p in result.periods.values())
            result.terms_total += 1
            own = result.own is not None and self.own_value(node, result.own) is not None
            result.terms_measured += calculated if node.calculation else own
        if from_below:
            result.terms_total += result.value_total + result.average_total
            result.terms_measured += result.value_measured + result.average_measured

        weight, weighted = 0, 0
        if result.own_progress is not None:
            weight, weighted = 1, result.own_progress
        if from_below:
            weight += result.average_weight
            weighted += result.average_weighted
        if weight:
            result.progress = round(Fraction(weighted, weight))
        return result

    # --- key results ---

    def measure_key_result(self, node: Node, result: Number) -> None:
        values = self.counting(node, "value")
        result.value_total = len(values)
        for edge, child in values:
            assert node.scale is not None
            assert child.scale is not None, edge
            ratio = child.scale / node.scale
            below = self.number(child.id)
            if below.actual is not None:
                result.value_measured += 1
                result.value_sum += below.actual * ratio
            elif below.baseline is not None:
                result.value_sum += below.baseline * ratio
            if below.baseline is not None:
                result.baseline_sum += below.baseline * ratio
            else:
                result.baseline_unknown += 1

        from_below = node.rule in ("children", "both") and bool(values)
        result.baseline = node.baseline
        if node.baseline is None and from_below and not result.baseline_unknown:
            result.baseline = result.baseline_sum

        own = self.own_value(node, result.own) if node.rule in ("own", "both") else None
        if own is not None:
            result.actual = own
        if from_below and (own is not None or result.value_measured):
            result.actual = (own or ZERO) + result.value_sum
        if result.actual is not None:
            reached = (result.own.milestones or []) if result.own else []
            result.raw = key_result_raw(node, result.actual, result.baseline, reached)
            if result.raw is not None:
                result.raw = clamp(result.raw, Fraction(-1000), Fraction(1000))

    @staticmethod
    def own_value(node: Node, record: Record | None) -> Fraction | None:
        if record is None:
            return None
        if node.direction == "milestones":
            return Fraction(sum(node.milestones.get(p, 0) for p in set(record.milestones or [])))
        return record.value

    # --- KPIs ---

    def measure_kpi(self, node: Node, result: Number) -> None:
        periods = result.periods
        for record in sorted(self.standing_records[node.id], key=lambda r: (r.for_day, r.id)):
            self.at(periods, node, record.for_day).own = record  # the latest of them stays

        values = self.counting(node, "value")
        result.value_total = len(values)
        told: list[set[int]] = []  # the fiscal years that each child reports in
        for _edge, child in values:
            below = self.number(child.id)
            if child.kind == "kpi":
                told.append(self.add_kpi(node, child, below, periods))
            else:
                told.append(self.add_key_result(node, child, below, periods))

        if node.calculation:
            self.calculate(node, periods)

        reported = sorted(
            starts for starts, found in periods.items() if self.is_reported(node, found)
        )
        if not reported:
            return
        result.kpi_year = self.year(node, reported[-1])
        result.value_measured = sum(result.kpi_year in years for years in told)
        self.year_of_kpi(
            node, result, [s for s in reported if self.year(node, s) == result.kpi_year]
        )

    def year(self, node: Node, starts: date) -> int:
        return year_of_period(starts, node.frequency, self.facts.fiscal_start)

    def at(self, periods: dict[date, Reported], node: Node, day: date) -> Reported:
        starts, _ends = period_of(day, node.frequency, self.facts.fiscal_start)
        return periods.setdefault(starts, Reported())

    def is_reported(self, node: Node, found: Reported) -> bool:
        itself = found.own is not None or found.calculated is not None
        by_itself = node.rule in ("own", "both") and itself
        from_below = node.rule in ("children", "both") and found.value_reports > 0
        return by_itself or from_below

    def add_kpi(
        self, node: Node, child: Node, below: Number, periods: dict[date, Reported]
    ) -> set[int]:
        """Put a child KPI's periods into the parent's periods that contain them."""
        reporting, firsts = set(), {}
        ratio = self.ratio(child, node)
        for starts, found in below.periods.items():
            if not self.is_reported(child, found):
                continue
            into = self.at(periods, node, starts)
            reporting.add(id(into))
            around = period_of(starts, node.frequency, self.facts.fiscal_start)[0]
            year = self.year(node, around)
            firsts[year] = min(around, firsts.get(year, around))
            value, numerator, denominator = self.period_parts(child, found)
            if child.aggregation == "ratio":
                value = ZERO  # quotients do not add up; numerators and denominators do
            into.value_sum += value * ratio
            into.numerator_sum += numerator * ratio
            into.denominator_sum += denominator  # the unit is the quotient's
        for found in periods.values():
            found.value_reports += id(found) in reporting
        for first in firsts.values():
            periods[first].value_firsts += 1
        return set(firsts)

    def add_key_result(
        self, node: Node, child: Node, below: Number, periods: dict[date, Reported]
    ) -> set[int]:
        """Put a key result's actual into the last period that it touches."""
        if below.actual is None:
            return set()
        assert child.cycle is not None
        starts, ends = child.starts or child.cycle[0], child.ends or child.cycle[1]
        last = self.at(periods, node, ends)
        last.value_sum += below.actual * self.ratio(child, node)
        year = self.year(node, period_of(ends, node.frequency, self.facts.fiscal_start)[0])
        first, end = period_of(starts, node.frequency, self.facts.fiscal_start)
        told = False
        while first <= ends:
            if self.year(node, first) == year:
                self.at(periods, node, first).value_reports += 1
                self.at(periods, node, first).value_firsts += not told
                told = True
            first, end = period_of(end + timedelta(days=1), node.frequency, self.facts.fiscal_start)
        return {year}

    def ratio(self, child: Node, parent: Node) -> Fraction:
        assert child.scale is not None
        assert parent.scale is not None
        return child.scale / parent.scale

    def period_parts(self, node: Node, found: Reported) -> tuple[Fraction, Fraction, Fraction]:
        """Value, numerator and denominator of a period by the KPI's rule."""
        value = numerator = denominator = ZERO
        if node.rule in ("own", "both") and found.own is not None:
            value += found.own.value or 0
            # A percentage is told in amounts: one half of them is 50.
            hundred = 100 if node.metric_kind == "percent" else 1
            numerator += (found.own.numerator or 0) * hundred
            denominator += found.own.denominator or 0
        if node.rule in ("own", "both") and found.calculated is not None:
            value += found.calculated
        if node.rule in ("children", "both"):
            value += found.value_sum
            numerator += found.numerator_sum
            denominator += found.denominator_sum
        return value, numerator, denominator

    def effective(self, node: Node, starts: date, name: str) -> Fraction | None:
        """A period's target (or other bound); it took the KPI's when it was opened."""
        return getattr(self.targets.get((node.id, starts), node), name)

    def year_of_kpi(self, node: Node, result: Number, reported: list[date]) -> None:
        """Attainment over the reported periods of one fiscal year that have a target."""
        needed = {
            "range": ("low", "high"),
            "pass_fail": (),
        }.get(node.direction, ("target",))
        like_for_like = [
            s for s in reported if all(self.effective(node, s, n) is not None for n in needed)
        ]
        measured = bool(like_for_like)  # else there is an actual, and nothing to hold it against
        parts = [self.period_parts(node, result.periods[s]) for s in like_for_like or reported]
        if node.aggregation == "ratio":
            actuals = [n / d if d else None for _, n, d in parts]
        else:
            actuals = [value for value, _, _ in parts]
        weights = [d for _, _, d in parts]
        result.actual = aggregate(node.aggregation, actuals, weights)
        if not measured:
            return

        if node.direction in ("range", "pass_fail"):
            attained = []
            for starts, actual in zip(like_for_like, actuals, strict=True):
                if actual is None:
                    continue
                if node.direction == "pass_fail":
                    attained.append(ONE if actual == 1 else ZERO)
                else:
                    attained.append(
                        range_attainment(
                            actual,
                            self.effective(node, starts, "low"),
                            self.effective(node, starts, "high"),
                            self.effective(node, starts, "tolerance"),
                        )
                    )
            if len(attained) == 1:
                result.raw = attained[0]
            elif attained:
                result.raw = Fraction(sum(a == 1 for a in attained), len(attained))
            return

        targets = [self.effective(node, s, "target") for s in like_for_like]
        baselines = [self.effective(node, s, "baseline") for s in like_for_like]
        target = aggregate(node.aggregation, targets, weights)
        if result.actual is None or target is None:
            return
        raw = attainment(node, result.actual, target, baselines, weights)
        if raw is not None:
            result.raw = clamp(raw, Fraction(-1000), Fraction(1000))

    def calculate(self, node: Node, periods: dict[date, Reported]) -> None:
        """A KPI calculated from others: a period's value, where all of them report it."""
        inputs = [
            self.facts.nodes[edge.child]
            for edge in sorted(self.below[node.id], key=lambda e: (e.position, e.id))
            if edge.relation == "computes"
        ]
        values: list[dict[date, Fraction]] = []
        for child in inputs:
            values.append({})
            if child.state not in ("active", "closed"):
                continue
            for starts, found in self.number(child.id).periods.items():
                if self.is_reported(child, found):
                    value, numerator, denominator = self.period_parts(child, found)
                    if child.aggregation == "ratio" and denominator:
                        value = at_ten_places(numerator / denominator)
                    values[-1][starts] = value
        if not inputs:
            return
        for starts in set.intersection(*(set(each) for each in values)):
            given = [each[starts] for each in values]
            if node.calculation == "ratio" and node.metric_kind == "percent":
                given[0] *= 100
            result = (
                bounded(by_formula(node, inputs, given))
                if node.calculation == "expression"
                else calculation(node.calculation, given)
            )
            if result is not None:
                periods.setdefault(starts, Reported()).calculated = result
