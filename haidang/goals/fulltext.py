"""Words of goals, found by an index: FTS5 on SQLite, GIN over `tsvector` on PostgreSQL.

Both index the same text, made here without diacritics and punctuation, so that both find the
same. A word that is looked for may be the beginning of one: Vietnamese syllables are short,
and an index of three letters at a time (which would find the middle of words) knows none of
two. Why not `LIKE`: docs/decisions/words-by-an-index.md.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler

from haidang.lib.text import folded

#: Characters of a text that are indexed; letters of a word (PostgreSQL takes 2,046 bytes).
MOST_TEXT = 20_000
MOST_WORD = 60
#: Words of a search that are used.
MOST_WANTED = 8

_NO_WORD = re.compile(r"[\W_]+")


def words_of(text: str) -> list[str]:
    """The words of a text as they are indexed and looked for."""
    plain = _NO_WORD.sub(" ", folded(text[:MOST_TEXT]))
    return [word[:MOST_WORD] for word in plain.split()]


def marked(organisation_id: int, *texts: str) -> str:
    """The words to be stored: whose they are, then `indexed`."""
    return _mark(organisation_id) + indexed(*texts)


def indexed(*texts: str) -> str:
    """The words to be stored: each once, and a space before each."""
    said = dict.fromkeys(word for text in texts for word in words_of(text))
    return "".join(f" {word}" for word in said)


class Having(Func):
    """A condition on goals: title and id (with `everywhere`, the other texts too) have every
    word. Words are compared as `words_of` makes them."""

    output_field = BooleanField()

    def __init__(
        self, organisation_id: int, words: list[str], *, everywhere: bool = False, **extra: Any
    ) -> None:
        super().__init__(F("id"), F("words"), F("more_words"), **extra)
        self.whose = _mark(organisation_id)
        self.wanted = words
        self.everywhere = everywhere

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        key, _none = compiler.compile(self.get_source_expressions()[0])
        wanted = " AND ".join(f'"{word}"*' for word in self.wanted)
        if not self.everywhere:
            wanted = f"words : ({wanted})"
        match = f'words : "{self.whose}" AND {wanted}'
        found = "SELECT rowid FROM goals_words WHERE goals_words MATCH %s"
        return f"{key} IN ({found})", (match,)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, list[Any]]:
        _id, title, more = (compiler.compile(e)[0] for e in self.get_source_expressions())
        # Exactly the expressions of the indexes (goals/0005).
        where = f"({title} || ' ' || {more})::tsvector" if self.everywhere else f"{title}::tsvector"
        match = " & ".join([f"'{self.whose}'", *(f"'{word}':*" for word in self.wanted)])
        return f"({where}) @@ %s::tsquery", [match]


def keep(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """On SQLite: make the index and what keeps it, where they are lacking.

    After every migration, because Django alters a table there by making it anew, and the
    triggers of the old one are gone; and before the program starts, because a migration may
    have been killed before it came to this.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pragma_table_info('goals_goal')")
        if "words" not in {name for (name,) in cursor.fetchall()}:
            return  # migrated back to before there was one
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
            ["goals_words_%"],
        )
        if cursor.fetchone() == (len(_TRIGGERS),):
            return
    # Together: triggers without the rebuild would say that nothing is lacking.
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS goals_words USING"
            " fts5(words, more_words, content='goals_goal', content_rowid='id', prefix='2 3')"
        )
        for name, when in _TRIGGERS.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"CREATE TRIGGER {name} {when}")
        cursor.execute("INSERT INTO goals_words(goals_words) VALUES ('rebuild')")


def _mark(organisation_id: int) -> str:
    """A word that only goals of this organisation have."""
    return f"o{organisation_id}"


_ADD = (
    "INSERT INTO goals_words(rowid, words, more_words) VALUES (new.id, new.words, new.more_words);"
)
_TAKE = (
    "INSERT INTO goals_words(goals_words, rowid, words, more_words)"
    " VALUES ('delete', old.id, old.words, old.more_words);"
)
_TRIGGERS = {
    "goals_words_added": f"AFTER INSERT ON goals_goal BEGIN {_ADD} END",
    "goals_words_removed": f"AFTER DELETE ON goals_goal BEGIN {_TAKE} END",
    "goals_words_changed": (
        "AFTER UPDATE OF words, more_words ON goals_goal"
        " WHEN old.words <> new.words OR old.more_words <> new.more_words"
        f" BEGIN {_TAKE} {_ADD} END"
    ),
}
