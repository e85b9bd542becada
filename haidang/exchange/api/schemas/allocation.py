"""A KPI's target, allocated to the KPIs that add up to it."""

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
    PublicId,
    Reason,
    Shape,
    example,
)
from haidang.exchange.api.schemas.goals import GoalRef

Month = Annotated[int, Field(ge=1, le=12)]
Page = Annotated[int, Field(ge=1, le=9999)]
_MONTH = N_("Of a KPI by days: the calendar month; otherwise the whole year is one grid.")


class AllocationPlace(Shape):
    month: Month = Field(default=1, description=_MONTH)
    page: Page = Field(default=1, description=N_("`next` of the page before."))


class FillingOut(Answer):
    target: DecimalOut | None = Field(description=N_("Of the KPI above, in its unit."))
    allocated: DecimalOut
    left: DecimalOut | None = Field(
        description=N_("Above 0 left over, below 0 too much; null where there is no target.")
    )


class AllocationPeriodOut(FillingOut):
    starts: DayOut
    ends: DayOut
    locked: bool
    others: DecimalOut = Field(description=N_("What KPIs on other pages have."))


class AllocatedOut(Answer):
    kpi: GoalRef | None = Field(description=N_("Null: a KPI that is not open to you."))
    metric_unit: str
    version: int | None = Field(description=N_("Of its definition, to save over."))
    may_set: bool = Field(description=N_("You may set it here."))
    needs_request: bool = Field(description=N_("What stands changes only by a request."))
    shorter_periods: bool = Field(description=N_("It is told by sums and set by itself."))
    targets: list[DecimalOut | None] = Field(description=N_("By period, in its own unit."))
    waiting: list[DayOut] = Field(description=N_("Periods about which a request waits."))


class AllocationOut(Answer):
    kpi: IdOut
    year: int
    month: int | None
    periods: list[AllocationPeriodOut]
    whole: FillingOut | None = Field(
        description=N_("The periods together; null where they do not add up.")
    )
    kpis: list[AllocatedOut]
    count: int = Field(description=N_("KPIs on all pages."))
    next: int | None


class WholeIn(Shape):
    kpi: PublicId
    total: ExactDecimal


class SpreadIn(Shape):
    __doc__ = N_(
        "`over` periods: each KPI's total (what it has, where none is sent) over its periods. "
        "`over` kpis: each period's target of the KPI above among those below."
    )

    model_config = example(
        {"over": "periods", "by": "working_days", "totals": [{"kpi": "KPI-7", "total": "120"}]},
        {"over": "kpis", "by": "last_year"},
    )

    over: Literal["periods", "kpis"]
    by: Literal["equal", "last_year", "working_days"] = Field(
        description=N_("working_days only over periods.")
    )
    totals: Annotated[list[WholeIn], Field(max_length=50)] = []
    month: Month = Field(default=1, description=_MONTH)
    page: Page = 1


class AllocatedIn(Shape):
    kpi: PublicId | None = Field(
        default=None, description=N_("One of those below; without it the KPI of the address.")
    )
    starts: Day = Field(description=N_("Any day of the period."), examples=["2025-01-01"])
    target: ExactDecimal | None = Field(description=N_("Null: it has none."))


class SeenIn(Shape):
    kpi: PublicId
    version: Annotated[int, Field(ge=1)]


class AllocationIn(Shape):
    __doc__ = N_("Targets of KPIs below; those that are not sent stay as they are.")

    model_config = example(
        {
            "reason": "Moved from the north to the south.",
            "targets": [
                {"kpi": "KPI-7", "starts": "2025-01-01", "target": "20"},
                {"kpi": "KPI-8", "starts": "2025-01-01", "target": "30"},
            ],
            "seen": [{"kpi": "KPI-7", "version": 1}],
        }
    )

    targets: Annotated[list[AllocatedIn], Field(min_length=1, max_length=5000)]
    seen: Annotated[list[SeenIn], Field(max_length=5000)] = Field(
        default=[], description=N_("The versions that you saw: 409 once one has moved on.")
    )
    reason: Reason = ""


class AllocationSavedOut(Answer):
    changed: int = Field(description=N_("KPIs that changed at once."))
    request: int | None = Field(description=N_("The request for the others; null: none needed."))
