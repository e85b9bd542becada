"""What one may administer, in one place, and the tokens of everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from haidang.people import queries
from haidang.people.access import (
    Membership,
    person_of,
    require_organisation,
    signed_in,
    standing_of,
)
from haidang.people.models import Scope
from haidang.people.views.saving import whole_number
from haidang.web.navigation import address
from haidang.web.terms import gettext_lazy as _


def _everybody(me: Membership) -> bool:
    return me.is_active


def _insiders(me: Membership) -> bool:
    return me.is_active and not me.is_guest


def _administrators(me: Membership) -> bool:
    return me.is_admin


def _strategists(me: Membership) -> bool:
    return me.is_strategist


def _keepers(me: Membership) -> bool:
    return me.is_admin or me.is_strategist


@dataclass(frozen=True, slots=True)
class Entry:
    """A place to go: its URL name (other rooms may have it, or not), and for whom it is."""

    name: str
    label: Any
    text: Any
    icon: str
    whose: Callable[[Membership], bool]


#: Groups in their order. A page still decides for itself who comes in.
GROUPS: list[tuple[Any, list[Entry]]] = [
    (
        _("People and units"),
        [
            Entry(
                "people", _("People"), _("Add, invite, give roles, transfer, let go."),
                "users", _administrators,
            ),
            Entry(
                "units", _("Units"), _("Add, move, merge, close; who leads them."),
                "hierarchy-2", _administrators,
            ),
            Entry(
                "tokens_all", _("Everyone's tokens"), _("Programs that act for somebody."),
                "key", _administrators,
            ),
        ],
    ),
    (
        _("How the company works"),
        [
            Entry(
                "organisation_settings", _("Settings"),
                _("Name, thresholds, working days and holidays, who sees new goals."),
                "adjustments-horizontal", _insiders,
            ),
            Entry(
                "organisation_terms", _("Terms"), _("What goals are called here."),
                "language", _keepers,
            ),
            Entry(
                "organisation_fields", _("Fields"), _("What else is asked about a goal."),
                "forms", _keepers,
            ),
            Entry(
                "cycles", _("Cycles"), _("Quarters and years: plan, open, close."),
                "calendar", _strategists,
            ),
        ],
    ),
    (
        _("Data"),
        [
            Entry(
                "imports", _("Import lists"), _("People, units and goals from a spreadsheet."),
                "file-import", _keepers,
            ),
            Entry(
                "exports", _("Export lists"), _("What you see, as a spreadsheet."),
                "file-export", _insiders,
            ),
            Entry(
                "connectors", _("Connectors"), _("KPIs that come from the company's own systems."),
                "database", _administrators,
            ),
            Entry(
                "audit_log", _("Audit log"), _("Who did what, and when."),
                "history", _administrators,
            ),
        ],
    ),
    (
        _("Your own"),
        [
            Entry(
                "account", _("Account"), _("Language, theme, time zone."),
                "user-circle", _everybody,
            ),
            Entry(
                "mfa_index", _("Password and security"),
                _("Second factor, passkeys, recovery codes."), "shield-lock", _everybody,
            ),
            Entry(
                "tokens", _("Your tokens"), _("Let a program act for you."),
                "key", _everybody,
            ),
        ],
    ),
]  # fmt: skip


@require_GET
@signed_in
def administration(request: HttpRequest) -> HttpResponse:
    """Everything that this person may administer; their own account at least."""
    me = standing_of(person_of(request))
    groups = []
    for label, entries in GROUPS:
        open_to = [(entry, address(entry.name)) for entry in entries if entry.whose(me)]
        found = [(entry, href) for entry, href in open_to if href is not None]
        if found:
            groups.append((label, found))
    return render(request, "people/administration.html", {"groups": groups})


@require_GET
@signed_in
@never_cache
def tokens_all(request: HttpRequest) -> HttpResponse:
    """Every token of the organisation that was not revoked, the latest used first."""
    actor = person_of(request)
    require_organisation(actor, "see_tokens")
    page = queries.all_tokens(actor, whole_number(request.GET.get("page", ""), 1))
    facts = {"page": page, "tokens": page.tokens, "scope_words": dict(Scope.choices)}
    return render(request, "people/tokens_all.html", facts)
