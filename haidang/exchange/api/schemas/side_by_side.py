"""Units side by side in one KPI, and the ranking of units by their scorecards."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import Answer, Day, DayOut, DecimalOut, Shape
from haidang.exchange.api.schemas.bowler import BowlerTotal
from haidang.exchange.api.schemas.goals import GoalRef
from haidang.exchange.api.schemas.people import Ref


class YearFilter(Shape):
    day: Day | None = Field(
        default=None, description=N_("Any day of the fiscal year; without it the one that runs.")
    )


class ComparableOut(Answer):
    items: list[GoalRef]


class UnitPeriodOut(Answer):
    starts: DayOut
    state: str = Field(description=N_("met, near, below, missing, to_come or no_target"))
    actual: DecimalOut | None
    target: DecimalOut | None
    low: DecimalOut | None
    high: DecimalOut | None
    attainment: DecimalOut | None = Field(description=N_("In percent; ten places."))
    closed: bool


class UnitPartOut(Answer):
    unit: Ref
    kpi: GoalRef
    periods: list[UnitPeriodOut]
    to_date: BowlerTotal


class UnitPartsOut(Answer):
    starts: DayOut = Field(description=N_("The fiscal year."))
    ends: DayOut
    frequency: str
    metric_unit: str
    items: list[UnitPartOut]


class RankedUnitOut(Answer):
    place: int = Field(description=N_("Equal scores share a place: 1, 1, 3."))
    unit: Ref
    score: DecimalOut = Field(description=N_("In percent; ten places."))
    band: str = Field(description=N_("A+, A, B, C or D; empty without a score."))
    provisional: bool = Field(description=N_("Not all of its periods are closed."))
    measured: int
    due: int
    open: bool = Field(description=N_("Whether its card is open to you."))


class UnitRankingOut(Answer):
    frequency: str
    starts: DayOut
    ends: DayOut
    allowed: bool = Field(
        description=N_(
            "Whether the organisation allows the ranking (`scorecard.ranking`) and you read it; "
            "without that nothing is in it."
        )
    )
    items: list[RankedUnitOut]
