"""What a search finds."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import LINE, NOT_BLANK, Answer, IdOut, Shape
from haidang.exchange.api.schemas.goals import GoalRef
from haidang.exchange.api.schemas.people import Ref


class SearchFilters(Shape):
    q: Annotated[str, Field(max_length=120), LINE, NOT_BLANK] = Field(
        description=N_("Words, with or without diacritics, or an id."), examples=["doanh thu"]
    )
    limit: Annotated[int, Field(ge=1, le=20)] = Field(
        default=8, description=N_("Rows of each kind, 1 to 20.")
    )


class GoalFound(GoalRef):
    __doc__ = N_("A goal that was found.")

    state: str
    owner: Ref | None
    unit: Ref | None


class PersonFound(Ref):
    __doc__ = N_("A person who was found.")

    title: str
    unit: Ref | None


class UnitFound(Answer):
    id: IdOut
    kind: str
    name: str
    code: str


class SearchOut(Answer):
    goals: list[GoalFound] = Field(
        description=N_("The one of that id first, then from the strategy downward.")
    )
    people: list[PersonFound] = Field(description=N_("By given name."))
    units: list[UnitFound]
