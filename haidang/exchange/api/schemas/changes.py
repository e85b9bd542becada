"""The log of what happened, for programs that follow it."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import Answer, IdOut, Moment, PublicId
from haidang.exchange.api.pages import Paging
from haidang.exchange.api.schemas.people import Ref


class ChangeFilters(Paging):
    cursor: Annotated[str, Field(max_length=4_000)] | None = Field(
        default=None,
        description=N_(
            "`next` of the answer before, or an entry's `cursor`; `now` begins behind all that "
            "has happened. Left out: the beginning of the log."
        ),
    )
    verb: Annotated[str, Field(max_length=40, pattern=r"^[a-z_]+(\.[a-z_]*)?$")] | None = Field(
        default=None,
        description=N_("The beginning of a verb: `check_in.` or `goal.edited`."),
        examples=["check_in."],
    )
    subject: PublicId | None = Field(
        default=None, description=N_("A goal, person, unit or cycle that it was done to.")
    )


class SubjectOut(Answer):
    __doc__ = N_("What something was done to.")

    kind: str = Field(description=N_("goal, cycle, person, unit, token, organisation, setting"))
    id: IdOut


class ChangeOut(Answer):
    cursor: str = Field(description=N_("The place behind this entry."))
    at: Moment
    verb: str = Field(
        description=N_(
            "Such as `check_in.recorded`. `numbers.moved`: something that you may not see moved "
            "these goals."
        ),
        examples=["check_in.recorded"],
    )
    actor: Ref | None = Field(
        description=N_("Null: the program, its operator, or not to be known of.")
    )
    on_behalf_of: Ref | None
    subject: SubjectOut | None
    goals: list[str] = Field(
        description=N_("Goals whose number or card changed with it, of those that you may see."),
        examples=[["KR-1042", "O-7"]],
    )


class ChangesOut(Answer):
    items: list[ChangeOut]
    next: str = Field(description=N_("Where to go on; always given, to be kept and asked again."))
    more: bool = Field(
        description=N_("Whether to go on at once; else there is nothing more for the moment.")
    )
