"""The reference: OpenAPI 3.1 for programs, a page for people, made from the same."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from markupsafe import Markup

from haidang.exchange.api.limits import PER_MINUTE
from haidang.exchange.api.openapi import document
from haidang.exchange.api.problems import TITLES, problem


def index(request: HttpRequest) -> HttpResponse:
    """Where to begin."""
    return _json({"openapi": reverse("api:openapi"), "docs": reverse("api:docs")}, request)


def openapi(request: HttpRequest) -> HttpResponse:
    return _json(document(), request)


def _json(content: dict[str, Any], request: HttpRequest) -> HttpResponse:
    if request.method != "GET":
        response = problem(405, "method_not_allowed", TITLES[405])
        response["Allow"] = "GET, HEAD"
        return response
    return HttpResponse(
        json.dumps(content, ensure_ascii=False), content_type="application/json; charset=utf-8"
    )


@dataclass(frozen=True)
class Member:
    """A parameter, or a field of a shape: `kind` in words, `link` the shape it holds."""

    name: str
    kind: str
    needed: bool
    text: str
    link: str = ""
    where: str = ""


@dataclass(frozen=True)
class Entry:
    """An operation as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    note: str
    who: str
    scope: str
    parameters: list[Member]
    takes: str
    example: str
    answers: str
    status: str
    refusals: list[str]


@dataclass(frozen=True)
class Group:
    name: str
    text: str
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class ShapeEntry:
    name: str
    text: str
    members: list[Member]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The reference for people; open to everyone, as it says nothing of anybody's data."""
    groups, shapes = _contents((get_language() or "vi")[:2])
    return render(
        request,
        "exchange/reference.html",
        {
            "groups": groups,
            "shapes": shapes,
            "statuses": TITLES,
            "base": request.build_absolute_uri(reverse("api:index")),
            "openapi": reverse("api:openapi"),
            "per_minute": PER_MINUTE,
            "marked": _marked,
        },
    )


def _marked(text: str) -> Markup:
    """Text with what stands between backticks set as code."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else part
        for place, part in enumerate(parts)
    )


@lru_cache(maxsize=8)
def _contents(language: str) -> tuple[list[Group], list[ShapeEntry]]:
    found = _plain_choices(document(), document()["components"]["schemas"])
    groups = {tag["name"]: Group(tag["name"], tag["description"]) for tag in found["tags"]}
    for path, methods in found["paths"].items():
        for method, facts in methods.items():
            groups[facts["tags"][0]].entries.append(_entry(path, method, facts, found))
    shapes = [
        ShapeEntry(name, schema.get("description", ""), _members(schema))
        for name, schema in sorted(found["components"]["schemas"].items())
        if "properties" in schema
    ]
    return list(groups.values()), shapes


def _plain_choices(value: Any, schemas: dict[str, Any]) -> Any:
    """The same with lists of choices written out where they are used."""
    if isinstance(value, list):
        return [_plain_choices(item, schemas) for item in value]
    if not isinstance(value, dict):
        return value
    schema = schemas.get(str(value.get("$ref", "")).rpartition("/")[2])
    if schema is not None and "enum" in schema:
        return {"enum": schema["enum"]}
    return {key: _plain_choices(item, schemas) for key, item in value.items()}


def _entry(path: str, method: str, facts: dict[str, Any], found: dict[str, Any]) -> Entry:
    takes = example = ""
    if "requestBody" in facts:
        schema = facts["requestBody"]["content"]["application/json"]["schema"]
        takes = shape_of(schema)
        examples = found["components"]["schemas"][takes].get("examples", [])
        example = "\n\n".join(json.dumps(e, ensure_ascii=False, indent=2) for e in examples)
    answers, status = "", ""
    for code, response in facts["responses"].items():
        if "$ref" not in response:
            status = code
            content = response.get("content", {}).get("application/json")
            answers = shape_of(content["schema"]) if content else ""
    return Entry(
        name=facts["operationId"],
        method=method.upper(),
        path=path,
        summary=facts["summary"],
        note=facts.get("description", ""),
        who=facts["x-who-may"],
        scope=facts["x-scope"],
        parameters=[
            Member(
                p["name"],
                _kind(p["schema"]),
                p["required"],
                p.get("description", ""),
                where=p["in"],
            )
            for p in facts["parameters"]
        ],
        takes=takes,
        example=example,
        answers=answers,
        status=status,
        refusals=[code for code in facts["responses"] if code != status],
    )


def _members(schema: dict[str, Any]) -> list[Member]:
    needed = set(schema.get("required", ()))
    return [
        Member(name, _kind(facts), name in needed, facts.get("description", ""), shape_of(facts))
        for name, facts in schema["properties"].items()
    ]


def shape_of(schema: dict[str, Any]) -> str:
    """The shape that a schema refers to, through lists and alternatives."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ()), schema.get("items")):
        if isinstance(part, dict) and (name := shape_of(part)):
            return name
    return ""


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a few words: `string | null`, `OneShape[]`, `date`."""
    if "$ref" in schema:
        return shape_of(schema)
    for word in ("anyOf", "allOf"):
        if word in schema:
            return " | ".join(_kind(part) for part in schema[word])
    if "enum" in schema:
        return " | ".join(json.dumps(v, ensure_ascii=False) for v in schema["enum"])
    kind = schema.get("type", "any")
    if kind == "array":
        inner = schema.get("items")
        return f"{_kind(inner)}[]" if inner else "list"
    if isinstance(kind, list):
        return " | ".join(kind)
    return str(schema.get("format", kind))
