"""`haidang backup`, `restore`, `upgrade`: nothing that is kept gets lost."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import haidang
from haidang.config.cli import upgrading
from haidang.config.cli.figures import tenths
from haidang.config.cli.prepare import migrate, missing_database, pending
from haidang.config.cli.progress import Bar


def add_commands(commands: Any) -> None:
    backup = commands.add_parser(
        "backup",
        help=_("write everything that is kept into one file, while the program runs"),
        description=_("The file holds secrets: keep it where nobody else reads it."),
    )
    backup.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar=_("FILE"),
        help=_("the file to make (default: one with the time in its name, in the data folder)"),
    )
    backup.set_defaults(run=_careful(_backup))

    restore = commands.add_parser(
        "restore",
        help=_("put a backup in the place of what is there; the program must be stopped"),
        description=_("The former database is kept aside; its name is said at the end."),
    )
    restore.add_argument(
        "file", type=Path, metavar=_("FILE"), help=_("what haidang backup has made")
    )
    restore.add_argument(
        "--accept-differences",
        action="store_true",
        help=_("take a backup whose numbers are not what its records say"),
    )
    restore.set_defaults(run=_careful(_restore))

    upgrade = commands.add_parser(
        "upgrade",
        help=_("after installing a newer version: back up, bring up to date, check"),
    )
    upgrade.add_argument(
        "--backup",
        type=Path,
        metavar=_("FILE"),
        help=_("where the backup goes (default: as haidang backup)"),
    )
    upgrade.set_defaults(run=_careful(_upgrade))


def _careful(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """A disk that is full or a folder that is closed is no reason for a traceback."""

    def guarded(options: argparse.Namespace) -> int:
        try:
            return run(options)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            return _failed(f"{where}{error.strerror or error}")
        except ImproperlyConfigured as error:
            return _failed(str(error))
        except connection.Database.Error as error:  # type: ignore[attr-defined]  # no stub
            return _failed(_("The database cannot be used: %s") % str(error).strip())

    return guarded


def _failed(text: str) -> int:
    print(f"haidang: {text}", file=sys.stderr)
    return 1


def _backup(options: argparse.Namespace) -> int:
    from haidang.config.backup.make import make

    file = make(options.file)
    print(_("Backup: %(file)s (%(size)s MB)") % _facts(file))
    return 0


def _restore(options: argparse.Namespace) -> int:
    from haidang.config.backup.restore import restore

    bar = Bar()
    try:
        done = restore(options.file, progress=bar, accept_differences=options.accept_differences)
    finally:
        bar.end()
    upgrading.end()
    counted = ngettext("%d row", "%d rows", sum(done.manifest.rows.values()))
    words = {
        "made": done.manifest.made,
        "version": done.manifest.version,
        "rows": counted % sum(done.manifest.rows.values()),
    }
    print(_("Restored: the backup of %(made)s, version %(version)s, %(rows)s.") % words)
    if done.steps:
        print(_("It was older than this program and has been brought up to date."))
    if done.differences:
        text = _("%d numbers are not what their records say. Run: haidang recompute")
        print(text % done.differences)
    else:
        print(_("Every number is what its records say."))
    if done.former:
        print(_("What was there before is kept as %s until you remove it.") % done.former)
    return 0


def _upgrade(options: argparse.Namespace) -> int:
    from haidang.checkins.recompute import recompute
    from haidang.config.backup.engine import engine
    from haidang.config.backup.make import make

    missing = missing_database()
    if missing is not None:
        return _failed(_("There is no database yet: %s") % missing)
    waiting, file = pending(), upgrading.backup()
    if not waiting and file is None:
        words = {"version": haidang.__version__}
        print(_("The database is that of version %(version)s: nothing to do.") % words)
        return 0
    engine().refuse_while_used()
    if file is not None:
        text = _("An upgrade was interrupted and goes on. The backup from before it: %s")
        print(text % file, flush=True)
    if waiting:
        made = make(options.backup)
        print(_("Backup: %(file)s (%(size)s MB)") % _facts(made), flush=True)
        file = file or made
        upgrading.begin(file)
    assert file is not None
    try:
        steps = migrate(say=True)
    except Exception as error:
        _failed(_("A step failed: %s") % (str(error).strip() or type(error).__name__))
        print(_("When the cause is mended: haidang upgrade"), file=sys.stderr)
        print(_back(file), file=sys.stderr)
        return 1
    bar = Bar()
    try:
        differences = recompute(check=True, progress=bar)
    finally:
        bar.end()
    if differences:
        counted = ngettext("%d difference", "%d differences", len(differences))
        _failed(f"{counted % len(differences)}: {differences[0]}")
        print(_("To put the numbers right: haidang recompute"), file=sys.stderr)
        print(_back(file), file=sys.stderr)
        return 1
    upgrading.end()
    taken = ngettext("%d step taken.", "%d steps taken.", steps) % steps
    print(f"{taken} {_('Every number is what its records say.')}")
    return 0


def _back(file: Path) -> str:
    return _("To go back: install the former version, then: haidang restore %s") % file


def _facts(file: Path) -> dict[str, Any]:
    return {"file": file, "size": tenths(file.stat().st_size / 1024**2)}
