"""A progress bar for people, and plain lines for logs."""

from __future__ import annotations

import sys
import time

WIDTH = 30


class Bar:
    """Call it with what is being done, how much of it is done, and of how much."""

    def __init__(self) -> None:
        self._at_terminal = sys.stderr.isatty()
        self._shown = 0.0
        self._length = 0

    def __call__(self, what: str, done: int, of: int) -> None:
        now = time.monotonic()
        if not self._at_terminal or (now - self._shown < 0.05 and done < of):
            return
        self._shown = now
        filled = WIDTH * done // of if of else WIDTH
        line = f"[{'█' * filled}{'·' * (WIDTH - filled)}] {100 * done // of if of else 100}% {what}"
        print(f"\r{line.ljust(self._length)}", end="", file=sys.stderr, flush=True)
        self._length = len(line)

    def end(self) -> None:
        if self._at_terminal and self._length:
            print(f"\r{' ' * self._length}\r", end="", file=sys.stderr, flush=True)
