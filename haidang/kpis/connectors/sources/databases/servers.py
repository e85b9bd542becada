"""Servers of PostgreSQL, MySQL and MariaDB, read-only and bounded in time."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import Limits, SourceError
from haidang.kpis.connectors.sources.databases.address import OFF, OFFERED, Address
from haidang.kpis.connectors.sources.databases.asking import Rows
from haidang.kpis.connectors.sources.databases.trust import context_for

_OF_POSTGRES = {OFF: "disable", OFFERED: "prefer"}


def engine_for(address: Address, password: str, host: str, limits: Limits, trusted: str) -> Any:
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
        arguments["ssl"] = context_for(address)
    return arguments


class _ServerRows:
    def __init__(self, server: Server, result: Any) -> None:
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


class Server:
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
