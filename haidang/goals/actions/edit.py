"""Changing a goal's definition, and its rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
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
from haidang.goals.actions.facts import DECIMALS, FIELDS, MEASURE, PEOPLE, TOLD, cleaned, short
from haidang.goals.actions.fits import input_problem, value_problem
from haidang.goals.actions.formula import keep_inputs, refuse_units
from haidang.goals.actions.formula import resolved as resolved_formula
from haidang.goals.actions.history import keep_version
from haidang.goals.actions.identity import cite, cited_by
from haidang.goals.actions.ledger import Basis, Moved, keep_targets, targets_in
from haidang.goals.actions.targets import refuse_retargeting, retarget_open_periods
from haidang.goals.models import (
    Alignment,
    Cycle,
    Goal,
    Kind,
    Mode,
    ParticipantRole,
    Relation,
    Rule,
    State,
)
from haidang.goals.models.goal import MetricKind
from haidang.goals.rules.graph import Node
from haidang.goals.rules.metric import Measure
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
            _change_calculation(goal, before["calculation"])
        if goal.expression and changed & {"calculation", "expression"}:
            touched += keep_inputs(actor, goal, at)
        touched += _remeasure(actor, goal, kept, changed, at, reason)
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
    _refuse_remeasure(goal, kept, changed)
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
    if goal.state in (State.CLOSED, State.DROPPED, State.ARCHIVED):
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


def _remeasure(
    actor: Person,
    goal: Goal,
    old: Mapping[str, Any],
    changed: set[str],
    at: datetime,
    reason: str,
) -> list[int]:
    """Let a changed measure reach the number and everything above it; `old` are the facts
    of the version that this edit ends."""
    if not _is_remeasured(goal, changed):
        return []
    _refuse_remeasure(goal, old, changed)
    if "frequency" in changed:
        goal.periods.all().delete()
    # With another scale, the sums of the value children are in another unit: they are
    # touched too, so that what they added is taken out in the old and put in in the new.
    below = Alignment.objects.filter(parent=goal, mode=Mode.VALUE)
    children = list(below.values_list("child_id", flat=True))
    graph = slice_above(actor, [goal.pk, *children])
    # The slice was read after the row was written: put the old facts back for the moment
    # in which is remembered what each contributed.
    node = graph.nodes[goal.pk]
    new = _facts_of_node(node)
    _put_facts(node, _old_node_facts(old))
    for node_id in (goal.pk, *children):
        graph.touch(node_id)
    _put_facts(node, new)
    node.measure_version += 1
    if goal.kind == Kind.KEY_RESULT and "milestones" in changed and node.own_value is not None:
        node.own_value = Decimal(sum(m.weight for m in goal.milestones.all() if m.reached))
    if goal.kind == Kind.KPI:
        before = {starts: targets_in(p) for starts, p in node.periods.items()}
        moved = retarget_open_periods(goal, graph, _old_node_facts(old)[0], changed)
        entries = [Moved(day, before[day], targets_in(node.periods[day])) for day in moved]
        keep_targets(goal, entries, at, actor.pk, Basis(clean_text(reason)[:2000]))
        if goal.calculation or "calculation" in changed:
            graph.recalculate(goal.pk)
    return settle(actor, graph, at)


def _facts_of_node(node: Node) -> tuple[Any, ...]:
    return (node.measure, node.scale, node.starts, node.ends, node.steps, node.calculation)


def _put_facts(node: Node, facts: tuple[Any, ...]) -> None:
    (node.measure, node.scale, node.starts, node.ends, node.steps, node.calculation) = facts


def _is_remeasured(goal: Goal, changed: set[str]) -> bool:
    measured = goal.kind in (Kind.KEY_RESULT, Kind.KPI)
    return measured and bool(changed & (MEASURE | {"metric_scale"}))


def _refuse_remeasure(goal: Goal, old: Mapping[str, Any], changed: set[str]) -> None:
    """What records and links do not let a measure become."""
    if not _is_remeasured(goal, changed):
        return
    _refuse_broken_sums(goal)
    _refuse_other_measure(goal, old, changed)
    if "frequency" in changed:
        _refuse_other_frequency(goal)
    if "aggregation" in changed:
        _refuse_other_aggregation(goal, old)


def _is_reported(kpi: Goal) -> bool:
    """Whether a period was ever reported; a void record keeps its period, too."""
    reported = Q(own_value__isnull=False) | Q(value_reports__gt=0) | Q(check_ins__isnull=False)
    return kpi.periods.filter(reported).exists()


def _refuse_other_measure(goal: Goal, old: Mapping[str, Any], changed: set[str]) -> None:
    """What was reported in one unit is not read in another: records are never converted."""
    if goal.kind == Kind.KPI:
        reported = not goal.calculation and _is_reported(goal)
    else:
        reported = goal.standing.own_reports > 0
    kinds = {old["metric_kind"], goal.metric_kind}
    rescaled = None not in (old["metric_scale"], goal.metric_scale) and (
        Decimal(old["metric_scale"]) != goal.metric_scale
    )
    other = "metric_kind" in changed and (
        goal.aggregation == "ratio" or kinds & {MetricKind.MILESTONES, MetricKind.YES_NO}
    )
    if reported and (rescaled or other):
        raise Conflict(
            _("Values were reported in the old unit; make a new one to measure it otherwise."),
            code="reported",
            field="metric_unit" if rescaled else "metric_kind",
        )


def _refuse_other_aggregation(kpi: Goal, old: Mapping[str, Any]) -> None:
    """A ratio of sums has numerators and denominators in its records; no other has."""
    if "ratio" in (old["aggregation"], kpi.aggregation) and _is_reported(kpi):
        raise Conflict(
            _("Periods were reported already; make a new KPI for a ratio of sums."),
            code="reported",
            field="aggregation",
        )


def _change_calculation(kpi: Goal, before: str) -> None:
    """Reported or calculated: a KPI does not turn from the one into the other. The links to
    its inputs stay when it is no longer calculated; they compute nothing then."""
    if bool(before) == bool(kpi.calculation):
        return
    if kpi.periods.filter(check_ins__isnull=False).exists():
        raise Conflict(
            _("Periods were reported already; make a new KPI to calculate it from others."),
            code="reported",
            field="calculation",
        )
    counting = kpi.child_links.exclude(mode=Mode.NONE).exists()
    if kpi.calculation and (kpi.rule != Rule.OWN or counting):
        raise Conflict(
            _("Its number is made of the goals below it; unlink those to calculate it."),
            code="measured_by_children",
            field="calculation",
        )


def _refuse_other_frequency(kpi: Goal) -> None:
    if _is_reported(kpi):
        raise Conflict(
            _("Periods were reported already; make a new KPI for another frequency."),
            code="reported",
            field="frequency",
        )


def _old_node_facts(facts: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a node holds of a definition: measure, scale, span, steps, calculation."""

    def number(name: str) -> Decimal | None:
        return None if facts[name] is None else Decimal(facts[name])

    def day(name: str) -> date | None:
        return None if facts[name] is None else date.fromisoformat(facts[name])

    measure = Measure(facts["direction"], *(number(n) for n in DECIMALS))
    steps = tuple((Decimal(a), Decimal(b)) for a, b in facts["steps"])
    return (
        measure, number("metric_scale"), day("starts"), day("ends"), steps, facts["calculation"],
    )  # fmt: skip


def _refuse_broken_sums(goal: Goal) -> None:
    """A new unit, direction or frequency must still fit the links above and below."""
    links = Alignment.objects.filter(mode=Mode.VALUE).select_related("child", "parent")
    for edge in links.filter(parent=goal):
        if problem := value_problem(edge.child, goal):
            raise Invalid(problem[1], code=problem[0], field="metric_unit")
    for edge in links.filter(child=goal):
        if problem := value_problem(goal, edge.parent):
            raise Invalid(problem[1], code=problem[0], field="metric_unit")
    inputs = Alignment.objects.filter(relation=Relation.COMPUTES).select_related("child", "parent")
    for edge in inputs.filter(Q(parent=goal) | Q(child=goal)):
        wrong = input_problem(edge.child, edge.parent)
        if wrong and edge.parent.calculation:
            raise Invalid(wrong[2], code=wrong[1], field=wrong[0])
        if edge.child_id == goal.pk and edge.parent.expression:
            refuse_units(edge.parent, [goal])
    if goal.expression:
        refuse_units(goal)


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
