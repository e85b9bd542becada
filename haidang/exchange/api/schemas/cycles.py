"""Cycles."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    LINE,
    NOT_BLANK,
    Answer,
    Day,
    DayOut,
    IdOut,
    PublicId,
    Shape,
    example,
)
from haidang.exchange.api.schemas.people import Ref
from haidang.goals.models import CycleKind, CycleState

CycleName = Annotated[str, Field(max_length=120), LINE, NOT_BLANK]


class CycleOut(Answer):
    id: IdOut
    name: str
    kind: str
    state: str
    parent: Ref | None
    starts: DayOut
    ends: DayOut
    version: int


class CyclesOut(Answer):
    items: list[CycleOut]
    next: str | None = Field(description=N_("The cursor of the next page; null at the end."))


class CycleCreate(Shape):
    model_config = example(
        {
            "name": "Quý 2/2025",
            "kind": "quarter",
            "starts": "2025-04-01",
            "ends": "2025-06-30",
        }
    )

    name: CycleName = Field(examples=["Quý 2/2025"])
    kind: CycleKind = Field(examples=["quarter"])
    starts: Day = Field(examples=["2025-04-01"])
    ends: Day = Field(examples=["2025-06-30"])
    parent: PublicId | None = Field(default=None, description=N_("The longer cycle around it."))


class CycleEdit(Shape):
    __doc__ = N_("Only what is sent changes.")

    model_config = example({"ends": "2025-07-04"})

    name: CycleName = ""
    starts: Day | None = None
    ends: Day | None = None
    parent: PublicId | None = None


class CycleStateIn(Shape):
    model_config = example({"state": "active"})

    state: CycleState = Field(examples=["active"])
