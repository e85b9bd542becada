"""Addresses of lists that come in and go out."""

from __future__ import annotations

from django.urls import URLPattern, path

from haidang.exchange.loading import views

urlpatterns: list[URLPattern] = [
    path("import/", views.imports, name="imports"),
    path("kpis/actuals/import/", views.actual_imports, name="import_actuals"),
    path("import/template/<str:listed>.<str:file_format>", views.template, name="import_template"),
    path("import/<row:pk>/", views.one, name="import"),
    path("import/<row:pk>/progress/", views.progress, name="import_progress"),
    path("import/<row:pk>/to-mend/", views.to_mend, name="import_to_mend"),
    path("import/<row:pk>/again/", views.again, name="import_again"),
    path("import/<row:pk>/removal/", views.removal, name="import_removal"),
    path("export/", views.exports, name="exports"),
    path("export/<str:listed>.<str:file_format>", views.export, name="export"),
]
