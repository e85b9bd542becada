"""What people say of a goal's measure, made whole and checked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.actions.problems import Problems
from haidang.goals.models import Kind
from haidang.goals.models.kinds import (
    KEY_RESULT_DIRECTIONS,
    KPI_DIRECTIONS,
    Direction,
    MetricKind,
    PlanCurve,
)
from haidang.goals.rules.formula import LONGEST, FormulaError, parse, refuse_zero
from haidang.goals.rules.periods import FIRST, LAST
from haidang.goals.rules.units import dimension
from haidang.lib.decimals import EXACT, in_bounds
from haidang.lib.text import clean_line, clean_text, folded

LONGEST_FORMULA, LONGEST_SOURCE = 1_000, 300
DECIMALS = ("baseline", "target", "low", "high", "tolerance", "relative_change")
CALCULATIONS = ("sum", "difference", "product", "ratio", "expression")
#: Days after which a KPI's check-in is overdue, where nobody said: its period and a grace.
CADENCES = {"day": 2, "week": 9, "month": 37, "quarter": 100, "half": 190, "year": 380}
WRONG_FORMULAS: dict[str, Any] = {
    "syntax": _("This is not a formula: write for example (KPI-12 - KPI-13) / KPI-12."),
    "comma": _("Decimals are written with a point here: 0.5."),
    "too_long": _("At most 500 characters."),
    "too_deep": _("Too many brackets, or too long a sum: calculate a part in a KPI of its own."),
    "zero": _("This divides by zero, whatever the KPIs come to: “%(what)s”."),
    "unknown_sign": _("A formula knows + - * / and brackets, not “%(what)s”."),
    "function": _("A formula knows min, max and abs, not “%(what)s”."),
    "number": _("“%(what)s” is not a number with at most 24 digits before the point and 10 after."),
    "no_kpi": _("A formula names at least one KPI, such as KPI-12."),
}


def read_metric(
    kind: str, got: Mapping[str, Any], result: dict[str, Any], problems: Problems
) -> None:
    """The measure of a key result or a KPI, into `result`."""
    for name in DECIMALS:
        value: Decimal | None = got.get(name)
        if value is not None and not in_bounds(value):
            problems.add(
                name, "out_of_bounds", _("At most 24 digits before the point and 10 after.")
            )
            value = None
        result[name] = value
    result["metric_unit"] = clean_line(str(got.get("metric_unit") or ""))
    if len(result["metric_unit"]) > 24:
        problems.add("metric_unit", "too_long", _("At most 24 characters."))
    decimals = got.get("decimals") or 0
    if not isinstance(decimals, int) or not 0 <= decimals <= 10:
        problems.add("decimals", "out_of_bounds", _("0 to 10 decimals."))
    result["decimals"] = decimals
    result.setdefault("plan_curve", PlanCurve.WORKING_DAYS)
    result["plan"] = dict(got.get("plan") or {})
    result.setdefault("metric_kind", "")
    result.setdefault("direction", "")
    result["metric_scale"] = None
    if result["metric_kind"]:
        result["metric_scale"] = dimension(result["metric_kind"], result["metric_unit"])[1]
    if kind == Kind.KPI:
        _kpi(got, result, problems)
    else:
        _key_result(got, result, problems)
    _direction(result, problems)


def _key_result(got: Mapping[str, Any], result: dict[str, Any], problems: Problems) -> None:
    kind, direction = result["metric_kind"], result["direction"]
    milestones = [dict(m) for m in got.get("milestones") or ()]
    forced = {
        MetricKind.MILESTONES: Direction.MILESTONES,
        MetricKind.YES_NO: Direction.PASS_FAIL,
    }.get(kind)
    if forced:
        result["direction"] = direction = forced
    if kind == MetricKind.TEXT or not kind:
        if direction:
            problems.add("metric_kind", "required", _("Please say in what it is measured."))
        result["direction"] = ""
    elif not direction:
        problems.add("direction", "required", _("Please say which way is good."))
    elif direction not in KEY_RESULT_DIRECTIONS:
        problems.add("direction", "choice", _("This direction is of KPIs only."))
    if direction == Direction.MILESTONES:
        if kind != MetricKind.MILESTONES:
            problems.add("metric_kind", "choice", _("Milestones are a measure of their own."))
        _milestones(milestones, result, problems)
    result["milestones"] = milestones if direction == Direction.MILESTONES else []


def _milestones(
    milestones: list[dict[str, Any]], result: dict[str, Any], problems: Problems
) -> None:
    if not milestones or len(milestones) > 100:
        problems.add("milestones", "required", _("Please list 1 to 100 milestones."))
    for m in milestones:
        m["title"] = clean_line(str(m.get("title") or ""))
        weight = m.setdefault("weight", 1)
        m.setdefault("due", None)
        m.setdefault("position", None)
        if not m["title"] or len(m["title"]) > 200:
            problems.add("milestones", "required", _("Each milestone needs a short title."))
        if not isinstance(weight, int) or not 0 <= weight <= 10_000:
            problems.add("milestones", "out_of_bounds", _("Weights are whole, 0 to 10,000."))
            m["weight"] = 0
        if m["due"] is not None and not FIRST <= m["due"] <= LAST:
            problems.add("milestones", "out_of_bounds", _("Years from 1990 to 2199."))
    titles = [folded(m["title"]) for m in milestones]
    if len(set(titles)) < len(titles):
        problems.add("milestones", "twice", _("Two milestones have the same title."))
    total = sum(m["weight"] for m in milestones)
    if milestones and not total:
        problems.add("milestones", "no_weight", _("At least one milestone needs a weight."))
    result["target"] = Decimal(total)
    result["baseline"] = None


def _kpi(got: Mapping[str, Any], result: dict[str, Any], problems: Problems) -> None:
    for name, message in (
        ("metric_kind", _("Please say in what it is measured.")),
        ("direction", _("Please say which way is good.")),
        ("frequency", _("Please say how often it is measured.")),
        ("aggregation", _("Please say how its periods become one number.")),
    ):
        if not result.get(name):
            problems.add(name, "required", message)
    if result["direction"] and result["direction"] not in KPI_DIRECTIONS:
        problems.add("direction", "choice", _("This direction is of key results only."))
    if result["metric_kind"] in (MetricKind.MILESTONES, MetricKind.TEXT):
        problems.add("metric_kind", "choice", _("A KPI is measured in numbers or yes / no."))
    if result["metric_kind"] == MetricKind.YES_NO:
        result["direction"] = Direction.PASS_FAIL
    result.setdefault("calculation", "")
    if result["calculation"] and result.get("aggregation") == "ratio":
        problems.add(
            "aggregation", "calculated", _("A calculated KPI has no numerators and denominators.")
        )
    result["expression"] = ""
    if result["calculation"] == "expression":
        result["expression"] = _expression(clean_line(str(got.get("expression") or "")), problems)
    result.setdefault("cadence_days", CADENCES.get(result.get("frequency") or "", 7))
    result.setdefault("freshness_days", None)
    result["formula"] = clean_text(str(got.get("formula") or ""))
    result["source"] = clean_line(str(got.get("source") or ""))
    if len(result["formula"]) > LONGEST_FORMULA:
        problems.add("formula", "too_long", _("At most 1,000 characters."))
    if len(result["source"]) > LONGEST_SOURCE:
        problems.add("source", "too_long", _("At most 300 characters."))
    result["steps"] = []
    if result["direction"] == Direction.STEPS:
        result["steps"] = _steps(got.get("steps") or (), problems)


def _expression(text: str, problems: Problems) -> str:
    """A formula as it is kept; who may name which KPI is asked by who makes the links."""
    if not text:
        problems.add("expression", "required", _("Please write the formula."))
        return ""
    try:
        formula = parse(text)
        refuse_zero(formula)
        return formula.text
    except FormulaError as error:
        problems.add("expression", error.code, WRONG_FORMULAS[error.code] % {"what": error.what})
        return text[:LONGEST]


def _steps(given: Any, problems: Problems) -> list[list[str]]:
    """Thresholds of A/T rising strictly, each with the attainment it gives."""
    steps = [(Decimal(str(a)), Decimal(str(b))) for a, b in given]
    if not steps or len(steps) > 20:
        problems.add("steps", "required", _("Please give 1 to 20 steps."))
    if any(not in_bounds(v) or v < 0 for pair in steps for v in pair):
        problems.add("steps", "out_of_bounds", _("Steps are numbers of zero or more."))
    elif any(later[0] <= earlier[0] for earlier, later in pairwise(steps)):
        problems.add("steps", "overlap", _("Steps must rise; these overlap."))
    return [[format(a, "f"), format(b, "f")] for a, b in steps]


def _direction(result: dict[str, Any], problems: Problems) -> None:
    """What each direction needs, and what has no meaning."""
    direction, baseline, target = result["direction"], result["baseline"], result["target"]
    if direction in {"increase", "decrease", "at_least", "at_most"} and target is None:
        problems.add("target", "required", _("Please give the target."))
    if baseline is not None and target is not None:
        if direction == "increase" and target < baseline:
            problems.add(
                "direction", "wrong_way", _("The target lies below the baseline: a decrease?")
            )
        if direction == "decrease" and target > baseline:
            problems.add(
                "direction", "wrong_way", _("The target lies above the baseline: an increase?")
            )
    if direction == "relative":
        if result["relative_change"] is None:
            problems.add("relative_change", "required", _("Please give the change."))
        if baseline is not None and not baseline:
            problems.add(
                "baseline",
                "zero_baseline",
                _("A change relative to 0 has no meaning: choose an increase to a target."),
            )
        change = result["relative_change"]
        result["target"] = (
            EXACT.add(baseline, EXACT.multiply(change, EXACT.abs(baseline)))
            if baseline is not None and change is not None
            else None
        )
    if direction == "range":
        _range(result, problems)
    if direction in {"higher", "lower", "steps"} and target is not None and target <= 0:
        problems.add(
            "target",
            "ratio_needs_positive_target",
            _(
                "A ratio has no meaning for a target of 0 or less: use linear from a baseline,"
                " or a range."
            ),
        )


def _range(result: dict[str, Any], problems: Problems) -> None:
    low, high = result["low"], result["high"]
    for name, value in (("low", low), ("high", high)):
        if value is None:
            problems.add(name, "required", _("Please give both ends of the range."))
    if low is not None and high is not None and low > high:
        problems.add("high", "reversed", _("The upper end lies below the lower one."))
    if result["tolerance"] is None:
        result["tolerance"] = Decimal(0)
    elif result["tolerance"] < 0:
        problems.add("tolerance", "negative", _("A tolerance is 0 or more."))
