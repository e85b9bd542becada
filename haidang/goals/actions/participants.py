"""Who takes part in a goal beside its owner, who may read it, and who follows it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.access import require
from haidang.goals.actions.change import again, record_event, restructuring
from haidang.goals.actions.create import require_an_approver
from haidang.goals.actions.history import keep_version
from haidang.goals.models import OVER, Goal, Participant, ParticipantRole, State
from haidang.lib.errors import Conflict, Invalid, NotFound
from haidang.people import actions as people
from haidang.people.access import people_visible, require_organisation, standing_of, today_of
from haidang.people.actions import Link
from haidang.people.models import Person

_R = ParticipantRole
#: Parts that somebody gives; one follows for oneself.
GIVEN = (_R.CONTRIBUTOR, _R.DELEGATE, _R.STAKEHOLDER, _R.NAMED)
#: Parts that write: not of who only reads, and not of what is over.
_WRITING = (_R.CONTRIBUTOR, _R.DELEGATE)
#: Parts that the form of a goal speaks of, too: they move its version.
_IN_THE_FORM = (_R.CONTRIBUTOR, _R.NAMED)


def add_participant(
    actor: Person,
    goal: Goal,
    person: Person,
    role: str,
    *,
    since: date | None = None,
    until: date | None = None,
) -> Goal:
    """Give somebody a part in the goal; a delegate's has dates, both included (none: without
    end). Of a delegate who is one already the dates change. Raises Invalid, Conflict."""
    with restructuring(actor) as at:
        goal = again(goal)
        require(actor, goal, "share")
        _check(actor, goal, person, role)
        dates: dict[str, date | None] = {"since": None, "until": None}
        if role == _R.DELEGATE:
            dates = {"since": since, "until": until}
            _check_dates(actor, since, until)
        part, is_new = Participant.objects.get_or_create(
            goal=goal, person=person, role=role, defaults=dates
        )
        if not is_new and (part.since, part.until) == (dates["since"], dates["until"]):
            return goal
        if not is_new:
            part.since, part.until = dates["since"], dates["until"]
            part.save(update_fields=["since", "until"])
        if role in _IN_THE_FORM:
            goal.version += 1
            goal.save(update_fields=["version"])
            keep_version(goal, at, actor.pk)
        told = {name: day.isoformat() for name, day in dates.items() if day is not None}
        record_event(
            actor, "goal.participants", goal, at,
            data={"role": role, "added": [person.public_id], "removed": [], **told},
        )  # fmt: skip
        return goal


def remove_participant(actor: Person, goal: Goal, person: Person, role: str) -> Goal:
    """End somebody's part in the goal; who has none keeps none. Raises Conflict where a goal
    that waits for approval would have nobody to approve it."""
    with restructuring(actor) as at:
        goal = again(goal)
        require(actor, goal, "share")
        if role not in GIVEN:
            raise Invalid(_("Please choose one of the list."), code="choice", field="role")
        gone, _rows = Participant.objects.filter(goal=goal, person=person, role=role).delete()
        if not gone:
            return goal
        if goal.state == State.SUBMITTED:
            require_an_approver(goal)
        if role in _IN_THE_FORM:
            goal.version += 1
            goal.save(update_fields=["version"])
            keep_version(goal, at, actor.pk)
        record_event(
            actor, "goal.participants", goal, at,
            data={"role": role, "added": [], "removed": [person.public_id]},
        )  # fmt: skip
        return goal


def follow(actor: Person, goal: Goal, on: bool = True) -> None:
    """Follow a goal that one sees, or no longer. One's own affair: the log does not tell."""
    with restructuring(actor):
        goal = again(goal)
        require(actor, goal, "follow")
        mine: dict[str, Any] = {"goal": goal, "person": actor, "role": _R.FOLLOWER}
        if on:
            Participant.objects.get_or_create(**mine)
        else:
            Participant.objects.filter(**mine).delete()


def share_with_guest(
    actor: Person, goal: Goal, name: str, email: str, *, site: str = ""
) -> tuple[Person, Link | None]:
    """Let somebody from outside read the goal: a person with the role guest and an
    invitation, and the goal names them, in one step. Who belongs to the organisation
    already is named without one (no link)."""
    require(actor, goal, "share")
    require_organisation(actor, "invite_guest")
    path = ""
    with restructuring(actor):
        known = people_visible(actor).filter(email__iexact=email.strip(), is_active=True)
        person = known.first() if email.strip() else None
        if person is None:
            person = people.create_guest(actor, name, email)
            path = people.invitation_path(person, actor)
        add_participant(actor, goal, person, _R.NAMED)
    return person, people.pass_on(person, path, site) if path else None


def _check(actor: Person, goal: Goal, person: Person, role: str) -> None:
    if person.organisation_id != goal.organisation_id:
        raise NotFound
    if role not in GIVEN:
        raise Invalid(_("Please choose one of the list."), code="choice", field="role")
    if not person.is_active:
        raise Invalid(
            _("%(name)s is no longer active.") % {"name": person.name},
            code="inactive",
            field="person",
        )
    if person.pk == goal.owner_id:
        raise Invalid(_("The owner takes part already."), code="owner", field="person")
    if role in _WRITING:
        if goal.state in OVER:
            raise Conflict(
                _("It is over: nobody works on it. Readers can be named."),
                code="closed",
                field="role",
            )
        if standing_of(person).is_viewer:
            raise Invalid(
                _("%(name)s only reads, and changes nothing: name them as a reader.")
                % {"name": person.name},
                code="viewer",
                field="person",
            )


def _check_dates(actor: Person, since: date | None, until: date | None) -> None:
    if since is not None and until is not None and until < since:
        raise Invalid(_("The end lies before the start."), code="before_start", field="until")
    if until is not None and until < today_of(actor):
        raise Invalid(_("This day has passed."), code="past", field="until")
