"""Addresses of a KPI's targets, below /goals/ beside its other pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from haidang.kpis.views import targets

urlpatterns: list[URLPattern] = [
    path("<str:public_id>/targets/", targets.targets, name="goal_targets"),
    path("<str:public_id>/targets/<int:year>/", targets.targets, name="goal_targets_of"),
]
