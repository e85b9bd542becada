"""Units that merge, people who go elsewhere, settings and their history, tokens of all."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext_noop as N_
from pydantic import BeforeValidator, Field
from pydantic.json_schema import WithJsonSchema

from haidang.exchange.api.fields import (
    Answer,
    Day,
    Line,
    Moment,
    Name,
    PublicId,
    Shape,
    example,
    read_public_id,
)
from haidang.exchange.api.pages import Paging
from haidang.exchange.api.schemas.goals import NEXT, GoalRef
from haidang.exchange.api.schemas.people import Ref, TokenOut
from haidang.strategy.actions.handing import END, STAY, UNIT

WORDS = (END, UNIT, STAY)
#: Who takes something over, or a word of `strategy.actions.handing`.
ChoiceIn = Annotated[
    str,
    BeforeValidator(lambda v: v if v in WORDS else read_public_id(v)),
    WithJsonSchema({"type": "string", "examples": ["P-7", *WORDS], "maxLength": 16}),
]
#: As `queries.holdings` makes them: "owner-O-3", "leads-U-2", "reports".
Key = Annotated[str, Field(pattern=r"^[a-z]{1,20}(-[A-Z]{1,4}-[0-9]{1,10})?$")]


# --- units that merge -------------------------------------------------------------------


class MovingOut(Answer):
    first: list[str] = Field(description=N_("The first of them by name, those that you may see."))
    count: int = Field(description=N_("All of them."))


class MergerOut(Answer):
    __doc__ = N_("What moves when a unit is merged into another.")

    into: Ref
    people: MovingOut
    units: MovingOut
    goals: MovingOut
    leaders: list[Ref] = Field(description=N_("Of both units, today."))


class MergerFilters(Shape):
    # Needed, but asked for only of who may merge this unit.
    into: PublicId | None = Field(default=None, description=N_("The unit that takes the other in."))


class MergerIn(Shape):
    model_config = example({"into": "U-4", "leaders": ["P-2"]})

    into: PublicId = Field(examples=["U-4"], description=N_("The unit that takes the other in."))
    leaders: Annotated[list[PublicId], Field(max_length=500)] | None = Field(
        default=None,
        description=N_("Who leads it from then on, all of them; left out: who leads either now."),
    )


# --- people who go elsewhere, or leave --------------------------------------------------


class HoldingOut(Answer):
    __doc__ = N_("A thing that somebody holds and that others must take over.")

    key: str = Field(description=N_("By which a choice names it."), examples=["owner-O-3"])
    what: str = Field(
        description=N_(
            "owner, data (of a KPI), contributor, delegate, leads (a unit), reports (people), "
            "proposals (goals that they proposed to others)"
        )
    )
    goal: GoalRef | None
    unit: Ref | None
    people: list[Ref]
    count: int = Field(description=N_("How many things it is."))
    words: list[str] = Field(
        description=N_("Choices besides a person: end, unit (it keeps the goal), stay (transfer).")
    )


class HoldingsOut(Answer):
    items: list[HoldingOut]
    unseen_goals: int = Field(
        description=N_("Goals that you may not see: at a departure they go by a rule.")
    )


class HandingIn(Shape):
    choices: dict[Key, ChoiceIn] = Field(
        default={},
        max_length=900,
        description=N_("By the `key` of each thing held: who takes it over, or a word."),
        examples=[{"owner-O-3": "P-7", "leads-U-2": "end"}],
    )


class DepartureIn(HandingIn):
    __doc__ = N_("Everything that they hold needs a choice, of its own or `otherwise`.")

    model_config = example(
        {"last_day": "2026-03-31", "choices": {"leads-U-2": "end"}, "otherwise": "P-7"}
    )

    last_day: Day | None = Field(default=None, description=N_("Today, or a day before."))
    otherwise: ChoiceIn | None = Field(
        default=None, description=N_("The choice for whatever is not named.")
    )


class TransferIn(HandingIn):
    __doc__ = N_("What is not sent stays: unit, manager, and what no choice speaks of.")

    model_config = example({"unit": "U-5", "manager": "P-3", "choices": {"owner-O-3": "P-7"}})

    unit: PublicId | None = None
    manager: PublicId | None = None
    otherwise: ChoiceIn = Field(
        default=STAY, description=N_("The choice for whatever is not named.")
    )


class RoleSpanOut(Answer):
    role: str
    since: Moment
    until: Moment | None = Field(description=N_("Null: until today."))


class RoleSpansOut(Answer):
    items: list[RoleSpanOut]


# --- the organisation -------------------------------------------------------------------


class OrganisationEdit(Shape):
    __doc__ = N_("Only what is sent changes.")

    model_config = example({"name": "Hương Sen", "time_zone": "Asia/Ho_Chi_Minh"})

    name: Name = ""
    language: Line = Field(default="", examples=["vi"])
    time_zone: Line = Field(default="", examples=["Asia/Ho_Chi_Minh"])
    currency: Line = Field(default="", examples=["VND"])
    fiscal_year_start: Annotated[int, Field(ge=1, le=12, strict=True)] = Field(
        default=1, description=N_("The month, 1 to 12; stays once KPIs have periods (409).")
    )


class SettingItem(Shape):
    key: Annotated[str, Field(max_length=40)] = Field(examples=["health.on_track"])
    value: Any = Field(examples=["0.9"])


class SettingsIn(Shape):
    model_config = example(
        {
            "items": [
                {"key": "health.on_track", "value": "0.8"},
                {"key": "health.at_risk", "value": "0.6"},
            ]
        }
    )

    items: Annotated[list[SettingItem], Field(min_length=1, max_length=50)]


class SettingsFilters(Shape):
    as_of: Day | None = Field(
        default=None, description=N_("As they stood at the end of this day; left out: now.")
    )


class SettingChangeOut(Answer):
    at: Moment
    by: Ref | None
    key: str = Field(description=N_("A setting, or a field of the organisation."))
    before: Any
    after: Any


class SettingChangesOut(Answer):
    items: list[SettingChangeOut]
    next: str | None = Field(description=NEXT)


# --- tokens of all ----------------------------------------------------------------------


class TokenOfOut(TokenOut):
    person: Ref


class TokensOfAll(Answer):
    items: list[TokenOfOut]
    next: str | None = Field(description=NEXT)


class TokenFilters(Paging):
    live: bool | None = Field(
        default=None, description=N_("Only those that work, or only those that no longer do.")
    )
