"""Which record is the current one, and what it makes of a node (shared by every path)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from haidang.goals.rules.graph import Node


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
