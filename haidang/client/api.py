"""The client: reading and writing what everybody works with; the rest is beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from haidang.client.administration import Administration
from haidang.client.cards import Cards
from haidang.client.changes import Changes
from haidang.client.closings import Closings
from haidang.client.connectors import Connectors
from haidang.client.core import PAGE, PLACES, Number, Reply, Thing, id_of
from haidang.client.links import Links
from haidang.client.plain import shaped
from haidang.client.shapes import (
    ActualMade,
    CheckIn,
    CheckInMade,
    Cycle,
    Found,
    Goal,
    GoalMade,
    GoalOutcome,
    Me,
    Person,
    Unit,
)
from haidang.client.states import States
from haidang.client.strategy import Strategy
from haidang.client.targets import KpiTargets

__all__ = ["Haidang", "Reply"]


class Haidang(States, Links, Strategy, Closings, KpiTargets, Connectors, Cards, Administration):
    """One server as one person: `url` is where it is opened in a browser.

    A GET, and a POST by its Idempotency-Key, is tried again up to `retries` times when the
    line was cut or the server asks to wait; nothing else is, as the answer to the first may
    be what was lost. Raises `Problem` for every no, `NoAnswer` where nobody answers.

    What is changed is changed as it was seen: given a shape its tag is sent (`Stale` if
    somebody was faster), given an id any version is meant.
    """

    # --- reading ------------------------------------------------------------------------

    def me(self) -> Me:
        """Whom the token acts as."""
        return shaped(Me, self.request("GET", "me").facts)

    def goals(self, **filters: Any) -> Iterator[Goal]:
        """Goals in the order in which they were made, page by page; filters as in the API."""
        return self._each(Goal, "goals", filters)

    def goal(self, goal_id: str) -> Goal:
        return self._seen(Goal, self.request("GET", f"goals/{goal_id}"))

    def people(self, **filters: Any) -> Iterator[Person]:
        """People by given name."""
        return self._each(Person, "people", filters)

    def person(self, person_id: str) -> Person:
        return self._seen(Person, self.request("GET", f"people/{person_id}"))

    def units(self, **filters: Any) -> Iterator[Unit]:
        return self._each(Unit, "units", filters)

    def unit(self, unit_id: str) -> Unit:
        return self._seen(Unit, self.request("GET", f"units/{unit_id}"))

    def cycles(self, **filters: Any) -> Iterator[Cycle]:
        return self._each(Cycle, "cycles", filters)

    def cycle(self, cycle_id: str) -> Cycle:
        return self._seen(Cycle, self.request("GET", f"cycles/{cycle_id}"))

    def check_ins(self, goal: Goal | str, **filters: Any) -> Iterator[CheckIn]:
        """The check-ins of a goal, latest recorded first."""
        return self._each(CheckIn, f"goals/{id_of(goal)}/check-ins", filters)

    def record(self, number: int) -> CheckIn:
        """A check-in by its number."""
        return shaped(CheckIn, self.request("GET", f"check-ins/{number}").facts)

    def search(self, text: str, *, limit: int = 8) -> Found:
        """Goals, people and units with these words, diacritics or not."""
        params = {"q": text, "limit": limit}
        return shaped(Found, self.request("GET", "search", params=params).facts)

    def changes(
        self,
        since: str | None = None,
        *,
        verb: str | None = None,
        subject: str | None = None,
        wait: float | None = None,
    ) -> Changes:
        """What has happened since a cursor: None the beginning, "now" from here on.

        Ends when there is no more; with `wait` it asks again after so many seconds, for ever.
        """

        def ask(cursor: str | None) -> Any:
            params = {"cursor": cursor, "verb": verb, "subject": subject, "limit": PAGE}
            return self.request("GET", "changes", params=params).facts

        return Changes(ask, since, wait, self._sleep)

    # --- writing ------------------------------------------------------------------------

    def create_goal(self, kind: str, title: str, **facts: Any) -> Goal:
        body = {"kind": kind, "title": title, **facts}
        return self._seen(Goal, self.request("POST", "goals", body=body))

    def create_person(self, name: str, **facts: Any) -> Person:
        return self._seen(Person, self.request("POST", "people", body={"name": name, **facts}))

    def create_unit(self, name: str, **facts: Any) -> Unit:
        return self._seen(Unit, self.request("POST", "units", body={"name": name, **facts}))

    def create_cycle(self, name: str, kind: str, starts: date, ends: date, **facts: Any) -> Cycle:
        body = {"name": name, "kind": kind, "starts": starts, "ends": ends, **facts}
        return self._seen(Cycle, self.request("POST", "cycles", body=body))

    def edit(self, thing: Thing, **changes: Any) -> Thing:
        """Change a goal, person, unit or cycle as it was seen; Stale if somebody was faster."""
        kind = type(thing)
        path = f"{PLACES[kind]}/{thing.id}"
        return self._seen(kind, self.request("PATCH", path, body=changes, etag=thing.etag))

    def check_in(self, goal: Goal | str, value: Number | None = None, **facts: Any) -> CheckIn:
        """Report where a goal stands.

        Of a `Goal` its measure as it was seen (Conflict, code "stale", if it was changed); of
        an id whichever it is.
        """
        body = _values(value, facts)
        etag = "*"
        if isinstance(goal, Goal):
            body.setdefault("measure_version", goal.measure_version)
            etag = ""
        path = f"goals/{id_of(goal)}/check-ins"
        return shaped(CheckIn, self.request("POST", path, body=body, etag=etag).facts)

    def check_in_many(self, rows: Iterable[Mapping[str, Any]]) -> list[CheckInMade]:
        """Up to 1,000 check-ins, all of them or none: `{"goal": goal, "value": "3.1", ...}`.

        Invalid tells every reason by row and field (`rows.4.value`).
        """
        body = [_row(row) for row in rows]
        reply = self.request("POST", "check-ins/bulk", body={"rows": body})
        return [shaped(CheckInMade, facts) for facts in reply.facts["items"]]

    def report_kpis(self, rows: Iterable[Mapping[str, Any]]) -> list[ActualMade]:
        """Up to 10,000 actuals, all of them or none: `{"kpi": kpi, "day": day, "value": "3.1"}`.

        What stands already is not recorded again (`outcome`). Invalid tells every reason by
        row and field (`rows.4.value`).
        """
        body = [{**row, "kpi": id_of(row["kpi"])} for row in rows]
        reply = self.request("POST", "kpis/actuals", body={"rows": body})
        return [shaped(ActualMade, facts) for facts in reply.facts["items"]]

    def create_many(self, rows: Iterable[Mapping[str, Any]]) -> list[GoalMade]:
        """Up to 500 goals, all of them or none, in their order: `{"kind": "objective", ...}`.

        A row with a `name` may be the parent of later ones, as `"#name"`. Invalid tells every
        reason by row and field (`rows.4.title`).
        """
        reply = self.request("POST", "goals/bulk", body={"rows": list(rows)})
        return [shaped(GoalMade, facts) for facts in reply.facts["items"]]

    def change_many(
        self, goals: Iterable[Goal | Mapping[str, Any]], what: str, value: Any = None, **more: Any
    ) -> list[GoalOutcome]:
        """One change of up to 200 goals, all of them or none; `preview=True` only says what
        would become of each.

        Each goal as it was seen, or `{"id": "O-1", "version": 3}`. `what` is a fact (owner,
        unit, visibility, cycle, ends), "tags" with `add` and `remove`, or a state (submit,
        approve, drop, archive).
        """
        seen = [
            {"id": one.id, "version": one.version} if isinstance(one, Goal) else dict(one)
            for one in goals
        ]
        body = {"goals": seen, "what": what, "value": value, **more}
        reply = self.request("POST", "goals/bulk/changes", body=body)
        return [shaped(GoalOutcome, facts) for facts in reply.facts["items"]]

    def correct(
        self, check_in: CheckIn | int, value: Number | None = None, **facts: Any
    ) -> CheckIn:
        """Put another check-in in its place."""
        path = f"check-ins/{_number(check_in)}/correction"
        return shaped(CheckIn, self.request("POST", path, body=_values(value, facts)).facts)

    def void(self, check_in: CheckIn | int, reason: str) -> CheckIn:
        """Declare a check-in void, saying why."""
        path = f"check-ins/{_number(check_in)}/voiding"
        return shaped(CheckIn, self.request("POST", path, body={"reason": reason}).facts)


def _values(value: Number | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    return dict(facts) if value is None else {"value": value, **facts}


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    goal = row["goal"]
    seen = goal.measure_version if isinstance(goal, Goal) else None
    return {"measure_version": seen, **row}


def _number(check_in: CheckIn | int) -> int:
    return check_in.id if isinstance(check_in, CheckIn) else check_in
