"""Units: the tree, a unit, and changes to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from haidang.lib.errors import Conflict
from haidang.lib.text import clean_line
from haidang.people import actions, queries
from haidang.people.access import (
    may_organisation,
    person_of,
    require_organisation,
    signed_in,
    standing_of,
    unit_for,
)
from haidang.people.forms import MoveUnitForm, NewUnitForm, PeopleForm, UnitForm
from haidang.people.models import Person, Unit
from haidang.people.views.saving import attempt, saved, version_of
from haidang.web.once import once


@require_GET
@signed_in
def units(request: HttpRequest) -> HttpResponse:
    """The tree of units."""
    actor = person_of(request)
    facts = {
        "tree": queries.unit_tree(actor),
        "may_create": may_organisation(actor, "create_unit"),
        "kinds": dict(Unit.Kind.choices),
        "is_guest": standing_of(actor).is_guest,
    }
    return render(request, "people/units.html", facts)


@require_GET
@signed_in
def unit_options(request: HttpRequest) -> HttpResponse:
    """Options of a picker of units; with `outside` not that unit, nor what is below it."""
    asked = request.GET
    found, more = queries.unit_options(
        person_of(request), asked.get("q", ""), clean_line(asked.get("outside", "")).upper()
    )
    options = [
        {
            "value": unit.public_id,
            "label": unit.name,
            "hint": unit.parent.name if unit.parent else "",
        }
        for unit in found
    ]
    return JsonResponse({"options": options, "more": more})


@require_http_methods(["GET", "POST"])
@signed_in
def new_unit(request: HttpRequest) -> HttpResponse:
    actor = person_of(request)
    require_organisation(actor, "create_unit")
    status = 200
    if request.method == "POST":
        form = NewUnitForm(request.POST, actor=actor)
        tried = attempt(form, lambda facts: _create(request, actor, facts))
        if tried.done:
            messages.success(request, saved())
            return redirect("unit", tried.result.public_id)
        status = tried.status
    else:
        above = (
            unit_for(actor, request.GET["parent"])
            if request.GET.get("parent")
            else actor.organisation.units.filter(parent=None).first()
        )
        form = NewUnitForm(actor=actor, initial={"parent": above})
    return render(request, "people/unit_new.html", {"form": form}, status=status)


def _create(request: HttpRequest, actor: Person, facts: dict[str, Any]) -> Unit:
    """Sent twice, the form makes one unit."""
    with once(request) as sent:
        if sent.answer:
            return unit_for(actor, sent.answer)
        unit = actions.create_unit(actor, **facts)
        sent.answer = unit.public_id
    return unit


@require_http_methods(["GET", "POST"])
@signed_in
def edit_unit(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = person_of(request)
    subject = unit_for(actor, public_id, to="edit")
    status, version, whole = 200, subject.version, subject.kind == Unit.Kind.COMPANY
    if request.method == "POST":
        form = UnitForm(request.POST, whole=whole)
        version = version_of(request)
        tried = attempt(form, lambda facts: actions.edit_unit(actor, subject, version, **facts))
        if tried.done:
            messages.success(request, saved())
            return redirect("unit", subject.public_id)
        status = tried.status
        version = tried.current.version if tried.current else version
    else:
        facts = {"name": subject.name, "kind": subject.kind, "code": subject.code}
        form = UnitForm(initial=facts, whole=whole)
    return render(
        request,
        "people/unit_edit.html",
        {"form": form, "subject": subject, "version": version, "stale": status == 409},
        status=status,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def move_unit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put it, with everything below it, under another unit."""
    actor = person_of(request)
    subject = unit_for(actor, public_id, to="move")
    status, version = 200, subject.version
    if request.method == "POST":
        form = MoveUnitForm(request.POST, actor=actor, subject=subject)
        version = version_of(request)
        tried = attempt(
            form, lambda facts: actions.move_unit(actor, subject, facts["parent"], version)
        )
        if tried.done:
            messages.success(request, saved())
            return redirect("unit", subject.public_id)
        status = tried.status
        version = tried.current.version if tried.current else version
    else:
        form = MoveUnitForm(actor=actor, subject=subject, initial={"parent": subject.parent})
    return render(
        request,
        "people/unit_move.html",
        {"form": form, "subject": subject, "version": version, "stale": status == 409},
        status=status,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def leaders(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = person_of(request)
    subject = unit_for(actor, public_id, to="set_leaders")
    status = 200
    if request.method == "POST":
        form = PeopleForm(request.POST, actor=actor, label=_("Leaders"))
        tried = attempt(form, lambda facts: actions.set_leader(actor, subject, facts["people"]))
        if tried.done:
            messages.success(request, saved())
            return redirect("unit", subject.public_id)
        status = tried.status
    else:
        now = queries.unit_facts(actor, subject).leaders
        form = PeopleForm(actor=actor, label=_("Leaders"), initial={"people": now})
    facts = {"form": form, "subject": subject, "members": False}
    return render(request, "people/unit_people.html", facts, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def members(request: HttpRequest, public_id: str) -> HttpResponse:
    """Members of a team, who keep their own units."""
    actor = person_of(request)
    subject = unit_for(actor, public_id, to="set_members")
    status = 200
    if request.method == "POST":
        form = PeopleForm(request.POST, actor=actor, label=_("Members"))
        tried = attempt(
            form, lambda facts: actions.set_team_members(actor, subject, facts["people"])
        )
        if tried.done:
            messages.success(request, saved())
            return redirect("unit", subject.public_id)
        status = tried.status
    else:
        now = queries.team_members(actor, subject)
        form = PeopleForm(actor=actor, label=_("Members"), initial={"people": now})
    facts = {"form": form, "subject": subject, "members": True}
    return render(request, "people/unit_people.html", facts, status=status)


@require_POST
@signed_in
def closure(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close a unit that is empty."""
    actor = person_of(request)
    subject = unit_for(actor, public_id, to="archive")
    try:
        actions.archive_unit(actor, subject)
    except Conflict as refusal:
        messages.error(request, refusal.message)
        return render(
            request, "people/unit.html", queries.unit_page(actor, subject), status=refusal.status
        )
    messages.success(request, _("The unit is closed."))
    return redirect("units")
