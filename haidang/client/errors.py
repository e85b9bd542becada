"""When the answer is no: an exception with everything that the problem (RFC 9457) says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any


class HaidangError(Exception):
    """Anything that goes wrong in this client."""


class NoAnswer(HaidangError):
    """The server was not reached, or the line was cut: what was sent may have been done."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason next to its cause: `field` is a dotted path, `where` body, query or header."""

    field: str | None
    code: str
    message: str
    where: str
    pointer: str | None = None


class Problem(HaidangError):
    """The server said no; nothing was written."""

    def __init__(self, status: int, facts: Mapping[str, Any], *, etag: str = "") -> None:
        self.status = status
        #: For programs; does not change with the language.
        self.code: str = facts.get("code", "")
        self.title: str = facts.get("title", "")
        #: For people, in the language of the client.
        self.detail: str = facts.get("detail", "")
        self.errors = tuple(
            Reason(e.get("field"), e["code"], e["message"], e.get("in", "body"), e.get("pointer"))
            for e in facts.get("errors", ())
        )
        #: Ways out that may be taken, by code.
        self.choices: dict[str, Any] = facts.get("choices") or {}
        #: What stands now, where the version seen was stale, and its ETag.
        self.current: dict[str, Any] | None = facts.get("current")
        self.etag = etag
        #: Of a fault: tell it to who looks after the server.
        self.request_id: str | None = facts.get("request_id")
        super().__init__(f"{status} {self.code}: {self.detail}")


class SignIn(Problem):
    """401: the token is unknown, revoked or has expired."""


class Forbidden(Problem):
    """403: seen, but not allowed; `code` "scope" when it is the token that may not."""


class NotFound(Problem):
    """404: not there, or not to be known of."""


class Conflict(Problem):
    """409: something else happened first."""


class Stale(Problem):
    """412: somebody changed it in the meantime; `current` is what stands now."""


class Invalid(Problem):
    """422: refused with reasons, each at its field."""


class TryLater(Problem):
    """429 and 503: too many requests, or busy, also after trying again."""


class Fault(Problem):
    """5xx: an error of the server."""


_KINDS: Mapping[int, type[Problem]] = {
    401: SignIn,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: Stale,
    422: Invalid,
    429: TryLater,
    503: TryLater,
}


def problem(status: int, body: bytes, etag: str) -> Problem:
    """The exception of an answer; whatever stands before the server may answer without JSON."""
    try:
        facts = json.loads(body)
    except ValueError:
        facts = None
    if not isinstance(facts, dict):
        known = {s.value: s.phrase for s in HTTPStatus}
        facts = {"title": known.get(status, ""), "detail": known.get(status, "")}
    kind = _KINDS.get(status, Fault if status >= 500 else Problem)
    return kind(status, facts, etag=etag)
