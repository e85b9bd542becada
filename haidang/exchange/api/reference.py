"""The reference: OpenAPI 3.1 for programs, a page for people, made from the same."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse


def index(request: HttpRequest) -> HttpResponse:
    return HttpResponse(json.dumps({}), content_type="application/json")


def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(json.dumps({}), content_type="application/json")


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
