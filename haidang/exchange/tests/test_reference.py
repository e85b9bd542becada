"""/openapi.json and /docs"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern
from pydantic import BaseModel

from haidang.exchange import urls
from haidang.exchange.api.openapi import document
from haidang.exchange.api.root import api
from haidang.exchange.tests.conftest import Program
from haidang.people.models import Person


def operations() -> list[Any]:
    return [
        operation
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
    ]


def test_is_openapi_3_1_and_whole() -> None:
    response = Client().get("/api/v1/openapi.json")
    found = response.json()
    assert found["openapi"].startswith("3.1")
    names = [op["operationId"] for path in found["paths"].values() for op in path.values()]
    assert sorted(names) == sorted({op.view_func.__name__ for op in operations()})
    text = response.content.decode()
    for name in re.findall(r'"#/components/(schemas/[^"]+|responses/[^"]+)"', text):
        room, _, key = name.partition("/")
        assert key in found["components"][room], name


def test_every_operation_says_what_and_who() -> None:
    for path, methods in document()["paths"].items():
        for method, facts in methods.items():
            where = f"{method} {path}"
            assert facts["summary"], where
            assert facts["x-who-may"], where
            assert facts["x-scope"] in {"read", "check_in", "write", "admin"}, where
            assert facts["tags"], where
            assert {"401", "403", "404", "429"} <= facts["responses"].keys(), where
            if method != "get":
                named = {p["name"] for p in facts["parameters"]}
                guarded = "If-Match" in named
                assert guarded == ("428" in facts["responses"] and "412" in facts["responses"]) or (
                    facts["operationId"] == "create_check_in"
                ), where


def test_every_example_is_taken_by_its_shape() -> None:
    seen = 0
    for operation in operations():
        for model in operation.models:
            if model.__ninja_param_source__ != "body":
                continue
            (field,) = model.model_fields.values()
            shape = field.annotation
            assert isinstance(shape, type)
            assert issubclass(shape, BaseModel)
            examples = (shape.model_config.get("json_schema_extra") or {}).get("examples", [])  # type: ignore[union-attr]
            assert examples, shape.__name__
            for example in examples:
                shape.model_validate(example)
                seen += 1
    assert seen > 25


def test_speaks_the_readers_language() -> None:
    def summary(language: str) -> str:
        client = Client(headers={"Accept-Language": language})
        found = client.get("/api/v1/openapi.json").json()
        text: str = found["paths"]["/api/v1/goals"]["get"]["summary"]
        return text

    assert summary("en") == "Goals, in the order in which they were made"
    assert summary("vi") != summary("en")


@pytest.mark.django_db
def test_page_lists_every_operation_without_inline_script_or_style() -> None:
    response = Client(headers={"Accept-Language": "en"}).get("/api/v1/docs")
    assert response.status_code == 200
    page = response.content.decode()
    for operation in operations():
        assert f'id="{operation.view_func.__name__}"' in page
    for link in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{link}"' in page, link
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son\w+=", page)


def test_page_for_who_is_signed_in(an: Person, client: Client, as_: Callable[..., Program]) -> None:
    assert an.account is not None
    client.force_login(an.account)
    assert client.get("/api/v1/docs").status_code == 200


def test_every_address_goes_through_the_door() -> None:
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        if pattern.name != "docs":
            assert getattr(pattern.callback, "csrf_exempt", False), pattern


def test_the_guide_names_every_address() -> None:
    guide = (settings.BASE_DIR.parent / "docs" / "api.md").read_text(encoding="utf-8")
    named: dict[str, set[str]] = {}
    for words in re.findall(r"`((?:(?:GET|POST|PUT|PATCH|DELETE) )+/[^`]*)`", guide):
        *methods, path = words.split(" ")
        named.setdefault(path, set()).update(methods)
    for path, methods in document()["paths"].items():
        missing = {m.upper() for m in methods} - named.get(path.removeprefix("/api/v1"), set())
        assert not missing, (path, missing)
