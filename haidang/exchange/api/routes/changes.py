"""The log, to be followed for ever: nothing twice, nothing missed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.activity.tail import Position, settled
from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.pages import bad_cursor
from haidang.exchange.api.places import seal, unseal
from haidang.exchange.api.represent import ref
from haidang.exchange.api.schemas.changes import (
    ChangeFilters,
    ChangeOut,
    ChangesOut,
    SubjectOut,
)
from haidang.exchange.api.versions import answer
from haidang.exchange.changes import Change, Subject, read
from haidang.goals.access import cycle_for, goal_for
from haidang.lib.database import reading
from haidang.people.access import person_for, unit_for
from haidang.people.models import Person

router = Router(tags=["changes"])

BEGINNING = Position(0, 0)
#: First letters of a public id > what it names; any other names a goal.
_KINDS: Mapping[str, tuple[str, Callable[[Person, str], Any]]] = {
    "P": ("person", person_for),
    "U": ("unit", unit_for),
    "C": ("cycle", cycle_for),
}


@operation(
    router,
    "get",
    "changes",
    summary=N_("What has happened, the earliest first"),
    who=ANYONE,
    scope="read",
    answers=ChangesOut,
    snapshot=False,
    note=N_(
        "Keep `next` and ask again: nothing comes twice and nothing is left out, also of what "
        "is written at the same time. Only what you may see now is told. Facts are read "
        "at their own addresses."
    ),
)
def list_changes(request: HttpRequest, filters: Query[ChangeFilters]) -> HttpResponse:
    me = actor(request)
    of = me.organisation_id
    stop = settled()  # before the snapshot: see there
    if filters.cursor == "now":
        return answer(request, ChangesOut(items=[], next=seal(stop, of=of), more=False))
    start = unseal(filters.cursor, of=of) if filters.cursor else BEGINNING
    if start is None:
        raise bad_cursor()
    with reading():
        subject = _subject(me, filters.subject) if filters.subject else None
        found = read(me, start, stop, verb=filters.verb or "", subject=subject, limit=filters.limit)
        items = [_change_out(change, of) for change in found.changes]
    return answer(
        request, ChangesOut(items=items, next=seal(found.position, of=of), more=found.more)
    )


def _subject(person: Person, public_id: str) -> Subject:
    kind, fetch = _KINDS.get(public_id.partition("-")[0], ("goal", goal_for))
    return Subject(kind, named(person, "subject", fetch, public_id, query=True).pk)


def _change_out(change: Change, of: int) -> ChangeOut:
    subject = None
    if change.subject_kind:
        subject = SubjectOut(kind=change.subject_kind, id=change.subject)
    return ChangeOut(
        cursor=seal(change.position, of=of),
        at=change.at,
        verb=change.verb,
        actor=ref(change.actor),
        on_behalf_of=ref(change.on_behalf_of),
        subject=subject,
        goals=list(change.goals),
    )
