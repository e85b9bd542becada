"""Charts as geometry: pure functions from numbers to coordinates; templates draw them.

Progress is in billionths (0..10^9). Coordinates are rounded, so that pages stay small.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

WHOLE = 1_000_000_000


class Bar(NamedTuple):
    """A bar: how far it is filled and where the expected mark stands, in percent."""

    fill: float
    mark: float | None


def _share(progress: int) -> float:
    return round(min(max(progress, 0), WHOLE) / WHOLE * 100, 1)


def bar(progress: int | None, expected: int | None = None) -> Bar:
    """No progress draws an empty bar; a mark keeps clear of both ends."""
    mark = None if expected is None else min(max(_share(expected), 0.6), 99.4)
    return Bar(0 if progress is None else _share(progress), mark)


class Spark(NamedTuple):
    """A small line: its path, the area under it, and its last point."""

    line: str
    area: str
    x: float
    y: float


def sparkline(points: Sequence[float | int | None], width: int, height: int) -> Spark | None:
    """The known points at even distances, lowest to highest; None when there are none."""
    known = [float(point) for point in points if point is not None]
    if not known:
        return None
    if len(known) == 1:
        known = known * 2
    low, high = min(known), max(known)
    span, room = (high - low), height - 6
    step = (width - 4) / (len(known) - 1)
    placed = [
        (round(step * at, 1), round(3 + room * (1 - (y - low) / span) if span else height / 2, 1))
        for at, y in enumerate(known)
    ]
    line = "M" + "L".join(f"{x:g} {y:g}" for x, y in placed)
    last_x, last_y = placed[-1]
    return Spark(line, f"{line}L{last_x:g} {height}L0 {height}Z", last_x, last_y)
