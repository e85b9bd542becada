"""Targets of a KPI's year with their ledger, and requests to change approved ones."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    NOT_BLANK,
    Answer,
    Day,
    DayOut,
    DecimalOut,
    ExactDecimal,
    IdOut,
    Moment,
    PublicId,
    Reason,
    Shape,
    example,
)
from haidang.exchange.api.schemas.goals import GoalRef
from haidang.exchange.api.schemas.people import Ref


class TargetsOut(Answer):
    target: DecimalOut | None
    baseline: DecimalOut | None
    low: DecimalOut | None
    high: DecimalOut | None
    tolerance: DecimalOut | None


class TargetVersionOut(TargetsOut):
    __doc__ = N_("What a period was to reach from a moment on; version 1 is the original.")

    version: int
    since: Moment
    by: Ref | None
    reason: str
    approved_by: Ref | None = Field(description=N_("Null: it changed without a request."))
    request: int | None


class TargetLineOut(Answer):
    starts: DayOut
    ends: DayOut
    locked: bool
    stands: TargetsOut = Field(description=N_("The usual target where it has none of its own."))
    original: TargetsOut
    actual: DecimalOut | None
    attainment: DecimalOut | None = Field(description=N_("1 is as targeted; nine places."))
    attainment_original: DecimalOut | None = Field(
        description=N_("The same actual under the original target.")
    )
    versions: list[TargetVersionOut] = Field(
        description=N_("Empty: the target has never changed since it was approved.")
    )


class TargetsToDateOut(Answer):
    actual: DecimalOut | None
    target: DecimalOut | None
    attainment: DecimalOut | None
    periods: int


class TargetYearOut(Answer):
    kpi: IdOut
    year: int
    periods: list[TargetLineOut]
    to_date: TargetsToDateOut
    to_date_original: TargetsToDateOut
    requests: list[int] = Field(description=N_("Requests about this year that wait."))


class TargetAskedIn(Shape):
    kpi: PublicId | None = Field(
        default=None, description=N_("Another KPI than the one of the address: one below it.")
    )
    starts: Day | None = Field(
        default=None,
        description=N_("Any day of the period; without one the usual target."),
        examples=["2025-01-01"],
    )
    target: ExactDecimal | None = None
    baseline: ExactDecimal | None = None
    low: ExactDecimal | None = None
    high: ExactDecimal | None = None
    tolerance: ExactDecimal | None = None


class TargetRequestIn(Shape):
    __doc__ = N_("Other targets, of one KPI or of several in one request; fields that are not "
                 "sent stay as they are.")  # fmt: skip

    model_config = example(
        {
            "reason": "Two distributors are lost.",
            "targets": [{"starts": "2025-01-01", "target": "20"}],
        },
        {
            "reason": "Moved from the north to the south.",
            "targets": [
                {"kpi": "KPI-7", "starts": "2025-01-01", "target": "20"},
                {"kpi": "KPI-8", "starts": "2025-01-01", "target": "30"},
            ],
        },
    )

    reason: Annotated[Reason, NOT_BLANK]
    targets: Annotated[list[TargetAskedIn], Field(min_length=1, max_length=5000)]


class TargetChangeOut(Answer):
    kpi: GoalRef
    starts: DayOut | None = Field(description=N_("Null: the usual target."))
    field: str = Field(description=N_("target, baseline, low, high or tolerance"))
    was: DecimalOut | None = Field(description=N_("What stood when it was asked."))
    wanted: DecimalOut | None
    stands: DecimalOut | None = Field(description=N_("What stands now."))


class TargetRequestOut(Answer):
    id: int
    kpi: GoalRef
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
    changes: list[TargetChangeOut]


class TargetRequestsOut(Answer):
    items: list[TargetRequestOut]
