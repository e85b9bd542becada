"""The log in words: who did what to what."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import Answer, Day, IdOut, Moment, PublicId
from haidang.exchange.api.pages import Paging
from haidang.exchange.api.schemas.goals import GoalRef
from haidang.exchange.api.schemas.people import Ref


class DetailOut(Answer):
    __doc__ = N_("A fact that changed; either side is blank where it is not known.")

    name: str
    before: str
    after: str


class ThingOut(Answer):
    id: IdOut | None = Field(description=N_("Null where it has no id of its own."))
    name: str


class AuditEntryOut(Answer):
    at: Moment
    verb: str = Field(description=N_("For programs; does not change with the language."))
    said: str = Field(description=N_("What was done, in your language."))
    source: str = Field(description=N_("person (a page), api, import, operator…"))
    actor: Ref | None = Field(
        description=N_("Null: the program, its operator, or not to be known of.")
    )
    on_behalf_of: Ref | None
    subject: ThingOut = Field(description=N_("What it was done to."))
    other: GoalRef | None = Field(description=N_("The goal at the other end of a link."))
    details: list[DetailOut]
    reason: str


class AuditOut(Answer):
    items: list[AuditEntryOut]
    next: str | None = Field(
        description=N_(
            "The cursor of the next page; null at the end. A search for something rare may "
            "answer few entries, or none, and a `next` to go on with."
        )
    )


class AuditFilters(Paging):
    __doc__ = N_("All given filters must hold. Days are the organisation's, both included.")

    since: Day | None = None
    until: Day | None = None
    who: PublicId | None = Field(default=None, description=N_("The person who did it."))
    what: Annotated[str, Field(max_length=40)] | None = Field(
        default=None,
        description=N_("A verb, or all that begin with a word and a dot: `goal.`"),
        examples=["goal.edited", "check_in."],
    )
    thing: PublicId | None = Field(default=None, description=N_("What it was done to."))
    unit: PublicId | None = Field(
        default=None, description=N_("Goals, people and parts of this unit and those below it.")
    )
    source: Annotated[str, Field(max_length=20)] | None = Field(
        default=None, examples=["api", "person"]
    )
