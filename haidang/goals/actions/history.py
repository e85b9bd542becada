"""How definitions and edges were: a version or a span is closed and the next one opened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from haidang.goals.models import (
    Alignment,
    AlignmentSpan,
    Goal,
    GoalVersion,
    Kind,
    KpiPeriod,
    Milestone,
)
from haidang.goals.rules.node import Period
from haidang.goals.store import PERIOD_FACTS
from haidang.lib.decimals import text

#: What a version keeps: all that people define, nothing that is computed.
FACTS = (
    "title", "description", "why", "success", "owner_id", "data_owner_id", "unit_id",
    "visibility", "state", "level", "commitment", "horizon", "perspective", "rank",
    "cycle_id", "starts", "ends", "metric_kind", "metric_unit", "metric_scale", "decimals",
    "direction", "baseline", "target", "low", "high", "tolerance", "relative_change",
    "rule", "plan_curve", "plan", "frequency", "aggregation", "steps", "calculation", "expression",
    "formula", "source", "freshness_days", "cadence_days", "fields", "score", "closed_on",
    "reason",
)  # fmt: skip

MILESTONE_FACTS = ("position", "title", "weight", "due")


def facts_of(goal: Goal) -> dict[str, Any]:
    """A goal's definition as JSON: decimals and dates as text."""
    return {name: plain(getattr(goal, name)) for name in FACTS}


def plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def version_of(
    goal: Goal,
    at: datetime,
    actor_id: int | None,
    reason: str,
    *,
    milestones: Iterable[Milestone] = (),
    periods: Iterable[Period | KpiPeriod] = (),
) -> GoalVersion:
    """The version that holds from now, with the rows that belong to the definition:
    milestones, and the targets of periods that are not the KPI's default."""
    facts = facts_of(goal)
    if goal.kind == Kind.KEY_RESULT:
        facts["milestones"] = [
            {name: plain(getattr(m, name)) for name in MILESTONE_FACTS}
            for m in sorted(milestones, key=lambda m: m.position)
        ]
    if goal.kind == Kind.KPI:
        own = {p.starts.isoformat(): _own_targets(goal, p) for p in periods}
        facts["periods"] = {start: own[start] for start in sorted(own) if own[start]}
    return GoalVersion(
        goal=goal, version=goal.version, since=at, actor_id=actor_id, reason=reason, facts=facts
    )


def _own_targets(kpi: Goal, period: Period | KpiPeriod) -> dict[str, Any]:
    return {
        name: plain(getattr(period, name))
        for name in PERIOD_FACTS
        if getattr(period, name) != getattr(kpi, name)
    }


def keep_version(goal: Goal, at: datetime, actor_id: int | None, reason: str = "") -> None:
    """Close the open version of a goal and open the one that holds from now."""
    GoalVersion.objects.filter(goal=goal, until=None).update(until=at)
    version_of(
        goal,
        at,
        actor_id,
        reason,
        milestones=Milestone.objects.filter(goal=goal) if goal.kind == Kind.KEY_RESULT else (),
        periods=KpiPeriod.objects.filter(goal=goal) if goal.kind == Kind.KPI else (),
    ).save(force_insert=True)


def span_of(edge: Alignment, at: datetime, actor_id: int | None) -> AlignmentSpan:
    return AlignmentSpan(
        organisation_id=edge.organisation_id,
        child_id=edge.child_id,
        parent_id=edge.parent_id,
        relation=edge.relation,
        mode=edge.mode,
        weight=edge.weight,
        position=edge.position,
        since=at,
        actor_id=actor_id,
    )


def end_span(edge: Alignment, at: datetime) -> None:
    AlignmentSpan.objects.filter(
        child_id=edge.child_id, parent_id=edge.parent_id, until=None
    ).update(until=at)


def keep_span(edge: Alignment, at: datetime, actor_id: int | None) -> None:
    """Close the open span of an edge and open the one that holds from now."""
    end_span(edge, at)
    span_of(edge, at, actor_id).save(force_insert=True)
