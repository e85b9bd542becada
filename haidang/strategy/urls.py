"""Addresses of what everyone reads."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("map/", include("haidang.strategy.map.urls")),
]
