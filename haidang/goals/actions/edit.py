"""Changing a goal's definition, and its rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.access import may_place, require
from haidang.goals.actions.answers import merged_answers, told
from haidang.goals.actions.change import (
    again,
    record_event,
    restructuring,
    settle,
    slice_above,
)
from haidang.goals.actions.create import (
    ROWS,
    children_of,
    objective_of,
    refuse_closed_cycle,
    require_an_approver,
    write_rows,
)
from haidang.goals.actions.facts import FIELDS, MEASURE, PEOPLE, TOLD, cleaned, short
from haidang.goals.actions.formula import keep_inputs
from haidang.goals.actions.formula import resolved as resolved_formula
from haidang.goals.actions.history import keep_version
from haidang.goals.actions.identity import cite, cited_by
from haidang.goals.actions.remeasure import change_calculation, refuse_remeasure, remeasure
from haidang.goals.actions.targets import refuse_retargeting
from haidang.goals.models import (
    OVER,
    Cycle,
    Goal,
    Kind,
    ParticipantRole,
    Relation,
    Rule,
    State,
)
from haidang.lib.errors import Conflict, Invalid
from haidang.lib.text import clean_text, folded
from haidang.people.models import Person

_UNFINISHED = (State.DRAFT, State.RETURNED)
#: What says where a goal stands, in the order in which a refusal is shown.
PLACE = ("level", "unit", "owner")
_NOT_YOURS = {
    "level": _("You may not give a goal this level."),
    "unit": _("You may not put a goal into this unit."),
    "owner": _("You may not give a goal to this person."),
}
#: What may leave a private goal without anybody who sees and approves it.
_SHARING = {"visibility", "named", "contributors", "data_owner"}


def edit_goal(
    actor: Person,
    goal: Goal,
    version: int | None,
    changes: Mapping[str, Any],
    *,
    reason: str = "",
) -> Goal:
    """Change what a goal's definition says; the numbers above follow in the same transaction.

    Words are open to contributors; measure and dates of an approved goal want the right for
    it and a reason; level, unit and owner want what making the goal there would want
    (`access.may_place`), and stay while it waits for approval. A personal draft given to
    somebody else is a proposal to them. Raises Stale when the definition is no longer at
    `version`.
    """
    with restructuring(actor) as at:
        goal = again(goal, version)
        old_cycle = goal.cycle
        before, values, changed = _asked(actor, goal, changes, reason)
        if not changed:
            return goal
        names = changed & FIELDS[goal.kind]
        old = {n: short(v) for n, v in told(names, before, before, values).items()}
        new = {n: short(v) for n, v in told(names, values, before, values).items()}
        kept = goal.versions.get(until=None).facts
        for name in changed - set(ROWS):
            setattr(goal, name, values[name])
        if "owner" in changed:
            handed = goal.state in _UNFINISHED and goal.owner_id not in (None, actor.pk)
            goal.proposed_by = actor if handed else None
        goal.version += 1
        goal.save()
        write_rows(goal, {n: values[n] for n in changed if n in ROWS})
        if "cited" in changed:
            cite(goal, values["cited"], at, actor.pk)
        if goal.state == State.SUBMITTED and changed & _SHARING:
            require_an_approver(goal)
        touched: list[int] = []
        if goal.kind == Kind.OBJECTIVE and old_cycle is not None and "cycle" in changed:
            touched = _carry_cycle(actor, goal, old_cycle, at)
        if goal.kind == Kind.KPI and "calculation" in changed:
            change_calculation(goal, before["calculation"])
        if goal.expression and changed & {"calculation", "expression"}:
            touched += keep_inputs(actor, goal, at)
        touched += remeasure(actor, goal, kept, changed, at, reason)
        keep_version(goal, at, actor.pk, reason)
        record_event(
            actor, "goal.edited", goal, at, touched=touched,
            data={
                "fields": sorted(old.keys() | (changed - names)),
                "old": old,
                "new": new,
                "reason": clean_text(reason)[:2000],
            },
        )  # fmt: skip
        return again(goal)


def would_edit(
    actor: Person, goal: Goal, changes: Mapping[str, Any], *, reason: str = ""
) -> set[str]:
    """The facts that `edit_goal` would change now; raises what it would. Nothing is written."""
    goal = again(goal)
    _before, values, changed = _asked(actor, goal, changes, reason)
    if not changed:
        return changed
    kept = goal.versions.get(until=None).facts
    for name in changed - set(ROWS):
        setattr(goal, name, values[name])
    refuse_remeasure(goal, kept, changed)
    return changed - {"metric_scale"}


def _asked(
    actor: Person, goal: Goal, changes: Mapping[str, Any], reason: str
) -> tuple[dict[str, Any], dict[str, Any], set[str]]:
    """The facts as they are, as they would be, and the names of those that differ."""
    before = facts_now(goal)
    for name in changes.keys() - FIELDS[goal.kind]:
        raise Invalid(_("This kind of goal has no such field."), code="unknown_field", field=name)
    wanted = {**before, **changes}
    if goal.kind == Kind.OBJECTIVE and goal.cycle and wanted["cycle"] != goal.cycle:
        wanted |= _dates_of_the_cycle(wanted, goal.cycle)
    if "fields" in changes:
        wanted["fields"] = merged_answers(goal.fields, changes["fields"])
    values = cleaned(
        goal.kind, wanted, goal.organisation_id, cycle=goal.cycle, answered=goal.fields
    )
    if values.get("expression") and values["expression"] != goal.expression:
        values["expression"] = resolved_formula(actor, values["expression"], goal.expression)
    if before.get("milestones") and values.get("milestones"):
        _know_again(before["milestones"], values["milestones"])
    changed = {n for n, v in values.items() if n in before and _differs(before[n], v)}
    changed |= {"metric_scale"} if values.get("metric_scale") != goal.metric_scale else set()
    if "cycle" in changed:
        refuse_closed_cycle(values["cycle"])
    if changed:
        _require(actor, goal, changed, reason)
        if goal.kind == Kind.KPI:
            refuse_retargeting(goal, before, values, changed)
        _require_place(actor, goal, changed, values)
    return before, values, changed


def facts_now(goal: Goal) -> dict[str, Any]:
    """A goal's facts in the form in which they are given."""
    facts = {name: getattr(goal, name) for name in FIELDS[goal.kind] if name not in ROWS}
    for name, role in (
        ("contributors", ParticipantRole.CONTRIBUTOR),
        ("named", ParticipantRole.NAMED),
    ):
        facts[name] = [
            p.person for p in goal.participants.filter(role=role).select_related("person")
        ]
    facts["tags"] = [t.name for t in goal.tags.all()]
    if goal.kind == Kind.OBJECTIVE:
        facts["cited"] = cited_by(goal)
    if goal.kind == Kind.KEY_RESULT:
        facts["milestones"] = [
            {"position": m.position, "title": m.title, "weight": m.weight, "due": m.due}
            for m in goal.milestones.all()
        ]
    if goal.kind == Kind.KPI:
        facts["steps"] = [(Decimal(a), Decimal(b)) for a, b in goal.steps]
    return facts


def _know_again(before: Iterable[Mapping[str, Any]], after: Iterable[dict[str, Any]]) -> None:
    """A milestone given without its position is the one that has its title."""
    known = {folded(m["title"]): m["position"] for m in before}
    for milestone in after:
        if milestone["position"] is None:
            milestone["position"] = known.get(folded(milestone["title"]))


def _differs(before: Any, after: Any) -> bool:
    if isinstance(before, list) and isinstance(after, list):
        if before and isinstance(before[0], tuple):
            return [(Decimal(a), Decimal(b)) for a, b in after] != before
        if before and isinstance(before[0], Person):
            return {p.pk for p in before} != {p.pk for p in after}
    # Blank in one form or another is the same; a number that was unknown and is 0 is not.
    return before != after and not (_is_blank(before) and _is_blank(after))


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _require(actor: Person, goal: Goal, changed: set[str], reason: str) -> None:
    measure = changed & (MEASURE | TOLD | {"metric_scale"})
    if measure:
        require(actor, goal, "edit_measure")
        if goal.state not in _UNFINISHED and not clean_text(reason):
            raise Invalid(
                _("A change of measure or dates of an approved goal needs a reason."),
                code="required",
                field="reason",
            )
    if changed & PEOPLE:
        require(actor, goal, "share")
    if changed - measure - PEOPLE:
        require(actor, goal, "edit_words")
    if goal.state in OVER:
        raise Conflict(_("A closed goal keeps its definition; reopen it first."), code="closed")


def _require_place(actor: Person, goal: Goal, changed: set[str], values: Mapping[str, Any]) -> None:
    """Level, unit and owner decide who approves, leads and answers for a goal: changing them
    is making it there again."""
    place = [name for name in PLACE if name in changed]
    if not place:
        return
    if goal.state == State.SUBMITTED:
        raise Conflict(
            _("It waits for approval as it is: it is returned first, then changed."),
            code="submitted",
            field=place[0],
        )
    objective = None
    if goal.kind == Kind.KEY_RESULT:
        objective = objective_of(goal)
    born = may_place(
        actor,
        goal,
        values.get("level", goal.level),
        values.get("unit", goal.unit),
        values.get("owner", goal.owner),
        objective=objective,
    )
    if born is None:
        raise Invalid(_NOT_YOURS[place[0]], code="not_yours", field=place[0])
    if born == "draft" and goal.state not in _UNFINISHED:
        raise Invalid(
            _("It is approved already: only who could make it active there changes this."),
            code="approved",
            field=place[0],
        )


def _dates_of_the_cycle(facts: Mapping[str, Any], old: Cycle) -> dict[str, None]:
    """Dates that were the old cycle's, to be taken from the new one."""
    return {name: None for name in ("starts", "ends") if facts.get(name) == getattr(old, name)}


def _carry_cycle(actor: Person, objective: Goal, old: Cycle, at: datetime) -> list[int]:
    """Key results follow their objective into its new cycle, with the dates that were the
    old cycle's; ids that moved."""
    key_results = children_of(objective, Relation.COMPOSITION)
    graph = slice_above(actor, [key_result.pk for key_result in key_results])
    for key_result in key_results:
        node = graph.touch(key_result.pk)
        key_result.cycle = objective.cycle
        dates = {"starts": key_result.starts, "ends": key_result.ends}
        for name in _dates_of_the_cycle(dates, old):
            setattr(key_result, name, getattr(objective.cycle, name))
        if key_result.starts and key_result.ends and key_result.starts > key_result.ends:
            key_result.starts = key_result.ends  # a deadline before the cycle: warned elsewhere
        node.starts, node.ends = key_result.starts, key_result.ends
        key_result.version += 1
        key_result.save(update_fields=["cycle", "starts", "ends", "version"])
        keep_version(key_result, at, actor.pk)
    return settle(actor, graph, at)


def set_rule(actor: Person, goal: Goal, rule: str, version: int | None) -> Goal:
    """Say which terms make the number: own reports, the goals below, or both."""
    with restructuring(actor) as at:
        goal = again(goal, version)
        require(actor, goal, "weigh")
        if goal.kind not in (Kind.KEY_RESULT, Kind.KPI):
            raise Invalid(_("Only key results and KPIs have a choice here."), code="rule")
        if rule not in Rule.values:
            raise Invalid(_("Please choose one of the list."), code="choice", field="rule")
        if goal.calculation and rule != Rule.OWN:
            raise Invalid(_("A calculated KPI takes its value from its inputs."), code="rule")
        if rule == goal.rule:
            return goal
        graph = slice_above(actor, [goal.pk])
        node = graph.touch(goal.pk)
        node.rule = rule
        node.measure_version += 1
        old, goal.rule = goal.rule, rule
        goal.version += 1
        goal.save(update_fields=["rule", "version"])
        keep_version(goal, at, actor.pk)
        touched = settle(actor, graph, at)
        record_event(actor, "goal.rule", goal, at, touched=touched, data={"old": old, "new": rule})
        return again(goal)
