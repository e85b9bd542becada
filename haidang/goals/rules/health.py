"""What to call the difference between progress and what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from haidang.goals.rules.metric import BILLION

NO_DATA = "no_data"
NOT_STARTED = "not_started"
ON_TRACK = "on_track"
AT_RISK = "at_risk"
OFF_TRACK = "off_track"
DONE = "done"
ALL = (ON_TRACK, AT_RISK, OFF_TRACK, DONE, NOT_STARTED, NO_DATA)

#: Directions that hold a level: reached today is no promise for tomorrow.
LEVELS = {"at_least", "at_most", "range"}


@dataclass(frozen=True)
class Thresholds:
    """Least pace (progress / expected) that is on track, and that is only at risk."""

    on_track: Decimal = Decimal("0.9")
    at_risk: Decimal = Decimal("0.7")


def health(
    progress: int | None,
    expected: int | None,
    thresholds: Thresholds = Thresholds(),
    *,
    holds_level: bool = False,
    closed: bool = False,
) -> str:
    """The word for a number: progress and expected in billionths.

    `holds_level`: a level to hold or a KPI, or made of one that is not closed; it is done
    only at the close. Without an expectation (no dates) anything that moved is on track.
    """
    if progress is None:
        return NO_DATA
    if progress >= BILLION and (closed or not holds_level):
        return DONE
    if not expected:
        return ON_TRACK if progress > 0 else NOT_STARTED
    pace = Decimal(progress) / Decimal(expected)
    if pace >= thresholds.on_track:
        return ON_TRACK
    return AT_RISK if pace >= thresholds.at_risk else OFF_TRACK


def since_when(starts: date | None, made: date) -> date:
    """The day from which a goal is to be reported: its start, but nobody could report it
    before it was made."""
    return made if starts is None else max(starts, made)


def is_outdated(since: date, day: date, cadence_days: int, *, days_off: int = 0) -> bool:
    """Whether a check-in is overdue: none for a cadence since the last one's day, or since
    the goal is to be reported (`since_when`).

    `days_off` are holidays in between, which pause the clock.
    """
    return day > since + timedelta(days=cadence_days + days_off)


def succeeded(
    score: Decimal, commitment: str, *, committed: Decimal, aspirational: Decimal
) -> bool:
    """Committed succeeds at 1.0, aspirational at its threshold (0.7)."""
    return score >= (aspirational if commitment == "aspirational" else committed)
