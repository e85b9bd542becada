"""When a connector asks, for which period, and which values it holds back (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from haidang.goals.rules.periods import period_of
from haidang.lib.text import clean_line, folded

OFF, DAILY, WEEKLY, MONTHLY = "off", "day", "week", "month"
RUNNING, LAST = "running", "last"
LOW, HIGH, JUMP = "low", "high", "jump"
#: How long a passing error is waited out before the next attempt.
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=25))


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to ask by itself, in the organisation's time. `weekday` is 0 for Monday, `month_day`
    1 to 28."""

    every: str = OFF
    at: time = time(6)
    weekday: int = 0
    month_day: int = 1


@dataclass(frozen=True, slots=True)
class Contract:
    """What is believed without asking: how far a value may move against the last one, in
    percent of it, and between which bounds it lies. None: anything."""

    jump: Decimal | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """Why a value is held back: `low`, `high`, or `jump` by so many percent (two places)."""

    code: str
    percent: Decimal | None = None


def size_of(
    value: Decimal | None, numerator: Decimal | None = None, denominator: Decimal | None = None
) -> Fraction | None:
    """A value, or the ratio of two, exactly; None for what has no size."""
    if value is not None:
        return Fraction(value)
    if numerator is None or not denominator:
        return None
    return Fraction(numerator) / Fraction(denominator)


def breach(
    contract: Contract, new: Fraction, before: Fraction | None, *, is_partial: bool = False
) -> Breach | None:
    """What the contract has against a value.

    `before` is the last value that stands: of the same period, else of the latest before it.
    A change from 0 has no percentage and is not judged. `is_partial`: the period is still
    running and nothing stands in it, so that less than before (not below 0) says nothing.
    """
    if contract.lowest is not None and new < Fraction(contract.lowest):
        return Breach(LOW)
    if contract.highest is not None and new > Fraction(contract.highest):
        return Breach(HIGH)
    if contract.jump is None or not before or (is_partial and 0 <= new < before):
        return None
    moved = abs(new - before) / abs(before) * 100
    if moved <= Fraction(contract.jump):
        return None
    return Breach(JUMP, Decimal(round(moved * 100)).scaleb(-2))


def wait_before(attempt: int) -> timedelta | None:
    """How long to wait after that attempt (the first is 1) failed; None: no more."""
    return BACKOFF[attempt - 1] if 1 <= attempt <= len(BACKOFF) else None


def next_time(schedule: Schedule, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The first moment of the schedule after now; None where it is off."""
    if schedule.every == OFF:
        return None
    day = now.astimezone(zone).date()
    for _n in range(40):
        if _is_day_of(schedule, day):
            moment = datetime.combine(day, schedule.at, zone)
            if moment > now:
                return moment
        day += timedelta(days=1)
    raise AssertionError("a schedule comes around within a month")


def _is_day_of(schedule: Schedule, day: date) -> bool:
    if schedule.every == WEEKLY:
        return day.weekday() == schedule.weekday
    return schedule.every == DAILY or day.day == schedule.month_day


def period_asked(frequency: str, asks: str, today: date, first_month: int) -> tuple[date, date]:
    """First and last day of the period that is running today, or of the one before it."""
    running = period_of(today, frequency, first_month)
    if asks == RUNNING:
        return running
    return period_of(running[0] - timedelta(days=1), frequency, first_month)


def key_of(name: str) -> str:
    """By what names of another system are compared: NFC, single spaces, without case."""
    return clean_line(name).casefold()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A KPI that a foreign name may mean, with what it, its unit and its owner are called."""

    id: int
    codes: Sequence[str] = ()  # public ids, a unit's code, an e-mail address
    names: Sequence[str] = ()  # of the unit, of the person


def suggestions(names: Iterable[str], candidates: Sequence[Candidate]) -> Mapping[str, int]:
    """For each foreign name the one KPI that it seems to mean: by a code or an e-mail address
    first, then by a name, without marks. What two KPIs answer to is not guessed."""
    codes = _by(candidates, lambda one: [key_of(code) for code in one.codes])
    called = _by(candidates, lambda one: [folded(clean_line(name)) for name in one.names])
    found = {}
    for name in names:
        guess = codes.get(key_of(name)) or called.get(folded(clean_line(name)))
        if guess is not None and len(guess) == 1:
            found[name] = next(iter(guess))
    return found


def _by(
    candidates: Sequence[Candidate], keys: Callable[[Candidate], list[str]]
) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for one in candidates:
        for key in keys(one):
            if key:
                found.setdefault(key, set()).add(one.id)
    return found
