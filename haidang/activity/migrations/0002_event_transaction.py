"""Which transaction wrote an event, so that a reader can follow the log (see `tail`).

PostgreSQL only: SQLite has one writer at a time, whose ids appear in order.
"""

from typing import Any

from django.db import migrations


def add(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE activity_event ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id()"
        )
        schema_editor.execute("CREATE INDEX activity_by_transaction ON activity_event (xact, id)")


def remove(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE activity_event DROP COLUMN xact")


class Migration(migrations.Migration):
    dependencies = [("activity", "0001_initial")]

    operations = [migrations.RunPython(add, remove)]
