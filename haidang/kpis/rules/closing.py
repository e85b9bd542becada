"""What a period of a KPI said, and which periods are due to be closed (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from haidang.goals.rules.kpi import Reported, Steps, period_attainment, ten_places
from haidang.goals.rules.metric import rounded
from haidang.goals.rules.node import Node, Period
from haidang.goals.rules.periods import period_of

#: Frequencies whose periods close by themselves on the set day.
BY_THEMSELVES = ("month", "quarter", "half", "year")


@dataclass(frozen=True, slots=True)
class Said:
    """What was reported for a period, and its attainment (nine places); None: nothing."""

    actual: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    attainment: Decimal | None = None


def said(node: Node, period: Period, steps: Steps | None = None) -> Said:
    """A period's number as the KPI's definition makes it: missing is not 0."""
    found = node.period_value(period)
    if found is None:
        return Said()
    value, numerator, denominator = found
    exact = period_attainment(
        node.measure.direction,
        Reported(
            period.starts, value, period.target, period.baseline, period.low, period.high,
            period.tolerance, numerator, denominator,
        ),
        node.steps if steps is None else steps,
    )  # fmt: skip
    return Said(
        ten_places(value) if node.aggregation == "ratio" else value,
        numerator,
        denominator,
        None if exact is None else rounded(exact),
    )


def steps_of(stored: Sequence[Sequence[str]]) -> tuple[tuple[Decimal, Decimal], ...]:
    return tuple((Decimal(start), Decimal(gives)) for start, gives in stored)


def ended_before(today: date, frequency: str, first_month: int) -> tuple[date, date]:
    """The latest period that has ended by a day: first and last day."""
    running = period_of(today, frequency, first_month)[0]
    return period_of(running - timedelta(days=1), frequency, first_month)


def due_on(ends: date, closing_day: int) -> date:
    """The day on which a period that ended then closes by itself: of the following month."""
    return (ends + timedelta(days=1)).replace(day=closing_day)
