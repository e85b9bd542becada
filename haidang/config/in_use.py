"""Who works on the data folder: many beside each other, or one that replaces everything.

The server keeps its place for as long as any process of its tree lives, because a fork shares
the file and with it the lock; a process that is killed gives it back by dying.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import Enum
from pathlib import Path

NAME = "in-use.lock"


class How(Enum):
    BESIDE = fcntl.LOCK_SH
    ALONE = fcntl.LOCK_EX


def take(place: ExitStack, data: Path, how: How | None) -> bool:
    """Take a place, given back with `place`; False when others are at work there."""
    if how is None:
        return True
    handle = _open(data)
    if handle is None:
        return True
    place.callback(os.close, handle)
    try:
        fcntl.flock(handle, how.value | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def settled(data: Path) -> Iterator[None]:
    """Be the only one, after waiting for everybody else."""
    handle = _open(data)
    if handle is None:
        yield
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _open(data: Path) -> int | None:
    """Reading is enough to lock. A folder that is not there has nobody in it."""
    try:
        return os.open(data / NAME, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        return None
