from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from haidang.config.asgi import STREAM_PATH
from haidang.config.faults import no_stream_here
from haidang.config.health import HEALTH, READY, health, ready
from haidang.config.metrics import METRICS, metrics

handler400 = "haidang.web.errors.bad_request"
handler403 = "haidang.web.errors.permission_denied"
handler404 = "haidang.web.errors.not_found"
handler429 = "haidang.web.errors.too_many_requests"
handler500 = "haidang.config.faults.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path(STREAM_PATH.removeprefix("/"), no_stream_here, name="stream"),
    path(HEALTH.removeprefix("/"), health, name="health"),
    path(READY.removeprefix("/"), ready, name="ready"),
    path(METRICS.removeprefix("/"), metrics, name="metrics"),
    path("", include("haidang.web.urls")),
    path("", include("haidang.people.urls")),
    path("", include("haidang.goals.urls")),
    path("", include("haidang.checkins.urls")),
    path("kpis/", include("haidang.kpis.urls")),
    path("goals/", include("haidang.kpis.goal_urls")),
    path("", include("haidang.notify.urls")),
    path("", include("haidang.strategy.urls")),
    path("", include("haidang.exchange.loading.urls")),
    path("audit/", include("haidang.exchange.audit.urls")),
    path("api/v1/", include("haidang.exchange.urls")),
]
