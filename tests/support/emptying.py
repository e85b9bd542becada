"""After a test of several transactions the database is emptied of what is in it, and no more.

Django's own way goes through every table, and then makes the content types and permissions anew
that it has thrown away: longer than most of these tests take.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

#: Made with the tables, and changed by nobody.
_FIXED = {"django_content_type", "auth_permission"}


@cache
def _tables() -> list[str]:
    return sorted(set(connection.introspection.django_table_names(only_existing=True)) - _FIXED)


def _empty(_case: TransactionTestCase) -> None:
    quoted = connection.ops.quote_name
    filled = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quoted(table)})"  # noqa: S608  our tables
        for table in _tables()
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(filled)
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quoted(table)}")  # noqa: S608  our tables


# Of pytest-django's tests too, which are made of this class.
_Patched: Any = TransactionTestCase
_Patched._fixture_teardown = _empty
