"""Addresses of the tables."""

from __future__ import annotations

from django.urls import URLPattern, path

from haidang.strategy.explorer import changing, views

urlpatterns: list[URLPattern] = [
    path("", views.goals, name="explorer"),
    path("export/", views.export_goals, name="explorer_export"),
    path("changes/", changing.changes, name="explorer_changes"),
    path("people/", views.people, name="explorer_people"),
    path("people/export/", views.export_people, name="explorer_people_export"),
    path("units/", views.units, name="explorer_units"),
    path("units/export/", views.export_units, name="explorer_units_export"),
]
