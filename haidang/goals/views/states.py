"""A change of state is a resource of the goal: POST /goals/O-7/approval/ and its like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from haidang.goals import actions
from haidang.goals.access import goal_for, is_proposal, may, visible
from haidang.goals.actions.states import default_score
from haidang.goals.forms.states import ClosureForm, LeaveForm, ReasonForm, VersionedForm
from haidang.goals.models import GONE, Alignment, Goal, Mode, State
from haidang.goals.views.common import FORM, refuse, to_goal, version_of
from haidang.lib.errors import Conflict, Invalid, Stale
from haidang.people.access import person_of, signed_in
from haidang.people.models import Person
from haidang.web.forms import over_what_stands

Move = Callable[[Person, Goal, int], Goal]


def _version(request: HttpRequest) -> int:
    version = version_of(request)
    if version < 0:
        raise Invalid(_("This form is incomplete. Please reload the page."), code="version")
    return version


def _simple(request: HttpRequest, public_id: str, verb: str, move: Move, said: str) -> HttpResponse:
    person = person_of(request)
    goal = goal_for(person, public_id, to=verb)
    move(person, goal, _version(request))
    messages.success(request, said % {"goal": goal.public_id})
    return to_goal(goal)


@require_POST
@signed_in
def submission(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand a draft to its approver, or a declined proposal to its owner again."""
    proposed = is_proposal(goal_for(person_of(request), public_id))
    said = _("%(goal)s is proposed again.") if proposed else _("%(goal)s waits for approval.")
    return _simple(request, public_id, "submit", actions.submit, said)


@require_POST
@signed_in
def acceptance(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take on a goal that somebody proposed."""
    person = person_of(request)
    goal = goal_for(person, public_id, to="accept")
    taken = actions.accept_goal(person, goal, _version(request))
    if taken.state == State.ACTIVE:
        said = _begins(taken)
    else:
        said = _("%(goal)s is yours, and waits for approval.")
    messages.success(request, said % {"goal": goal.public_id})
    return to_goal(goal)


@require_http_methods(FORM)
@signed_in
def declining(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say no to a goal that somebody proposed, with a reason."""
    person = person_of(request)
    goal = goal_for(person, public_id, to="decline")
    form = ReasonForm(request.POST or None, initial={"version": goal.version})
    form.fields["reason"].required = True

    def act(got: dict[str, Any]) -> Goal:
        return actions.decline_goal(person, goal, got["version"], got["reason"])

    return _form(request, goal, form, act, "declining")


@require_POST
@signed_in
def approval(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a submitted goal active."""
    person = person_of(request)
    goal = goal_for(person, public_id, to="approve")
    approved = actions.approve(person, goal, _version(request))
    messages.success(request, _begins(approved) % {"goal": goal.public_id})
    return to_goal(goal)


def _begins(goal: Goal) -> str:
    """What is true of a goal that has become active: whether it counts anywhere yet."""
    links = Alignment.objects.filter(child=goal)
    if links.exclude(mode=Mode.NONE).exists():
        return _("%(goal)s is active and counts from now on.")
    if links.exclude(proposed_mode="").exists():
        return _(
            "%(goal)s is active. Its link still waits to be accepted; until then it is only "
            "shown above."
        )
    return _("%(goal)s is active from now on.")


@require_POST
@signed_in
def reopening(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a closed goal active again."""
    said = _("%(goal)s is active again.")
    return _simple(request, public_id, "reopen", actions.reopen, said)


@require_POST
@signed_in
def restoration(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a dropped or archived goal back."""
    said = _("%(goal)s is back.")
    return _simple(request, public_id, "restore", actions.restore, said)


@require_http_methods(FORM)
@signed_in
def returning(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a submitted goal back, with a reason."""
    person = person_of(request)
    goal = goal_for(person, public_id, to="return")
    form = ReasonForm(request.POST or None, initial={"version": goal.version})
    form.fields["reason"].label = _("What is to be changed?")

    def act(got: dict[str, Any]) -> Goal:
        return actions.return_goal(person, goal, got["version"], got["reason"])

    return _form(request, goal, form, act, "return")


@require_http_methods(FORM)
@signed_in
def closure(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close with a score, or propose it."""
    person = person_of(request)
    confirms = may(person, goal_for(person, public_id), "confirm_close")
    goal = goal_for(person, public_id, to="confirm_close" if confirms else "close")
    proposed = goal.proposed_score if goal.proposed_score is not None else default_score(goal)
    form = ClosureForm(request.POST or None, initial={"version": goal.version, "score": proposed})

    def act(got: dict[str, Any]) -> Goal:
        return actions.close(person, goal, got["version"], score=got["score"], reason=got["reason"])

    return _form(request, goal, form, act, "closure", confirms=confirms)


@require_http_methods(FORM)
@signed_in
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a goal up; what hangs below goes along or is linked elsewhere."""
    person = person_of(request)
    goal = goal_for(person, public_id, to="drop")
    hanging = _hanging(person, goal)
    form = _leave_form(request, goal, hanging)

    def act(got: dict[str, Any]) -> Goal:
        return actions.drop(
            person, goal, got["version"], got["reason"],
            children=got["children"], relink_to=got["relink_to"],
        )  # fmt: skip

    return _form(request, goal, form, act, "drop", hanging=hanging)


@require_http_methods(FORM)
@signed_in
def archive(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put a goal away; what hangs below goes along or is linked elsewhere."""
    person = person_of(request)
    goal = goal_for(person, public_id, to="archive")
    hanging = _hanging(person, goal)
    form = _leave_form(request, goal, hanging)
    del form.fields["reason"]

    def act(got: dict[str, Any]) -> Goal:
        return actions.archive(
            person, goal, got["version"], children=got["children"], relink_to=got["relink_to"]
        )

    return _form(request, goal, form, act, "archive", hanging=hanging)


@require_http_methods(FORM)
@signed_in
def deletion(request: HttpRequest, public_id: str) -> HttpResponse:
    """Remove a draft without records or children for good."""
    person = person_of(request)
    goal = goal_for(person, public_id, to="delete")
    form = VersionedForm(request.POST or None, initial={"version": goal.version})

    def act(got: dict[str, Any]) -> None:
        actions.delete(person, goal, got["version"])

    return _form(request, goal, form, act, "deletion")


def _leave_form(request: HttpRequest, goal: Goal, hanging: list[Goal]) -> LeaveForm:
    return LeaveForm(
        person_of(request),
        goal,
        request.POST or None,
        initial={"version": goal.version},
        hanging=bool(hanging),
    )


def _hanging(person: Person, goal: Goal) -> list[Goal]:
    """Goals that count in this one from below and are not its key results, as far as seen."""
    links = Alignment.objects.filter(parent=goal).exclude(mode=Mode.NONE)
    links = links.exclude(relation="composition")
    links = links.exclude(child__state__in=GONE)
    return list(
        visible(person)
        .filter(pk__in=links.values("child_id"))
        .select_related("owner", "unit", "standing")
        .order_by("kind", "number")
    )


def _form(
    request: HttpRequest,
    goal: Goal,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Goal | None],
    what: str,
    **facts: Any,
) -> HttpResponse:
    """Show the form, or do it and go back to the goal's page; a refusal keeps what was typed."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                left = act(form.cleaned_data)
            except Stale as stale:
                status = refuse(form, stale)
                over_what_stands(form, stale)
            except (Invalid, Conflict) as refusal:
                status = refuse(form, refusal)
            else:
                return _done(request, goal, left, what)
    facts |= {"goal": goal, "form": form, "what": what}
    return render(request, "goals/state.html", facts, status=status)


def _done(request: HttpRequest, goal: Goal, left: Goal | None, what: str) -> HttpResponse:
    said = {
        "return": _("%(goal)s is returned to its owner."),
        "declining": _("%(goal)s is declined."),
        "closure": _("%(goal)s is closed.")
        if left is not None and left.state == State.CLOSED
        else _("The approver of %(goal)s is asked to confirm."),
        "drop": _("%(goal)s is dropped and left the numbers above."),
        "archive": _("%(goal)s is archived."),
        "deletion": _("%(goal)s is deleted."),
    }[what]
    messages.success(request, said % {"goal": goal.public_id})
    return to_goal(left) if left is not None else HttpResponseRedirect(reverse("goals"))
