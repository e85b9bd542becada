"""The goals of a person, a unit or a team on one page: KPIs, objectives with their key
results, how all of them fare, what is outdated and what falls due next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, When

from haidang.goals.access import cycles_visible, visible
from haidang.goals.models import (
    Alignment,
    Cycle,
    Goal,
    Kind,
    Level,
    ParticipantRole,
    Relation,
    State,
)
from haidang.goals.queries import outlook
from haidang.goals.queries.choices import KIND_ORDER
from haidang.goals.queries.outlook import NOTHING
from haidang.goals.rules.health import ALL as HEALTHS
from haidang.people.access import today_of
from haidang.people.models import Person, Unit
from haidang.strategy.queries.alignment import Stood
from haidang.strategy.queries.charts import targets_of
from haidang.strategy.queries.goals import named

#: Goals of one page; the list of goals has all of them.
MOST = 100
#: Goals that somebody contributes to; outdated ones and deadlines shown of each.
MOST_HELPED = 12
MOST_BESIDE = 5
OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Part:
    """An objective with its key results, or a key result whose objective is another's."""

    own: Stood
    key_results: Sequence[Stood] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How some goals fare: how many have each health, the worst last, and how many of what
    is measured is outdated. Means in billionths, of the objectives that have data."""

    healths: Mapping[str, int]
    outdated: int
    progress: int | None = None
    expected: int | None = None
    of: int = 0  # objectives in the mean
    without: int = 0  # objectives that have no data

    @property
    def total(self) -> int:
        return sum(self.healths.values())


@dataclass(frozen=True, slots=True)
class Board:
    """`cycle` is None where the cycles that run today were asked for."""

    cycle: Cycle | None
    cycles: Sequence[Cycle]  # those with goals of this person or unit, the latest first
    strategy: Sequence[Part]  # Ultimate Goals and pillars
    okrs: Sequence[Part]
    kpis: Sequence[Part]
    contributes: Sequence[Part]
    tally: Tally
    outdated: Sequence[Stood]
    next_due: Sequence[Stood]  # key results by their deadline
    more: bool

    @property
    def parts(self) -> list[Part]:
        return [*self.strategy, *self.okrs, *self.kpis]

    @property
    def goals(self) -> list[Goal]:
        """Every goal shown, once."""
        found: dict[int, Goal] = {}
        for part in (*self.parts, *self.contributes):
            found |= {one.goal.pk: one.goal for one in (part.own, *part.key_results)}
        return list(found.values())


def of_person(subject: Person) -> Q:
    """What somebody owns, or feeds with data."""
    return Q(owner=subject) | Q(data_owner=subject)


def of_unit(unit: Unit) -> Q:
    """What the unit itself has: not the personal goals of its people, and a key result only
    where its objective is another unit's. To the topmost unit belongs what has no unit."""
    home = Q(unit=unit)
    if unit.parent_id is None:
        home |= Q(unit=None) & (Q(level=Level.COMPANY) | Q(kind__in=(Kind.ULTIMATE, Kind.PILLAR)))
    composed = Alignment.objects.filter(child=OuterRef("pk"), relation=Relation.COMPOSITION)
    elsewhere = Exists(composed.exclude(parent__unit=unit))
    own = ~Q(kind=Kind.KEY_RESULT) & ~Q(level=Level.INDIVIDUAL)
    return home & (own | Q(Q(kind=Kind.KEY_RESULT) & Q(elsewhere)))


def board(reader: Person, wanted: Q, asked: Mapping[str, str], *, feeds: Person | None) -> Board:
    """The goals that `wanted` names and the reader sees, of the cycle in the address (else of
    those that run today), in a fixed number of queries; with what `feeds` contributes to."""
    today = today_of(reader)
    all_of_it = visible(reader).filter(wanted, state__in=(State.ACTIVE, State.CLOSED))
    offered = cycles_visible(reader).filter(
        pk__in=all_of_it.exclude(cycle=None).order_by().values("cycle_id")
    )
    cycle = named(offered, asked.get("cycle", ""))
    during = _during(cycle, today)
    height = Case(
        *(When(kind=kind, then=at) for at, kind in enumerate(KIND_ORDER)),
        output_field=IntegerField(),
    )
    rows = all_of_it.filter(during).select_related("standing", "owner", "unit", "cycle")
    found = list(rows.order_by(height, "rank", "id")[: MOST + 1])
    more, own = len(found) > MOST, found[:MOST]
    others = _contributed(reader, feeds, during)
    below = key_results_of(reader, [g.pk for g in (*own, *others) if g.kind == Kind.OBJECTIVE])
    known = {g.pk: g for g in (*own, *others, *(kr for some in below.values() for kr in some))}
    looks = outlook(reader.organisation, known, today)
    targets = targets_of(known.values())
    stood = {pk: Stood(g, looks.get(pk, NOTHING), targets.get(pk)) for pk, g in known.items()}
    nested = {kr.pk for some in below.values() for kr in some}

    def parts(goals: Iterable[Goal], *kinds: str) -> list[Part]:
        return [
            Part(stood[g.pk], [stood[kr.pk] for kr in below.get(g.pk, ())])
            for g in goals
            if g.kind in kinds and g.pk not in nested
        ]

    okrs = parts(own, Kind.OBJECTIVE, Kind.KEY_RESULT)
    kpis = parts(own, Kind.KPI)
    strategy = parts(own, Kind.ULTIMATE, Kind.PILLAR)
    measured = [one for part in (*okrs, *kpis) for one in (part.own, *part.key_results)]
    late = [one for one in measured if one.outlook.outdated]
    due = [
        one
        for one in measured
        if one.goal.kind == Kind.KEY_RESULT
        and one.goal.state == State.ACTIVE
        and one.goal.ends is not None
        and one.goal.ends >= today
        and one.outlook.health != "done"
    ]
    return Board(
        cycle=cycle,
        cycles=list(offered.order_by("-starts", "ends", "id")),
        strategy=strategy,
        okrs=okrs,
        kpis=kpis,
        contributes=parts(others, *KIND_ORDER),
        tally=tally([p.own for p in (*strategy, *okrs, *kpis)], outdated=len(late)),
        outdated=sorted(late, key=_silent)[:MOST_BESIDE],
        next_due=sorted(due, key=lambda one: (one.goal.ends or today, one.goal.pk))[:MOST_BESIDE],
        more=more,
    )


def tally(some: Sequence[Stood], *, outdated: int) -> Tally:
    """Counted and, over the objectives that have data, averaged; each weighs the same."""
    healths = Counter(one.outlook.health for one in some)
    objectives = [one.outlook for one in some if one.goal.kind == Kind.OBJECTIVE]
    data = [look for look in objectives if look.progress is not None]
    return Tally(
        {health: healths[health] for health in HEALTHS if healths[health]},
        outdated,
        mean(look.progress for look in data),
        mean(look.expected for look in data),
        len(data),
        len(objectives) - len(data),
    )


def mean(values: Iterable[int | None]) -> int | None:
    """The plain mean of billionths, those that are unknown left out."""
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known)) if known else None


def _silent(one: Stood) -> Any:
    day = one.goal.standing.own_day
    return (day or date.min, one.goal.pk)


def _during(cycle: Cycle | None, today: date) -> Q:
    """What belongs to a cycle; without one what runs today, KPIs and the strategy too."""
    if cycle is not None:
        return Q(cycle=cycle)
    running = Q(cycle__starts__lte=today, cycle__ends__gte=today)
    return running | Q(cycle=None, state=State.ACTIVE)


def _contributed(reader: Person, subject: Person | None, during: Q) -> list[Goal]:
    if subject is None:
        return []
    rows = visible(reader).filter(
        during,
        participants__person=subject,
        participants__role=ParticipantRole.CONTRIBUTOR,
        state__in=(State.ACTIVE, State.CLOSED),
    )
    rows = rows.select_related("standing", "owner", "unit", "cycle")
    return list(rows.order_by("rank", "id")[:MOST_HELPED])


def key_results_of(reader: Person, objectives: Sequence[int]) -> dict[int, list[Goal]]:
    """The key results that the reader sees, by their objective: two queries."""
    edges = Alignment.objects.filter(parent_id__in=objectives, relation=Relation.COMPOSITION)
    pairs = list(edges.order_by("position", "id").values_list("child_id", "parent_id"))
    rows = visible(reader).filter(pk__in=[child for child, _parent in pairs])
    rows = rows.filter(state__in=(State.ACTIVE, State.CLOSED))
    rows = rows.select_related("standing", "owner", "unit", "cycle").order_by()
    seen = {goal.pk: goal for goal in rows}
    found: dict[int, list[Goal]] = {}
    for child, parent in pairs:
        if child in seen:
            found.setdefault(parent, []).append(seen[child])
    return found
