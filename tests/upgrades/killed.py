"""Brings a database up to date although each step is killed: `python -m tests.upgrades.killed`.

Each process takes what is left to be taken, as `haidang migrate` does, and dies when the step
after the first has done all of its work and nobody has noted yet that it was taken. The very
last one dies before the indexes are made that Django's migrations know nothing of. Prints the
steps, in the order in which they were killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

#: The name under which the moment behind the last step is told.
AFTERWARDS = "afterwards"


def main() -> None:
    import django

    django.setup()
    from haidang.config.cli.prepare import pending

    if "--waiting" in sys.argv:
        print(json.dumps(pending()))  # noqa: T201
        return
    if "--tables" in sys.argv:
        print(json.dumps(tables(), indent=1))  # noqa: T201
        return
    killed: list[str] = []
    first = True
    while waiting := pending():
        # What was killed before is left as it was; exactly the step before it was taken.
        assert first or waiting[0] == killed[-1], (waiting, killed)
        dying = waiting[0] if first else (waiting[1] if len(waiting) > 1 else AFTERWARDS)
        first = False
        assert _dies(dying), dying
        killed.append(dying)
    print(json.dumps(killed))  # noqa: T201


def tables() -> list[list[str]]:
    """Every table, column, index, constraint and trigger, as the database itself tells them."""
    from django.db import connection

    if connection.vendor == "sqlite":
        question = "SELECT type, name, sql FROM sqlite_master"
    else:
        question = (
            "SELECT table_name, column_name, concat_ws(' ', data_type, is_nullable, column_default)"
            " FROM information_schema.columns WHERE table_schema = 'public'"
            " UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes"
            " WHERE schemaname = 'public'"
            " UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        )
    with connection.cursor() as cursor:
        cursor.execute(question)
        return sorted([str(one) for one in row] for row in cursor.fetchall())


def _dies(step: str) -> bool:
    """Whether a process that takes what is waiting was killed at that step."""
    from django.db import connection

    connection.close()
    child = os.fork()
    if not child:
        try:
            _migrate_until(step)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _migrate_until(step: str) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    from haidang.config.cli import prepare

    noted: Callable[..., Any] = MigrationRecorder.record_applied

    def note(recorder: MigrationRecorder, app: str, name: str) -> None:
        if f"{app}.{name}" == step:
            os.kill(os.getpid(), signal.SIGKILL)
        noted(recorder, app, name)

    recorders: Any = MigrationRecorder
    recorders.record_applied = note
    if step == AFTERWARDS:
        from django.core.management.commands import migrate

        def afterwards(*_args: Any, **_named: Any) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        migrate.emit_post_migrate_signal = afterwards
    prepare.migrate()


if __name__ == "__main__":
    sys.exit(main())
