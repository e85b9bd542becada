"""The log as a page and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from haidang.exchange.audit.asked import Asked
from haidang.exchange.audit.entries import Entry
from haidang.exchange.audit.queries import page
from haidang.exchange.audit.words import GROUPS, SOURCES, VERBS
from haidang.lib.database import reading
from haidang.people import queries as people
from haidang.people.access import person_of, signed_in, standing_of
from haidang.people.models import Person
from haidang.strategy.explorer.exporting import file_of, format_of, log_export
from haidang.web.errors import is_htmx
from haidang.web.sheets import Cell

#: Entries that one file holds at most; the newest.
MOST_EXPORTED = 20_000
_AT_ONCE = 1_000


@require_safe
@signed_in
def log_page(request: HttpRequest) -> HttpResponse:
    """Who did what, the newest first, by the filters of the address; by script the rows."""
    person = person_of(request)
    with reading():
        asked = Asked.of(person, request.GET)
        facts: dict[str, Any] = {
            "asked": asked,
            "found": page(person, asked),
            "SOURCES": SOURCES,
            "is_admin": standing_of(person).is_admin,
        }
        if is_htmx(request):
            return render(request, "exchange/_audit_found.html", facts)
        units = people.unit_lines(person)
        facts |= {
            "people_of": _people(person, asked),
            "units_of": [(n.unit.public_id, "\u2003" * n.depth + n.unit.name) for n in units],
            "what_of": _what(),
            "sources_of": list(SOURCES.items()),
        }
        return render(request, "exchange/audit.html", facts)


@require_GET
@signed_in
def export(request: HttpRequest) -> HttpResponse:
    """The entries that the filters let through, as a file; that it was taken is an entry too."""
    person, kind = person_of(request), format_of(request)
    with reading():
        asked = Asked.of(person, request.GET)
        found = list(_all(person, asked))
        answer = file_of(
            person, kind, _rows(found), name="log", title=_("Log"),
            widths=[18, 24, 24, 28, 14, 44, 60, 40, 12],
        )  # fmt: skip
    log_export(person, "events", kind=kind, rows=len(found), query=asked.query())
    return answer


def _all(person: Person, asked: Asked) -> Iterator[Entry]:
    """Every entry, page after page, up to `MOST_EXPORTED`."""
    made = 0
    while made < MOST_EXPORTED:
        part = page(person, asked, limit=min(_AT_ONCE, MOST_EXPORTED - made))
        yield from part.entries
        made += len(part.entries)
        if not part.below:
            return
        asked = replace(asked, below=part.below)


def _rows(found: Sequence[Entry]) -> Iterator[Sequence[Cell]]:
    yield [
        _("When"), _("Who"), _("On behalf of"), _("What was done"), _("ID"), _("To what"),
        _("Before and after"), _("Reason"), _("By way of"),
    ]  # fmt: skip
    for entry in found:
        details = "; ".join(
            f"{detail.name}: {detail.old or '–'} > {detail.new or '–'}"
            if detail.old or detail.new
            else str(detail.name)
            for detail in entry.details
        )
        yield [
            timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
            entry.actor.name if entry.actor else "",
            entry.on_behalf_of.name if entry.on_behalf_of else "",
            str(entry.said),
            entry.public_id,
            entry.name + (f" > {entry.other.public_id}" if entry.other else ""),
            details,
            entry.reason,
            str(SOURCES.get(entry.source, entry.source)),
        ]


def _what() -> list[tuple[str, str]]:
    """Kinds of events with their single ones below them."""
    found: list[tuple[str, str]] = []
    for head, (name, _kind) in GROUPS.items():
        found.append((head, str(name)))
        single = [(verb, said) for verb, (said, _i) in VERBS.items() if verb.startswith(head)]
        if len(single) > 1:
            found += [(verb, f"\u2003{said}") for verb, said in single]
    return found


def _people(person: Person, asked: Asked) -> list[tuple[str, str]]:
    offered = people.offered_people(person)
    if asked.who and asked.who.public_id not in {public_id for public_id, _name in offered}:
        offered.append((asked.who.public_id, asked.who.name))
    return offered
