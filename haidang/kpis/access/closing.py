"""Who takes KPIs over from the library; whose KPIs somebody reports and closes."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from haidang.goals.access import usual_place, visible
from haidang.goals.models import Goal, Kind, Level, Participant, ParticipantRole, Rule, State
from haidang.kpis.rules.library import Entry, library
from haidang.lib.errors import Forbidden, NotFound
from haidang.people.access import standing_of, today_of, units_visible
from haidang.people.models import Person, Unit


def may_take_over(person: Person) -> bool:
    """Whether the person makes KPIs anywhere: all but viewers and guests."""
    return usual_place(person) is not None


def entry_for(person: Person, key: str, to: str = "see") -> Entry:
    """The entry of that key: read by everybody who is signed in, taken over ("take_over") by
    who makes KPIs. Raises NotFound or Forbidden."""
    entry = library().get(key)
    if entry is None:
        raise NotFound
    if to == "take_over" and not may_take_over(person):
        raise Forbidden
    return entry


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
    rows = rows.filter(within(unit.path))
    if me.is_strategist:
        return rows
    led = Q()
    for path in () if me.is_guest else me.led_paths:
        led |= within(path)
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


def may_close_some(person: Person) -> bool:
    """Whether the person closes periods at all: strategists, and leaders of units."""
    me = standing_of(person)
    if not me.is_active or me.is_viewer or me.is_guest:
        return False
    return me.is_strategist or bool(me.led_paths)


def require_closer(person: Person, unit: Unit | None = None) -> None:
    """Raise NotFound for a unit of elsewhere, Forbidden for who does not close (there)."""
    me = standing_of(person)
    if unit is not None and unit.organisation_id != me.organisation_id:
        raise NotFound
    if not may_close_some(person) or not (me.is_strategist or unit is None or me.leads(unit)):
        raise Forbidden


def closable(person: Person, unit: Unit | None = None) -> QuerySet[Goal]:
    """The KPIs under way whose periods the person may close, as `close_period` of
    `goals.access` says of one; with `unit` those of it and below."""
    if not may_close_some(person):
        return Goal.objects.none()
    me = standing_of(person)
    rows = visible(person).filter(kind=Kind.KPI, state=State.ACTIVE)
    if not me.is_strategist:
        led = Q()
        for path in me.led_paths:
            led |= within(path)
        rows = rows.filter(led)
    return rows if unit is None else rows.filter(within(unit.path))


def within(path: str) -> Q:
    """Goals of the unit with that path and below; a personal one without a unit is its
    owner's unit's."""
    return Q(unit__path__startswith=path) | Q(
        unit=None, level=Level.INDIVIDUAL, owner__unit__path__startswith=path
    )
