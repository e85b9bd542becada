"""Everybody who has a part in a goal, by what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from haidang.goals.access import visible
from haidang.goals.models import Goal, Participant, ParticipantRole
from haidang.people.access import people_visible, standing_of, today_of
from haidang.people.models import Person, Role, RoleGrant


@dataclass(frozen=True, slots=True)
class Part:
    """A person's part. `state` of a delegate's: "", "later" or "over"."""

    person: Person
    since: date | None
    until: date | None
    is_guest: bool
    state: str = ""


def participants_of(actor: Person, goal: Goal) -> Mapping[str, Sequence[Part]]:
    """The parts of a goal that the actor sees, by role in the order of the roles; a guest
    knows of themself alone. Two queries."""
    rows = Participant.objects.filter(goal=goal).select_related("person")
    if standing_of(actor).is_guest:
        rows = rows.filter(person=actor)
    found: dict[str, list[Part]] = {role: [] for role in ParticipantRole.values}
    parts = list(rows.order_by("person__sort_key", "person_id"))
    guests = _guests([part.person_id for part in parts])
    today = today_of(actor)
    for part in parts:
        state = "later" if part.since and part.since > today else ""
        state = "over" if part.until and part.until < today else state
        found[part.role].append(
            Part(part.person, part.since, part.until, part.person_id in guests, state)
        )
    return found


def _guests(ids: Sequence[int]) -> set[int]:
    """Which of these people hold the role guest and no other."""
    roles: dict[int, set[str]] = {}
    rows = RoleGrant.objects.filter(person_id__in=ids, until=None)
    for person_id, role in rows.values_list("person_id", "role"):
        roles.setdefault(person_id, set()).add(role)
    return {pk for pk, held in roles.items() if held == {Role.GUEST}}


def shared_with(actor: Person, subject: Person) -> QuerySet[Goal]:
    """Goals that name `subject` or in which they take part, as far as the actor sees them."""
    roles = (ParticipantRole.NAMED, ParticipantRole.CONTRIBUTOR, ParticipantRole.DELEGATE)
    if not people_visible(actor).filter(pk=subject.pk).exists():
        return Goal.objects.none()
    parts = Participant.objects.filter(person=subject, role__in=roles)
    seen = visible(actor).filter(pk__in=parts.values("goal_id").order_by())
    return seen.order_by("kind", "rank", "id")
