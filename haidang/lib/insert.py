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
from typing import Any, TypeVar

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

from haidang.lib.database import perform

_Row = TypeVar("_Row", bound=Model)


@lru_cache(maxsize=64)
def _statement(model: type[Model], with_key: bool) -> tuple[str, tuple[Field[Any, Any], ...]]:
    fields = tuple(f for f in model._meta.local_concrete_fields if with_key or not f.primary_key)
    names = ",".join(f'"{f.column}"' for f in fields)
    marks = ",".join("%s" for _ in fields)
    table = model._meta.db_table
    return f'INSERT INTO "{table}" ({names}) VALUES ({marks})', fields  # noqa: S608  own names


def made(model: type[_Row], **values: Any) -> _Row:
    """A row that is not stored yet, of values by the attributes of its columns; what is left
    out has its default. The model itself takes twice as long over names."""
    return model(*[_value(values, name, default) for name, default in _blank(model)])


def _value(values: dict[str, Any], name: str, default: Any) -> Any:
    if name in values:
        return values[name]
    return default() if callable(default) else default


@lru_cache(maxsize=64)
def _blank(model: type[Model]) -> tuple[tuple[str, Any], ...]:
    return tuple(
        (f.attname, f.default if f.has_default() else f.get_default())
        for f in model._meta.concrete_fields
    )


def insert(row: Model) -> None:
    """Write a new row; one without a key is given its own, which waits for the answer."""
    if row.pk is not None:
        append(row)
        return
    key = row._meta.pk
    assert key is not None
    sql, values = insertion(row)
    with connection.cursor() as cursor:
        cursor.execute(f'{sql} RETURNING "{key.column}"', values)
        row.pk = cursor.fetchone()[0]
    written(row)


def append(row: Model) -> None:
    """Write a new row whose key is known, or which nobody asks for; nothing is waited for."""
    perform(*insertion(row))
    written(row)


def insertion(row: Model) -> tuple[str, Sequence[Any]]:
    """The statement that writes a new row, and its values: for one that writes more."""
    known = row.pk is not None
    sql, _ = _statement(type(row), known)
    return sql, _reader(type(row), known, connection.vendor)(row)


def written(row: Model) -> None:
    """Say of a row that its `insertion` was carried out."""
    row._state.adding = False
    row._state.db = connection.alias


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
            if not isinstance(field, JSONField):
                found[i] = field.get_db_prep_save(value, connection)
            elif value:
                found[i] = json.dumps(value, cls=field.encoder)
            else:
                found[i] = json.dumps(value)
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
