"""Goals as they stood at the end of a day."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    PROGRESS,
    PROGRESS_DECIMAL,
    Answer,
    DayOut,
    DecimalOut,
    IdOut,
    Moment,
    PublicId,
)
from haidang.exchange.api.pages import Paging
from haidang.exchange.api.schemas.goals import NEXT, GoalRef
from haidang.goals.models import Kind, State


class ParentThen(Answer):
    parent: GoalRef
    relation: str
    mode: str
    weight: int
    since: Moment


class GoalThen(Answer):
    __doc__ = N_("A goal as it stood at the end of a day, by what had been recorded by then.")

    id: IdOut
    kind: str
    day: DayOut
    version: int
    since: Moment = Field(description=N_("From when it was defined so."))
    definition: dict[str, Any] = Field(
        description=N_("Its fields as they were; people, unit and cycle by id.")
    )
    progress: int | None = Field(description=PROGRESS)
    progress_decimal: str | None = Field(description=PROGRESS_DECIMAL)
    raw: DecimalOut | None
    actual: DecimalOut | None
    terms_measured: int
    terms_total: int
    parents: list[ParentThen] = Field(description=N_("Those that you may see today."))


class GoalsThen(Answer):
    items: list[GoalThen]
    next: str | None = Field(description=NEXT)


class ThenFilters(Paging):
    __doc__ = N_("All given filters must hold of what was then.")

    kind: list[Kind] = Field(default=[])
    state: list[State] = Field(default=[])
    cycle: PublicId | None = None
    unit: PublicId | None = Field(
        default=None, description=N_("The unit and everything that is below it today.")
    )
    owner: PublicId | None = None
