"""Closing of KPIs' periods: where it stands, its figures, opening one again."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    NOT_BLANK,
    Answer,
    DayOut,
    DecimalOut,
    Flag,
    IdOut,
    Moment,
    PublicId,
    Reason,
    Shape,
    example,
)
from haidang.exchange.api.schemas.goals import GoalRef
from haidang.exchange.api.schemas.people import Ref

FrequencyName = Literal["day", "week", "month", "quarter", "half", "year"]


class FigurePaging(Shape):
    cursor: Annotated[str, Field(pattern=r"^\d{1,10}\.\d{1,10}$")] | None = Field(
        default=None, description=N_("`next` of the page before.")
    )
    limit: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=200, description=N_("Rows on a page, 1 to 1,000.")
    )


class NamedThen(Answer):
    __doc__ = N_("A person or unit by the name that it had then; empty: there was none.")

    id: str
    name: str


class ClosedFigureOut(Answer):
    kpi: IdOut
    title: str
    version: int = Field(description=N_("1 at the first closing, one more at each after it."))
    frequency: str
    starts: DayOut
    ends: DayOut
    year: int
    actual: DecimalOut | None = Field(description=N_("Null: closed as missing, which is not 0."))
    numerator: DecimalOut | None
    denominator: DecimalOut | None
    target: DecimalOut | None
    baseline: DecimalOut | None
    low: DecimalOut | None
    high: DecimalOut | None
    tolerance: DecimalOut | None
    attainment: DecimalOut | None = Field(description=N_("1 is as targeted; nine places."))
    direction: str
    aggregation: str
    calculation: str
    rule: str
    steps: list[list[str]]
    metric_kind: str
    metric_unit: str
    metric_scale: DecimalOut | None
    decimals: int
    own_value: DecimalOut | None
    own_numerator: DecimalOut | None
    own_denominator: DecimalOut | None
    value_sum: DecimalOut
    numerator_sum: DecimalOut
    denominator_sum: DecimalOut
    value_reports: int
    check_in: int | None
    definition: int = Field(description=N_("The version of the KPI's definition."))
    owner: NamedThen
    data_owner: NamedThen
    unit: NamedThen
    closed_by: NamedThen = Field(description=N_("Empty: it closed by itself, on the set day."))
    closed_at: Moment


class ClosedFiguresOut(Answer):
    items: list[ClosedFigureOut]
    next: str | None


class LateOut(Answer):
    person: Ref | None
    kpis: int


class ClosingStateOut(Answer):
    frequency: str
    starts: DayOut
    ends: DayOut
    total: int
    missing: int = Field(description=N_("Open, and without a report."))
    delivered: int
    reopened: int
    closed: int
    closed_missing: int
    closing: bool = Field(description=N_("Somebody is closing it right now."))
    late: list[LateOut] = Field(description=N_("Who has not delivered: at most 30."))


class ClosingIn(Shape):
    model_config = example({}, {"unit": "U-12"})

    unit: PublicId | None = Field(
        default=None, description=N_("Only the KPIs of this unit and below.")
    )


class ReopeningIn(Shape):
    model_config = example({"reason": "Two invoices of the month came in late."})

    reason: Annotated[Reason, NOT_BLANK]


class DecisionIn(Shape):
    model_config = example({"granted": True}, {"granted": False, "reason": "Already reported."})

    granted: Flag
    reason: Reason = ""


class ReopeningOut(Answer):
    id: int
    kpi: GoalRef
    starts: DayOut
    ends: DayOut
    answer: str = Field(description=N_("waiting, granted, declined or withdrawn"))
    reason: str
    asked_by: Ref
    asked_at: Moment
    decided_by: Ref | None
    decided_at: Moment | None
    answer_reason: str
    nobody_decides: bool = Field(
        description=N_("It waits, and nobody is left who could decide about it.")
    )


class ReopeningsOut(Answer):
    items: list[ReopeningOut]
