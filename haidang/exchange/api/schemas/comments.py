"""Comments on a KPI's period."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import NOT_BLANK, Answer, DayOut, IdOut, Moment, Shape, example
from haidang.exchange.api.schemas.people import Ref


class CommentIn(Shape):
    text: Annotated[str, Field(max_length=5_000), NOT_BLANK]

    model_config = example({"text": "Nine days of Tết fell into this month."})


class PeriodCommentOut(Answer):
    id: int
    kpi: IdOut
    starts: DayOut
    author: Ref
    text: str = Field(description=N_("Empty once it was taken back."))
    written_at: Moment
    taken_back_at: Moment | None


class PeriodCommentsOut(Answer):
    items: list[PeriodCommentOut]
