"""The place where writers wait: one line for all threads and processes of a database.

SQLite lets a writer that finds the lock taken sleep for up to 100 ms between tries, so that
whoever comes by at the right moment overtakes it; under load a writer may wait for seconds.
Here a writer first takes its place in a line (`flock` on a file beside the database; the
kernel wakes those who wait in order of arrival). Only the first in line tries for the
database's own lock, and it leaves the line as soon as it has it.

Nothing of this guards the data: SQLite's lock does. A lost or unusable queue file costs
fairness only, and a killed process leaves the line because the kernel closes its file.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager


class WriteQueue:
    """A line of writers; each connection has its own, because a lock belongs to a file handle."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._file: int | None = None
        self._owner = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait until everybody who came earlier has begun; inside, nobody overtakes."""
        handle = self._open()
        if handle is None:
            yield
            return
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the file back; a copy inherited by a fork is closed without unlocking."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> int | None:
        # A fork shares the parent's handle and with it the parent's place in line.
        if self._owner != os.getpid():
            self.close()
            self._owner = os.getpid()
        if self._file is None:
            try:
                # Reading is enough to lock: a database shared by two accounts keeps its line.
                self._file = os.open(self.path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
            except OSError:
                return None
        return self._file
