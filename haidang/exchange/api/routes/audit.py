"""The log in words, as its page tells it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.places import below_of, cursor_of
from haidang.exchange.api.problems import BadParameter
from haidang.exchange.api.represent import goal_ref, ref
from haidang.exchange.api.schemas.audit import (
    AuditEntryOut,
    AuditFilters,
    AuditOut,
    DetailOut,
    ThingOut,
)
from haidang.exchange.api.versions import answer
from haidang.exchange.audit.asked import Asked
from haidang.exchange.audit.entries import Entry
from haidang.exchange.audit.queries import page
from haidang.exchange.audit.words import GROUPS, SOURCES, VERBS
from haidang.people.access import person_for, unit_for
from haidang.people.models import Person

router = Router(tags=["audit"])


@operation(
    router,
    "get",
    "audit",
    summary=N_("Who did what to what, the latest first"),
    who=ANYONE,
    scope="read",
    answers=AuditOut,
    note=N_(
        "In words, with what was before and after. Only what you may know of at this moment: "
        "administrators read what was done to accounts, roles, settings and tokens of "
        "everybody, strategists what was done to every goal that is not private. To follow what "
        "happens, ask for `/changes`."
    ),
)
def list_audit(request: HttpRequest, filters: Query[AuditFilters]) -> HttpResponse:
    me = actor(request)
    asked = _asked(me, filters)
    with timezone.override(ZoneInfo(me.organisation.time_zone)):
        found = page(me, asked, limit=filters.limit)
    following = cursor_of(found.below, of=me.organisation_id) if found.below else None
    items = [_entry_out(entry) for entry in found.entries]
    return answer(request, AuditOut(items=items, next=following))


def _asked(me: Person, filters: AuditFilters) -> Asked:
    what, source = filters.what or "", filters.source or ""
    if what and what not in VERBS and what not in GROUPS:
        raise BadParameter(_("Nothing is called so in the log."), code="unknown", field="what")
    if source and source not in SOURCES:
        choices = {"expected": ", ".join(SOURCES)}
        raise BadParameter(_("One of %(expected)s.") % choices, code="unknown", field="source")
    return Asked(
        since=filters.since,
        until=filters.until,
        who=named(me, "who", person_for, filters.who, query=True) if filters.who else None,
        what=what,
        thing=filters.thing or "",
        unit=named(me, "unit", unit_for, filters.unit, query=True) if filters.unit else None,
        source=source,
        below=below_of(filters.cursor, of=me.organisation_id),
    )


def _entry_out(entry: Entry) -> AuditEntryOut:
    return AuditEntryOut(
        at=entry.at,
        verb=entry.verb,
        said=str(entry.said),
        source=entry.source,
        actor=ref(entry.actor),
        on_behalf_of=ref(entry.on_behalf_of),
        subject=ThingOut(id=entry.public_id or None, name=str(entry.name)),
        other=None if entry.other is None else goal_ref(entry.other),
        details=[
            DetailOut(name=str(one.name), before=str(one.old), after=str(one.new))
            for one in entry.details
        ],
        reason=entry.reason,
    )
