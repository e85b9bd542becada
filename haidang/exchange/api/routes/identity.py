"""What the organisation is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop as N_
from ninja import Router
from pydantic import BaseModel

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import PublicId, Shape
from haidang.exchange.api.operation import operation
from haidang.exchange.api.represent import goal_ref
from haidang.exchange.api.routes.organisation import INSIDERS
from haidang.exchange.api.schemas.goals import GoalRef
from haidang.exchange.api.schemas.identity import (
    BothIn,
    CoreValueCreate,
    CoreValueEdit,
    CoreValueOut,
    IdentityEdit,
    IdentityOut,
    Words,
)
from haidang.exchange.api.versions import answer, expect, nothing, unless_stale
from haidang.goals import actions
from haidang.goals.access import identity_of, may_identity, value_for, values_visible, visible
from haidang.goals.models import GONE, Citation, CoreValue
from haidang.lib.errors import FieldError, Forbidden, Invalid, NotFound
from haidang.people.access import require_organisation
from haidang.people.models import Person

router = Router(tags=["organisation"])

STRATEGISTS = N_("Strategists")


def identity_out(me: Person) -> tuple[IdentityOut, Sequence[int]]:
    now = identity_of(me)
    citing = _citing(me)
    out = IdentityOut(
        vision=Words(vi=now.vision_vi, en=now.vision_en),
        mission=Words(vi=now.mission_vi, en=now.mission_en),
        values=[_value_out(value, citing) for value in values_visible(me)],
        version=now.version,
    )
    return out, (now.version,)


def _value_out(value: CoreValue, citing: dict[int, list[GoalRef]]) -> CoreValueOut:
    return CoreValueOut(
        id=value.public_id,
        rank=value.rank,
        name=Words(vi=value.name_vi, en=value.name_en),
        words=Words(vi=value.words_vi, en=value.words_en),
        icon=value.icon,
        cited_by=citing.get(value.pk, []),
        version=value.version,
    )


@operation(
    router,
    "get",
    "identity",
    summary=N_("Vision, mission and core values"),
    who=INSIDERS,
    scope="read",
    answers=IdentityOut,
    note=N_("Its ETag guards vision and mission; each value has its own."),
)
def get_identity(request: HttpRequest) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "see_settings")
    content, versions = identity_out(me)
    return answer(request, content, versions=versions)


@operation(
    router,
    "patch",
    "identity",
    summary=N_("Write vision and mission"),
    who=STRATEGISTS,
    scope="write",
    answers=IdentityOut,
    guarded=True,
    note=N_("What is not sent stays; how it was stays readable."),
)
def edit_identity(request: HttpRequest, body: IdentityEdit) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "see_settings")
    if not may_identity(me, "edit"):
        raise Forbidden
    version = expect(request, (identity_of(me).version,), lambda: identity_out(me))
    with unless_stale(lambda: identity_out(me)), _as_sent():
        actions.edit_identity(me, version, _facts(body))
    content, versions = identity_out(me)
    return answer(request, content, versions=versions)


def _facts(body: Shape) -> dict[str, Any]:
    """What was sent, by the names of the action: `name_vi` for `name.vi`."""
    facts: dict[str, Any] = {}
    for name in body.model_fields_set:
        value = getattr(body, name)
        if isinstance(value, BothIn):
            facts |= {f"{name}_{one}": getattr(value, one) for one in value.model_fields_set}
        else:
            facts[name] = value
    return facts


@contextmanager
def _as_sent() -> Iterator[None]:
    """Let refusals name what the body has: `name.vi` for `name_vi`."""
    try:
        yield
    except Invalid as refusal:
        raise Invalid(
            errors=[
                FieldError(field and field.replace("_", "."), code, message)
                for field, code, message in refusal.errors
            ]
        ) from refusal


# --- core values ------------------------------------------------------------------------


def current_of(me: Person, public_id: str) -> Any:
    def current() -> tuple[BaseModel, Sequence[int]]:
        value = values_visible(me).filter(public_id=public_id).first()
        if value is None:  # taken away by somebody else in this moment
            raise NotFound
        return _value_out(value, _citing(me)), (value.version,)

    return current


def shown(request: HttpRequest, me: Person, public_id: str, *, status: int = 200) -> HttpResponse:
    content, versions = current_of(me, public_id)()
    location = reverse("api:get_value", args=[public_id]) if status == 201 else ""
    return answer(request, content, status=status, versions=versions, location=location)


@operation(
    router,
    "post",
    "identity/values",
    summary=N_("Add a core value"),
    who=STRATEGISTS,
    scope="write",
    answers=CoreValueOut,
    status=201,
    note=N_("Twelve at most (409)."),
)
def create_value(request: HttpRequest, body: CoreValueCreate) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "see_settings")
    with _as_sent():
        value = actions.add_value(me, _facts(body))
    return shown(request, me, value.public_id, status=201)


@operation(
    router,
    "get",
    "identity/values/{value_id}",
    summary=N_("A core value"),
    who=INSIDERS,
    scope="read",
    answers=CoreValueOut,
)
def get_value(request: HttpRequest, value_id: PublicId) -> HttpResponse:
    me = actor(request)
    return shown(request, me, value_for(me, value_id).public_id)


@operation(
    router,
    "patch",
    "identity/values/{value_id}",
    summary=N_("Change a core value, or its place"),
    who=STRATEGISTS,
    scope="write",
    answers=CoreValueOut,
    guarded=True,
)
def edit_value(request: HttpRequest, value_id: PublicId, body: CoreValueEdit) -> HttpResponse:
    me = actor(request)
    value = value_for(me, value_id, "edit")
    current = current_of(me, value.public_id)
    version = expect(request, (value.version,), current)
    with unless_stale(current), _as_sent():
        actions.edit_value(me, value, version, _facts(body))
    return shown(request, me, value.public_id)


@operation(
    router,
    "delete",
    "identity/values/{value_id}",
    summary=N_("Take a core value away"),
    who=STRATEGISTS,
    scope="write",
    answers=None,
    status=204,
    guarded=True,
    note=N_("Objectives no longer cite it; how it was stays readable."),
)
def delete_value(request: HttpRequest, value_id: PublicId) -> HttpResponse:
    me = actor(request)
    value = value_for(me, value_id, "edit")
    current = current_of(me, value.public_id)
    version = expect(request, (value.version,), current)
    with unless_stale(current):
        actions.remove_value(me, value, version)
    return nothing()


def _citing(me: Person) -> dict[int, list[GoalRef]]:
    """The goals that cite each value, by its key, as far as the person sees them."""
    seen = visible(me).exclude(state__in=GONE).order_by()
    rows = Citation.objects.filter(
        until=None, value__organisation_id=me.organisation_id, goal__in=seen
    )
    found: dict[int, list[GoalRef]] = {}
    for row in rows.select_related("goal").order_by("goal__rank", "goal_id"):
        found.setdefault(row.value_id, []).append(goal_ref(row.goal))
    return found
