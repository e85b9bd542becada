"""Files of SQLite in the folder of the installation, read-only."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import Limits, SourceError
from haidang.kpis.connectors.sources.databases.address import Address
from haidang.kpis.connectors.sources.databases.asking import Asking, Rows
from haidang.kpis.connectors.sources.databases.errors import told

_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, 33}  # recursive


@contextmanager
def opened_file(address: Address, limits: Limits) -> Iterator[Asking]:
    path = _below(limits.folder, address.file)
    deadline = time.monotonic() + limits.seconds
    try:
        raw = sqlite3.connect(
            f"{path.as_uri()}?mode=ro", uri=True, timeout=1, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise SourceError("connect", _("This file cannot be opened."), detail=str(error)) from None
    try:
        with told(deadline):
            raw.execute("PRAGMA schema_version").fetchone()  # reads the file, whatever it is
        raw.execute("PRAGMA query_only = 1")
        raw.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1_000_000)
        raw.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        raw.set_authorizer(
            lambda what, *_rest: sqlite3.SQLITE_OK if what in _READING else sqlite3.SQLITE_DENY
        )
        raw.set_progress_handler(lambda: int(time.monotonic() > deadline), 10_000)
        yield _File(raw)
    finally:
        raw.close()


def _below(folder: Path | None, name: str) -> Path:
    """The file of that name in the folder; links and .. lead nowhere else."""
    path = None
    if folder is not None:
        folder = folder.resolve()
        try:
            path = (folder / name).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            path = None
    if folder is None or path is None or not path.is_relative_to(folder) or not path.is_file():
        raise SourceError(
            "address",
            format_lazy(
                _("There is no such file in the folder HAIDANG_DATA/connectors/{folder}."),
                folder=folder.name if folder else "",
            ),
        )
    return path


class _FileRows:
    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor
        self.columns = [column[0] for column in cursor.description or ()]

    def __iter__(self) -> Iterator[Sequence[Any]]:
        return iter(self._cursor)

    def close(self) -> None:
        self._cursor.close()


class _File:
    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def ask(self, query: str, parameters: Mapping[str, Any]) -> Rows:
        texts = {name: str(value) for name, value in parameters.items()}
        return _FileRows(self._raw.execute(query, texts))

    def cut(self) -> None:
        with suppress(sqlite3.Error):
            self._raw.interrupt()
