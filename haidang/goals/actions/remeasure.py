"""A changed measure: what records and links allow it to become, and how it reaches the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haidang.goals.actions.change import settle, slice_above
from haidang.goals.actions.facts import MEASURE
from haidang.goals.actions.fits import input_problem, value_problem
from haidang.goals.actions.formula import refuse_units
from haidang.goals.actions.ledger import Basis, Moved, keep_targets, targets_in
from haidang.goals.actions.metric_facts import DECIMALS
from haidang.goals.actions.targets import retarget_open_periods
from haidang.goals.models import Alignment, Goal, Kind, Mode, Relation, Rule
from haidang.goals.models.kinds import MetricKind
from haidang.goals.rules.metric import Measure
from haidang.goals.rules.node import Node
from haidang.lib.errors import Conflict, Invalid
from haidang.lib.text import clean_text
from haidang.people.models import Person


def remeasure(
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
    refuse_remeasure(goal, old, changed)
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


def refuse_remeasure(goal: Goal, old: Mapping[str, Any], changed: set[str]) -> None:
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


def change_calculation(kpi: Goal, before: str) -> None:
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
