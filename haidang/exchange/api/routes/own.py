"""The organisation's own words for things, and its own fields of goals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import Router
from pydantic import BaseModel

from haidang.exchange.api.auth import actor
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.represent import goal_field_out
from haidang.exchange.api.schemas.own import (
    GoalFieldCreate,
    GoalFieldEdit,
    GoalFieldOut,
    GoalFieldsOut,
    GoalFieldStateIn,
    WordingOut,
    WordingsIn,
    WordingsOut,
)
from haidang.exchange.api.versions import answer, expect, expect_whole, nothing, unless_stale
from haidang.goals import actions as goals
from haidang.goals.access import field_for, fields_visible
from haidang.goals.models import CustomField
from haidang.lib.database import lock, writing
from haidang.lib.errors import FieldError, Invalid, NotFound
from haidang.people import actions as people
from haidang.people.access import require_organisation
from haidang.people.models import Organisation, Person
from haidang.web.terms import TERMS

router = Router(tags=["organisation"])

INSIDERS = N_("Anyone but guests")
SETTERS = N_("Administrators and strategists")
_PARTS = ("vi", "en", "en_many")


def terms_out(organisation: Organisation) -> WordingsOut:
    facts = people.term_facts(organisation)
    return WordingsOut(
        items=[
            WordingOut(term=term, **{part: facts[f"{term}_{part}"] for part in _PARTS})
            for term in TERMS
        ]
    )


@operation(
    router,
    "get",
    "organisation/terms",
    summary=N_("What the organisation calls its things"),
    who=ANYONE,
    scope="read",
    answers=WordingsOut,
)
def list_terms(request: HttpRequest) -> HttpResponse:
    return answer(request, terms_out(actor(request).organisation))


@operation(
    router,
    "put",
    "organisation/terms",
    summary=N_("Call things by these words from now on"),
    who=SETTERS,
    scope="admin",
    answers=WordingsOut,
    guarded=True,
    note=N_("Labels of the pages say them; names of the API and words of files stay."),
)
def put_terms(request: HttpRequest, body: WordingsIn) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "strategic_settings")
    places = _places(body)
    facts = {f"{item.term}_{part}": getattr(item, part) for item in body.items for part in _PARTS}

    def now() -> WordingsOut:
        return terms_out(Organisation.objects.get(pk=me.organisation_id))

    with writing():
        # They have no version: the lock makes check and change one step.
        lock(me.organisation_id)
        expect_whole(request, lambda: (now(), ()))
        try:
            people.edit_terms(me, None, facts)
        except Invalid as refusal:
            raise Invalid(
                errors=[
                    FieldError(places.get(error.field or "", "items"), error.code, error.message)
                    for error in refusal.errors
                ]
            ) from refusal
    return answer(request, now())


def _places(body: WordingsIn) -> dict[str, str]:
    """Name of a fact > where it was sent; refuses terms that are none, or come twice."""
    places: dict[str, str] = {}
    wrong: list[FieldError] = []
    for number, item in enumerate(body.items):
        field = f"items.{number}"
        if item.term not in TERMS:
            wrong.append(FieldError(f"{field}.term", "unknown", _("There is no such term.")))
        elif f"{item.term}_vi" in places:
            text = _("“%(name)s” is given twice.") % {"name": item.term}
            wrong.append(FieldError(f"{field}.term", "duplicate", text))
        places |= {f"{item.term}_{part}": f"{field}.{part}" for part in _PARTS}
    if wrong:
        raise Invalid(errors=wrong)
    return places


# --- fields of goals ----------------------------------------------------------------------


def _shown(request: HttpRequest, field: CustomField, status: int = 200) -> HttpResponse:
    location = reverse("api:get_goal_field", args=[field.key]) if status == 201 else ""
    content = goal_field_out(field)
    return answer(request, content, status=status, versions=(field.version,), location=location)


def _current(field: CustomField) -> Callable[[], tuple[BaseModel, Sequence[int]]]:
    def current() -> tuple[GoalFieldOut, Sequence[int]]:
        row = CustomField.objects.filter(pk=field.pk).first()
        if row is None:
            raise NotFound
        return goal_field_out(row), (row.version,)

    return current


@operation(
    router,
    "get",
    "organisation/goal-fields",
    summary=N_("Its own fields of goals"),
    who=INSIDERS,
    scope="read",
    answers=GoalFieldsOut,
    note=N_("In the order in which they are asked, those that are asked no longer too."),
)
def list_goal_fields(request: HttpRequest) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "see_settings")
    return answer(
        request, GoalFieldsOut(items=[goal_field_out(field) for field in fields_visible(me)])
    )


@operation(
    router,
    "post",
    "organisation/goal-fields",
    summary=N_("Ask something more of goals"),
    who=SETTERS,
    scope="admin",
    answers=GoalFieldOut,
    status=201,
    refusals=[409],
    note=N_("At most thirty are asked at a time. Its key is made from its name."),
)
def create_goal_field(request: HttpRequest, body: GoalFieldCreate) -> HttpResponse:
    return _shown(request, goals.create_field(actor(request), body.model_dump()), 201)


@operation(
    router,
    "get",
    "organisation/goal-fields/{field_key}",
    summary=N_("A field of goals"),
    who=INSIDERS,
    scope="read",
    answers=GoalFieldOut,
)
def get_goal_field(request: HttpRequest, field_key: str) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "see_settings")
    return _shown(request, _among(me, field_key))


def _among(me: Person, key: str) -> CustomField:
    field = fields_visible(me).filter(key=key[:40]).first()
    if field is None:
        raise NotFound
    return field


@operation(
    router,
    "patch",
    "organisation/goal-fields/{field_key}",
    summary=N_("Change a field of goals"),
    who=SETTERS,
    scope="admin",
    answers=GoalFieldOut,
    guarded=True,
    refusals=[409],
)
def edit_goal_field(request: HttpRequest, field_key: str, body: GoalFieldEdit) -> HttpResponse:
    me = actor(request)
    field = field_for(me, field_key)
    version = expect(request, (field.version,), _current(field))
    sent: dict[str, Any] = body.model_dump(include=body.model_fields_set)
    with unless_stale(_current(field)):
        edited = goals.edit_field(me, field, version, sent)
    return _shown(request, edited)


@operation(
    router,
    "put",
    "organisation/goal-fields/{field_key}/state",
    summary=N_("Ask a field no longer, or again"),
    who=SETTERS,
    scope="admin",
    answers=GoalFieldOut,
    guarded=True,
    refusals=[409],
    note=N_("What was answered stays readable."),
)
def put_goal_field_state(
    request: HttpRequest, field_key: str, body: GoalFieldStateIn
) -> HttpResponse:
    me = actor(request)
    field = field_for(me, field_key)
    version = expect(request, (field.version,), _current(field))
    act = goals.retire_field if body.retired else goals.restore_field
    with unless_stale(_current(field)):
        return _shown(request, act(me, field, version))


@operation(
    router,
    "delete",
    "organisation/goal-fields/{field_key}",
    summary=N_("Delete a field that no goal has answered"),
    who=SETTERS,
    scope="admin",
    answers=None,
    status=204,
    guarded=True,
    refusals=[409],
)
def delete_goal_field(request: HttpRequest, field_key: str) -> HttpResponse:
    me = actor(request)
    field = field_for(me, field_key)
    version = expect(request, (field.version,), _current(field))
    with unless_stale(_current(field)):
        goals.delete_field(me, field, version)
    return nothing()
