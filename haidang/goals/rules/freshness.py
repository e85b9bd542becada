"""When the actual of a KPI's period has to be there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from haidang.goals.rules.periods import FIRST, period_of


class Awaited(NamedTuple):
    """A period whose actual is asked for, and the last day on which it is in time."""

    starts: date
    ends: date
    due: date


def due_by(ends: date, freshness_days: int) -> date:
    """The last day on which the actual of a period that ends on `ends` is in time."""
    return ends + timedelta(days=freshness_days)


def overdue(
    today: date,
    frequency: str,
    freshness_days: int,
    *,
    asked_since: date,
    until: date | None = None,
    first_month: int = 1,
) -> Awaited | None:
    """The latest period whose actual should be there by now; None where none should.

    It ended more than `freshness_days` ago, in days of the calendar: what is due on the tenth
    is due on the tenth. A period that was over before reports were asked for is asked of
    nobody, nor one that begins after the KPI ends (`until`).
    """
    in_time = today - timedelta(days=freshness_days)
    if in_time <= FIRST:
        return None
    starts, _ends = period_of(in_time, frequency, first_month)
    starts, ends = period_of(starts - timedelta(days=1), frequency, first_month)
    if until is not None and starts > until:
        starts, ends = period_of(until, frequency, first_month)
    return Awaited(starts, ends, due_by(ends, freshness_days)) if ends >= asked_since else None
