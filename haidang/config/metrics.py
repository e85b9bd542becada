"""The figures of the program as a page for machines, and the measuring of every request."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from haidang.activity.models import Event
from haidang.config import meters

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

Next = Callable[[HttpRequest], HttpResponse | StreamingHttpResponse]
METRICS = "/metrics/"
_PROCESS = re.compile(r"^gauge_live\w+_(\d+)\.db$")


class MetricsMiddleware:
    """Measures every request."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        counting = meters.meters
        if counting is None:
            return self.get_response(request)
        began = time.perf_counter()
        response = self.get_response(request)
        if not isinstance(response, StreamingHttpResponse):
            counting.answered(request, response, time.perf_counter() - began)
            return response

        def counted(parts: Iterator[bytes]) -> Iterator[bytes]:
            yield from parts
            counting.answered(request, response, time.perf_counter() - began)

        response.streaming_content = counted(iter(response))
        return response


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures, to whoever has the token."""
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or meters.meters is None:
        return HttpResponse(status=404)
    if not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        refused = HttpResponse("A token is wanted.\n", status=401, content_type="text/plain")
        refused["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refused
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    _forget_the_dead(meters.meters.folder)
    counted = CollectorRegistry()
    # This part of prometheus_client has no types.
    MultiProcessCollector(counted, str(meters.meters.folder))  # type: ignore[no-untyped-call]
    text = generate_latest(counted) + generate_latest(_asked_now())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _asked_now() -> CollectorRegistry:
    """What the database knows."""
    from prometheus_client import CollectorRegistry, Gauge

    found = CollectorRegistry()
    up = Gauge("haidang_database_up", "1 when the database answers.", registry=found)
    tasks = Gauge("haidang_tasks", "Background tasks, by state.", ["state"], registry=found)
    try:
        rows = DBTaskResult.objects.order_by().values_list("status").annotate(Count("id"))
        states = dict.fromkeys(TaskResultStatus.values, 0) | dict(rows)
        last = Event.objects.order_by("-id").values_list("id", flat=True).first()
    except DatabaseError:
        up.set(0)
        return found
    up.set(1)
    for state, count in states.items():
        tasks.labels(state.lower()).set(count)
    events = Gauge("haidang_events", "Number of the last entry of the log.", registry=found)
    events.set(last or 0)
    return found


def _forget_the_dead(folder: Path) -> None:
    """What a process that has ended had open is open no more; what it counted stays."""
    from prometheus_client.multiprocess import mark_process_dead

    for file in folder.iterdir():
        if (found := _PROCESS.match(file.name)) and not Path(f"/proc/{found[1]}").exists():
            # Untyped, as its collector.
            mark_process_dead(int(found[1]), str(folder))  # type: ignore[no-untyped-call]
