"""The API itself: routers under one prefix, strict parsing, problems for every no."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as N_
from ninja import NinjaAPI
from ninja.parser import Parser

from haidang.exchange.api.auth import TokenOrSession
from haidang.exchange.api.bodies import NotJson, read_json
from haidang.exchange.api.problems import handle
from haidang.exchange.api.routes import ROUTERS

PREFIX = "/api/v1/"


class StrictParser(Parser):
    """Only JSON, and only what `read_json` takes."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise NotJson()
        value = read_json(request.body)
        request.body_read = value  # type: ignore[attr-defined]  # for Idempotency-Key
        return value


def build() -> NinjaAPI:
    api = NinjaAPI(
        title="Haidang",
        version="1",
        description=N_(
            "Goals, check-ins and people of one organisation, through the same actions as the"
            " pages."
        ),
        openapi_url=None,
        docs_url=None,
        auth=TokenOrSession(),
        parser=StrictParser(),
        urls_namespace="api",
    )
    handle(api)
    for router in ROUTERS:
        api.add_router("", router)
    return api


api = build()
