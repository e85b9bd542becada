"""When somebody is written to, and what is news: pure, time is passed in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, tzinfo
from typing import NamedTuple

#: From which hour of a person's day letters go, and from which no more.
FROM_HOUR = 8
UNTIL_HOUR = 20


def day_to_write(now: datetime, zone: tzinfo) -> date | None:
    """The person's calendar day where letters go at this moment; None where it is too early
    or too late in their day."""
    here = now.astimezone(zone)
    return here.date() if FROM_HOUR <= here.hour < UNTIL_HOUR else None


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
