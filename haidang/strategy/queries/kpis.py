"""The tree of KPIs, from those of the company down to those of people; a branch is read when
it is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    When,
)

from haidang.goals.access import visible
from haidang.goals.models import ABOVE_PERSONS, Alignment, Goal, Kind, Level, State
from haidang.goals.queries import Outlook, outlook
from haidang.goals.queries.outlook import NOTHING
from haidang.lib.text import clean_line
from haidang.people.access import today_of
from haidang.people.models import Person
from haidang.strategy.queries.attention import BESIDE
from haidang.strategy.queries.charts import targets_of
from haidang.strategy.queries.goal import sparks_of

#: KPIs that one opening shows; the list of goals has all of them.
MOST = 25
#: The order of the tops, and of what hangs below one of them.
TOPS_ORDER = ("height", "rank", "id")
BELOW_ORDER = ("position", "child_rank", "id")
#: Up to so many KPIs those of persons that hang below none stand at the top; of more they would
#: have to be looked for through all, for every page.
FEW = 2_000
#: Branches open at once, and rows of a page.
MOST_OPEN = 40
MOST_ROWS = 400
#: Links read of the open branches.
_LINKS = 4000


@dataclass(frozen=True, slots=True)
class Row:
    """A KPI on its level of the tree; `more` KPIs below it did not fit."""

    goal: Goal
    outlook: Outlook
    target: Decimal | None  # over what was reported
    spark: Sequence[int | None]
    depth: int
    below: int  # KPIs one level down
    is_open: bool
    toggled: str  # what is open once it is opened, or closed
    way: str  # the ids from the top to it: a KPI below several stands in several places


@dataclass(frozen=True, slots=True)
class Kpi:
    """A KPI on one level of the tree, with how many KPIs hang right below it."""

    goal: Goal
    outlook: Outlook
    target: Decimal | None  # over what was reported
    trend: Sequence[int | None]  # latest points of its history, the earliest first; billionths
    below: int


@dataclass(frozen=True, slots=True)
class Left:
    """What did not fit below a KPI, or at the top (`goal` is None); without a count those of
    persons that hang below none, which were not looked for."""

    goal: Goal | None
    depth: int
    count: int | None


@dataclass(frozen=True)
class KpiTree:
    lines: Sequence[Row | Left]
    opened: str

    @property
    def goals(self) -> list[str]:
        found = (line.goal for line in self.lines if isinstance(line, Row))
        return list(dict.fromkeys(goal.public_id for goal in found))


@dataclass
class _Read:
    """What the database says of the KPIs that are shown."""

    goals: dict[int, Goal]
    below: dict[int, list[int]]  # of what is open, as far as it is shown
    counts: dict[int, int] = field(default_factory=dict)
    looks: Mapping[int, Outlook] = field(default_factory=dict)
    targets: Mapping[int, Decimal] = field(default_factory=dict)
    sparks: Mapping[int, Sequence[int | None]] = field(default_factory=dict)


def kpi_tree(person: Person, opened: str = "") -> KpiTree:
    """The KPIs that hang below no other, and what hangs below those that are `opened`
    (public ids, with commas); the same number of queries whatever is open."""
    ids = [clean_line(part).upper()[:16] for part in opened[:1000].split(",")]
    is_open = set(sorted({i for i in ids if i})[:MOST_OPEN])
    kpis = kpis_of(person)
    few = kpis.order_by()[: FEW + 1].count() <= FEW
    first, more = _tops(kpis if few else kpis.filter(level__in=ABOVE_PERSONS), kpis)
    read = _read(person, kpis, first, is_open)
    lines = _lines(first, read, is_open)
    if more:
        lines.append(Left(None, 0, more))
    if not few:
        lines.append(Left(None, 0, None))
    return KpiTree(lines, _words(is_open))


def kpis_of(person: Person) -> QuerySet[Goal]:
    """The KPIs under way that the person sees."""
    return visible(person).filter(kind=Kind.KPI, state=State.ACTIVE)


def tops(kpis: QuerySet[Goal], seen: QuerySet[Goal] | None = None) -> QuerySet[Goal]:
    """KPIs that hang below no other that is seen (`seen`: where these are only some of them);
    `height` orders them, the company first."""
    parents = kpis if seen is None else seen
    above = Alignment.objects.filter(_is_one_of(parents, "parent_id"), child_id=OuterRef("pk"))
    height = Case(
        *(When(level=level, then=at) for at, level in enumerate(Level.values)),
        default=len(Level.values),
        output_field=IntegerField(),
    )
    rows = kpis.filter(~Exists(above.exclude(relation__in=BESIDE))).annotate(height=height)
    return rows.select_related("standing", "owner", "unit")


def links_below(kpis: QuerySet[Goal], parent: Goal) -> QuerySet[Alignment]:
    """What hangs right below a KPI, as links with their child; `child_rank` orders them."""
    rows = _links(kpis).filter(parent=parent).annotate(child_rank=F("child__rank"))
    return rows.select_related("child__standing", "child__owner", "child__unit")


def shown(person: Person, kpis: QuerySet[Goal], goals: Sequence[Goal]) -> list[Kpi]:
    """These KPIs with what the tree says of each; the same number of queries for any number."""
    found = _Read({goal.pk: goal for goal in goals}, {})
    _look(person, kpis, found)
    return [
        Kpi(
            goal,
            found.looks.get(goal.pk, NOTHING),
            found.targets.get(goal.pk),
            found.sparks.get(goal.pk, ()),
            found.counts.get(goal.pk, 0),
        )
        for goal in goals
    ]


def _words(opened: Iterable[str]) -> str:
    return ",".join(sorted(opened))


def _links(kpis: QuerySet[Goal]) -> QuerySet[Alignment]:
    """Links to KPIs from KPIs that the reader sees, but for those that hang nothing."""
    return Alignment.objects.filter(_is_one_of(kpis, "child_id")).exclude(relation__in=BESIDE)


def _is_one_of(kpis: QuerySet[Goal], end: str) -> Exists:
    """Whether a link's end is one of these: looked up link by link, because of a list
    databases first read the whole, for a page of a few."""
    return Exists(kpis.filter(pk=OuterRef(end)).order_by())


def _tops(kpis: QuerySet[Goal], seen: QuerySet[Goal]) -> tuple[list[Goal], int]:
    """The first of the tops, and how many are left."""
    rows = tops(kpis, seen)
    found = list(rows.order_by(*TOPS_ORDER)[: MOST + 1])
    return found[:MOST], rows.count() - MOST if len(found) > MOST else 0


def _read(person: Person, kpis: QuerySet[Goal], first: Sequence[Goal], is_open: set[str]) -> _Read:
    links = _links(kpis).filter(
        parent__public_id__in=is_open, parent__organisation_id=person.organisation_id
    )
    pairs = links.order_by("position", "child__rank", "id").values_list("parent_id", "child_id")
    below: dict[int, list[int]] = {}
    for parent, child in pairs[:_LINKS]:
        some = below.setdefault(parent, [])
        if len(some) < MOST:
            some.append(child)
    wanted = {child for some in below.values() for child in some}
    rows = kpis.filter(pk__in=wanted).select_related("standing", "owner", "unit")
    found = _Read({goal.pk: goal for goal in (*first, *rows.order_by())}, below)
    _look(person, kpis, found)
    return found


def _look(person: Person, kpis: QuerySet[Goal], found: _Read) -> None:
    """What is said of each KPI that was read."""
    today = today_of(person)
    # Parent by parent: joined with all of them PostgreSQL reads every KPI that the person sees.
    counted = _links(kpis).filter(parent_id=OuterRef("pk")).order_by().values("parent_id")
    many = Subquery(counted.annotate(many=Count("id")).values("many"))
    parents = Goal.objects.filter(pk__in=list(found.goals)).order_by()
    counts = parents.annotate(many=many).values_list("pk", "many")
    found.counts = {pk: count for pk, count in counts if count}
    found.looks = outlook(person.organisation, found.goals, today)
    found.targets = targets_of(found.goals.values())
    found.sparks = sparks_of(list(found.goals), today)


def _lines(first: Sequence[Goal], read: _Read, is_open: set[str]) -> list[Row | Left]:
    """The open part of the tree in reading order."""
    lines: list[Row | Left] = []
    stack: list[tuple[int, int, str] | Left] = [(goal.pk, 0, "") for goal in reversed(first)]
    while stack and len(lines) < MOST_ROWS:
        at = stack.pop()
        if isinstance(at, Left):
            lines.append(at)
            continue
        pk, depth, above = at
        goal = read.goals[pk]
        way = f"{above}-{pk}"
        count = read.counts.get(pk, 0)
        opened = goal.public_id in is_open and count > 0
        lines.append(
            Row(
                goal=goal,
                outlook=read.looks.get(pk, NOTHING),
                target=read.targets.get(pk),
                spark=read.sparks.get(pk, ()),
                depth=depth,
                below=count,
                is_open=opened,
                toggled=_words(is_open ^ {goal.public_id}),
                way=way,
            )
        )
        if opened:
            some = [child for child in read.below.get(pk, ()) if child in read.goals]
            if count > len(some):
                stack.append(Left(goal, depth + 1, count - len(some)))
            stack += [(child, depth + 1, way) for child in reversed(some)]
    return lines
