"""A fiscal year of a KPI beside the year before, period by period and up to each period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from haidang.goals.models import Goal
from haidang.goals.rules.health import Thresholds, health
from haidang.goals.rules.kpi import Reported, to_date
from haidang.goals.rules.metric import BILLION, billionths
from haidang.lib.decimals import EXACT
from haidang.strategy.queries.charts import PeriodRow, period_rows

#: A week of last year begins on the same weekday, 52 weeks before.
_YEAR_OF_WEEKS = timedelta(weeks=52)


@dataclass(frozen=True, slots=True)
class Compared:
    """What a period, or the year up to it, came to.

    `raw` is the attainment, 1 as targeted; `before` what it was a year earlier (of a year up
    to a period: what the same periods came to that are reported now), `change` how much more
    that is now as a share of it (0.1 is a tenth more); None where there is nothing to compare,
    or not every period of now has one a year earlier.
    """

    row: PeriodRow
    actual: Decimal | None
    target: Decimal | None
    raw: Decimal | None
    before: Decimal | None
    change: Decimal | None

    @property
    def progress(self) -> int | None:
        return None if self.raw is None else billionths(self.raw)

    @property
    def attainment(self) -> int | None:
        """Billionths, beyond the whole too."""
        return None if self.raw is None else int(self.raw * BILLION)

    @property
    def health(self) -> str:
        """As of a period: against its whole target."""
        if self.progress is None:
            return "no_data"
        return health(self.progress, BILLION, Thresholds())


def compared(
    kpi: Goal, rows: Sequence[PeriodRow], first_month: int, today: date, *, total: bool
) -> list[Compared]:
    """The periods of one fiscal year beside those of the year before; with `total` each is
    the year from its start up to it, folded as the KPI folds its periods."""
    if not rows:
        return []
    last = period_rows(kpi, first_month, today, rows[0].period.year - 1)
    there = {row.period.starts: row for row in last}
    steps = [(Decimal(a), Decimal(b)) for a, b in kpi.steps]
    found, reported, same = [], [], []
    for at, row in enumerate(rows):
        earlier = there.get(_a_year_before(row.period.starts, kpi.frequency) or date.min)
        if earlier is not None and earlier.actual is None:
            earlier = None
        if not total:
            before = None if earlier is None else earlier.actual
            change = _change(row.actual, before)
            told = (row.actual, row.period.target, row.raw)
            found.append(Compared(row, *told, before, change))
            continue
        if row.actual is not None:
            reported.append(row)
            same += [] if earlier is None else [earlier]
        elif not any(later.actual is not None for later in rows[at + 1 :]):
            found.append(Compared(row, None, None, None, None, None))
            continue
        now = to_date(kpi.direction, kpi.aggregation, _reported(reported), steps)
        before = _folded(kpi, same)
        # Of what has no counterpart, or counts no actual for want of a target, nothing is told.
        alike = len(same) == len(reported) and now.actual == _folded(kpi, reported)
        change = _change(now.actual, before) if alike else None
        found.append(Compared(row, now.actual, now.target, now.raw, before, change))
    return found


def _folded(kpi: Goal, rows: Sequence[PeriodRow]) -> Decimal | None:
    """The actuals of these periods as one, whether they have a target or not."""
    bare = [replace(one, target=None) for one in _reported(rows)]
    return to_date(kpi.direction, kpi.aggregation, bare).actual


def _a_year_before(starts: date, frequency: str) -> date | None:
    if frequency == "week":
        return starts - _YEAR_OF_WEEKS
    try:
        return starts.replace(year=starts.year - 1)
    except ValueError:  # 29 February
        return None


def _reported(rows: Sequence[PeriodRow]) -> list[Reported]:
    return [
        Reported(
            row.period.starts, row.actual, row.period.target, row.period.baseline,
            row.period.low, row.period.high, row.period.tolerance, row.numerator,
            row.denominator,
        )
        for row in rows
        if row.actual is not None
    ]  # fmt: skip


def _change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    if now is None or not before:
        return None
    return EXACT.divide(EXACT.subtract(now, before), EXACT.abs(before))
