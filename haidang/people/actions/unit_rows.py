"""The row of a unit, its place in the tree and its spans, in an open change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import log
from haidang.lib.errors import Conflict, Invalid, NotFound, Stale
from haidang.lib.text import folded
from haidang.people.models import Person, TeamMember, Unit, UnitHistory

#: Levels of the tree; the path of ids must fit its column.
DEEPEST = 20


def locked(unit: Unit, version: int | None) -> Unit:
    """The row as it stands, held to the end of the transaction; Stale for another version."""
    current = Unit.objects.select_for_update().filter(pk=unit.pk).first()
    if current is None:
        raise NotFound
    if version is not None and current.version != version:
        raise Stale(current)
    if current.archived_at is not None:
        raise Conflict(_("This unit is closed."), code="archived")
    return current


def store_unit(unit: Unit, fields: list[str]) -> None:
    """Write these fields as the next version."""
    unit.version += 1
    unit.save(update_fields=[*fields, "version"])


def keep_history(unit: Unit, now: datetime) -> None:
    """End the span of how the unit stood, and begin that of how it stands."""
    UnitHistory.objects.filter(unit=unit, until=None).update(until=now)
    UnitHistory.objects.create(
        unit=unit, name=unit.name, kind=unit.kind, parent_id=unit.parent_id, since=now
    )


def log_unit(actor: Person, unit: Unit, verb: str, now: datetime, data: dict[str, Any]) -> None:
    """Say what was done to a unit."""
    log(
        organisation_id=unit.organisation_id,
        at=now,
        verb=verb,
        subject_kind="unit",
        subject_id=unit.pk,
        subject=unit.public_id,
        actor_id=actor.pk,
        data=data,
    )


def root_of(organisation_id: int) -> Unit | None:
    return Unit.objects.filter(organisation_id=organisation_id, parent=None).order_by("id").first()


def open_parent(actor: Person, parent: Unit) -> Unit:
    """The parent as it stands now, in the actor's organisation and open."""
    above = Unit.objects.filter(organisation_id=actor.organisation_id, pk=parent.pk).first()
    if above is None:
        raise NotFound
    if above.archived_at is not None:
        raise Invalid(_("This unit is closed."), code="archived", field="parent")
    return above


def put_under(unit: Unit, above: Unit) -> None:
    """Give the unit, and everything below it, its place in the tree; the row of the unit is
    the caller's to store."""
    old, new = unit.path, f"{above.path}{unit.pk}/"
    below = Unit.objects.filter(organisation_id=unit.organisation_id, path__startswith=old)
    deepest = max(path.count("/") for path in below.values_list("path", flat=True))
    if deepest - old.count("/") + new.count("/") - 1 > DEEPEST:
        raise _too_deep()
    below.update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    unit.parent, unit.path = above, new


def require_room(above: Unit, name: str, besides: Unit | None = None) -> None:
    """Raise Invalid where a unit of this name has no place below `above`."""
    if above.path.count("/") > DEEPEST:
        raise _too_deep()
    require_free_name(above, name, besides)


def _too_deep() -> Invalid:
    return Invalid(
        _("Units can be nested %(count)s levels deep at most.") % {"count": DEEPEST},
        code="too_deep",
        field="parent",
    )


def require_free_name(above: Unit, name: str, besides: Unit | None = None) -> None:
    """Raise Invalid where another unit of the same place has the name."""
    # The folded name finds candidates; case is compared here, where Ò and ò are known.
    same = Unit.objects.filter(parent=above, archived_at=None, folded_name=folded(name)[:200])
    if besides is not None:
        same = same.exclude(pk=besides.pk)
    if name.casefold() in {other.casefold() for other in same.values_list("name", flat=True)}:
        raise Invalid(
            _("There is already a unit of this name in the same place."),
            code="duplicate",
            field="name",
        )


def set_spans(actor: Person, unit: Unit, wanted: Iterable[Person], rows: Any, verb: str) -> None:
    """Exactly these people lead the unit, or belong to the team, from now on."""
    now = timezone.now()
    current = set(rows.filter(until=None).values_list("person_id", flat=True))
    target = {person.pk for person in wanted}
    if current == target:
        return
    rows.filter(until=None, person_id__in=current - target).update(until=now)
    link = "team" if rows.model is TeamMember else "unit"
    rows.model.objects.bulk_create(
        rows.model(person_id=pk, since=now, **{link: unit}) for pk in sorted(target - current)
    )
    log_unit(
        actor, unit, verb, now, {"added": len(target - current), "ended": len(current - target)}
    )


def require_active(unit: Unit, people: list[Person], field: str) -> None:
    """Raise NotFound for a foreign person, Invalid for who has left."""
    for person in people:
        if person.organisation_id != unit.organisation_id:
            raise NotFound
        if not person.is_active:
            raise Invalid(
                _("%(name)s is no longer active.") % {"name": person.name},
                code="inactive",
                field=field,
            )


def has_members(unit: Unit) -> bool:
    return TeamMember.objects.filter(team=unit, until=None).exists()
