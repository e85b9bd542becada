"""What leaders read: identity, map, trees, numbers, and how all of it was on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from haidang.client.core import Core, guard, id_of
from haidang.client.links import AnyGoal
from haidang.client.number_shapes import Actual, GoalThen, HistoryPoint, KpiPeriod, Number, Subtree
from haidang.client.plain import shaped
from haidang.client.shapes import Goal
from haidang.client.strategy_shapes import (
    Attention,
    CoreValue,
    Identity,
    Kpi,
    LibraryKpi,
    Overview,
    SavedView,
    StrategyMap,
)


class Strategy(Core):
    """Words in both languages are sent as `{"vi": "...", "en": "..."}`."""

    def identity(self) -> Identity:
        """Vision, mission and core values."""
        return self._seen(Identity, self.request("GET", "identity"))

    def edit_identity(self, seen: Identity | None = None, **changes: Any) -> Identity:
        """Write `vision` and `mission`; `seen` guards."""
        reply = self.request("PATCH", "identity", body=changes, etag=guard(seen))
        return self._seen(Identity, reply)

    def value(self, value_id: str) -> CoreValue:
        """A core value as it stands, with the tag by which it is changed."""
        return self._seen(CoreValue, self.request("GET", f"identity/values/{value_id}"))

    def add_value(self, name: Mapping[str, str], **facts: Any) -> CoreValue:
        """A core value: its `name`, and words, icon and place."""
        reply = self.request("POST", "identity/values", body={"name": name, **facts})
        return self._seen(CoreValue, reply)

    def edit_value(self, value: CoreValue | str, **changes: Any) -> CoreValue:
        path = f"identity/values/{id_of(value)}"
        return self._seen(CoreValue, self.request("PATCH", path, body=changes, etag=guard(value)))

    def remove_value(self, value: CoreValue | str) -> None:
        self.request("DELETE", f"identity/values/{id_of(value)}", etag=guard(value))

    def map(self, **filters: Any) -> StrategyMap:
        """The strategy map: at most 2,000 goals as a forest, and the links beside it."""
        return shaped(StrategyMap, self.request("GET", "map", params=filters).facts)

    def saved_views(self) -> list[SavedView]:
        """Views of the map under a name: one's own, then those that others share."""
        reply = self.request("GET", "map/views")
        return [shaped(SavedView, facts) for facts in reply.facts["items"]]

    def saved_view(self, view_id: int) -> SavedView:
        """A saved view, with the tag by which it is changed."""
        return self._seen(SavedView, self.request("GET", f"map/views/{view_id}"))

    def save_view(self, name: str, **facts: Any) -> SavedView:
        """Keep a view: `query` and `place` as the map's address has them, `is_shared`."""
        body = {"name": name, **facts}
        return self._seen(SavedView, self.request("POST", "map/views", body=body))

    def edit_view(self, view: SavedView | int, **changes: Any) -> SavedView:
        path = f"map/views/{_number(view)}"
        reply = self.request("PATCH", path, body=changes, etag=guard(view))
        return self._seen(SavedView, reply)

    def delete_view(self, view: SavedView | int) -> None:
        self.request("DELETE", f"map/views/{_number(view)}", etag=guard(view))

    def kpis(self, parent: AnyGoal | None = None) -> Iterator[Kpi]:
        """A level of the tree of KPIs: what hangs below none, or right below `parent`."""
        return self._each(Kpi, "kpis/tree", {"parent": None if parent is None else id_of(parent)})

    def kpi_library(self, **filters: Any) -> list[LibraryKpi]:
        """Ready KPIs; filters department, perspective, q."""
        reply = self.request("GET", "kpis/library", params=filters)
        return [shaped(LibraryKpi, facts) for facts in reply.facts["items"]]

    def draft_from_library(self, entry: LibraryKpi | str) -> Goal:
        """Take a ready KPI over: a draft of one's own, in the client's language."""
        key = entry if isinstance(entry, str) else entry.key
        return self._seen(Goal, self.request("POST", f"kpis/library/{key}/draft"))

    def overview(self) -> Overview:
        return shaped(Overview, self.request("GET", "overview").facts)

    def attention(self, **filters: Any) -> Attention:
        """What needs attention, by reason; filters reason, unit, cycle, limit."""
        return shaped(Attention, self.request("GET", "attention", params=filters).facts)

    # --- numbers ------------------------------------------------------------------------

    def number(self, goal: AnyGoal) -> Number:
        """A goal's number with the terms that make it."""
        return shaped(Number, self.request("GET", f"goals/{id_of(goal)}/number").facts)

    def subtree(
        self, goal: AnyGoal, *, depth: int | None = None, as_of: date | None = None
    ) -> Subtree:
        """A goal and what hangs below it, now or as it stood at the end of a day."""
        params = {"depth": depth, "as_of": as_of}
        return shaped(
            Subtree, self.request("GET", f"goals/{id_of(goal)}/subtree", params=params).facts
        )

    def history(
        self, goal: AnyGoal, *, since: date | None = None, until: date | None = None
    ) -> Iterator[HistoryPoint]:
        """Its numbers day by day, the latest first."""
        filters = {"since": since, "until": until}
        return self._each(HistoryPoint, f"goals/{id_of(goal)}/history", filters)

    def actuals(self, **filters: Any) -> Iterator[Actual]:
        """What stands per KPI and period, KPI by KPI, the earliest first: `frequency`,
        `unit`, `to` a day and `since` one."""
        filters["from"] = filters.pop("since", None)
        return self._each(Actual, "kpis/actuals", filters)

    def periods(self, goal: AnyGoal, year: int | None = None) -> list[KpiPeriod]:
        """A KPI's periods: the latest 400, or those of a fiscal year."""
        reply = self.request("GET", f"goals/{id_of(goal)}/periods", params={"year": year})
        return [shaped(KpiPeriod, facts) for facts in reply.facts["items"]]

    def as_of(self, goal: AnyGoal, day: date) -> GoalThen:
        """A goal as it stood at the end of a day."""
        return shaped(GoalThen, self.request("GET", f"goals/{id_of(goal)}/as-of/{day}").facts)

    def goals_as_of(self, day: date, **filters: Any) -> Iterator[GoalThen]:
        """All goals as they stood at the end of a day; filters hold of what was then."""
        return self._each(GoalThen, f"goals/as-of/{day}", filters)


def _number(view: SavedView | int) -> int:
    return view if isinstance(view, int) else view.id
