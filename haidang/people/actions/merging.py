"""A unit is taken in by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.lib.database import lock, writing
from haidang.lib.errors import Invalid
from haidang.people.access import forget, require_unit
from haidang.people.actions.unit_rows import (
    keep_history,
    locked,
    log_unit,
    open_parent,
    put_under,
    require_active,
    require_room,
    set_spans,
    store_unit,
)
from haidang.people.models import (
    Person,
    PersonUnitHistory,
    TeamMember,
    Unit,
    UnitHistory,
    UnitLeader,
)


def merge_unit(
    actor: Person,
    unit: Unit,
    into: Unit,
    version: int | None,
    *,
    leaders: Sequence[Person],
    at: datetime | None = None,
) -> Unit:
    """Let `into` take in a unit: its people (of a team: its members) and its parts; exactly
    `leaders` lead it from then on. The unit is closed and says where it went.

    Its goals are moved by `strategy.actions.merge_units`, which calls this in its own
    transaction. Raises Stale, Conflict for a closed one, Invalid where they do not fit.
    """
    require_unit(actor, unit, "merge")
    require_unit(actor, into, "merge")
    require_active(into, list(leaders), "leaders")
    with writing():
        lock(actor.organisation_id)
        current = locked(unit, version)
        target = open_parent(actor, into)
        _mergeable(current, target)
        now = at or timezone.now()
        parts = list(current.children.order_by("rank", "pk"))
        for part in parts:
            if part.archived_at is None:
                _free_for(part, target, besides=current)
            put_under(part, target)
            store_unit(part, ["parent"])
            if part.archived_at is None:
                keep_history(part, now)
                log_unit(actor, part, "unit.moved", now, {"to": target.public_id})
        people = _hand_people(current, target, now)
        current.archived_at, current.merged_into = now, target
        store_unit(current, ["archived_at", "merged_into"])
        UnitHistory.objects.filter(unit=current, until=None).update(until=now)
        UnitLeader.objects.filter(unit=current, until=None).update(until=now)
        set_spans(
            actor, target, leaders, UnitLeader.objects.filter(unit=target), "unit.leaders_set"
        )
        counts = {"people": people, "units": len(parts)}
        log_unit(actor, current, "unit.merged", now, {"into": target.public_id, **counts})
        log_unit(actor, target, "unit.took_in", now, {"unit": current.public_id, **counts})
    forget(actor)
    return target


def _mergeable(unit: Unit, into: Unit) -> None:
    """Refuse what cannot become one."""
    if unit.parent_id is None:
        raise Invalid(_("The whole organisation cannot be merged into a part of it."), field="into")
    if into.pk == unit.pk:
        raise Invalid(_("Please choose another unit."), code="itself", field="into")
    if into.path.startswith(unit.path):
        raise Invalid(
            _("It lies inside: move it out first, or merge it the other way round."),
            code="cycle",
            field="into",
        )
    if (unit.kind == Unit.Kind.TEAM) != (into.kind == Unit.Kind.TEAM):
        raise Invalid(
            _("A team across units can only be merged with another team."),
            code="team",
            field="into",
        )


def _free_for(part: Unit, into: Unit, besides: Unit) -> None:
    try:
        require_room(into, part.name, besides=besides)
    except Invalid as refusal:
        if refusal.code != "duplicate":
            raise
        raise Invalid(
            _("“%(name)s” is in both: merge or rename these parts first.") % {"name": part.name},
            code="duplicate",
            field="into",
        ) from None


def _hand_people(unit: Unit, into: Unit, now: datetime) -> int:
    """Everybody of the unit is of the other from now on; how many of them are active. Who has
    left is moved, too, but their history has ended."""
    if unit.kind == Unit.Kind.TEAM:
        rows = TeamMember.objects.filter(until=None)
        ids = set(rows.filter(team=unit).values_list("person_id", flat=True))
        there = set(rows.filter(team=into).values_list("person_id", flat=True))
        rows.filter(team=unit).update(until=now)
        TeamMember.objects.bulk_create(
            TeamMember(team=into, person_id=pk, since=now) for pk in sorted(ids - there)
        )
        return len(ids)
    active = list(unit.people.filter(is_active=True).order_by("pk"))
    unit.people.update(unit=into, version=F("version") + 1)
    PersonUnitHistory.objects.filter(person__in=active, until=None).update(until=now)
    PersonUnitHistory.objects.bulk_create(
        PersonUnitHistory(person=one, unit=into, manager_id=one.manager_id, since=now)
        for one in active
    )
    return len(active)
