"""Why a number stands elsewhere than a week ago: what below it was reported or changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from haidang.activity.latest import latest_since
from haidang.goals.access import visible
from haidang.goals.models import Goal
from haidang.people.models import Person

WEEK = timedelta(days=7)
#: Events of a week that are looked at, the latest first.
LOOKED_AT = 1000
MOST_MOVES = 6
MOST_CAUSES = 2


@dataclass(frozen=True, slots=True)
class Move:
    """A goal's number then and now (billionths), and the goals below that moved it.

    `others` counts further causes, those that the reader may not know of among them.
    """

    goal: Goal
    before: int
    after: int
    causes: Sequence[Goal]
    others: int


def moves(
    person: Person,
    today: date,
    goals: Sequence[Goal],
    before: Mapping[int, int | None],
    after: Mapping[int, int | None],
    *,
    most_causes: int = MOST_CAUSES,
) -> list[Move]:
    """The moves of these goals in a week, the widest first; two queries.

    What moved by its own reports alone is left out: the log tells these.
    """
    ways = {
        g.pk: now - then
        for g in goals
        if (now := after.get(g.pk)) is not None and (then := before.get(g.pk)) is not None
    }
    moved = {i: way for i, way in ways.items() if abs(way) >= 500_000}
    if not moved:
        return []
    causes = _causes(person, today, moved)
    wanted = {i for found in causes.values() for i in found}
    seen = {g.pk: g for g in visible(person).filter(pk__in=wanted)}
    result = []
    for goal in sorted(goals, key=lambda g: -abs(ways.get(g.pk, 0))):
        found = causes.get(goal.pk, [])
        if goal.pk in moved and found:
            named = [seen[i] for i in found if i in seen][:most_causes]
            then, now = before[goal.pk], after[goal.pk]
            assert then is not None
            assert now is not None
            result.append(Move(goal, then, now, named, len(found) - len(named)))
    return result


def _causes(person: Person, today: date, moved: Mapping[int, int]) -> dict[int, list[int]]:
    """Of each goal the goals whose changes reached its number: first those that went the way
    that it went, then those of which that cannot be told, the widest change first.
    """
    zone = ZoneInfo(person.organisation.time_zone)
    since = datetime.combine(today - WEEK + timedelta(days=1), time.min, zone)
    events = latest_since(person.organisation_id, since).filter(subject_kind="goal")[:LOOKED_AT]
    causes: dict[int, dict[int, _Cause]] = {}
    for subject, touched, data in events.values_list("subject_id", "touched", "data"):
        for goal_id in moved.keys() & set(touched):
            if subject and subject != goal_id:
                causes.setdefault(goal_id, {}).setdefault(subject, _Cause()).take(data)
    return {
        goal_id: sorted(found, key=lambda i: (*found[i].place(moved[goal_id]), i))
        for goal_id, found in causes.items()
    }


@dataclass(slots=True)
class _Cause:
    """What happened to a goal below: by how much its own number went, and whether something
    happened of which that does not tell, as a first report or a new link."""

    way: int = 0
    is_open: bool = False

    def take(self, data: Mapping[str, object]) -> None:
        then, now = data.get("from"), data.get("to")
        if isinstance(then, int) and isinstance(now, int):
            self.way += now - then
        else:
            self.is_open = True

    def place(self, whole: int) -> tuple[int, int]:
        """Where it stands among the causes of a number that went by `whole`."""
        along = self.way * whole > 0
        return 0 if along else 1 if self.is_open else 2, -abs(self.way)
