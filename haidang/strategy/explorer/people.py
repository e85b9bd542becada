"""Tables of people and of units, by the same rules as the tables of goals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.http import QueryDict

from haidang.checkins.queries import due_on, last_records, prepared
from haidang.goals.access import visible
from haidang.goals.models import Goal, Rule, State
from haidang.goals.models.kinds import MEASURED
from haidang.goals.queries import outlook
from haidang.goals.rules.health import ALL as HEALTHS
from haidang.lib.text import clean_line, folded
from haidang.people.access import people_visible, standing_of, today_of, units_visible
from haidang.people.models import Person, Role, RoleGrant, Unit, UnitLeader
from haidang.people.queries import found_people
from haidang.strategy.explorer.addressed import Addressed
from haidang.strategy.explorer.asked import order_of
from haidang.strategy.explorer.columns import PEOPLE, PERSON, UNIT, UNITS, Column, chosen, named
from haidang.strategy.queries.goals import named as thing_named
from haidang.strategy.words import HEALTHS as WORDS

PAGE = 50
#: Goals that are looked at for the people or units of one page.
LOOKED_AT = 2000

_PEOPLE_SORTS: Mapping[str, tuple[str, ...]] = {
    "person": ("sort_key",),
    "unit": ("unit__folded_name", "sort_key"),
    "manager": ("manager__sort_key", "sort_key"),
    "title": ("title", "sort_key"),
    "region": ("region", "sort_key"),
    "joined": ("joined_on", "sort_key"),
}
_UNIT_SORTS: Mapping[str, tuple[str, ...]] = {
    "": ("path",),
    "name": ("folded_name",),
    "kind": ("kind", "path"),
    "code": ("code", "path"),
    "parent": ("parent__folded_name", "path"),
}


@dataclass(frozen=True)
class Listing(Addressed):
    """What the address of a table of people or units asks for."""

    offered: Sequence[Column]
    q: str = ""
    unit: Unit | None = None
    role: str = ""
    page: int = 1

    @classmethod
    def of(cls, person: Person, asked: QueryDict, *, units: bool) -> Listing:
        offered, first = (UNITS, UNIT) if units else (PEOPLE, PERSON)
        sort, down = order_of(asked, first, offered)
        role, page = str(asked.get("role", "")), str(asked.get("page", ""))
        unit = "" if units else str(asked.get("unit", ""))
        return cls(
            offered,
            names=named(offered, [str(text) for text in asked.getlist("columns")]),
            q=clean_line(str(asked.get("q", ""))[:200]),
            unit=thing_named(units_visible(person), unit),
            role=role if role in Role.values and not units else "",
            sort=sort,
            down=down,
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 else 1,
        )

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return chosen(self.offered, self.names)

    def words(self) -> dict[str, str]:
        words = {
            "q": self.q,
            "unit": self.unit.public_id if self.unit else "",
            "role": self.role,
            "sort": self.sorted_by,
            "columns": ",".join(self.names),
        }
        return {name: value for name, value in words.items() if value}

    @property
    def narrowed(self) -> bool:
        return bool(self.q or self.unit or self.role)


@dataclass(frozen=True, slots=True)
class Row:
    """A person or a unit, with what its columns count. `healths` is of a unit's goals."""

    thing: Any
    goals: int = 0
    owed: int = 0
    people: int = 0
    leaders: Sequence[Person] = ()
    healths: Mapping[str, int] = field(default_factory=dict)


class Page(NamedTuple):
    """One page; `cut` says that not all goals of its things were looked at."""

    rows: Sequence[Row]
    total: int
    page: int
    pages: int
    cut: bool = False


def people(actor: Person, asked: Listing) -> Page:
    """A page of people whom the actor may know of."""
    return _page(actor, asked, people_found(actor, asked), people_rows)


def units(actor: Person, asked: Listing) -> Page:
    """A page of open units that the actor may know of."""
    return _page(actor, asked, units_found(actor, asked), unit_rows)


def _page(actor: Person, asked: Listing, found: QuerySet[Any], rows: Any) -> Page:
    total = found.order_by().count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, asked.page), pages)
    made, cut = rows(actor, asked, list(found[(page - 1) * PAGE : page * PAGE]))
    return Page(made, total, page, pages, cut)


def people_found(actor: Person, asked: Listing) -> QuerySet[Person]:
    """Everybody whom the table has, in its order, ready to be drawn."""
    found = found_people(actor, text=asked.q, unit=asked.unit, role=asked.role)
    roles = Prefetch(
        "roles", RoleGrant.objects.filter(until=None).order_by("role"), "current_roles"
    )
    found = found.select_related("unit", "manager").prefetch_related(roles)
    return _sorted(found, _PEOPLE_SORTS.get(asked.sort, ("sort_key",)), asked.down)


def units_found(actor: Person, asked: Listing) -> QuerySet[Unit]:
    found = units_visible(actor).filter(archived_at=None).select_related("parent")
    for word in folded(asked.q).split()[:8]:
        begins = Q(folded_name__startswith=word) | Q(folded_name__contains=f" {word}")
        found = found.filter(begins | Q(code__icontains=word) | Q(public_id__iexact=word))
    return _sorted(found, _UNIT_SORTS.get(asked.sort, ("path",)), asked.down)


def _sorted(rows: QuerySet[Any], names: Sequence[str], down: bool) -> QuerySet[Any]:
    first, *rest = names
    key = F(first).desc(nulls_last=True) if down else F(first).asc(nulls_last=True)
    return rows.order_by(key, *rest, "pk")


def people_rows(actor: Person, asked: Listing, here: Sequence[Person]) -> tuple[list[Row], bool]:
    """Rows of these people: as many goals and due check-ins as the actor sees of them."""
    keys = [person.pk for person in here]
    goals: Counter[int] = Counter()
    owed: Counter[int] = Counter()
    cut = False
    if asked.has("goals"):
        active = visible(actor).filter(owner_id__in=keys, state=State.ACTIVE).order_by()
        goals.update(dict(active.values_list("owner_id").annotate(n=Count("pk"))))
    if asked.has("owed"):
        owed, cut = _owed(actor, keys)
    # A guest sees their own row, and nobody above it.
    hide = standing_of(actor).is_guest
    for person in here if hide else ():
        person.manager = None
    return [Row(one, goals[one.pk], owed[one.pk]) for one in here], cut


def _owed(actor: Person, keys: Sequence[int]) -> tuple[Counter[int], bool]:
    """Check-ins that are due of each of these people, of goals that the actor sees; none,
    where there are more goals than are looked at."""
    rows = visible(actor).filter(
        Q(data_owner_id__in=keys) | Q(data_owner=None, owner_id__in=keys),
        state=State.ACTIVE,
        kind__in=MEASURED,
        calculation="",
    )
    rows = rows.exclude(rule=Rule.CHILDREN).select_related("standing")
    if rows.order_by()[: LOOKED_AT + 1].count() > LOOKED_AT:
        return Counter(), True
    goals: list[Goal] = list(rows.order_by())
    today = today_of(actor)
    prepared(goals, today)
    last = last_records(goals)
    found: Counter[int] = Counter()
    for goal in goals:
        if due_on(goal, last.get(goal.pk), today, actor.organisation) <= today:
            found[goal.data_owner_id or goal.owner_id or 0] += 1
    return found, False


def unit_rows(actor: Person, asked: Listing, here: Sequence[Unit]) -> tuple[list[Row], bool]:
    """Rows of these units: people, goals and their health of the unit with all its parts."""
    leaders = _leaders(actor, here) if asked.has("leaders") else {}
    people: Mapping[int, int] = _people_in(actor, here) if asked.has("people") else {}
    goals: dict[int, list[int]] = {unit.pk: [] for unit in here}
    cut = False
    looks: Mapping[int, Any] = {}
    if asked.has("goals", "health"):
        goals, cut = _goals_in(actor, here)
    if asked.has("health") and not cut:
        keys = {key for some in goals.values() for key in some}
        looks = outlook(actor.organisation, sorted(keys), today_of(actor))
    found = []
    for unit in here:
        counts = Counter(looks[key].health for key in goals[unit.pk] if key in looks)
        found.append(
            Row(
                unit,
                goals=len(goals[unit.pk]),
                people=people.get(unit.pk, 0),
                leaders=leaders.get(unit.pk, ()),
                healths={health: counts[health] for health in HEALTHS if counts[health]},
            )
        )
    return found, cut


def _leaders(actor: Person, units: Iterable[Unit]) -> dict[int, list[Person]]:
    rows = UnitLeader.objects.filter(unit__in=list(units), until=None, person__is_active=True)
    if standing_of(actor).is_guest:
        rows = rows.filter(person__in=people_visible(actor))
    found: dict[int, list[Person]] = {}
    for row in rows.select_related("person").order_by("person__sort_key"):
        found.setdefault(row.unit_id, []).append(row.person)
    return found


def _people_in(actor: Person, units: Sequence[Unit]) -> dict[int, int]:
    """Active people of each unit and its parts; of a team its members."""
    inside = people_visible(actor).filter(is_active=True).exclude(unit=None).order_by()
    by_path = Counter(dict(inside.values_list("unit__path").annotate(n=Count("pk"))))
    teams = people_visible(actor).filter(
        is_active=True, teams__until=None, teams__team__in=list(units)
    )
    members = dict(teams.order_by().values_list("teams__team_id").annotate(n=Count("pk")))
    return {
        unit.pk: members.get(unit.pk, 0)
        if unit.kind == Unit.Kind.TEAM
        else sum(n for path, n in by_path.items() if path.startswith(unit.path))
        for unit in units
    }


def _goals_in(actor: Person, units: Sequence[Unit]) -> tuple[dict[int, list[int]], bool]:
    """Keys of the active goals of each unit and its parts, as far as the actor sees them."""
    within = Q(pk__in=[])
    for unit in units:
        within |= Q(unit__path__startswith=unit.path)
    rows = visible(actor).filter(within, state=State.ACTIVE).order_by("rank", "id")
    facts = list(rows.values_list("pk", "unit__path")[: LOOKED_AT + 1])
    found = {
        unit.pk: [pk for pk, path in facts[:LOOKED_AT] if path.startswith(unit.path)]
        for unit in units
    }
    return found, len(facts) > LOOKED_AT


# -- as sheets ----------------------------------------------------------------------------


def person_cells(row: Row, name: str) -> Any:
    """What stands in a sheet for a column of a person."""
    person: Person = row.thing
    if name == "roles":
        grants: list[RoleGrant] = person.current_roles  # type: ignore[attr-defined]
        return ", ".join(str(grant.get_role_display()) for grant in grants)
    if name in ("goals", "owed"):
        return getattr(row, name)
    return person.joined_on if name == "joined" else getattr(person, name)


def unit_cells(row: Row, name: str) -> Any:
    """What stands in a sheet for a column of a unit; its health as counts in words."""
    unit: Unit = row.thing
    if name == "leaders":
        return ", ".join(person.name for person in row.leaders)
    if name == "health":
        return ", ".join(f"{WORDS[health]}: {n}" for health, n in row.healths.items())
    if name in ("people", "goals"):
        return getattr(row, name)
    return str(unit.get_kind_display()) if name == "kind" else getattr(unit, name)
