"""Actuals of KPIs: many at once, and what stands in each period."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    Answer,
    Day,
    DayOut,
    DecimalOut,
    ExactDecimal,
    IdOut,
    LongText,
    Moment,
    PublicId,
    Shape,
    example,
)
from haidang.exchange.api.pages import Paging
from haidang.exchange.api.schemas.goals import NEXT, GoalRef
from haidang.exchange.api.schemas.people import Ref

FrequencyIn = Literal["day", "week", "month", "quarter", "half", "year"]


class ActualRow(Shape):
    __doc__ = N_(
        "What a KPI came to in a period: `value`, or `numerator` with `denominator` for a "
        "ratio of sums."
    )

    model_config = example({"kpi": "KPI-7", "day": "2025-03-31", "value": "12.5"})

    kpi: PublicId
    day: Day = Field(description=N_("Any day of the period."))
    value: ExactDecimal | None = Field(default=None, description=N_("Of yes / no: 1 or 0."))
    numerator: ExactDecimal | None = None
    denominator: ExactDecimal | None = None
    note: LongText = ""


class ActualRows(Shape):
    model_config = example(
        {
            "rows": [
                {"kpi": "KPI-7", "day": "2025-03-31", "value": "12.5"},
                {"kpi": "KPI-9", "day": "2025-03-31", "numerator": "81", "denominator": "90"},
            ]
        }
    )

    rows: Annotated[list[ActualRow], Field(min_length=1, max_length=10_000)]


class ActualMade(Answer):
    __doc__ = N_("What stands for a row now.")

    kpi: IdOut
    starts: DayOut = Field(description=N_("The first day of the period."))
    check_in: int = Field(description=N_("The record that stands."))
    outcome: str = Field(
        description=N_("`recorded`, or `unchanged` where the same stood there already.")
    )


class ActualsMade(Answer):
    items: list[ActualMade] = Field(description=N_("In the order of the rows."))
    recorded: int
    unchanged: int


class ActualFilters(Paging):
    frequency: FrequencyIn | None = None
    from_: Day | None = Field(
        default=None, alias="from", description=N_("Periods that end on this day or later.")
    )
    to: Day | None = Field(
        default=None, description=N_("Periods that start on this day or earlier.")
    )
    unit: PublicId | None = Field(
        default=None, description=N_("KPIs of this unit and of those below it.")
    )


class ActualOut(Answer):
    kpi: GoalRef
    frequency: str
    starts: DayOut
    ends: DayOut
    target: DecimalOut | None
    value: DecimalOut | None = Field(description=N_("What was reported for the KPI itself."))
    numerator: DecimalOut | None
    denominator: DecimalOut | None
    value_sum: DecimalOut = Field(description=N_("What its value children reported."))
    value_reports: int = Field(description=N_("How many value children reported."))
    check_in: int | None = Field(description=N_("The record that stands."))
    note: str
    source: str
    author: Ref | None
    recorded_at: Moment | None
    locked_at: Moment | None


class ActualsOut(Answer):
    items: list[ActualOut]
    next: str | None = Field(description=NEXT)
