"""Which record is the current one, and what it makes of a node (shared by every path)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from haidang.goals.rules.node import Node, Period
from haidang.goals.rules.units import ratio_factor
from haidang.lib.decimals import EXACT


class Current(NamedTuple):
    """The record of the latest for-day (the later recorded of two for one day)."""

    id: int
    for_day: date
    value: Decimal | None
    confidence: int | None


def take_current(node: Node, current: Current | None, *, reached: Decimal | None = None) -> None:
    """Put the current record into a node; `reached` is the weight of reached milestones.

    A KPI's values stand in its periods, so it has no own value beside them.
    """
    if current is None:
        node.own_value = node.own_day = node.own_record_id = node.confidence = None
        return
    node.own_day, node.own_record_id = current.for_day, current.id
    node.confidence = current.confidence
    if not node.is_kpi:
        node.own_value = reached if reached is not None else current.value


class Told(NamedTuple):
    """What a record says of a KPI's period."""

    id: int
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


def take_period(period: Period, told: Told | None, metric_kind: str) -> None:
    """Put the current record of a period into it.

    The numerator is kept in the measure's unit: of a percentage, a hundredth of one is 1,
    so that the quotient of the sums compares with a target of 28 (%).
    """
    period.dirty = True
    if told is None:
        period.own_record_id = period.own_value = None
        period.own_numerator = period.own_denominator = None
        return
    period.own_record_id, period.own_value = told.id, told.value
    period.own_denominator = told.denominator
    period.own_numerator = (
        None
        if told.numerator is None
        else EXACT.multiply(told.numerator, ratio_factor(metric_kind))
    )
