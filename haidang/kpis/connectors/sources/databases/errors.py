"""Errors of databases and their drivers, in words."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import SourceError

#: Errors of the servers: a wrong password, a time limit, a write in a read-only transaction.
_REFUSED = {"28P01", "28000", "42501", "1045", "1044", "1142", "1698"}
_SLOW = {"57014", "1969", "3024", "1317", "2013", "2006"}
#: No connection came about; PostgreSQL has no number for it.
_UNREACHED = {"", "2003", "2013", "2026"}
_WRITES = {"25006", "1792", "0A000"}


def too_slow() -> SourceError:
    return SourceError(
        "timeout", _("The database did not answer in time; the query was stopped."), passing=True
    )


@contextmanager
def told(deadline: float) -> Iterator[None]:
    """Raise SourceError for what a driver raises; past the deadline it is that."""
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
