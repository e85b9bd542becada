"""A share of requests for each token or session, as a bucket that refills with time."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from django.conf import settings

#: Requests that a token, or a session, may make in a minute in the long run; 0: no limit.
PER_MINUTE: int = settings.API_REQUESTS_PER_MINUTE


class Bucket:
    """At most `burst` at once and `per_minute` in the long run, for each key.

    Kept in the memory of one server process: with several processes each has its own, so
    the true limit is that many times larger. It protects the server, it is no quota.
    """

    def __init__(
        self, per_minute: int, burst: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rate = per_minute / 60
        self.burst = burst or per_minute
        self.clock = clock
        self.levels: dict[str, tuple[float, float]] = {}
        self.guard = threading.Lock()

    def take(self, key: str) -> int:
        """0 when the request may go on, else the whole seconds to wait."""
        if self.rate <= 0:
            return 0
        now = self.clock()
        with self.guard:
            level, since = self.levels.get(key, (float(self.burst), now))
            level = min(float(self.burst), level + (now - since) * self.rate)
            if level < 1:
                self.levels[key] = (level, now)
                return max(1, math.ceil((1 - level) / self.rate))
            self.levels[key] = (level - 1, now)
            if len(self.levels) > 10_000:
                self._forget(now)
        return 0

    def _forget(self, now: float) -> None:
        """Drop the keys whose bucket is full again."""
        full = self.burst / self.rate
        self.levels = {k: v for k, v in self.levels.items() if now - v[1] < full}
