"""Connectors: which there are, making, changing, switching and removing them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import Router
from pydantic import BaseModel

from haidang.exchange.api.auth import actor
from haidang.exchange.api.connector_plans import (
    as_sent,
    names_with_kpis,
    plan_to_change,
    plan_to_make,
)
from haidang.exchange.api.fields import RowId
from haidang.exchange.api.operation import operation
from haidang.exchange.api.represent import goal_ref, some_ref
from haidang.exchange.api.schemas.connectors import (
    ConnectorChanges,
    ConnectorGoneOut,
    ConnectorIn,
    ConnectorOut,
    ConnectorsOut,
    ConnectorStateIn,
    ForeignNameOut,
    ForeignNamesIn,
    SettingChoiceOut,
    SourceKindOut,
    SourceKindsOut,
    SourceSettingOut,
)
from haidang.exchange.api.versions import Current, answer, expect, unless_stale
from haidang.goals.access import visible
from haidang.kpis.access import connector_for, connectors_visible, names_of_each, require_connecting
from haidang.kpis.actions import connecting
from haidang.kpis.connectors.registry import sources
from haidang.kpis.connectors.sources.base import Setting
from haidang.kpis.models import Connector
from haidang.lib.errors import FieldError, Invalid
from haidang.people.models import Person

router = Router(tags=["numbers"])

ADMINISTRATORS = N_("Administrators")


def connectors_out(person: Person, found: Sequence[Connector]) -> list[ConnectorOut]:
    """Connectors, as far as the person sees their KPIs: as many queries for many as for one."""
    names = names_of_each(person, found)
    belows = {one.below_id for one in found if one.below_id}
    seen = set(visible(person).filter(pk__in=belows).values_list("pk", flat=True))
    rows = Connector.objects.filter(pk__in=names).exclude(upload="")
    with_file = set(rows.values_list("pk", flat=True))
    return [
        ConnectorOut(
            id=one.pk,
            name=one.name,
            kind=one.kind,
            is_on=one.is_on,
            keeper=some_ref(one.keeper),
            frequency=one.frequency,
            asks=one.asks,
            below=goal_ref(one.below) if one.below and one.below_id in seen else None,
            settings=one.settings,
            secrets=sorted(name for name, text in one.secrets.items() if text),
            has_file=one.pk in with_file,
            every=one.every,
            at=one.at.strftime("%H:%M"),
            weekday=one.weekday,
            month_day=one.month_day,
            jump=one.jump,
            lowest=one.lowest,
            highest=one.highest,
            next_at=one.next_at,
            failing_since=one.failing_since,
            retired_at=one.retired_at,
            version=one.version,
            names=[ForeignNameOut(name=row.name, kpi=goal_ref(row.kpi)) for row in names[one.pk]],
        )
        for one in found
    ]


def current_of(person: Person, connector: Connector) -> Current:
    def current() -> tuple[BaseModel, Sequence[int]]:
        found = connector_for(person, connector.pk)
        return connectors_out(person, [found])[0], (found.version,)

    return current


def shown(
    request: HttpRequest, person: Person, connector: Connector, status: int = 200
) -> HttpResponse:
    """A connector as it stands now, with the version that guards it."""
    content, versions = current_of(person, connector)()
    location = reverse("api:get_connector", args=[connector.pk]) if status == 201 else ""
    return answer(request, content, status=status, versions=versions, location=location)


@contextmanager
def guarded(
    request: HttpRequest, connector_id: int
) -> Iterator[tuple[Person, Connector, int | None]]:
    """Who acts, the connector, and its version that If-Match has to name; 412 with what stands
    now where somebody was faster, also in the middle of it."""
    me = actor(request)
    connector = connector_for(me, connector_id)
    current = current_of(me, connector)
    version = expect(request, (connector.version,), current)
    with unless_stale(current):
        yield me, connector, version


# --- which there are ------------------------------------------------------------------------


@operation(
    router,
    "get",
    "kpis/connectors",
    summary=N_("All connectors"),
    who=ADMINISTRATORS,
    scope="read",
    answers=ConnectorsOut,
)
def list_connectors(request: HttpRequest) -> HttpResponse:
    me = actor(request)
    require_connecting(me)
    found = list(connectors_visible(me).defer("upload").order_by("name", "pk"))
    return answer(request, ConnectorsOut(items=connectors_out(me, found)))


@operation(
    router,
    "get",
    "kpis/connector-kinds",
    summary=N_("Kinds of connectors, and what each has to be told"),
    who=ADMINISTRATORS,
    scope="read",
    answers=SourceKindsOut,
)
def list_connector_kinds(request: HttpRequest) -> HttpResponse:
    require_connecting(actor(request))
    items = [
        SourceKindOut(
            kind=one.kind,
            label=str(one.label),
            about=str(one.about),
            settings=[_setting_out(setting) for setting in one.settings],
        )
        for one in sources().values()
    ]
    return answer(request, SourceKindsOut(items=items))


def _setting_out(one: Setting) -> SourceSettingOut:
    choices = [SettingChoiceOut(value=value, label=str(label)) for value, label in one.choices]
    return SourceSettingOut(
        name=one.name,
        label=str(one.label),
        form=one.form,
        required=one.required,
        help=str(one.help),
        choices=choices,
        start=one.start,
    )


@operation(
    router,
    "get",
    "kpis/connectors/{connector_id}",
    summary=N_("A connector"),
    who=ADMINISTRATORS,
    scope="read",
    answers=ConnectorOut,
)
def get_connector(request: HttpRequest, connector_id: RowId) -> HttpResponse:
    me = actor(request)
    return shown(request, me, connector_for(me, connector_id))


# --- making and changing --------------------------------------------------------------------


@operation(
    router,
    "post",
    "kpis/connectors",
    summary=N_("Make a connector"),
    who=ADMINISTRATORS,
    scope="admin",
    answers=ConnectorOut,
    status=201,
    note=N_(
        "It is switched off and has no names yet. What is told in `settings` and `secrets` "
        "depends on its kind."
    ),
)
def create_connector(request: HttpRequest, body: ConnectorIn) -> HttpResponse:
    me = actor(request)
    require_connecting(me)
    source = sources().get(body.kind)
    if source is None:
        raise Invalid(_("Please choose one of the list."), code="choice", field="kind")
    plan = plan_to_make(me, source, body)
    with as_sent(source):
        made = connecting.make_connector(me, body.kind, plan)
    return shown(request, me, made, 201)


@operation(
    router,
    "patch",
    "kpis/connectors/{connector_id}",
    summary=N_("Change a connector, or revive a retired one"),
    who=ADMINISTRATORS,
    scope="admin",
    answers=ConnectorOut,
    guarded=True,
    refusals=[409],
    note=N_(
        "A secret that is kept goes to no other address than the one that it was typed for, and "
        "over no line that is protected less: there, and to revive a connector, send it again."
    ),
)
def edit_connector(
    request: HttpRequest, connector_id: RowId, body: ConnectorChanges
) -> HttpResponse:
    with guarded(request, connector_id) as (me, connector, version):
        source = connecting.source_of(connector.kind)
        plan = plan_to_change(me, source, connector, body)
        with as_sent(source):
            connecting.edit_connector(me, connector, version, plan)
    return shown(request, me, connector)


@operation(
    router,
    "put",
    "kpis/connectors/{connector_id}/names",
    summary=N_("Say which KPI each name of the other system means"),
    who=ADMINISTRATORS,
    scope="admin",
    answers=ConnectorOut,
    guarded=True,
    refusals=[409],
    note=N_("The whole list, as far as you see its KPIs; without any name it is switched off."),
)
def put_connector_names(
    request: HttpRequest, connector_id: RowId, body: ForeignNamesIn
) -> HttpResponse:
    with guarded(request, connector_id) as (me, connector, version):
        pairs = names_with_kpis(me, body)
        try:
            connecting.name_kpis(me, connector, version, pairs)
        except Invalid as refusal:
            raise Invalid(
                errors=[
                    FieldError(field and field.replace("rows.", "names.", 1), code, message)
                    for field, code, message in refusal.errors
                ]
            ) from refusal
    return shown(request, me, connector)


@operation(
    router,
    "put",
    "kpis/connectors/{connector_id}/state",
    summary=N_("Switch a connector on or off"),
    who=ADMINISTRATORS,
    scope="admin",
    answers=ConnectorOut,
    guarded=True,
    refusals=[409],
    note=N_("409 without a name that means a KPI, and once it is retired."),
)
def put_connector_state(
    request: HttpRequest, connector_id: RowId, body: ConnectorStateIn
) -> HttpResponse:
    with guarded(request, connector_id) as (me, connector, version):
        connecting.switch_connector(me, connector, version, body.is_on)
    return shown(request, me, connector)


@operation(
    router,
    "delete",
    "kpis/connectors/{connector_id}",
    summary=N_("Delete a connector, or retire one that has brought something"),
    who=ADMINISTRATORS,
    scope="admin",
    answers=ConnectorGoneOut,
    guarded=True,
    refusals=[409],
    note=N_(
        "Retired, it asks nobody any more and its secrets are destroyed; numbers that it brought "
        "stay, with the way back to it. 409 while it runs, and once it is retired."
    ),
)
def delete_connector(request: HttpRequest, connector_id: RowId) -> HttpResponse:
    with guarded(request, connector_id) as (me, connector, version):
        left = connecting.remove_connector(me, connector, version)
    if left is None:
        return answer(request, ConnectorGoneOut(gone="deleted", connector=None))
    found = connector_for(me, left.pk)
    gone = ConnectorGoneOut(gone="retired", connector=connectors_out(me, [found])[0])
    return answer(request, gone, versions=(found.version,))
