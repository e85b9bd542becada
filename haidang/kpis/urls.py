"""Addresses of the work with KPIs, below /kpis/; the KPI tree itself is in `strategy`."""

from __future__ import annotations

from django.urls import URLPattern, path

from haidang.kpis.views import (
    actuals,
    allocation,
    bowler,
    closing,
    connectors,
    library,
    period,
    quarantine,
    scorecards,
    targets,
)

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
    path(
        "closing/requests/<row:pk>/withdrawal/",
        closing.kpi_reopening_withdrawal,
        name="kpi_reopening_withdrawal",
    ),
    path("targets/requests/", targets.target_requests, name="kpi_target_requests"),
    path("targets/requests/<row:pk>/", targets.target_request, name="kpi_target_request"),
    path("targets/requests/<row:pk>/withdrawal/", targets.withdrawal, name="kpi_target_withdrawal"),
    path("periods/<str:public_id>/<str:day>/", period.kpi_period, name="kpi_period"),
    path("comments/<row:pk>/taking-back/", period.take_back, name="kpi_comment_taking_back"),
    path("connectors/", connectors.connectors, name="connectors"),
    path("connectors/new/", connectors.connector_new, name="connector_new"),
    path("connectors/<row:pk>/", connectors.connector, name="connector"),
    path("connectors/<row:pk>/edit/", connectors.connector_edit, name="connector_edit"),
    path("connectors/<row:pk>/names/", connectors.connector_names, name="connector_names"),
    path("connectors/<row:pk>/state/", connectors.connector_state, name="connector_state"),
    path("connectors/<row:pk>/removal/", connectors.connector_removal, name="connector_removal"),
    path("connectors/<row:pk>/trial/", connectors.connector_trial, name="connector_trial"),
    path("connectors/<row:pk>/run/", connectors.connector_run, name="connector_run"),
    path("connectors/runs/<row:pk>/", connectors.run_page, name="connector_run_page"),
    path("quarantine/", quarantine.quarantine, name="kpi_quarantine"),
    path("quarantine/<row:pk>/", quarantine.quarantined, name="kpi_quarantined"),
    path("bowler/", bowler.kpi_bowler, name="kpi_bowler"),
    path("units/", bowler.kpi_of_units, name="kpi_of_units"),
    path("scorecards/", scorecards.kpi_scorecards, name="kpi_scorecards"),
    path("scorecards/person/<str:person_id>/", scorecards.person_card, name="kpi_card_of_person"),
    path("scorecards/unit/<str:unit_id>/", scorecards.unit_card, name="kpi_card_of_unit"),
    path(
        "scorecards/person/<str:person_id>/lines/",
        scorecards.person_card_lines,
        name="kpi_card_lines_of_person",
    ),
    path(
        "scorecards/unit/<str:unit_id>/lines/",
        scorecards.unit_card_lines,
        name="kpi_card_lines_of_unit",
    ),
    path(
        "scorecards/person/<str:person_id>/leave/",
        scorecards.person_leave,
        name="kpi_card_leave_of_person",
    ),
    path(
        "scorecards/person/<str:person_id>/leave/<row:leave_id>/",
        scorecards.person_leave_back,
        name="kpi_card_leave_back",
    ),
    path(
        "scorecards/person/<str:person_id>/kpi/<str:public_id>/",
        scorecards.person_card_line,
        name="kpi_card_line_of_person",
    ),
    path(
        "scorecards/unit/<str:unit_id>/kpi/<str:public_id>/",
        scorecards.unit_card_line,
        name="kpi_card_line_of_unit",
    ),
    path("library/", library.kpi_library, name="kpi_library"),
    path("library/<str:entry_key>/draft/", library.take, name="kpi_library_draft"),
    path("<str:public_id>/allocation/", allocation.allocation, name="kpi_allocation"),
]
