"""Scorecards of people and units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from haidang.client.card_shapes import (
    BowlerRow,
    CardSummary,
    Leave,
    Scorecard,
    UnitParts,
    UnitRanking,
)
from haidang.client.core import Core, id_of
from haidang.client.plain import shaped
from haidang.client.shapes import GoalRef

Lines = Sequence[Mapping[str, Any]]


class Cards(Core):
    def scorecards(
        self, *, of: str = "people", frequency: str = "month", day: date | None = None
    ) -> Iterator[CardSummary]:
        """What the cards come to that are open to one, of people or units."""
        page = 1
        while True:
            query = {"of": of, "frequency": frequency, "day": day, "page": page}
            items = self.request("GET", "kpis/scorecards", params=query).facts["items"]
            yield from (shaped(CardSummary, facts) for facts in items)
            if not items:
                return
            page += 1

    def person_scorecard(
        self, person: Any, frequency: str = "month", day: date | None = None
    ) -> Scorecard:
        """A person's card in the period that holds a day; without it in the latest one."""
        return self._card(f"people/{id_of(person)}/scorecard", frequency, day)

    def unit_scorecard(
        self, unit: Any, frequency: str = "month", day: date | None = None
    ) -> Scorecard:
        return self._card(f"units/{id_of(unit)}/scorecard", frequency, day)

    def set_person_scorecard(
        self, person: Any, starts: date, lines: Lines, **more: Any
    ) -> Scorecard:
        """Say what counts from a day on: each line a KPI with its weight in percent. `more` are
        `ends`, and `seen` of the card that was read."""
        return self._set(f"people/{id_of(person)}/scorecard", starts, lines, more)

    def set_unit_scorecard(self, unit: Any, starts: date, lines: Lines, **more: Any) -> Scorecard:
        return self._set(f"units/{id_of(unit)}/scorecard", starts, lines, more)

    def leaves(self, person: Any) -> list[Leave]:
        reply = self.request("GET", f"people/{id_of(person)}/leaves")
        return [shaped(Leave, facts) for facts in reply.facts["items"]]

    def add_leave(self, person: Any, starts: date, ends: date, *, key: str = "") -> Leave:
        """Record that a person is away: these days are left out of what is asked of them."""
        path = f"people/{id_of(person)}/leaves"
        body = {"starts": starts, "ends": ends}
        return shaped(Leave, self.request("POST", path, body=body, key=key).facts)

    def take_leave_back(self, person: Any, leave_id: int) -> None:
        self.request("DELETE", f"people/{id_of(person)}/leaves/{leave_id}")

    def bowler(
        self, *, unit: Any = None, person: Any = None, day: date | None = None
    ) -> Iterator[BowlerRow]:
        """KPIs by the months of the fiscal year that holds a day, of a unit and below or of a
        person; without either of the whole organisation."""
        query: dict[str, Any] = {"day": day, "page": 1}
        query |= {"unit": id_of(unit)} if unit is not None else {}
        query |= {"person": id_of(person)} if person is not None else {}
        while True:
            items = self.request("GET", "kpis/bowler", params=query).facts["items"]
            yield from (shaped(BowlerRow, facts) for facts in items)
            if not items:
                return
            query["page"] += 1

    def comparable_kpis(self) -> list[GoalRef]:
        """KPIs that at least two units have a part in."""
        reply = self.request("GET", "kpis/comparable")
        return [shaped(GoalRef, facts) for facts in reply.facts["items"]]

    def unit_parts(self, kpi: Any, day: date | None = None) -> UnitParts:
        """Units side by side in a KPI, in the fiscal year that holds a day."""
        path = f"goals/{id_of(kpi)}/units"
        return shaped(UnitParts, self.request("GET", path, params={"day": day}).facts)

    def unit_ranking(self, frequency: str = "month", day: date | None = None) -> UnitRanking:
        """Units by their scores, where the organisation allows it; never persons."""
        query = {"frequency": frequency, "day": day}
        return shaped(
            UnitRanking, self.request("GET", "kpis/scorecards/ranking", params=query).facts
        )

    def _card(self, path: str, frequency: str, day: date | None) -> Scorecard:
        query = {"frequency": frequency, "day": day}
        return shaped(Scorecard, self.request("GET", path, params=query).facts)

    def _set(self, path: str, starts: date, lines: Lines, more: Mapping[str, Any]) -> Scorecard:
        body = {"starts": starts, "lines": lines, **more}
        return shaped(Scorecard, self.request("PUT", path, body=body).facts)
