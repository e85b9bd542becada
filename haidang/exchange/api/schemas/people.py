"""The organisation, its units and people, and one's own tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    LINE,
    Answer,
    Day,
    DayOut,
    Email,
    IdOut,
    Line,
    Moment,
    Name,
    PublicId,
    Shape,
    ShortName,
    example,
)
from haidang.people.models import Role, Unit

Scope = Literal["read", "check_in", "write", "admin"]


class Ref(Answer):
    __doc__ = N_("A person, unit or cycle as it is named elsewhere.")

    id: IdOut
    name: str


class OrganisationOut(Answer):
    name: str
    slug: str
    language: str
    time_zone: str
    currency: str
    fiscal_year_start: int = Field(description=N_("The month, 1 to 12."))
    is_demo: bool


class SettingOut(Answer):
    key: str
    value: Any = Field(description=N_("Fractions are decimals as text."))


class SettingsOut(Answer):
    items: list[SettingOut]


class SettingIn(Shape):
    model_config = example({"value": "0.9"})

    value: Any = Field(
        description=N_("The new value; see GET for the form of each key."), examples=["0.9"]
    )


class PersonOut(Answer):
    id: IdOut
    name: str
    email: str
    title: str = Field(description=N_("Job title."))
    region: str
    unit: Ref | None
    manager: Ref | None
    roles: list[str]
    joined_on: DayOut | None
    left_on: DayOut | None
    is_active: bool
    can_sign_in: bool = Field(description=N_("Whether an account belongs to the person."))
    version: int


class PeopleOut(Answer):
    items: list[PersonOut]
    next: str | None = Field(description=N_("The cursor of the next page; null at the end."))


class PersonCreate(Shape):
    model_config = example(
        {
            "name": "Trần Thị Bình",
            "email": "binh@example.vn",
            "unit": "U-3",
            "manager": "P-2",
        }
    )

    name: Name = Field(examples=["Trần Thị Bình"])
    email: Email = Field(default="", examples=["binh@example.vn"])
    title: Line = ""
    region: Annotated[str, Field(max_length=120), LINE] = ""
    unit: PublicId | None = Field(default=None, examples=["U-3"])
    manager: PublicId | None = Field(default=None, examples=["P-2"])
    joined_on: Day | None = None


class PersonEdit(Shape):
    __doc__ = N_("Only what is sent changes; null empties a field.")

    model_config = example({"title": "Trưởng nhóm", "manager": None})

    name: Name = ""
    email: Email = ""
    title: Line = ""
    region: Annotated[str, Field(max_length=120), LINE] = ""
    unit: PublicId | None = None
    manager: PublicId | None = None
    joined_on: Day | None = None


class RolesIn(Shape):
    model_config = example({"roles": ["member", "strategist"]})

    roles: Annotated[list[Role], Field(max_length=10)] = Field(
        description=N_("All roles of the person; whoever holds none is a member."),
        examples=[["member", "strategist"]],
    )


class InvitationOut(Answer):
    link: str | None = Field(
        description=N_("The link by which the person sets a password; shown once.")
    )


class UnitOut(Answer):
    id: IdOut
    kind: str
    name: str
    code: str
    parent: Ref | None
    rank: int
    leaders: list[Ref]
    archived_at: Moment | None
    version: int


class UnitsOut(Answer):
    items: list[UnitOut]
    next: str | None = Field(description=N_("The cursor of the next page; null at the end."))


class UnitCreate(Shape):
    model_config = example({"name": "Phòng Kinh doanh", "kind": "department", "parent": "U-1"})

    name: Name = Field(examples=["Phòng Kinh doanh"])
    kind: Unit.Kind = Unit.Kind.DEPARTMENT
    code: Annotated[str, Field(max_length=20), LINE] = ""
    parent: PublicId | None = Field(
        default=None, description=N_("The unit above; the topmost when left out.")
    )


class UnitEdit(Shape):
    __doc__ = N_(
        "Only what is sent changes. Another `parent` moves the unit with everything below it."
    )

    model_config = example({"name": "Phòng Kinh doanh phía Nam", "parent": "U-2"})

    name: Name = ""
    kind: Unit.Kind = Unit.Kind.DEPARTMENT
    code: Annotated[str, Field(max_length=20), LINE] = ""
    parent: PublicId | None = None


class PersonIds(Shape):
    model_config = example({"people": ["P-2", "P-7"]})

    people: Annotated[list[PublicId], Field(max_length=500)] = Field(
        description=N_("All of them: who is not named is one no longer."), examples=[["P-2"]]
    )


class PersonRefs(Answer):
    items: list[Ref]


class TokenOut(Answer):
    id: int
    name: str
    prefix: str = Field(description=N_("The beginning of the secret, to recognise it by."))
    scopes: list[str]
    created_at: Moment
    expires_at: Moment
    revoked_at: Moment | None
    last_used_at: Moment | None


class TokensOut(Answer):
    items: list[TokenOut]


class TokenCreate(Shape):
    model_config = example({"name": "ERP", "scopes": ["read", "check_in"], "expires_in_days": 90})

    name: ShortName = Field(examples=["ERP nightly"])
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=4)] = Field(
        examples=[["read", "check_in"]]
    )
    expires_in_days: Annotated[int, Field(ge=1, le=366, strict=True)] = Field(
        default=90, description=N_("Days until it expires, 1 to 366.")
    )


class TokenCreated(TokenOut):
    secret: str | None = Field(
        description=N_("Shown this once; a repeated request with the same key shows null.")
    )


class MeOut(Answer):
    person: PersonOut
    organisation: OrganisationOut
    leads: list[Ref] = Field(description=N_("Units that the person leads."))
    teams: list[Ref]
    language: str
    scopes: list[str] = Field(description=N_("What this token, or the session, may do."))
    expires_at: datetime | None = Field(description=N_("Of the token; null in a session."))
