"""Who takes part in a goal."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import Answer, Day, DayOut, Email, Name, Shape, example
from haidang.exchange.api.schemas.people import Ref

GivenRole = Literal["contributor", "delegate", "stakeholder", "named"]


class ParticipantOut(Answer):
    __doc__ = N_("A person's part in a goal.")

    person: Ref
    role: str = Field(
        description=N_("contributor, delegate, named (reader), stakeholder or follower")
    )
    since: DayOut | None = Field(description=N_("Of a delegate: the first day; null: at once."))
    until: DayOut | None = Field(description=N_("Of a delegate: the last day; null: no end."))
    is_guest: bool


class ParticipantsOut(Answer):
    items: list[ParticipantOut]


class ParticipantIn(Shape):
    __doc__ = N_("Days are for delegates.")

    model_config = example({"since": "2026-06-01", "until": "2026-06-14"})

    since: Day | None = None
    until: Day | None = None


class GuestIn(Shape):
    model_config = example({"name": "Ngô Minh Khách", "email": "khach@example.vn"})

    name: Name = Field(examples=["Ngô Minh Khách"])
    email: Email = Field(examples=["khach@example.vn"])


class GuestOut(Answer):
    person: Ref
    link: str | None = Field(
        description=N_(
            "The link by which the guest signs in; shown once. Null for who belongs to the "
            "organisation already."
        )
    )
    mailed: bool = Field(description=N_("Whether the link was mailed to them, too."))
