"""A table as its address asks for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from haidang.strategy.explorer.columns import Column


@dataclass(frozen=True, kw_only=True)
class Addressed(ABC):
    """What tables of goals, of people and of units have in common: columns, an order, and links
    to the same table with something changed."""

    names: tuple[str, ...] = ()
    sort: str = ""
    down: bool = False

    @property
    @abstractmethod
    def columns(self) -> Sequence[Column]:
        """Those that are shown."""

    @abstractmethod
    def words(self) -> Mapping[str, str]:
        """All of it but the page, as it stands in an address."""

    @property
    def sorted_by(self) -> str:
        """The order as it stands in an address."""
        return ("-" if self.down else "") + self.sort if self.sort else ""

    def has(self, *names: str) -> bool:
        return any(column.name in names for column in self.columns)

    def query(self, **changes: str) -> str:
        words = {**self.words(), **changes}
        return urlencode({name: value for name, value in words.items() if value}, safe=",:")

    def address(self, **changes: str) -> str:
        """The query of this table with something changed, from its first page on."""
        return f"?{self.query(**changes)}"

    def sorting(self, name: str) -> str:
        """By that column; by one that it is sorted by, the other way, then not at all."""
        if self.sort != name:
            return self.address(sort=name)
        return self.address(sort="" if self.down else f"-{name}")
