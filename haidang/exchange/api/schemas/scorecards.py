"""Scorecards: what counts, and what it comes to; long leaves."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    Answer,
    Count,
    Day,
    DayOut,
    DecimalOut,
    ExactDecimal,
    Flag,
    IdOut,
    PublicId,
    Shape,
    example,
)
from haidang.exchange.api.schemas.people import Ref

CardFrequency = Literal["month", "quarter", "half", "year"]


class CardTime(Shape):
    frequency: CardFrequency = Field(default="month")
    day: Day | None = Field(
        default=None, description=N_("Any day of the period; without it the latest that ended.")
    )


class CardFilters(CardTime):
    of: Literal["people", "units"] = Field(default="people")
    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class CardPeriodOut(Answer):
    starts: DayOut
    ends: DayOut
    closed: bool
    actual: DecimalOut | None
    target: DecimalOut | None = Field(description=N_("Of the whole period."))
    weight: DecimalOut = Field(description=N_("In percent."))
    worked: int = Field(description=N_("Working days of the period on the card."))
    days: int = Field(description=N_("Working days of the period."))
    check_in: int | None


class CardLineOut(Answer):
    kpi: IdOut | None = Field(description=N_("Null: a KPI that is not open to you; it counts."))
    title: str
    perspective: str
    state: str = Field(description=N_("measured, missing or not_due"))
    weight: DecimalOut = Field(description=N_("In percent, over the whole time."))
    cap: DecimalOut
    floor: DecimalOut
    actual: DecimalOut | None
    target: DecimalOut | None = Field(description=N_("Of the periods that were reported."))
    attainment: DecimalOut | None = Field(description=N_("In percent; ten places."))
    points: DecimalOut | None = Field(description=N_("After cap and floor, in percent."))
    contribution: DecimalOut | None = Field(description=N_("What it adds to the score."))
    provisional: bool
    periods: list[CardPeriodOut]


class ScorecardOut(Answer):
    holder: Ref
    frequency: str
    starts: DayOut
    ends: DayOut
    score: DecimalOut | None = Field(description=N_("In percent; ten places."))
    band: str = Field(description=N_("A+, A, B, C or D; empty without a score."))
    provisional: bool = Field(description=N_("Not all of its periods are closed."))
    weight: DecimalOut
    measured: int
    due: int
    seen: int = Field(description=N_("Names the lines as they are set: send it with a change."))
    lines: list[CardLineOut]


class CardSummaryOut(Answer):
    holder: Ref
    score: DecimalOut | None
    band: str
    provisional: bool
    measured: int
    due: int


class ScorecardsOut(Answer):
    items: list[CardSummaryOut]


class CardLineIn(Shape):
    kpi: PublicId
    weight: ExactDecimal = Field(description=N_("In percent, above 0, two decimals at most."))
    perspective: Literal["", "financial", "customer", "process", "learning"] = ""
    cap: ExactDecimal | None = None
    floor: ExactDecimal | None = None
    prorated: Flag = True


class ScorecardIn(Shape):
    model_config = example(
        {
            "starts": "2026-01-01",
            "lines": [
                {"kpi": "KPI-1", "weight": "40"},
                {"kpi": "KPI-2", "weight": "35", "cap": "150"},
                {"kpi": "KPI-3", "weight": "25", "perspective": "customer"},
            ],
        },
        {"starts": "2026-01-01", "ends": "2026-06-30", "lines": [], "seen": 12},
    )

    starts: Day
    ends: Day | None = Field(default=None, description=N_("Of a leaver or a transfer."))
    lines: Annotated[list[CardLineIn], Field(max_length=30)]
    seen: Count | None = Field(default=None, description=N_("`seen` of what was read."))


class LeaveIn(Shape):
    model_config = example({"starts": "2026-03-02", "ends": "2026-08-31"})

    starts: Day
    ends: Day


class LeaveOut(Answer):
    id: int
    starts: DayOut
    ends: DayOut


class LeavesOut(Answer):
    items: list[LeaveOut]
