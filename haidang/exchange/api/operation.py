"""Declaring an operation: its address, who may, what it takes and answers, and its guards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import Router
from pydantic import BaseModel

from haidang.exchange.api.auth import TokenOrSession
from haidang.exchange.api.once import once
from haidang.exchange.api.problems import BadParameter
from haidang.exchange.api.reasons import reason
from haidang.lib.database import reading
from haidang.lib.errors import FieldError

View = TypeVar("View", bound=Callable[..., HttpResponse])

ANYONE = N_("Anyone who is signed in")
WHO_SEES = N_("Who sees the goal")

_HEADERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {
        "description": N_(
            "1 to 200 characters that you choose. The same key with the same body within 24"
            " hours gets the same answer and creates nothing again; with another body: 409."
        ),
        "required": False,
    },
    "If-Match": {
        "description": N_("The ETag that you saw. Without it 428, when it is stale 412."),
        "required": True,
    },
    "If-None-Match": {
        "description": N_("An ETag that you have: 304 when nothing changed."),
        "required": False,
    },
}


def operation(
    router: Router,
    method: str,
    path: str,
    *,
    summary: str,
    note: str = "",
    who: str,
    scope: str,
    answers: type[BaseModel] | None,
    status: int = 200,
    guarded: bool = False,
    snapshot: bool = True,
    keyed: bool = True,
    refusals: Iterable[int] = (),
) -> Callable[[View], View]:
    """Register a view as an operation of the API.

    `summary`, `note` and `who` are msgids for the reference; `scope` is what a token needs;
    `guarded` says that the view asks for If-Match. GET reads in one snapshot, which a view
    without `snapshot` opens itself; POST takes an Idempotency-Key, unless it is not `keyed`: it
    makes nothing, and what it waits for must not hold up writers.
    """
    codes = {401, 403, 404, 429, *refusals}
    headers = ["If-None-Match"] if method == "get" else []
    keyed = keyed and method == "post"
    if keyed:
        headers.append("Idempotency-Key")
        codes |= {409, 422}
    if guarded:
        headers.append("If-Match")
        codes |= {412, 428}
    if method in {"post", "put", "patch"}:
        codes |= {400, 413, 415, 422}

    def register(view: View) -> View:
        responses: dict[int, Any] = {status: answers}
        getattr(router, method)(
            path,
            auth=TokenOrSession(scope),
            response=responses,
            summary=summary,
            description=note,
            operation_id=view.__name__,
            url_name=view.__name__,
            openapi_extra={
                "parameters": [
                    {"name": name, "in": "header", "schema": {"type": "string"}, **_HEADERS[name]}
                    for name in headers
                ],
                "responses": {
                    str(code): {"$ref": f"#/components/responses/problem-{code}"}
                    for code in sorted(codes)
                },
                "x-who-may": who,
                "x-scope": scope,
            },
        )(view)
        # The signature was read from the view; what runs is the guarded one.
        registered: Any = view._ninja_operation  # type: ignore[attr-defined]
        registered.view_func = _guard(
            view, _query_names(registered), snapshot=snapshot and method == "get", keyed=keyed
        )
        return view

    return register


def _query_names(registered: Any) -> frozenset[str]:
    return frozenset(
        name
        for model in registered.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    )


def _guard(
    view: Callable[..., HttpResponse], names: frozenset[str], *, snapshot: bool, keyed: bool
) -> Callable[..., HttpResponse]:
    inner = once(view) if keyed else view

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _known_parameters(request, names)
        if not snapshot:
            return inner(request, *args, **kwargs)
        with reading():
            return inner(request, *args, **kwargs)

    return guarded


def _known_parameters(request: HttpRequest, names: frozenset[str]) -> None:
    """A misspelt filter would otherwise show everything."""
    unknown = [name[:60] for name in request.GET if name not in names][:20]
    if unknown:
        raise BadParameter(
            _("There is no parameter “%(name)s” here.") % {"name": unknown[0]},
            errors=[
                FieldError(name, "unknown_parameter", reason("unknown_parameter", {}))
                for name in unknown
            ],
        )
