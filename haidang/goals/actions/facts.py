"""What people say of a goal, made whole and checked: every reason at once, next to its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.actions.answers import OwnFields, checked_answers, own_fields
from haidang.goals.actions.history import plain
from haidang.goals.actions.metric_facts import CALCULATIONS, read_metric
from haidang.goals.actions.problems import Problems
from haidang.goals.models import Commitment, Cycle, Frequency, Horizon, Kind, Level, Visibility
from haidang.goals.models.kinds import Aggregation, Direction, MetricKind, Perspective, PlanCurve
from haidang.goals.rules.periods import FIRST, LAST
from haidang.lib.text import clean_line, clean_text
from haidang.people.models import Person, Unit

LONGEST_TITLE = 300
LONGEST_TEXT = 20_000
#: The latest that an actual may be asked for, in days after its period.
LATEST = 366

WORDS = {"title", "description", "why", "success", "tags", "rank", "cadence_days", "fields"}
PEOPLE = {"owner", "data_owner", "unit", "level", "visibility", "contributors", "named"}
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
        read_metric(kind, got, result, problems)
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
