"""Which KPIs somebody may report, and for which units they may look at once."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from haidang.goals.access import visible
from haidang.goals.models import Goal, Kind, Level, Participant, ParticipantRole, Rule, State
from haidang.people.access import standing_of, today_of, units_visible
from haidang.people.models import Person, Unit


def reportable(person: Person, *, unit: Unit | None = None) -> QuerySet[Goal]:
    """Active KPIs that take own reports and that the person may report: without `unit` those
    in which they have a part; else those of the unit and below it, for who leads there and
    for strategists all of them.

    The same as asking `goals.access` of each whether it may be checked in (a test holds the
    two equal).
    """
    me = standing_of(person)
    rows = visible(person).filter(kind=Kind.KPI, state=State.ACTIVE, calculation="")
    rows = rows.exclude(rule=Rule.CHILDREN).exclude(direction="")
    if me.is_viewer:
        return rows.none()
    mine = _mine(person)
    if unit is None:
        return rows.filter(mine)
    rows = rows.filter(_below(unit.path))
    if me.is_strategist:
        return rows
    led = Q()
    for path in () if me.is_guest else me.led_paths:
        led |= _below(path)
    return rows.filter(mine | led) if led else rows.filter(mine)


def units_open(person: Person) -> QuerySet[Unit]:
    """The units for whose KPIs the person may enter actuals: a strategist's all, a leader's
    own and what lies below."""
    me = standing_of(person)
    units = units_visible(person).filter(archived_at=None)
    if me.is_strategist:
        return units.order_by("path")
    led = Q(pk__in=())
    for path in () if me.is_guest or me.is_viewer else me.led_paths:
        led |= Q(path__startswith=path)
    return units.filter(led).order_by("path")


def _mine(person: Person) -> Q:
    today = today_of(person)
    delegated = Q(role=ParticipantRole.DELEGATE) & (
        (Q(since=None) | Q(since__lte=today)) & (Q(until=None) | Q(until__gte=today))
    )
    parts = Participant.objects.filter(person_id=person.pk)
    parts = parts.filter(Q(role=ParticipantRole.CONTRIBUTOR) | delegated)
    return (
        Q(owner_id=person.pk)
        | Q(data_owner_id=person.pk)
        | Q(id__in=parts.values("goal_id").order_by())
    )


def _below(path: str) -> Q:
    """Goals of a unit and those below it; a personal one without a unit is its owner's."""
    return Q(unit__path__startswith=path) | Q(
        unit=None, level=Level.INDIVIDUAL, owner__unit__path__startswith=path
    )
