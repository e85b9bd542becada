"""Pages that are sent while they are being made.

A browser needs some tens of milliseconds for any page: to open it, read its styles and
scripts, and paint its frame. Where what the page shows takes as long to be read, both are
done at once. A template says with `{{ PAUSE }}` where what it made so far is to be sent, and
gets with `{% set facts = tried(make) %}` what may fail; None says that it has.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextvars import Context, copy_context
from functools import partial
from typing import Any

from django.contrib.messages import get_messages
from django.core.signals import got_request_exception
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.backends.utils import csrf_input_lazy, csrf_token_lazy
from django.template.loader import get_template, render_to_string
from markupsafe import Markup

from haidang.lib.requests import EARLY

PAUSE = Markup("<!-- -->")

_logger = logging.getLogger(__name__)


def growing(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponseBase:
    """A page that is sent part by part, where the server and the request allow it.

    What the template needs before its first pause is made at once. What it asks for later
    (lazy values, things that it calls) runs after the middlewares, so without changes of
    session or cookies, but in the same language, time zone and words. Where something fails
    that is not `tried`, the page says so in its place, and ends.
    """
    known = {**context, "PAUSE": PAUSE, "tried": lambda make: make()}
    # Messages are crossed off when the answer begins: they have to be read by then.
    if EARLY not in request.META or len(get_messages(request)):
        return render(request, template, known)
    request.META[EARLY] = True
    get_token(request)  # its cookie too has to be set by then
    known |= {
        "tried": partial(_tried, request),
        "request": request,
        "csrf_input": csrf_input_lazy(request),
        "csrf_token": csrf_token_lazy(request),
    }
    made: Any = get_template(template)
    parts = _parts(made.template.generate(known))
    page = StreamingHttpResponse(_sent(request, next(parts), parts, copy_context()))
    # A proxy that gathers an answer before it passes it on would undo all of it.
    page["X-Accel-Buffering"] = "no"
    return page


def _parts(pieces: Iterator[str]) -> Iterator[str]:
    """What stands between the pauses."""
    part: list[str] = []
    for piece in pieces:
        if piece == PAUSE:
            yield "".join(part)
            part = []
        else:
            part.append(piece)
    yield "".join(part)


def _sent(
    request: HttpRequest, first: str, parts: Iterator[str], context: Context
) -> Iterator[str]:
    yield first
    while True:
        try:
            part = context.run(next, parts, None)
        except Exception:
            _tell(request)
            yield context.run(render_to_string, "web/_broken.html", {})
            return
        if part is None:
            return
        yield part


def _tried(request: HttpRequest, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except Exception:
        _tell(request)
        return None


def _tell(request: HttpRequest) -> None:
    """What Django does with an exception before it answers with a 500."""
    _logger.exception("a part of a page could not be made: %s", request.path)
    got_request_exception.send(sender=None, request=request)
