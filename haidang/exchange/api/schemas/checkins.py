"""Check-ins: records that are never changed, only corrected by a later one or voided."""

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
    Version,
    example,
)
from haidang.exchange.api.schemas.goals import NEXT, GoalRef
from haidang.exchange.api.schemas.people import Ref

Position = Annotated[int, Field(ge=0, le=1_000, strict=True)]
Word = Annotated[str, Field(max_length=4_000)]


class WordsIn(Shape):
    __doc__ = N_("The long form.")

    achieved: Word = ""
    late: Word = ""
    obstacle: Word = ""
    cause: Word = ""
    remedy: Word = ""
    next_step: Word = ""


class CheckInValues(Shape):
    __doc__ = N_(
        "One of `value`, `numerator` with `denominator`, `milestones` or `text_value`, as "
        "the goal is measured. Goals that are measured by those below them take none."
    )

    model_config = example({"value": "2.7", "confidence": 8, "note": "Đủ hàng"})

    for_day: Day | None = Field(
        default=None, description=N_("Today when left out; of a KPI, a day of the period.")
    )
    value: ExactDecimal | None = Field(default=None, description=N_("Of yes / no: 1 or 0."))
    numerator: ExactDecimal | None = Field(
        default=None, description=N_("Of a KPI that is a ratio of sums.")
    )
    denominator: ExactDecimal | None = None
    milestones: Annotated[list[Position], Field(max_length=100)] | None = Field(
        default=None, description=N_("Positions of the milestones reached.")
    )
    text_value: LongText = ""
    confidence: Annotated[int, Field(ge=0, le=10, strict=True)] | None = Field(
        default=None, description=N_("0 to 10; high is 8, medium 5, low 2.")
    )
    pace: Literal["", "fast", "normal", "slow"] = ""
    note: LongText = ""
    words: WordsIn = WordsIn()
    next_on: Day | None = Field(default=None, description=N_("When the next one is due."))


class CheckInCreate(CheckInValues):
    model_config = example(
        {"value": "3.1", "for_day": "2025-01-31", "confidence": 8, "measure_version": 1},
        {"milestones": [0, 2], "measure_version": 4},
        {"numerator": "81", "denominator": "90", "measure_version": 1},
    )

    on_behalf_of: PublicId | None = Field(
        default=None,
        description=N_(
            "Told by who you are: of a leader's or strategist's check-in the goal's owner. "
            "Another person is refused."
        ),
    )
    measure_version: Version | None = Field(
        default=None,
        description=N_("The goal's `measure_version` that was seen, instead of If-Match."),
    )


class CheckInRow(CheckInValues):
    __doc__ = N_("One check-in of many.")

    model_config = example({"goal": "KR-1042", "value": "3.1", "measure_version": 1})

    goal: PublicId
    measure_version: Version | None = Field(
        description=N_(
            "The goal's `measure_version` that was seen before the call; null: whichever it is."
        )
    )


class CheckInRows(Shape):
    model_config = example(
        {
            "rows": [
                {"goal": "KR-1042", "for_day": "2025-01-31", "value": "3.1", "measure_version": 1},
                {"goal": "KPI-7", "value": "12", "measure_version": None},
            ]
        }
    )

    rows: Annotated[list[CheckInRow], Field(min_length=1, max_length=1_000)]


class VoidIn(Shape):
    model_config = example({"reason": "Nhập nhầm tháng"})

    reason: Annotated[str, Field(min_length=1, max_length=2_000)]


class VoidingOut(Answer):
    by: Ref
    reason: str
    at: Moment


class PeriodRef(Answer):
    starts: DayOut
    ends: DayOut


class CheckInOut(Answer):
    id: int
    goal: GoalRef
    for_day: DayOut
    period: PeriodRef | None
    value: DecimalOut | None
    numerator: DecimalOut | None
    denominator: DecimalOut | None
    milestones: list[int] | None
    text_value: str
    confidence: int | None
    pace: str
    note: str
    words: dict[str, str]
    next_on: DayOut | None
    author: Ref
    on_behalf_of: Ref | None
    source: str
    recorded_at: Moment
    baseline_then: DecimalOut | None = Field(description=N_("As it was when it was recorded."))
    target_then: DecimalOut | None
    low_then: DecimalOut | None
    high_then: DecimalOut | None
    live: bool = Field(description=N_("Whether it counts: neither superseded nor voided."))
    supersedes: int | None
    superseded_by: int | None
    voiding: VoidingOut | None


class CheckInsOut(Answer):
    items: list[CheckInOut]
    next: str | None = Field(description=NEXT)


class CheckInMade(Answer):
    __doc__ = N_("A check-in that was recorded.")

    id: int
    goal: IdOut
    for_day: DayOut


class CheckInsMade(Answer):
    items: list[CheckInMade] = Field(description=N_("In the order of the rows."))
