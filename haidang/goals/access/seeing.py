"""Every goal that a person may see, in SQL: the only way to lists, counts and searches."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db.models import Q, QuerySet

from haidang.goals.models import Goal, Level, Participant, ParticipantRole, Visibility
from haidang.people.access import Membership, standing_of, today_of
from haidang.people.models import Person, Unit

#: Parts in a goal that let its holder see it. Following does not: one follows what one sees.
_SHARED = (ParticipantRole.CONTRIBUTOR, ParticipantRole.NAMED)


#: Ids in one statement.
_MANY = 500


def seen_among(person: Person, ids: Iterable[int]) -> set[int]:
    """Those of some goals that the person may see.

    For few among many: asked as a subquery (`parent__in=visible(person)`) SQLite first lists
    every goal of the organisation.
    """
    wanted = list(set(ids))
    found: set[int] = set()
    for first in range(0, len(wanted), _MANY):
        rows = visible(person).filter(pk__in=wanted[first : first + _MANY]).order_by()
        found.update(rows.values_list("pk", flat=True))
    return found


def visible(person: Person) -> QuerySet[Goal]:
    """Every goal the person may see: the only way to lists, counts and searches.

    organisation: everyone but guests. unit: members of the unit and its parts (of a team:
    its members), leaders of it or above, and participants. participants: owner, data
    owner, contributors, delegates, named readers, managers of owner and contributors.
    private: the same without managers: whoever has a part in it is named by its owner, a
    contributor as much as a reader. Strategists see all that is not private.
    """
    return _visible(standing_of(person), today_of(person)).all()


@lru_cache(maxsize=200)
def _visible(me: Membership, today: date) -> QuerySet[Goal]:
    """The question of `visible`, which no row is read by: every page asks it several times, and
    putting it together takes longer than most of the answers."""
    goals = Goal.objects.filter(organisation_id=me.organisation_id)
    if not me.is_active:
        return goals.none()
    parts = Participant.objects.filter(person_id=me.person_id)
    delegated = Q(role=ParticipantRole.DELEGATE) & (
        (Q(since=None) | Q(since__lte=today)) & (Q(until=None) | Q(until__gte=today))
    )
    shared = parts.filter(Q(role__in=_SHARED) | delegated).values("goal_id").order_by()
    if me.is_guest:
        # A union of three indexed look-ups: a guest sees little, and must not scan for it.
        owned = Goal.objects.filter(owner_id=me.person_id).values("id").order_by()
        fed = Goal.objects.filter(data_owner_id=me.person_id).values("id").order_by()
        return goals.filter(id__in=owned.union(fed, shared))
    mine = Q(owner_id=me.person_id) | Q(data_owner_id=me.person_id) | Q(id__in=shared)
    if me.is_strategist:
        return goals.filter(~Q(visibility=Visibility.PRIVATE) | mine)
    seen = Q(visibility=Visibility.ORGANISATION) | mine
    if me.report_ids:
        theirs = Participant.objects.filter(
            person_id__in=me.report_ids, role=ParticipantRole.CONTRIBUTOR
        )
        seen |= Q(visibility__in=(Visibility.UNIT, Visibility.PARTICIPANTS)) & (
            Q(owner_id__in=me.report_ids) | Q(id__in=theirs.values("goal_id").order_by())
        )
    if me.home_ids:
        seen |= Q(visibility=Visibility.UNIT, unit_id__in=me.home_ids)
    if me.led_paths:
        below = Q()
        for path in me.led_paths:
            below |= Q(path__startswith=path)
        led = Unit.objects.filter(below, organisation_id=me.organisation_id)
        led_ids = led.values("id").order_by()
        their_people = Person.objects.filter(unit_id__in=led_ids).values("id").order_by()
        seen |= Q(visibility=Visibility.UNIT) & (
            Q(unit_id__in=led_ids)
            | Q(unit_id=None, level=Level.INDIVIDUAL, owner_id__in=their_people)
        )
    return goals.filter(seen)
