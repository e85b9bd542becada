"""What leaders read: where the pillars stand, what moved them in a week, what needs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils import timezone

from haidang.checkins.models import CheckIn
from haidang.goals.access import visible
from haidang.goals.models import Goal, Kind
from haidang.goals.queries import outlook
from haidang.goals.queries.outlook import NOTHING
from haidang.goals.rules.health import AT_RISK, OFF_TRACK
from haidang.people.access import today_of
from haidang.people.models import Person
from haidang.strategy.queries.attention import Attention, Wanted, attention
from haidang.strategy.queries.home import Card, top_of, week_ago
from haidang.strategy.queries.moves import WEEK, moves

#: Goals told of below each pillar that moved.
MOST_MOVERS = 4
#: Rows of each reason in the head of the list of what needs attention.
MOST_WRONG = 3
#: Goals behind whose way up is walked, the furthest behind first.
_WALKED = 600


@dataclass(frozen=True, slots=True)
class Mover:
    """A goal below a pillar that made it move, its own move, and the report that did it."""

    goal: Goal
    before: int | None
    after: int | None
    record: CheckIn | None


@dataclass(frozen=True, slots=True)
class Pillar:
    """A pillar, what moved below it, and how many goals below are behind."""

    card: Card
    movers: Sequence[Mover]
    others: int  # further goals that moved it, those that are not open to the reader among them
    at_risk: int
    off_track: int


@dataclass(frozen=True, slots=True)
class Overview:
    tops: Sequence[Card]  # the Ultimate Goals
    pillars: Sequence[Pillar]
    attention: Attention


def overview(person: Person) -> Overview:
    """The whole page, in a fixed number of queries."""
    today = today_of(person)
    top = top_of(person)
    ids = [goal.pk for goal in top]
    looks = outlook(person.organisation, ids, today)
    before = week_ago(ids, today)
    cards = [Card(g, looks.get(g.pk, NOTHING), before.get(g.pk)) for g in top]
    found = moves(
        person,
        today,
        [g for g in top if g.kind == Kind.PILLAR],
        before,
        {pk: look.progress for pk, look in looks.items()},
        most_causes=MOST_MOVERS,
    )
    movers = _movers(person, {g.pk for move in found for g in move.causes}, today)
    told = {
        move.goal.pk: ([movers[g.pk] for g in move.causes if g.pk in movers], move.others)
        for move in found
    }
    wrong = attention(person, Wanted(), shown=MOST_WRONG)
    at_risk = _below(wrong.ids[AT_RISK], ids)
    off_track = _below(wrong.ids[OFF_TRACK], ids)
    return Overview(
        tops=[card for card in cards if card.goal.kind == Kind.ULTIMATE],
        pillars=[
            Pillar(
                card,
                *told.get(card.goal.pk, ([], 0)),
                at_risk.get(card.goal.pk, 0),
                off_track.get(card.goal.pk, 0),
            )
            for card in cards
            if card.goal.kind == Kind.PILLAR
        ],
        attention=wrong,
    )


def _movers(person: Person, ids: set[int], today: date) -> dict[int, Mover]:
    """Each of these goals with its move of a week and its latest report in it."""
    goals = visible(person).filter(pk__in=ids).select_related("standing", "owner")
    before = week_ago(list(ids), today)
    reports = CheckIn.objects.filter(
        goal_id__in=ids, live=True, recorded_at__gte=timezone.now() - WEEK
    )
    reports = reports.select_related("author").order_by("for_day", "id")
    latest = {record.goal_id: record for record in reports}
    return {
        g.pk: Mover(g, before.get(g.pk), g.standing.progress, latest.get(g.pk))
        for g in goals.prefetch_related("milestones").order_by()
    }


_ABOVE = """
WITH RECURSIVE up(start, id) AS (
  SELECT id, id FROM goals_goal WHERE id IN ({ids})
  UNION
  SELECT up.start, a.parent_id FROM goals_alignment a JOIN up ON a.child_id = up.id
  WHERE a.relation NOT IN ('supports', 'depends_on', 'computes')
)
SELECT id, COUNT(*) FROM up WHERE start <> id AND id IN ({tops}) GROUP BY id
"""


def _below(ids: Sequence[int], tops: Iterable[int]) -> dict[int, int]:
    """How many of these goals hang below each of the `tops`: one query."""
    walked, wanted = list(ids[:_WALKED]), list(tops)
    if not walked or not wanted:
        return {}
    sql = _ABOVE.format(ids=",".join("%s" for _ in walked), tops=",".join("%s" for _ in wanted))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*walked, *wanted])
        return dict(cursor.fetchall())
