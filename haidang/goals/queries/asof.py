"""Goals as the program knew them at the end of a day: one, a list, and what hung below one.

By when it was recorded: a report that came later for an earlier day is not in it. Whoever may
see a goal today may see how it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from haidang.goals.access import seen_among, visible
from haidang.goals.models import AlignmentSpan, Cycle, Goal, GoalVersion, HistoryPoint
from haidang.goals.queries.tree import Subtree, drawn_from
from haidang.lib.errors import Invalid, NotFound
from haidang.people.models import Organisation, Person, Unit

M = TypeVar("M", bound=Model)

#: What a version names by key > what is named.
_NAMED = {"owner_id": Person, "data_owner_id": Person, "unit_id": Unit, "cycle_id": Cycle}
#: Ids asked for at once.
_MANY = 5_000


@dataclass(frozen=True, slots=True)
class AsOf:
    """A goal's definition by field (people, unit and cycle by public id), its numbers (None
    before the first of them), and its links to goals that the reader may see today."""

    goal: Goal
    version: int
    since: datetime
    facts: Mapping[str, Any]
    point: HistoryPoint | None
    parents: Sequence[AlignmentSpan]


def as_of(person: Person, goal: Goal, day: date) -> AsOf:
    """The goal at the end of that day, in the organisation's time.

    Raises NotFound when there was no such goal yet. The same number of queries for any goal.
    """
    rows = _in_force(GoalVersion.objects.filter(goal=goal), end_of(person.organisation, day))
    found = told(person, list(rows.select_related("goal")[:1]), day)
    if not found:
        raise NotFound(_("There was no such goal on that day."))
    return found[0]


def goals_as_of(person: Person, day: date) -> QuerySet[GoalVersion]:
    """The definitions that were in force at the end of that day, of goals that the person
    sees today; `told` has the rest of each."""
    seen = visible(person).order_by().values("id")
    rows = GoalVersion.objects.filter(goal_id__in=seen).select_related("goal")
    return _in_force(rows, end_of(person.organisation, day))


def told(person: Person, versions: Sequence[GoalVersion], day: date) -> list[AsOf]:
    """These definitions with the numbers and links of the day: the same number of queries for
    any number of goals."""
    ids = [version.goal_id for version in versions]
    points = _points(ids, day)
    above: dict[int, list[AlignmentSpan]] = {}
    spans = AlignmentSpan.objects.filter(child_id__in=ids)
    spans = _in_force(spans, end_of(person.organisation, day)).select_related("parent")
    found = list(spans.order_by("position", "since", "id"))
    seen = seen_among(person, (span.parent_id for span in found))
    for span in found:
        if span.parent_id in seen:
            above.setdefault(span.child_id, []).append(span)
    names = _names(versions)
    return [
        AsOf(
            version.goal,
            version.version,
            version.since,
            _said(version.facts, names),
            points.get(version.goal_id),
            above.get(version.goal_id, []),
        )
        for version in versions
    ]


def end_of(organisation: Organisation, day: date) -> datetime:
    """The moment at which a day is over there."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(organisation.time_zone))


def _in_force(rows: QuerySet[M], end: datetime) -> QuerySet[M]:
    """Versions or spans that held just before that moment: one for each thing."""
    return rows.filter(Q(until=None) | Q(until__gte=end), since__lt=end)


def _points(ids: Sequence[int], day: date) -> dict[int, HistoryPoint]:
    """The latest point of each goal up to a day."""
    latest = HistoryPoint.objects.filter(goal=OuterRef("pk"), day__lte=day).order_by("-day")
    found: dict[int, HistoryPoint] = {}
    for some in _parts(ids):
        rows = Goal.objects.filter(pk__in=some).annotate(at=Subquery(latest.values("pk")[:1]))
        keys = [at for at in rows.order_by().values_list("at", flat=True) if at is not None]
        points = HistoryPoint.objects.filter(pk__in=keys).order_by()
        found |= {point.goal_id: point for point in points}
    return found


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), _MANY):
        yield ids[first : first + _MANY]


def _names(versions: Iterable[GoalVersion]) -> Mapping[type[Any], Mapping[int, str]]:
    """Public ids by key, of everything that the versions name; a query for each kind."""
    keys: dict[type[Any], set[int]] = {Person: set(), Unit: set(), Cycle: set()}
    for version in versions:
        for name, kind in _NAMED.items():
            if version.facts.get(name) is not None:
                keys[kind].add(version.facts[name])
    return {
        kind: dict(kind.objects.filter(pk__in=some).order_by().values_list("pk", "public_id"))
        for kind, some in keys.items()
    }


def _said(facts: Mapping[str, Any], names: Mapping[type[Any], Mapping[int, str]]) -> dict[str, Any]:
    """The facts with public ids in place of keys."""
    said = {name: value for name, value in facts.items() if name not in _NAMED}
    for name, kind in _NAMED.items():
        said[name.removesuffix("_id")] = names[kind].get(facts.get(name) or 0)
    return said


# --- what hung below a goal -------------------------------------------------------------

#: As `tree._EDGES`, of the spans that held. Among the links of a position the earliest made
#: comes first: a link that was changed has had several spans, each beginning as another ends.
_EDGES = """
WITH RECURSIVE below(id, depth) AS (
  SELECT child_id, 1 FROM goals_alignmentspan
  WHERE parent_id = %(root)s AND since < %(end)s AND (until IS NULL OR until >= %(end)s)
  UNION
  SELECT a.child_id, below.depth + 1 FROM goals_alignmentspan a
  JOIN below ON a.parent_id = below.id
  WHERE below.depth < %(depth)s
    AND a.since < %(end)s AND (a.until IS NULL OR a.until >= %(end)s)
)
SELECT a.parent_id, a.child_id, a.relation, a.mode, a.weight
FROM goals_alignmentspan a
WHERE a.since < %(end)s AND (a.until IS NULL OR a.until >= %(end)s)
  AND a.child_id IN (SELECT id FROM below)
  AND (a.parent_id = %(root)s OR a.parent_id IN (SELECT id FROM below))
ORDER BY a.position, (
  SELECT MAX(f.id) FROM goals_alignmentspan f
  WHERE f.child_id = a.child_id AND f.parent_id = a.parent_id AND f.id <= a.id
    AND NOT EXISTS (
      SELECT 1 FROM goals_alignmentspan p
      WHERE p.child_id = f.child_id AND p.parent_id = f.parent_id
        AND p.until = f.since AND p.id < f.id
    )
), a.id
"""


def subtree_as_of(
    person: Person, goal: Goal, day: date, depth: int = 64, *, most: int = 20_000
) -> Subtree:
    """What hung below a goal at the end of a day, with the definitions and numbers of then,
    as far as the person sees it today.

    Raises NotFound when there was no such goal yet, Invalid at `depth` beyond `most` goals.
    The same number of queries for each 5,000 goals.
    """
    end = end_of(person.organisation, day)
    moment = connection.ops.adapt_datetimefield_value(end)
    with connection.cursor() as cursor:
        cursor.execute(_EDGES, {"root": goal.pk, "depth": depth, "end": moment})
        edges = cursor.fetchall()
    ids = [goal.pk, *dict.fromkeys(edge[1] for edge in edges)]
    rows: dict[int, tuple[Any, ...]] = {}
    for some in _parts(ids):
        rows |= _rows_then(person, some, day, end)
        if len(rows) > most:
            raise Invalid(
                _("More than %(most)s goals hang below it: ask for fewer levels.")
                % {"most": f"{most:,}"},
                code="too_many",
                field="depth",
            )
    if goal.pk not in rows:
        raise NotFound(_("There was no such goal on that day."))
    return drawn_from(goal.pk, edges, rows)


def _rows_then(
    person: Person, ids: Sequence[int], day: date, end: datetime
) -> dict[int, tuple[Any, ...]]:
    """The fields of `tree.FIELDS` as they were, of those that the person sees and that were
    there."""
    seen = visible(person).filter(pk__in=ids).order_by().values("id")
    versions = _in_force(GoalVersion.objects.filter(goal_id__in=seen), end)
    points = _points(ids, day)
    found: dict[int, tuple[Any, ...]] = {}
    for pk, public_id, kind, facts in versions.order_by().values_list(
        "goal_id", "goal__public_id", "goal__kind", "facts"
    ):
        point = points.get(pk)
        ends = facts.get("ends")
        found[pk] = (
            pk, public_id, kind, facts["title"], facts["state"], facts.get("owner_id"),
            facts.get("unit_id"), None if ends is None else date.fromisoformat(ends),
            point.progress if point else None,
            point.terms_measured if point else 0,
            point.terms_total if point else 0,
        )  # fmt: skip
    return found
