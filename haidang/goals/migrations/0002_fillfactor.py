"""Room in each page for rows that every check-in changes (PostgreSQL only).

A row's new version then lies beside the old one, and no index has to learn of it.
"""

from typing import Any

from django.db import migrations

TABLES = {"goals_standing": 50, "goals_historypoint": 80, "goals_kpiperiod": 80}


def leave_room(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table, percent in TABLES.items():
            schema_editor.execute(f"ALTER TABLE {table} SET (fillfactor = {percent})")


def fill(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE {table} RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("goals", "0001_initial")]

    operations = [migrations.RunPython(leave_room, fill)]
