"""The organisation and its settings."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_  # noqa: N812
from ninja import Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.represent import goal_field_out, organisation_out
from haidang.exchange.api.schemas.goals import GoalFieldsOut
from haidang.exchange.api.schemas.people import (
    OrganisationOut,
    SettingIn,
    SettingOut,
    SettingsOut,
)
from haidang.exchange.api.versions import answer, expect_whole
from haidang.goals.access import fields_visible
from haidang.lib.database import lock, writing
from haidang.lib.errors import NotFound
from haidang.people import actions, settings
from haidang.people.access import require_organisation
from haidang.people.models import Person

router = Router(tags=["organisation"])

ADMINISTRATOR = N_("Administrators")
SETTERS = N_("Administrators; thresholds and calendar: strategists, too")
INSIDERS = N_("Anyone but guests")


@operation(
    router,
    "get",
    "organisation",
    summary=N_("The organisation"),
    who=ANYONE,
    scope="read",
    answers=OrganisationOut,
)
def get_organisation(request: HttpRequest) -> HttpResponse:
    return answer(request, organisation_out(actor(request).organisation))


@operation(
    router,
    "get",
    "organisation/settings",
    summary=N_("Its settings"),
    who=INSIDERS,
    scope="read",
    answers=SettingsOut,
)
def list_settings(request: HttpRequest) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "see_settings")
    found = settings.everything(me.organisation_id)
    return answer(
        request, SettingsOut(items=[SettingOut(key=k, value=v) for k, v in found.items()])
    )


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


def _setting(person: Person, key: str) -> SettingOut:
    try:
        return SettingOut(key=key, value=settings.get(person.organisation_id, key))
    except KeyError as error:
        raise NotFound() from error


@operation(
    router,
    "get",
    "organisation/settings/{key}",
    summary=N_("A setting"),
    who=INSIDERS,
    scope="read",
    answers=SettingOut,
)
def get_setting(request: HttpRequest, key: str) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "see_settings")
    return answer(request, _setting(me, key))


@operation(
    router,
    "put",
    "organisation/settings/{key}",
    summary=N_("Change a setting from now on"),
    who=SETTERS,
    scope="admin",
    answers=SettingOut,
    guarded=True,
)
def put_setting(request: HttpRequest, key: str, body: SettingIn) -> HttpResponse:
    person = actor(request)
    _setting(person, key)
    strategic = key in settings.STRATEGIC
    require_organisation(person, "strategic_settings" if strategic else "settings")
    with writing():
        # A setting has no version of its own: the lock makes check and change one step.
        lock(person.organisation_id)
        expect_whole(request, lambda: (_setting(person, key), ()))
        actions.set_setting(person, key, body.value)
    return answer(request, _setting(person, key))
