"""A table of goals: its page, its groups with counts and health, what its columns read.

As many goals as a company looks at together (`LOOKED_AT`) are sorted, grouped and counted by
whatever is asked, health too, which no database keeps. Beyond, the database orders and counts
what it has columns for; of what only a look at each goal tells, the first are looked at, and
the page says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from haidang.goals.models import Goal, Kind, Level, State
from haidang.goals.queries import Outlook, outlook
from haidang.goals.queries.choices import KIND_ORDER
from haidang.goals.queries.fields import Answer, people_named, read_answers
from haidang.goals.queries.outlook import NOTHING
from haidang.goals.rules.health import ALL as HEALTHS
from haidang.goals.rules.health import AT_RISK, DONE, NO_DATA, NOT_STARTED, OFF_TRACK, ON_TRACK
from haidang.people.access import today_of
from haidang.people.models import Person
from haidang.strategy.explorer import order
from haidang.strategy.explorer.asked import Asked
from haidang.strategy.explorer.beside import Beside, beside
from haidang.strategy.explorer.own import narrowed
from haidang.strategy.queries.attention import is_linked
from haidang.strategy.queries.charts import targets_of
from haidang.strategy.queries.goals import filtered, fits, named
from haidang.strategy.queries.trail import trails

PAGE = 50
#: So many goals are looked at one by one; beyond, the page says so.
LOOKED_AT = 2000
#: So many are counted; beyond, a table has "more than" them.
COUNTED = 1000
#: The gravest first: how a column of health is sorted.
GRAVEST = (OFF_TRACK, AT_RISK, NOT_STARTED, ON_TRACK, DONE, NO_DATA)
#: What can be sorted by only after a look at each goal.
LOOKED = ("health", "pace")
#: Group > the lookups of its order and the name of its head.
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit__path", "unit_id", "unit__name"),
    "owner": ("owner__sort_key", "owner_id", "owner__name"),
    "cycle": ("cycle__starts", "cycle_id", "cycle__name"),
    "kind": ("kind", "kind", "kind"),
    "state": ("state", "state", "state"),
    "level": ("level", "level", "level"),
}
#: Words whose groups stand in their own order.
_WORDS: Mapping[str, Sequence[str]] = {
    "kind": [str(kind) for kind in KIND_ORDER],
    "state": [str(state) for state in State],
    "level": [str(level) for level in Level],
    "health": GRAVEST,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A goal as a row. `group` is the key of its group; `silent` days since its last report."""

    goal: Goal
    outlook: Outlook
    target: Decimal | None  # of a KPI, over what was reported
    silent: int | None
    beside: Beside
    group: Any = None
    #: key > what it says to a field of the organisation's own that has a column.
    own: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """A head: its name or word, all its goals, and how many of them have which health (empty
    where not all were looked at)."""

    key: Any
    name: str
    count: int
    healths: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A page. `after` and `before` are the public ids that lead on; `cut` says that there are
    more goals than were looked at."""

    rows: Sequence[Line]
    groups: Mapping[Any, Group] = field(default_factory=dict)
    total: int = 0
    more: bool = False  # than `total`
    after: str = ""
    before: str = ""
    cut: bool = False

    @property
    def too_many(self) -> bool:
        """Whether they are more than can be changed at once."""
        return self.more or self.total > COUNTED or self.cut


class _Seen(NamedTuple):
    """A goal that was looked at; `place` is where its group stands."""

    id: int
    outlook: Outlook | None
    key: Any = None
    name: str = ""
    place: Any = None


def wanted(person: Person, asked: Asked) -> QuerySet[Goal]:
    """All goals of the table, but for a filter by health."""
    rows = narrowed(filtered(person, asked.filters), asked.own)
    if asked.without == "parent":
        rows = rows.exclude(kind=Kind.ULTIMATE).filter(~is_linked())
    elif asked.without == "data":
        rows = rows.filter(standing__progress=None)
    elif asked.without == "owner":
        rows = rows.filter(Q(owner=None) | Q(owner__is_active=False))
    return rows


def table(person: Person, asked: Asked) -> Table:
    """A page of the table; the same number of queries for any number of goals."""
    rows = wanted(person, asked)
    looks = bool(asked.filters.health or asked.group or asked.sort in LOOKED)
    if not looks:
        return _plain(person, asked, rows)
    if _is_too_much(asked, rows):
        return _plain(person, asked, rows)
    return _looked(person, asked, *_look(person, asked, rows))


def ids_of(person: Person, asked: Asked, most: int) -> tuple[list[int], bool]:
    """The keys of the table's goals in its order, at most so many, and whether it has more."""
    rows = wanted(person, asked)
    looks = bool(asked.filters.health or asked.group or asked.sort in LOOKED)
    if looks and not _is_too_much(asked, rows):
        seen, cut = _look(person, asked, rows)
        if not cut or asked.filters.health:
            return [one.id for one in seen[:most]], cut or len(seen) > most
    terms = asked.terms(asked.group)
    if _is_usual(asked):
        found = [goal.pk for goal in order.by_kind(rows.only("id"), asked.filters.kind, most + 1)]
    else:
        found = list(order.first(rows, terms, most + 1).values_list("pk", flat=True))
    return found[:most], len(found) > most


def lines(person: Person, asked: Asked, seen: Sequence[_Seen]) -> list[Line]:
    """The rows of these goals, in their order, with what the columns read."""
    keys = [one.id for one in seen]
    some = Goal.objects.filter(organisation_id=person.organisation_id, pk__in=keys)
    some = some.select_related("standing", "owner", "unit", "cycle", "data_owner")
    if asked.has("tags"):
        some = some.prefetch_related("tags")
    goals = {goal.pk: goal for goal in some.order_by()}
    today = today_of(person)
    unknown = [one.id for one in seen if one.outlook is None]
    looks = outlook(person.organisation, unknown, today)
    targets = targets_of(goals.values()) if asked.has("measure") else {}
    more = beside(person, list(goals), asked)
    shown = asked.own_shown
    own = read_answers(shown, goals.values(), people_named(shown, goals.values()))

    def line(one: _Seen) -> Line:
        goal = goals[one.id]
        day = goal.standing.own_day
        silent = None if day is None else max(0, (today - day).days)
        look = one.outlook or looks.get(one.id, NOTHING)
        return Line(goal, look, targets.get(one.id), silent, more[one.id], one.key, own[one.id])

    return [line(one) for one in seen if one.id in goals]


def as_lines(person: Person, asked: Asked, keys: Sequence[int]) -> list[Line]:
    """The rows of goals by their keys, which the person sees (`ids_of`)."""
    return lines(person, asked, [_Seen(key, None) for key in keys])


# -- by the database ----------------------------------------------------------------------


def _is_usual(asked: Asked) -> bool:
    return not asked.group and not asked.sort


def _plain(person: Person, asked: Asked, rows: QuerySet[Goal]) -> Table:
    """A page in an order of the database, with the goals of each group counted there."""
    edge: Goal | None = named(rows, asked.before or asked.after)
    back = bool(asked.before) and edge is not None
    if _is_usual(asked):
        kind = asked.filters.kind
        if back and edge is not None:
            found = order.before_by_kind(rows, kind, PAGE + 1, edge)
            more, found = len(found) > PAGE, found[-PAGE:]
        else:
            found = order.by_kind(rows, kind, PAGE + 1, after=edge)
            more, found = len(found) > PAGE, found[:PAGE]
    else:
        key = edge.pk if edge else 0
        terms = asked.terms(asked.group)
        found, more = order.between(
            rows, terms, PAGE, after=0 if back else key, before=key if back else 0
        )
    total = rows.order_by()[: COUNTED + 1].count()
    heads: dict[Any, Group] = {}
    keys: dict[int, Any] = {}
    if asked.group:
        fields = _GROUPS[asked.group]
        facts = rows.filter(pk__in=[goal.pk for goal in found]).order_by()
        for pk, _place, key, name in facts.values_list("pk", *fields):
            keys[pk] = key
            heads[key] = Group(key, name or "", 0)
        counted = rows.order_by().values_list(fields[1]).annotate(n=Count("pk"))
        for key, count in counted:
            if key in heads:
                heads[key] = Group(key, heads[key].name, count)
    shown = lines(person, asked, [_Seen(goal.pk, None, keys.get(goal.pk)) for goal in found])
    ends = [goal.public_id for goal in found[:1] + found[-1:]]
    has_before = more if back else edge is not None
    has_after = True if back else more
    return Table(
        shown,
        heads,
        min(total, COUNTED),
        total > COUNTED,
        after=ends[-1] if ends and has_after else "",
        before=ends[0] if ends and has_before else "",
    )


# -- by looking at each -------------------------------------------------------------------


def _look(person: Person, asked: Asked, rows: QuerySet[Goal]) -> tuple[list[_Seen], bool]:
    """The goals that were looked at, as they are filtered, sorted and grouped."""
    fields = _GROUPS.get(asked.group, ())
    if _is_usual(asked) or asked.sort in LOOKED:
        few = rows.only("id", "kind", "rank")
        first = order.by_kind(few, asked.filters.kind, LOOKED_AT + 1)
        keys = [goal.pk for goal in first]
    else:
        terms = asked.terms()
        keys = list(order.first(rows, terms, LOOKED_AT + 1).values_list("pk", flat=True))
    cut, keys = len(keys) > LOOKED_AT, keys[:LOOKED_AT]
    facts: dict[int, tuple[Any, ...]] = {}
    if fields:
        inside = Goal.objects.filter(pk__in=keys).order_by()
        facts = {pk: row for pk, *row in inside.values_list("pk", *fields)}
    above = trails(person, keys) if asked.group == "pillar" else {}
    looks = outlook(person.organisation, keys, today_of(person))
    found = []
    for pk in keys:
        look = looks.get(pk, NOTHING)
        if asked.filters.health and not fits(look, asked.filters.health):
            continue
        if asked.group == "health":
            found.append(_Seen(pk, look, look.health, "", GRAVEST.index(look.health)))
        elif asked.group == "pillar":
            pillar = next((s for s in above.get(pk, ()) if s.kind == Kind.PILLAR), None)
            name = f"{pillar.public_id} {pillar.title}" if pillar else ""
            found.append(_Seen(pk, look, pillar.id if pillar else None, name, name or None))
        elif fields:
            place, key, name = facts.get(pk, (None, None, ""))
            found.append(_Seen(pk, look, key, name or "", _place(asked.group, place)))
        else:
            found.append(_Seen(pk, look))
    if asked.sort in LOOKED:
        _sort(found, asked)
    if asked.group:
        _group(found, down=asked.group == "cycle")
    return found, cut


def _is_too_much(asked: Asked, rows: QuerySet[Goal]) -> bool:
    """Whether the database has to group these goals: all it needs for that it has, and there
    are more than are looked at."""
    if asked.group not in order.GROUP_TERMS or asked.filters.health or asked.sort in LOOKED:
        return False
    return rows.order_by()[: LOOKED_AT + 1].count() > LOOKED_AT


def _place(group: str, value: Any) -> Any:
    words = _WORDS.get(group)
    if words is None or value is None:
        return value
    return words.index(value) if value in words else len(words)


def _sort(found: list[_Seen], asked: Asked) -> None:
    """By health or pace; what is not known stays last."""

    def value(one: _Seen) -> Any:
        assert one.outlook is not None
        if asked.sort == "health":
            return GRAVEST.index(one.outlook.health)
        return one.outlook.pace

    known = [one for one in found if value(one) is not None]
    unknown = [one for one in found if value(one) is None]
    known.sort(key=value, reverse=asked.down)
    found[:] = known + unknown


def _group(found: list[_Seen], *, down: bool) -> None:
    """Groups side by side, each in the order that it had; those without one last."""
    grouped = [one for one in found if one.place is not None]
    single = [one for one in found if one.place is None]
    grouped.sort(key=lambda one: one.place, reverse=down)
    found[:] = grouped + single


def _looked(person: Person, asked: Asked, seen: Sequence[_Seen], cut: bool) -> Table:
    keys = [one.id for one in seen]
    edge = named(wanted(person, asked), asked.before or asked.after)
    start = 0
    if edge is not None and edge.pk in keys:
        at = keys.index(edge.pk)
        start = max(0, at - PAGE) if asked.before else at + 1
    here = seen[start : start + PAGE]
    heads: dict[Any, Group] = {}
    if asked.group:
        shown = {one.key: one.name for one in here}
        healths: dict[Any, Counter[str]] = {key: Counter() for key in shown}
        for one in seen:
            if one.key in healths and one.outlook is not None:
                healths[one.key][one.outlook.health] += 1
        for key, name in shown.items():
            counts = healths[key]
            drawn = {health: counts[health] for health in HEALTHS if counts[health]}
            heads[key] = Group(key, name, counts.total(), drawn)
    rows = lines(person, asked, here)
    return Table(
        rows,
        heads,
        len(seen),
        after=rows[-1].goal.public_id if rows and start + PAGE < len(seen) else "",
        before=rows[0].goal.public_id if rows and start > 0 else "",
        cut=cut,
    )
