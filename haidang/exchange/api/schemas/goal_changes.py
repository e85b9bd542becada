"""One change of many goals, and what becomes of each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import MAX_INTEGER, Answer, Name, PublicId, Shape, example
from haidang.goals.actions.many import MOST as MOST_CHANGED


class ChangedGoal(Shape):
    id: PublicId
    version: Annotated[int, Field(ge=1, le=MAX_INTEGER)] = Field(
        description=N_("The version of the definition that was seen.")
    )


class GoalChanges(Shape):
    __doc__ = N_("One change of many goals.")

    model_config = example(
        {"goals": [{"id": "O-12", "version": 3}], "what": "owner", "value": "P-7"},
        {"goals": [{"id": "O-12", "version": 3}], "what": "tags", "add": ["Tết"], "preview": True},
        {"goals": [{"id": "O-12", "version": 3}], "what": "drop", "reason": "Trùng với O-3"},
    )

    goals: Annotated[list[ChangedGoal], Field(min_length=1, max_length=MOST_CHANGED)]
    what: Literal[
        "owner",
        "unit",
        "visibility",
        "cycle",
        "ends",
        "tags",
        "submit",
        "approve",
        "drop",
        "archive",
    ]
    value: Annotated[str, Field(max_length=40)] | None = Field(
        None, description=N_("Of a fact: an id, a day or a word; null: none.")
    )
    add: Annotated[list[Name], Field(max_length=20)] = []
    remove: Annotated[list[Name], Field(max_length=20)] = []
    reason: Annotated[str, Field(max_length=2000)] = ""
    leave_out: Annotated[list[PublicId], Field(max_length=MOST_CHANGED)] = Field(
        [], description=N_("Goals that may stay as they are where they are refused.")
    )
    preview: bool = Field(False, description=N_("Only say what would become of each."))


class GoalOutcome(Answer):
    __doc__ = N_("What becomes of one goal.")

    id: str
    old: Any = Field(description=N_("What it had, as the log keeps it."))
    new: Any
    same: bool = Field(description=N_("It was so already."))
    code: str = Field(description=N_("Of why it may not be changed; blank where it may."))
    message: str
    also: list[str] = Field(description=N_("Key results that go with it."))


class GoalOutcomes(Answer):
    items: list[GoalOutcome]
