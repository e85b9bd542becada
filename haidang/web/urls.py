"""Addresses of the shell itself: preferences, the design page."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, path

from haidang.web import views

urlpatterns: list[URLPattern] = [
    path("preferences/", views.preferences, name="preferences"),
]
if settings.DEBUG:
    urlpatterns.append(path("design/", views.design, name="design"))
