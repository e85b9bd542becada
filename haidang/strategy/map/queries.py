"""Which goals a map holds: chosen, cut off and counted by the server, in a bounded number
of queries (one for each level of the tree at most), whatever the size of the organisation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from haidang.goals.access import cycles_visible, goal_for, seen_among, visible
from haidang.goals.models import GONE, Alignment, Goal, Kind, Participant, ParticipantRole
from haidang.goals.queries import Outlook, outlook
from haidang.goals.queries.choices import matching
from haidang.goals.queries.outlook import NOTHING
from haidang.goals.store import decimal_of, select_by_ids
from haidang.lib.database import ask, one_of
from haidang.people.access import people_visible, units_visible
from haidang.people.models import Person, TeamMember, Unit
from haidang.strategy.map import rules
from haidang.strategy.map.below import Below
from haidang.strategy.map.filters import Filters
from haidang.strategy.map.rules import Edge

_COLUMNS = (
    "id", "public_id", "kind", "title", "state", "level", "owner_id", "unit_id", "rank",
    "metric_kind", "metric_unit", "decimals", "target", "low", "high",
    "standing__progress", "standing__actual", "standing__terms_measured",
    "standing__terms_total",
)  # fmt: skip

#: Links read of one level beyond what could be shown: a goal may hang under several.
_LINKS = 2000
#: Goals shown below one that was searched for.
_BELOW_FOUND = 60
_KIND_ORDER = {kind: place for place, kind in enumerate(Kind.values)}


@dataclass(slots=True)
class Row:
    """What the map reads of a goal, in one row."""

    id: int
    public_id: str
    kind: str
    title: str
    state: str
    level: str
    owner_id: int | None
    unit_id: int | None
    rank: int
    metric_kind: str
    metric_unit: str
    decimals: int
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None
    progress: int | None
    actual: Decimal | None
    measured: int | None
    terms: int | None


@dataclass
class View:
    """The goals of a map in reading order, and how they hang together."""

    rows: list[Row] = field(default_factory=list)
    parents: dict[int, int] = field(default_factory=dict)
    branches: dict[int, Edge] = field(default_factory=dict)  # child > how it hangs in the tree
    links: list[Edge] = field(default_factory=list)  # beside the tree
    hidden: dict[int, int] = field(default_factory=dict)  # children that did not fit
    context: set[int] = field(default_factory=set)  # here only to show where matches stand
    outlooks: dict[int, Outlook] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    cut: bool = False  # whether anything that matches is not on the map
    root: Goal | None = None
    also: int | None = None  # the goal that was searched for, if the person sees it
    single: bool = False  # goals asked for one by one, without their tree
    above: dict[int, list[str]] = field(default_factory=dict)  # then: what each is linked to


def root(person: Person, filters: Filters) -> Goal | None:
    """The goal that the view is rooted at, if it is rooted at one.

    Raises NotFound when that goal is not the person's to see.
    """
    return goal_for(person, filters.root) if filters.root else None


def view(person: Person, filters: Filters, today: date) -> View:
    """The map that this person sees under these filters. Raises NotFound as `root` does."""
    found = View(root=root(person, filters))
    seen = _in_time(visible(person).exclude(state__in=GONE), person, filters.cycle, today)
    if found.root is not None:
        rows = _below(seen, [_rows(visible(person).filter(pk=found.root.pk))[0]], filters, found)
    elif filters.narrow:
        rows = _matching(person, seen, filters, found)
    else:
        seen = seen.order_by()
        if seen.values_list("id")[filters.limit : filters.limit + 1]:
            rows = _below(seen, _tops(seen, filters.limit), filters, found)
        else:
            rows = _rows(seen)
    if filters.also:
        rows = _with(person, seen, rows, filters, found)
    edges = _edges(rows)
    _assemble(found, rows, edges)
    _look(person, found, today)
    if filters.health:
        _keep_health(found, filters.health)
    _name(found)
    return found


def changed(person: Person, public_ids: Iterable[str], today: date) -> View:
    """Single goals as they stand now, and what each is linked to that the person sees."""
    found = View(single=True)
    rows = _rows(visible(person).filter(public_id__in=list(public_ids)))
    ids = [row.id for row in rows]
    above = select_by_ids(_LINKED_TO, ids)
    here = set(ids)  # those above a goal have mostly changed with it
    seen = here | seen_among(person, (parent for _, parent, _ in above if parent not in here))
    for child, parent, name in above:
        if parent in seen:
            found.above.setdefault(child, []).append(name)
    _assemble(found, rows, [])
    _look(person, found, today)
    _name(found)
    return found


def these(person: Person, ids: Iterable[int], today: date) -> View:
    """Some goals and the links between them (the caller has made sure that they are seen)."""
    found = View()
    rows = _rows(visible(person).filter(pk__in=list(ids)))
    edges = _edges(rows)
    _assemble(found, rows, edges)
    _look(person, found, today)
    _name(found)
    return found


def _rows(goals: QuerySet[Goal]) -> list[Row]:
    """The rows of a query, read without the ORM, which takes as long again for thousands."""
    try:
        sql, values = goals.values_list(*_COLUMNS).query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = [Row(*row) for row in cursor.fetchall()]
    for row in rows:
        row.target, row.low = decimal_of(row.target), decimal_of(row.low)
        row.high, row.actual = decimal_of(row.high), decimal_of(row.actual)
    return rows


def _in_time(goals: QuerySet[Goal], person: Person, cycle: str, today: date) -> QuerySet[Goal]:
    """Goals of a cycle, or of those that run today (where none does, of those to come); what
    has no cycle is always there. Nothing of a cycle that does not exist."""
    if cycle == "all":
        return goals
    cycles = cycles_visible(person).order_by()
    if cycle:
        named = cycles.filter(public_id=cycle.upper())
    else:
        named = cycles.filter(starts__lte=today, ends__gte=today)
    ids = list(named.values_list("id", flat=True))
    if cycle and not ids:
        return goals.none()  # an address written by hand, or of a cycle that one does not see
    if not ids:  # a plan that has just been loaded for the year to come
        ids = list(cycles.filter(starts__gt=today).values_list("id", flat=True))
    return goals.filter(Q(cycle=None) | Q(cycle_id__in=ids))


def _tops(goals: QuerySet[Goal], limit: int) -> list[Row]:
    """Where a map begins that cannot hold everything."""
    for kind in (Kind.ULTIMATE, Kind.PILLAR):
        if tops := _rows(goals.filter(kind=kind).order_by("rank", "id")[:limit]):
            return tops
    return _rows(goals.filter(level="company").order_by("rank", "id")[:limit])


def _below(goals: QuerySet[Goal], tops: list[Row], filters: Filters, found: View) -> list[Row]:
    """The tops and what lies under them, level by level as far as the map can hold it."""
    under = Below(goals)
    chosen = {row.id for row in tops}
    frontier = chosen
    for _ in range(rules.DEEPEST):
        budget = filters.limit - len(chosen)
        most = _LINKS + 8 * budget
        pairs = under.pairs(frontier, most)
        whole = len(pairs) < most
        new = {child for child, _ in pairs} - chosen
        if not whole or len(new) > budget:
            found.hidden = dict(Counter(parent for _, parent in pairs))
            if not whole:
                found.hidden = under.counts(frontier)
            found.cut = True
            # Brothers are not cut off at random, unless there is too little on the map yet.
            if len(chosen) < min(rules.LEVEL_FLOOR, filters.limit // 8):
                chosen = chosen | set(sorted(new)[:budget])
            break
        if not new:
            break
        chosen = chosen | new
        frontier = new
    rest = chosen - {row.id for row in tops}
    return [*tops, *_rows(_among(goals, rest).order_by())] if rest else tops


def _with(
    person: Person, goals: QuerySet[Goal], rows: list[Row], filters: Filters, found: View
) -> list[Row]:
    """The rows, and the goal that was searched for with the way up to it and some of what
    hangs below; where there is no room, what was to be shown last gives way."""
    wanted = _rows(visible(person).filter(public_id=filters.also))
    here = {row.id for row in rows}
    if not wanted or wanted[0].id in here:
        found.also = wanted[0].id if wanted else None
        return rows
    found.also = wanted[0].id
    chain = {wanted[0].id: wanted[0]}
    frontier = list(chain)
    for _ in range(rules.DEEPEST):
        up = Alignment.objects.filter(child_id__in=frontier, relation__in=rules.BRANCHES)
        edges = _seen_above(person, up)
        above = {edge.parent for edge in rules.primary_parents(edges).values()}
        above -= chain.keys() | here
        if not above:
            break
        chain |= {row.id: row for row in _rows(visible(person).filter(id__in=above).order_by())}
        frontier = list(above)
    under = Below(goals)
    found.hidden |= under.counts(chain)
    own = [child for child, _ in under.pairs([wanted[0].id], _LINKS)]
    below = _rows(_among(goals, own).order_by("rank", "id")[:_BELOW_FOUND])
    chain |= {row.id: row for row in below if row.id not in here}
    added = list(chain.values())[: filters.limit]
    kept = rows[: filters.limit - len(added)]
    found.cut = found.cut or len(kept) < len(rows)
    return kept + added


def _among(goals: QuerySet[Goal], ids: Collection[int]) -> QuerySet[Goal]:
    """Those of the goals that have these ids, which travel as one value: thousands of them
    take longer to hand over than to find."""
    which, listed = one_of(ids)
    sql = f"goals_goal.id {which}"
    return goals.filter(RawSQL(sql, [listed], BooleanField()))  # noqa: S611  own words, ids bound


def _matching(person: Person, goals: QuerySet[Goal], filters: Filters, found: View) -> list[Row]:
    """What is looked for, and above each match the way up to the top."""
    wanted = goals
    if filters.kind:
        wanted = wanted.filter(kind=filters.kind)
    if filters.unit:
        path = units_visible(person).filter(public_id=filters.unit.upper()).values_list("path")
        below = Unit.objects.filter(
            organisation_id=person.organisation_id,
            path__startswith=(path.first() or ("nothing",))[0],
        )
        ids = list(below.values_list("id", flat=True))
        wanted = wanted.filter(Q(unit_id__in=ids) | Q(unit=None, owner__unit_id__in=ids))
    if filters.team:
        wanted = wanted.filter(_of_team(person, filters.team))
    if filters.person:
        wanted = wanted.filter(_of_person(person, filters.person))
    if filters.tag:
        wanted = wanted.filter(tags__folded_name=filters.tag)
    if filters.text:
        wanted = matching(wanted, person, filters.text)
    rows = _rows(wanted.order_by("kind", "rank", "id")[: filters.limit + 1])
    found.cut = len(rows) > filters.limit
    chosen = {row.id: row for row in rows[: filters.limit]}
    frontier = list(chosen)
    for _ in range(rules.DEEPEST):
        edges = _as_edges(
            Alignment.objects.filter(
                child_id__in=frontier, relation__in=rules.BRANCHES, parent__in=goals.order_by()
            )
        )
        above = {edge.parent for edge in rules.primary_parents(edges).values()} - chosen.keys()
        if not above:
            break
        rows = _rows(goals.filter(id__in=above).order_by())
        chosen.update({row.id: row for row in rows})
        found.context.update(above)
        frontier = list(above)
    return list(chosen.values())


def _of_team(person: Person, public_id: str) -> Q:
    """What a team across units has, and what its members own."""
    teams = units_visible(person).filter(kind=Unit.Kind.TEAM, public_id=public_id.upper())
    team = teams.values_list("id", flat=True).first()
    if team is None:
        return Q(pk__in=())
    members = TeamMember.objects.filter(team_id=team, until=None).values("person_id")
    return Q(unit_id=team) | Q(owner_id__in=members)


def _of_person(person: Person, public_id: str) -> Q:
    """What somebody owns, feeds or contributes to."""
    if public_id == "me":
        key: int | None = person.pk
    else:
        rows = people_visible(person).filter(public_id=public_id.upper())
        key = rows.values_list("id", flat=True).first()
    if key is None:
        return Q(pk__in=())
    part = Participant.objects.filter(person_id=key, role=ParticipantRole.CONTRIBUTOR)
    return Q(owner_id=key) | Q(data_owner_id=key) | Q(pk__in=part.values("goal_id"))


def stands_under(person: Person, goal: Goal) -> Edge | None:
    """The link by which a goal stands in the tree, of those whose parent the person sees."""
    links = Alignment.objects.filter(child=goal)
    return rules.primary_parents(_seen_above(person, links)).get(goal.pk)


_EDGE = ("child_id", "parent_id", "relation", "mode", "weight", "position", "id")
#: The same without the ORM, which is slow with thousands of ids.
_EDGES = """
SELECT child_id, parent_id, relation, mode, weight, position, id
FROM goals_alignment WHERE child_id IN ({ids})
"""


_LINKED_TO = """
SELECT link.child_id, link.parent_id, above.public_id
FROM goals_alignment link JOIN goals_goal above ON above.id = link.parent_id
WHERE link.child_id IN ({ids})
"""
_NAMES = """
SELECT 0, id, name FROM people_person WHERE id {who}
UNION ALL SELECT 1, id, name FROM people_unit WHERE id {where}
"""


def _as_edges(links: QuerySet[Alignment]) -> list[Edge]:
    return [Edge._make(row) for row in links.order_by().values_list(*_EDGE)]


def _seen_above(person: Person, links: QuerySet[Alignment]) -> list[Edge]:
    """Those of some links whose parent the person sees."""
    edges = _as_edges(links)
    seen = seen_among(person, (edge.parent for edge in edges))
    return [edge for edge in edges if edge.parent in seen]


def _edges(rows: Sequence[Row]) -> list[Edge]:
    """Every link between two goals of the map."""
    inside = {row.id for row in rows}
    links = map(Edge._make, select_by_ids(_EDGES, list(inside)))
    return [edge for edge in links if edge.parent in inside]


def _assemble(found: View, rows: list[Row], edges: list[Edge]) -> None:
    """Reading order, primary parents, and the links beside the tree."""
    primary = rules.primary_parents(edges)
    found.branches = primary
    found.parents = {child: edge.parent for child, edge in primary.items()}
    found.links = [edge for edge in edges if primary.get(edge.child) != edge]
    place = {child: edge.position for child, edge in primary.items()}
    rows.sort(key=lambda r: (place.get(r.id, 0), r.rank, _KIND_ORDER[r.kind], r.id))
    below: dict[int, list[int]] = {}
    for row in rows:
        if row.id in found.parents:
            below.setdefault(found.parents[row.id], []).append(row.id)
    by_id = {row.id: row for row in rows}
    roots = [row.id for row in rows if row.id not in found.parents]
    order = rules.preorder(roots, lambda node: below.get(node, ()))
    found.rows = [by_id[node] for node in order]
    shown: dict[int, int] = {}
    for edge in edges:
        if edge.relation not in rules.BESIDE:
            shown[edge.parent] = shown.get(edge.parent, 0) + 1
    found.hidden = {
        parent: count - shown.get(parent, 0)
        for parent, count in found.hidden.items()
        if count > shown.get(parent, 0)
    }


def _look(person: Person, found: View, today: date) -> None:
    ids = [row.id for row in found.rows]
    found.outlooks = dict.fromkeys(ids, NOTHING) | outlook(person.organisation, ids, today)


def _keep_health(found: View, wanted: str) -> None:
    """Only goals of that health, and the way up from each."""
    matches = {
        key
        for key, look in found.outlooks.items()
        if key not in found.context
        and (look.outdated if wanted == "outdated" else look.health == wanted)
    }
    if found.also is not None:
        matches.add(found.also)
    kept = rules.with_ancestors(matches, found.parents)
    found.context |= kept - matches
    found.rows = [row for row in found.rows if row.id in kept]
    found.links = [e for e in found.links if e.child in kept and e.parent in kept]


def _name(found: View) -> None:
    """Names of the owners and units that the rows speak of."""
    who, owners = one_of({row.owner_id for row in found.rows if row.owner_id})
    where, units = one_of({row.unit_id for row in found.rows if row.unit_id})
    names = ask(_NAMES.format(who=who, where=where), [owners, units])
    found.people = {key: name for is_unit, key, name in names if not is_unit}
    found.units = {key: name for is_unit, key, name in names if is_unit}
