"""A KPI's periods and their targets."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    Answer,
    Day,
    DayOut,
    DecimalOut,
    ExactDecimal,
    Moment,
    Reason,
    Shape,
    example,
)

Year = Annotated[int, Field(ge=1990, le=2199)]


class PeriodOut(Answer):
    year: int = Field(description=N_("The fiscal year, by the year in which it starts."))
    starts: DayOut
    ends: DayOut
    target: DecimalOut | None
    baseline: DecimalOut | None
    low: DecimalOut | None
    high: DecimalOut | None
    tolerance: DecimalOut | None
    own_value: DecimalOut | None
    own_numerator: DecimalOut | None
    own_denominator: DecimalOut | None
    value_sum: DecimalOut = Field(description=N_("What its value children reported."))
    value_reports: int = Field(description=N_("How many value children reported."))
    locked_at: Moment | None


class PeriodsOut(Answer):
    items: list[PeriodOut]


class PeriodFilters(Shape):
    year: Year | None = None


class TargetIn(Shape):
    starts: Day = Field(description=N_("The first day of the period."), examples=["2025-01-01"])
    target: ExactDecimal | None = None
    baseline: ExactDecimal | None = None
    low: ExactDecimal | None = None
    high: ExactDecimal | None = None
    tolerance: ExactDecimal | None = None


class TargetsIn(Shape):
    __doc__ = N_(
        "Targets of periods of one fiscal year; periods that are not named stay as they are."
    )

    model_config = example(
        {
            "targets": [
                {"starts": "2025-01-01", "target": "25"},
                {"starts": "2025-02-01", "target": "25"},
            ]
        }
    )

    targets: Annotated[list[TargetIn], Field(min_length=1, max_length=400)]
    reason: Reason = ""
