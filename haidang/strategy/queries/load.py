"""How much people have on their hands: never how well they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from haidang.checkins.queries import late_of
from haidang.goals.access import visible
from haidang.goals.models import Cycle, Kind, Participant, ParticipantRole, State
from haidang.goals.queries.choices import running_cycle
from haidang.people.models import Person


@dataclass(frozen=True, slots=True)
class Load:
    """Of one person, as far as the reader sees the goals."""

    goals: int = 0  # active ones that they own
    due: int = 0  # key results of theirs with a deadline in the cycle that runs
    owed: int = 0  # check-ins that are due today or late
    contributes: int = 0  # active goals of others that they contribute to


@dataclass(frozen=True, slots=True)
class Loads:
    """The load of some people, by person id; `cycle` is the one in which `due` counts."""

    cycle: Cycle | None
    of: dict[int, Load]

    def __getitem__(self, person: Person) -> Load:
        return self.of.get(person.pk, NOTHING)


NOTHING = Load()


def loads(reader: Person, people: Sequence[Person]) -> Loads:
    """The load of each of these people, in a fixed number of queries."""
    ids = [one.pk for one in people]
    cycle = running_cycle(reader)
    active = visible(reader).filter(state=State.ACTIVE)
    due = Q(kind=Kind.KEY_RESULT)
    due &= Q(ends__gte=cycle.starts, ends__lte=cycle.ends) if cycle else Q(pk=None)
    owned = active.filter(owner_id__in=ids).order_by().values("owner_id")
    counted = {
        row["owner_id"]: (row["goals"], row["due"])
        for row in owned.annotate(goals=Count("pk"), due=Count("pk", filter=due))
    }
    parts = Participant.objects.filter(
        person_id__in=ids, role=ParticipantRole.CONTRIBUTOR, goal__in=active.order_by()
    )
    helped = dict(parts.order_by().values_list("person_id").annotate(Count("pk")))
    late = late_of(reader, people)
    return Loads(
        cycle,
        {pk: Load(*counted.get(pk, (0, 0)), late.get(pk, 0), helped.get(pk, 0)) for pk in ids},
    )
