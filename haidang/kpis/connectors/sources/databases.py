"""Connections to databases of others: read-only, bounded in time, to checked addresses."""

from __future__ import annotations

import os
import re
import sqlite3
import ssl
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import Limits, SourceError
from haidang.kpis.connectors.sources.net import allowed_addresses

_POSTGRES = {"postgresql", "postgres", "postgresql+psycopg"}
_MYSQL = {"mysql", "mariadb", "mysql+pymysql", "mariadb+pymysql"}
#: What an address may say behind its question mark; anything else could name a file.
_OPTIONS = {
    "sslmode": {"disable", "prefer", "require", "verify-full"},
    "tls": {"require", "verify", "verify-full"},
}
#: How a line is protected, by how well: not at all, where the server offers it, always, always
#: with a certificate that is checked, and also for the name of the server.
OFF, OFFERED, REQUIRED, CERTIFIED, FULL = "off", "", "require", "verify", "verify-full"
PROTECTION = (OFF, OFFERED, REQUIRED, CERTIFIED, FULL)
_OF_POSTGRES = {OFF: "disable", OFFERED: "prefer"}
#: Where systems keep the authorities that they trust, beside where OpenSSL says.
_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
#: Errors of the servers: a wrong password, a time limit, a write in a read-only transaction.
_REFUSED = {"28P01", "28000", "42501", "1045", "1044", "1142", "1698"}
_SLOW = {"57014", "1969", "3024", "1317", "2013", "2006"}
#: No connection came about; PostgreSQL has no number for it.
_UNREACHED = {"", "2003", "2013", "2026"}
_WRITES = {"25006", "1792", "0A000"}


@dataclass(frozen=True, slots=True)
class Address:
    dialect: str  # postgresql, mysql or sqlite
    host: str = ""
    port: int = 0
    user: str = ""
    database: str = ""
    tls: str = OFFERED  # one of PROTECTION
    authorities: str = ""  # that are trusted instead of the system's, as PEM
    file: str = ""


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


def parts_of(url: str) -> Address:
    """What an address says; raises SourceError("settings") for one that cannot be."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or 0
    except ValueError:
        raise _unclear() from None
    scheme = parts.scheme.lower()
    if scheme == "sqlite":
        name = unquote(parts.path)[1:]
        if parts.netloc or parts.query or not name or "\0" in name:
            raise _unclear()
        return Address("sqlite", file=name)
    if scheme not in _POSTGRES | _MYSQL:
        raise SourceError(
            "driver",
            _("The address has to begin with postgresql://, mysql://, mariadb:// or sqlite:///."),
        )
    if parts.password:
        raise SourceError(
            "settings", _("The password does not belong here; please put it into its own field.")
        )
    database = unquote(parts.path.lstrip("/"))
    if not parts.hostname or not database or not parts.username:
        raise _unclear()
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name, value in options.items():
        if value not in _OPTIONS.get(name, ()):
            raise SourceError(
                "settings",
                format_lazy(_("The option {name} cannot be set here."), name=name[:40]),
            )
    postgres = scheme in _POSTGRES
    tls = options.get("sslmode" if postgres else "tls", OFFERED)
    return Address(
        "postgresql" if postgres else "mysql",
        parts.hostname,
        port or (5432 if postgres else 3306),
        unquote(parts.username),
        database,
        {"disable": OFF, "prefer": OFFERED}.get(tls, tls),
    )


def protected(address: Address, tls: str, authorities: str) -> Address:
    """The address with what is said beside it; raises SourceError("settings") where both speak
    of the protection and not alike."""
    if tls and address.tls not in (OFFERED, tls):
        raise SourceError(
            "settings", _("The address says otherwise; please take the option out of it.")
        )
    return replace(address, tls=tls or address.tls, authorities=authorities.strip())


def check_authorities(text: str) -> None:
    """Raises SourceError("settings") for what is no certificate."""
    try:
        if "-----BEGIN CERTIFICATE-----" not in text:
            raise ValueError
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text.strip())
    except (ValueError, ssl.SSLError):
        raise SourceError(
            "settings", _("This is no certificate in PEM, from -----BEGIN CERTIFICATE----- on.")
        ) from None


def _unclear() -> SourceError:
    return SourceError(
        "settings", _("This is no address of a database, such as postgresql://user@host/sales.")
    )


def too_slow() -> SourceError:
    return SourceError(
        "timeout", _("The database did not answer in time; the query was stopped."), passing=True
    )


@contextmanager
def opened(address: Address, password: str, limits: Limits) -> Iterator[Asking]:
    """A connection of its own, read-only; rolled back and closed in the end."""
    if address.dialect == "sqlite":
        with _sqlite(address, limits) as connection:
            yield connection
        return
    hosts = allowed_addresses(address.host, address.port, limits.inside)
    deadline = time.monotonic() + limits.seconds
    # Stopping a query opens another connection, so the file stays for as long as this one.
    with _trusted_file(address) as trusted:
        with told(None, deadline):
            engine = _engine(address, password, hosts[0], limits, trusted)
            connection = engine.connect()
        try:
            yield _Server(connection, address.dialect)
        finally:
            with suppress(Exception):
                connection.invalidate()
            with suppress(Exception):
                connection.close()
            engine.dispose()


@contextmanager
def _trusted_file(address: Address) -> Iterator[str]:
    """The authorities that PostgreSQL's library is to trust: it knows them from files only."""
    if address.dialect != "postgresql" or address.tls != FULL:
        yield ""
        return
    with tempfile.NamedTemporaryFile("w", prefix="haidang-", suffix=".pem") as file:
        file.write(address.authorities or _of_the_system())
        file.flush()
        yield file.name


def _of_the_system() -> str:
    """What the system trusts, where a company adds its own, and what Mozilla does."""
    import certifi

    found = dict.fromkeys([ssl.get_default_verify_paths().cafile, *_BUNDLES, certifi.where()])
    texts = []
    for name in found:
        with suppress(OSError):
            texts.append(Path(name or "").read_text(encoding="utf-8", errors="ignore"))
    return "\n".join(texts)


# -- SQLite ----------------------------------------------------------------------------------

_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, 33}  # recursive


@contextmanager
def _sqlite(address: Address, limits: Limits) -> Iterator[Asking]:
    path = _below(limits.folder, address.file)
    deadline = time.monotonic() + limits.seconds
    try:
        raw = sqlite3.connect(
            f"{path.as_uri()}?mode=ro", uri=True, timeout=1, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise SourceError("connect", _("This file cannot be opened."), detail=str(error)) from None
    try:
        with told(None, deadline):
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


# -- servers ---------------------------------------------------------------------------------


def _engine(address: Address, password: str, host: str, limits: Limits, trusted: str) -> Any:
    from sqlalchemy import URL, create_engine, event
    from sqlalchemy.pool import NullPool

    seconds = max(1, int(limits.seconds))
    milliseconds = max(1, int(limits.seconds * 1000))
    if address.dialect == "postgresql":
        arguments: dict[str, Any] = {
            "hostaddr": host,  # the one that was checked; the name is what TLS is told
            "connect_timeout": max(2, seconds),
            "options": (
                f"-c default_transaction_read_only=on -c statement_timeout={milliseconds}"
                " -c lock_timeout=5s"
            ),
            "application_name": "haidang",
            "passfile": f"{os.devnull}/none",  # no file at all: libpq complains of one that is none
            "sslmode": _OF_POSTGRES.get(address.tls, address.tls),
        }
        if trusted:
            # Kerberos would protect the line too, but say nothing of the certificate.
            arguments |= {"sslrootcert": trusted, "gssencmode": "disable"}
        driver = "postgresql+psycopg"
    else:
        arguments = _mysql_arguments(address, host, seconds)
        arguments["password"] = password.encode()  # a text would have to be Latin-1
        password = ""
        driver = "mysql+pymysql"
    url = URL.create(
        driver, address.user, password or None, address.host, address.port, address.database
    )
    try:
        engine = create_engine(
            url, poolclass=NullPool, connect_args=arguments, hide_parameters=True
        )
    except ModuleNotFoundError as error:
        raise SourceError(
            "driver", _("The driver for this database is not installed."), detail=str(error)
        ) from None
    if address.dialect == "mysql":

        @event.listens_for(engine, "connect")
        def _read_only(connection: Any, _record: Any) -> None:
            with connection.cursor() as cursor:
                maria = "mariadb" in connection.get_server_info().lower()
                limit = (
                    f"max_statement_time = {limits.seconds:.3f}"
                    if maria
                    else f"max_execution_time = {milliseconds}"
                )
                cursor.execute(f"SET SESSION {limit}")
                cursor.execute("SET SESSION TRANSACTION READ ONLY")

    return engine


def _mysql_arguments(address: Address, host: str, seconds: int) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "host": host,
        "connect_timeout": max(2, seconds),
        "read_timeout": seconds + 1,
        "write_timeout": seconds + 1,
        "local_infile": False,
        "charset": "utf8mb4",
    }
    if address.tls == OFF:
        arguments["ssl_disabled"] = True
    elif address.tls != OFFERED:
        arguments["ssl"] = _context(address)
    return arguments


class _ForName(ssl.SSLContext):
    """Certificates are for the name that was asked for, whatever address the driver goes to."""

    name = ""

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        return super().wrap_socket(*args, **{**kwargs, "server_hostname": self.name})


def _context(address: Address) -> ssl.SSLContext:
    context = _ForName(ssl.PROTOCOL_TLS_CLIENT)  # which compares names
    context.name = address.host
    if address.authorities:
        context.load_verify_locations(cadata=address.authorities)
    else:
        import certifi

        context.load_default_certs()
        context.load_verify_locations(certifi.where())
    if address.tls != FULL:
        context.check_hostname = False
    if address.tls == REQUIRED:
        context.verify_mode = ssl.CERT_NONE
    return context


class _ServerRows:
    def __init__(self, server: _Server, result: Any) -> None:
        self._server, self._result = server, result
        self._is_read = False
        self.columns = list(result.keys())

    def __iter__(self) -> Iterator[Sequence[Any]]:
        yield from self._result
        self._is_read = True

    def close(self) -> None:
        # An answer that was not read to its end is left, not fetched.
        if not self._is_read:
            self._server.leave()
        with suppress(Exception):
            self._result.close()


class _Server:
    def __init__(self, connection: Any, dialect: str) -> None:
        self._connection, self._dialect = connection, dialect
        self._driver = connection.connection.driver_connection

    def ask(self, query: str, parameters: Mapping[str, Any]) -> Rows:
        from sqlalchemy import text

        # A cursor of the server's: rows come as they are asked for, and PostgreSQL takes
        # nothing but one query for it.
        asking = self._connection.execution_options(stream_results=True, max_row_buffer=500)
        statement = text(_plain(query))
        return _ServerRows(self, asking.execute(statement, dict(parameters)))

    def leave(self) -> None:
        """Forget an answer that is still coming."""
        if self._dialect == "mysql":
            answer, self._driver._result = self._driver._result, None
            if answer is not None:
                answer.unbuffered_active = False
            self._driver._force_close()

    def cut(self) -> None:
        with suppress(Exception):
            if self._dialect == "mysql":
                self._driver._force_close()
            else:
                self._driver.cancel_safe(timeout=2.0)


def _plain(query: str) -> str:
    """Colons that name no parameter, for SQLAlchemy: `12:30` in a text, `value::numeric`."""
    return re.sub(r"(?<!:):(?!(?:starts|ends|name)\b)(?=\w)", r"\\:", query.strip().rstrip(";"))


@contextmanager
def told(connection: Asking | None, deadline: float) -> Iterator[None]:
    """Errors of drivers, in words."""
    try:
        yield
    except SourceError:
        raise
    except sqlite3.Error as error:
        raise _of_sqlite(error, deadline) from None
    except Exception as error:
        from sqlalchemy.exc import SQLAlchemyError

        if not isinstance(error, SQLAlchemyError):
            raise
        raise _of_server(error, deadline) from None


def _of_sqlite(error: sqlite3.Error, deadline: float) -> SourceError:
    text = str(error)
    if "interrupted" in text or time.monotonic() > deadline:
        return too_slow()
    if "prohibited" in text or "not authorized" in text or "readonly" in text:
        return SourceError("writes", _("This query does more than read."), detail=text)
    if "not a database" in text or "unable to open" in text:
        return SourceError("connect", _("This file is no SQLite database."), detail=text)
    return SourceError("shape", _("The database does not take this query."), detail=text[:500])


def _of_server(error: Any, deadline: float) -> SourceError:
    cause = getattr(error, "orig", None)
    if cause is None:  # a statement that gives no rows
        return SourceError("shape", _("The database does not take this query."))
    first = cause.args[0] if getattr(cause, "args", None) else ""
    code = str(first if isinstance(first, int) else getattr(cause, "sqlstate", None) or "")
    detail = " ".join(str(cause).split())[:500]
    low = detail.lower()
    if code in _UNREACHED and "certificate" in low:
        return SourceError(
            "connect",
            _(
                "The certificate of the database is not trusted, or is of another name. Where "
                "it was made by an authority of your own, please enter that."
            ),
            detail=detail,
        )
    if code in _UNREACHED and ("not support ssl" in low or "support it" in low):
        return SourceError(
            "connect", _("The database does not encrypt the connection."), detail=detail
        )
    if code in _REFUSED or "password authentication failed" in low or "no password" in low:
        return SourceError(
            "refused",
            _("The database refuses: wrong name or password, or no right to read this."),
            detail=detail,
        )
    if code in _WRITES or "read-only" in low or "read only" in low:
        return SourceError(
            "writes", _("This query would write; only reading is taken."), detail=detail
        )
    if code in _SLOW or time.monotonic() > deadline or "timeout" in low:
        return too_slow()
    if not code or code in {"2002", "2003", "1040", "1049", "3D000", "53300"}:
        missing = code in {"1049", "3D000"} or "does not exist" in low
        message = (
            _("There is no database of this name.")
            if missing
            else _("The database cannot be reached.")
        )
        return SourceError("connect", message, detail=detail, passing=not missing)
    return SourceError("shape", _("The database does not take this query."), detail=detail)
