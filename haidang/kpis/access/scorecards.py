"""Whose scorecard somebody sees, and sets: a person's own, and those of who they lead.

What stands on a person's card is about that person: nobody else reads it, administrators,
HR and viewers as little as colleagues.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from haidang.goals.access import visible
from haidang.goals.models import Goal, Kind, State
from haidang.kpis.models import LongLeave
from haidang.lib.errors import Forbidden, NotFound
from haidang.people import settings
from haidang.people.access import (
    people_visible,
    person_for,
    standing_of,
    unit_for,
    units_visible,
)
from haidang.people.models import Person, Unit

Holder = Person | Unit


def carded_people(actor: Person) -> QuerySet[Person]:
    """The persons whose cards the actor sees: their own, those of their direct reports and of
    who is in a unit that they lead; strategists everybody's."""
    me = standing_of(actor)
    people = people_visible(actor)
    if me.is_guest or me.is_viewer:
        return people.filter(pk=me.person_id)
    if me.is_strategist:
        return people
    return people.filter(_led_people(actor) | Q(pk=me.person_id))


def carded_units(actor: Person) -> QuerySet[Unit]:
    """The units whose cards the actor sees: those that they are in, those that they lead and
    what lies below; strategists all. Of a guest none."""
    me = standing_of(actor)
    units = units_visible(actor)
    if me.is_guest:
        return units.none()
    if me.is_strategist:
        return units
    seen = Q(pk__in=me.home_ids)
    for path in me.led_paths:
        seen |= Q(path__startswith=path)
    return units.filter(seen)


def _led_people(actor: Person) -> Q:
    found = Q(manager_id=actor.pk)
    for path in standing_of(actor).led_paths:
        found |= Q(unit__path__startswith=path)
    return found


def may_set_card(actor: Person, holder: Holder) -> bool:
    """Whether the actor says what counts: who leads the person or the unit, and strategists;
    never oneself."""
    me = standing_of(actor)
    if not me.is_active or me.is_guest or me.is_viewer:
        return False
    if holder.organisation_id != me.organisation_id:
        return False
    if isinstance(holder, Unit):
        return me.is_strategist or me.leads(holder)
    if holder.pk == me.person_id:
        return False
    return me.is_strategist or holder.manager_id == me.person_id or me.leads(holder.unit)


def sees_card(actor: Person, holder: Holder) -> bool:
    """The same as `carded_people` and `carded_units` of one at hand, without a query (a test
    holds them equal)."""
    me = standing_of(actor)
    if not me.is_active or holder.organisation_id != me.organisation_id:
        return False
    if isinstance(holder, Unit):
        if me.is_guest:
            return False
        return me.is_strategist or holder.pk in me.home_ids or me.leads(holder)
    if holder.pk == me.person_id:
        return True
    if me.is_guest or me.is_viewer:
        return False
    return me.is_strategist or holder.manager_id == me.person_id or me.leads(holder.unit)


def person_card_for(actor: Person, public_id: str, to: str = "see") -> Person:
    """The person of that id, if the actor may "see" or "set" their card. A card that is not
    open answers as one that does not exist (NotFound); Forbidden for who sees it only."""
    person = person_for(actor, public_id)
    require_card(actor, person, to)
    return person


def unit_card_for(actor: Person, public_id: str, to: str = "see") -> Unit:
    """The unit of that id, if the actor may "see" or "set" its card."""
    unit = unit_for(actor, public_id)
    require_card(actor, unit, to)
    return unit


def require_card(actor: Person, holder: Holder, to: str = "see") -> None:
    """Raise NotFound for who does not see the card, Forbidden for who may not set it."""
    if not sees_card(actor, holder):
        raise NotFound
    if to == "set" and not may_set_card(actor, holder):
        raise Forbidden


def cardable(actor: Person) -> QuerySet[Goal]:
    """The KPIs that the actor may put on a card: those under way that they see."""
    return visible(actor).filter(kind=Kind.KPI, state=State.ACTIVE)


def leave_for(actor: Person, holder: Person, pk: int) -> LongLeave:
    """A long leave of the person, for who sets their card; else NotFound or Forbidden."""
    require_card(actor, holder, "set")
    found = LongLeave.objects.filter(person=holder, pk=pk, until=None).first()
    if found is None:
        raise NotFound
    return found


def ranks_units(actor: Person) -> bool:
    """Whether the actor reads the ranking of units: everybody inside but guests, where the
    organisation has allowed it. Of persons there is none."""
    me = standing_of(actor)
    if not me.is_active or me.is_guest:
        return False
    return bool(settings.get(me.organisation_id, "scorecard.ranking"))
