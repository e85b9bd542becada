"""What hangs below goals of the map, of what a person sees, whatever else is there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from haidang.goals.models import Goal
from haidang.lib.database import ask, one_of
from haidang.strategy.map import rules

_LINKS = """
FROM goals_alignment link
WHERE link.parent_id {under} AND link.relation IN ({branches}) AND EXISTS ({seen})
"""
_PAIRS = "SELECT link.child_id, link.parent_id" + _LINKS + "LIMIT %s"
_COUNTS = "SELECT link.parent_id, count(*)" + _LINKS + "GROUP BY link.parent_id"


class Below:
    """The branches that lead from goals down to those of a question.

    The database walks from the links to the goals, one by one, which are few; left the choice,
    it may list every goal of the organisation first.
    """

    def __init__(self, goals: QuerySet[Goal]) -> None:
        at_link = RawSQL("goals_goal.id = link.child_id", (), output_field=BooleanField())
        try:
            found = goals.order_by().filter(at_link).values_list("id").query.sql_with_params()
        except EmptyResultSet:
            found = ("SELECT 1 WHERE 1 = 0", ())
        self._seen, self._values = found
        if connection.vendor == "postgresql":
            self._seen += " OFFSET 0"  # not to be joined

    def pairs(self, parents: Collection[int], most: int) -> list[tuple[int, int]]:
        """(child, parent), at most so many."""
        return self._ask(_PAIRS, parents, most)

    def counts(self, parents: Collection[int]) -> dict[int, int]:
        """How many hang under each parent that has any."""
        return dict(self._ask(_COUNTS, parents))

    def _ask(self, sql: str, parents: Collection[int], *more: int) -> list[tuple[Any, ...]]:
        if not parents:
            return []
        under, listed = one_of(parents)
        branches = ", ".join("%s" for _ in rules.BRANCHES)
        written = sql.format(under=under, branches=branches, seen=self._seen)
        return ask(written, [listed, *rules.BRANCHES, *self._values, *more])
