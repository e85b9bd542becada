"""Check-ins over HTTP: fetch through access, one form, one action, one template."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from haidang.checkins import actions, queries
from haidang.checkins.access import check_in_for
from haidang.checkins.forms import SHAPES, CheckInForm
from haidang.checkins.models import CheckIn
from haidang.goals.access import goal_for, may
from haidang.goals.actions import set_rule
from haidang.goals.models import Goal, Rule, Standing
from haidang.lib.database import writing
from haidang.lib.errors import Conflict, Invalid, Refusal, Stale
from haidang.people.access import person_of, signed_in, today_of
from haidang.web.errors import is_htmx

#: Where a person wants to go back to after saving.
BACK = {"home": "home", "check_ins": "check_ins"}


@require_safe
@signed_in
def open_check_ins(request: HttpRequest) -> HttpResponse:
    """The check-ins that the person is asked for: late, due, coming."""
    person = person_of(request)
    found = queries.owed(person)
    facts = {
        "due": [o for o in found if o.late >= 0],
        "coming": [o for o in found if -queries.AHEAD.days <= o.late < 0],
        "later": [o for o in found if o.late < -queries.AHEAD.days],
        "today": today_of(person),
    }
    return render(request, "checkins/check_ins.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check_in(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form of a goal; POST records what it says."""
    person = person_of(request)
    goal = goal_for(person, public_id, to="check_in")
    if not goal.is_measured:
        messages.info(request, _("This goal is measured by the goals below it: check in there."))
        return HttpResponseRedirect(reverse("goal", args=[goal.public_id]))
    shape = _shape(request)
    queries.prepared([goal], today_of(person))
    if request.method != "POST":
        form = CheckInForm(goal, person.organisation, today_of(person), shape=shape)
        return _answer(request, form)
    form = CheckInForm(goal, person.organisation, today_of(person), request.POST, shape=shape)
    if not form.is_valid():
        return _answer(request, form, status=422)
    try:
        goal, record = _record(request, goal, form)
    except Stale:
        return _stale(request, form)
    except (Invalid, Conflict) as refusal:
        form.take(refusal)
        return _answer(request, form, status=refusal.status, refusal=refusal)
    return _saved(request, goal, record, shape)


def _record(request: HttpRequest, goal: Goal, form: CheckInForm) -> tuple[Goal, CheckIn]:
    """Record what the form says; where it was asked to, with own reports counting from now
    on, both or neither."""
    person, version = person_of(request), form.cleaned_data["measure_version"]
    rule = request.POST.get("switch", "")
    if rule not in (Rule.OWN, Rule.BOTH) or not _switch(request, goal):
        return goal, actions.record(person, goal, measure_version=version, **form.report())
    with writing():
        goal = set_rule(person, goal, rule, goal.version)
        # Another rule is another version of the measure.
        return goal, actions.record(person, goal, measure_version=version + 1, **form.report())


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def correction(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Another record in a record's place."""
    person = person_of(request)
    record = check_in_for(person, public_id, number, to="check_in")
    goal = record.goal
    queries.prepared([goal], today_of(person))
    data = request.POST if request.method == "POST" else None
    form = CheckInForm(
        goal, person.organisation, today_of(person), data, record=record, shape="long"
    )
    if data is None:
        return _answer(request, form)
    if not form.is_valid():
        return _answer(request, form, status=422)
    try:
        actions.correct(person, record, **form.report())
    except (Invalid, Conflict) as refusal:
        newer = queries.in_place_of(record) if refusal.code == "superseded" else None
        if newer is not None:  # what was typed may take the place of that one
            form = CheckInForm(
                goal, person.organisation, today_of(person), data, record=newer, shape="long"
            )
            form.is_valid()
            return _answer(request, form, status=409, stale=newer)
        form.take(refusal)
        return _answer(request, form, status=refusal.status, refusal=refusal)
    messages.success(request, _("The record is corrected; the old one stays readable."))
    return HttpResponseRedirect(reverse("goal", args=[goal.public_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def voiding(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """A record declared void, with a reason."""
    person = person_of(request)
    record = check_in_for(person, public_id, number, to="check_in")
    facts: dict[str, Any] = {"goal": record.goal, "record": record, "reason": "", "error": None}
    if request.method != "POST":
        return render(request, "checkins/voiding.html", facts)
    facts["reason"] = request.POST.get("reason", "")
    try:
        actions.void(person, record, facts["reason"])
    except (Invalid, Conflict) as refusal:
        facts["error"] = refusal
        return render(request, "checkins/voiding.html", facts, status=refusal.status)
    messages.success(request, _("The record is void and counts nothing any more."))
    return HttpResponseRedirect(reverse("goal", args=[record.goal.public_id]))


# -- answers ------------------------------------------------------------------------------


def _shape(request: HttpRequest) -> str:
    given = request.POST if request.method == "POST" else request.GET
    shape = given.get("shape", "long")
    return shape if shape in SHAPES else "long"


def _answer(
    request: HttpRequest,
    form: CheckInForm,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    stale: CheckIn | None = None,
) -> HttpResponse:
    """The form in the shape in which it was asked; without htmx always the whole page."""
    part = is_htmx(request) and form.shape != "long"
    if not part:
        form.shape = "long"
    goal = form.goal
    facts = {
        "form": form,
        "goal": goal,
        "stale": stale,
        "is_stale": status == 409 and refusal is None,
        "last": queries.last_records([goal]).get(goal.pk),
        "switch": _switch(request, goal, refusal),
        "back": request.POST.get("back") or request.GET.get("back", ""),
    }
    name = f"checkins/_{form.shape}.html" if part else "checkins/check_in.html"
    return render(request, name, facts, status=status)


def _switch(request: HttpRequest, goal: Goal, refusal: Refusal | None = None) -> bool:
    """Whether to offer counting own reports too: the number is made of the goals below."""
    refused = refusal is not None and refusal.code == "measured_by_children"
    return (refused or goal.rule == Rule.CHILDREN) and may(person_of(request), goal, "weigh")


def _stale(request: HttpRequest, form: CheckInForm) -> HttpResponse:
    """Somebody was faster: what was typed stays, beside what stands now."""
    goal = form.goal
    goal.standing = Standing.objects.get(pk=goal.pk)
    data = request.POST.copy()
    data["measure_version"] = str(goal.standing.measure_version)
    fresh = CheckInForm(goal, form.organisation, form.today, data, shape=form.shape)
    fresh.is_valid()
    return _answer(request, fresh, status=409, stale=queries.last_records([goal]).get(goal.pk))


def _saved(request: HttpRequest, goal: Goal, record: CheckIn, shape: str) -> HttpResponse:
    person = person_of(request)
    before = goal.standing.progress
    goal.standing = Standing.objects.get(pk=goal.pk)
    back = request.POST.get("back", "")
    text = _("Checked in: %(goal)s") % {"goal": goal.public_id}
    if not is_htmx(request) or shape == "long":
        messages.success(request, text)
        if back in BACK:
            return HttpResponseRedirect(reverse(BACK[back]))
        return HttpResponseRedirect(reverse("goal", args=[goal.public_id]))
    facts: dict[str, Any] = {
        "goal": goal, "record": record, "last": record, "before": before, "back": back,
        "stale": None, "is_stale": False, "switch": False,
    }  # fmt: skip
    if shape == "quick":
        facts["form"] = queries.form_for(person, goal)
    else:
        facts["due"] = queries.count_due(queries.owed(person))
    response = render(
        request, "checkins/_quick.html" if shape == "quick" else "checkins/_done.html", facts
    )
    # What is shown of this goal elsewhere on the page fetches itself anew.
    heard: dict[str, Any] = {"haidang:goals": {"ids": [], "all": True}}
    if shape == "quick":
        heard["haidang:toast"] = {"text": text, "tone": "on_track"}
    response["HX-Trigger"] = json.dumps(heard)
    return response
