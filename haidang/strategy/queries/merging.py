"""What becomes of everything in a unit that is to be merged into another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, IntegerField, When

from haidang.goals.access import visible
from haidang.goals.models import Goal, Kind, State
from haidang.people.models import Person, TeamMember, Unit, UnitLeader

#: Names of each kind that are shown; counts are of all.
NAMED = 12
NAMED_GOALS = 6
_UNDER_WAY = Case(When(state=State.ACTIVE, then=0), default=1, output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class Moving:
    """Things that move: the first of them by name, and how many there are."""

    first: Sequence[str]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.first)


@dataclass(frozen=True, slots=True)
class MergePreview:
    people: Moving
    units: Moving
    goals: Moving  # named are those that the reader sees, without key results
    leaders: Sequence[Person]  # of both, today


def merge_preview(actor: Person, unit: Unit, into: Unit) -> MergePreview:
    """What moves from `unit` to `into`, for an administrator: the names of goals as far as
    they see them, their number in whole. Seven queries, whatever moves."""
    members = TeamMember.objects.filter(team=unit, until=None).values("person_id")
    people = Person.objects.filter(is_active=True)
    people = (
        people.filter(pk__in=members)
        if unit.kind == Unit.Kind.TEAM
        else people.filter(unit_id=unit.pk)
    )
    parts = unit.children.filter(archived_at=None)
    seen = visible(actor).filter(unit_id=unit.pk).exclude(kind=Kind.KEY_RESULT)
    seen = seen.order_by(_UNDER_WAY, "kind", "rank", "id")
    leading = UnitLeader.objects.filter(
        unit_id__in=[unit.pk, into.pk], until=None, person__is_active=True
    )
    return MergePreview(
        people=Moving(
            list(people.order_by("sort_key", "pk").values_list("name", flat=True)[:NAMED]),
            people.count(),
        ),
        units=Moving(list(parts.values_list("name", flat=True)[:NAMED]), parts.count()),
        goals=Moving(
            [f"{one.public_id} {one.title}" for one in seen[:NAMED_GOALS]],
            Goal.objects.filter(unit_id=unit.pk).count(),
        ),
        leaders=list(
            Person.objects.filter(pk__in=leading.values("person_id")).order_by("sort_key", "pk")
        ),
    )
