"""PostgreSQL from outside of Django: its client programs, and what there is beside a database."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from haidang.config import environment
from haidang.lib.errors import Conflict

if TYPE_CHECKING:  # where SQLite is used it need not be loaded
    import psycopg

#: What a newer pg_restore sets at the beginning and servers before PostgreSQL 17 do not know.
_UNKNOWN = b"SET transaction_timeout"
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
    done = subprocess.run(  # noqa: S603  our own words
        [program, *words, *_reach(to)],
        env=_environment(to),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise _failed(program, done.stderr)


def restore(dump: Path, *words: str, to: dict[str, Any], newer: bool) -> None:
    """Fill a database from a dump. A `newer` pg_restore begins with settings that the server
    may not know, and would end there: its script then goes through psql without them."""
    if not newer:
        run("pg_restore", *words, "--exit-on-error", str(dump), to=to)
        return
    script = ["pg_restore", *words, "--file=-", str(dump)]
    careful = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    with (
        tempfile.TemporaryFile() as troubles,
        subprocess.Popen(script, stdout=subprocess.PIPE, stderr=troubles) as reading,  # noqa: S603  our own words
        subprocess.Popen(  # noqa: S603  our own words
            [*careful, *_reach(to)],
            env=_environment(to),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=troubles,
        ) as writing,
    ):
        assert reading.stdout is not None
        assert writing.stdin is not None
        with suppress(BrokenPipeError):  # psql has stopped, and said why
            for line in reading.stdout:
                if line.startswith(_UNKNOWN):
                    break
                writing.stdin.write(line)
                if line.startswith(b"CREATE "):
                    break  # the settings are over
            shutil.copyfileobj(reading.stdout, writing.stdin)
        reading.stdout.close()
        with suppress(BrokenPipeError):
            writing.stdin.close()
        failed = [name for name, p in (("psql", writing), ("pg_restore", reading)) if p.wait()]
        troubles.seek(0)
        if failed:
            raise _failed(failed[0], troubles.read())


def _reach(to: dict[str, Any]) -> list[str]:
    from psycopg.conninfo import make_conninfo

    reach = {key: value for key, value in to.items() if key != "password"}
    return ["--no-password", f"--dbname={make_conninfo('', **reach)}"]


def _environment(to: dict[str, Any]) -> dict[str, str]:
    return environment.of_program(**{"PGPASSWORD": to["password"]} if "password" in to else {})


def _failed(program: str, stderr: bytes) -> Conflict:
    said = "\n".join(stderr.decode(errors="replace").strip().splitlines()[-5:])
    return Conflict(_("%(program)s failed: %(said)s") % {"program": program, "said": said})
