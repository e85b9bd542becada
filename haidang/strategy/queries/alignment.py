"""What one person works for: their goals of the running cycles, how these hang together, and
what each serves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from haidang.goals.access import cycles_visible, verbs_of_each, visible
from haidang.goals.models import GONE, Alignment, Cycle, Goal, Kind, Relation, State
from haidang.goals.queries import Outlook, outlook
from haidang.goals.queries.choices import KIND_ORDER
from haidang.goals.queries.outlook import NOTHING
from haidang.people.access import today_of
from haidang.people.models import Person
from haidang.strategy.queries.attention import BESIDE
from haidang.strategy.queries.charts import targets_of
from haidang.strategy.queries.trail import Step, trails

#: More than anybody works for at once.
MOST = 60
#: Goals of others shown beside one's own, over all of them.
MOST_TIES = 200
#: Links from below that are told from above, whoever owns what is below.
_TOLD = (Relation.IMPROVES, Relation.DECOMPOSES)


@dataclass(frozen=True, slots=True)
class Stood:
    """A goal with where it stands."""

    goal: Goal
    outlook: Outlook
    target: Decimal | None  # of a KPI, over what was reported


@dataclass(frozen=True, slots=True)
class Tie:
    """A link beside the way up: what it means read from one's own goal, and the other end."""

    relation: str
    is_up: bool
    other: Stood


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own goal; `chain` leads from what it serves up to the Ultimate Goal."""

    own: Stood
    key_results: Sequence[Stood]
    chain: Sequence[Stood]
    ties: Sequence[Tie]
    is_linked: bool
    may_link: bool

    @property
    def arrives(self) -> bool:
        """Whether the way up reaches an Ultimate Goal."""
        return bool(self.chain) and self.chain[-1].goal.kind == Kind.ULTIMATE


@dataclass(frozen=True, slots=True)
class MyAlignment:
    cycles: Sequence[Cycle]  # those that run today and have goals of the person
    okrs: Sequence[Mine]
    kpis: Sequence[Mine]
    loose: Sequence[Mine]  # of both, what is linked to nothing
    more: bool

    @property
    def goals(self) -> list[Goal]:
        """Every goal on the page, once."""
        found: dict[int, Goal] = {}
        for one in (*self.loose, *self.okrs, *self.kpis):
            others = [*one.key_results, *one.chain, *(tie.other for tie in one.ties)]
            found |= {stood.goal.pk: stood.goal for stood in (one.own, *others)}
        return list(found.values())


def my_alignment(person: Person, of: Person | None = None) -> MyAlignment:
    """The page of one's own goals, or of those `of` somebody else as far as the person sees
    them, in a fixed number of queries."""
    today = today_of(person)
    mine, more = _mine(person, of or person, today)
    ids = [goal.pk for goal in mine]
    up = list(
        Alignment.objects.filter(child_id__in=ids)
        .exclude(parent__state__in=GONE)
        .order_by("position", "id")
    )
    down = list(
        Alignment.objects.filter(parent_id__in=ids)
        .filter(Q(relation__in=_TOLD) | Q(child_id__in=ids))
        .exclude(relation=Relation.COMPOSITION)
        .order_by("position", "id")[:MOST_TIES]
    )
    ways = trails(person, ids)
    near = {e.parent_id for e in up} | {e.child_id for e in down}
    near |= {step.id for way in ways.values() for step in way}
    others = visible(person).filter(pk__in=near - set(ids))
    others = others.exclude(state__in=GONE)
    others = others.select_related("standing", "owner", "unit", "cycle")
    known = {goal.pk: goal for goal in (*mine, *others.order_by())}
    looks = outlook(person.organisation, known, today)
    targets = targets_of(known.values())
    stood = {pk: Stood(goal, looks.get(pk, NOTHING), targets.get(pk)) for pk, goal in known.items()}
    verbs = verbs_of_each(person, mine)
    composed = {e.child_id: e.parent_id for e in up if e.relation == Relation.COMPOSITION}

    def whole(goal: Goal) -> Mine:
        over = [e for e in up if e.child_id == goal.pk]
        chain = _chain(ways[goal.pk], stood)
        served = {chain[0].goal.pk} if chain else set()
        return Mine(
            own=stood[goal.pk],
            key_results=[stood[k] for k, above in composed.items() if above == goal.pk],
            chain=chain,
            ties=_ties(goal, over, down, stood, served),
            is_linked=any(e.relation not in BESIDE for e in over),
            may_link="link" in verbs[goal.pk],
        )

    # A key result stands with its objective where that is one's own, too.
    alone = [goal for goal in mine if composed.get(goal.pk) not in set(ids)]
    all_of_it = [whole(goal) for goal in alone]
    linked = [one for one in all_of_it if one.is_linked]
    return MyAlignment(
        cycles=_cycles(person, mine),
        okrs=[one for one in linked if one.own.goal.kind != Kind.KPI],
        kpis=[one for one in linked if one.own.goal.kind == Kind.KPI],
        loose=[one for one in all_of_it if not one.is_linked],
        more=more,
    )


def _mine(person: Person, of: Person, today: date) -> tuple[list[Goal], bool]:
    """What somebody owns or feeds and what runs today, objectives first."""
    rows = visible(person).filter(
        Q(owner=of) | Q(data_owner=of),
        Q(cycle=None) | Q(cycle__starts__lte=today, cycle__ends__gte=today),
        state=State.ACTIVE,
        kind__in=(Kind.OBJECTIVE, Kind.KEY_RESULT, Kind.KPI),
    )
    rows = rows.select_related("standing", "owner__unit", "unit", "cycle")
    found = list(rows.order_by("rank", "id")[: MOST + 1])
    more, found = len(found) > MOST, found[:MOST]
    return sorted(found, key=lambda goal: KIND_ORDER.index(Kind(goal.kind))), more


def _cycles(person: Person, goals: Iterable[Goal]) -> list[Cycle]:
    """The cycles of these goals, the shortest first."""
    ids = {goal.cycle_id for goal in goals if goal.cycle_id}
    return list(cycles_visible(person).filter(pk__in=ids).order_by("-starts", "ends"))


def _chain(way: Sequence[Step], stood: Mapping[int, Stood]) -> list[Stood]:
    """From the parent upward; it ends before what was given up."""
    found: list[Stood] = []
    for step in reversed(way):
        if step.id not in stood:
            break
        found.append(stood[step.id])
    return found


def _ties(
    goal: Goal,
    up: Iterable[Alignment],
    down: Iterable[Alignment],
    stood: Mapping[int, Stood],
    served: set[int],
) -> list[Tie]:
    """The links of a goal beside its way up, as far as the other end is seen."""
    over = [
        Tie(e.relation, True, stood[e.parent_id])
        for e in up
        if e.parent_id in stood and (e.parent_id not in served or e.relation in _TOLD)
    ]
    under = [
        Tie(e.relation, False, stood[e.child_id])
        for e in down
        if e.parent_id == goal.pk and e.child_id in stood
    ]
    return over + under
