"""How a calculated KPI's periods come about: what it is made of, and what each was."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from haidang.goals import store
from haidang.goals.access import visible
from haidang.goals.models import Goal
from haidang.goals.rules.kpi import ten_places
from haidang.people.models import Person

_SIGNS = {"sum": "+", "difference": "−", "product": "×", "ratio": "÷"}
_PARTS = re.compile(r"(KPI-\d+)")
_SHOWN = str.maketrans({"*": "×", "/": "÷", "-": "−"})


@dataclass(frozen=True, slots=True)
class Input:
    """A KPI that another is calculated from; None where the reader may not know of it."""

    goal: Goal | None


@dataclass(frozen=True, slots=True)
class Line:
    """A period: what each input was in it, in their order."""

    starts: date
    values: Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class Calculation:
    """The formula in parts, signs as text between its inputs, and the periods by their start."""

    parts: Sequence[str | Input]
    inputs: Sequence[Input]
    lines: dict[date, Line]

    @property
    def heads(self) -> list[tuple[str, str]]:
        """The columns of a table of the periods."""
        return [(one.goal.title if one.goal else "…", "end") for one in self.inputs]


def calculation_of(person: Person, kpi: Goal) -> Calculation | None:
    """None for a KPI that is not calculated. What an input was is told to who sees it."""
    if not kpi.calculation:
        return None
    graph = store.above([kpi.pk], person.organisation.fiscal_year_start)
    nodes = [graph.nodes[i] for i in graph.inputs.get(kpi.pk, ()) if i in graph.nodes]
    seen = {one.pk: one for one in visible(person).filter(pk__in=[n.id for n in nodes])}
    inputs = [Input(seen.get(node.id)) for node in nodes]
    lines = {}
    for start in sorted({s for node in nodes for s in node.periods}):
        values = []
        for node in nodes:
            period = node.periods.get(start) if node.id in seen else None
            found = node.period_value(period) if period else None
            value = found[0] if found else None
            if value is not None and node.aggregation == "ratio":
                value = ten_places(value)
            values.append(value)
        lines[start] = Line(start, values)
    by_id = {node.public_id: one for node, one in zip(nodes, inputs, strict=True)}
    return Calculation(_parts(kpi, inputs, by_id), inputs, lines)


def _parts(kpi: Goal, inputs: Sequence[Input], by_id: dict[str, Input]) -> list[str | Input]:
    if kpi.calculation == "expression":
        return [
            by_id.get(part, Input(None)) if part.startswith("KPI-") else part.translate(_SHOWN)
            for part in _PARTS.split(kpi.expression)
            if part
        ]
    parts: list[str | Input] = []
    for one in inputs:
        parts += [f" {_SIGNS[kpi.calculation]} ", one] if parts else [one]
    return parts
