"""Who follows somebody as a leader and as a manager, when they leave or go elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.lib.database import lock, writing
from haidang.lib.errors import Invalid
from haidang.people.access import forget, require_person
from haidang.people.actions.events import log_person
from haidang.people.actions.persons import keep_place
from haidang.people.actions.unit_rows import log_unit
from haidang.people.models import Person, UnitLeader


def hand_units(
    actor: Person, person: Person, to: Mapping[int, Person | None], at: datetime | None = None
) -> None:
    """End that the person leads these units (by id); who is named leads them from now on."""
    require_person(actor, person, "transfer")
    with writing():
        lock(actor.organisation_id)
        now = at or timezone.now()
        rows = UnitLeader.objects.filter(until=None, unit_id__in=to)
        for row in rows.filter(person=person).select_related("unit"):
            row.until = now
            row.save(update_fields=["until"])
            heir = to[row.unit_id]
            if heir is not None:
                UnitLeader.objects.get_or_create(
                    unit=row.unit, person=heir, until=None, defaults={"since": now}
                )
                forget(heir)
            counts = {"added": int(heir is not None), "ended": 1}
            log_unit(actor, row.unit, "unit.leaders_set", now, counts)
    forget(person)


def hand_reports(
    actor: Person, person: Person, to: Person | None, at: datetime | None = None
) -> None:
    """Give the person's reports another manager. One of them who becomes it reports where
    the person did. Raises Invalid where somebody would come to report to themself."""
    require_person(actor, person, "transfer")
    with writing():
        lock(actor.organisation_id)
        now = at or timezone.now()
        reports = list(Person.objects.filter(manager=person, is_active=True).order_by("pk"))
        for report in reports:
            report.manager_id = person.manager_id if to is None or report.pk == to.pk else to.pk
            report.version += 1
            report.save(update_fields=["manager", "version"])
            keep_place(report, now)
            log_person(actor, report, "person.edited", now, {"fields": ["manager"]})
        _no_circle({report.pk for report in reports}, person.organisation_id)
    forget(person, *([to] if to is not None else []))


def _no_circle(changed: set[int], organisation_id: int) -> None:
    above = dict(
        Person.objects.filter(organisation_id=organisation_id, manager__isnull=False)
        .order_by()
        .values_list("pk", "manager_id")
    )
    for start in changed:
        step, seen = above.get(start), set()
        while step is not None and step not in seen:
            if step == start:
                raise Invalid(
                    _("Nobody can be their own manager, not even through others."),
                    code="cycle",
                    field="reports",
                )
            seen.add(step)
            step = above.get(step)
