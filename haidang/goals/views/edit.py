"""Creating and editing a goal of any kind."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haidang.goals import actions
from haidang.goals.access import cycle_for, goal_for, verbs_of, visible
from haidang.goals.actions import LinkRequest
from haidang.goals.actions.answers import PREFIX
from haidang.goals.actions.edit import facts_now
from haidang.goals.forms.goal import GoalForm, first_values
from haidang.goals.forms.measure import NOTHING, UNITS
from haidang.goals.models import Alignment, Goal, GoalVersion, Kind, Level, Relation, State
from haidang.goals.views.common import FORM, refuse, to_goal
from haidang.goals.views.links import linked
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from haidang.people.access import person_of, signed_in, standing_of
from haidang.people.models import Person
from haidang.web.errors import is_htmx
from haidang.web.once import once


@require_http_methods(FORM)
@signed_in
def create(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of a new goal; POST makes it with its link."""
    person = person_of(request)
    if kind not in Kind.values:
        raise NotFound
    me = standing_of(person)
    if (
        me.is_viewer
        or me.is_guest
        or (kind in (Kind.ULTIMATE, Kind.PILLAR) and not me.is_strategist)
    ):
        raise Forbidden
    if request.GET.get("refresh") or request.POST.get("refresh"):
        return _refresh(request, GoalForm(person, kind, request.POST or None))
    if request.method != "POST":
        return _show_new(request, GoalForm(person, kind, initial=_first(request, person, kind)))
    form = GoalForm(person, kind, request.POST)
    if not form.is_valid():
        return _show_new(request, form, 422)
    try:
        with once(request) as sent:
            goal = (
                goal_for(person, sent.answer)
                if sent.answer
                else actions.create_goal(
                    person,
                    kind,
                    form.facts(),
                    parents=_wishes(form),
                    submit="submit" in request.POST,
                )
            )
            sent.answer = goal.public_id
    except (Invalid, Conflict, NotFound) as refusal:
        return _show_new(request, form, refuse(form, refusal))
    except Forbidden:
        if form.cleaned_data.get("level") == Level.INDIVIDUAL and "owner" in form.fields:
            said = _(
                "You make individual goals for yourself and for who reports to you: choose "
                "another owner, or another level."
            )
            form.add_error("owner", said)
        else:
            said = _("You may not create such a goal: choose another level or unit.")
            form.add_error(None, said)
        return _show_new(request, form, 403)
    return _created(request, person, goal, form)


def _first(request: HttpRequest, person: Person, kind: str) -> dict[str, Any]:
    """Defaults, and what the address says: ?parent=, ?objective=, ?cycle=, ?title=."""
    found = first_values(person, kind)
    asked = request.GET
    found["title"] = asked.get("title", "")[:300]
    for name in ("parent", "objective"):
        if asked.get(name):
            try:
                above = goal_for(person, asked[name])
            except NotFound:
                continue
            found[name] = above
            _inherit(found, kind, above)
    if asked.get("cycle"):
        with suppress(NotFound):
            found["cycle"] = cycle_for(person, asked["cycle"])
    return found


def _inherit(found: dict[str, Any], kind: str, above: Goal) -> None:
    """A new goal most likely lies where its parent lies."""
    if kind == Kind.KEY_RESULT:
        found["unit"], found["owner"] = above.unit, above.owner or found["owner"]
        found["visibility"] = above.visibility
    if above.cycle is not None and kind == Kind.OBJECTIVE:
        found.setdefault("cycle", above.cycle)
    if kind == Kind.KPI and above.kind == Kind.KPI:
        for name in ("metric_kind", "metric_unit", "direction", "frequency", "aggregation"):
            found[name] = getattr(above, name)


def _wishes(form: GoalForm) -> list[LinkRequest]:
    got = form.cleaned_data
    if form.kind == Kind.KEY_RESULT:
        if got.get("objective") is None:
            return []
        return [LinkRequest(got["objective"], Relation.COMPOSITION, weight=got.get("weight"))]
    if got.get("parent") is None:
        return []
    return [
        LinkRequest(
            got["parent"], got.get("relation") or None, got.get("mode") or None, got.get("weight")
        )
    ]


def _created(request: HttpRequest, person: Person, goal: Goal, form: GoalForm) -> HttpResponse:
    said = {
        State.ACTIVE: _("%(goal)s is created and active."),
        State.SUBMITTED: _("%(goal)s is created and waits for approval."),
    }.get(State(goal.state), _("%(goal)s is created as a draft."))
    messages.success(request, said % {"goal": goal.public_id})
    if goal.kind == Kind.KEY_RESULT:
        objective = form.cleaned_data["objective"]
        if "another" in request.POST:
            address = reverse("goal_new", args=[Kind.KEY_RESULT])
            return HttpResponseRedirect(f"{address}?objective={objective.public_id}")
        return to_goal(objective, "#key-results")
    edge = Alignment.objects.filter(child=goal).select_related("child", "parent").first()
    return linked(request, person, edge) if edge is not None else to_goal(goal)


def _show_new(request: HttpRequest, form: GoalForm, status: int = 200) -> HttpResponse:
    person = form.person
    me = standing_of(person)
    facts = _facts(form) | {
        "goal": None,
        "born_active": me.is_strategist,
        "submits": request.method != "POST" or "submit" in request.POST,
        "no_cycles": form.kind == Kind.OBJECTIVE and not form.fields["cycle"].known,  # type: ignore[attr-defined]
        "may_cycle": me.is_strategist,
    }
    quick = is_htmx(request) and form.kind == Kind.KEY_RESULT
    name = "goals/_key_result_dialog.html" if quick else "goals/new.html"
    return render(request, name, facts, status=status)


def _facts(form: GoalForm) -> dict[str, Any]:
    return {
        "form": form,
        "kind": form.kind,
        "units": UNITS.get(form.now("metric_kind"), []),
        "dialog": False,
    }


def _refresh(request: HttpRequest, form: GoalForm) -> HttpResponse:
    """The measure's fields for what is chosen now, with everything typed; nothing is saved.

    By script the fields alone; else the whole page again.
    """
    blank = GoalForm(form.person, form.kind, goal=form.goal, initial=_as_typed(form), may=form.may)
    blank.typed = getattr(form, "typed", [])
    facts = _facts(blank) | {"goal": form.goal}
    if is_htmx(request) and "metric_kind" in form.fields:
        return render(request, "goals/_measure.html", facts)
    if form.goal is not None:
        return _show_edit(request, blank)
    return _show_new(request, blank)


def _as_typed(form: GoalForm) -> dict[str, Any]:
    """Raw values of a bound form, so that it can be shown again without judging it."""
    return {name: form[name].value() for name in form.fields}


# -- editing ------------------------------------------------------------------------------


@require_http_methods(FORM)
@signed_in
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form of a goal that exists; a stale one keeps what was typed and says what changed."""
    person = person_of(request)
    goal = goal_for(person, public_id, to="edit_words")
    may = verbs_of(person, goal)
    if request.method != "POST":
        return _show_edit(
            request, GoalForm(person, goal.kind, goal=goal, initial=_stored(goal), may=may)
        )
    form = GoalForm(person, goal.kind, request.POST, goal=goal, may=may)
    if request.GET.get("refresh") or request.POST.get("refresh"):
        return _refresh(request, form)
    if not form.is_valid():
        return _show_edit(request, form, 422)
    got = form.cleaned_data
    try:
        actions.edit_goal(person, goal, got["version"], form.facts(), reason=got["reason"])
    except Stale as stale:
        return _stale(request, form, got["version"], stale)
    except (Invalid, Conflict) as refusal:
        return _show_edit(request, form, refuse(form, refusal))
    messages.success(request, _("Saved."))
    if not visible(person).filter(pk=goal.pk).exists():  # who sees it is part of what is edited
        messages.info(request, _("%(goal)s is no longer open to you.") % {"goal": goal.public_id})
        return HttpResponseRedirect(reverse("goals"))
    return to_goal(goal)


def _stored(goal: Goal) -> dict[str, Any]:
    found = facts_now(goal)
    found["tags"] = ", ".join(found["tags"])
    found["version"] = goal.version
    if goal.kind == Kind.KEY_RESULT and not goal.metric_kind:
        found["metric_kind"] = NOTHING
    return found


def _stale(request: HttpRequest, form: GoalForm, version: int, stale: Stale) -> HttpResponse:
    """Somebody was faster: the form with what was typed, over the version that stands now."""
    person, goal = form.person, form.goal
    assert goal is not None
    data = request.POST.copy()
    data["version"] = str(stale.current["version"])
    fresh = GoalForm(person, goal.kind, data, goal=goal, may=form.may)
    fresh.is_valid()
    return _show_edit(request, fresh, 409, changed=_changed_since(goal, version))


def _changed_since(goal: Goal, version: int) -> list[tuple[str, Any]]:
    """What differs between the version a form was filled in over and what stands now: the
    names of the fields, and their values now where they are short."""
    before = GoalVersion.objects.filter(goal=goal, version=version).first()
    now = GoalVersion.objects.filter(goal=goal, until=None).first()
    if before is None or now is None:
        return []
    return [
        (name.removesuffix("_id"), None if name.endswith("_id") else value)
        for name, value in now.facts.items()
        if before.facts.get(name) != value and not isinstance(value, (dict, list))
    ] + _answers_since(before.facts.get("fields") or {}, now.facts.get("fields") or {})


def _answers_since(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The names of the organisation's own fields that are answered otherwise."""
    keys = sorted(before.keys() | now.keys())
    return [(PREFIX + key, None) for key in keys if before.get(key) != now.get(key)]


def _show_edit(
    request: HttpRequest,
    form: GoalForm,
    status: int = 200,
    changed: list[tuple[str, Any]] | None = None,
) -> HttpResponse:
    goal = form.goal
    assert goal is not None
    facts = _facts(form) | {
        "goal": goal,
        "changed": [
            (form.fields[name].label if name in form.fields else name, value)
            for name, value in changed or []
            if name in form.fields
        ],
        "is_stale": changed is not None,
        "wants_reason": goal.state not in (State.DRAFT, State.RETURNED),
    }
    return render(request, "goals/edit.html", facts, status=status)
