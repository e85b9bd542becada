"""Addresses of the log."""

from __future__ import annotations

from django.urls import URLPattern, path

from haidang.exchange.audit import views

urlpatterns: list[URLPattern] = [
    path("", views.log_page, name="audit_log"),
    path("export/", views.export, name="audit_log_export"),
]
