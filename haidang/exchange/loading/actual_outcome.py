"""What becomes of each value of a list of actuals, or why it cannot be taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from haidang.checkins.actuals import Actual, Stands, Tried
from haidang.exchange.loading import actual_values as cells
from haidang.exchange.loading.actual_columns import ActualHeader
from haidang.exchange.loading.columns import ACTUALS, column_of
from haidang.exchange.loading.lines import Change, Line, Problem, Status
from haidang.goals.models import Goal
from haidang.goals.words import period_label
from haidang.lib.errors import FieldError

NUMBERS = ("value", "numerator", "denominator")
#: Fields of `Actual` > the column of the file that holds them, by another name.
_KEYS = {"day": "period", "kpi": "title"}


@dataclass(eq=False)
class Wish:
    """A value of the list: of which KPI and period, and in which cells it stands."""

    line: Line
    kpi: Goal
    starts: date
    ends: date
    column: str = ""  # of the period, where each has a column of its own
    numbers: dict[str, Decimal] = field(default_factory=dict)
    note: str = ""


def actual_of(wish: Wish, today: date, reason: str) -> Actual:
    """The row as a program would send it: for the end of its period, or today within it."""
    day = wish.ends if wish.ends <= today else max(wish.starts, today)
    return Actual(
        wish.kpi.public_id,
        day,
        wish.numbers.get("value"),
        wish.numbers.get("numerator"),
        wish.numbers.get("denominator"),
        wish.note,
        origin=_("%(reason)s, line %(line)s") % {"reason": reason, "line": wish.line.number},
    )


def judge(wish: Wish, tried: Tried, header: ActualHeader, language: str) -> None:
    """Say what would become of a value, or why it cannot be taken."""
    line, kpi = wish.line, wish.kpi
    label = period_label(wish.starts, kpi.frequency, kpi.organisation.fiscal_year_start)
    for column, message in _reasons(wish, tried, header):
        problem = Problem(column, str(message))
        if problem not in line.problems:
            line.problems.append(problem)
    now = cells.told(wish.numbers, kpi, language)
    if line.problems:
        line.status = Status.WRONG
        line.notes = [label] if not wish.column else []
        return
    before = cells.told(_numbers_of(tried.stands), kpi, language)
    if tried.same:
        line.status = Status.UNCHANGED
        line.notes = [label, now]
        return
    line.status = Status.CHANGED if tried.stands is not None else Status.NEW
    if before != now:
        line.changes.append(Change(label, before, now))
    else:
        line.notes = [label, now]
    if wish.note and (tried.stands is None or wish.note != tried.stands.note):
        old = tried.stands.note if tried.stands is not None else ""
        line.changes.append(Change(str(column_of(ACTUALS, "note").label), _cut(old),
                                   _cut(wish.note)))  # fmt: skip


def _numbers_of(stands: Stands | None) -> dict[str, Decimal | None]:
    if stands is None:
        return {}
    return {name: getattr(stands, name) for name in NUMBERS}


def _reasons(wish: Wish, tried: Tried, header: ActualHeader) -> Iterator[tuple[str, Any]]:
    """Why a value cannot be taken, each at what the file calls the column."""
    for error in tried.errors:
        key = _KEYS.get(error.field or "", error.field or "title")
        if wish.column and key != "title":
            yield wish.column, _said(error)
            continue
        if key not in header.places:
            key = next(k for k in ("title", "public_id") if k in header.places)
        yield str(column_of(ACTUALS, key).label), _said(error)


def _said(error: FieldError) -> Any:
    """A reason in the words of a list."""
    if error.code == "forbidden":
        return _("You see this KPI, but you do not report it.")
    if error.code == "future":
        return _("This period has not begun yet.")
    return error.message


def _cut(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:199]}…"
