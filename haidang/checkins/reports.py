"""What somebody reports, and what of it a goal's metric takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.models import Goal, Kind
from haidang.goals.models.kinds import MetricKind
from haidang.goals.rules.periods import FIRST, LAST, period_of
from haidang.goals.rules.units import ratio_factor
from haidang.lib.decimals import EXACT, in_bounds
from haidang.lib.errors import FieldError, Invalid
from haidang.lib.text import clean_text

WORDS = ("achieved", "late", "obstacle", "cause", "remedy", "next_step")
PACES = ("", "fast", "normal", "slow")
LONGEST = 20_000
_TEN_PLACES = Decimal("1e-10")


@dataclass(frozen=True)
class Report:
    """What somebody reports; which values are meant is the goal's metric's to say."""

    for_day: date | None = None
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    milestones: Sequence[int] | None = None
    text_value: str = ""
    confidence: int | None = None
    pace: str = ""
    note: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    next_on: date | None = None


def cleaned(goal: Goal, report: Report, today: date, positions: set[int] | None = None) -> Report:
    """The report as the goal's metric takes it; raises Invalid with every reason.

    `positions` are those of its milestones, when they are at hand.
    """
    errors: list[FieldError] = []

    def wrong(name: str | None, code: str, message: Any) -> None:
        errors.append(FieldError(name, code, message))

    if goal.kind not in (Kind.KEY_RESULT, Kind.KPI):
        raise Invalid(
            _("This goal is measured by the goals below it: check in there."), code="not_measured"
        )
    day = report.for_day or today
    if not FIRST <= day <= LAST:
        wrong("for_day", "out_of_bounds", _("Years from 1990 to 2199."))
    elif day > today and not (goal.kind == Kind.KPI and _starts(goal, day) <= today):
        wrong("for_day", "future", _("A day to come cannot be reported yet."))
    for name in ("value", "numerator", "denominator"):
        number = getattr(report, name)
        if number is not None and not in_bounds(number):
            wrong(name, "out_of_bounds", _("At most 24 digits before the point and 10 after."))
    value, numerator, denominator = report.value, report.numerator, report.denominator
    milestones: list[int] | None = None
    if goal.metric_kind == MetricKind.MILESTONES:
        milestones = sorted(set(report.milestones or ()))
        known = positions
        if known is None:
            known = set(goal.milestones.values_list("position", flat=True))
        if report.milestones is None:
            wrong("milestones", "required", _("Please say which milestones are reached."))
        elif not set(milestones) <= known:
            wrong("milestones", "choice", _("There is no such milestone."))
        value = None
    elif goal.aggregation == "ratio":
        if numerator is None:
            wrong("numerator", "required", _("Please give the numerator."))
        if denominator is None or denominator <= 0:
            wrong("denominator", "required", _("Please give the denominator, more than 0."))
        elif numerator is not None:
            share = EXACT.divide(numerator, denominator)
            value = EXACT.multiply(share, ratio_factor(goal.metric_kind))
            value = value.quantize(_TEN_PLACES, context=EXACT)
    elif goal.metric_kind == MetricKind.YES_NO:
        if value not in (0, 1):
            wrong("value", "choice", _("Please choose yes or no."))
    elif goal.direction and value is None:
        wrong("value", "required", _("Please give the value."))
    elif goal.metric_kind == MetricKind.TEXT and not clean_text(report.text_value):
        wrong("text_value", "required", _("Please say where it stands."))
    if goal.aggregation != "ratio":
        numerator = denominator = None
    if report.confidence is not None and not 0 <= report.confidence <= 10:
        wrong("confidence", "out_of_bounds", _("Confidence goes from 0 to 10."))
    if report.pace not in PACES:
        wrong("pace", "choice", _("Please choose one of the list."))
    words = {}
    for name, text in report.words.items():
        if name not in WORDS:
            wrong(name, "unknown_field", _("There is no such field."))
        elif clean_text(text):
            words[name] = clean_text(text)
    for name, text in (("note", report.note), ("text_value", report.text_value), *words.items()):
        if len(text) > LONGEST:
            wrong(name, "too_long", _("At most 20,000 characters."))
    if report.next_on is not None and not FIRST <= report.next_on <= LAST:
        wrong("next_on", "out_of_bounds", _("Years from 1990 to 2199."))
    if errors:
        raise Invalid(errors=errors)
    return Report(
        for_day=day,
        value=value if goal.direction else None,
        numerator=numerator,
        denominator=denominator,
        milestones=milestones,
        text_value=clean_text(report.text_value),
        confidence=report.confidence,
        pace=report.pace,
        note=clean_text(report.note),
        words=words,
        next_on=report.next_on,
    )


def _starts(kpi: Goal, day: date) -> date:
    return period_of(day, kpi.frequency, kpi.organisation.fiscal_year_start)[0]
