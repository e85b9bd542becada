"""The moment at which what was restored takes the place of what was there.

A database, a key and a folder cannot be renamed at once. What is to be moved is therefore
written down first; once that is on disk the restore has happened, and whoever comes next, be
it after a loss of power, moves what is left to be moved. On PostgreSQL it has happened once the
databases have changed their names, which is one transaction there.

Runs before Django is set up, because the key is one of the things.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from haidang.config import in_use
from haidang.config.backup import clients
from haidang.config.backup.archive import sync_folder

NAME = "restore-under-way.json"


class Move(NamedTuple):
    """What is put where, and where to what was there; only away without `staged`."""

    staged: Path | None
    place: Path
    aside: Path


def begin(data: Path, moves: list[Move], database: str = "") -> None:
    """Write down what is to be moved. `database`: only if there is none of that name any more."""
    facts = {
        "database": database,
        "moves": [[str(one) if one else None for one in move] for move in moves],
    }
    unfinished = data / f"{NAME}.{os.getpid()}"
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(facts, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(data / NAME)
    sync_folder(data)


def carry_out(data: Path) -> None:
    """Move what has not been moved yet; may be begun again any number of times."""
    for staged, place, aside in _moves(_facts(data)):
        if staged is not None and not staged.exists():
            continue  # done
        if place.exists() and not aside.exists():
            place.rename(aside)
        if staged is not None:
            staged.rename(place)
        sync_folder(place.parent)
    forget(data)


def is_under_way(data: Path) -> bool:
    return (data / NAME).exists()


def forget(data: Path) -> None:
    (data / NAME).unlink(missing_ok=True)
    sync_folder(data)


def finish(data: Path) -> None:
    """Bring a restore to its end that was interrupted: to what was restored, or to what was."""
    if not is_under_way(data):
        return
    with in_use.settled(data):
        if not is_under_way(data):
            return  # it was not interrupted, only not done yet
        facts = _facts(data)
        if facts["database"] and clients.database_exists(facts["database"]):
            for staged, _place, _aside in _moves(facts):
                discard(staged)
            forget(data)
        else:
            carry_out(data)


def discard(staged: Path | None) -> None:
    """Remove what was laid ready, a file or a folder, if it is there."""
    if staged is not None and staged.is_dir():
        shutil.rmtree(staged)
    elif staged is not None:
        staged.unlink(missing_ok=True)


def _facts(data: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((data / NAME).read_text(encoding="utf-8"))
    return facts


def _moves(facts: dict[str, Any]) -> list[Move]:
    return [
        Move(Path(staged) if staged else None, Path(place), Path(aside))
        for staged, place, aside in facts["moves"]
    ]
