"""Addresses of check-ins: one's open ones, a goal's records, their correction and voiding."""

from __future__ import annotations

from django.urls import path

from haidang.checkins import views

urlpatterns = [
    path("check-ins/", views.open_check_ins, name="check_ins"),
    path("goals/<str:public_id>/check-ins/", views.check_in, name="check_in"),
    path(
        "goals/<str:public_id>/check-ins/<int:number>/correction/",
        views.correction,
        name="check_in_correct",
    ),
    path(
        "goals/<str:public_id>/check-ins/<int:number>/voiding/",
        views.voiding,
        name="check_in_void",
    ),
]
