"""Answers to what is nobody's wrong input: too much sent, a database that is busy or away."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from haidang.config.bridge import FORM_MARGIN, TOO_LARGE
from haidang.exchange.api.bodies import BodyTooLarge
from haidang.exchange.api.problems import fault, refused
from haidang.lib.errors import Busy
from haidang.lib.requests import request_id
from haidang.web import errors

Next = Callable[[HttpRequest], HttpResponse]
#: Seconds after which a browser or program may well try again.
RETRY_AFTER = "5"


class TooLargeMiddleware:
    """413 for a request whose body was not taken (see `bridge`)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if TOO_LARGE not in request.META:
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return refused(BodyTooLarge())
        most = request.META[TOO_LARGE]
        if request.content_type == "multipart/form-data":
            most -= FORM_MARGIN
        said = _("More was sent than the program takes at once: at most %(most)s MB.")
        return errors.answer(request, 413, message=said % {"most": f"{most / 1024**2:g}"})


@require_GET
def no_stream_here(request: HttpRequest) -> HttpResponse:
    """The event stream has an address, but is answered in front of Django (`asgi`): this is
    reached only where something else than `haidang serve` serves the pages."""
    return HttpResponse(status=401 if getattr(request, "person", None) is None else 503)


def server_error(request: HttpRequest) -> HttpResponse:
    """The last line for every exception: 503 when the database says so, else 500."""
    error = sys.exc_info()[1]
    is_api = request.path.startswith("/api/")
    if not isinstance(error, (OperationalError, InterfaceError, Busy)):
        return fault(request_id.get()) if is_api else errors.server_error(request)
    request.person = None  # type: ignore[attr-defined]  # it would have to be asked for
    response = refused(Busy()) if is_api else errors.answer(request, 503)
    response["Retry-After"] = RETRY_AFTER
    return response
