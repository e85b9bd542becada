"""Connectors, their runs, what is pushed to them and what they hold back."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    NOT_BLANK,
    Answer,
    Count,
    Day,
    DayOut,
    DecimalOut,
    ExactDecimal,
    Moment,
    Reason,
    Shape,
    example,
)
from haidang.exchange.api.schemas.goals import GoalRef
from haidang.exchange.api.schemas.people import Ref


class ForeignNameOut(Answer):
    name: str = Field(description=N_("As the other system says it; empty: its only number."))
    kpi: GoalRef


class ConnectorOut(Answer):
    __doc__ = N_("What is asked of another system. Settings and secrets are not told.")

    id: int
    name: str
    kind: str
    is_on: bool
    keeper: Ref = Field(description=N_("On whose behalf it writes."))
    frequency: str
    asks: str = Field(description=N_("running or last: which period."))
    every: str = Field(description=N_("off, day, week or month"))
    jump: DecimalOut | None = Field(
        description=N_("The largest change that is believed, in percent of the last value.")
    )
    lowest: DecimalOut | None
    highest: DecimalOut | None
    next_at: Moment | None
    failing_since: Moment | None
    names: list[ForeignNameOut]


class ConnectorsOut(Answer):
    items: list[ConnectorOut]


class RunLineOut(Answer):
    __doc__ = N_("A row that was not taken.")

    name: str
    day: str
    value: str
    code: str
    message: str


class RunOut(Answer):
    id: int
    connector: int
    why: str = Field(description=N_("schedule, hand, push or retry"))
    by: Ref | None
    starts: DayOut
    ends: DayOut
    began_at: Moment
    ended_at: Moment | None = Field(description=N_("Null: it is running."))
    outcome: str = Field(description=N_("running, good, partly or failed"))
    recorded: int
    unchanged: int
    held_back: int
    not_taken: int
    absent: int = Field(description=N_("Names that the answer does not mention."))
    code: str
    message: str = Field(description=N_("Why nothing could be read."))
    lines: list[RunLineOut] = Field(
        description=N_("The first 500 rows that were not taken; for administrators.")
    )


class RunsOut(Answer):
    items: list[RunOut]


class PushedRow(Shape):
    model_config = example({"name": "KD01", "day": "2026-10-31", "value": "12.5"})

    name: Annotated[str, Field(max_length=200)] = ""
    day: Day | None = Field(
        default=None, description=N_("Any day of the period; null: the one that it asks for.")
    )
    value: ExactDecimal | None = None
    numerator: ExactDecimal | None = None
    denominator: ExactDecimal | None = None


class PushedRows(Shape):
    model_config = example(
        {
            "rows": [
                {"name": "Nguyễn Thị Mai", "day": "2026-10-31", "value": "3.1"},
                {"name": "Phan Đức Anh", "day": "2026-10-31", "value": "2.4"},
            ]
        }
    )

    rows: Annotated[list[PushedRow], Field(min_length=1, max_length=10_000)]


class QuarantinedOut(Answer):
    id: int
    kpi: GoalRef
    connector: str
    run: int
    starts: DayOut
    ends: DayOut
    value: DecimalOut | None
    numerator: DecimalOut | None
    denominator: DecimalOut | None
    stood: DecimalOut | None = Field(description=N_("The last value before it."))
    why: str = Field(description=N_("low, high or jump"))
    percent: DecimalOut | None = Field(description=N_("Of the jump."))
    verdict: str = Field(description=N_("waiting, accepted, refused or replaced"))
    decided_by: Ref | None
    decided_at: Moment | None
    reason: str
    check_in: int | None


class QuarantineOut(Answer):
    items: list[QuarantinedOut]


class VerdictIn(Shape):
    model_config = example({"verdict": "accepted", "reason": "One large contract."})

    verdict: Literal["accepted", "refused"]
    reason: Annotated[Reason, NOT_BLANK]
    seen: Count | None = Field(
        default=None,
        description=N_(
            "To accept: the record that stands in the period (0: none). Absent, what stood when "
            "the value came."
        ),
    )
