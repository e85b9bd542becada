"""Idempotency-Key: a creation that is sent again creates nothing again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from haidang.exchange import actions
from haidang.exchange.api.problems import BadHeader
from haidang.lib.database import writing
from haidang.lib.errors import Conflict
from haidang.people.models import Person

MAX_KEY = 200


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """With an Idempotency-Key, work and stored answer are one transaction; without, as is.

    What was refused is not stored: nothing was written, and the same key may try again.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(request, *args, **kwargs)
        if not 1 <= len(key) <= MAX_KEY or not key.isascii() or not key.isprintable():
            raise BadHeader(
                _("An Idempotency-Key is 1 to 200 printable ASCII characters."),
                code="idempotency_key",
                field="Idempotency-Key",
            )
        actor: Person = request.person  # type: ignore[attr-defined]
        with writing():
            row = actions.claim(actor, _digest(key), _request_digest(request))
            if row.status:
                return _again(row, request)
            response = view(request, *args, **kwargs)
            kept = {name: response[name] for name in ("ETag", "Location") if name in response}
            body = response.content.decode()
            actions.keep(row, response.status_code, kept, getattr(response, "to_keep", body))
        return response

    return guarded


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _request_digest(request: HttpRequest) -> str:
    """Method, address and what the body says (not how it is spaced or ordered)."""
    body = json.dumps(getattr(request, "body_read", None), sort_keys=True, default=str)
    return _digest(f"{request.method} {request.get_full_path()}\n{body}")


def _again(row: Any, request: HttpRequest) -> HttpResponse:
    if row.request_digest != _request_digest(request):
        raise Conflict(
            _("This Idempotency-Key was used for another request."), code="idempotency_key_reused"
        )
    response = HttpResponse(row.body, status=row.status, content_type="application/json")
    for name, value in row.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response
