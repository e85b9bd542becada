"""Somebody leaves, or goes to another unit: what they hold is handed over in the same moment.

An administrator decides about what they see. Goals that are not open to them go by a rule
(docs/decisions/handing-over-what-one-may-not-see.md), and their words are not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.actions.change import restructuring
from haidang.goals.actions.handing import hand, hand_part
from haidang.goals.models import (
    OVER,
    Alignment,
    Goal,
    Kind,
    Level,
    Participant,
    ParticipantRole,
    Relation,
    State,
)
from haidang.lib.errors import Conflict, Invalid, NotFound, Stale
from haidang.people import actions as people
from haidang.people.access import require_person, today_of
from haidang.people.actions.events import log_person
from haidang.people.models import Person, Unit, UnitLeader
from haidang.strategy.queries.holdings import (
    Holding,
    Holdings,
    can_hold,
    holdings,
    is_own_draft,
)

#: What may become of something besides going to somebody: nobody has it, its unit keeps it,
#: or (at a transfer) the person does.
END, UNIT, STAY = "end", "unit", "stay"
Choice = Person | str


def depart(
    actor: Person,
    person: Person,
    version: int | None,
    choices: Mapping[str, Choice],
    *,
    last_day: date | None = None,
) -> Person:
    """End somebody's access, and hand over everything they hold, by the key of each holding
    (`queries.holdings`). Of somebody who has left already only what was left with them.

    Raises Stale, Conflict where something is held that no choice speaks of or nobody is
    there to take what goes by rule, Invalid at the key of a choice that does not fit.
    """
    require_person(actor, person, "deactivate")
    with restructuring(actor) as at:
        person = _again(person, version)
        _check_day(person, last_day)
        held = _all_chosen(holdings(actor, person), choices)
        changes: dict[int, dict[str, Any]] = {}
        for one in held.rows:
            _settle_row(one, _chosen(person, choices, one, (END, UNIT)), changes)
        _by_rule(person, held, changes)
        hand(actor, changes, at, because="person.departed")
        _end_parts(actor, person, held, choices, at, leaves=True)
        _hand_people(actor, person, held, choices, at)
        was_active = person.is_active
        if was_active:
            people.deactivate_person(actor, person, left_on=last_day)
        log_person(actor, person, "person.departed", at, {"goals": len(changes)})
    return person


def transfer(
    actor: Person,
    person: Person,
    version: int | None,
    choices: Mapping[str, Choice],
    *,
    unit: Unit | None,
    manager: Person | None,
) -> Person:
    """Put somebody into another unit, under another manager; what they hold stays, or goes
    as chosen. Personal goals that stay go along into the new unit; goals that the actor
    does not see stay. Refusals as of `depart`.
    """
    require_person(actor, person, "transfer")
    with restructuring(actor) as at:
        person = _again(person, version)
        if not person.is_active:
            raise Conflict(
                _("%(name)s is no longer active.") % {"name": person.name}, code="inactive"
            )
        old = person.unit
        held = _all_chosen(holdings(actor, person), choices)
        changes: dict[int, dict[str, Any]] = {}
        for one in held.rows:
            chosen = _chosen(person, choices, one, (STAY, END, UNIT))
            if chosen != STAY:
                _settle_row(one, chosen, changes)
        for one in (*held.rows, *held.unseen):
            goal = one.goal
            if one.what != "owner" or goal is None or "owner" in changes.get(goal.pk, {}):
                continue
            along = goal.level == Level.INDIVIDUAL and old is not None and goal.unit == old
            if along and unit != old:
                changes.setdefault(goal.pk, {})["unit"] = unit
        facts = {"unit": unit, "manager": manager}
        people.edit_person(actor, person, None, facts)
        hand(actor, changes, at, because="person.transferred")
        _end_parts(actor, person, held, choices, at, leaves=False)
        _hand_people(actor, person, held, choices, at)
        to = {"unit": unit.public_id if unit else None}
        log_person(actor, person, "person.transferred", at, {"goals": len(changes), **to})
    return person


# --- inside -----------------------------------------------------------------------------


def _again(person: Person, version: int | None) -> Person:
    """The row under the lock; Stale for another version."""
    fresh = (
        Person.objects.select_for_update(of=("self",))
        .select_related("organisation", "unit", "manager", "account")
        .filter(pk=person.pk)
        .first()
    )
    if fresh is None:
        raise NotFound
    if version is not None and fresh.version != version:
        raise Stale(fresh)
    return fresh


def _check_day(person: Person, last_day: date | None) -> None:
    if last_day is None:
        return
    if last_day > today_of(person):
        raise Invalid(
            _("Access ends when this is saved: please do it on the last day."),
            code="future",
            field="last_day",
        )
    if person.joined_on is not None and last_day < person.joined_on:
        raise Invalid(_("This lies before their first day."), code="before_start", field="last_day")


def _all_chosen(held: Holdings, choices: Mapping[str, Choice]) -> Holdings:
    """Refuse where something came to the person since the choices were made."""
    if {one.key for one in held.rows} - choices.keys():
        raise Conflict(
            _("Something came to them in the meantime: it stands in the list now, please look."),
            code="came_since",
        )
    return held


def _chosen(
    person: Person, choices: Mapping[str, Choice], one: Holding, words: tuple[str, ...]
) -> Choice:
    chosen = choices[one.key]
    if isinstance(chosen, Person):
        if chosen.organisation_id != person.organisation_id:
            raise NotFound
        if chosen.pk == person.pk or not can_hold(chosen):
            raise Invalid(
                _("%(name)s cannot take this over.") % {"name": chosen.name},
                code="heir",
                field=one.key,
            )
        return chosen
    fits = chosen in words and (chosen != UNIT or (one.what == "owner" and one.may_lie))
    if not fits or (chosen == END and one.what == "owner"):
        raise Invalid(_("Please say who takes this over."), code="required", field=one.key)
    return chosen


def _settle_row(one: Holding, chosen: Choice, changes: dict[int, dict[str, Any]]) -> None:
    """What a choice about a goal's definition changes in it."""
    heir = chosen if isinstance(chosen, Person) else None
    if one.what == "owner" and one.goal is not None:
        changes.setdefault(one.goal.pk, {}).update(_given(one.goal, heir))
    elif one.what == "data" and one.goal is not None:
        changes.setdefault(one.goal.pk, {})["data_owner"] = heir
    elif one.what == "proposals" and chosen != STAY:
        for goal in one.goals:
            taken = None if heir is None or heir.pk == goal.owner_id else heir
            changes.setdefault(goal.pk, {})["proposed_by"] = taken


def _given(goal: Goal, heir: Person | None) -> dict[str, Any]:
    """A goal with another owner: a personal one lies where its person is, and what the heir
    had proposed is not a proposal to themself."""
    given: dict[str, Any] = {"owner": heir}
    if heir is not None and goal.level == Level.INDIVIDUAL and goal.unit_id is not None:
        given["unit"] = heir.unit
    if heir is not None and goal.proposed_by_id == heir.pk:
        given["proposed_by"] = None
    return given


def _by_rule(person: Person, held: Holdings, changes: dict[int, dict[str, Any]]) -> None:
    """Goals that the actor does not see: a contributor, who knows it, takes it over; else the
    person's manager; else who leads their unit. A private draft that nobody else was to see
    yet is put away, with its key results."""
    owned = [one.goal for one in held.unseen if one.what == "owner" and one.goal is not None]
    fed = [one.goal for one in held.unseen if one.what == "data" and one.goal is not None]
    drafts = {goal.pk for goal in owned if is_own_draft(goal)}
    drafts |= _key_results_of(drafts, owned)
    for goal in owned:
        if goal.pk in drafts:
            changes.setdefault(goal.pk, {})["state"] = State.ARCHIVED
        else:
            changes.setdefault(goal.pk, {}).update(_given(goal, _heir(person, goal)))
    for goal in fed:
        kept = goal.owner if goal.owner_id != person.pk and can_hold(goal.owner) else None
        heir = kept or changes.get(goal.pk, {}).get("owner") or _heir(person, goal)
        changes.setdefault(goal.pk, {})["data_owner"] = heir


def _key_results_of(objectives: set[int], goals: list[Goal]) -> set[int]:
    below = Alignment.objects.filter(relation=Relation.COMPOSITION, parent_id__in=objectives)
    mine = {goal.pk for goal in goals if goal.kind == Kind.KEY_RESULT}
    return mine & set(below.values_list("child_id", flat=True))


def _heir(person: Person, goal: Goal) -> Person:
    parts = Participant.objects.filter(goal=goal, role=ParticipantRole.CONTRIBUTOR)
    knowing = [part.person for part in parts.select_related("person").order_by("pk")]
    for one in (*knowing, person.manager, *_leaders_above(goal.unit or person.unit)):
        if one is not None and one.pk != person.pk and can_hold(one):
            return one
    raise Conflict(
        _(
            "Some of their goals are not open to you, and nobody is there to take them over:"
            " give them a manager first."
        ),
        code="no_heir",
    )


def _leaders_above(unit: Unit | None) -> list[Person]:
    """Who leads a unit or one above it, the nearest first."""
    ids = [int(part) for part in unit.path.split("/") if part] if unit else []
    rows = UnitLeader.objects.filter(unit_id__in=ids, until=None).select_related("person")
    return [row.person for row in sorted(rows, key=lambda row: (-ids.index(row.unit_id), row.pk))]


def _end_parts(
    actor: Person,
    person: Person,
    held: Holdings,
    choices: Mapping[str, Choice],
    at: datetime,
    *,
    leaves: bool,
) -> None:
    """Parts in goals: handed on as chosen; of goals that the actor does not see, and what is
    a reader's own, they end when the person leaves."""
    because = "person.departed" if leaves else "person.transferred"
    for one in held.rows:
        chosen = choices[one.key]
        if one.part is not None and chosen != STAY:
            heir = chosen if isinstance(chosen, Person) else None
            hand_part(actor, one.part, heir, at, because=because)
    if leaves:
        for one in held.unseen:
            if one.part is not None:
                hand_part(actor, one.part, None, at, because=because)
        Participant.objects.filter(person=person).exclude(goal__state__in=OVER).delete()


def _hand_people(
    actor: Person,
    person: Person,
    held: Holdings,
    choices: Mapping[str, Choice],
    at: datetime,
) -> None:
    units: dict[int, Person | None] = {}
    for one in held.rows:
        chosen = choices[one.key]
        if chosen == STAY:
            continue
        heir = chosen if isinstance(chosen, Person) else None
        if one.unit is not None:
            units[one.unit.pk] = heir
        elif one.what == "reports":
            people.hand_reports(actor, person, heir, at)
    if units:
        people.hand_units(actor, person, units, at)
