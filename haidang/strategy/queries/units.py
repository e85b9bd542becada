"""What a unit's page shows beside its own goals: how its parts fare, what other units ask of
it, and what it asks of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from haidang.goals.access import visible
from haidang.goals.models import Alignment, Goal, Kind, Relation, State
from haidang.goals.queries import outlook
from haidang.goals.queries.outlook import NOTHING
from haidang.goals.rules.health import ALL as HEALTHS
from haidang.people.access import today_of
from haidang.people.models import Person, Unit
from haidang.strategy.queries.alignment import Stood
from haidang.strategy.queries.board import Tally

#: Goals of all parts that are looked at; beyond, the page says so.
LOOKED_AT = 1000
#: Links to other units that are read, and of each side that are shown.
MOST_READ = 300
MOST_SHOWN = 12
#: Links by which one unit asks something of another.
ASKING = (Relation.CROSS_TEAM, Relation.DEPENDS_ON, Relation.SUPPORTS)


@dataclass(frozen=True, slots=True)
class Parts:
    """How each part of a unit fares, by unit id; its own parts are counted in it."""

    of: dict[int, Tally]
    cut: bool  # there are more goals than were looked at


@dataclass(frozen=True, slots=True)
class Crossing:
    """A link between a goal of the unit (or a part of it) and one of another unit."""

    ours: Stood
    theirs: Stood
    relation: str
    is_up: bool  # whether theirs stands above ours


@dataclass(frozen=True, slots=True)
class Crossings:
    asked: Sequence[Crossing]  # what others want of the unit
    asks: Sequence[Crossing]  # what it wants of others
    more: bool

    @property
    def goals(self) -> list[Goal]:
        pairs = [(one.ours.goal, one.theirs.goal) for one in (*self.asked, *self.asks)]
        return [goal for pair in pairs for goal in pair]


def parts_of(reader: Person, unit: Unit, below: Sequence[Unit]) -> Parts:
    """How the objectives and KPIs under way in each part of a unit fare, as far as the reader
    sees them; the same number of queries for any number of goals."""
    today = today_of(reader)
    running = Q(cycle=None) | Q(cycle__starts__lte=today, cycle__ends__gte=today)
    rows = visible(reader).filter(
        running,
        unit__path__startswith=unit.path,
        state=State.ACTIVE,
        kind__in=(Kind.OBJECTIVE, Kind.KPI),
    )
    rows = rows.exclude(unit=unit).order_by("unit__path", "id")
    found = list(rows.values_list("id", "unit__path")[: LOOKED_AT + 1])
    looked = found[:LOOKED_AT]
    looks = outlook(reader.organisation, [pk for pk, _path in looked], today)
    parts: dict[int, Tally] = {}
    for part in below:
        inside = [looks[pk] for pk, path in looked if path.startswith(part.path) and pk in looks]
        healths = Counter(look.health for look in inside)
        parts[part.pk] = Tally(
            {health: healths[health] for health in HEALTHS if healths[health]},
            sum(look.outdated for look in inside),
        )
    return Parts(parts, len(found) > LOOKED_AT)


def crossings(reader: Person, unit: Unit) -> Crossings:
    """The links between the unit with its parts and other units, as far as the reader sees
    both ends. An objective that answers another unit's key result, supports its goal or is
    waited for is asked of the unit; the other way round it asks."""
    inside = Q(child__unit__path__startswith=unit.path)
    above = Q(parent__unit__path__startswith=unit.path)
    edges = list(
        Alignment.objects.filter(
            (inside & ~above) | (above & ~inside),
            organisation_id=reader.organisation_id,
            relation__in=ASKING,
            child__state=State.ACTIVE,
            parent__state=State.ACTIVE,
            child__unit__isnull=False,
            parent__unit__isnull=False,
        )
        .order_by("-since", "id")
        .values_list("child_id", "parent_id", "relation", "child__unit__path")[: MOST_READ + 1]
    )
    ids = {pk for child, parent, _relation, _path in edges for pk in (child, parent)}
    rows = visible(reader).filter(pk__in=ids)
    goals = {g.pk: g for g in rows.select_related("standing", "owner", "unit", "cycle").order_by()}
    looks = outlook(reader.organisation, goals, today_of(reader))
    stood = {pk: Stood(goal, looks.get(pk, NOTHING), None) for pk, goal in goals.items()}
    asked: list[Crossing] = []
    asks: list[Crossing] = []
    for child, parent, relation, path in edges:
        if child not in stood or parent not in stood:
            continue
        is_up = path.startswith(unit.path)
        ours, theirs = (child, parent) if is_up else (parent, child)
        wanted = is_up != (relation == Relation.DEPENDS_ON)
        side = asked if wanted else asks
        side.append(Crossing(stood[ours], stood[theirs], relation, is_up))
    more = len(edges) > MOST_READ or max(len(asked), len(asks)) > MOST_SHOWN
    return Crossings(asked[:MOST_SHOWN], asks[:MOST_SHOWN], more)
