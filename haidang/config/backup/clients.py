"""PostgreSQL from outside of Django: its client programs, and what there is beside a database."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from haidang.config import environment
from haidang.lib.errors import Conflict

if TYPE_CHECKING:  # where SQLite is used it need not be loaded
    import psycopg

#: Options that are Django's and psycopg's own.
_OURS = {"server_side_binding", "prepare_threshold"}


def where(facts: dict[str, Any], name: str = "") -> dict[str, Any]:
    """How to reach the database of Django's description, or another one beside it."""
    options = {key: value for key, value in facts["OPTIONS"].items() if key not in _OURS}
    named = {
        "dbname": name or facts["NAME"],
        "user": facts["USER"],
        "password": facts["PASSWORD"],
        "host": facts["HOST"],
        "port": facts["PORT"],
    }
    return options | {key: value for key, value in named.items() if value}


def beside(facts: dict[str, Any]) -> psycopg.Connection[Any]:
    """A connection for statements about whole databases, which cannot run in the one at hand."""
    import psycopg

    try:
        return psycopg.connect(**where(facts, "postgres"), autocommit=True)
    except psycopg.OperationalError:
        return psycopg.connect(**where(facts, "template1"), autocommit=True)


def database_exists(name: str) -> bool:
    """Asked before Django is set up."""
    import psycopg

    facts = environment.database("DATABASE_URL", environment.data_dir())
    try:
        with beside(facts) as link:
            asked = link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return asked.fetchone() is not None
    except psycopg.Error as error:
        raise ImproperlyConfigured(
            f"A restore was interrupted, and the database cannot be asked how far it came: {error}"
        ) from error


def version(program: str, at_least: int) -> int:
    """Which version of a client program is here; refused where it is too old for the server."""
    words = {"program": program, "least": at_least}
    path = shutil.which(program)
    said = subprocess.run([path, "--version"], capture_output=True, text=True) if path else None  # noqa: S603  our own words
    found = re.search(r"\) (\d+)", said.stdout) if said else None
    if found is None:
        raise Conflict(
            _(
                "%(program)s is missing. Install the client programs of PostgreSQL %(least)s or "
                "newer (Debian: postgresql-client)."
            )
            % words
        )
    if int(found[1]) < at_least:
        raise Conflict(
            _(
                "%(program)s is of version %(found)s, older than the server (%(least)s). Install "
                "the client programs of PostgreSQL %(least)s."
            )
            % {**words, "found": found[1]}
        )
    return int(found[1])


def run(program: str, *words: str, to: dict[str, Any]) -> None:
    """Run a client program against a database; the password is not seen by other accounts."""
    from psycopg.conninfo import make_conninfo

    reach = {key: value for key, value in to.items() if key != "password"}
    done = subprocess.run(  # noqa: S603  our own words
        [program, *words, "--no-password", f"--dbname={make_conninfo('', **reach)}"],
        env=environment.of_program(**{"PGPASSWORD": to["password"]} if "password" in to else {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise Conflict(_("%(program)s failed: %(said)s") % {"program": program, "said": said})
