"""What a backup asks of a database, whichever it is."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from django.db import connection

from haidang.config.backup import postgresql, sqlite
from haidang.config.backup.archive import Archive, Contents
from haidang.config.backup.swap import Move


class Staged(Protocol):
    """A restored database beside the present one, until it takes its place."""

    @property
    def name(self) -> str: ...

    def prepare(self) -> None: ...

    def fill(self, backup: Archive) -> None: ...

    def discard(self) -> None: ...

    def take_over(self, data: Path, stamp: str, moves: list[Move]) -> str: ...


class Engine(Protocol):
    def dump(self, target: Path) -> Contents: ...

    def refuse_while_used(self) -> None: ...

    def stage(self, data: Path) -> Staged: ...


def engine() -> Engine:
    """That of the configured database."""
    if connection.vendor == "sqlite":
        return sqlite
    return postgresql
