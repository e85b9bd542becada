"""Counters of the program itself, for Prometheus.

Asked for by setting a token (`HAIDANG_METRICS_TOKEN`); without one nothing is counted. Every
process of the tree writes its figures to files of its own in the data folder, and whichever
is asked adds them up (prometheus_client's multi-process mode). Names and meanings:
docs/operations/metrics.md; a test compares the two.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from haidang.config import environment

#: Seconds; the aims of the program's own benchmarks are among them (20 ms, 60 ms, 1 s).
_SECONDS = (0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Meters:
    """The counters. One object, made before the processes part."""

    def __init__(self, folder: Path) -> None:
        # Not loaded where nothing is counted.
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values

        environment.tell("PROMETHEUS_MULTIPROC_DIR", str(folder))
        # Said here too: prometheus_client looks at the environment when it is imported. Its
        # multi-process part has no types.
        values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        self.folder = folder
        registry = CollectorRegistry()  # only names; values are read from the files
        self.requests = Counter(
            "haidang_http_requests",
            "Requests answered, by method, route and status.",
            ["method", "route", "status"],
            registry=registry,
        )
        self.seconds = Histogram(
            "haidang_http_request_seconds",
            "Seconds in the program, from the first middleware to the answer.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self.refused = Counter(
            "haidang_http_busy",
            "Requests turned away with 503 because too many waited.",
            registry=registry,
        )
        self.inside = Gauge(
            "haidang_http_inside",
            "Requests that are worked on or wait for their turn.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.listeners = Gauge(
            "haidang_stream_listeners",
            "Open event streams.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.delay = Histogram(
            "haidang_stream_delay_seconds",
            "Seconds from a change to its being told to open pages.",
            buckets=_SECONDS,
            registry=registry,
        )

    def answered(self, request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        """Count a request by its route: by its address it would be without end."""
        match = request.resolver_match
        route = f"/{match.route}" if match is not None else "none"
        method = request.method if request.method in _METHODS else "other"
        self.requests.labels(method, route, str(response.status_code)).inc()
        self.seconds.labels(route).observe(seconds)


#: None where nothing is counted.
meters: Meters | None = None


def start() -> None:
    """Begin to count, where it is asked for: in the first process, before it forks."""
    global meters
    if not settings.METRICS_TOKEN:
        return
    folder = Path(settings.DATA_DIR) / "metrics"
    shutil.rmtree(folder, ignore_errors=True)  # figures of the former start
    folder.mkdir(parents=True, mode=0o700)
    meters = Meters(folder)
