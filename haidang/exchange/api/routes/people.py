"""People: their facts, roles, coming and leaving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from pydantic import BaseModel, Field

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
from haidang.exchange.api.fields import Line, PublicId, RowId
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.pages import Paging, page
from haidang.exchange.api.represent import person_out, token_facts
from haidang.exchange.api.routes.organisation import ADMINISTRATOR
from haidang.exchange.api.schemas.people import (
    InvitationOut,
    PeopleOut,
    PersonCreate,
    PersonEdit,
    PersonOut,
    RolesIn,
    TokenOut,
    TokensOut,
)
from haidang.exchange.api.versions import answer, expect, expect_whole, nothing, unless_stale
from haidang.exchange.queries import shaped_people
from haidang.lib.database import lock, writing
from haidang.lib.errors import NotFound
from haidang.lib.text import folded
from haidang.people import actions
from haidang.people.access import people_visible, person_for, unit_for
from haidang.people.models import Person, PersonalToken

router = Router(tags=["people"])

TOKEN_KEEPERS = N_("Administrators; the person")


class PersonFilters(Paging):
    q: Line | None = Field(default=None, description=N_("Part of the name, or an id."))
    unit: PublicId | None = Field(
        default=None, description=N_("Primary members of this unit and of those below it.")
    )
    manager: PublicId | None = None
    is_active: bool | None = None


def shown(person: Person, *, status: int = 200, request: HttpRequest) -> HttpResponse:
    """A person as they stand now, with the version that guards them."""
    row = shaped_people(Person.objects.filter(pk=person.pk)).get()
    location = reverse("api:get_person", args=[row.public_id]) if status == 201 else ""
    return answer(
        request, person_out(row), status=status, versions=(row.version,), location=location
    )


def current_of(person: Person) -> Any:
    def current() -> tuple[BaseModel, Sequence[int]]:
        row = shaped_people(Person.objects.filter(pk=person.pk)).get()
        return person_out(row), (row.version,)

    return current


@operation(
    router,
    "get",
    "people",
    summary=N_("People, by given name"),
    who=ANYONE,
    scope="read",
    answers=PeopleOut,
    note=N_("Guests see only themselves."),
)
def list_people(request: HttpRequest, filters: Query[PersonFilters]) -> HttpResponse:
    me = actor(request)
    rows = people_visible(me)
    if filters.q:
        rows = rows.filter(folded_name__contains=folded(filters.q)) | rows.filter(
            public_id=filters.q.upper()
        )
    if filters.unit:
        unit = named(me, "unit", unit_for, filters.unit, query=True)
        rows = rows.filter(unit__path__startswith=unit.path)
    if filters.manager:
        rows = rows.filter(manager=named(me, "manager", person_for, filters.manager, query=True))
    if filters.is_active is not None:
        rows = rows.filter(is_active=filters.is_active)
    found, following = page(shaped_people(rows), ("sort_key", "id"), filters, of=me.organisation_id)
    return answer(request, PeopleOut(items=[person_out(p) for p in found], next=following))


@operation(
    router,
    "post",
    "people",
    summary=N_("Add a person"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=PersonOut,
    status=201,
    note=N_("The person signs in once invited (`POST /people/{id}/invitation`)."),
)
def create_person(request: HttpRequest, body: PersonCreate) -> HttpResponse:
    me = actor(request)
    person = actions.create_person(
        me,
        body.name,
        email=body.email,
        title=body.title,
        region=body.region,
        unit=named(me, "unit", unit_for, body.unit) if body.unit else None,
        manager=named(me, "manager", person_for, body.manager) if body.manager else None,
        joined_on=body.joined_on,
    )
    return shown(person, status=201, request=request)


@operation(
    router,
    "get",
    "people/{person_id}",
    summary=N_("A person"),
    who=ANYONE,
    scope="read",
    answers=PersonOut,
)
def get_person(request: HttpRequest, person_id: PublicId) -> HttpResponse:
    return shown(person_for(actor(request), person_id), request=request)


@operation(
    router,
    "patch",
    "people/{person_id}",
    summary=N_("Change a person's facts"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=PersonOut,
    guarded=True,
)
def edit_person(request: HttpRequest, person_id: PublicId, body: PersonEdit) -> HttpResponse:
    me = actor(request)
    person = person_for(me, person_id, "edit")
    version = expect(request, (person.version,), current_of(person))
    changes: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
    if changes.get("unit"):
        changes["unit"] = named(me, "unit", unit_for, changes["unit"])
    if changes.get("manager"):
        changes["manager"] = named(me, "manager", person_for, changes["manager"])
    with unless_stale(current_of(person)):
        edited = actions.edit_person(me, person, version, changes)
    return shown(edited, request=request)


@operation(
    router,
    "put",
    "people/{person_id}/roles",
    summary=N_("Give a person exactly these roles"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=PersonOut,
    guarded=True,
    refusals=[409],
    note=N_("The last administrator keeps that role: 409."),
)
def put_roles(request: HttpRequest, person_id: PublicId, body: RolesIn) -> HttpResponse:
    me = actor(request)
    person = person_for(me, person_id, "set_roles")
    with writing():
        # Roles have no version: the lock makes check and change one step.
        lock(me.organisation_id)
        expect_whole(request, current_of(person))
        actions.set_roles(me, person, [role.value for role in body.roles])
    return shown(person, request=request)


@operation(
    router,
    "post",
    "people/{person_id}/deactivation",
    summary=N_("End a person's access at once"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=PersonOut,
    guarded=True,
    note=N_("Sessions and tokens end with it. The last administrator stays: 409."),
)
def deactivate_person(request: HttpRequest, person_id: PublicId) -> HttpResponse:
    me = actor(request)
    person = person_for(me, person_id, "deactivate")
    version = expect(request, (person.version,), current_of(person))
    with unless_stale(current_of(person)):
        left = actions.deactivate_person(me, person, version)
    return shown(left, request=request)


@operation(
    router,
    "delete",
    "people/{person_id}/deactivation",
    summary=N_("Let a person back in"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=PersonOut,
    guarded=True,
)
def reactivate_person(request: HttpRequest, person_id: PublicId) -> HttpResponse:
    me = actor(request)
    person = person_for(me, person_id, "deactivate")
    version = expect(request, (person.version,), current_of(person))
    with unless_stale(current_of(person)):
        back = actions.reactivate_person(me, person, version)
    return shown(back, request=request)


@operation(
    router,
    "get",
    "people/{person_id}/tokens",
    summary=N_("A person's tokens"),
    who=TOKEN_KEEPERS,
    scope="admin",
    answers=TokensOut,
    note=N_("The latest 100, expired and revoked ones too."),
)
def list_person_tokens(request: HttpRequest, person_id: PublicId) -> HttpResponse:
    person = person_for(actor(request), person_id, "see_tokens")
    rows = PersonalToken.objects.filter(person=person).order_by("-id")[:100]
    return answer(request, TokensOut(items=[TokenOut(**token_facts(t)) for t in rows]))


@operation(
    router,
    "delete",
    "people/{person_id}/tokens/{token_id}",
    summary=N_("Revoke a person's token"),
    who=TOKEN_KEEPERS,
    scope="admin",
    answers=None,
    status=204,
    note=N_("At once; again is the same."),
)
def revoke_person_token(request: HttpRequest, person_id: PublicId, token_id: RowId) -> HttpResponse:
    me = actor(request)
    person = person_for(me, person_id, "revoke_tokens")
    token = PersonalToken.objects.filter(pk=token_id, person=person).first()
    if token is None:
        raise NotFound
    token.person = person
    actions.revoke_token(me, token)
    return nothing()


@operation(
    router,
    "post",
    "people/{person_id}/invitation",
    summary=N_("Invite a person to sign in"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=InvitationOut,
    status=201,
    note=N_(
        "The link is mailed where mail is configured, and answered to be copied. It works "
        "once, for seven days; an earlier one stops working."
    ),
)
def invite_person(request: HttpRequest, person_id: PublicId) -> HttpResponse:
    me = actor(request)
    path = actions.invite(me, person_for(me, person_id, "invite"))
    response = answer(request, InvitationOut(link=request.build_absolute_uri(path)), status=201)
    # A secret is not kept with the stored answer.
    kept = InvitationOut(link=None).model_dump_json()
    response.to_keep = kept  # type: ignore[attr-defined]  # ours, read by `once`
    return response
