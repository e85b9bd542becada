"""The environment, read in one place, typed, with a clear word about a value that cannot be.

Every name read here is listed in `docs/operations/configuration.md`; a test compares the two.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

#: Names that have been asked for, so that a test can find one that is not documented.
READ: set[str] = set()


def text(name: str, default: str = "") -> str:
    """The value without surrounding space; unset and empty are the same."""
    READ.add(name)
    return os.environ.get(name, "").strip() or default


def imply(name: str, value: str) -> None:
    """A command that means a setting (`demo` means demo mode), unless it is set otherwise."""
    if not text(name):
        os.environ[name] = value


def tell(name: str, value: str) -> None:
    """For a library that asks the environment."""
    os.environ[name] = value


def of_program(**more: str) -> dict[str, str]:
    """For a program that is started: what stands, and more."""
    return {**os.environ, **more}


def data_dir() -> Path:
    """The folder of everything that the program keeps."""
    return Path(text("HAIDANG_DATA", "var")).absolute()


def language() -> str:
    """Of the person at the terminal: "vi" when the system says so, else "en"."""
    said = text("LC_ALL") or text("LC_MESSAGES") or text("LANG")
    return "vi" if said.lower().startswith("vi") else "en"


def flag(name: str) -> bool:
    """Off unless it says 1, true, yes or on; anything else but their opposites is refused."""
    value = text(name, "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; it can be 1 or 0.")


def whole(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} is {value!r}; it can be {least} to {most}.")
    return int(value)


def choice(name: str, default: str, among: set[str]) -> str:
    value = text(name, default).lower()
    if value not in among:
        raise ImproperlyConfigured(f"{name} is {value!r}; it can be {', '.join(sorted(among))}.")
    return value


def address(name: str) -> SplitResult | None:
    """A web address without a path ("https://okr.example.vn"), or None."""
    value = text(name)
    if not value:
        return None
    parts = _split(name, value)
    if parts.username is not None or parts.password is not None:
        raise ImproperlyConfigured(f"{name} names somebody before the @; leave that out.")
    beyond = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in {"http", "https"} or not parts.hostname or beyond:
        raise ImproperlyConfigured(f"{name} is {value!r}; it should be like https://okr.example.vn")
    return parts


def names(name: str, default: str) -> list[str]:
    """Names between commas; a list that names nothing is refused."""
    value = text(name, default)
    found = [one.strip() for one in value.split(",") if one.strip()]
    if not found:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; it should be like okr.example.vn,10.0.0.5"
        )
    return found


def secret_key(data: Path) -> str:
    """From the environment or the data folder; made up for this process where neither has one.

    `keep_secret_key` stores one, when the program is started rather than looked at. A file
    without a key in it is refused: a new key at each start would sign everybody out.
    """
    given = text("HAIDANG_SECRET_KEY")
    if given:
        return given
    file = data / "secret-key"
    try:
        kept = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(50)
    except UnicodeDecodeError:
        kept = ""
    if not kept:
        raise ImproperlyConfigured(
            f"{file} has no key in it. Remove the file: haidang restore then takes the key of a "
            "backup; without that the next start makes a new one, which signs everybody out."
        )
    return kept


def former_keys() -> list[str]:
    """Keys that were used before, still good for reading; between commas or spaces."""
    return text("HAIDANG_SECRET_KEY_FALLBACKS").replace(",", " ").split()


def key_file(data: Path) -> Path | None:
    """Where the key is kept; None where it comes from outside."""
    return None if text("HAIDANG_SECRET_KEY") else data / "secret-key"


def keep_secret_key(data: Path) -> None:
    """Make and store a key, readable by this account only, unless there is one."""
    kept = key_file(data)
    if kept is None or kept.exists():
        return
    unfinished = data / f"secret-key.{os.getpid()}"
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
        file.flush()
        os.fsync(file.fileno())
    try:
        # A second program that starts at the same moment must not replace the first one's.
        os.link(unfinished, kept)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()


def database(name: str, data: Path) -> dict[str, Any]:
    """Django's description of the database at an address; SQLite in `data` without one."""
    url = text(name)
    parts = _split(name, url)
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(name, parts)
    if url and parts.scheme != "sqlite":
        raise ImproperlyConfigured(
            f"{name} starts with {parts.scheme + ':' if parts.scheme else url!r}; "
            "it can be postgresql://… or sqlite:///…"
        )
    path = unquote(parts.path)[1:] if url else ""  # sqlite:///file, sqlite:////absolute/file
    return {
        "ENGINE": "haidang.lib.sqlite",
        "NAME": path or str(data / "haidang.sqlite3"),
        "CONN_MAX_AGE": None,
    }


def _postgresql(name: str, parts: SplitResult) -> dict[str, Any]:
    options = dict(parse_qsl(parts.query))
    database = unquote(parts.path.lstrip("/"))
    if not database and "service" not in options:
        raise ImproperlyConfigured(
            f"{name} names no database; it should be like postgresql://user:password@host/haidang"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # A thread keeps its connection, and with it the statements prepared on it. There are
        # as few threads as connections, so that a pool would have nothing to share.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 5,
            "connect_timeout": 5,
            # As on SQLite, a writer that waits is told so after 30 s. Whoever died in the
            # middle of a transaction does not hold the others up for longer.
            "options": "-c lock_timeout=30s -c idle_in_transaction_session_timeout=60s",
            **options,
        },
    }


def mail(name: str) -> dict[str, Any] | None:
    """Django's mail settings from smtp://, smtps:// or console:, or None without a server.

    `smtp` starts TLS where the server listens on 587 or `?tls=starttls` is said; `smtps`
    is TLS from the first byte.
    """
    url = text(name)
    if not url:
        return None
    parts = _split(name, url)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name} should be like smtp://user:password@mail.example.vn:587"
        )
    port = parts.port or (465 if parts.scheme == "smtps" else 25)
    asked = dict(parse_qsl(parts.query)).get("tls", "")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and (port == 587 or asked == "starttls"),
        "EMAIL_TIMEOUT": 10,
    }


def _split(name: str, value: str) -> SplitResult:
    """The parts of an address; a wrong one is named without showing the password in it."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not an address.") from error
    return parts
