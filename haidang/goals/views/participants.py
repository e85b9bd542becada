"""Who takes part in a goal, who follows it, and sharing it with guests."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from haidang.goals import actions
from haidang.goals.access import goal_for, verbs_of
from haidang.goals.actions.participants import GIVEN
from haidang.goals.forms.participants import PARTS, GuestForm, ParticipantForm
from haidang.goals.models import Goal, ParticipantRole
from haidang.goals.queries.participants import participants_of
from haidang.goals.views.common import FORM, refuse, to_goal
from haidang.lib.errors import Conflict, Invalid
from haidang.people.access import (
    may_organisation,
    person_for,
    person_of,
    require_organisation,
    signed_in,
)
from haidang.web.once import once


@require_http_methods(FORM)
@signed_in
def participants(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everybody who takes part; POST adds somebody."""
    person = person_of(request)
    if request.method != "POST":
        goal = goal_for(person, public_id)
        return _show(request, goal, ParticipantForm(actor=person), GuestForm())
    goal = goal_for(person, public_id, to="share")
    form = ParticipantForm(request.POST, actor=person)
    status = 422
    if form.is_valid():
        got = form.cleaned_data
        try:
            actions.add_participant(
                person, goal, got["person"], got["role"], since=got["since"], until=got["until"]
            )
        except (Invalid, Conflict) as refusal:
            status = refuse(form, refusal)
        else:
            messages.success(request, _("%(name)s takes part.") % {"name": got["person"].name})
            return _back(goal)
    return _show(request, goal, form, GuestForm(), status)


@require_POST
@signed_in
def removal(request: HttpRequest, public_id: str) -> HttpResponse:
    """End somebody's part: `person` and `role` say which."""
    person = person_of(request)
    goal = goal_for(person, public_id, to="share")
    other = person_for(person, request.POST.get("person", ""))
    try:
        actions.remove_participant(person, goal, other, request.POST.get("role", ""))
    except (Invalid, Conflict) as refusal:
        messages.error(request, refusal.message)
        blank = ParticipantForm(actor=person)
        return _show(request, goal, blank, GuestForm(), refusal.status)
    messages.success(request, _("%(name)s no longer has this part.") % {"name": other.name})
    return _back(goal)


@require_POST
@signed_in
def following(request: HttpRequest, public_id: str) -> HttpResponse:
    """Follow the goal (`on=1`), or no longer."""
    person = person_of(request)
    goal = goal_for(person, public_id, to="follow")
    on = request.POST.get("on") == "1"
    actions.follow(person, goal, on)
    messages.success(request, _("You follow this goal.") if on else _("You no longer follow it."))
    return to_goal(goal)


@require_POST
@signed_in
def guests(request: HttpRequest, public_id: str) -> HttpResponse:
    """Share with somebody from outside: a guest is invited, and the goal names them."""
    person = person_of(request)
    goal = goal_for(person, public_id, to="share")
    require_organisation(person, "invite_guest")
    form = GuestForm(request.POST)
    status = 422
    if form.is_valid():
        site = f"{request.scheme}://{request.get_host()}"
        try:
            with once(request) as sent:
                if sent.answer:
                    return _back(goal)
                guest, link = actions.share_with_guest(
                    person, goal, form.cleaned_data["name"], form.cleaned_data["email"], site=site
                )
                sent.answer = guest.public_id
        except (Invalid, Conflict) as refusal:
            status = refuse(form, refusal)
        else:
            if link is None:
                said = _("%(name)s belongs to the organisation already, and may read it now.")
                messages.success(request, said % {"name": guest.name})
                return _back(goal)
            facts = {
                "subject": guest, "link": link, "reset": False, "may_add": False,
                "done": reverse("goal_participants", args=[goal.public_id]),
            }  # fmt: skip
            answer = render(request, "people/link.html", facts)
            answer["Cache-Control"] = "no-store"
            return answer
    return _show(request, goal, ParticipantForm(actor=person), form, status)


def _back(goal: Goal) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("goal_participants", args=[goal.public_id]))


def _show(
    request: HttpRequest,
    goal: Goal,
    form: ParticipantForm,
    guest_form: GuestForm,
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    verbs = verbs_of(person, goal)
    facts: dict[str, Any] = {
        "goal": goal,
        "form": form,
        "guest_form": guest_form,
        "groups": participants_of(person, goal),
        "roles": dict(ParticipantRole.choices),
        "given": GIVEN,
        "parts": PARTS,
        "may_share": "share" in verbs,
        "may_invite": "share" in verbs and may_organisation(person, "invite_guest"),
    }
    return render(request, "goals/participants.html", facts, status=status)
