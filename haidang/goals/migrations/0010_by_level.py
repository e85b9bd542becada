"""An index by which the goals above those of persons are found among them, and what PostgreSQL
is to learn of facts that hang together.

Nearly all KPIs of a large company are persons': taken one by one its statistics say nothing of
that, and a page of the company's few was found by reading all.
"""

from typing import Any

from django.db import migrations, models


def learn(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE STATISTICS goals_goal_facts (ndistinct, dependencies, mcv)"
            " ON organisation_id, kind, level, state FROM goals_goal"
        )
        schema_editor.execute("ANALYZE goals_goal")


def forget(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP STATISTICS goals_goal_facts")


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0009_target_versions"),
        ("people", "0003_terms"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="goal",
            index=models.Index(
                fields=["organisation", "kind", "state", "level"], name="goal_by_level"
            ),
        ),
        migrations.RunPython(learn, forget),
    ]
