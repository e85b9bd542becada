"""A goal's number with the terms that make it, and what hangs below a goal."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    PROGRESS,
    PROGRESS_DECIMAL,
    Answer,
    Day,
    DayOut,
    DecimalOut,
    IdOut,
    Moment,
    Shape,
)
from haidang.exchange.api.schemas.goals import GoalRef
from haidang.exchange.api.schemas.periods import PeriodOut


class TermOut(Answer):
    __doc__ = N_("A term of the weighted mean.")

    own: bool = Field(description=N_("The goal's own measure, not a goal below it."))
    goal: GoalRef | None = Field(
        description=N_("Null for the own measure, and for a goal that you may not see.")
    )
    hidden: bool = Field(description=N_("A goal that you may not see."))
    relation: str
    weight: int
    progress: int | None = Field(description=PROGRESS)
    progress_decimal: str | None = Field(description=PROGRESS_DECIMAL)
    share: DecimalOut | None = Field(
        description=N_("Of the whole weight, 0 to 1, to nine places; null: left out.")
    )
    contribution: int | None = Field(description=N_("Billionths that it brings to the number."))


class ValueTermOut(Answer):
    __doc__ = N_("A goal whose actual adds to this one's.")

    goal: GoalRef | None = Field(description=N_("Null for a goal that you may not see."))
    hidden: bool
    relation: str
    actual: DecimalOut | None = Field(
        description=N_("In this goal's unit; null: nothing reported.")
    )
    stands_at: DecimalOut | None = Field(
        description=N_("Its baseline, at which it stands without a report.")
    )
    factor: DecimalOut = Field(description=N_("From its unit to this goal's."))


class NumberOut(Answer):
    __doc__ = N_("A goal's number: the weighted mean of those of its terms that have data.")

    goal: GoalRef
    rule: str
    progress: int | None = Field(description=PROGRESS)
    progress_decimal: str | None = Field(description=PROGRESS_DECIMAL)
    raw: DecimalOut | None
    actual: DecimalOut | None
    baseline: DecimalOut | None = Field(
        description=N_("In force: its own, or the sum of its value children's.")
    )
    terms_measured: int
    terms_total: int
    weight: int = Field(description=N_("Of all terms that have data."))
    expected: int | None = Field(description=N_("What was to be reached by today; billionths."))
    expected_decimal: str | None
    health: str = Field(
        description=N_("no_data, not_started, on_track, at_risk, off_track or done, as of today.")
    )
    outdated: bool = Field(description=N_("Its check-in is overdue."))
    terms: list[TermOut]
    value_terms: list[ValueTermOut]
    left_out: list[TermOut] = Field(description=N_("Linked to count, but not active."))
    periods: list[PeriodOut] = Field(
        description=N_("Of a KPI: those of the fiscal year of its latest report.")
    )
    counted_twice: list[GoalRef] = Field(
        description=N_("Goals below that reach it by more than one counting path.")
    )
    recorded_at: Moment | None


class BranchOut(Answer):
    __doc__ = N_("A goal of a subtree; with several parents it stands below the first of them.")

    id: IdOut
    parent: IdOut | None
    depth: int
    relation: str
    mode: str
    weight: int
    kind: str
    title: str
    state: str
    owner: IdOut | None
    unit: IdOut | None
    progress: int | None = Field(description=PROGRESS)
    progress_decimal: str | None = Field(description=PROGRESS_DECIMAL)
    terms_measured: int
    terms_total: int
    ends: DayOut | None


class CrossOut(Answer):
    __doc__ = N_("A link inside the subtree besides those by which goals stand in it.")

    child: IdOut
    parent: IdOut
    relation: str
    mode: str


class SubtreeOut(Answer):
    items: list[BranchOut] = Field(description=N_("In preorder, the goal itself first."))
    cross: list[CrossOut]
    as_of: DayOut | None = Field(description=N_("The day it was asked for; null: now."))


class SubtreeFilters(Shape):
    depth: Annotated[int, Field(ge=1, le=64)] = Field(
        default=64, description=N_("Levels below it, 1 to 64.")
    )
    as_of: Day | None = Field(
        default=None, description=N_("As it stood at the end of this day; left out: now.")
    )
