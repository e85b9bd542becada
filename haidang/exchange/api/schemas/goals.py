"""Goals of every kind, their measures and their numbers."""

from __future__ import annotations

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
    Line,
    Moment,
    PublicId,
)
from haidang.exchange.api.pages import Paging
from haidang.exchange.api.schemas.people import Ref
from haidang.goals.models import Kind, Level, State

NEXT = N_("The cursor of the next page; null at the end.")


class GoalRef(Answer):
    __doc__ = N_("A goal as it is named elsewhere.")

    id: IdOut
    kind: str
    title: str


class MilestoneOut(Answer):
    position: int
    title: str
    weight: int
    due: DayOut | None
    reached: bool


class ParentOut(Answer):
    __doc__ = N_("A link from the goal to one above it that the person may see.")

    parent: GoalRef
    relation: str
    mode: str
    weight: int
    position: int
    proposed_mode: str = Field(description=N_("A mode that waits for the parent's side."))
    since: Moment


class StandingOut(Answer):
    __doc__ = N_("Where a goal stands.")

    progress: int | None = Field(description=PROGRESS, examples=[633333333])
    progress_decimal: str | None = Field(description=PROGRESS_DECIMAL, examples=["0.633333333"])
    raw: DecimalOut | None = Field(
        description=N_("Unclamped progress of its own measure, within ±1,000.")
    )
    actual: DecimalOut | None = Field(
        description=N_("Its own value and those of its value children, in its unit.")
    )
    terms_measured: int = Field(description=N_("Terms that have data; of `terms_total`."))
    terms_total: int
    own_value: DecimalOut | None
    own_day: DayOut | None
    confidence: int | None
    checked_in_at: Moment | None


class GoalOut(Answer):
    __doc__ = N_("A goal. Fields that its kind does not have are empty or null.")

    id: IdOut
    kind: str
    title: str
    description: str
    why: str
    success: str
    state: str
    visibility: str
    level: str
    commitment: str
    horizon: str
    perspective: str
    rank: int
    owner: Ref | None
    data_owner: Ref | None
    unit: Ref | None
    cycle: Ref | None
    starts: DayOut | None
    ends: DayOut | None
    tags: list[str]
    contributors: list[Ref]
    named: list[Ref]
    metric_kind: str
    metric_unit: str
    metric_scale: DecimalOut | None = Field(
        description=N_("How many base units one unit is (tỷ ₫: 1000000000).")
    )
    decimals: int
    direction: str
    baseline: DecimalOut | None
    target: DecimalOut | None
    low: DecimalOut | None
    high: DecimalOut | None
    tolerance: DecimalOut | None
    relative_change: DecimalOut | None = Field(
        description=N_("A share of the baseline: 0.2 is +20%.")
    )
    milestones: list[MilestoneOut]
    rule: str
    plan_curve: str
    plan: dict[str, str]
    frequency: str
    aggregation: str
    steps: list[tuple[str, str]]
    calculation: str
    expression: str = Field(description=N_("The formula by which it is calculated, if it is."))
    formula: str = Field(description=N_("In words: how its number is worked out."))
    source: str = Field(description=N_("The system or list from which its number is taken."))
    freshness_days: int | None = Field(
        description=N_("So many days after a period its actual has to be there; later, outdated.")
    )
    cadence_days: int
    fields: dict[str, str | list[str]] = Field(
        description=N_(
            "Answers to the organisation's own fields by their keys: numbers as text, a person by "
            "id, options by key."
        )
    )
    parents: list[ParentOut]
    standing: StandingOut
    score: DecimalOut | None
    proposed_score: DecimalOut | None = Field(
        description=N_("What the owner proposed at closing, until it is confirmed.")
    )
    closed_on: DayOut | None
    reason: str
    created_at: Moment
    created_by: Ref | None
    proposed_by: Ref | None
    close_proposed_by: Ref | None
    may: list[str] | None = Field(
        description=N_("What the person may do to it; null in lists."),
    )
    version: int = Field(description=N_("Of the definition: guards edits."))
    measure_version: int = Field(description=N_("Of the measure: guards check-ins."))


class GoalsOut(Answer):
    items: list[GoalOut]
    next: str | None = Field(description=NEXT)


class GoalFilters(Paging):
    __doc__ = N_(
        "All given filters must hold; a filter given several times takes any of its values."
    )

    kind: list[Kind] = Field(default=[])
    state: list[State] = Field(default=[])
    level: list[Level] = Field(default=[])
    cycle: PublicId | None = None
    unit: PublicId | None = Field(default=None, description=N_("The unit and everything below it."))
    owner: PublicId | None = None
    parent: PublicId | None = Field(default=None, description=N_("Goals linked right below it."))
    tag: Line | None = None
    q: Line | None = Field(
        default=None, description=N_("Words of the title, with or without diacritics, or an id.")
    )


class GoalMade(Answer):
    id: IdOut
    name: str | None
    kind: str
    state: str


class GoalsMade(Answer):
    items: list[GoalMade]


class HistoryPointOut(Answer):
    __doc__ = N_("The numbers at the end of a day (by when they were recorded).")

    day: DayOut
    progress: int | None = Field(description=PROGRESS)
    progress_decimal: str | None = Field(description=PROGRESS_DECIMAL)
    raw: DecimalOut | None
    actual: DecimalOut | None
    terms_measured: int
    terms_total: int


class HistoryOut(Answer):
    items: list[HistoryPointOut]
    next: str | None = Field(description=NEXT)


class HistoryFilters(Paging):
    since: Day | None = None
    until: Day | None = None
