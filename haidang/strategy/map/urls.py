"""Addresses of the strategy map."""

from __future__ import annotations

from django.urls import URLPattern, path

from haidang.strategy.map import paper, realigning, saved, views

urlpatterns: list[URLPattern] = [
    path("", views.page, name="map"),
    path("data/", views.data, name="map_data"),
    path("panel/<str:public_id>/", views.panel, name="map_panel"),
    path("places/<str:public_id>/", realigning.places, name="map_places"),
    path("move/<str:public_id>/", realigning.move, name="map_move"),
    path("views/", saved.views, name="map_views"),
    path("views/<row:pk>/", saved.view, name="map_view"),
    path("views/<row:pk>/edit/", saved.edit, name="map_view_edit"),
    path("views/<row:pk>/deletion/", saved.deletion, name="map_view_deletion"),
    path("svg/", paper.svg, name="map_svg"),
    path("print/", paper.printed, name="map_print"),
]
