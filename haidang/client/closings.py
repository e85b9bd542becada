"""Closing the periods of KPIs, and opening one again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from haidang.client.closing_shapes import ClosedFigure, ClosingState, PeriodComment, Reopening
from haidang.client.core import Core, id_of
from haidang.client.links import AnyGoal
from haidang.client.plain import shaped


class Closings(Core):
    def closed_figures(self, frequency: str, starts: date) -> Iterator[ClosedFigure]:
        """What was closed of a period, every version: the same whatever changed since."""
        return self._each(ClosedFigure, f"kpis/closings/{frequency}/{starts}", {})

    def closing_state(self, frequency: str, day: date) -> ClosingState:
        """How far the period that holds a day is closed."""
        reply = self.request("GET", f"kpis/closings/{frequency}/{day}/state")
        return shaped(ClosingState, reply.facts)

    def close_period(
        self, frequency: str, day: date, *, unit: Any = None, key: str = ""
    ) -> ClosingState:
        """Close the period that holds a day, of the KPIs that one may close."""
        body = {} if unit is None else {"unit": id_of(unit)}
        path = f"kpis/closings/{frequency}/{day}"
        return shaped(ClosingState, self.request("POST", path, body=body, key=key).facts)

    def period_comments(self, kpi: AnyGoal, day: date) -> list[PeriodComment]:
        """What is said about the period of a KPI that holds a day, the earliest first."""
        reply = self.request("GET", f"goals/{id_of(kpi)}/periods/{day}/comments")
        return [shaped(PeriodComment, facts) for facts in reply.facts["items"]]

    def comment_period(self, kpi: AnyGoal, day: date, text: str, *, key: str = "") -> PeriodComment:
        path = f"goals/{id_of(kpi)}/periods/{day}/comments"
        return shaped(PeriodComment, self.request("POST", path, body={"text": text}, key=key).facts)

    def take_back_comment(self, comment_id: int) -> PeriodComment:
        """Take one's own words back."""
        return shaped(PeriodComment, self.request("DELETE", f"kpis/comments/{comment_id}").facts)

    def ask_reopening(self, kpi: AnyGoal, day: date, reason: str, *, key: str = "") -> Reopening:
        """Ask that a KPI's closed period is opened again; somebody else decides."""
        path = f"goals/{id_of(kpi)}/periods/{day}/reopening"
        return shaped(Reopening, self.request("POST", path, body={"reason": reason}, key=key).facts)

    def reopenings(self) -> list[Reopening]:
        """The requests that wait for one's answer."""
        reply = self.request("GET", "kpis/reopenings")
        return [shaped(Reopening, facts) for facts in reply.facts["items"]]

    def reopening(self, request_id: int) -> Reopening:
        return shaped(Reopening, self.request("GET", f"kpis/reopenings/{request_id}").facts)

    def decide_reopening(
        self, request_id: int, granted: bool, reason: str = "", *, key: str = ""
    ) -> Reopening:
        body = {"granted": granted, "reason": reason}
        path = f"kpis/reopenings/{request_id}/decision"
        return shaped(Reopening, self.request("POST", path, body=body, key=key).facts)

    def withdraw_reopening(self, request_id: int, *, key: str = "") -> Reopening:
        """Take back what one asked for; the period stays closed."""
        path = f"kpis/reopenings/{request_id}/withdrawal"
        return shaped(Reopening, self.request("POST", path, body={}, key=key).facts)
