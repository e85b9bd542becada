"""Timing: medians of interleaved rounds, so that a drifting machine moves both sides alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass
class Row:
    """One line of the table: `value` is to be `at most` or `at least` the limit."""

    name: str
    database: str
    value: float
    limit: float
    unit: str = "x"
    at_least: bool = False
    note: str = ""

    @property
    def reached(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "reached": self.reached}


def ratio(
    subject: Callable[[int], object],
    base: Callable[[int], object],
    *,
    rounds: int = 7,
    calls: int = 40,
    warm: int = 20,
) -> tuple[float, float, float]:
    """(ratio, subject, base): medians in seconds of a call, and the median of round ratios."""
    for i in range(warm):
        base(i)
        subject(i)
    ratios, subjects, bases = [], [], []
    gc.collect()
    for r in range(rounds):
        b, s = _median(base, calls, r), _median(subject, calls, r)
        ratios.append(s / b)
        subjects.append(s)
        bases.append(b)
    return statistics.median(ratios), statistics.median(subjects), statistics.median(bases)


def _median(call: Callable[[int], object], calls: int, offset: int) -> float:
    times = []
    for i in range(calls):
        start = time.perf_counter()
        call(offset * calls + i)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def once(call: Callable[[], object], rounds: int = 3) -> float:
    """The median time of a long call."""
    times = []
    for _ in range(rounds):
        gc.collect()
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
