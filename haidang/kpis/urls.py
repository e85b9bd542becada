"""Addresses of the work with KPIs, below /kpis/; the KPI tree itself is in `strategy`."""

from __future__ import annotations

from django.urls import URLPattern, path

from haidang.kpis.views import library

urlpatterns: list[URLPattern] = [
    path("library/", library.kpi_library, name="kpi_library"),
    path("library/<str:entry_key>/draft/", library.take, name="kpi_library_draft"),
]
