"""What people say of a goal, made whole and checked: every reason at once, next to its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.actions.answers import OwnFields, checked_answers, own_fields
from haidang.goals.actions.history import plain
from haidang.goals.models import (
    Commitment,
    Cycle,
    Frequency,
    Horizon,
    Kind,
    Level,
    Visibility,
)
from haidang.goals.models.goal import (
    KEY_RESULT_DIRECTIONS,
    KPI_DIRECTIONS,
    Aggregation,
    Direction,
    MetricKind,
    Perspective,
    PlanCurve,
)
from haidang.goals.rules.formula import LONGEST, FormulaError, parse, refuse_zero
from haidang.goals.rules.periods import FIRST, LAST
from haidang.goals.rules.units import dimension
from haidang.lib.decimals import EXACT, in_bounds
from haidang.lib.errors import FieldError, Invalid
from haidang.lib.text import clean_line, clean_text, folded
from haidang.people.models import Person, Unit

LONGEST_TITLE = 300
LONGEST_TEXT = 20_000
LONGEST_FORMULA, LONGEST_SOURCE = 1_000, 300
#: The latest that an actual may be asked for, in days after its period.
LATEST = 366
#: Days after which a KPI's check-in is overdue, where nobody said: its period and a grace.
CADENCES = {"day": 2, "week": 9, "month": 37, "quarter": 100, "half": 190, "year": 380}
CALCULATIONS = ("sum", "difference", "product", "ratio", "expression")

WORDS = {"title", "description", "why", "success", "tags", "rank", "cadence_days", "fields"}
PEOPLE = {"owner", "data_owner", "unit", "level", "visibility", "contributors", "named"}
NATURE = {"commitment", "horizon", "perspective"}
SPAN = {"cycle", "starts", "ends"}
METRIC = {
    "metric_kind", "metric_unit", "decimals", "direction", "baseline", "target", "low", "high",
    "tolerance", "relative_change", "plan_curve", "plan", "milestones",
}  # fmt: skip
KPI_ONLY = {"frequency", "aggregation", "steps", "calculation", "expression"}
#: What a KPI says of how it is measured; no number is worked out by it.
TOLD = {"formula", "source", "freshness_days"}
#: Changes of these are changes of the measure or its dates.
MEASURE = SPAN | METRIC | KPI_ONLY
DECIMALS = ("baseline", "target", "low", "high", "tolerance", "relative_change")

FIELDS: dict[str, set[str]] = {
    Kind.ULTIMATE: WORDS | PEOPLE - {"data_owner", "level"} | {"starts", "ends"},
    Kind.PILLAR: WORDS | PEOPLE - {"data_owner", "level"} | {"starts", "ends", "perspective"},
    Kind.OBJECTIVE: WORDS | PEOPLE - {"data_owner"} | {"commitment", "horizon", "cited"} | SPAN,
    Kind.KEY_RESULT: WORDS | PEOPLE - {"data_owner", "level"} | {"starts", "ends"} | METRIC,
    Kind.KPI: WORDS | PEOPLE | {"perspective", "starts", "ends"} | METRIC - {"milestones"}
    | KPI_ONLY | TOLD,
}  # fmt: skip

_CHOICES: dict[str, list[str]] = {
    "visibility": Visibility.values,
    "level": Level.values,
    "commitment": Commitment.values,
    "horizon": Horizon.values,
    "perspective": Perspective.values,
    "metric_kind": MetricKind.values,
    "direction": Direction.values,
    "plan_curve": PlanCurve.values,
    "frequency": Frequency.values,
    "aggregation": Aggregation.values,
    "calculation": ["", *CALCULATIONS],
}


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


class Problems:
    """Reasons collected while reading; raised together."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def add(self, field: str | None, code: str, message: Any) -> None:
        self.errors.append(FieldError(field, code, message))

    def raise_any(self) -> None:
        if self.errors:
            raise Invalid(errors=self.errors)


def cleaned(
    kind: str,
    facts: Mapping[str, Any],
    organisation_id: int,
    *,
    cycle: Cycle | None = None,
    answered: Mapping[str, Any] | None = None,
    own: OwnFields | None = None,
) -> dict[str, Any]:
    """All facts of a goal of this kind, defaults filled in; raises Invalid with every reason.

    `cycle` is the objective's, for a key result; `answered` the goal's own fields as they
    stand, None for a goal that is made; `own` what the organisation asks, where that is known.
    """
    problems = Problems()
    for name in facts.keys() - FIELDS[kind]:
        problems.add(name, "unknown_field", _("This kind of goal has no such field."))
    got = {name: value for name, value in facts.items() if name in FIELDS[kind]}
    result: dict[str, Any] = {}
    _words(got, result, organisation_id, problems)
    for name, choices in _CHOICES.items():
        if (value := got.get(name)) not in (None, ""):
            if value not in choices:
                problems.add(name, "choice", _("Please choose one of the list."))
            result[name] = value
    _people(got, result, organisation_id, problems)
    if kind == Kind.OBJECTIVE:
        cycle = got.get("cycle")
        if cycle is None:
            problems.add("cycle", "required", _("An objective belongs to a cycle."))
        elif cycle.organisation_id != organisation_id:
            problems.add("cycle", "not_found", _("There is no such cycle."))
        result["cycle"] = cycle
        result.setdefault("commitment", Commitment.COMMITTED)
    if kind in (Kind.OBJECTIVE, Kind.KPI) and not result.get("level"):
        problems.add("level", "required", _("Please say for whom: company, unit or person."))
    if result.get("level") == Level.UNIT and result.get("unit") is None:
        problems.add("unit", "required", _("Please choose the unit."))
    _span(got, result, cycle, problems)
    if kind in (Kind.KEY_RESULT, Kind.KPI):
        _metric(kind, got, result, problems)
    given = got.get("fields", answered or {})
    if answered is None or given != answered:
        result["fields"] = checked_answers(
            kind,
            given,
            answered,
            own_fields(organisation_id) if own is None else own,
            problems.add,
        )
    problems.raise_any()
    return result


def _words(
    got: Mapping[str, Any], result: dict[str, Any], organisation_id: int, problems: Problems
) -> None:
    title = clean_line(str(got.get("title") or ""))
    if not title:
        problems.add("title", "required", _("Please give it a title."))
    elif len(title) > LONGEST_TITLE:
        problems.add("title", "too_long", _("At most 300 characters."))
    result["title"] = title
    for name in ("description", "why", "success"):
        if name in got:
            value = clean_text(str(got[name] or ""))
            if len(value) > LONGEST_TEXT:
                problems.add(name, "too_long", _("At most 20,000 characters."))
            result[name] = value
    for name, low, high in (
        ("rank", 0, 10**6), ("cadence_days", 1, 366), ("freshness_days", 0, LATEST),
    ):  # fmt: skip
        if got.get(name) is not None:
            value = got[name]
            if not isinstance(value, int) or not low <= value <= high:
                problems.add(name, "out_of_bounds", _("This number is out of bounds."))
            result[name] = value
    if "cited" in got:
        cited = sorted(set(got["cited"] or ()), key=lambda value: (value.rank, value.pk))
        if any(v.organisation_id != organisation_id or v.removed_at for v in cited):
            problems.add("cited", "not_found", _("There is no such value."))
        result["cited"] = cited
    if "tags" in got:
        tags = [clean_line(str(t)) for t in got["tags"] or ()]
        if len(tags) > 20 or any(not t or len(t) > 40 for t in tags):
            problems.add("tags", "too_long", _("At most 20 tags of 40 characters."))
        result["tags"] = list(dict.fromkeys(tags))


def _people(
    got: Mapping[str, Any], result: dict[str, Any], organisation_id: int, problems: Problems
) -> None:
    for name in ("owner", "data_owner", "unit"):
        if name in got:
            value: Person | Unit | None = got[name]
            if value is not None and value.organisation_id != organisation_id:
                problems.add(name, "not_found", _("There is nobody and nothing of that id."))
            result[name] = value
    for name in ("contributors", "named"):
        if name in got:
            people = list(got[name] or ())
            if any(p.organisation_id != organisation_id for p in people):
                problems.add(name, "not_found", _("There is nobody and nothing of that id."))
            result[name] = people
    owner = result.get("owner")
    if result.get("level") == Level.INDIVIDUAL and owner is None:
        problems.add("owner", "required", _("A person's goal needs that person."))
    if isinstance(owner, Person) and result.get("level") and result.get("unit") is None:
        result["unit"] = owner.unit if result["level"] == Level.INDIVIDUAL else None


def _span(
    got: Mapping[str, Any], result: dict[str, Any], cycle: Cycle | None, problems: Problems
) -> None:
    for name in ("starts", "ends"):
        value: date | None = got.get(name)
        if value is not None and not FIRST <= value <= LAST:
            problems.add(name, "out_of_bounds", _("Years from 1990 to 2199."))
            value = None
        if value is None and cycle is not None:
            value = getattr(cycle, name)
        result[name] = value
    if result["starts"] and result["ends"] and result["starts"] > result["ends"]:
        if got.get("starts") is None and cycle is not None:
            result["starts"] = result["ends"]  # a deadline before the cycle: warned, not refused
        else:
            problems.add("ends", "before_start", _("The end lies before the start."))


def _metric(kind: str, got: Mapping[str, Any], result: dict[str, Any], problems: Problems) -> None:
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


def short(value: Any) -> Any:
    """A fact as the activity log keeps it: short, plain, things by their public id."""
    if isinstance(value, list):
        return [short(v) for v in value][:20]
    if isinstance(value, (str, int, float, bool, dict)) or value is None:
        return value if not isinstance(value, str) or len(value) <= 200 else value[:199] + "…"
    found = getattr(value, "public_id", None)
    return (
        found
        if found is not None
        else plain(value)
        if isinstance(value, (Decimal, date))
        else str(value)
    )
