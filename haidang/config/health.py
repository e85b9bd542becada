"""Questions of machines: is the process alive, can it serve, and what are its figures.

Answered in front of sessions, languages and names of hosts: a balancer asks by address.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from haidang.config.cli.prepare import missing_database
from haidang.config.metrics import METRICS, metrics

Next = Callable[[HttpRequest], HttpResponse]
HEALTH = "/health/"
READY = "/ready/"

_logger = logging.getLogger(__name__)


class HealthMiddleware:
    """Answers the three addresses; everything else passes."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = {HEALTH: health, READY: ready, METRICS: metrics}.get(request.path)
        return view(request) if view is not None else self.get_response(request)


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The process answers; of the database nothing is said."""
    return _said("ok")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has the tables of this version. Why not is one word; the rest
    is for the log."""
    try:
        if missing_database() is not None:
            return _said("database", 503)
        taken = MigrationRecorder(connection).applied_migrations()
    except Error as error:
        _logger.warning("not ready: %s", str(error).strip())
        connection.close()
        return _said("database", 503)
    if not _wanted() <= set(taken):
        return _said("migrations", 503)
    return _said("ready")


@lru_cache(maxsize=1)
def _wanted() -> frozenset[tuple[str, str]]:
    """The last step of each room; it stands on those before."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _said(word: str, status: int = 200) -> HttpResponse:
    answer = HttpResponse(f"{word}\n", status=status, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer
