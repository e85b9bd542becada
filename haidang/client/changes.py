"""Following what happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from haidang.client.plain import shaped
from haidang.client.shapes import Change


class Changes:
    """Changes one after the other; ends when there are no more, or waits for the next.

    `cursor` is the place behind all that has been dealt with: behind a change as soon as the
    next one is asked for. Kept and given to `Haidang.changes` again, it loses nothing.
    """

    def __init__(
        self,
        ask: Callable[[str | None], Any],
        since: str | None,
        wait: float | None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.cursor = since
        self._ask, self._wait, self._sleep = ask, wait, sleep

    def __iter__(self) -> Iterator[Change]:
        while True:
            page = self._ask(self.cursor)
            for facts in page["items"]:
                change = shaped(Change, facts)
                yield change
                self.cursor = change.cursor
            self.cursor = page["next"]
            if page["more"]:
                continue
            if self._wait is None:
                return
            self._sleep(self._wait)
