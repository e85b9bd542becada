"""Units: the tree, its leaders and its teams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from pydantic import BaseModel, Field

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import all_named, named
from haidang.exchange.api.fields import Line, PublicId
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.pages import Paging, page
from haidang.exchange.api.represent import some_ref, unit_out
from haidang.exchange.api.routes.organisation import ADMINISTRATOR
from haidang.exchange.api.schemas.people import (
    PersonIds,
    PersonRefs,
    UnitCreate,
    UnitEdit,
    UnitOut,
    UnitsOut,
)
from haidang.exchange.api.versions import answer, expect, expect_whole, unless_stale
from haidang.exchange.queries import shaped_units
from haidang.lib.database import lock, writing
from haidang.lib.text import folded
from haidang.people import actions
from haidang.people.access import people_visible, person_for, unit_for, units_visible
from haidang.people.models import Person, Unit

router = Router(tags=["units"])


class UnitFilters(Paging):
    q: Line | None = Field(default=None, description=N_("Part of the name, or an id."))
    kind: Unit.Kind | None = None
    parent: PublicId | None = Field(default=None, description=N_("Units right below it."))
    archived: bool = Field(default=False, description=N_("Closed units instead of open ones."))


def shown(unit: Unit, *, status: int = 200, request: HttpRequest) -> HttpResponse:
    """A unit as it stands now, with the version that guards it."""
    row = shaped_units(Unit.objects.filter(pk=unit.pk)).get()
    location = reverse("api:get_unit", args=[row.public_id]) if status == 201 else ""
    return answer(request, unit_out(row), status=status, versions=(row.version,), location=location)


def current_of(unit: Unit) -> Any:
    def current() -> tuple[BaseModel, Sequence[int]]:
        row = shaped_units(Unit.objects.filter(pk=unit.pk)).get()
        return unit_out(row), (row.version,)

    return current


@operation(
    router,
    "get",
    "units",
    summary=N_("Units"),
    who=ANYONE,
    scope="read",
    answers=UnitsOut,
    note=N_("Open units in the order in which they were made. Guests see only their own."),
)
def list_units(request: HttpRequest, filters: Query[UnitFilters]) -> HttpResponse:
    me = actor(request)
    rows = units_visible(me).filter(archived_at__isnull=not filters.archived)
    if filters.q:
        rows = rows.filter(folded_name__contains=folded(filters.q)) | rows.filter(
            public_id=filters.q.upper()
        )
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.parent:
        rows = rows.filter(parent=named(me, "parent", unit_for, filters.parent, query=True))
    found, following = page(shaped_units(rows), ("id",), filters, of=me.organisation_id)
    return answer(request, UnitsOut(items=[unit_out(u) for u in found], next=following))


@operation(
    router,
    "post",
    "units",
    summary=N_("Add a unit"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=UnitOut,
    status=201,
)
def create_unit(request: HttpRequest, body: UnitCreate) -> HttpResponse:
    me = actor(request)
    unit = actions.create_unit(
        me,
        body.name,
        parent=named(me, "parent", unit_for, body.parent) if body.parent else None,
        kind=body.kind,
        code=body.code,
    )
    return shown(unit, status=201, request=request)


@operation(
    router,
    "get",
    "units/{unit_id}",
    summary=N_("A unit"),
    who=ANYONE,
    scope="read",
    answers=UnitOut,
)
def get_unit(request: HttpRequest, unit_id: PublicId) -> HttpResponse:
    return shown(unit_for(actor(request), unit_id), request=request)


@operation(
    router,
    "patch",
    "units/{unit_id}",
    summary=N_("Change or move a unit"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=UnitOut,
    guarded=True,
    refusals=[409],
    note=N_("A unit moves with everything below it, and not below itself."),
)
def edit_unit(request: HttpRequest, unit_id: PublicId, body: UnitEdit) -> HttpResponse:
    me = actor(request)
    unit = unit_for(me, unit_id, "edit")
    version: int | None = expect(request, (unit.version,), current_of(unit))
    sent = body.model_fields_set
    with unless_stale(current_of(unit)), writing():
        if body.parent:
            above = named(me, "parent", unit_for, body.parent)
            unit = actions.move_unit(me, unit, above, version)
            version = None
        if sent - {"parent"}:
            actions.edit_unit(
                me,
                unit,
                unit.version if version is None else version,
                name=body.name if "name" in sent else unit.name,
                kind=body.kind if "kind" in sent else unit.kind,
                code=body.code if "code" in sent else unit.code,
            )
    return shown(unit, request=request)


@operation(
    router,
    "post",
    "units/{unit_id}/archival",
    summary=N_("Close a unit"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=UnitOut,
    guarded=True,
    note=N_("A unit that still has people or open units below it stays: 409."),
)
def archive_unit(request: HttpRequest, unit_id: PublicId) -> HttpResponse:
    me = actor(request)
    unit = unit_for(me, unit_id, "archive")
    version = expect(request, (unit.version,), current_of(unit))
    with unless_stale(current_of(unit)):
        closed = actions.archive_unit(me, unit, version)
    return shown(closed, request=request)


@operation(
    router,
    "put",
    "units/{unit_id}/leaders",
    summary=N_("Let exactly these people lead a unit"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=UnitOut,
    guarded=True,
    refusals=[409],
)
def put_leaders(request: HttpRequest, unit_id: PublicId, body: PersonIds) -> HttpResponse:
    me = actor(request)
    unit = unit_for(me, unit_id, "set_leaders")
    people = all_named(me, "people", person_for, body.people)
    with writing():
        # Leaders have no version: the lock makes check and change one step.
        lock(me.organisation_id)
        expect_whole(request, current_of(unit))
        actions.set_leader(me, unit, people)
    return shown(unit, request=request)


@operation(
    router,
    "get",
    "units/{unit_id}/members",
    summary=N_("The members of a team"),
    who=ANYONE,
    scope="read",
    answers=PersonRefs,
    note=N_("Of a team across units; the people of another unit are `GET /people?unit=`."),
)
def list_members(request: HttpRequest, unit_id: PublicId) -> HttpResponse:
    me = actor(request)
    return answer(request, members_of(me, unit_for(me, unit_id)))


@operation(
    router,
    "put",
    "units/{unit_id}/members",
    summary=N_("Let exactly these people belong to a team"),
    who=N_("Administrators, the team's leaders"),
    scope="write",
    answers=PersonRefs,
    guarded=True,
    refusals=[409],
    note=N_("If-Match is that of the list."),
)
def put_members(request: HttpRequest, unit_id: PublicId, body: PersonIds) -> HttpResponse:
    me = actor(request)
    unit = unit_for(me, unit_id, "set_members")
    people = all_named(me, "people", person_for, body.people)
    with writing():
        lock(me.organisation_id)
        expect_whole(request, lambda: (members_of(me, unit), ()))
        actions.set_team_members(me, unit, people)
    return answer(request, members_of(me, unit))


def members_of(person: Person, unit: Unit) -> PersonRefs:
    rows = people_visible(person).filter(teams__team=unit, teams__until=None)
    return PersonRefs(items=[some_ref(member) for member in rows])
