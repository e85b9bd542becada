"""PostgreSQL: dumped in one snapshot, restored into a database beside, which then takes the name.

The rename of both databases is one transaction of the server, so that there is always exactly
one of that name, the former or the restored.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from haidang.config.backup import clients, contents, swap
from haidang.config.backup.archive import DATABASE, Archive, Contents
from haidang.lib.database import reading
from haidang.lib.errors import Conflict

#: Ends the name of a database that a restore is making; nobody else would take it.
RESTORING = "_haidang_restoring"
#: PostgreSQL cuts longer names; what is added to them must fit.
LONGEST = 63


def dump(target: Path) -> Contents:
    """Dump the database as it is at one moment; everybody goes on meanwhile."""
    major = _server_major()
    clients.version("pg_dump", major)
    with reading():
        with connection.cursor() as cursor:
            # Nothing is said here while the other program works.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        found = Contents(
            engine="postgresql",
            engine_version=str(major),
            migrations=contents.migrations(),
            rows=contents.rows(),
        )
        clients.run(
            "pg_dump",
            *("--format=custom", "--no-owner", "--no-privileges", "--no-comments"),
            *(f"--snapshot={snapshot}", f"--file={target}"),
            to=clients.where(connection.settings_dict),
        )
    return found


def refuse_while_used() -> None:
    """Servers and workers on every machine keep a session for as long as they run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    connection.close()
    if others:
        raise Conflict(
            _("%d other sessions use the database. Stop every program that uses it.") % others,
            code="in_use",
        )


def stage(data: Path) -> Staged:
    return Staged(data)


class Staged:
    """The restored database beside the present one, until it takes its place."""

    def __init__(self, data: Path) -> None:
        self.dump = data / "database.restoring"
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            self.place = str(cursor.fetchone()[0])
        self.name = self._short(RESTORING)

    def prepare(self) -> None:
        """See first whether everything that will be needed can be had."""
        clients.version("pg_restore", _server_major())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolcreatedb OR rolsuper, pg_has_role(d.datdba, 'USAGE'), current_user"
                " FROM pg_roles, pg_database d"
                " WHERE rolname = current_user AND d.datname = current_database()"
            )
            may_create, owns, account = cursor.fetchone()
        if not may_create or not owns:
            raise Conflict(
                _(
                    "To restore, %(account)s must own the database and may make another beside it. "
                    "As administrator of PostgreSQL: ALTER DATABASE %(name)s OWNER TO %(account)s; "
                    "ALTER ROLE %(account)s CREATEDB"
                )
                % {"account": account, "name": self.place}
            )
        self.discard()

    def fill(self, backup: Archive) -> None:
        major = _server_major()
        if int(backup.manifest.engine_version) > major:
            words = {"theirs": backup.manifest.engine_version, "ours": major}
            raise Conflict(
                _("The backup is of PostgreSQL %(theirs)s, newer than the server (%(ours)s).")
                % words
            )
        try:
            backup.extract(DATABASE, self.dump)
            self._create()
            clients.restore(
                self.dump,
                *("--no-owner", "--no-privileges", "--no-comments"),
                to=clients.where(connection.settings_dict, self.name),
                newer=clients.version("pg_restore", major) > major,
            )
        finally:
            self.dump.unlink(missing_ok=True)

    def discard(self) -> None:
        self.dump.unlink(missing_ok=True)
        with clients.beside(connection.settings_dict) as link:
            # By force: the client program of a restore that was killed may still be filling it.
            link.execute(_statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name))

    def take_over(self, data: Path, stamp: str, moves: list[swap.Move]) -> str:
        """Take the name of the present database, which stays under another."""
        connection.close()
        aside = self._short(f"_before_{stamp.replace('-', '_')}")
        swap.begin(data, moves, database=self.name)
        try:
            with clients.beside(connection.settings_dict) as link, link.transaction():
                link.execute(_statement("ALTER DATABASE {} RENAME TO {}", self.place, aside))
                link.execute(_statement("ALTER DATABASE {} RENAME TO {}", self.name, self.place))
        except psycopg.Error as error:
            # Where the answer to the commit was lost, the restored has its name already.
            if clients.database_exists(self.name):
                swap.forget(data)
                raise Conflict(
                    _("The databases could not change places: %s") % str(error).strip()
                ) from None
        swap.carry_out(data)
        return aside

    def _short(self, end: str) -> str:
        return self.place.encode()[: LONGEST - len(end)].decode(errors="ignore") + end

    def _create(self) -> None:
        """With the letters and the order of the present one."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT to_jsonb(d)::text, pg_encoding_to_char(encoding) FROM pg_database d"
                " WHERE datname = current_database()"
            )
            text, encoding = cursor.fetchone()
        facts = json.loads(text)
        connection.close()
        words: dict[str, Any] = {
            "ENCODING": encoding,
            "LC_COLLATE": facts["datcollate"],
            "LC_CTYPE": facts["datctype"],
        }
        provider = facts.get("datlocprovider", "c")
        if provider == "i":
            words |= {
                "LOCALE_PROVIDER": "icu",
                "ICU_LOCALE": facts.get("datlocale") or facts.get("daticulocale"),
            }
        elif provider == "b":
            words |= {"LOCALE_PROVIDER": "builtin", "BUILTIN_LOCALE": facts["datlocale"]}
        options = sql.SQL(" ").join(
            sql.SQL("{} {}").format(sql.SQL(word), sql.Literal(value))
            for word, value in words.items()
        )
        with clients.beside(connection.settings_dict) as link:
            link.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 {}").format(
                    sql.Identifier(self.name), options
                )
            )


def _server_major() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        return int(cursor.fetchone()[0])


def _statement(text: str, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*map(sql.Identifier, names))
