"""From what the cells of a line say to the facts that `goals.actions` take."""

from __future__ import annotations

from collections.abc import Container, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from haidang.exchange.loading.columns import GOALS, column_of
from haidang.exchange.loading.lines import Line
from haidang.exchange.loading.words import OKR
from haidang.goals.actions.facts import FIELDS
from haidang.goals.models import Frequency, Goal, Kind, Level
from haidang.goals.models.kinds import Aggregation, Direction, MetricKind
from haidang.goals.rules.units import dimension
from haidang.lib.decimals import canonical

#: Columns that are no facts of the goal itself.
_NOT_FACTS = {"public_id", "kind", "parent", "weight"}
_MEASURES = {"metric_kind", "metric_unit", "baseline", "target", "direction", "low", "high"}
#: What lists fill in on every line, whatever its kind; of others it means nothing and is let be.
_LET_BE = {"level", "cycle", "commitment", "frequency", "aggregation", "tolerance", "data_owner"}
#: The word of the other kind of measure for the same thing.
_OF_KPIS = {Direction.INCREASE: Direction.HIGHER, Direction.DECREASE: Direction.LOWER,
            Direction.AT_LEAST: Direction.HIGHER, Direction.AT_MOST: Direction.LOWER}  # fmt: skip
_OF_KEY_RESULTS = {Direction.HIGHER: Direction.INCREASE, Direction.LOWER: Direction.DECREASE}


def _type_column() -> str:
    return str(column_of(GOALS, "kind").label)


def kind_of(cells: Mapping[str, Any], goal: Goal | None, line: Line) -> str:
    """The kind of a line; "" where it cannot be told (a reason is on the line then)."""
    said = cells.get("kind", "")
    if said == OKR:
        measured = bool(cells.keys() & _MEASURES)
        said = Kind.KEY_RESULT if measured else Kind.OBJECTIVE
        if goal is not None and goal.kind in (Kind.OBJECTIVE, Kind.KEY_RESULT):
            said = goal.kind
    if goal is not None:
        if said and said != goal.kind:
            line.wrong(GOALS, "kind", _("A goal keeps its type. This one is: %(kind)s.")
                       % {"kind": Kind(goal.kind).label})  # fmt: skip
        return goal.kind
    if not said and not any(one.column == _type_column() for one in line.problems):
        line.wrong(GOALS, "kind", _("Please say what it is: objective, key result, KPI …"))
    return str(said)


def facts_of(kind: str, cells: Mapping[str, Any], line: Line, goal: Goal | None) -> dict[str, Any]:
    """The facts that the line gives for a goal of this kind, guessed ones for a new goal
    included; references are things already."""
    facts: dict[str, Any] = {}
    for name, value in cells.items():
        if name in _NOT_FACTS:
            continue
        if name in FIELDS[kind]:
            facts[name] = value
        elif not (name in _LET_BE or _is_as_before(goal, name, value)):
            line.wrong(GOALS, name, _("This kind of goal has no such field."))
    if "direction" in facts:
        other = _OF_KPIS if kind == Kind.KPI else _OF_KEY_RESULTS
        facts["direction"] = other.get(facts["direction"], facts["direction"])
    if goal is None:
        _guess(kind, facts)
    return facts


def _is_as_before(goal: Goal | None, name: str, value: Any) -> bool:
    return goal is not None and getattr(goal, name, None) == value


def _guess(kind: str, facts: dict[str, Any]) -> None:
    """What a list leaves out and a page would have filled in."""
    measured = facts.keys() & _MEASURES
    if kind not in (Kind.KEY_RESULT, Kind.KPI) or (kind == Kind.KEY_RESULT and not measured):
        return
    facts.setdefault("metric_kind", _metric_kind(facts.get("metric_unit", "")))
    if facts["metric_kind"] in (MetricKind.TEXT, MetricKind.MILESTONES):
        return
    if "direction" not in facts:
        facts["direction"] = _direction(kind, facts)
    values = [v for name in ("baseline", "target", "low", "high")
              if isinstance(v := facts.get(name), Decimal)]  # fmt: skip
    facts["decimals"] = max((_decimals(value) for value in values), default=0)
    if kind == Kind.KPI:
        adds_up = facts["metric_kind"] not in (MetricKind.PERCENT, MetricKind.YES_NO)
        facts.setdefault("frequency", Frequency.MONTH)
        facts.setdefault("aggregation", Aggregation.SUM if adds_up else Aggregation.AVERAGE)


def _metric_kind(unit: str) -> str:
    if unit.strip().startswith("%"):
        return MetricKind.PERCENT
    if dimension("duration", unit)[0] == "duration":
        return MetricKind.DURATION
    currency, _scale = dimension("currency", unit)
    known = unit and currency in ("currency:VND", "currency:USD", "currency:EUR")
    return MetricKind.CURRENCY if known else MetricKind.NUMBER


def _direction(kind: str, facts: Mapping[str, Any]) -> str:
    if facts["metric_kind"] == MetricKind.YES_NO:
        return Direction.PASS_FAIL
    if "low" in facts or "high" in facts:
        return Direction.RANGE
    if kind == Kind.KPI:
        return Direction.HIGHER
    baseline, target = facts.get("baseline"), facts.get("target")
    falls = baseline is not None and target is not None and target < baseline
    return Direction.DECREASE if falls else Direction.INCREASE


def _decimals(value: Decimal) -> int:
    exponent = canonical(value).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def default_level(facts: Container[str]) -> str:
    """For whom a goal is that does not say so: its unit's where one is named."""
    if "unit" in facts:
        return Level.UNIT
    return Level.INDIVIDUAL if "owner" in facts else ""
