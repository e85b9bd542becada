"""The outermost layer of every address of the API: what is true of each answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import coming_from
from haidang.exchange.api.bodies import MAX_BYTES, BodyTooLarge
from haidang.exchange.api.problems import TYPE, problem, refused
from haidang.lib.errors import NotFound
from haidang.lib.requests import request_id
from haidang.web import terms

View = Callable[..., HttpResponseBase]


def door(view: View) -> View:
    """HEAD as GET without a body, bodies bounded, 405 as a problem, no shared caches."""

    @wraps(view)
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        name = request_id.get()
        request.request_id = name or uuid.uuid4().hex  # type: ignore[attr-defined]
        head = request.method == "HEAD"
        if head:
            request.method = "GET"
        response = _answer(view, request, *args, **kwargs)
        if response.status_code == 405 and response.get("Content-Type") != TYPE:
            response = _not_allowed(response)
        if head and isinstance(response, HttpResponse):
            length = len(response.content)
            response.content = b""
            response["Content-Length"] = str(length)
        if not name:  # else the server names it
            response.headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        response.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Language"])
        return response

    enter.csrf_exempt = True  # type: ignore[attr-defined]  # sessions are checked in `auth`
    return enter


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length[:12]) > MAX_BYTES:
        return refused(BodyTooLarge())
    with terms.using(None), coming_from("api"):  # `auth` says whose terms
        return view(request, *args, **kwargs)


def _not_allowed(response: HttpResponseBase) -> HttpResponse:
    allowed = sorted({m.strip() for m in response["Allow"].split(",")} | set())
    if "GET" in allowed:
        allowed = sorted({*allowed, "HEAD"})
    answer = problem(
        405,
        "method_not_allowed",
        _("This address takes %(methods)s.") % {"methods": ", ".join(allowed)},
    )
    answer["Allow"] = ", ".join(allowed)
    return answer


def nowhere(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Any other address below the API."""
    return refused(NotFound())
