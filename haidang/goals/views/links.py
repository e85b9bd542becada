"""A goal's parents as resources: linked, accepted, changed, taken away."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haidang.goals import actions
from haidang.goals.access import alignment_for, goal_for, verbs_of
from haidang.goals.actions import LinkRequest
from haidang.goals.actions.edges import asks_rule
from haidang.goals.forms.links import ChangeLinkForm, LinkForm, RuleForm
from haidang.goals.models import Alignment, Goal, Kind, Mode, Relation, Visibility
from haidang.goals.queries.choices import parent_kinds, to_pick
from haidang.goals.queries.derivation import counted_twice
from haidang.goals.views.common import FORM, refuse, to_goal
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from haidang.people.access import person_of, public_id_of, signed_in
from haidang.people.models import Person
from haidang.web.errors import is_htmx
from haidang.web.forms import over_what_stands


@require_safe
@signed_in
def options(request: HttpRequest) -> JsonResponse:
    """Options of a picker of goals: `q`; `for` (a child's kind) or `kind`; `without` (an id);
    `closed` for closed ones too."""
    asked = request.GET
    kinds: set[str] = set()
    if asked.get("for") in Kind.values:
        kinds = parent_kinds(asked["for"])
    if asked.get("kind") in Kind.values:
        kinds = {asked["kind"]}
    without = []
    with suppress(NotFound):
        without = [public_id_of(asked.get("without", ""))]
    person, closed = person_of(request), bool(asked.get("closed"))
    found = to_pick(person, asked.get("q", ""), kinds=kinds, without=without, closed=closed)
    rows = [
        {"value": goal.public_id, "label": goal.title, "hint": _hint(goal), "kind": goal.kind}
        for goal in found.goals
    ]
    return JsonResponse({"options": rows, "more": found.more})


def _hint(goal: Goal) -> str:
    parts = [
        goal.public_id,
        goal.unit.name if goal.unit else "",
        goal.cycle.name if goal.cycle else "",
        goal.owner.name if goal.owner else "",
    ]
    return " · ".join(part for part in parts if part)


@require_http_methods(FORM)
@signed_in
def parents(request: HttpRequest, public_id: str) -> HttpResponse:
    """Link a goal to a parent."""
    person = person_of(request)
    child = goal_for(person, public_id, to="link")
    form = LinkForm(person, child, request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            got = form.cleaned_data
            wish = LinkRequest(
                got["parent"], got["relation"] or None, got["mode"] or None, got["weight"]
            )
            try:
                edge = actions.link(person, child, wish)
            except (Invalid, Conflict, NotFound) as refusal:
                status = refuse(form, refusal)
            else:
                return linked(request, person, edge)
    facts = {"goal": child, "form": form, "is_private": child.visibility == Visibility.PRIVATE}
    part = is_htmx(request)
    return render(
        request, "goals/_link_dialog.html" if part else "goals/link.html", facts, status=status
    )


def linked(
    request: HttpRequest, person: Person, edge: Alignment, back: Goal | None = None
) -> HttpResponse:
    """What a new or changed link asks next: acceptance, a choice at the parent, a warning."""
    parent = Goal.objects.select_related("standing", "unit", "owner", "cycle").get(
        pk=edge.parent_id
    )
    if edge.proposed_mode:
        messages.info(
            request,
            _("%(parent)s is asked to let it count; until then the link is only shown.")
            % {"parent": parent.public_id},
        )
    elif edge.mode == Mode.NONE:
        messages.success(request, _("Linked; it is shown and counts nothing."))
    else:
        messages.success(request, _("Linked; it counts in %(goal)s.") % {"goal": parent.title})
    if edge.mode != Mode.NONE:
        twice = counted_twice(person, parent)
        if twice:
            names = ", ".join(goal.public_id for goal in twice[:5])
            messages.warning(
                request,
                _("Counted twice in %(parent)s, by two paths: %(goals)s.")
                % {"parent": parent.public_id, "goals": names},
            )
    if asks_rule(parent) and "weigh" in verbs_of(person, parent):
        return HttpResponseRedirect(reverse("goal_rule", args=[parent.public_id]))
    return to_goal(back or edge.child)


@require_http_methods(FORM)
@signed_in
def parent(request: HttpRequest, public_id: str, parent_id: str) -> HttpResponse:
    """Change a link: what it means and does (the child's side), its weight (the parent's)."""
    person = person_of(request)
    edge = alignment_for(person, public_id, parent_id)
    links = "link" in verbs_of(person, edge.child) or "accept_link" in verbs_of(person, edge.parent)
    weighs = "weigh" in verbs_of(person, edge.parent)
    if not links and not weighs:
        raise Forbidden
    form = ChangeLinkForm(edge, request.POST or None, links=links, weighs=weighs)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changed = actions.change_link(person, edge, **_changes(edge, form.cleaned_data))
            except (Invalid, Conflict) as refusal:
                status = refuse(form, refusal)
            else:
                return linked(request, person, changed, back=_back(request, edge))
    facts = {
        "edge": edge,
        "goal": edge.child,
        "parent": edge.parent,
        "form": form,
        "may_unlink": links and edge.relation != Relation.COMPOSITION,
        "back": request.GET.get("back") or request.POST.get("back", ""),
    }
    return render(request, "goals/link_change.html", facts, status=status)


def _changes(edge: Alignment, got: dict[str, Any]) -> dict[str, Any]:
    """Only what is to be different: each of it may ask for another right."""
    found: dict[str, Any] = {}
    if got.get("relation") and got["relation"] != edge.relation:
        found["relation"] = got["relation"]
    if got.get("mode") and got["mode"] != (edge.proposed_mode or edge.mode):
        found["mode"] = got["mode"]
    if got.get("weight") is not None and got["weight"] != edge.weight:
        found["weight"] = got["weight"]
    return found


def _back(request: HttpRequest, edge: Alignment) -> Goal:
    return edge.parent if request.POST.get("back") == "parent" else edge.child


@require_POST
@signed_in
def acceptance(request: HttpRequest, public_id: str, parent_id: str) -> HttpResponse:
    """The parent's side agrees that the child counts."""
    person = person_of(request)
    edge = alignment_for(person, public_id, parent_id, to="accept")
    changed = actions.accept_link(person, edge)
    return _after(request, person, changed)


@require_POST
@signed_in
def declining(request: HttpRequest, public_id: str, parent_id: str) -> HttpResponse:
    """The parent's side declines: the link stays, shown only."""
    person = person_of(request)
    edge = alignment_for(person, public_id, parent_id, to="decline")
    actions.decline_link(person, edge)
    messages.info(request, _("Declined; the link stays and is only shown."))
    return _home_or(request, edge)


@require_POST
@signed_in
def removal(request: HttpRequest, public_id: str, parent_id: str) -> HttpResponse:
    """Take a link away; its past stays."""
    person = person_of(request)
    edge = alignment_for(person, public_id, parent_id, to="unlink")
    actions.unlink(person, edge)
    messages.success(request, _("The link is removed."))
    return to_goal(_back(request, edge))


def _after(request: HttpRequest, person: Person, edge: Alignment) -> HttpResponse:
    answer = linked(request, person, edge, back=_back(request, edge))
    return _home_or(request, edge) if request.POST.get("back") == "home" else answer


def _home_or(request: HttpRequest, edge: Alignment) -> HttpResponse:
    if request.POST.get("back") == "home":
        return HttpResponseRedirect(reverse("home"))
    return to_goal(_back(request, edge))


@require_http_methods(FORM)
@signed_in
def rule(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say which terms make a measure's number."""
    person = person_of(request)
    goal = goal_for(person, public_id, to="weigh")
    initial = {"version": goal.version, "rule": goal.rule}
    form: forms.Form = RuleForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            got = form.cleaned_data
            try:
                actions.set_rule(person, goal, got["rule"], got["version"])
            except Stale as stale:
                status = refuse(form, stale)
                over_what_stands(form, stale)
            except (Invalid, Conflict) as refusal:
                status = refuse(form, refusal)
            else:
                messages.success(request, _("Saved."))
                return to_goal(goal)
    children = Alignment.objects.filter(parent=goal).exclude(mode=Mode.NONE).count()
    facts = {"goal": goal, "form": form, "children": children, "asks": asks_rule(goal)}
    return render(request, "goals/rule.html", facts, status=status)
