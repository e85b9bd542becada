"""What every source has in common: what it is asked, what it answers, how it says no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a source has to be told; its form field, its check, its place at rest.

    `form` is "line", "text", "secret", "choice", "whole" or "file"; a secret is encrypted at
    rest and never shown again. `choices` are (value, label).
    """

    name: str
    label: Any
    form: str = "line"
    required: bool = True
    help: Any = ""
    choices: Sequence[tuple[str, Any]] = ()
    start: str = ""
    #: Whether it is needed depends on what else is told.
    depends: bool = False
    #: Of which part of the form it is (its heading), and whether it is seldom needed there.
    part: Any = ""
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the days of a period, both included, and the names of what the
    connector maps (units, persons or KPIs as the other system calls them; none: all)."""

    starts: date
    ends: date
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a source may take: seconds for the whole, bytes that are read, rows, cells."""

    seconds: float = 30.0
    octets: int = 20_000_000
    rows: int = 10_000
    cells: int = 500_000
    #: Whether addresses inside the network may be asked: a setting of who installs.
    inside: bool = False
    #: Where files lie that may be read: those of the organisation; None: none may.
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One value as the other system gave it.

    `name` is what it is of there ("" where the connector has one KPI), `day` any day of the
    period that it is of (None: the period asked for). Either `value`, or both `numerator` and
    `denominator`; all three None: the system said explicitly that it has nothing. `raw` is
    the row that it was read from, as it came, for the lineage of the number. `wrong` says in
    the person's language (lazy) why this one row cannot be taken, while others can.
    """

    name: str = ""
    day: date | None = None
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    raw: str = ""
    wrong: Any = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its readings, and as much of it as is kept to look at (text, bounded)."""

    readings: Sequence[Reading]
    raw: str = ""
    notes: Sequence[str] = field(default_factory=tuple)


class SourceError(Exception):
    """Nothing could be read; `message` says why, in the person's language (lazy).

    `code` is one of: "settings", "address", "connect", "timeout", "refused" (401, 403, a
    wrong password), "status", "shape" (not what it should look like), "value" (a text where
    a number should be), "empty", "many" (two rows for one thing), "large", "writes" (a
    statement that is not a query), "driver". With `passing`, trying again may help.
    """

    def __init__(self, code: str, message: Any, *, detail: str = "", passing: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.detail = detail  # what the other side said, bounded, without secrets
        self.passing = passing


class Source(Protocol):
    """A kind of system."""

    kind: ClassVar[str]
    label: ClassVar[Any]
    #: What it is good for, in a sentence.
    about: ClassVar[Any]
    settings: ClassVar[Sequence[Setting]]

    def check(self, settings: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Refuse settings that cannot work, without asking the other system.

        Raises `lib.errors.Invalid` with a FieldError for each, named after the setting.
        """

    def fetch(
        self,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        wanted: Wanted,
        limits: Limits,
    ) -> Fetched:
        """Ask the system, within the limits; raises SourceError."""


@runtime_checkable
class Encrypting(Protocol):
    """A source whose settings say how what is sent is protected on its way."""

    def weakens(self, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
        """Whether settings protect less than those before."""
