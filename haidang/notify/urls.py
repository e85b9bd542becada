"""The address of what one is told by e-mail; letters lead to it."""

from __future__ import annotations

from django.urls import path

from haidang.notify import views

urlpatterns = [
    path("accounts/notifications/", views.notifications, name="notifications"),
]
