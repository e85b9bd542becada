"""Rows as the API shows them: the same number of queries for three and for three hundred."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from haidang.checkins.models import CheckIn
from haidang.goals.models import Alignment, Goal, Participant, ParticipantRole
from haidang.people.models import Person, RoleGrant, Unit, UnitLeader

_SHOWN_ROLES = [ParticipantRole.CONTRIBUTOR, ParticipantRole.NAMED]


def shaped(goals: QuerySet[Goal]) -> QuerySet[Goal]:
    """Goals with everything that their representation names."""
    return goals.select_related(
        "standing",
        "owner",
        "data_owner",
        "unit",
        "cycle",
        "created_by",
        "proposed_by",
        "close_proposed_by",
    ).prefetch_related(
        "tags",
        "milestones",
        Prefetch(
            "participants",
            Participant.objects.filter(role__in=_SHOWN_ROLES)
            .select_related("person")
            .order_by("person__sort_key", "person_id"),
        ),
        Prefetch(
            "parent_links",
            Alignment.objects.select_related("parent").order_by("id"),
        ),
    )


def shaped_people(people: QuerySet[Person]) -> QuerySet[Person]:
    return people.select_related("unit", "manager").prefetch_related(
        Prefetch("roles", RoleGrant.objects.filter(until=None).order_by("role"), "current_roles")
    )


def shaped_units(units: QuerySet[Unit]) -> QuerySet[Unit]:
    return units.select_related("parent").prefetch_related(
        Prefetch(
            "leaders",
            UnitLeader.objects.filter(until=None)
            .select_related("person")
            .order_by("person__sort_key", "person_id"),
            "current_leaders",
        )
    )


def shaped_check_ins(check_ins: QuerySet[CheckIn]) -> QuerySet[CheckIn]:
    return check_ins.select_related(
        "goal", "period", "author", "on_behalf_of", "successor", "voiding__by"
    )
