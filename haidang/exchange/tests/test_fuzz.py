"""Whatever is sent: an answer below 500, as JSON, and quickly.

For every operation, bodies are made from its own shape with fields left out, doubled in
strangeness or replaced, and every header and parameter gets odd values too.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haidang.exchange.api.openapi import document
from haidang.exchange.api.reference import shape_of
from haidang.exchange.tests.conftest import Program
from haidang.people.models import Person

Facts = dict[str, Any]

ODD_TEXT = st.sampled_from(
    [
        "",
        " ",
        "\u0000",
        "a\u0000b",
        "\ud800",
        "\u202eabc",
        "Tie\u0302\u0301n",
        "x" * 400,
        "x" * 30_000,
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "'; DROP TABLE goals_goal; --",
        "%s%n%(x)s{0}",
        "3,1",
        "1e30",
        "1e999999",
        "-1e-400",
        "NaN",
        "-Infinity",
        "0001-01-01",
        "9999-12-31",
        "2025-02-29",
        "2025-01-31",
        "UG-1",
        "SP-1",
        "O-1",
        "KR-1",
        "KPI-1",
        "P-1",
        "P-2",
        "U-1",
        "C-1",
        "U-2",
        "KR-99999999999",
        "value",
        "average",
        "composition",
        "active",
        "own",
        "both",
    ]
)
ODD = (
    st.none()
    | st.booleans()
    | st.integers(-(10**22), 10**22)
    | st.integers(-2, 3)
    | st.floats(allow_nan=False, allow_infinity=False)
    | ODD_TEXT
    | st.text(max_size=20)
)
ANY = st.recursive(
    ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXT, inner, max_size=3),
    max_leaves=5,
)


def operations() -> list[tuple[str, str, Facts]]:
    return [
        (method.upper(), path, facts)
        for path, methods in document()["paths"].items()
        for method, facts in methods.items()
    ]


def values(schema: Facts, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a schema, mostly; now and then something else."""
    schemas = document()["components"]["schemas"]
    if "$ref" in schema:
        return values(schemas[schema["$ref"].rpartition("/")[2]], depth)
    for word in ("anyOf", "allOf"):
        if word in schema:
            return st.one_of(*[values(part, depth) for part in schema[word]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("type") == "object" and "properties" in schema and depth < 4:
        names = schema["properties"]
        needed = set(schema.get("required", ()))
        fields = {name: values(facts, depth + 1) | ODD for name, facts in names.items()}
        return st.fixed_dictionaries(
            {name: strategy for name, strategy in fields.items() if name in needed},
            optional={name: strategy for name, strategy in fields.items() if name not in needed},
        )
    if schema.get("type") == "array" and depth < 4:
        inner = schema.get("items") or {}
        return st.lists(values(inner, depth + 1) if inner else ODD, max_size=3)
    if schema.get("type") == "integer":
        return st.integers(0, 12)
    if schema.get("type") == "boolean":
        return st.booleans()
    if "examples" in schema:
        return st.sampled_from(schema["examples"]) | ODD_TEXT
    return ODD


def body_of(facts: Facts) -> st.SearchStrategy[Any]:
    if "requestBody" not in facts:
        return st.none()
    schema = facts["requestBody"]["content"]["application/json"]["schema"]
    examples = document()["components"]["schemas"][shape_of(schema)]["examples"]
    changed = st.builds(
        lambda base, changes: base | changes,
        st.sampled_from(examples),
        values(schema) | st.dictionaries(ODD_TEXT, ANY, max_size=2),
    )
    return values(schema) | changed | ANY


SLOTS = {
    "goal_id": ["UG-1", "SP-1", "O-1", "KR-1", "KPI-1", "O-2"],
    "parent_id": ["UG-1", "SP-1", "O-1", "KR-1", "KPI-1"],
    "person_id": ["P-1", "P-2", "P-3"],
    "unit_id": ["U-1", "U-2"],
    "cycle_id": ["C-1"],
    "value_id": ["V-1", "V-9"],
    "check_in_id": ["1", "2", "0", "99999999999999999999"],
    "token_id": ["1", "99999999999999999999"],
    "key": ["health.on_track", "calendar.holidays", "x"],
    "year": ["2025", "2026", "0"],
    "day": ["2025-01-01", "2026-11-30", "2199-12-31", "x"],
    "role": ["contributor", "delegate", "stakeholder", "named", "follower"],
}


@pytest.fixture
def world(admin: Program, an: Person, objective: Facts, key_result: Facts) -> Program:
    top = admin.made("goals", {"kind": "ultimate", "title": "U"})
    pillar = admin.made(
        "goals", {"kind": "pillar", "title": "P", "parents": [{"parent": top["id"]}]}
    )
    admin.made(
        "goals",
        {
            "kind": "kpi",
            "title": "K",
            "level": "company",
            "metric_kind": "number",
            "direction": "higher",
            "frequency": "month",
            "aggregation": "sum",
            "target": "3",
            "parents": [{"parent": pillar["id"]}],
        },
    )
    for goal in ("KR-1", "KPI-1"):
        assert admin.post(f"goals/{goal}/check-ins", {"value": "1"}, etag="*").status_code == 201
    return admin


@given(data=st.data())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=200,
    deadline=None,
)
def test_nothing_is_a_500(world: Program, data: st.DataObject) -> None:
    choices = operations()
    method, path, facts = choices[data.draw(st.integers(0, len(choices) - 1), "operation")]
    for name, ids in SLOTS.items():
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", data.draw(st.sampled_from(ids), name))
    query = {
        p["name"]: data.draw(st.none() | ODD, p["name"])
        for p in facts["parameters"]
        if p["in"] == "query" and data.draw(st.booleans())
    }
    body = data.draw(body_of(facts), "body")
    raw = b"" if body is None else json.dumps(body).encode()
    headers = {
        "If-Match": data.draw(st.sampled_from(["*", '"1.1-00"', '"x"', "x"]), "If-Match"),
        "Idempotency-Key": data.draw(st.sampled_from(["a", "b", "ü", "x" * 300]), "key"),
    }
    headers = {k: v for k, v in headers.items() if data.draw(st.booleans())}
    query = {k: str(v).encode("utf-8", "replace").decode() for k, v in query.items()}
    with transaction.atomic():
        response = world.client.generic(
            method,
            path,
            raw,
            content_type="application/json",
            headers={"Authorization": f"Bearer {world.secret}", **headers},
            query_params=query,
        )
        transaction.set_rollback(True)  # each example begins in the same world
    assert response.status_code < 500, response.content
    assert response.status_code != 401
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json"
        found = response.json()
        assert found["status"] == response.status_code
        assert found["title"]
        assert found["detail"]
        assert found["code"]
        for entry in found["errors"]:
            assert entry["message"], found
            assert entry["message"] != "This cannot be taken here.", (entry, body)


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_nor_is_any_sequence_of_bytes(world: Program, raw: bytes) -> None:
    for method, path in (("POST", "goals"), ("PATCH", "goals/O-1"), ("PUT", "goals/KR-1/rule")):
        assert world.send(method, path, raw, etag="*").status_code in (400, 422)
