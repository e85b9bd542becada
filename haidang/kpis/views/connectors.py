"""Connectors: the list, making and changing one, trying it, its runs, its names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haidang.goals.access import visible
from haidang.goals.words import period_label
from haidang.kpis.access import (
    connector_for,
    may_connect,
    names_visible,
    require_connecting,
    run_for,
)
from haidang.kpis.actions import connecting, running
from haidang.kpis.actions.fetching import folder_of
from haidang.kpis.actions.foreign_names import MOST_NAMES
from haidang.kpis.actions.wording import in_language
from haidang.kpis.connectors.registry import sources
from haidang.kpis.forms.connectors import ConnectorForm, NameForm, names_typed
from haidang.kpis.models import Connector
from haidang.kpis.queries import connectors as queries
from haidang.kpis.tasks import carry_out_run
from haidang.lib.database import reading
from haidang.lib.errors import Conflict, Invalid, Stale
from haidang.lib.text import clean_line
from haidang.people.access import person_of, signed_in
from haidang.people.models import Person
from haidang.web.errors import is_htmx
from haidang.web.forms import over_what_stands
from haidang.web.once import once

FORM = ["GET", "HEAD", "POST"]
#: Kind of a source > what it looks like.
SIGNS = {
    "sql": "database",
    "http": "world",
    "files": "file-spreadsheet",
    "odoo": "building-community",
    "erpnext": "building-community",
    "push": "send",
}
#: Rows for names that are not there yet.
BLANK = 3
#: Names that a trial met and hands over.
MET = 200


def _facts(**facts: Any) -> dict[str, Any]:
    return {"SIGNS": SIGNS, "sources": sources(), "said": in_language, **facts}


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@require_safe
@signed_in
def connectors(request: HttpRequest) -> HttpResponse:
    """Every connector with its state and its last run."""
    person = person_of(request)
    require_connecting(person)
    with reading():
        found = queries.listed(person)
        return render(request, "kpis/connectors.html", _facts(found=found))


@require_http_methods(FORM)
@signed_in
def connector_new(request: HttpRequest) -> HttpResponse:
    """A new connector: first what it asks, then the rest."""
    person = person_of(request)
    require_connecting(person)
    kind = request.POST.get("source") or request.GET.get("source", "")
    source = sources().get(kind)
    if source is None:
        status = 422 if request.method == "POST" else 200
        return render(request, "kpis/connector_source.html", _facts(), status=status)
    if request.method != "POST":
        return _form(request, ConnectorForm(person, source))
    form = ConnectorForm(person, source, request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, 422)
    try:
        with once(request) as sent:
            if not sent.answer:
                sent.answer = str(connecting.make_connector(person, kind, form.plan()).pk)
    except (Invalid, Conflict) as refusal:
        return _form(request, form, form.refuse(refusal))
    messages.success(request, _("The connector is made. Try it, then say which names mean what."))
    return HttpResponseRedirect(reverse("connector", args=[sent.answer]))


@require_http_methods(FORM)
@signed_in
def connector_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a connector; a stale form keeps what was typed."""
    person = person_of(request)
    connector = connector_for(person, pk)
    source = connecting.source_of(connector.kind)
    if request.method != "POST":
        return _form(request, ConnectorForm(person, source, connector=connector))
    form = ConnectorForm(person, source, request.POST, request.FILES, connector=connector)
    if not form.is_valid():
        return _form(request, form, 422)
    try:
        connecting.edit_connector(person, connector, _version(request), form.plan())
    except Stale as stale:
        status = form.refuse(stale)
        over_what_stands(form, stale)
        return _form(request, form, status)
    except (Invalid, Conflict) as refusal:
        return _form(request, form, form.refuse(refusal))
    revived = connector.retired_at is not None
    said = _("The connector is revived. Try it, then switch it on.") if revived else _("Saved.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("connector", args=[pk]))


def _form(request: HttpRequest, form: ConnectorForm, status: int = 200) -> HttpResponse:
    facts = _facts(
        form=form,
        connector=form.connector,
        source=form.source,
        inside=settings.CONNECTORS_INSIDE,
        folder=folder_of(person_of(request).organisation).name,
    )
    return render(request, "kpis/connector_form.html", facts, status=status)


@require_safe
@signed_in
def connector(request: HttpRequest, pk: int) -> HttpResponse:
    """A connector: what it asks, when, how its last runs went."""
    person = person_of(request)
    with reading():
        found = connector_for(person, pk)
        before = request.GET.get("before", "")
        last = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else 0
        runs = queries.runs_of(found, before=last)
        facts = _facts(
            connector=found,
            source=sources().get(found.kind),
            runs=runs[: queries.SHOWN],
            older=runs[queries.SHOWN - 1].pk if len(runs) > queries.SHOWN else None,
            names=list(names_visible(person, found)),
            hidden=found.names.count() - names_visible(person, found).count(),
            label=_label(found, *running.span_asked(found, timezone.now())),
        )
        return render(request, "kpis/connector.html", facts)


def _label(connector: Connector, starts: Any, _ends: Any) -> str:
    first_month = connector.organisation.fiscal_year_start
    return period_label(starts, connector.frequency, first_month)


@require_POST
@signed_in
def connector_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch it on or off."""
    person = person_of(request)
    found = connector_for(person, pk)
    on = request.POST.get("is_on") == "1"
    try:
        connecting.switch_connector(person, found, _version(request), on)
    except Conflict as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("It is on.") if on else _("It is off."))
    return HttpResponseRedirect(reverse("connector", args=[pk]))


@require_http_methods(FORM)
@signed_in
def connector_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a connector that never brought anything, or retire one that did; asked first."""
    person = person_of(request)
    found = connector_for(person, pk)
    refusal: Conflict | None = None
    if request.method == "POST":
        try:
            left = connecting.remove_connector(person, found, _version(request))
        except Conflict as conflict:
            refusal = conflict
            found = connector_for(person, pk)  # as it stands, to be looked at once more
        else:
            if left is None:
                messages.success(request, _("The connector is deleted."))
                return HttpResponseRedirect(reverse("connectors"))
            messages.success(request, _("The connector is retired; what it brought stays."))
            return HttpResponseRedirect(reverse("connector", args=[pk]))
    facts = _facts(
        connector=found,
        source=sources().get(found.kind),
        brought=connecting.has_brought(found),
        waiting=queries.waiting_of(found),
        refusal=refusal,
    )
    status = 200 if refusal is None else refusal.status
    return render(request, "kpis/connector_removal.html", facts, status=status)


@require_POST
@signed_in
def connector_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask now and show what would be written; nothing is."""
    person = person_of(request)
    found = connector_for(person, pk)
    try:
        tried = running.trial(found, timezone.now())
    except Conflict as refusal:
        messages.error(request, str(refusal.message))
        return HttpResponseRedirect(reverse("connector", args=[pk]))
    lines = tried.settled.lines[:200] if tried.settled else []
    seen = set(
        visible(person)
        .filter(pk__in={line.kpi.pk for line in lines if line.kpi})
        .values_list("pk", flat=True)
    )
    facts = _facts(
        connector=found,
        tried=tried,
        label=_label(found, tried.starts, tried.ends),
        lines=lines,
        seen=seen,
        met=_met(tried),
    )
    return render(request, "kpis/connector_trial.html", facts)


def _met(tried: running.Trial) -> list[str]:
    """Names of a trial that belong to no KPI yet."""
    lines = tried.settled.lines if tried.settled else []
    names = (line.reading.name for line in lines if line.code == "unknown_name")
    return [name for name in dict.fromkeys(names) if name][:MET]


@require_POST
@signed_in
def connector_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Run it now, in the background."""
    person = person_of(request)
    found = connector_for(person, pk)
    try:
        run = running.begin(found, "hand", timezone.now(), person)
    except Conflict as refusal:
        messages.error(request, str(refusal.message))
        return HttpResponseRedirect(reverse("connector", args=[pk]))
    carry_out_run.enqueue(run.pk)
    return HttpResponseRedirect(reverse("connector_run_page", args=[run.pk]))


@require_safe
@signed_in
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A run, line by line; what the other system answered is for administrators."""
    person = person_of(request)
    with reading():
        run = run_for(person, pk)
        facts = _facts(
            run=run,
            connector=run.connector,
            label=_label(run.connector, run.starts, run.ends),
            brought=queries.brought(person, run),
            is_admin=may_connect(person),
            running=run.ended_at is None,
        )
        name = "kpis/_run.html" if is_htmx(request) else "kpis/run.html"
        return render(request, name, facts)


# -- names -----------------------------------------------------------------------------------


@require_http_methods(FORM)
@signed_in
def connector_names(request: HttpRequest, pk: int) -> HttpResponse:
    """Which KPI each name means; suggestions are filled in, to be looked at."""
    person = person_of(request)
    found = connector_for(person, pk)
    kpis = queries.candidates(person, found)

    def offer() -> list[tuple[str, str]]:
        return [(kpi.public_id, f"{kpi.public_id} {kpi.title}") for kpi in kpis[:60]]

    if request.method != "POST":
        return _names(request, found, _known(person, found, kpis, offer))
    if request.POST.get("refresh") == "met":
        met = [clean_line(name[:800])[:200] for name in request.POST.getlist("met")[:MET]]
        return _names(request, found, _known(person, found, kpis, offer, met))
    rows = names_typed(person, offer, request.POST, MOST_NAMES)
    valid = not [row for row in rows if not row.is_valid()]
    if request.POST.get("refresh"):
        rows += [NameForm(person, offer, len(rows) + n) for n in range(5)]
        return _names(request, found, rows)
    if not valid:
        return _names(request, found, rows, status=422)
    used = [row for row in rows if row.cleaned_data["kpi"] is not None]
    try:
        pairs = [(row.cleaned_data["name"], row.cleaned_data["kpi"]) for row in used]
        connecting.name_kpis(person, found, _version(request), pairs)
    except Stale as stale:
        return _names(
            request, found, rows, stale.message, version=stale.current["version"], status=409
        )
    except Conflict as refusal:
        return _names(request, found, rows, refusal.message, status=409)
    except Invalid as refusal:
        whole = _beside(used, refusal)
        return _names(request, found, rows, whole, status=422)
    said = ngettext("%(num)s name has a KPI.", "%(num)s names have a KPI.", len(pairs))
    messages.success(request, said % {"num": len(pairs)})
    return HttpResponseRedirect(reverse("connector", args=[pk]))


def _known(
    person: Person, of: Connector, kpis: Any, offer: Any, met: Sequence[str] = ()
) -> list[NameForm]:
    """The names that stand, those that were met and belong to nobody, and room for more."""
    rows: list[NameForm] = []
    for one in names_visible(person, of):
        rows.append(NameForm(person, offer, len(rows), name=one.name, kpi=one.kpi))
    new = queries.unknown_names(of, met)
    taken = {one.initial["kpi"].pk for one in rows}
    guesses = queries.suggested(new, [kpi for kpi in kpis if kpi.pk not in taken])
    for name in new:
        row = NameForm(person, offer, len(rows), name=name, kpi=guesses.get(name))
        row.is_suggested = name in guesses
        rows.append(row)
    return rows + [NameForm(person, offer, len(rows) + n) for n in range(BLANK)]


def _beside(rows: list[NameForm], refusal: Invalid) -> Any:
    """Put reasons beside their rows; what is about the whole."""
    whole = None
    for name, code, message in refusal.errors:
        parts = (name or "").split(".")
        if parts[0] == "rows" and len(parts) == 3:
            rows[int(parts[1])].add_error(parts[2], ValidationError(message, code=code))
        else:
            whole = message
    return whole


def _names(
    request: HttpRequest,
    of: Connector,
    rows: list[NameForm],
    whole: Any = None,
    *,
    version: int | None = None,
    status: int = 200,
) -> HttpResponse:
    facts = _facts(
        connector=of,
        rows=rows,
        whole=whole,
        version=of.version if version is None else version,
        wrong=sum(bool(row.errors) for row in rows if row.is_bound),
    )
    return render(request, "kpis/connector_names.html", facts, status=status)
