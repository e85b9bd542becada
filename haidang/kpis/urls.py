"""Addresses of the work with KPIs, below /kpis/; the KPI tree itself is in `strategy`."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from haidang.kpis.views.actuals import actuals

urlpatterns: list[URLPattern] = [
    path("actuals/", require_http_methods(["GET", "HEAD", "POST"])(actuals), name="kpi_actuals"),
]
