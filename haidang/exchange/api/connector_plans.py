"""What is sent of a connector, as the actions take it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import time

from django.utils.translation import gettext_lazy as _

from haidang.exchange.api.fetch import named
from haidang.exchange.api.schemas.connectors import ConnectorChanges, ConnectorIn, ForeignNamesIn
from haidang.goals.access import goal_for, visible
from haidang.goals.models import Goal, Kind
from haidang.kpis.actions.connecting import Plan
from haidang.kpis.connectors.sources.base import Setting, Source
from haidang.kpis.models import Connector
from haidang.lib.errors import FieldError, Invalid
from haidang.people.access import person_for
from haidang.people.models import Person

_PLAIN = ("frequency", "asks", "jump", "lowest", "highest", "every", "weekday", "month_day")


def plan_to_make(me: Person, source: Source, body: ConnectorIn) -> Plan:
    """The plan of a new connector: what is not sent is as a form would offer it."""
    start = {one.name: one.start for one in _told(source)}
    return Plan(
        name=body.name,
        keeper=named(me, "keeper", person_for, body.keeper) if body.keeper else me,
        below=named(me, "below", _kpi_for, body.below) if body.below else None,
        settings=start | _known(source, body.settings, "settings"),
        secrets=_known(source, body.secrets, "secrets"),
        upload=_upload(source, body.file),
        at=time.fromisoformat(body.at),
        **{name: getattr(body, name) for name in _PLAIN},
    )


def plan_to_change(
    me: Person, source: Source, connector: Connector, body: ConnectorChanges
) -> Plan:
    """The plan of a connector with what is sent in it; the rest stays."""
    sent = body.model_fields_set
    below = connector.below
    if "below" in sent:
        below = named(me, "below", _kpi_for, body.below) if body.below else None
    return Plan(
        name=body.name if "name" in sent else connector.name,
        keeper=named(me, "keeper", person_for, body.keeper) if body.keeper else connector.keeper,
        below=below,
        settings={**connector.settings, **_known(source, body.settings, "settings")},
        secrets=_known(source, body.secrets, "secrets"),
        upload=_upload(source, body.file),
        at=time.fromisoformat(body.at) if "at" in sent else connector.at,
        **{name: getattr(body if name in sent else connector, name) for name in _PLAIN},
    )


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
def as_sent(source: Source) -> Iterator[None]:
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


def names_with_kpis(me: Person, body: ForeignNamesIn) -> list[tuple[str, Goal]]:
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
