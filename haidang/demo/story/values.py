"""From a start to an end, week by week: values as people would have reported them."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from random import Random

from haidang.demo.story.shapes import Metric, Result, exact

#: A reported value: a number, or the positions of the milestones reached.
Value = Decimal | list[int]


def way(result: Result, moments: list[float], end: float, rng: Random) -> list[Value]:
    """A value for each moment (0 to 1 of the time) of a way that ends at `end` (1: reached)."""
    bend = rng.uniform(0.65, 1.2)
    metric = result.metric
    if metric.direction == "milestones":
        return [_reached(metric, t, end, bend) for t in moments]
    values: list[Value] = []
    best: Decimal | None = None
    for t in moments:
        share = t**bend
        value = _value(metric, share, t, end, rng)
        if _adds_up(metric):
            best = value if best is None else max(best, value)
            value = best
        values.append(value)
    return values


def _reached(metric: Metric, t: float, end: float, bend: float) -> list[int]:
    count = len(metric.milestones)
    return list(range(min(count, int(min(end, 1.0) * t**bend * count + 0.02))))


def _adds_up(metric: Metric) -> bool:
    """Counts from nothing only grow."""
    return metric.direction == "increase" and metric.kind == "count" and not metric.baseline


def _value(metric: Metric, share: float, t: float, end: float, rng: Random) -> Decimal:
    unrest = rng.gauss(0, 0.035) * (1 - t)
    direction = metric.direction
    if direction == "pass_fail":
        return Decimal(int(end >= 0.6 and t >= 0.85))
    if direction in {"increase", "decrease", "relative"}:
        start = metric.baseline or Decimal(0)
        target = metric.target
        if direction == "relative":
            target = start + (metric.relative_change or Decimal(0)) * abs(start)
        assert target is not None
        way_to = exact(round(end * share + unrest, 6))
        return _rounded(metric, start + (target - start) * way_to)
    if direction == "range":
        assert metric.low is not None
        assert metric.high is not None
        slack = metric.tolerance or Decimal(1)
        far = exact(round((1 - share) * 1.3 + max(0.0, 0.9 - end) * share + unrest, 6))
        inside = (metric.low + metric.high * 2) / 3
        return _rounded(metric, inside + (metric.high - inside + slack) * max(far, Decimal(0)))
    return _level(metric, share, end, unrest, rng)


def _level(metric: Metric, share: float, end: float, unrest: float, rng: Random) -> Decimal:
    """A level to reach: from three quarters of the way to the end, held once reached."""
    assert metric.target is not None
    last = end if end < 1 else rng.uniform(1.0, 1.04)
    ratio = exact(round(0.76 + (last - 0.76) * share + unrest, 6))
    if metric.direction == "at_most":
        ratio = 2 - ratio
    value = _rounded(metric, metric.target * ratio)
    if end >= 1 and share >= 0.999:
        held = max if metric.direction == "at_least" else min
        value = held(value, metric.target)
    return value


def _rounded(metric: Metric, value: Decimal) -> Decimal:
    value = value.quantize(Decimal(1).scaleb(-metric.decimals), rounding=ROUND_HALF_EVEN)
    if metric.kind == "percent":
        value = min(value, Decimal(100))
    return max(value, Decimal(0))


def progress(metric: Metric, value: Value) -> float:
    """Roughly how far a value is, 0 to 1: for the tone in which people speak of it."""
    if isinstance(value, list):
        return len(value) / max(1, len(metric.milestones))
    if metric.direction == "pass_fail":
        return float(value)
    if metric.direction in {"increase", "decrease", "relative"}:
        start = metric.baseline or Decimal(0)
        target = metric.target
        if metric.direction == "relative":
            target = start + (metric.relative_change or Decimal(0)) * abs(start)
        if target is None or target == start:
            return 1.0
        return float((value - start) / (target - start))
    if metric.direction == "range" and metric.low is not None and metric.high is not None:
        return 1.0 if metric.low <= value <= metric.high else 0.7
    target = metric.target or Decimal(1)
    ratio = float(value / target)
    return min(1.0, ratio if metric.direction == "at_least" else 2 - ratio)


def varied(result: Result, field: str, factor: float, rng: Random) -> Result:
    """A pattern's key result for one person: own title, own size."""
    metric = result.metric

    def sized(value: Decimal | None) -> Decimal | None:
        if value is None:
            return None
        if metric.kind == "percent":
            return min(Decimal(100), value + (rng.randint(-3, 2) if value >= 20 else 0))
        if metric.kind in {"count", "currency"} and value >= 8:
            return (value * exact(round(factor, 2))).quantize(Decimal(1))
        return value

    same = metric.target == Decimal(100) and metric.kind == "percent"
    shape = Metric(
        metric.direction,
        metric.kind,
        metric.unit,
        metric.decimals,
        baseline=sized(metric.baseline),
        target=metric.target if same else sized(metric.target),
    )
    return Result(result.title.replace("{x}", field), shape)
