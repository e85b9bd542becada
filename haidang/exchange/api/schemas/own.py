"""What an organisation calls its things, and what it asks beyond what the program asks."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import Answer, Line, Shape, example
from haidang.goals.models import FieldType, Kind
from haidang.web.terms import TERMS


class WordingOut(Answer):
    term: str = Field(description=", ".join(TERMS))
    vi: str = Field(description=N_("Empty: the program's word is kept."))
    en: str
    en_many: str


class WordingsOut(Answer):
    items: list[WordingOut]


class WordingIn(Shape):
    term: Line = Field(examples=["objective"])
    vi: Line = ""
    en: Line = ""
    en_many: Line = ""


class WordingsIn(Shape):
    __doc__ = N_("All of them: a term that is not sent keeps the program's word.")

    model_config = example(
        {"items": [{"term": "objective", "vi": "Trọng tâm", "en": "Rock", "en_many": "Rocks"}]}
    )

    items: Annotated[list[WordingIn], Field(max_length=len(TERMS))]


class OptionIn(Shape):
    key: Line = Field(default="", description=N_("Of an option that there is, to keep it."))
    name_vi: Line = ""
    name_en: Line = ""


_Options = Annotated[list[OptionIn], Field(max_length=200)]
_Kinds = Annotated[list[Kind], Field(max_length=20)]
_Decimals = Annotated[int, Field(ge=0, le=10)]
_Place = Annotated[int, Field(ge=1, le=1000)]
_FIELD: dict[str, Any] = {
    "type": "number", "name_vi": "Ngân sách", "name_en": "Budget", "unit": "triệu ₫",
    "kinds": ["objective"], "required": True,
}  # fmt: skip


class GoalFieldCreate(Shape):
    model_config = example(_FIELD)

    type: FieldType
    name_vi: Line = Field(default="", description=N_("A name in one of the two languages."))
    name_en: Line = ""
    help_vi: Line = ""
    help_en: Line = ""
    unit: Line = Field(default="", description=N_("Of a number."))
    decimals: _Decimals = Field(default=0, description=N_("Of a number, as it is shown."))
    options: _Options = Field(default=[], description=N_("Of a choice."))
    kinds: _Kinds = Field(description=N_("The kinds of goals that are asked."))
    required: bool = False
    place: _Place | None = Field(
        default=None, description=N_("Among those that are asked, from 1; left out: the last.")
    )


class GoalFieldEdit(Shape):
    __doc__ = N_("Only what is sent changes; key and type never do.")

    model_config = example({"name_en": "Budget", "place": 1})

    name_vi: Line | None = None
    name_en: Line | None = None
    help_vi: Line | None = None
    help_en: Line | None = None
    unit: Line | None = None
    decimals: _Decimals | None = None
    options: _Options | None = Field(
        default=None,
        description=N_("All of them: one that goals have chosen cannot be left out."),
    )
    kinds: _Kinds | None = None
    required: bool | None = None
    place: _Place | None = None


class GoalFieldStateIn(Shape):
    model_config = example({"retired": True})

    retired: bool


class OptionOut(Answer):
    key: str
    name_vi: str
    name_en: str


class GoalFieldOut(Answer):
    __doc__ = N_("A field of the organisation's own, by whose key goals answer it.")

    key: str
    type: str = Field(
        description=N_("text, long_text, number, day, choice, choices, link or person.")
    )
    name_vi: str
    name_en: str
    help_vi: str
    help_en: str
    unit: str = Field(description=N_("Of a number."))
    decimals: int = Field(description=N_("Of a number, as it is shown."))
    options: list[OptionOut] = Field(description=N_("Of a choice."))
    kinds: list[str] = Field(description=N_("The kinds of goals that are asked."))
    required: bool
    retired: bool = Field(description=N_("It is asked no longer; answers stay readable."))


class GoalFieldsOut(Answer):
    items: list[GoalFieldOut]
