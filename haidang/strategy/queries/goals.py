"""The list of goals: filters from the address, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from haidang.goals.access import cycles_visible, tags_visible, visible
from haidang.goals.models import Alignment, Cycle, Goal, Kind, Level, State
from haidang.goals.queries import Outlook, outlook
from haidang.goals.queries.choices import KIND_ORDER, matching
from haidang.goals.queries.outlook import NOTHING
from haidang.goals.rules.health import ALL as HEALTHS
from haidang.lib.errors import NotFound
from haidang.lib.text import clean_line, folded
from haidang.people.access import people_visible, public_id_of, today_of, units_visible
from haidang.people.models import Person, Unit
from haidang.strategy.queries.charts import targets_of

PAGE = 40
#: A search by health looks at so many goals before it asks to go on.
LOOKED_AT = 1200
#: States by the word in the address; without one, what is going on.
STATES: dict[str, tuple[str, ...]] = {
    "": (State.ACTIVE,),
    "open": (State.ACTIVE, State.SUBMITTED, State.RETURNED, State.DRAFT),
    "all": tuple(State.values),
    **{state: (state,) for state in State.values},
}
#: Groups by the word in the address: what they are ordered by.
GROUPS = {"unit": "unit__path", "owner": "owner__sort_key", "cycle": "cycle__starts"}


@dataclass(frozen=True)
class Filters:
    """What the address asks for; values that mean nothing are left out."""

    kind: str = ""
    state: str = ""
    level: str = ""
    health: str = ""
    group: str = ""
    q: str = ""
    tag: str = ""
    cycle: Cycle | None = None
    unit: Unit | None = None
    owner: Person | None = None
    mine: bool = False
    under: Goal | None = None
    after: str = ""

    @classmethod
    def of(cls, person: Person, asked: Mapping[str, str]) -> Filters:
        def one_of(name: str, offered: Any) -> str:
            value = asked.get(name, "")
            return value if value in offered else ""

        mine = asked.get("owner", "") == "me"
        return cls(
            kind=one_of("kind", Kind.values),
            state=one_of("state", STATES),
            level=one_of("level", Level.values),
            health=one_of("health", [*HEALTHS, "outdated"]),
            group=one_of("group", GROUPS),
            q=clean_line(asked.get("q", ""))[:120],
            tag=clean_line(asked.get("tag", ""))[:40],
            cycle=named(cycles_visible(person), asked.get("cycle", "")),
            unit=named(units_visible(person), asked.get("unit", "")),
            owner=person if mine else named(people_visible(person), asked.get("owner", "")),
            mine=mine,
            under=named(visible(person), asked.get("under", "")),
            after=asked.get("after", "")[:400].replace("\0", ""),  # PostgreSQL takes none
        )

    def words(self) -> dict[str, str]:
        """The filters as they stand in an address."""
        found = {
            "q": self.q, "kind": self.kind, "state": self.state, "level": self.level,
            "health": self.health, "group": self.group, "tag": self.tag,
            "cycle": self.cycle.public_id if self.cycle else "",
            "unit": self.unit.public_id if self.unit else "",
            "owner": "me" if self.mine else (self.owner.public_id if self.owner else ""),
            "under": self.under.public_id if self.under else "",
        }  # fmt: skip
        return {name: value for name, value in found.items() if value}

    def address(self, **changes: str) -> str:
        """The query of this list with something changed; empty values leave it."""
        words = {**self.words(), **changes}
        query = urlencode({name: value for name, value in words.items() if value})
        return f"?{query}" if query else "?"

    @property
    def narrowed(self) -> bool:
        return bool(set(self.words()) - {"group"})


@dataclass(frozen=True, slots=True)
class Listed:
    goal: Goal
    outlook: Outlook
    group: str  # its heading, where the list is grouped
    target: Decimal | None = None  # of a KPI, over what was reported


@dataclass(frozen=True)
class GoalList:
    """A page of goals; `after` continues it, empty at the end."""

    rows: Sequence[Listed]
    after: str
    #: A search by health stopped before it looked at everything.
    unfinished: bool = False


@dataclass
class Choices:
    """What the filters offer."""

    cycles: list[Cycle] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def choices(person: Person) -> Choices:
    """Cycles, units and tags to filter by: three queries."""
    tags = tags_visible(person).order_by("folded_name")
    return Choices(
        cycles=list(cycles_visible(person).order_by("-starts", "ends")[:60]),
        units=list(units_visible(person).filter(archived_at=None).order_by("path")[:200]),
        tags=list(tags.values_list("name", flat=True)[:60]),
    )


def named(rows: QuerySet[Any], public_id: str) -> Any:
    """The thing of that id, or None: a filter that names nothing filters nothing."""
    if not public_id:
        return None
    try:
        return rows.filter(public_id=public_id_of(public_id)).first()
    except NotFound:
        return None


def goal_list(person: Person, filters: Filters) -> GoalList:
    """A page of the goals that the person sees and the filters let through."""
    rows = filtered(person, filters).select_related("standing", "owner", "unit", "cycle")
    today = today_of(person)

    def looked(goals: Sequence[Goal]) -> list[Listed]:
        looks = outlook(person.organisation, [g.pk for g in goals], today)
        return [Listed(g, looks.get(g.pk, NOTHING), _heading(g, filters.group)) for g in goals]

    if not filters.health:
        goals, more = _page(rows, filters, filters.after, PAGE)
        return GoalList(
            _aimed(looked(goals)), _cursor(goals[-1], filters) if more and goals else ""
        )
    found: list[Listed] = []
    after, seen = filters.after, 0
    while len(found) < PAGE and seen < LOOKED_AT:
        goals, more = _page(rows, filters, after, 200)
        seen += len(goals)
        for one in looked(goals):
            if fits(one.outlook, filters.health):
                found.append(one)
                if len(found) == PAGE:
                    return GoalList(_aimed(found), _cursor(one.goal, filters))
        if not more or not goals:
            return GoalList(_aimed(found), "")
        after = _cursor(goals[-1], filters)
    return GoalList(_aimed(found), after, unfinished=True)


def _aimed(rows: Sequence[Listed]) -> list[Listed]:
    """With what each KPI was to bring so far: one query."""
    targets = targets_of(row.goal for row in rows)
    return [replace(row, target=targets.get(row.goal.pk)) for row in rows]


def fits(look: Outlook, health: str) -> bool:
    """Whether a goal has the health that a filter names."""
    return look.outdated if health == "outdated" else look.health == health


def filtered(
    person: Person, filters: Filters, *, states: Sequence[str] | None = None
) -> QuerySet[Goal]:
    """Every goal that the person sees and the filters let through, but for its health;
    `states` are others than the address says."""
    rows = visible(person).filter(state__in=states or STATES[filters.state])
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.level:
        rows = rows.filter(level=filters.level)
    if filters.cycle:
        rows = rows.filter(cycle=filters.cycle)
    if filters.unit:
        rows = rows.filter(unit__path__startswith=filters.unit.path)
    if filters.owner:
        mine = Q(owner=filters.owner)
        if filters.mine:
            mine |= Q(data_owner=filters.owner)
        rows = rows.filter(mine)
    if filters.under:
        below = Alignment.objects.filter(parent=filters.under).values("child_id").order_by()
        rows = rows.filter(pk__in=below)
    if filters.tag:
        rows = rows.filter(tags__folded_name=folded(filters.tag))
    return matching(rows, person, filters.q)


def _heading(goal: Goal, group: str) -> str:
    if group == "unit":
        return goal.unit.name if goal.unit else "–"
    if group == "owner":
        return goal.owner.name if goal.owner else "–"
    if group == "cycle":
        return goal.cycle.name if goal.cycle else "–"
    return goal.kind


# -- pages: a cursor says after which goal the next one begins ------------------------------


def _page(rows: QuerySet[Goal], filters: Filters, after: str, size: int) -> tuple[list[Goal], bool]:
    """The first goals after a cursor, and whether there are more.

    Without a grouping it goes kind by kind, each in the order of an index.
    """
    parts = after.rsplit("~", 2) if after else []
    if filters.group:
        return _grouped(rows, GROUPS[filters.group], parts, size)
    found: list[Goal] = []
    kinds = [filters.kind] if filters.kind else [str(kind) for kind in KIND_ORDER]
    if len(parts) == 3 and parts[0] in kinds:
        kinds = kinds[kinds.index(parts[0]) :]
    else:
        parts = []
    for at, kind in enumerate(kinds):
        room = size + 1 - len(found)
        if room <= 0:
            break
        some = rows.filter(kind=kind)
        if at == 0 and parts:
            rank, last = _whole(parts[1]), _whole(parts[2])
            some = some.filter(Q(rank__gt=rank) | Q(rank=rank, id__gt=last))
        found += some.order_by("rank", "id")[:room]
    return found[:size], len(found) > size


def _grouped(
    rows: QuerySet[Goal], key: str, parts: list[str], size: int
) -> tuple[list[Goal], bool]:
    text = CharField()
    rows = rows.annotate(group_key=Coalesce(Cast(F(key), text), Value(""), output_field=text))
    if len(parts) == 3:
        name, rank, last = parts[0], _whole(parts[1]), _whole(parts[2])
        later = Q(group_key=name, rank__gt=rank) | Q(group_key=name, rank=rank, id__gt=last)
        rows = rows.filter(Q(group_key__gt=name) | later)
    found: list[Goal] = list(rows.order_by("group_key", "rank", "id")[: size + 1])
    return found[:size], len(found) > size


def _cursor(goal: Goal, filters: Filters) -> str:
    name = getattr(goal, "group_key", "") if filters.group else goal.kind
    return f"{name}~{goal.rank}~{goal.pk}"


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
