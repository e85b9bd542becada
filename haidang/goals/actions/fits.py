"""What may be linked to what, and how: kinds, relations, modes, units, circles."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from haidang.goals.models import (
    ALLOWED,
    Goal,
    Kind,
    Mode,
    Relation,
    Visibility,
)
from haidang.goals.rules.periods import nests
from haidang.goals.rules.units import dimension, exact_factor, is_additive
from haidang.lib.errors import Invalid, NotFound

HEAVIEST = 10_000
SHOWN_ONLY = {Relation.COMPUTES, Relation.SUPPORTS, Relation.DEPENDS_ON}

#: Reasons that are told before somebody tries, too (`realign.forbidden`).
COMPOSED = _("A key result belongs to the objective it was made for.")
ITSELF = _("A goal cannot hang below itself.")
CIRCLE = _("This would make a circle: the parent already hangs below this goal.")


def guess_relation(child: Goal, parent: Goal, objective: Goal | None = None) -> str:
    """The relation that two goals most likely mean, from their kinds, units and cycles.

    `objective` is the parent's, when the parent is a key result and it is at hand.
    """
    pair = (child.kind, parent.kind)
    if pair in ALLOWED[Relation.STRATEGY]:
        return Relation.STRATEGY
    if pair == (Kind.OBJECTIVE, Kind.OBJECTIVE):
        return Relation.DECOMPOSES if _decomposes(child, parent) else Relation.CASCADE
    if pair == (Kind.OBJECTIVE, Kind.KEY_RESULT):
        if is_cross_team(child, parent, objective):
            return Relation.CROSS_TEAM
        return Relation.DECOMPOSES if _decomposes(child, parent) else Relation.CASCADE
    if pair == (Kind.OBJECTIVE, Kind.KPI):
        return Relation.IMPROVES
    if pair in ALLOWED[Relation.CASCADE]:
        return Relation.CASCADE
    return Relation.SUPPORTS


def _decomposes(child: Goal, parent: Goal) -> bool:
    return (
        _lies_within(child, parent)
        and child.unit_id == parent.unit_id
        and child.level == (parent.level or child.level)
    )


def _lies_within(child: Goal, parent: Goal) -> bool:
    """Whether the child's cycle is a part of the parent's, as a quarter is of its year."""
    a, b = child.cycle, parent.cycle
    if a is None or b is None or a.pk == b.pk:
        return False
    return b.starts <= a.starts and a.ends <= b.ends and (a.starts, a.ends) != (b.starts, b.ends)


def is_cross_team(child: Goal, key_result: Goal, objective: Goal | None = None) -> bool:
    """Whether an objective's unit is neither the unit of the key result's objective nor
    below it."""
    if objective is None:
        objective = (
            Goal.objects.filter(
                child_links__child=key_result, child_links__relation=Relation.COMPOSITION
            )
            .select_related("unit")
            .first()
        )
    if objective is None or child.unit is None or objective.unit is None:
        return False
    return not child.unit.path.startswith(objective.unit.path)


def default_mode(child: Goal, parent: Goal, relation: str) -> str:
    """What the relation does to the parent's number unless somebody chooses otherwise."""
    if child.visibility == Visibility.PRIVATE or relation in SHOWN_ONLY or parent.calculation:
        return Mode.NONE
    if relation == Relation.IMPROVES:
        return Mode.NONE
    if relation == Relation.CASCADE and child.kind != Kind.OBJECTIVE:
        return Mode.NONE if value_problem(child, parent) else Mode.VALUE
    return Mode.AVERAGE


def value_problem(child: Goal, parent: Goal) -> tuple[str, Any] | None:
    """(code, reason) why the child's actual cannot add to the parent's; None if it can."""
    if child.kind not in (Kind.KEY_RESULT, Kind.KPI) or parent.kind not in (
        Kind.KEY_RESULT,
        Kind.KPI,
    ):
        return "not_measured", _("Only measures add up: a key result or KPI below another.")
    if child.kind == Kind.KPI and parent.kind == Kind.KEY_RESULT:
        return "not_measured", _("A KPI's actual does not add to a key result's.")
    for goal in (child, parent):
        if not is_additive(goal.metric_kind, goal.direction, goal.aggregation):
            return "not_additive", _(
                "Percentages, ranges, pass / fail and milestones do not add up."
            )
    ratios = [goal.aggregation == "ratio" for goal in (child, parent)]
    if ratios[0] != ratios[1]:
        return "not_additive", _("A ratio of sums adds only to a ratio of sums.")
    if (
        dimension(child.metric_kind, child.metric_unit)[0]
        != dimension(parent.metric_kind, parent.metric_unit)[0]
    ):
        return "dimension", _("They are measured in different units (such as ₫ and %).")
    if exact_factor(child.metric_scale, parent.metric_scale) is None:
        return "conversion", _("One unit does not convert exactly into the other.")
    if child.kind == Kind.KPI:
        if not nests(child.frequency, parent.frequency):
            return "frequency", _("The child is measured less often than the parent.")
        if child.frequency != parent.frequency and child.aggregation not in ("sum", "ratio"):
            return "frequency", _("Only cumulative values add up over shorter periods.")
    return None


def input_problem(child: Goal, parent: Goal) -> tuple[str, str, Any] | None:
    """(field, code, reason) why a KPI cannot be an input of a calculated one."""
    if not parent.calculation:
        return "calculation", "not_calculated", _("The parent is not a calculated KPI.")
    if child.frequency != parent.frequency:
        return "frequency", "frequency", _("A calculated KPI and its inputs share one frequency.")
    if parent.calculation in ("sum", "difference"):
        units = {dimension(goal.metric_kind, goal.metric_unit) for goal in (child, parent)}
        if len(units) > 1:
            return (
                "metric_unit",
                "dimension",
                _("What is added or subtracted is in the unit of the result."),
            )
    return None


def relation_problem(
    child: Goal, parent: Goal, relation: str, objective: Goal | None = None
) -> tuple[str, Any] | None:
    """(code, reason) why two goals of fitting kinds are not in this relation: a question of
    their departments and cycles when they are linked; later moves of those break no link.

    `objective` is the parent's, when the parent is a key result and it is at hand.
    """
    below_key_result = (child.kind, parent.kind) == (Kind.OBJECTIVE, Kind.KEY_RESULT)
    across = below_key_result and is_cross_team(child, parent, objective)
    if relation == Relation.CROSS_TEAM and not across:
        return "not_cross_team", _("Cross-team needs an objective of another department.")
    if relation == Relation.CASCADE and across:
        return "cross_team", _("The two are of different departments: that is cross-team.")
    if relation == Relation.DECOMPOSES and not _lies_within(child, parent):
        return "not_a_part", _("To decompose is to a shorter cycle that lies in the longer one.")
    return None


def check_relation(child: Goal, parent: Goal, relation: str, objective: Goal | None = None) -> None:
    if problem := relation_problem(child, parent, relation, objective):
        raise Invalid(problem[1], code=problem[0], field="relation")


def check_pair(child: Goal, parent: Goal, relation: str, mode: str, weight: int | None) -> None:
    """Refuse an edge that does not fit: kinds, relation, mode, units, weight."""
    if child.organisation_id != parent.organisation_id:
        raise NotFound
    if child.pk == parent.pk:
        raise Invalid(ITSELF, code="cycle", field="parent")
    if relation not in Relation.values or (child.kind, parent.kind) not in ALLOWED[relation]:
        raise Invalid(
            _("This relation does not join these two kinds of goals."),
            code="relation",
            field="relation",
        )
    if mode not in Mode.values or (relation in SHOWN_ONLY and mode != Mode.NONE):
        raise Invalid(_("This relation is shown only."), code="shown_only", field="mode")
    if mode == Mode.VALUE and (problem := value_problem(child, parent)):
        raise Invalid(problem[1], code=problem[0], field="mode")
    if mode == Mode.VALUE and relation == Relation.COMPOSITION:
        raise Invalid(_("An objective has no actual of its own."), code="mode", field="mode")
    if mode != Mode.NONE and parent.calculation:
        raise Invalid(
            _("A calculated KPI takes its value from its inputs."), code="calculated", field="mode"
        )
    if relation == Relation.COMPUTES and (wrong := input_problem(child, parent)):
        raise Invalid(wrong[2], code=wrong[1], field="relation")
    if weight is not None and not 0 <= weight <= HEAVIEST:
        raise Invalid(
            _("A weight is a whole number from 0 to 10,000."), code="weight", field="weight"
        )


def ancestors(goal_id: int) -> set[int]:
    """Ids of everything above a goal, over edges of every kind."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE up(id) AS (
              SELECT parent_id FROM goals_alignment WHERE child_id = %s
              UNION
              SELECT a.parent_id FROM goals_alignment a JOIN up ON a.child_id = up.id
            ) SELECT id FROM up
            """,
            [goal_id],
        )
        return {row[0] for row in cursor.fetchall()}


def refuse_cycle(child: Goal, parent: Goal) -> None:
    """Refuse a child that is itself above its parent."""
    if child.pk in ancestors(parent.pk):
        raise Invalid(CIRCLE, code="cycle", field="parent")
