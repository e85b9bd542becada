"""Explain this number: the terms that make it, with their weights, modes, sources and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from django.db import connection

from haidang.goals.access import visible
from haidang.goals.models import Alignment, Goal, Kind, KpiPeriod, Mode, Rule, Standing, State
from haidang.goals.rules.graph import CYCLIC, conversion
from haidang.goals.store import select_by_ids
from haidang.lib.decimals import EXACT
from haidang.people.models import Person


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a weighted mean. `child` is None for the goal's own measure and for a
    child that the reader may not know of (`masked`)."""

    child: Goal | None
    masked: bool
    weight: int
    progress: int | None  # billionths; None: no data, left out
    share: Decimal | None  # of the whole weight, 0 to 1
    contribution: int | None  # billionths that it brings to the number
    link: Alignment | None
    out: str = ""  # why it does not count (`left_out`)

    @property
    def is_own(self) -> bool:
        return self.link is None


@dataclass(frozen=True, slots=True)
class ValueTerm:
    """A value child: what it adds to the goal's actual, in the goal's unit."""

    child: Goal | None
    masked: bool
    actual: Decimal | None  # None: unmeasured
    stands_at: Decimal | None  # its baseline, where it has no report
    factor: Decimal
    link: Alignment


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a goal's number comes about: the terms shown add up to it."""

    goal: Goal
    standing: Standing
    counts_own: bool
    counts_children: bool
    baseline: Decimal | None  # in force: its own or the sum of its value children's
    terms: Sequence[Term]
    value_terms: Sequence[ValueTerm]
    periods: Sequence[KpiPeriod]  # of the KPI's fiscal year, reported ones
    left_out: Sequence[Term]  # linked to count, but not counted
    twice: Sequence[Goal]  # seen goals that reach this one by two counting paths
    recorded_at: datetime | None

    @property
    def weight(self) -> int:
        return sum(t.weight for t in self.terms if t.progress is not None)


def derivation(person: Person, goal: Goal) -> Derivation:
    """The derivation of a goal that the person sees, in a fixed number of queries."""
    standing = goal.standing
    counts_children = goal.rule != "own"
    edges = list(
        Alignment.objects.filter(parent=goal)
        .exclude(mode=Mode.NONE)
        .select_related("child__standing", "child__owner", "child__unit")
        .order_by("-weight", "child__rank", "child_id")
    )
    seen = set(
        visible(person).filter(pk__in=[e.child_id for e in edges]).values_list("pk", flat=True)
    )
    average = [e for e in edges if e.mode == Mode.AVERAGE]
    counting = [e for e in average if not left_out(e, e.child, goal)]
    total = (1 if standing.own_progress is not None else 0) + sum(
        e.weight for e in counting if e.child.standing.progress is not None
    )
    terms = []
    if goal.is_measured and (goal.rule != "children" or any(e.mode == Mode.VALUE for e in edges)):
        terms.append(_term(None, None, False, 1, standing.own_progress, total))
    for e in counting:
        child = e.child if e.child_id in seen else None
        progress = e.child.standing.progress
        terms += [_term(e, child, child is None, e.weight, progress, total)]
    outside = [
        replace(_term(e, e.child, False, e.weight, e.child.standing.progress, 0), out=why)
        for e in edges
        if e.child_id in seen and (why := left_out(e, e.child, goal))
    ]
    return Derivation(
        goal=goal,
        standing=standing,
        counts_own=goal.rule != "children",
        counts_children=counts_children,
        baseline=_baseline(goal, standing, counts_children),
        terms=terms,
        value_terms=[
            _value_term(e, goal, seen)
            for e in edges
            if e.mode == Mode.VALUE and not left_out(e, e.child, goal)
        ],
        periods=_periods(goal, standing),
        left_out=outside,
        twice=counted_twice(person, goal),
        recorded_at=standing.checked_in_at,
    )


class Standpoint(Protocol):
    """What of a child decides whether it counts: a goal, or a row read of it."""

    @property
    def kind(self) -> str: ...

    @property
    def state(self) -> str: ...


def left_out(edge: Alignment, child: Standpoint, parent: Goal) -> str:
    """Why a linked goal is no term of the number above it (`rules.graph.counts`, in words).

    "" where it counts; "mode" where the link is only shown, "rule" where the parent counts
    its own reports alone, else the state of the child that keeps it out.
    """
    if edge.mode == Mode.NONE:
        return "mode"
    if parent.rule == Rule.OWN:
        return "rule"
    if child.state == State.ACTIVE:
        return ""
    kept = child.state == State.CLOSED and (
        parent.kind in CYCLIC
        or (edge.mode == Mode.VALUE and parent.kind == Kind.KPI and child.kind == Kind.KEY_RESULT)
    )
    return "" if kept else child.state


def _term(
    edge: Alignment | None,
    child: Goal | None,
    masked: bool,
    weight: int,
    progress: int | None,
    total: int,
) -> Term:
    share = contribution = None
    if progress is not None and total:
        share = EXACT.divide(Decimal(weight), Decimal(total))
        contribution = round(share * progress)
    return Term(child, masked, weight, progress, share, contribution, edge)


def _value_term(edge: Alignment, goal: Goal, seen: set[int]) -> ValueTerm:
    child = edge.child
    factor = conversion(child.metric_scale, goal.metric_scale)
    actual, stands = child.standing.actual, None
    if child.kind == goal.kind == Kind.KPI and child.standing.kpi_year != goal.standing.kpi_year:
        actual = None  # it has not reported in the year that is looked at
    base = _baseline(child, child.standing, child.rule != "own")
    if actual is None and base is not None:
        stands = EXACT.multiply(base, factor)
    return ValueTerm(
        child=child if child.pk in seen else None,
        masked=child.pk not in seen,
        actual=None if actual is None else EXACT.multiply(actual, factor),
        stands_at=stands,
        factor=factor,
        link=edge,
    )


def _baseline(goal: Goal, standing: Standing, counts_children: bool) -> Decimal | None:
    if goal.baseline is not None:
        return goal.baseline
    if counts_children and standing.value_total and not standing.baseline_unknown:
        return standing.baseline_sum
    return None


def _periods(goal: Goal, standing: Standing) -> list[KpiPeriod]:
    if goal.kind != Kind.KPI or standing.kpi_year is None:
        return []
    return list(goal.periods.filter(year=standing.kpi_year).order_by("starts"))


#: An edge whose child is a term of its parent's number (`rules.graph.counts`, in SQL).
_COUNTING = """
a.mode <> 'none' AND p.rule <> 'own' AND (c.state = 'active' OR c.state = 'closed' AND (
  p.kind IN ('objective', 'key_result')
  OR a.mode = 'value' AND p.kind = 'kpi' AND c.kind = 'key_result'))
"""
_BELOW = f"""
WITH RECURSIVE below(id) AS (
  SELECT a.child_id FROM goals_alignment a
  JOIN goals_goal c ON c.id = a.child_id JOIN goals_goal p ON p.id = a.parent_id
  WHERE a.parent_id = %s AND {_COUNTING}
  UNION
  SELECT a.child_id FROM goals_alignment a JOIN below ON a.parent_id = below.id
  JOIN goals_goal c ON c.id = a.child_id JOIN goals_goal p ON p.id = a.parent_id
  WHERE {_COUNTING}
)"""  # noqa: S608  nothing but constants
_SOME_BELOW = f"{_BELOW} SELECT id FROM below LIMIT %s"  # noqa: S608  the same
_TWICE = f"""{_BELOW}
SELECT a.child_id FROM goals_alignment a JOIN below ON below.id = a.child_id
JOIN goals_goal c ON c.id = a.child_id JOIN goals_goal p ON p.id = a.parent_id
WHERE (a.parent_id = %s OR a.parent_id IN (SELECT id FROM below)) AND {_COUNTING}
GROUP BY a.child_id HAVING COUNT(*) > 1
"""  # noqa: S608  nothing but constants


def counted_twice(person: Person, goal: Goal, *, most: int = 0) -> list[Goal]:
    """Goals below that reach this one by more than one counting path, as far as seen.

    With `most` nothing is looked for where more goals than that are below.
    """
    with connection.cursor() as cursor:
        if most:
            cursor.execute(_SOME_BELOW, [goal.pk, most + 1])
            if len(cursor.fetchall()) > most:
                return []
        cursor.execute(_TWICE, [goal.pk, goal.pk])
        with_two = [row[0] for row in cursor.fetchall()]
    if not with_two:
        return []
    return list(visible(person).filter(pk__in=with_two).order_by("kind", "number"))


_ABOVE = f"""
WITH RECURSIVE up(id) AS (
  SELECT id FROM goals_goal WHERE id IN ({{ids}})
  UNION
  SELECT a.parent_id FROM goals_alignment a JOIN up ON a.child_id = up.id
  JOIN goals_goal c ON c.id = a.child_id JOIN goals_goal p ON p.id = a.parent_id
  WHERE {_COUNTING}
)
SELECT a.child_id, a.parent_id FROM goals_alignment a JOIN up ON a.child_id = up.id
JOIN goals_goal c ON c.id = a.child_id JOIN goals_goal p ON p.id = a.parent_id
WHERE {_COUNTING}
ORDER BY a.id
"""  # noqa: S608  nothing but constants
#: Ways told of one goal, and steps of one way.
MOST_WAYS, LONGEST_WAY = 4, 12


def ways(person: Person, goal: Goal, below: Sequence[Goal]) -> dict[int, list[list[Goal | None]]]:
    """The counting paths by which each of these goals reaches `goal`, without its ends; a
    goal on the way that the person may not know of is None. Two queries."""
    if not below:
        return {}
    above: dict[int, list[int]] = {}
    for child, parent in select_by_ids(_ABOVE, [g.pk for g in below]):
        if parent not in above.setdefault(child, []):
            above[child].append(parent)
    found = {g.pk: _ways(g.pk, goal.pk, above) for g in below}
    between = {pk for paths in found.values() for path in paths for pk in path}
    seen = {g.pk: g for g in visible(person).filter(pk__in=between)}
    return {pk: [[seen.get(i) for i in path] for path in paths] for pk, paths in found.items()}


def _ways(start: int, end: int, above: Mapping[int, Sequence[int]]) -> list[list[int]]:
    found: list[list[int]] = []
    stack: list[tuple[int, list[int]]] = [(start, [])]
    while stack and len(found) < MOST_WAYS:
        at, path = stack.pop()
        for parent in reversed(above.get(at, ())):
            if parent == end:
                found.append(path)
            elif len(path) < LONGEST_WAY:
                stack.append((parent, [*path, parent]))
    return found
