"""Vision, mission and core values."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop as N_
from pydantic import Field
from pydantic.json_schema import WithJsonSchema

from haidang.exchange.api.fields import Answer, IdOut, Shape, example
from haidang.exchange.api.schemas.goals import GoalRef
from haidang.goals.rules.identity import ICONS, MOST_VALUES


class Words(Answer):
    __doc__ = N_("The same in Vietnamese and in English; blank where it is not written.")

    vi: str
    en: str


class CoreValueOut(Answer):
    id: IdOut
    rank: int = Field(description=N_("1 comes first."))
    name: Words
    words: Words
    icon: str
    cited_by: list[GoalRef] = Field(
        description=N_("The objectives that cite it and that you may see.")
    )
    version: int


class IdentityOut(Answer):
    vision: Words
    mission: Words
    values: list[CoreValueOut]
    version: int


class BothIn(Shape):
    __doc__ = N_("The same in Vietnamese and in English; what is not sent stays.")

    vi: Annotated[str, Field(max_length=2_000)] = ""
    en: Annotated[str, Field(max_length=2_000)] = ""


class IdentityEdit(Shape):
    model_config = example({"vision": {"vi": "Vị quê ra thế giới", "en": "Home taste, worldwide"}})

    vision: BothIn = BothIn()
    mission: BothIn = BothIn()


class CoreValueEdit(Shape):
    __doc__ = N_("Only what is sent changes.")

    model_config = example({"words": {"en": "We say what is."}, "place": 1})

    name: BothIn = Field(
        default=BothIn(), description=N_("At most 80 characters; needed in one language.")
    )
    words: BothIn = BothIn()
    icon: Annotated[
        str, Field(max_length=40), WithJsonSchema({"type": "string", "enum": ["", *ICONS]})
    ] = ""
    place: Annotated[int, Field(ge=1, le=MOST_VALUES, strict=True)] | None = Field(
        default=None, description=N_("Among the values, from 1; left out of a new one: the last.")
    )


class CoreValueCreate(CoreValueEdit):
    model_config = example({"name": {"vi": "Trung thực", "en": "Honesty"}, "icon": "scale"})
