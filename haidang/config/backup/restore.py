"""Taking everything back from a backup: proven beside what is there, then put in its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from haidang.checkins.recompute import recompute
from haidang.config import environment
from haidang.config.backup import archive, contents, swap
from haidang.config.backup.archive import Archive, Manifest
from haidang.config.backup.engine import engine
from haidang.config.cli.prepare import migrate
from haidang.lib.errors import Conflict

#: Differences that are named in a refusal.
NAMED = 5
Progress = Callable[[str, int, int], None]


class Restored(NamedTuple):
    """What a restore has done."""

    manifest: Manifest
    #: What was there before, and is still to be had; empty where nothing was.
    former: str
    #: Steps that brought an older backup up to date.
    steps: int
    #: Numbers that are not what their records say, where that was accepted.
    differences: int


def restore(file: Path, *, progress: Progress, accept_differences: bool = False) -> Restored:
    """Put a backup in the place of what is there. Nobody else may work on the data.

    Everything that can be refused is refused first. Until the restored database has been
    proven it stands beside the present one, and a failure removes it again.
    """
    data = settings.DATA_DIR
    with archive.opened(file) as backup:
        _fits(backup.manifest)
        engine().refuse_while_used()
        staged = engine().stage(data)
        staged.prepare()
        stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
        moves: list[swap.Move] = []
        try:
            staged.fill(backup)
            with contents.of(staged.name):
                steps, differences = _prove(
                    backup.manifest, progress=progress, accept=accept_differences
                )
            moves = _lay_ready(backup, data, stamp)
            former = staged.take_over(data, stamp, moves)
        except BaseException:
            if not swap.is_under_way(data):
                staged.discard()
                for move in moves:
                    swap.discard(move.staged)
            raise
    return Restored(backup.manifest, former, steps, differences)


def _fits(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        theirs = names.get(manifest.engine, manifest.engine)
        raise Conflict(
            _("The backup is of %(theirs)s, but the database here is %(ours)s (DATABASE_URL).")
            % {"theirs": theirs, "ours": names[connection.vendor]}
        )
    unknown = sorted(set(manifest.migrations) - contents.known_migrations())
    if unknown:
        words = {"version": manifest.version, "step": unknown[0]}
        raise Conflict(
            _(
                "The backup was made by a newer version (%(version)s): this one does not know "
                "%(step)s. Restore it with that version."
            )
            % words
        )


def _prove(manifest: Manifest, *, progress: Progress, accept: bool) -> tuple[int, int]:
    """Every row is there, and every number is what its records say."""
    found = contents.rows()
    tables = sorted(found.keys() | manifest.rows.keys())
    other = [t for t in tables if found.get(t) != manifest.rows.get(t)]
    if other:
        told = ", ".join(
            f"{t} {found.get(t, '-')} ≠ {manifest.rows.get(t, '-')}" for t in other[:NAMED]
        )
        raise Conflict(_("Rows are missing or too many after restoring: %s") % told)
    steps = migrate()
    differences = recompute(check=True, progress=progress)
    if differences and not accept:
        words = {"count": len(differences), "first": differences[0]}
        raise Conflict(
            _(
                "%(count)d numbers in the backup are not what their records say, the first: "
                "%(first)s. To take it all the same: --accept-differences, then haidang recompute."
            )
            % words
        )
    return steps, len(differences)


def _lay_ready(backup: Archive, data: Path, stamp: str) -> list[swap.Move]:
    """The key and the files, beside those that are there."""
    moves: list[swap.Move] = []
    key = environment.key_file(data)
    if key is not None and archive.KEY in backup.manifest.files:
        staged = key.with_name(f"{key.name}.restoring")
        backup.extract(archive.KEY, staged)
        moves.append(swap.Move(staged, key, key.with_name(f"{key.name}.before-{stamp}")))
    root = Path(settings.MEDIA_ROOT)
    ready = root.with_name(f"{root.name}.restoring")
    swap.discard(ready)
    names = [name for name in backup.manifest.files if name.startswith(f"{archive.FILES}/")]
    for name in names:
        backup.extract(name, ready / name.removeprefix(f"{archive.FILES}/"))
    aside = root.with_name(f"{root.name}.before-{stamp}")
    moves.append(swap.Move(ready if names else None, root, aside))
    return moves
