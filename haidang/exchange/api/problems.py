"""Every no is application/problem+json: what, why, where, in the person's language."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from haidang.exchange.api.bodies import BodyTooLarge
from haidang.exchange.api.reasons import reason
from haidang.lib.errors import Invalid, NotFound, Refusal, Stale

logger = logging.getLogger("haidang.api")

TYPE = "application/problem+json"
#: More reasons than this help nobody.
MOST_ERRORS = 100
#: Where each status is explained.
REFERENCE = "/api/v1/docs#status-{status}"

TITLES = {
    400: _("The request cannot be read"),
    401: _("Sign in"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Not possible here"),
    409: _("Something else happened first"),
    412: _("Changed in the meantime"),
    413: _("Too large"),
    415: _("Not JSON"),
    422: _("Please check what was sent"),
    428: _("Say which version you mean"),
    429: _("Too many requests"),
    500: _("Something went wrong here"),
    503: _("Busy"),
}


class Unauthorised(Refusal):
    """Nobody that is known here."""

    status = 401
    code = "unauthorised"
    default = _("Sign in, or send a personal token that is still valid.")


class Throttled(Refusal):
    """More requests than the token's share; `wait` seconds until the next is taken."""

    status = 429
    code = "throttled"
    default = _("Too many requests. Please wait a moment.")

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


class BadParameter(Invalid):
    """A query parameter that cannot be taken."""

    where = "query"


class BadHeader(Invalid):
    """A header that cannot be taken."""

    where = "header"


class PreconditionRequired(Refusal):
    """A write of something that exists, without the version that was seen."""

    status = 428
    code = "precondition_required"
    default = _("Send If-Match with the ETag that you saw.")


class PreconditionFailed(Refusal):
    """The version that was seen is no more; `current` is what stands now."""

    status = 412
    code = "stale"
    default = _("Someone changed this in the meantime. Please look again.")

    def __init__(self, current: Any = None, etag: str = "") -> None:
        super().__init__()
        self.current = current
        self.etag = etag


def problem(
    status: int,
    code: str,
    detail: Any,
    *,
    errors: Sequence[Mapping[str, Any]] = (),
    **more: Any,
) -> HttpResponse:
    """A problem (RFC 9457) as an answer. `more` are further members, such as choices."""
    members: dict[str, Any] = {
        "type": REFERENCE.format(status=status),
        "title": str(TITLES.get(status, TITLES[400])),
        "status": status,
        "code": code,
        "detail": str(detail),
        "errors": list(errors),
        **more,
    }
    body = json.dumps(members, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type=TYPE)


def error(
    field: str | None, code: str, message: Any, *, where: str = "body"
) -> dict[str, str | None]:
    """One reason. `field` is a dotted path; `pointer` the same as a JSON pointer (body)."""
    entry: dict[str, str | None] = {"field": field, "code": code, "message": str(message)}
    entry["in"] = where
    if where == "body" and field:
        parts = (part.replace("~", "~0").replace("/", "~1") for part in field.split("."))
        entry["pointer"] = "/" + "/".join(parts)
    return entry


def refused(refusal: Refusal) -> HttpResponse:
    """A refusal of ours as a problem."""
    more: dict[str, Any] = {}
    if refusal.choices:
        more["choices"] = {code: _plain(label) for code, label in refusal.choices.items()}
    errors: list[Mapping[str, Any]] = []
    if refusal.field is not None or isinstance(refusal, Invalid):
        where = getattr(refusal, "where", "body")
        errors = [error(f, code, _worded(text), where=where) for f, code, text in refusal.errors]
    current = getattr(refusal, "current", None)
    if current is not None and isinstance(current, dict):
        more["current"] = current
    detail = _worded(refusal.message)
    response = problem(refusal.status, refusal.code, detail, errors=errors, **more)
    if isinstance(refusal, Unauthorised):
        response["WWW-Authenticate"] = 'Bearer realm="haidang"'
    if isinstance(refusal, Throttled):
        response["Retry-After"] = str(refusal.wait)
    if refusal.status == 503:
        response["Retry-After"] = "1"
    if isinstance(refusal, PreconditionFailed) and refusal.etag:
        response["ETag"] = refusal.etag
    return response


def _worded(message: Any) -> Any:
    """What a page promises, that what was typed is kept, is no promise of ours."""
    return PreconditionFailed.default if message is Stale.default else message


def _plain(value: Any) -> Any:
    """Labels of choices as JSON: lazy texts become text, lists and maps stay."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value if isinstance(value, (bool, int)) or value is None else str(value)


def invalid(errors: Iterable[Mapping[str, Any]]) -> HttpResponse:
    """Ninja's list of what did not validate as a problem; a bad id in the path is a 404."""
    entries: list[dict[str, str | None]] = []
    for entry in islice(errors, MOST_ERRORS):
        where, *path = (str(part) for part in entry["loc"])
        if where == "path":
            return refused(NotFound())
        # The first name is that of the Python argument which takes the whole.
        if where in {"body", "query"} and path:
            path = path[1:] if len(path) > 1 or where == "body" else path
        code = entry["type"]
        field = ".".join(path) or None
        if code == "missing" and where == "body" and not field:
            entries.append(error(None, code, _("Send a JSON body."), where=where))
            continue
        entries.append(error(field, code, reason(code, entry.get("ctx") or {}), where=where))
    first = entries[0]["message"] if len(entries) == 1 else Invalid.default
    return problem(422, "invalid", first, errors=entries)


def fault(request_id: str) -> HttpResponse:
    """An error of ours: nothing about it but the id by which the log knows it."""
    detail = _("Something went wrong here. Nothing was changed.")
    return problem(500, "fault", detail, request_id=request_id)


def handle(api: NinjaAPI) -> None:
    """Let every exception of an operation leave as a problem, and none as a page."""

    def on_refusal(request: HttpRequest, exc: Any) -> HttpResponse:
        return refused(exc)

    def on_invalid(request: HttpRequest, exc: Any) -> HttpResponse:
        return invalid(exc.errors)

    def on_http_error(request: HttpRequest, exc: Any) -> HttpResponse:
        # Ninja wraps whatever the body's parser raises.
        cause = exc.__cause__
        if isinstance(cause, Refusal):
            return refused(cause)
        if isinstance(cause, RequestDataTooBig):
            return refused(BodyTooLarge())
        if isinstance(exc, AuthenticationError):
            return refused(Unauthorised())
        return problem(exc.status_code, "refused", Refusal.default)

    def on_missing(request: HttpRequest, exc: Any) -> HttpResponse:
        return refused(NotFound())

    def on_too_big(request: HttpRequest, exc: Any) -> HttpResponse:
        return refused(BodyTooLarge())

    def on_busy(request: HttpRequest, exc: Any) -> HttpResponse:
        logger.warning("database busy", exc_info=exc)
        response = problem(503, "busy", _("The database is busy. Please try again."))
        response["Retry-After"] = "1"
        return response

    def on_fault(request: HttpRequest, exc: Any) -> HttpResponse:
        name: str = getattr(request, "request_id", "")
        logger.error("unexpected error %s", name, exc_info=exc)
        return fault(name)

    api.add_exception_handler(Refusal, on_refusal)
    api.add_exception_handler(ValidationError, on_invalid)
    api.add_exception_handler(HttpError, on_http_error)
    api.add_exception_handler(Http404, on_missing)
    api.add_exception_handler(RequestDataTooBig, on_too_big)
    api.add_exception_handler(OperationalError, on_busy)
    api.add_exception_handler(InterfaceError, on_busy)
    api.add_exception_handler(Exception, on_fault)
