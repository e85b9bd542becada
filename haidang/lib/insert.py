"""Rows inserted with SQL that is made once for a model: one at a time, or very many.

A record and its event are written in every check-in, while ancestors are locked: compiling
the same statement anew each time costs more than running it. For models without
inheritance whose key the database gives; no signals are sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
)


@lru_cache(maxsize=64)
def _statement(model: type[Model], with_key: bool) -> tuple[str, tuple[Field[Any, Any], ...]]:
    fields = tuple(f for f in model._meta.local_concrete_fields if with_key or not f.primary_key)
    names = ",".join(f'"{f.column}"' for f in fields)
    marks = ",".join("%s" for _ in fields)
    table = model._meta.db_table
    return f'INSERT INTO "{table}" ({names}) VALUES ({marks})', fields  # noqa: S608  own names


def next_key(model: type[Model]) -> Callable[[], int | None]:
    """Ask for the key of a row to come, so that its insertion need not be waited for.

    The answer is fetched by calling what is returned. None where rows are inserted without
    a way to the database and back: the key is then given by `insert`.
    """
    if connection.vendor != "postgresql":
        return lambda: None
    key = model._meta.pk
    assert key is not None
    cursor = connection.cursor()
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, %s))", [model._meta.db_table, key.column]
    )

    def fetch() -> int:
        with cursor:
            number: int = cursor.fetchone()[0]
        return number

    return fetch


def insert(row: Model) -> None:
    """Write a new row; one without a key is given its own, which waits for the answer."""
    key = row._meta.pk
    assert key is not None
    known = row.pk is not None
    sql, _ = _statement(type(row), known)
    with connection.cursor() as cursor:
        if known:
            cursor.execute(sql, _values(row, known))
        else:
            cursor.execute(f'{sql} RETURNING "{key.column}"', _values(row, known))
            row.pk = cursor.fetchone()[0]
    row._state.adding = False
    row._state.db = connection.alias


def append(row: Model, *also: Model) -> None:
    """Write a new row whose key nobody asks for, and others that have theirs (`next_key`).

    Nothing is waited for; on PostgreSQL all of them are one statement.
    """
    written = [_statement(type(one), True) for one in also]
    written.append(_statement(type(row), False))
    values = [*(_values(one, True) for one in also), _values(row, False)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and also:
            sql = _together(tuple(statement for statement, _ in written))
            cursor.execute(sql, [v for part in values for v in part])
        else:
            for (sql, _), part in zip(written, values, strict=True):
                cursor.execute(sql, part)
    for one in also:
        one._state.adding = False
        one._state.db = connection.alias


@lru_cache(maxsize=64)
def _together(statements: tuple[str, ...]) -> str:
    *first, last = statements
    return "WITH " + ", ".join(f"part{i} AS ({one})" for i, one in enumerate(first)) + " " + last


def insert_many(model: type[Model], rows: Sequence[Model], *, has_keys: bool) -> None:
    """Write any number of new rows: by COPY on PostgreSQL, else by one statement run again.

    Rows without keys are not given theirs. Nothing that a field would fill in on saving is
    filled in.
    """
    sql, fields = _statement(model, has_keys)
    values = _reader(model, has_keys, connection.vendor)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(sql, [values(row) for row in rows])
            return
        names = ",".join(f'"{f.column}"' for f in fields)
        with cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(values(row))


@lru_cache(maxsize=64)
def _reader(model: type[Model], with_key: bool, vendor: str) -> Callable[[Model], Sequence[Any]]:
    """What reads a row's values as the driver takes them."""
    _, fields = _statement(model, with_key)
    read = attrgetter(*(f.attname for f in fields))
    odd = [(i, f) for i, f in enumerate(fields) if not _is_plain(f, vendor)]

    def values(row: Model) -> Sequence[Any]:
        found = list(read(row))
        for i, field in odd:
            value = found[i]
            if value is None:
                continue
            found[i] = (
                json.dumps(value, cls=getattr(field, "encoder", None))
                if isinstance(field, JSONField)
                else field.get_db_prep_save(value, connection)
            )
        return found

    return values


def _is_plain(field: Field[Any, Any], vendor: str) -> bool:
    """Whether a driver takes what the attribute holds."""
    if isinstance(field, ForeignKey):
        field = field.target_field
    plain: tuple[type[Field[Any, Any]], ...] = (IntegerField, CharField, TextField, BooleanField)
    if vendor == "postgresql":
        plain = (*plain, DateField)  # and DateTimeField, which is one
    return isinstance(field, plain)


def _values(row: Model, with_key: bool) -> Sequence[Any]:
    """A row's values for one statement. On PostgreSQL the driver wants them as Django gives
    them; SQLite takes them as they are read for many, which costs a third."""
    if connection.vendor == "postgresql":
        _, fields = _statement(type(row), with_key)
        return [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields]
    return _reader(type(row), with_key, connection.vendor)(row)
