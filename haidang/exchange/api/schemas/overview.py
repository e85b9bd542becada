"""What leaders read: the tree of KPIs, the pillars, what needs attention."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    PROGRESS_DECIMAL,
    Answer,
    DayOut,
    DecimalOut,
    IdOut,
    Moment,
    PublicId,
    Shape,
)
from haidang.exchange.api.pages import Paging
from haidang.exchange.api.schemas.goals import NEXT, GoalRef
from haidang.exchange.api.schemas.map import Stands
from haidang.exchange.api.schemas.people import Ref

Trouble = Literal["off_track", "at_risk", "outdated", "no_data", "no_owner", "no_parent"]


class KpiOut(Stands):
    __doc__ = N_("A KPI on its level of the tree.")

    id: IdOut
    title: str
    level: str
    owner: Ref | None
    unit: Ref | None
    metric_unit: str
    direction: str
    target: DecimalOut | None = Field(
        description=N_("Over the periods reported so far; null where it has none.")
    )
    low: DecimalOut | None
    high: DecimalOut | None
    actual: DecimalOut | None
    attainment: DecimalOut | None = Field(
        description=N_("Unclamped: 1 is as targeted; null without a measure of its own.")
    )
    trend: list[int | None] = Field(
        description=N_("The latest points of its history, the earliest first; billionths.")
    )
    below: int = Field(description=N_("KPIs right below it: ask for them with `parent`."))


class KpisOut(Answer):
    items: list[KpiOut]
    next: str | None = Field(description=NEXT)


class KpiFilters(Paging):
    parent: PublicId | None = Field(
        default=None,
        description=N_("What hangs right below this KPI; left out: what hangs below none."),
    )


class TopOut(Stands):
    __doc__ = N_("An Ultimate Goal.")

    goal: GoalRef
    owner: Ref | None
    unit: Ref | None
    week_ago: int | None = Field(description=N_("Its progress seven days ago, in billionths."))
    week_ago_decimal: str | None = Field(description=PROGRESS_DECIMAL)


class ReportOut(Answer):
    id: int
    for_day: DayOut
    author: Ref
    recorded_at: Moment


class MoverOut(Answer):
    __doc__ = N_("A goal below a pillar that made it move in a week.")

    goal: GoalRef
    owner: Ref | None
    progress: int | None
    progress_decimal: str | None = Field(description=PROGRESS_DECIMAL)
    week_ago: int | None = Field(description=N_("Its progress seven days ago, in billionths."))
    week_ago_decimal: str | None = Field(description=PROGRESS_DECIMAL)
    check_in: ReportOut | None = Field(description=N_("Its latest check-in in that week."))


class PillarOut(TopOut):
    __doc__ = N_("A pillar, and how it fares below.")

    at_risk: int = Field(description=N_("Goals below it that are at risk."))
    off_track: int = Field(description=N_("Goals below it that are off track."))
    movers: list[MoverOut]
    other_movers: int = Field(
        description=N_("Further goals that moved it, those among them that you may not see.")
    )


class TroubledOut(Stands):
    __doc__ = N_("A goal under way with something wrong.")

    goal: GoalRef
    owner: Ref | None
    unit: Ref | None
    cycle: Ref | None
    reasons: list[str] = Field(
        description=N_("All that is wrong with it, that of its group first.")
    )
    silent_days: int = Field(
        description=N_("Days since its last check-in, or since check-ins are asked for.")
    )
    act: str = Field(
        description=N_("What you can do at once: check_in, link, edit; blank: only read it.")
    )


class TroubleOut(Answer):
    reason: Trouble
    count: int = Field(description=N_("All goals of this reason, also those not listed."))
    items: list[TroubledOut]


class AttentionOut(Answer):
    groups: list[TroubleOut] = Field(description=N_("The gravest reason first."))
    goals: int = Field(description=N_("Goals with any of the reasons, each once."))
    looked_at: int
    cut: bool = Field(
        description=N_("There are more goals than were looked at (2,000, the strategy first).")
    )


class AttentionFilters(Shape):
    reason: Trouble | None = None
    unit: PublicId | None = Field(default=None, description=N_("The unit and everything below it."))
    cycle: PublicId | None = None
    limit: Annotated[int, Field(ge=1, le=2_000)] = Field(
        default=50, description=N_("Goals of each reason, 1 to 2,000.")
    )


class OverviewOut(Answer):
    ultimate_goals: list[TopOut]
    pillars: list[PillarOut]
    attention: AttentionOut = Field(description=N_("The first three goals of each reason."))
