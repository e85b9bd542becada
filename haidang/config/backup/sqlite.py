"""SQLite: a running database is copied as one snapshot, a file is put in the place of a file."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from haidang.config.backup import contents, swap
from haidang.config.backup.archive import DATABASE, Archive, Contents
from haidang.lib.errors import Conflict, Invalid

#: What SQLite may keep beside a database, and what is in the database only together with it.
BESIDE = ("-wal", "-shm", "-journal")


def path() -> Path:
    return Path(str(connection.settings_dict["NAME"])).absolute()


def dump(target: Path) -> Contents:
    """Copy the database as it is at one moment; writers go on meanwhile."""
    with (
        closing(sqlite3.connect(f"{path().as_uri()}?mode=rw", uri=True)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        try:
            here.backup(there)  # all pages in one step: one snapshot
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:  # not the database's disk
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
            raise
        damage = there.execute("PRAGMA quick_check").fetchone()[0]
    if damage != "ok":
        raise Conflict(_("The database is damaged: %s. No backup was made.") % damage)
    with contents.of(str(target)):
        return Contents(
            engine="sqlite",
            engine_version=sqlite3.sqlite_version,
            migrations=contents.migrations(),
            rows=contents.rows(),
        )


def refuse_while_used() -> None:
    """Also before whoever does not keep a place in the data folder.

    What the log of writes still holds is brought into the file. One that is damaged is
    nobody's: it is what a restore is for.
    """
    connection.close()
    if not path().exists():
        return
    try:
        with closing(sqlite3.connect(path(), timeout=0)) as here:
            here.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise Conflict(
                _("Somebody has %s open. Stop every program that uses it.") % path(), code="in_use"
            ) from None
    except sqlite3.DatabaseError:
        pass


def stage(_data: Path) -> Staged:
    return Staged()


class Staged:
    """The restored database beside the present one, until it takes its place."""

    def __init__(self) -> None:
        self.place = path()
        self.file = self.place.with_name(f"{self.place.name}.restoring")
        self.name = str(self.file)

    def prepare(self) -> None:
        """Whether a restore is possible here is seen when the file is written."""
        self.discard()

    def fill(self, backup: Archive) -> None:
        backup.extract(DATABASE, self.file)
        with closing(sqlite3.connect(self.file)) as here:
            damage = here.execute("PRAGMA integrity_check").fetchone()[0]
        if damage != "ok":
            raise Invalid(_("The database in the backup is damaged: %s.") % damage)

    def discard(self) -> None:
        for end in ("", *BESIDE, "-queue"):
            self.file.with_name(self.file.name + end).unlink(missing_ok=True)

    def take_over(self, data: Path, stamp: str, moves: list[swap.Move]) -> str:
        """Take the place of the present database, which keeps lying beside it."""
        with closing(sqlite3.connect(self.file)) as here:
            here.execute("PRAGMA journal_mode=DELETE")  # one file, with everything in it
        self.file.with_name(f"{self.file.name}-queue").unlink(missing_ok=True)
        aside = self.place.with_name(f"{self.place.name}.before-{stamp}")
        away = [
            swap.Move(None, self.place.with_name(self.place.name + end), Path(f"{aside}{end}"))
            for end in BESIDE
        ]
        kept = str(aside) if self.place.exists() else ""
        swap.begin(data, [*away, swap.Move(self.file, self.place, aside), *moves])
        swap.carry_out(data)
        return kept
