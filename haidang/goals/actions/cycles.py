"""Cycles: made, edited, moved through their states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import log
from haidang.goals.access import may_cycle
from haidang.goals.actions.change import restructuring
from haidang.goals.models import Cycle, CycleKind, CycleState, Goal, State
from haidang.goals.rules.periods import FIRST, LAST
from haidang.lib.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Stale
from haidang.lib.text import clean_line
from haidang.people.models import Person
from haidang.people.sequences import take

_FIELDS = {"name", "kind", "parent", "starts", "ends"}
_ORDER = [CycleState.PLANNING, CycleState.ACTIVE, CycleState.CLOSING, CycleState.CLOSED]


def create_cycle(actor: Person, facts: Mapping[str, Any]) -> Cycle:
    """Make a cycle: `name`, `kind`, `starts`, `ends`, and the `parent` it lies within."""
    if not may_cycle(actor, "create"):
        raise Forbidden
    values = _cleaned(actor, facts)
    with restructuring(actor) as at:
        number = take(actor.organisation_id, "cycle")
        cycle = Cycle.objects.create(
            organisation_id=actor.organisation_id,
            number=number,
            public_id=f"C-{number}",
            state=facts.get("state") or CycleState.PLANNING,
            **values,
        )
        _log(actor, "cycle.created", cycle, at)
        return cycle


def edit_cycle(
    actor: Person, cycle: Cycle, version: int | None, changes: Mapping[str, Any]
) -> Cycle:
    """Change a cycle; its objectives keep their own dates."""
    if not may_cycle(actor, "edit"):
        raise Forbidden
    with restructuring(actor) as at:
        cycle = _again(cycle, version)
        now = {name: getattr(cycle, name) for name in _FIELDS}
        values = _cleaned(actor, {**now, **changes}, of=cycle)
        for name, value in values.items():
            setattr(cycle, name, value)
        cycle.version += 1
        cycle.save(update_fields=[*values, "version"])
        _log(actor, "cycle.edited", cycle, at)
        return cycle


def set_cycle_state(actor: Person, cycle: Cycle, state: str, version: int | None) -> Cycle:
    """planning > active > closing > closed, a step forward or back at a time.

    A cycle closes when no goal in it is active any more.
    """
    if not may_cycle(actor, "set_state"):
        raise Forbidden
    if state not in CycleState.values:
        raise Invalid(_("Please choose one of the list."), code="choice", field="state")
    with restructuring(actor) as at:
        cycle = _again(cycle, version)
        if abs(_ORDER.index(CycleState(state)) - _ORDER.index(CycleState(cycle.state))) > 1:
            raise Conflict(_("One step at a time."), code="state", field="state")
        if state == CycleState.CLOSED:
            active = Goal.objects.filter(cycle=cycle, state=State.ACTIVE).count()
            if active:
                raise Conflict(
                    _("%(count)s goals are still active in it.") % {"count": active},
                    code="active_goals",
                    field="state",
                )
        cycle.state = state
        cycle.version += 1
        cycle.save(update_fields=["state", "version"])
        _log(actor, "cycle.state", cycle, at, state=state)
        return cycle


def _again(cycle: Cycle, version: int | None) -> Cycle:
    fresh = Cycle.objects.filter(pk=cycle.pk).first()
    if fresh is None:
        raise NotFound
    if version is not None and fresh.version != version:
        raise Stale(current={"version": fresh.version, "state": fresh.state})
    return fresh


def _cleaned(actor: Person, facts: Mapping[str, Any], of: Cycle | None = None) -> dict[str, Any]:
    errors: list[FieldError] = []
    name = clean_line(str(facts.get("name") or ""))
    if not name or len(name) > 120:
        errors.append(FieldError("name", "required", _("Please give it a name (120 characters).")))
    kind = facts.get("kind")
    if kind not in CycleKind.values:
        errors.append(FieldError("kind", "choice", _("Please choose one of the list.")))
    days: dict[str, date | None] = {n: facts.get(n) for n in ("starts", "ends")}
    for field, day in days.items():
        if day is None:
            errors.append(FieldError(field, "required", _("Please give the date.")))
        elif not FIRST <= day <= LAST:
            errors.append(FieldError(field, "out_of_bounds", _("Years from 1990 to 2199.")))
    starts, ends = days["starts"], days["ends"]
    if starts and ends and starts > ends:
        errors.append(FieldError("ends", "before_start", _("The end lies before the start.")))
    parent: Cycle | None = facts.get("parent")
    if parent is not None:
        if parent.organisation_id != actor.organisation_id:
            errors.append(FieldError("parent", "not_found", _("There is no such cycle.")))
        elif starts and ends and not parent.starts <= starts <= ends <= parent.ends:
            errors.append(FieldError("parent", "outside", _("It must lie within that cycle.")))
        above: Cycle | None = parent
        while above is not None:
            if of is not None and above.pk == of.pk:
                errors.append(FieldError("parent", "cycle", _("A cycle cannot lie in itself.")))
                break
            above = above.parent
    if errors:
        raise Invalid(errors=errors)
    return {"name": name, "kind": kind, "parent": parent, "starts": starts, "ends": ends}


def _log(actor: Person, verb: str, cycle: Cycle, at: Any, **data: Any) -> None:
    log(
        organisation_id=cycle.organisation_id,
        at=at,
        actor_id=actor.pk,
        verb=verb,
        subject_kind="cycle",
        subject_id=cycle.pk,
        subject=cycle.public_id,
        data=data,
    )
