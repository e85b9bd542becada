"""Addresses below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from haidang.exchange.api import reference
from haidang.exchange.api.door import door, nowhere
from haidang.exchange.api.root import api

app_name = "api"

urlpatterns: list[URLPattern] = [
    path("", door(reference.index), name="index"),
    path("openapi.json", door(reference.openapi), name="openapi"),
    path("docs", reference.page, name="docs"),
]
for _pattern in api.urls[0]:
    if isinstance(_pattern, URLPattern) and _pattern.name != "api-root":
        _pattern.callback = door(_pattern.callback)
        urlpatterns.append(_pattern)
urlpatterns.append(re_path(r"^.*$", door(nowhere), name="nowhere"))
