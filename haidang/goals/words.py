"""Plain words for what the graph's facts mean: periods, directions, relations, modes, rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from haidang.goals.models import Frequency, Mode, Relation, Rule
from haidang.goals.models.kinds import Direction
from haidang.goals.rules.periods import fiscal_year
from haidang.web import formats


def _language() -> str:
    return (get_language() or "vi")[:2]


def period_label(start: date, frequency: str, first_month: int = 1) -> str:
    """`03/2026`, `Quý 1/2026`, `2026`, or the day; quarters and halves of the fiscal year."""
    language = _language()
    year = fiscal_year(start, first_month)
    months = (start.month - first_month) % 12
    if frequency == Frequency.MONTH:
        return formats.month(start, language)
    if frequency == Frequency.QUARTER:
        return gettext("Quarter %(n)s/%(year)s") % {"n": months // 3 + 1, "year": year}
    if frequency == Frequency.HALF:
        return gettext("Half %(n)s/%(year)s") % {"n": months // 6 + 1, "year": year}
    if frequency == Frequency.YEAR:
        return str(year)
    return formats.day(start, language)


def period_short(start: date, frequency: str, first_month: int = 1) -> str:
    """The same without its year, for the axis of a chart: `T3` or `Mar`, `Q1`, `05/03`."""
    months = (start.month - first_month) % 12
    if frequency == Frequency.MONTH:
        return formats.month_short(start, _language())
    if frequency == Frequency.QUARTER:
        return gettext("Q%(n)s") % {"n": months // 3 + 1}
    if frequency == Frequency.HALF:
        return gettext("H%(n)s") % {"n": months // 6 + 1}
    if frequency == Frequency.YEAR:
        return str(fiscal_year(start, first_month))
    return formats.short_day(start, _language())


#: How often, as an adverb.
EVERY: dict[str, Any] = {
    Frequency.DAY: _("every day"),
    Frequency.WEEK: _("every week"),
    Frequency.MONTH: _("every month"),
    Frequency.QUARTER: _("every quarter"),
    Frequency.HALF: _("every half-year"),
    Frequency.YEAR: _("every year"),
}

#: What a direction asks for, in a sentence.
DIRECTIONS: dict[str, Any] = {
    Direction.INCREASE: _("From the baseline up to the target"),
    Direction.DECREASE: _("From the baseline down to the target"),
    Direction.AT_LEAST: _("Reach or hold at least the target"),
    Direction.AT_MOST: _("Stay at or below the target"),
    Direction.RANGE: _("Stay within a range"),
    Direction.RELATIVE: _("Change by a percentage of the baseline"),
    Direction.PASS_FAIL: _("Met or not met"),
    Direction.MILESTONES: _("Milestones reached, by weight"),
    Direction.HIGHER: _("Higher is better"),
    Direction.LOWER: _("Lower is better"),
    Direction.STEPS: _("By steps"),
    Direction.LINEAR: _("Linear from the baseline to the target"),
}

#: What a link means: the child, seen from it.
RELATIONS: dict[str, Any] = {
    Relation.COMPOSITION: _("Key result of this objective"),
    Relation.STRATEGY: _("Carries out this part of the strategy"),
    Relation.CASCADE: _("Takes over a part of the parent"),
    Relation.COMPUTES: _("The parent is calculated from it"),
    Relation.SUPPORTS: _("Helps the parent along"),
    Relation.CROSS_TEAM: _("Answers a key result of another department"),
    Relation.DECOMPOSES: _("Decomposes a longer goal into a shorter time"),
    Relation.IMPROVES: _("Is to improve this KPI"),
    Relation.DEPENDS_ON: _("Waits for the parent"),
}

#: What a link does to the parent's number.
MODES: dict[str, Any] = {
    Mode.AVERAGE: _("This goal's progress counts in the parent's progress"),
    Mode.VALUE: _("This goal's actual adds to the parent's actual"),
    Mode.NONE: _("Shown only, counts nothing"),
}
MODES_SHORT: dict[str, Any] = {
    Mode.AVERAGE: _("Progress counts"),
    Mode.VALUE: _("Actual adds up"),
    Mode.NONE: _("Shown only"),
}

#: Why a linked goal is no term of the number above it (`queries.derivation.left_out`).
LEFT_OUT: dict[str, Any] = {
    "mode": _("Shown only"),
    "rule": _("Not counted (only own reports are)"),
    "draft": _("Not counted (not approved yet)"),
    "submitted": _("Not counted (not approved yet)"),
    "returned": _("Not counted (not approved yet)"),
    "closed": _("Not counted (closed)"),
    "dropped": _("Not counted (dropped)"),
    "archived": _("Not counted (archived)"),
    "masked": _("Not counted"),
}

#: What makes a measure's number.
RULES: dict[str, Any] = {
    Rule.OWN: _("Only what is reported here"),
    Rule.CHILDREN: _("Only the goals below it"),
    Rule.BOTH: _("What is reported here and the goals below it"),
}


def percent_of(share: Any) -> str:
    """A share such as 0.2 as `+20%`."""
    sign = "+" if share > 0 else ""
    return sign + formats.number(share * 100, _language(), 2) + "%"


def measure_sentence(goal: Any) -> Any:
    """How a goal is measured, in one line: `Từ 20 NPP lên 100 NPP`, `Tối đa 5%`."""
    language = _language()

    def said(value: Any) -> str:
        return formats.value(value, goal, language)

    target, baseline = said(goal.target), said(goal.baseline)
    if goal.direction in (Direction.INCREASE, Direction.DECREASE, Direction.LINEAR):
        if goal.baseline is None:
            return format_lazy(_("To {target}, from an unknown baseline"), target=target)
        rises = goal.target is None or goal.target >= goal.baseline
        said_so = (
            _("Up from {baseline} to {target}") if rises else _("Down from {baseline} to {target}")
        )
        return format_lazy(said_so, baseline=baseline, target=target)
    if goal.direction == Direction.AT_LEAST:
        return format_lazy(_("At least {target}"), target=target)
    if goal.direction == Direction.AT_MOST:
        return format_lazy(_("At most {target}"), target=target)
    if goal.direction == Direction.RANGE:
        return format_lazy(_("From {low} to {high}"), low=said(goal.low), high=said(goal.high))
    if goal.direction == Direction.RELATIVE and goal.relative_change is not None:
        return format_lazy(
            _("{change} on {baseline}"),
            change=percent_of(goal.relative_change),
            baseline=baseline,
        )
    return DIRECTIONS.get(goal.direction, "")
