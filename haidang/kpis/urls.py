"""Addresses of the work with KPIs, below /kpis/; the KPI tree itself is in `strategy`."""

from __future__ import annotations

from django.urls import URLPattern, path

from haidang.kpis.views import actuals, closing, library, period

urlpatterns: list[URLPattern] = [
    path("actuals/", actuals.actuals, name="kpi_actuals"),
    path("closing/", closing.kpi_closing, name="kpi_closing"),
    path("closing/close/", closing.kpi_period_close, name="kpi_period_close"),
    path(
        "closing/<str:public_id>/<str:day>/reopening/",
        closing.kpi_reopening,
        name="kpi_reopening",
    ),
    path("closing/requests/<row:pk>/", closing.kpi_reopening_answer, name="kpi_reopening_answer"),
    path("periods/<str:public_id>/<str:day>/", period.kpi_period, name="kpi_period"),
    path("comments/<row:pk>/taking-back/", period.take_back, name="kpi_comment_taking_back"),
    path("library/", library.kpi_library, name="kpi_library"),
    path("library/<str:entry_key>/draft/", library.take, name="kpi_library_draft"),
]
