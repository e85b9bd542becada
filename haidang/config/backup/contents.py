"""What is in a database, and a way to look at another one than the configured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def rows() -> dict[str, int]:
    """How many rows each table has."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608  # the database's own
            found[table] = int(cursor.fetchone()[0])
    return found


def migrations() -> list[str]:
    """The steps that have been taken, as `goals.0003_x`."""
    taken = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in taken)


def known_migrations() -> set[str]:
    """The steps that this version of the program has."""
    loader = MigrationLoader(None)
    return {f"{app}.{name}" for app, name in loader.disk_migrations}


@contextmanager
def of(name: str) -> Iterator[None]:
    """Everything inside asks the database of that name."""
    former = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = former
