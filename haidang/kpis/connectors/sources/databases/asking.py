"""What every connection to a database can do, and what it answers with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol


class Rows(Protocol):
    """An answer, row by row."""

    @property
    def columns(self) -> Sequence[str]: ...
    def __iter__(self) -> Iterator[Sequence[Any]]: ...
    def close(self) -> None: ...


class Asking(Protocol):
    """A connection that can be asked, and cut from another thread."""

    def ask(self, query: str, parameters: Mapping[str, Any]) -> Rows: ...
    def cut(self) -> None: ...
