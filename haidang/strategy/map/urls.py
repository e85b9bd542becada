"""Addresses of the strategy map."""

from __future__ import annotations

from django.urls import URLPattern, path

from haidang.strategy.map import views

urlpatterns: list[URLPattern] = [
    path("", views.page, name="map"),
    path("data/", views.data, name="map_data"),
    path("panel/<str:public_id>/", views.panel, name="map_panel"),
]
