"""Values from a database, by one query that only reads.

Readings come from the columns `value` (or `numerator` and `denominator`), `name` and `day`,
in any order and any case. The query may name `:starts` and `:ends` (days, both included) and
`:name` (it is then asked once for each name that the connector maps).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import (
    Fetched,
    Limits,
    Reading,
    Setting,
    SourceError,
    Wanted,
)
from haidang.kpis.connectors.sources.databases.address import (
    FULL,
    OFF,
    OFFERED,
    PROTECTION,
    REQUIRED,
    Address,
    check_authorities,
    parts_of,
    protected,
)
from haidang.kpis.connectors.sources.databases.asking import Asking
from haidang.kpis.connectors.sources.databases.errors import told, too_slow
from haidang.kpis.connectors.sources.databases.opening import opened
from haidang.kpis.connectors.sources.settings import WHERE, in_part, seldom
from haidang.kpis.connectors.sources.statement import fault, named
from haidang.lib.decimals import EXACT, canonical, in_bounds
from haidang.lib.errors import FieldError, Invalid
from haidang.lib.text import clean_line

COLUMNS = ("name", "day", "value", "numerator", "denominator")
#: As much of an answer as is kept, and of one row.
RAW, RAW_ROW = 20_000, 1_000
LONGEST = 20_000
#: Names that are asked for one by one, where the query names :name.
MOST_NAMES = 200


class Sql:
    """PostgreSQL, MySQL or MariaDB, and SQLite files of this installation."""

    kind: ClassVar[str] = "sql"
    label: ClassVar[Any] = _("Database (SQL)")
    about: ClassVar[Any] = _("One query to PostgreSQL, MySQL, MariaDB or a SQLite file.")
    settings: ClassVar[Sequence[Setting]] = (
        *in_part(
            _("The database"),
            Setting(
                "url",
                _("Address of the database"),
                help=_(
                    "Without the password: postgresql://user@host:5432/sales, "
                    "mysql://user@host:3306/sales, or sqlite:///sales.sqlite3 for a file in the "
                    "folder of connectors. Use an account that may only read."
                ),
            ),
            Setting("password", _("Password"), form="secret", required=False),
            Setting(
                "tls",
                _("Encryption (TLS)"),
                "choice",
                required=False,
                choices=(
                    (OFFERED, _("Where the server offers it")),
                    (FULL, _("Always, with the certificate checked")),
                    (REQUIRED, _("Always, whatever the certificate")),
                    (OFF, _("Never")),
                ),
                help=_(
                    "Only a checked certificate says that it is the right server. Whoever lowers "
                    "this types the password again."
                ),
            ),
            *seldom(
                Setting(
                    "authorities",
                    _("Authority of your own (PEM)"),
                    form="text",
                    required=False,
                    help=_(
                        "The contents of the CA file, from -----BEGIN CERTIFICATE----- on. Empty: "
                        "the authorities that the server of this program trusts."
                    ),
                ),
            ),
        ),
        *in_part(
            WHERE,
            Setting(
                "query",
                _("Query"),
                form="text",
                help=_(
                    "One SELECT with the columns name, day and value (or numerator and "
                    "denominator). It may use :starts and :ends, the days of the period, and :name."
                ),
            ),
        ),
    )

    def check(self, settings: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Refuse an address or a query that cannot work."""
        wrong: list[FieldError] = []
        url, query = settings.get("url", ""), settings.get("query", "")
        dialect = ""
        try:
            address = parts_of(url)
            dialect = address.dialect
        except SourceError as error:
            wrong.append(FieldError("url", error.code, error.message))
        else:
            wrong += _unprotected(address, settings)
        if len(query) > LONGEST:
            wrong.append(FieldError("query", "too_long", _("At most 20,000 characters.")))
        elif found := fault(query, dialect):
            wrong.append(FieldError("query", *found))
        if wrong:
            raise Invalid(errors=wrong)

    def weakens(self, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
        """Whether the password would go over a worse line, or to whom somebody else vouches
        for."""
        try:
            old, new = _address(before), _address(after)
        except SourceError:
            return True
        worse = PROTECTION.index(new.tls) < PROTECTION.index(old.tls)
        is_checked = old.tls == new.tls == FULL
        return worse or (is_checked and old.authorities != new.authorities)

    def fetch(
        self,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        wanted: Wanted,
        limits: Limits,
    ) -> Fetched:
        """Ask within the limits; what was begun is taken back in any case."""
        query = settings.get("query", "")
        address = _address(settings)
        if found := fault(query, address.dialect):
            raise SourceError(*found)
        deadline = time.monotonic() + limits.seconds
        rows: list[tuple[str, Mapping[str, Any]]] = []
        password = secrets.get("password", "")
        room = _Room(limits.octets)
        with (
            opened(address, password, limits) as connection,
            _watched(connection, limits.seconds),
        ):
            for name, parameters in _asked(query, address.dialect, wanted):
                for row in _rows(connection, query, parameters, room, deadline):
                    rows.append((name, row))
                    if len(rows) > limits.rows:
                        raise _too_many(limits.rows)
        return _fetched(rows)


def _address(settings: Mapping[str, str]) -> Address:
    return protected(
        parts_of(settings.get("url", "")),
        settings.get("tls", ""),
        settings.get("authorities", ""),
    )


def _unprotected(address: Address, settings: Mapping[str, str]) -> list[FieldError]:
    """What cannot be of the protection."""
    tls, authorities = settings.get("tls", ""), settings.get("authorities", "").strip()
    try:
        address = protected(address, tls, authorities)
    except SourceError as error:
        return [FieldError("tls", error.code, error.message)]
    if not authorities:
        return []
    if address.tls != FULL:
        message = _("It counts only where the certificate is checked.")
        return [FieldError("authorities", "settings", message)]
    try:
        check_authorities(authorities)
    except SourceError as error:
        return [FieldError("authorities", error.code, error.message)]
    return []


def _asked(query: str, dialect: str, wanted: Wanted) -> Iterator[tuple[str, dict[str, Any]]]:
    """The parameters of each question; the name that its rows have without saying so."""
    names = named(query, dialect)
    facts: dict[str, Any] = {"starts": wanted.starts, "ends": wanted.ends}
    facts = {name: value for name, value in facts.items() if name in names}
    if "name" not in names:
        yield "", facts
        return
    if len(wanted.names) > MOST_NAMES:
        raise SourceError(
            "large",
            format_lazy(
                _(
                    "A query with :name is asked for at most {most} names; take a column name "
                    "instead."
                ),
                most=MOST_NAMES,
            ),
        )
    for name in wanted.names or [""]:
        yield name, {**facts, "name": name}


@contextmanager
def _watched(connection: Asking, seconds: float) -> Iterator[None]:
    """Cut the connection when the time is over, whatever the server is doing."""
    timer = threading.Timer(seconds, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class _Room:
    """How much text is still taken, over all questions of a run."""

    def __init__(self, octets: int) -> None:
        self._left = octets

    def take(self, row: Sequence[Any]) -> None:
        self._left -= sum(len(one) for one in row if isinstance(one, str | bytes))
        if self._left < 0:
            raise SourceError("large", _("The query gives too much text."))


def _rows(
    connection: Asking,
    query: str,
    parameters: Mapping[str, Any],
    room: _Room,
    deadline: float,
) -> Iterator[Mapping[str, Any]]:
    with told(deadline), closing(connection.ask(query, parameters)) as rows:
        columns = [str(column).lower() for column in rows.columns]
        _check_columns(columns)
        for row in rows:
            if time.monotonic() > deadline:
                raise too_slow()
            room.take(row)
            yield dict(zip(columns, row, strict=True))


def _check_columns(columns: Sequence[str]) -> None:
    double = {column for column in columns if column in COLUMNS and columns.count(column) > 1}
    if double:
        raise SourceError(
            "shape", format_lazy(_("The column {name} comes twice."), name=min(double))
        )
    ratio = "numerator" in columns and "denominator" in columns
    if "value" not in columns and not ratio:
        raise SourceError(
            "shape",
            format_lazy(
                _(
                    "The query needs a column value (or numerator and denominator). "
                    "It has: {columns}."
                ),
                columns=", ".join(columns)[:300],
            ),
        )


def _too_many(most: int) -> SourceError:
    return SourceError("large", format_lazy(_("The query gives more than {most} rows."), most=most))


def _fetched(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> Fetched:
    readings = [_reading(name, row) for name, row in rows]
    raw = "\n".join(reading.raw for reading in readings)
    return Fetched(readings, raw[:RAW])


def _reading(asked: str, row: Mapping[str, Any]) -> Reading:
    raw = _written(row)
    name = asked if row.get("name") is None else clean_line(str(row["name"])[:400])
    try:
        day = _day(row.get("day"))
        numbers = {part: _number(row.get(part), part) for part in COLUMNS[2:]}
    except SourceError as error:
        return Reading(name=name, raw=raw, wrong=error.message)
    if numbers["value"] is not None:
        numbers["numerator"] = numbers["denominator"] = None
    elif (numbers["numerator"] is None) != (numbers["denominator"] is None):
        return Reading(
            name=name, day=day, raw=raw, wrong=_("Numerator and denominator belong together.")
        )
    return Reading(name=name, day=day, raw=raw, **numbers)


def _written(row: Mapping[str, Any]) -> str:
    shown = {name: str(value)[:200] for name, value in row.items() if value is not None}
    text = "; ".join(f"{name}={shown.get(name, 'NULL')}" for name in row)
    return "".join(sign if sign.isprintable() else " " for sign in text)[:RAW_ROW]


def _number(value: Any, column: str) -> Decimal | None:
    """A cell as an exact number; a float as it is written. Texts are not guessed at."""
    if value is None:
        return None
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise SourceError(
            "value",
            format_lazy(
                _("{column} is no number but “{text}”."),
                column=column,
                text=clean_line(str(value)[:60]),
            ),
        )
    number = Decimal(value)
    if number.is_finite():
        # A sum of floats has more places than are kept; what a database counts exactly has not.
        number = _rounded(number)
    if not in_bounds(number):
        raise SourceError(
            "value", format_lazy(_("{column} is too large or not finite."), column=column)
        )
    return canonical(number)


def _rounded(number: Decimal) -> Decimal:
    if not -400 < number.adjusted() < 30:
        return Decimal("Infinity") if number.adjusted() >= 30 else Decimal(0)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -10:
        return number.quantize(Decimal("1E-10"), context=EXACT)
    return number


def _day(value: Any) -> date | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()[:40]
    try:
        if len(text) == 7:
            return date.fromisoformat(f"{text}-01")
        return date.fromisoformat(text[:10])
    except ValueError:
        raise SourceError(
            "value", format_lazy(_("day is no day but “{text}”."), text=clean_line(text))
        ) from None
