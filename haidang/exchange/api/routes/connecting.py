"""Connectors: which there are, making, changing, trying, switching and removing them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import time

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import Router
from pydantic import BaseModel

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
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
    TrialLineOut,
    TrialOut,
)
from haidang.exchange.api.versions import Current, answer, expect, unless_stale
from haidang.goals.access import goal_for, visible
from haidang.goals.models import Goal, Kind
from haidang.kpis.access import (
    connector_for,
    connectors_visible,
    names_of_each,
    require_connecting,
)
from haidang.kpis.actions import connecting, running
from haidang.kpis.actions.running import Trial
from haidang.kpis.actions.settling import Line
from haidang.kpis.actions.wording import kept
from haidang.kpis.connectors.registry import sources
from haidang.kpis.connectors.sources.base import Setting, Source
from haidang.kpis.models import Connector
from haidang.lib.errors import FieldError, Invalid
from haidang.people.access import person_for
from haidang.people.models import Person

router = Router(tags=["numbers"])

ADMINISTRATORS = N_("Administrators")
#: Lines of a trial that are told.
MOST_LINES = 500
_PLAIN = ("frequency", "asks", "jump", "lowest", "highest", "every", "weekday", "month_day")


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
    start = {one.name: one.start for one in _told(source)}
    plan = connecting.Plan(
        name=body.name,
        keeper=named(me, "keeper", person_for, body.keeper) if body.keeper else me,
        below=named(me, "below", _kpi_for, body.below) if body.below else None,
        settings=start | _known(source, body.settings, "settings"),
        secrets=_known(source, body.secrets, "secrets"),
        upload=_upload(source, body.file),
        at=time.fromisoformat(body.at),
        **{name: getattr(body, name) for name in _PLAIN},
    )
    with _as_sent(source):
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
    me = actor(request)
    connector = connector_for(me, connector_id)
    current = current_of(me, connector)
    version = expect(request, (connector.version,), current)
    source, sent = connecting.source_of(connector.kind), body.model_fields_set
    facts = {name: getattr(body if name in sent else connector, name) for name in _PLAIN}
    below = connector.below
    if "below" in sent:
        below = named(me, "below", _kpi_for, body.below) if body.below else None
    plan = connecting.Plan(
        name=body.name if "name" in sent else connector.name,
        keeper=named(me, "keeper", person_for, body.keeper) if body.keeper else connector.keeper,
        below=below,
        settings={**connector.settings, **_known(source, body.settings, "settings")},
        secrets=_known(source, body.secrets, "secrets"),
        upload=_upload(source, body.file),
        at=time.fromisoformat(body.at) if "at" in sent else connector.at,
        **facts,
    )
    with unless_stale(current), _as_sent(source):
        connecting.edit_connector(me, connector, version, plan)
    return shown(request, me, connector)


def _kpi_for(person: Person, public_id: str) -> Goal:
    return goal_for(person, public_id, kind=Kind.KPI)


def _told(source: Source) -> list[Setting]:
    """What stands in `settings`: neither secrets nor files."""
    return [one for one in source.settings if one.form not in ("secret", "file")]


def _known(source: Source, told: Mapping[str, str], where: str) -> dict[str, str]:
    """What was sent; Invalid for a name that this kind does not have, so that it is not lost."""
    if where == "secrets":
        names = {one.name for one in source.settings if one.form == "secret"}
    else:
        names = {one.name for one in _told(source)}
    wrong = [
        FieldError(f"{where}.{name}", "unknown", _("There is nothing of this name here."))
        for name in told
        if name not in names
    ]
    if wrong:
        raise Invalid(errors=wrong)
    return dict(told)


def _upload(source: Source, text: str | None) -> str:
    """A file as the action takes it: base64 without line breaks."""
    if not text:
        return ""
    if not any(one.form == "file" for one in source.settings):
        raise Invalid(_("This kind takes no file."), code="unknown", field="file")
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode()
    except (binascii.Error, ValueError):
        raise Invalid(_("This is not base64."), code="base64", field="file") from None


@contextmanager
def _as_sent(source: Source) -> Iterator[None]:
    """Let refusals name what the body has: `secrets.password` for `settings.password`."""
    names = {
        f"settings.{one.name}": "file" if one.form == "file" else f"secrets.{one.name}"
        for one in source.settings
        if one.form in ("secret", "file")
    }
    try:
        yield
    except Invalid as refusal:
        errors = [
            FieldError(names.get(field or "", field), code, message)
            for field, code, message in refusal.errors
        ]
        raise Invalid(errors=errors) from refusal


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
    me = actor(request)
    connector = connector_for(me, connector_id)
    current = current_of(me, connector)
    version = expect(request, (connector.version,), current)
    pairs = _pairs(me, body)
    with unless_stale(current):
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


def _pairs(me: Person, body: ForeignNamesIn) -> list[tuple[str, Goal]]:
    """Names with their KPIs, which are fetched together."""
    ids = {one.kpi for one in body.names}
    rows = visible(me).filter(kind=Kind.KPI, public_id__in=ids)
    kpis = {kpi.public_id: kpi for kpi in rows}
    wrong = [
        FieldError(f"names.{place}.kpi", "unknown", _("There is no such KPI."))
        for place, one in enumerate(body.names)
        if one.kpi not in kpis
    ]
    if wrong:
        raise Invalid(errors=wrong)
    return [(one.name, kpis[one.kpi]) for one in body.names]


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
    me = actor(request)
    connector = connector_for(me, connector_id)
    current = current_of(me, connector)
    version = expect(request, (connector.version,), current)
    with unless_stale(current):
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
    me = actor(request)
    connector = connector_for(me, connector_id)
    current = current_of(me, connector)
    version = expect(request, (connector.version,), current)
    with unless_stale(current):
        left = connecting.remove_connector(me, connector, version)
    if left is None:
        return answer(request, ConnectorGoneOut(gone="deleted", connector=None))
    found = connector_for(me, left.pk)
    gone = ConnectorGoneOut(gone="retired", connector=connectors_out(me, [found])[0])
    return answer(request, gone, versions=(found.version,))


# --- trying ---------------------------------------------------------------------------------


@operation(
    router,
    "post",
    "kpis/connectors/{connector_id}/trial",
    summary=N_("Ask now, and tell what a run would write"),
    who=ADMINISTRATORS,
    scope="admin",
    answers=TrialOut,
    keyed=False,
    refusals=[409],
    note=N_("Nothing is written. The other system has 15 seconds."),
)
def try_connector(request: HttpRequest, connector_id: RowId) -> HttpResponse:
    me = actor(request)
    tried = running.trial(connector_for(me, connector_id), timezone.now())
    return answer(request, trial_out(me, tried))


def trial_out(person: Person, tried: Trial) -> TrialOut:
    lines = tried.settled.lines[:MOST_LINES] if tried.settled else []
    ids = {line.kpi.pk for line in lines if line.kpi}
    seen = set(visible(person).filter(pk__in=ids).values_list("pk", flat=True))
    error = tried.error
    return TrialOut(
        starts=tried.starts,
        ends=tried.ends,
        code=error.code if error else "",
        message=str(error.message) if error else "",
        detail=kept(error.detail, 500) if error else "",
        notes=[kept(note, 300) for note in tried.fetched.notes] if tried.fetched else [],
        absent=tried.settled.absent if tried.settled else [],
        lines=[_trial_line(line, seen) for line in lines],
        answer=kept(tried.fetched.raw, running.RAW) if tried.fetched else "",
    )


def _trial_line(line: Line, seen: set[int]) -> TrialLineOut:
    """A line; nothing of a KPI that is not open to the reader but that it is not."""
    told = line.reading
    kpi = line.kpi if line.kpi and line.kpi.pk in seen else None
    can_be_told = line.code != "value"  # else it may be a number that cannot be written down
    return TrialLineOut(
        name=kept(told.name, 200),
        kpi=goal_ref(kpi) if kpi else None,
        day=told.day,
        value=told.value if can_be_told else None,
        numerator=told.numerator if can_be_told else None,
        denominator=told.denominator if can_be_told else None,
        what=line.what,
        code=line.breach.code if line.breach else line.code,
        message=str(line.message),
        percent=line.breach.percent if line.breach else None,
        stood=running.decimal_of(line.stood) if kpi else None,
        raw=kept(told.raw, running.RAW_ROW),
    )
