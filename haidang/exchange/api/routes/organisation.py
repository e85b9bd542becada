"""The organisation and its settings."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.activity.latest import latest_of
from haidang.exchange.api.auth import actor
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.pages import Paging
from haidang.exchange.api.places import below_of, cursor_of
from haidang.exchange.api.represent import organisation_out, ref
from haidang.exchange.api.schemas.administration import (
    OrganisationEdit,
    SettingChangeOut,
    SettingChangesOut,
    SettingsFilters,
    SettingsIn,
)
from haidang.exchange.api.schemas.people import (
    OrganisationOut,
    SettingIn,
    SettingOut,
    SettingsOut,
)
from haidang.exchange.api.versions import answer, expect_whole
from haidang.goals.queries.asof import end_of
from haidang.lib.database import lock, writing
from haidang.lib.errors import FieldError, Invalid, NotFound
from haidang.people import actions, settings
from haidang.people.access import require_organisation
from haidang.people.models import Organisation, Person
from haidang.strategy.actions.settings import edit_organisation as edit_facts
from haidang.strategy.queries.settings import changes_of

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
    "patch",
    "organisation",
    summary=N_("Change the organisation's facts"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=OrganisationOut,
    guarded=True,
    refusals=[409],
)
def edit_organisation(request: HttpRequest, body: OrganisationEdit) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "settings")
    changes = {name: getattr(body, name) for name in body.model_fields_set}

    def now() -> OrganisationOut:
        return organisation_out(Organisation.objects.get(pk=me.organisation_id))

    with writing():
        # It has no version: the lock makes check and change one step.
        lock(me.organisation_id)
        expect_whole(request, lambda: (now(), ()))
        edit_facts(me, None, changes)
    return answer(request, now())


@operation(
    router,
    "get",
    "organisation/settings",
    summary=N_("Its settings"),
    who=INSIDERS,
    scope="read",
    answers=SettingsOut,
)
def list_settings(request: HttpRequest, filters: Query[SettingsFilters]) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "see_settings")
    return answer(request, settings_out(me, filters.as_of))


def settings_out(me: Person, day: date | None = None) -> SettingsOut:
    at = None if day is None else end_of(me.organisation, day) - timedelta(microseconds=1)
    found = settings.everything(me.organisation_id, at)
    return SettingsOut(items=[SettingOut(key=k, value=v) for k, v in found.items()])


@operation(
    router,
    "patch",
    "organisation/settings",
    summary=N_("Change several settings from now on, or none of them"),
    who=SETTERS,
    scope="admin",
    answers=SettingsOut,
    guarded=True,
    note=N_("If-Match is that of the list. What is not sent stays."),
)
def edit_settings(request: HttpRequest, body: SettingsIn) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "see_settings")
    _known(body)
    for item in body.items:
        strategic = item.key in settings.STRATEGIC
        require_organisation(me, "strategic_settings" if strategic else "settings")
    with writing():
        lock(me.organisation_id)
        expect_whole(request, lambda: (settings_out(me), ()))
        try:
            actions.set_settings(me, {item.key: item.value for item in body.items})
        except Invalid as refusal:
            places = {item.key: place for place, item in enumerate(body.items)}
            if refusal.field in places:
                refusal.field = f"items.{places[refusal.field]}.value"
            elif refusal.field is not None:  # it does not agree with one that was not sent
                refusal.field = "items"
            raise
    return answer(request, settings_out(me))


def _known(body: SettingsIn) -> None:
    """Refuse keys that are none, or that come twice."""
    wrong: list[FieldError] = []
    seen: set[str] = set()
    for place, item in enumerate(body.items):
        field = f"items.{place}.key"
        if item.key not in settings.DEFAULTS:
            wrong.append(FieldError(field, "unknown", _("There is no such setting.")))
        elif item.key in seen:
            text = _("“%(name)s” is given twice.") % {"name": item.key}
            wrong.append(FieldError(field, "duplicate", text))
        seen.add(item.key)
    if wrong:
        raise Invalid(errors=wrong)


@operation(
    router,
    "get",
    "organisation/settings/history",
    summary=N_("How the settings were changed, the latest first"),
    who=INSIDERS,
    scope="read",
    answers=SettingChangesOut,
    note=N_("The organisation's facts, too. A page holds up to `limit` steps, each of one moment."),
)
def list_setting_changes(request: HttpRequest, paging: Query[Paging]) -> HttpResponse:
    me = actor(request)
    require_organisation(me, "see_settings")
    rows = latest_of(me.organisation_id).filter(subject_kind="setting")
    rows = rows.exclude(verb__startswith="field.")  # told where they are defined
    below = below_of(paging.cursor, of=me.organisation_id)
    if below:
        rows = rows.filter(pk__lt=below)
    some = list(rows[: paging.limit + 1])
    told, more = some[: paging.limit], len(some) > paging.limit
    items = [
        SettingChangeOut(
            at=one.at, by=ref(one.actor), key=one.key, before=one.before, after=one.after
        )
        for one in changes_of(told)
    ]
    following = cursor_of(told[-1].pk, of=me.organisation_id) if more else None
    return answer(request, SettingChangesOut(items=items, next=following))


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
        try:
            actions.set_setting(person, key, body.value)
        except Invalid as refusal:
            refusal.field = "value"
            raise
    return answer(request, _setting(person, key))
