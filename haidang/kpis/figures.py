"""Rows of closed figures: made from a KPI, its node and its period, all at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from haidang.goals.models import Goal
from haidang.goals.rules.metric import Measure
from haidang.goals.rules.node import Node, Period, open_period
from haidang.goals.rules.periods import period_of
from haidang.kpis.models import ClosedFigure
from haidang.kpis.rules.closing import said, steps_of
from haidang.lib.insert import made
from haidang.people.models import Person

_OF_THE_KPI = (
    "number", "public_id", "frequency", "title", "direction", "aggregation", "calculation", "rule",
    "steps", "metric_kind", "metric_unit", "metric_scale", "decimals",
)  # fmt: skip
_OF_THE_PERIOD = (
    "starts", "ends", "year", "target", "baseline", "low", "high", "tolerance", "own_value",
    "own_numerator", "own_denominator", "value_sum", "numerator_sum", "denominator_sum",
    "value_reports",
)  # fmt: skip


#: What a scorecard and the bowler read of a closed figure.
READ = (
    "goal_id", "starts", "ends", "version", "closed_at", "title", "direction", "aggregation",
    "steps", "metric_kind", "metric_unit", "metric_scale", "decimals", "record_id", "actual",
    "numerator", "denominator", "target", "baseline", "low", "high", "tolerance",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """Who closed (None: it closed by itself) and when."""

    at: datetime
    by: Person | None = None


def figure_of(kpi: Goal, node: Node, period: Period, version: int, act: Act) -> ClosedFigure:
    """The figure of a period as it stands, with owner, data owner and unit by name."""
    found = said(node, period)
    facts: dict[str, Any] = {name: getattr(kpi, name) for name in _OF_THE_KPI}
    facts |= {name: getattr(period, name) for name in _OF_THE_PERIOD}
    for name in ("owner", "data_owner", "unit"):
        one = getattr(kpi, name)
        facts[f"{name}_id_then"] = "" if one is None else one.public_id
        facts[f"{name}_name"] = "" if one is None else one.name
    return made(
        ClosedFigure,
        organisation_id=kpi.organisation_id,
        goal_id=kpi.pk,
        version=version,
        definition=kpi.version,
        actual=found.actual,
        numerator=found.numerator,
        denominator=found.denominator,
        attainment=found.attainment,
        record_id=period.own_record_id,
        closed_at=act.at,
        closed_by_id_then="" if act.by is None else act.by.public_id,
        closed_by_name="" if act.by is None else act.by.name,
        **facts,
    )


def node_of(kpi: Goal, first_month: int) -> Node:
    """As much of a KPI's node as its periods need."""
    facts = (kpi.direction, kpi.baseline, kpi.target, kpi.low, kpi.high, kpi.tolerance)
    return Node(
        id=kpi.pk,
        kind=kpi.kind,
        state=kpi.state,
        rule=kpi.rule,
        measure=Measure(*facts),
        frequency=kpi.frequency,
        aggregation=kpi.aggregation,
        steps=steps_of(kpi.steps) if kpi.direction == "steps" else (),
        calculation=kpi.calculation,
        first_month=first_month,
        metric_kind=kpi.metric_kind,
    )


def period_in(node: Node, day: date) -> Period:
    """The period of a day, opened where it is not there."""
    start = period_of(day, node.frequency, node.first_month)[0]
    return node.periods.get(start) or open_period(node, start)


def reading(figure: ClosedFigure) -> Decimal | None:
    """The actual again, from what was kept of it: it must equal what stands beside."""
    node = Node(
        id=0, kind="kpi", state="active", rule=figure.rule,
        measure=Measure(figure.direction, figure.baseline, figure.target),
        aggregation=figure.aggregation,
    )  # fmt: skip
    facts = {name: getattr(figure, name) for name in _OF_THE_PERIOD}
    return said(node, Period(**facts), steps_of(figure.steps)).actual
