"""When somebody is written to, and what is news: pure, time is passed in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

#: From which hour of a person's day letters go, and from which no more.
FROM_HOUR = 8
UNTIL_HOUR = 20


def day_to_write(now: datetime, zone: tzinfo) -> date | None:
    """The person's calendar day where letters go at this moment; None where it is too early
    or too late in their day."""
    here = now.astimezone(zone)
    return here.date() if FROM_HOUR <= here.hour < UNTIL_HOUR else None


def tells_reports(day: date, weekday: int | None, holidays: Collection[date]) -> bool:
    """Whether due check-ins are told on a day, where they are on a day of the week (0 is
    Monday; None: never). From a holiday they move to the first day after it."""
    if weekday is None or day in holidays:
        return False
    while day.weekday() != weekday:
        day -= timedelta(days=1)
        if day not in holidays:
            return False
    return True


class News(NamedTuple):
    """Which of the keys that wait are new, and what will have been said with them."""

    new: list[str]
    said: list[str]

    @property
    def known(self) -> int:
        """How many wait that were told before."""
        return len(self.said) - len(self.new)


def news(waiting: Sequence[str], said: Collection[str]) -> News:
    """What of all that waits was not said before; what no longer waits is forgotten, so that
    it is news when it comes back."""
    before = set(said)
    return News([key for key in waiting if key not in before], list(waiting))
