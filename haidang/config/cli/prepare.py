"""What has to stand before the program runs: tables, and the static files it serves."""

from __future__ import annotations

import fcntl
import hashlib
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.commands import migrate as django_migrate
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState
from django.utils.translation import gettext as _

import haidang
from haidang.config.cli import upgrading
from haidang.goals import fulltext
from haidang.kpis.actions import fetching
from haidang.lib.database import LOCK_SPACE
from haidang.people.actions import renew_secrets


def prepare(*, static: bool = False) -> None:
    """Bring the database up to date, and with `static` the files that browsers load."""
    migrate()
    upgrading.end()
    renew_secrets()  # with the present key: a former one need not be kept for ever
    fetching.renew_secrets()  # of connectors
    if static and not settings.DEBUG:
        collect_static()


def missing_database() -> Path | None:
    """The file of an SQLite database that is not there yet: connecting would make it."""
    if connection.vendor != "sqlite":
        return None
    path = Path(str(connection.settings_dict["NAME"]))
    return None if path.exists() else path


def pending() -> list[str]:
    """Names of migrations that have not been run."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def migrate(*, say: bool = False) -> int:
    """Run what is pending, alone; the number of migrations run."""
    if not pending():
        fulltext.keep()  # whoever took the last step may have died before this
        return 0
    with _alone():
        waiting = pending()  # somebody else may have done it meanwhile
        if waiting:
            print(_("Preparing the database (%d steps)…") % len(waiting), file=sys.stderr)
            vars(django_migrate)["MigrationExecutor"] = WholeSteps
            call_command("migrate", interactive=False, verbosity=1 if say else 0)
        return len(waiting)


class WholeSteps(MigrationExecutor):
    """A step and the note that it was taken are one transaction.

    Django writes the note behind the transaction where a step has indexes or references to
    make at its end: who is killed in between would take it again, and fail on its tables.
    """

    def apply_migration(
        self,
        state: ProjectState,
        migration: Migration,
        fake: bool = False,
        fake_initial: bool = False,
    ) -> ProjectState:
        with ExitStack() as whole:
            if migration.atomic:
                if connection.vendor == "sqlite":  # inside of a transaction it is too late
                    connection.disable_constraint_checking()
                    whole.callback(connection.enable_constraint_checking)
                whole.enter_context(transaction.atomic())
            return super().apply_migration(state, migration, fake, fake_initial)


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time prepares, of all that share the database."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, 0)", [LOCK_SPACE])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [LOCK_SPACE])
        return
    with (settings.DATA_DIR / "prepare.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def collect_static() -> None:
    """Gather, hash and compress the static files, unless the same ones lie there already."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = root / ".made-from"
        print_of_now = _fingerprint()
        if mark.exists() and mark.read_text() == print_of_now:
            return
        mark.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        mark.write_text(print_of_now)


def _fingerprint() -> str:
    """Changes with any source of a static file."""
    digest = hashlib.sha256(haidang.__version__.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
