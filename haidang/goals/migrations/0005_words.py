"""Words of goals in an index, so that searching does not read every goal.

On SQLite the index itself is made after migrating (`goals.fulltext.keep`).
"""

import re
import unicodedata
from typing import Any

from django.db import migrations, models

_SPACES = re.compile(r"\s+")
_NO_WORD = re.compile(r"[\W_]+")
_INDEXES = {
    "goal_words": "(words::tsvector)",
    "goal_all_words": "((words || ' ' || more_words)::tsvector)",
}


def _folded(value: str) -> str:
    value = unicodedata.normalize("NFD", value.casefold().replace("đ", "d"))
    plain = "".join(c for c in value if not unicodedata.combining(c))
    return _SPACES.sub(" ", re.sub(r"\bti\b", "ty", plain)).strip()


def _words(*texts: str) -> str:
    said = (_NO_WORD.sub(" ", _folded(text[:20_000])).split() for text in texts)
    each = dict.fromkeys(word[:60] for words in said for word in words)
    return "".join(f" {word}" for word in each)


def fill(apps: Any, schema_editor: Any) -> None:
    Goal = apps.get_model("goals", "Goal")
    wanted = ("id", "organisation_id", "public_id", "title", "description", "why", "success")
    last = 0
    update = "UPDATE goals_goal SET words = %s, more_words = %s WHERE id = %s"
    while batch := list(Goal.objects.filter(id__gt=last).order_by("id").only(*wanted)[:2000]):
        said = [
            (
                f"o{goal.organisation_id}" + _words(goal.public_id, goal.title),
                _words(goal.description, goal.why, goal.success),
                goal.pk,
            )
            for goal in batch
        ]
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(update, said)
        last = batch[-1].pk


def index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name, expression in _INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON goals_goal USING gin ({expression})")


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name in _INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")
    else:
        for name in ("added", "removed", "changed"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS goals_words_{name}")
        schema_editor.execute("DROP TABLE IF EXISTS goals_words")


class Migration(migrations.Migration):
    dependencies = [("goals", "0004_identity")]

    operations = [
        migrations.AddField("goal", "words", models.TextField(default="", editable=False)),
        migrations.AddField("goal", "more_words", models.TextField(default="", editable=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(index, drop),
    ]
