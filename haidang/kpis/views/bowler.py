"""The bowler, and one KPI of several units side by side."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haidang.goals.rules.periods import add_months
from haidang.goals.words import EVERY
from haidang.kpis.actions.closing import Span, span_of
from haidang.kpis.queries import bowler as queries
from haidang.lib.database import reading
from haidang.lib.errors import Invalid, NotFound
from haidang.people.access import (
    people_visible,
    person_of,
    public_id_of,
    signed_in,
    today_of,
    units_visible,
)
from haidang.people.models import Person, Unit
from haidang.web.errors import is_htmx

_YEARS = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for: a fiscal year, and a unit or a person; without either the
    largest unit that the reader sees."""

    year: Span
    unit: Unit | None
    owner: Person | None
    page: int

    @classmethod
    def of(cls, person: Person, asked: Mapping[str, str]) -> Wanted:
        year = span_of(person.organisation, "year", today_of(person))
        with suppress(ValueError, Invalid):
            day = date.fromisoformat(asked.get("year", "")[:10])
            year = span_of(person.organisation, "year", day)
        owner = _found(people_visible(person), asked.get("person", ""))
        unit = None
        if owner is None:
            units = units_visible(person).filter(archived_at=None)
            unit = _found(units, asked.get("unit", "")) or units.order_by("path").first()
        if unit is None and owner is None:  # a guest, who is in no unit
            owner = person
        page = asked.get("page", "")
        is_page = page.isascii() and page.isdigit() and 0 < len(page) < 5
        return cls(year, unit, owner, max(int(page), 1) if is_page else 1)

    def query(self, **changes: Any) -> str:
        facts: dict[str, Any] = {
            "unit": self.unit.public_id if self.unit else "",
            "person": self.owner.public_id if self.owner else "",
            "year": self.year.starts.isoformat(),
        } | changes
        return "?" + urlencode({key: value for key, value in facts.items() if value})


def _found(rows: Any, public_id: str) -> Any:
    try:
        return rows.filter(public_id=public_id_of(public_id)).first()
    except NotFound:
        return None


def _years(person: Person, year: Span) -> list[tuple[str, str]]:
    running = queries.year_of(person, today_of(person))[0]
    starts = {add_months(running, -12 * n) for n in range(_YEARS)} | {year.starts}
    return [(one.isoformat(), str(one.year)) for one in sorted(starts, reverse=True)]


@require_safe
@signed_in
def kpi_bowler(request: HttpRequest) -> HttpResponse:
    """KPIs by months of a fiscal year, of a unit and below or of a person."""
    person = person_of(request)
    with reading():
        wanted = Wanted.of(person, request.GET)
        rows = queries.kpis_of(person, wanted.unit, wanted.owner)
        found = queries.bowler(person, rows, wanted.year, wanted.page)
        units = units_visible(person).filter(archived_at=None).order_by("path")
        facts = {
            "wanted": wanted,
            "bowler": found,
            "pages": max(1, -(-found.count // queries.PAGE)),
            "years": _years(person, wanted.year),
            "units_of": [(one.public_id, one.name) for one in units],
            "EVERY": EVERY,
        }
        name = "kpis/_bowler_found.html" if is_htmx(request) else "kpis/bowler.html"
        return render(request, name, facts)


@require_safe
@signed_in
def kpi_of_units(request: HttpRequest) -> HttpResponse:
    """The parts that units have in a KPI, each a little chart of one scale."""
    person = person_of(request)
    with reading():
        wanted = Wanted.of(person, request.GET)
        parents = queries.comparable(person)
        asked = request.GET.get("kpi", "")[:16].upper()
        parent = next((one for one in parents if one.public_id == asked), None)
        parent = parent or (parents[0] if parents else None)
        small = queries.small_multiples(person, parent, wanted.year) if parent else []
        facts = {
            "wanted": wanted,
            "parents": [(one.public_id, f"{one.public_id} {one.title}") for one in parents],
            "parent": parent,
            "small": small,
            "beside": [period for one in small for period in one.periods],
            "years": _years(person, wanted.year),
        }
        return render(request, "kpis/of_units.html", facts)
