"""Addresses of what everyone reads."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from haidang.strategy.timeline.views import timeline
from haidang.strategy.views import (
    alignment,
    attention,
    finder,
    goal,
    goals,
    handing,
    home,
    identity,
    kpis,
    merging,
    overview,
    people,
    settings,
    terms,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("find/", finder.finder, name="search"),
    path("attention/", attention.needs_attention, name="attention"),
    path("my/alignment/", alignment.my_alignment, name="my_alignment"),
    path("identity/", identity.identity, name="identity"),
    path("kpis/", kpis.kpis, name="kpis"),
    path("overview/", overview.overview, name="overview"),
    path("explorer/", include("haidang.strategy.explorer.urls")),
    path("map/", include("haidang.strategy.map.urls")),
    path("people/<str:public_id>/", people.person, name="person"),
    path("people/<str:public_id>/transfer/", handing.transfer, name="person_transfer"),
    path("people/<str:public_id>/departure/", handing.departure, name="person_departure"),
    path("timeline/", timeline, name="timeline"),
    path("people/<str:public_id>/alignment/", alignment.alignment_of, name="person_alignment"),
    path("units/<str:public_id>/", people.unit, name="unit"),
    path("units/<str:public_id>/merge/", merging.merge_unit, name="unit_merge"),
    path("settings/", settings.organisation_settings, name="organisation_settings"),
    path("administration/terms/", terms.organisation_terms, name="organisation_terms"),
    path("goals/", goals.goals, name="goals"),
    path("goals/<str:public_id>/", goal.goal, name="goal"),
    path("goals/<str:public_id>/number/", goal.number, name="goal_number"),
]
