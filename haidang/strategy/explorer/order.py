"""Goals in an order that the database keeps, and a page of them between two goals.

A page is found by the values of the goal that it follows, so that a late page costs what an
early one costs. What is unknown stands last in either direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    DecimalField,
    F,
    IntegerField,
    Model,
    OrderBy,
    Q,
    QuerySet,
    Value,
    When,
)

from haidang.goals.models import Goal, Level, State
from haidang.goals.queries.choices import KIND_ORDER


class Term(NamedTuple):
    """Something to sort by: a lookup of a goal, one of `PLACES`, or what is `made` under that
    name."""

    name: str
    down: bool = False
    made: Any = None


def _place(field: str, values: Sequence[str]) -> Case:
    """Where a word stands in its usual order, which is not that of its letters."""
    cases = [When(**{field: value}, then=Value(at)) for at, value in enumerate(values)]
    return Case(*cases, default=Value(len(values)), output_field=IntegerField())


PLACES = {
    "kind_place": _place("kind", [str(kind) for kind in KIND_ORDER]),
    "state_place": _place("state", State.values),
    "level_place": _place("level", Level.values),
}

#: A column > what the database sorts by for it. Days since a check-in run against its day.
SORTS: dict[str, tuple[Term, ...]] = {
    "": (Term("kind_place"), Term("rank")),
    "goal": (Term("folded_title"),),
    "kind": (Term("kind_place"), Term("rank")),
    "level": (Term("level_place"),),
    "state": (Term("state_place"),),
    "progress": (Term("standing__progress"),),
    "confidence": (Term("standing__confidence"),),
    "owner": (Term("owner__sort_key"),),
    "data_owner": (Term("data_owner__sort_key"),),
    "unit": (Term("unit__folded_name"), Term("unit_id")),
    "cycle": (Term("cycle__starts"), Term("cycle_id")),
    "starts": (Term("starts"),),
    "ends": (Term("ends"),),
    "silent": (Term("standing__own_day", down=True),),
    "created": (Term("created_at"),),
}
#: Groups that the database can order by.
GROUP_TERMS: dict[str, tuple[Term, ...]] = {
    "unit": (Term("unit__path"),),
    "owner": (Term("owner__sort_key"), Term("owner_id")),
    "cycle": (Term("cycle__starts", down=True), Term("cycle_id")),
    "kind": (Term("kind_place"),),
    "state": (Term("state_place"),),
    "level": (Term("level_place"),),
}


def terms_of(sort: str, down: bool, group: str = "", own: Term | None = None) -> list[Term]:
    """The order of a table, by `own` where it is given; a sort that no column of the database
    stands for is the usual."""
    inside = (own,) if own else SORTS.get(sort, SORTS[""])
    if down:
        inside = tuple(term._replace(down=not term.down) for term in inside)
    found: dict[str, Term] = {}
    for term in (*GROUP_TERMS.get(group, ()), *inside, Term("id")):
        found.setdefault(term.name, term)
    return list(found.values())


def first(rows: QuerySet[Goal], terms: Sequence[Term], size: int) -> QuerySet[Goal]:
    """The first goals in this order."""
    return _ordered(_placed(rows, terms), terms, back=False)[:size]


def between(
    rows: QuerySet[Goal], terms: Sequence[Term], size: int, *, after: int = 0, before: int = 0
) -> tuple[list[Goal], bool]:
    """At most `size` goals behind the goal of that key (or before it), in order, and whether
    more follow in that direction. A key that is not among them begins at the first."""
    rows = _placed(rows, terms)
    back, edge = bool(before), before or after
    values = rows.filter(pk=edge).values_list(*(t.name for t in terms)).first() if edge else None
    if values is not None:
        rows = rows.filter(_beyond(list(zip(terms, values, strict=True)), back))
    else:
        back = False
    found = list(_ordered(rows, terms, back=back)[: size + 1])
    more, found = len(found) > size, found[:size]
    return (found[::-1], more) if back else (found, more)


def by_kind(
    rows: QuerySet[Goal], kind: str, size: int, *, after: Model | None = None
) -> list[Goal]:
    """The usual order without a look at everything: kind by kind, each along its index."""
    kinds = [kind] if kind else [str(one) for one in KIND_ORDER]
    edge = after if isinstance(after, Goal) and after.kind in kinds else None
    if edge is not None:
        kinds = kinds[kinds.index(edge.kind) :]
    found: list[Goal] = []
    for at, one in enumerate(kinds):
        room = size - len(found)
        if room <= 0:
            break
        some = rows.filter(kind=one)
        if at == 0 and edge is not None:
            some = some.filter(Q(rank__gt=edge.rank) | Q(rank=edge.rank, id__gt=edge.pk))
        found += some.order_by("rank", "id")[:room]
    return found


def before_by_kind(rows: QuerySet[Goal], kind: str, size: int, edge: Goal) -> list[Goal]:
    """The goals before that one in the usual order, in order."""
    kinds = [kind] if kind else [str(one) for one in KIND_ORDER]
    if edge.kind not in kinds:
        return []
    found: list[Goal] = []
    for at, one in enumerate(reversed(kinds[: kinds.index(edge.kind) + 1])):
        room = size - len(found)
        if room <= 0:
            break
        some = rows.filter(kind=one)
        if at == 0:
            some = some.filter(Q(rank__lt=edge.rank) | Q(rank=edge.rank, id__lt=edge.pk))
        found += some.order_by("-rank", "-id")[:room]
    return found[::-1]


def _placed(rows: QuerySet[Goal], terms: Sequence[Term]) -> QuerySet[Goal]:
    made = {term.name: term.made for term in terms if term.made is not None}
    wanted = {term.name: PLACES[term.name] for term in terms if term.name in PLACES}
    return rows.annotate(**wanted, **made)


def _ordered(rows: QuerySet[Goal], terms: Sequence[Term], *, back: bool) -> QuerySet[Goal]:
    order: list[OrderBy] = []
    for term in terms:
        field, down = F(term.name), term.down != back
        last = {"nulls_first": True} if back else {"nulls_last": True}
        if term.name == "id" or term.name in PLACES or term.name == "rank":
            last = {}  # never unknown, and an index is not asked for more than it has
        order.append(field.desc(**last) if down else field.asc(**last))
    return rows.order_by(*order)


def _beyond(edge: Sequence[tuple[Term, Any]], back: bool) -> Q:
    """What stands behind (or before) these values, by the first term that differs."""
    found, same = Q(pk__in=[]), Q()
    for term, value in edge:
        further = _further(term, value, back)
        if further is not None:
            found |= same & further
        same &= Q(**{f"{term.name}__isnull": True}) if value is None else _lies(term, "", value)
    return found


def _further(term: Term, value: Any, back: bool) -> Q | None:
    unknown = Q(**{f"{term.name}__isnull": True})
    if value is None:
        return ~unknown if back else None
    greater = term.down == back
    beyond = _lies(term, "__gt" if greater else "__lt", value)
    return beyond if back else beyond | unknown


def _lies(term: Term, how: str, value: Any) -> Q:
    if isinstance(value, Decimal) and term.made is not None:  # kept as text, sorted as a number
        value = Value(value, DecimalField())
    return Q(**{f"{term.name}{how}": value})
