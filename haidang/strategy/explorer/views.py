"""The tables of goals, people and units, and the same as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from haidang.goals import words
from haidang.goals.models import Kind, Level
from haidang.lib.database import reading
from haidang.people import queries as people_queries
from haidang.people.access import people_visible, person_of, signed_in, standing_of, units_visible
from haidang.people.models import Person, Role
from haidang.strategy.explorer import exporting, sheet
from haidang.strategy.explorer import goals as tables
from haidang.strategy.explorer import people as others
from haidang.strategy.explorer.asked import Asked
from haidang.strategy.explorer.columns import GOAL, PEOPLE, PERSON, UNIT, UNITS, Column
from haidang.strategy.explorer.forms import CHANGES
from haidang.strategy.explorer.own import filters_of
from haidang.strategy.explorer.people import Listing, Row
from haidang.strategy.queries.goals import choices
from haidang.strategy.words import ASPECTS, NOWHERE
from haidang.web.errors import is_htmx
from haidang.web.sheets import Cell
from haidang.web.terms import gettext as _

#: Goals, people or units that one file holds at most.
MOST_EXPORTED = 200_000
_AT_ONCE = 2_000


@require_safe
@signed_in
def goals(request: HttpRequest) -> HttpResponse:
    """Goals as a table, by what the address asks; by script the rows alone."""
    person = person_of(request)
    with reading():
        asked = Asked.of(person, request.GET)
        facts: dict[str, Any] = {
            "asked": asked,
            "table": tables.table(person, asked),
            "words": words,
            "coverage": sheet.coverage,
            "ASPECTS": ASPECTS,
            "may_change": not standing_of(person).is_viewer,
            "most": tables.LOOKED_AT,
            "GOAL": GOAL,
            "NOWHERE": NOWHERE,
            "CHANGES": [(what, *words_of) for what, words_of in CHANGES.items()],
        }
        if is_htmx(request):
            return render(request, "strategy/_explorer_found.html", facts)
        offered = choices(person)
        facts |= {
            "columns": asked.all_columns,
            "own_filters": filters_of(asked.fields),
            "cycles_of": [(c.public_id, c.name) for c in offered.cycles],
            "units_of": [(u.public_id, u.name) for u in offered.units],
            "owners_of": _owners(person, asked),
            "tags_of": [(name, name) for name in offered.tags],
            "counts": _counts(person),
            "Level": Level,
            "Kind": Kind,
        }
        return render(request, "strategy/explorer.html", facts)


@require_GET
@signed_in
def export_goals(request: HttpRequest) -> HttpResponse:
    """The whole table as a file: its rows on all pages, its columns as they are chosen."""
    person, kind = person_of(request), exporting.format_of(request)
    with reading():
        asked = Asked.of(person, request.GET)
        keys, _more = tables.ids_of(person, asked, MOST_EXPORTED)

        def lines() -> Iterator[tables.Line]:
            for at in range(0, len(keys), _AT_ONCE):
                yield from tables.as_lines(person, asked, keys[at : at + _AT_ONCE])

        answer = exporting.file_of(
            person,
            kind,
            sheet.rows(lines(), asked.columns),
            name="goals",
            title=_("Goals"),
            widths=sheet.widths(asked.columns),
        )
    exporting.log_export(person, "goals", kind=kind, rows=len(keys), query=asked.query())
    return answer


@require_safe
@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """People as a table; by script the rows alone."""
    person = person_of(request)
    with reading():
        asked = Listing.of(person, request.GET, units=False)
        facts: dict[str, Any] = {
            "asked": asked,
            "page": others.people(person, asked),
            "PERSON": PERSON,
        }
        if is_htmx(request):
            return render(request, "strategy/_explorer_people.html", facts)
        offered = people_queries.unit_lines(person)
        facts |= {
            "columns": PEOPLE,
            "units_of": [(n.unit.public_id, "\u2003" * n.depth + n.unit.name) for n in offered],
            "roles_of": [c for c in Role.choices if c[0] != Role.MEMBER],
            "counts": _counts(person),
        }
        return render(request, "strategy/explorer_people.html", facts)


@require_GET
@signed_in
def export_people(request: HttpRequest) -> HttpResponse:
    """The whole table of people as a file."""
    person = person_of(request)
    asked = Listing.of(person, request.GET, units=False)
    return _exported(
        request, asked, "people", [_("ID"), _("Person")],
        lambda: (list(others.people_found(person, asked)[:MOST_EXPORTED]), others.people_rows),
        others.person_cells,
    )  # fmt: skip


@require_safe
@signed_in
def units(request: HttpRequest) -> HttpResponse:
    """Units as a table; by script the rows alone."""
    person = person_of(request)
    with reading():
        asked = Listing.of(person, request.GET, units=True)
        facts: dict[str, Any] = {"asked": asked, "page": others.units(person, asked), "UNIT": UNIT}
        if is_htmx(request):
            return render(request, "strategy/_explorer_units.html", facts)
        facts |= {"columns": UNITS, "counts": _counts(person)}
        return render(request, "strategy/explorer_units.html", facts)


@require_GET
@signed_in
def export_units(request: HttpRequest) -> HttpResponse:
    """The whole table of units as a file."""
    person = person_of(request)
    asked = Listing.of(person, request.GET, units=True)
    return _exported(
        request, asked, "units", [_("ID"), _("Unit")],
        lambda: (list(others.units_found(person, asked)[:MOST_EXPORTED]), others.unit_rows),
        others.unit_cells,
    )  # fmt: skip


def _exported(
    request: HttpRequest,
    asked: Listing,
    what: str,
    head: Sequence[str],
    find: Any,
    cells: Any,
) -> HttpResponse:
    person, kind = person_of(request), exporting.format_of(request)
    with reading():
        things, rows_of = find()
        made: list[Row] = []
        for at in range(0, len(things), _AT_ONCE):
            made += rows_of(person, asked, things[at : at + _AT_ONCE])[0]
        answer = exporting.file_of(
            person,
            kind,
            _rows(made, asked.columns, head, cells),
            name=what,
            title=str(head[1]),
            widths=[12, 32, *([20] * len(asked.columns))],
        )
    exporting.log_export(person, what, kind=kind, rows=len(things), query=asked.query())
    return answer


def _rows(
    made: Sequence[Row], columns: Sequence[Column], head: Sequence[str], cells: Any
) -> Iterator[Sequence[Cell]]:
    yield [*head, *(str(column.label) for column in columns)]
    for row in made:
        found = [sheet.cell(cells(row, column.name)) for column in columns]
        yield [row.thing.public_id, row.thing.name, *found]


def _owners(person: Person, asked: Asked) -> list[tuple[str, str]]:
    """Whom goals can be filtered by: the first people, and who is asked for now."""
    offered = people_queries.offered_people(person)
    now = asked.filters.owner
    if now is not None and not asked.filters.mine:
        known = {public_id for public_id, _name in offered}
        if now.public_id not in known:
            offered.append((now.public_id, now.name))
    return offered


def _counts(person: Person) -> dict[str, int]:
    """How many people and units the tabs lead to."""
    return {
        "people": people_visible(person).filter(is_active=True).count(),
        "units": units_visible(person).filter(archived_at=None).count(),
    }
