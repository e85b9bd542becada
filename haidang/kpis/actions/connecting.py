"""Making connectors and changing them, to their end: settings, secrets, contract, schedule,
names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import log
from haidang.goals.access import visible
from haidang.goals.actions.change import restructuring
from haidang.goals.models import Frequency, Goal, Kind
from haidang.kpis.access import connector_for, names_visible, require_connecting
from haidang.kpis.actions.connector_settings import (
    DESTROYED,
    opened_secrets,
    secrets_of,
    settings_of,
)
from haidang.kpis.actions.foreign_names import names_of
from haidang.kpis.actions.running import is_running, next_of, refuse_retired
from haidang.kpis.connectors.registry import sources
from haidang.kpis.connectors.sources.base import Source
from haidang.kpis.models import Asks, Connector, Delivered, Every, ForeignName, Quarantined
from haidang.lib.errors import Conflict, FieldError, Invalid, NotFound, Stale
from haidang.lib.text import clean_line
from haidang.people.access import standing_of
from haidang.people.models import Person

LONGEST_NAME = 120
#: Bytes of a file that is handed over, before it is written as base64.
MOST_UPLOADED = 5_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What a connector is told: `secrets` has only those that are typed anew, `upload` is a
    file as base64, "" to keep what is there."""

    name: str
    keeper: Person
    frequency: str = Frequency.MONTH
    asks: str = Asks.LAST
    below: Goal | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    upload: str = ""
    jump: Decimal | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    every: str = Every.OFF
    at: time = time(6)
    weekday: int = 0
    month_day: int = 1


_PLAIN = ("frequency", "asks", "jump", "lowest", "highest", "every", "at", "weekday", "month_day")


def source_of(kind: str) -> Source:
    """The source of that kind, or NotFound."""
    found = sources().get(kind)
    if found is None:
        raise NotFound
    return found


def make_connector(actor: Person, kind: str, plan: Plan) -> Connector:
    """A connector that is switched off still, without names."""
    require_connecting(actor)
    source = source_of(kind)
    with restructuring(actor) as at:
        made = Connector(
            organisation=actor.organisation, kind=kind, created_by=actor, created_at=at
        )
        _write(actor, made, source, plan)
        _tell(actor, "connector.created", made)
    return made


def edit_connector(
    actor: Person, connector: Connector, version: int | None, plan: Plan
) -> Connector:
    """Another plan for a connector; one that was retired is revived by it, switched off still,
    once its secrets are typed again. Raises Stale when somebody else changed it meanwhile."""
    with restructuring(actor):
        connector = _locked(actor, connector, version)
        connector.version += 1
        before, was_retired = connector.frequency, connector.retired_at is not None
        connector.retired_at = None
        _write(actor, connector, source_of(connector.kind), plan)
        if connector.frequency != before:
            _refuse_names(connector)
        _tell(actor, "connector.revived" if was_retired else "connector.edited", connector)
    return connector


def _locked(actor: Person, connector: Connector, version: int | None) -> Connector:
    """The connector as it stands under the lock; Stale if it moved on since `version`."""
    connector = connector_for(actor, connector.pk)
    if version is not None and connector.version != version:
        raise Stale(current={"version": connector.version})
    return connector


def has_brought(connector: Connector) -> bool:
    """Whether a number, or one that was held back, leads back to it."""
    return (
        Delivered.objects.filter(run__connector=connector).exists()
        or Quarantined.objects.filter(run__connector=connector).exists()
    )


def remove_connector(actor: Person, connector: Connector, version: int | None) -> Connector | None:
    """Delete a connector that never brought a value (None), else retire it: it asks nobody any
    more and its secrets are gone, while what it brought, and the way back to it, stay.

    Raises Conflict while it runs for the first time, and where it is retired already.
    """
    with restructuring(actor) as at:
        connector = _locked(actor, connector, version)
        if not has_brought(connector):
            if is_running(connector, at):
                raise Conflict(_("This connector is running right now."), code="running")
            _tell(actor, "connector.deleted", connector)
            connector.delete()
            return None
        refuse_retired(connector)
        connector.is_on, connector.retired_at = False, at
        connector.next_at = connector.retry_at = connector.failing_since = None
        connector.attempt = 0
        connector.secrets = dict.fromkeys(connector.secrets, DESTROYED)
        connector.version += 1
        connector.save()
        _tell(actor, "connector.retired", connector)
    return connector


def _refuse_names(connector: Connector) -> None:
    if connector.names.exists():
        raise Invalid(
            _("Its names belong to KPIs of another frequency; take them off first."),
            code="frequency",
            field="frequency",
        )


def _write(actor: Person, connector: Connector, source: Source, plan: Plan) -> None:
    wrong: list[FieldError] = []

    def refuse(name: str, code: str, message: Any) -> None:
        wrong.append(FieldError(name, code, message))

    name = clean_line(plan.name[: LONGEST_NAME * 4])
    if not name:
        refuse("name", "required", _("Please give it a name."))
    if len(name) > LONGEST_NAME:
        refuse("name", "too_long", _("At most 120 characters."))
    keeper = plan.keeper
    if keeper.organisation_id != actor.organisation_id or not standing_of(keeper).is_active:
        refuse("keeper", "choice", _("This person cannot write anything."))
    for one, choices in (("frequency", Frequency), ("asks", Asks), ("every", Every)):
        if getattr(plan, one) not in choices.values:
            refuse(one, "choice", _("Please choose one of the list."))
    if plan.jump is not None and plan.jump <= 0:
        refuse("jump", "out_of_bounds", _("More than 0, please."))
    low, high = plan.lowest, plan.highest
    if low is not None and high is not None and low > high:
        refuse("highest", "out_of_bounds", _("The highest lies below the lowest."))
    if not (0 <= plan.weekday <= 6 and 1 <= plan.month_day <= 28):
        refuse("month_day", "out_of_bounds", _("A day from 1 to 28."))
    below = plan.below
    if below is not None and below.pk != connector.below_id:
        seen = visible(actor).filter(pk=below.pk, kind=Kind.KPI)
        if not seen.exists():
            refuse("below", "choice", _("There is no such KPI."))
    if connector.kind == "push" and plan.every != Every.OFF:
        refuse("every", "choice", _("Nobody is asked: what comes, comes by itself."))
    upload = plan.upload or connector.upload
    settings = settings_of(source, plan.settings, refuse, has_file=bool(upload))
    secrets = secrets_of(source, plan.secrets, connector, settings, refuse)
    if not wrong:
        try:
            source.check(settings | ({"file": upload} if upload else {}), opened_secrets(secrets))
        except Invalid as invalid:
            wrong += [
                FieldError(f"settings.{field}" if field else None, code, message)
                for field, code, message in invalid.errors
            ]
    if wrong:
        raise Invalid(errors=wrong)
    connector.name, connector.keeper, connector.below = name, keeper, plan.below
    connector.settings, connector.secrets = settings, secrets
    connector.upload = upload
    for one in _PLAIN:
        setattr(connector, one, getattr(plan, one))
    connector.next_at = next_of(connector, timezone.now()) if connector.is_on else None
    connector.retry_at, connector.attempt = None, 0
    connector.save()


def switch_connector(
    actor: Person, connector: Connector, version: int | None, on: bool
) -> Connector:
    """Switch it on, from when it follows its schedule, or off. Raises Conflict without names."""
    with restructuring(actor) as at:
        connector = _locked(actor, connector, version)
        refuse_retired(connector)
        if on and not connector.names.exists():
            raise Conflict(
                _("First say which of its names mean which KPIs."), code="no_names", field="is_on"
            )
        connector.is_on = on
        connector.version += 1
        connector.next_at = next_of(connector, at) if on else None
        connector.retry_at, connector.attempt = None, 0
        if not on:
            connector.failing_since = None
        connector.save()
        _tell(actor, "connector.switched_on" if on else "connector.switched_off", connector)
    return connector


def name_kpis(
    actor: Person, connector: Connector, version: int | None, pairs: Sequence[tuple[str, Goal]]
) -> Connector:
    """Say which KPI is meant by which name; the whole list takes the place of the one before,
    as far as the actor sees its KPIs.

    Names are compared without case and outer spaces. Raises Invalid with `rows.<place>.name`
    or `rows.<place>.kpi` for each reason.
    """
    with restructuring(actor):
        connector = _locked(actor, connector, version)
        refuse_retired(connector)
        rows = names_of(actor, connector, pairs)
        names_visible(actor, connector).order_by().delete()
        ForeignName.objects.bulk_create(rows)
        connector.version += 1
        connector.is_on = connector.is_on and connector.names.exists()
        connector.save(update_fields=["version", "is_on"])
        _tell(actor, "connector.named", connector, names=len(rows))
    return connector


def _tell(actor: Person, verb: str, connector: Connector, **data: Any) -> None:
    log(
        organisation_id=connector.organisation_id,
        at=timezone.now(),
        actor_id=actor.pk,
        verb=verb,
        subject_kind="connector",
        subject_id=connector.pk,
        subject=connector.name[:32],
        data=data,
    )
