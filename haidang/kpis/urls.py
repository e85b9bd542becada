"""Addresses of the work with KPIs, below /kpis/; the KPI tree itself is in `strategy`."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
