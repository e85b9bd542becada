"""Cycles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from pydantic import BaseModel

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
from haidang.exchange.api.fields import PublicId
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.pages import Paging, page
from haidang.exchange.api.represent import cycle_out
from haidang.exchange.api.schemas.cycles import (
    CycleCreate,
    CycleEdit,
    CycleOut,
    CyclesOut,
    CycleStateIn,
)
from haidang.exchange.api.versions import answer, expect, unless_stale
from haidang.goals import actions
from haidang.goals.access import cycle_for, cycles_visible
from haidang.goals.models import Cycle, CycleKind, CycleState

router = Router(tags=["cycles"])

STRATEGIST = N_("Strategists")


class CycleFilters(Paging):
    kind: CycleKind | None = None
    state: CycleState | None = None


def shown(cycle: Cycle, *, status: int = 200, request: HttpRequest) -> HttpResponse:
    """A cycle as it stands now, with the version that guards it."""
    row = Cycle.objects.select_related("parent").get(pk=cycle.pk)
    location = reverse("api:get_cycle", args=[row.public_id]) if status == 201 else ""
    return answer(
        request, cycle_out(row), status=status, versions=(row.version,), location=location
    )


def current_of(cycle: Cycle) -> Any:
    def current() -> tuple[BaseModel, Sequence[int]]:
        row = Cycle.objects.select_related("parent").get(pk=cycle.pk)
        return cycle_out(row), (row.version,)

    return current


@operation(
    router,
    "get",
    "cycles",
    summary=N_("Cycles, by their start"),
    who=ANYONE,
    scope="read",
    answers=CyclesOut,
)
def list_cycles(request: HttpRequest, filters: Query[CycleFilters]) -> HttpResponse:
    me = actor(request)
    rows = cycles_visible(me).select_related("parent")
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.state:
        rows = rows.filter(state=filters.state)
    found, following = page(rows, ("starts", "-ends", "id"), filters, of=me.organisation_id)
    return answer(request, CyclesOut(items=[cycle_out(c) for c in found], next=following))


@operation(
    router,
    "post",
    "cycles",
    summary=N_("Make a cycle"),
    who=STRATEGIST,
    scope="write",
    answers=CycleOut,
    status=201,
)
def create_cycle(request: HttpRequest, body: CycleCreate) -> HttpResponse:
    me = actor(request)
    facts: dict[str, Any] = {
        "name": body.name,
        "kind": body.kind,
        "starts": body.starts,
        "ends": body.ends,
        "parent": named(me, "parent", cycle_for, body.parent) if body.parent else None,
    }
    return shown(actions.create_cycle(me, facts), status=201, request=request)


@operation(
    router,
    "get",
    "cycles/{cycle_id}",
    summary=N_("A cycle"),
    who=ANYONE,
    scope="read",
    answers=CycleOut,
)
def get_cycle(request: HttpRequest, cycle_id: PublicId) -> HttpResponse:
    return shown(cycle_for(actor(request), cycle_id), request=request)


@operation(
    router,
    "patch",
    "cycles/{cycle_id}",
    summary=N_("Change a cycle"),
    who=STRATEGIST,
    scope="write",
    answers=CycleOut,
    guarded=True,
    note=N_("Its objectives keep their own dates."),
)
def edit_cycle(request: HttpRequest, cycle_id: PublicId, body: CycleEdit) -> HttpResponse:
    me = actor(request)
    cycle = cycle_for(me, cycle_id, "edit")
    version = expect(request, (cycle.version,), current_of(cycle))
    changes: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
    if changes.get("parent"):
        changes["parent"] = named(me, "parent", cycle_for, changes["parent"])
    with unless_stale(current_of(cycle)):
        edited = actions.edit_cycle(me, cycle, version, changes)
    return shown(edited, request=request)


@operation(
    router,
    "put",
    "cycles/{cycle_id}/state",
    summary=N_("Move a cycle a step on or back"),
    who=STRATEGIST,
    scope="write",
    answers=CycleOut,
    guarded=True,
    refusals=[409],
    note=N_("planning > active > closing > closed. It closes when no goal in it is active."),
)
def put_cycle_state(request: HttpRequest, cycle_id: PublicId, body: CycleStateIn) -> HttpResponse:
    me = actor(request)
    cycle = cycle_for(me, cycle_id, "set_state")
    version = expect(request, (cycle.version,), current_of(cycle))
    with unless_stale(current_of(cycle)):
        moved = actions.set_cycle_state(me, cycle, body.state, version)
    return shown(moved, request=request)
