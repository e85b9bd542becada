"""What may be wrong with an installation, looked at from inside."""

from __future__ import annotations

import os
import shutil
import smtplib
import sqlite3
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core import checks
from django.core.mail import get_connection
from django.db import Error, connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from haidang.config import environment
from haidang.config.cli.figures import tenths
from haidang.config.cli.prepare import missing_database, pending
from haidang.people.queries import unreadable_second_factors

GOOD, WARNING, BAD = 0, 1, 2
#: Free bytes under which writing may soon fail, and under which it is time to act.
LITTLE_SPACE = 2 * 1024**3
NO_SPACE = 200 * 1024**2
#: Seconds by which the database's clock may differ from ours.
CLOCK = 2.0
OLDEST_POSTGRESQL = 14


class Finding(NamedTuple):
    """One thing looked at: its name, how it is (GOOD, WARNING, BAD), and words."""

    what: str
    grade: int
    text: str


def findings() -> Iterator[Finding]:
    """Everything, in the order in which one would mend it."""
    yield from _careful(_("Configuration"), _checks)
    yield from _careful(_("Configuration"), _configuration)
    missing = missing_database()
    try:
        if missing is None:
            connection.ensure_connection()
    except Error as error:
        text = str(error).strip() or type(error).__name__
        yield Finding(_("Database"), BAD, _("cannot be reached: %s") % text)
    else:
        if missing is not None:
            text = _("%s is missing; it is made by: haidang init, haidang serve") % missing
            yield Finding(_("Database"), BAD, text)
        else:
            engine = _sqlite if connection.vendor == "sqlite" else _postgresql
            yield from _careful(_("Database"), engine)
            yield from _careful(_("Tables"), _migrations)
            yield from _careful(_("Clock"), _clock)
            yield from _careful(_("Second factor"), _second_factors)
    yield from _careful(_("Disk"), _disk)
    yield from _careful(_("Mail"), _mail)


def _careful(what: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What a look finds; where it cannot even look, that is the finding."""
    try:
        yield from look()
    except Exception as error:
        text = str(error).strip() or type(error).__name__
        yield Finding(what, BAD, _("cannot be looked at: %s") % text)


def _checks() -> Iterator[Finding]:
    """What Django says itself, of the safety of what others reach too."""
    for message in checks.run_checks(include_deployment_checks=settings.HTTPS):
        if message.level >= checks.WARNING and not message.is_silenced():
            grade = BAD if message.is_serious() else WARNING
            yield Finding(_("Configuration"), grade, f"{message.msg} ({message.id})")


def _configuration() -> Iterator[Finding]:
    what = _("Configuration")
    if settings.DEBUG:
        yield Finding(what, WARNING, _("HAIDANG_DEBUG is on: errors show the program's insides"))
    if settings.DEMO:
        yield Finding(what, WARNING, _("HAIDANG_DEMO is on: anybody signs in without a password"))
    if settings.PUBLIC_URL is None:
        yield Finding(what, WARNING, _("HAIDANG_URL is not set: links in mails may be wrong"))
    elif not settings.HTTPS:
        yield Finding(what, WARNING, _("HAIDANG_URL is not https: passwords travel readable"))
    key = settings.DATA_DIR / "secret-key"
    if environment.key_file(settings.DATA_DIR) and not key.exists() and missing_database() is None:
        text = _("%s is missing: the next start makes another, and everybody has to sign in again")
        yield Finding(what, WARNING, text % key)
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield Finding(what, BAD, _("%s can be read by others: chmod 600") % key)
    yield Finding(what, GOOD, _("data in %s") % settings.DATA_DIR)


def _sqlite() -> Iterator[Finding]:
    what = _("Database")
    with connection.cursor() as cursor:

        def ask(pragma: str) -> str:
            cursor.execute(f"PRAGMA {pragma}")
            return str(cursor.fetchone()[0])

        settings_of = {"journal_mode": ask("journal_mode"), "synchronous": ask("synchronous")}
        whole = ask("quick_check")
    path = Path(str(connection.settings_dict["NAME"]))
    size = path.stat().st_size / 1024**2 if path.exists() else 0
    if settings_of != {"journal_mode": "wal", "synchronous": "2"}:
        yield Finding(what, BAD, _("SQLite is not durable here: %s") % settings_of)
    if whole != "ok":
        yield Finding(what, BAD, _("SQLite finds damage: %s") % whole)
    words = {"version": sqlite3.sqlite_version, "path": path, "size": tenths(size)}
    yield Finding(what, GOOD, _("SQLite %(version)s, %(path)s, %(size)s MB") % words)


def _postgresql() -> Iterator[Finding]:
    what = _("Database")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('server_version_num')::int,"
            " current_setting('fsync'), current_setting('synchronous_commit'),"
            " pg_encoding_to_char(encoding), pg_database_size(datname) / 1048576.0"
            " FROM pg_database WHERE datname = current_database()"
        )
        version, number, fsync, commit, encoding, size = cursor.fetchone()
    if number // 10_000 < OLDEST_POSTGRESQL:
        least = {"version": version, "least": OLDEST_POSTGRESQL}
        yield Finding(what, BAD, _("PostgreSQL %(version)s is older than %(least)s") % least)
    if fsync != "on" or commit == "off":
        facts = f"fsync={fsync}, synchronous_commit={commit}"
        yield Finding(what, BAD, _("PostgreSQL may lose what was saved: %s") % facts)
    if encoding != "UTF8":
        yield Finding(what, BAD, _("the database's encoding is %s, not UTF8") % encoding)
    yield Finding(
        what,
        GOOD,
        _("PostgreSQL %(version)s, %(size)s MB") % {"version": version, "size": tenths(size)},
    )


def _migrations() -> Iterator[Finding]:
    waiting = pending()
    if waiting:
        text = _("%d steps are missing; run: haidang migrate") % len(waiting)
        yield Finding(_("Tables"), BAD, text)
    else:
        yield Finding(_("Tables"), GOOD, _("up to date"))


def _second_factors() -> Iterator[Finding]:
    if pending():
        return  # said already, and the table may not be there
    lost = unreadable_second_factors()
    if lost:
        text = ngettext(
            "of %d account cannot be read: the secret key has changed. Name the former one in "
            "HAIDANG_SECRET_KEY_FALLBACKS, or remove it: haidang access --remove-second-factor",
            "of %d accounts cannot be read: the secret key has changed. Name the former one in "
            "HAIDANG_SECRET_KEY_FALLBACKS, or remove them: haidang access --remove-second-factor",
            lost,
        )
        yield Finding(_("Second factor"), BAD, text % lost)


def _clock() -> Iterator[Finding]:
    what = _("Clock")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        else:
            cursor.execute("SELECT (julianday('now') - 2440587.5) * 86400.0")
        theirs = float(cursor.fetchone()[0])
    now = datetime.now(UTC)
    apart = abs(now.timestamp() - theirs)
    if apart > CLOCK:
        yield Finding(what, BAD, _("differs from the database's by %s s") % tenths(apart))
    elif now.year < 2025:
        yield Finding(what, BAD, _("says %s") % f"{now:%Y-%m-%d}")
    else:
        yield Finding(
            what, GOOD, _("%s UTC, and the database's agrees") % f"{now:%Y-%m-%d %H:%M:%S}"
        )


def _disk() -> Iterator[Finding]:
    what = _("Disk")
    folder = settings.DATA_DIR
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        yield Finding(what, BAD, _("%s cannot be written") % folder)
        return
    free = shutil.disk_usage(folder).free
    grade = BAD if free < NO_SPACE else WARNING if free < LITTLE_SPACE else GOOD
    yield Finding(what, grade, _("%s GB free") % tenths(free / 1024**3))


def _mail() -> Iterator[Finding]:
    what = _("Mail")
    if not settings.MAIL_CONFIGURED:
        text = _("no server (HAIDANG_MAIL); links are shown to be copied instead")
        yield Finding(what, WARNING, text)
        return
    server = getattr(settings, "EMAIL_HOST", "")
    reach: Callable[[], object] = get_connection(fail_silently=False).open
    try:
        reach()
    except (OSError, smtplib.SMTPException) as error:
        words = {"server": server, "error": error}
        yield Finding(what, BAD, _("%(server)s does not answer: %(error)s") % words)
    else:
        yield Finding(what, GOOD, str(server) or _("written to the terminal"))
