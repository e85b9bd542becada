"""The bowler: KPIs by the months of a fiscal year."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import Answer, Day, DayOut, DecimalOut, PublicId, Shape
from haidang.exchange.api.schemas.goals import GoalRef


class BowlerFilters(Shape):
    unit: PublicId | None = Field(
        default=None, description=N_("KPIs of this unit and of those below it.")
    )
    person: PublicId | None = Field(
        default=None, description=N_("Instead of a unit: the KPIs that this person owns.")
    )
    day: Day | None = Field(
        default=None, description=N_("Any day of the fiscal year; without it the one that runs.")
    )
    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class BowlerCell(Answer):
    __doc__ = N_(
        "A KPI's period, at the month in which it ends; of days and weeks those of a month as one, "
        "folded as the KPI folds its periods."
    )

    month: DayOut = Field(description=N_("The first day of the month."))
    starts: DayOut = Field(description=N_("The first day of the period, or of the month."))
    state: str = Field(description=N_("met, near, below, missing, to_come or no_target"))
    actual: DecimalOut | None
    target: DecimalOut | None = Field(
        description=N_("Of several periods: of those that were reported.")
    )
    low: DecimalOut | None
    high: DecimalOut | None
    attainment: DecimalOut | None = Field(description=N_("In percent; ten places."))
    closed: bool


class BowlerTotal(Answer):
    __doc__ = N_("The year to date.")

    state: str
    actual: DecimalOut | None
    target: DecimalOut | None = Field(description=N_("Of the periods that were reported."))
    attainment: DecimalOut | None = Field(
        description=N_("In percent; of a range and pass / fail the share of periods held.")
    )


class BowlerRow(Answer):
    kpi: GoalRef
    frequency: str
    metric_unit: str
    cells: list[BowlerCell]
    to_date: BowlerTotal


class BowlerOut(Answer):
    starts: DayOut = Field(description=N_("The fiscal year."))
    ends: DayOut
    count: int = Field(description=N_("KPIs on all pages."))
    items: list[BowlerRow]
