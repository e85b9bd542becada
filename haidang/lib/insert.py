"""One row, inserted with SQL that is made once for a model.

A record and its event are written in every check-in, while ancestors are locked: compiling
the same statement anew each time costs more than running it. For models without
inheritance whose key the database gives; no signals are sent.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model


@lru_cache(maxsize=64)
def _statement(model: type[Model], vendor: str) -> tuple[str, tuple[Field[Any, Any], ...]]:
    fields = tuple(f for f in model._meta.local_concrete_fields if not f.primary_key)
    names = ",".join(f'"{f.column}"' for f in fields)
    marks = ",".join("%s" for _ in fields)
    table = model._meta.db_table
    key = model._meta.pk
    assert key is not None
    return (
        f'INSERT INTO "{table}" ({names}) VALUES ({marks}) RETURNING "{key.column}"',  # noqa: S608
        fields,
    )


def insert(row: Model) -> None:
    """Write a new row and give the instance its key."""
    sql, fields = _statement(type(row), connection.vendor)
    values = [f.get_db_prep_save(f.pre_save(row, True), connection) for f in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row.pk = cursor.fetchone()[0]
    row._state.adding = False
    row._state.db = connection.alias
