"""/goals: everything that must be survived, with the field and the reason."""

from __future__ import annotations

import time
from typing import Any

import pytest

from haidang.exchange.tests.conftest import KEY_RESULT, Program, composed
from haidang.goals.models import Alignment, Goal
from haidang.people.models import Person
from tests.support.clock import fair_second

Facts = dict[str, Any]

LONG = "x" * 900_000
KPI = {
    "kind": "kpi",
    "title": "Doanh thu",
    "level": "company",
    "metric_kind": "currency",
    "metric_unit": "tỷ ₫",
    "direction": "higher",
    "frequency": "month",
    "aggregation": "sum",
    "target": "25",
}


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Tie\u0302\u0301n", "Tiến"),
        ("a\u0000b\u0007c", "abc"),
        ("\ud800a\udfff", "a"),
        ("\u202eabc\u2066", "abc"),
        ("  nhiều\n\t dòng ", "nhiều dòng"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("🚀" * 300, "🚀" * 300),
        ("x" * 300, "x" * 300),
    ],
)
def test_titles_are_kept_in_their_plain_form(admin: Program, title: str, kept: str) -> None:
    assert admin.made("goals", {"kind": "pillar", "title": title})["title"] == kept


SHAPES: list[tuple[Facts, str, str]] = [
    ({"title": ""}, "title", "blank"),
    ({"title": " \u0000\u200f "}, "title", "blank"),
    ({"title": None}, "title", "string_type"),
    ({"title": 7}, "title", "string_type"),
    ({"title": ["x"]}, "title", "string_type"),
    ({"title": "x" * 301}, "title", "string_too_long"),
    ({"title": LONG}, "title", "string_too_long"),
    ({"description": LONG}, "description", "string_too_long"),
    ({"kind": "theme"}, "kind", "enum"),
    ({"kind": 5}, "kind", "enum"),
    ({"tilte": "x"}, "tilte", "extra_forbidden"),
    ({"target": "1e30"}, "target", "decimal_bounds"),
    ({"target": 1e30}, "target", "decimal_bounds"),
    ({"target": 10**30}, "target", "decimal_bounds"),
    ({"target": "1" * 25}, "target", "decimal_bounds"),
    ({"target": "0.00000000001"}, "target", "decimal_bounds"),
    ({"target": "1e999999"}, "target", "decimal_parsing"),
    ({"target": "1e9999"}, "target", "decimal_bounds"),
    ({"target": "1e-9999"}, "target", "decimal_bounds"),
    ({"target": "NaN"}, "target", "decimal_parsing"),
    ({"target": "Infinity"}, "target", "decimal_parsing"),
    ({"target": "3,1"}, "target", "decimal_comma"),
    ({"target": "1.000,5"}, "target", "decimal_comma"),
    ({"target": "１２"}, "target", "decimal_parsing"),
    ({"target": "0x10"}, "target", "decimal_parsing"),
    ({"target": "1_000"}, "target", "decimal_parsing"),
    ({"target": ""}, "target", "decimal_parsing"),
    ({"target": True}, "target", "decimal_type"),
    ({"target": {"a": 1}}, "target", "decimal_type"),
    ({"decimals": 11}, "decimals", "less_than_equal"),
    ({"decimals": -1}, "decimals", "greater_than_equal"),
    ({"decimals": 1.5}, "decimals", "int_type"),
    ({"decimals": "1"}, "decimals", "int_type"),
    ({"decimals": True}, "decimals", "int_type"),
    ({"rank": 12345678901234567890}, "rank", "less_than_equal"),
    ({"cadence_days": 0}, "cadence_days", "greater_than_equal"),
    ({"starts": "0001-01-01"}, "starts", "date_bounds"),
    ({"ends": "9999-12-31"}, "ends", "date_bounds"),
    ({"ends": "2025-02-29"}, "ends", "date_unknown"),
    ({"ends": "31/12/2025"}, "ends", "date_format"),
    ({"ends": "2025-12-31T00:00:00Z"}, "ends", "date_format"),
    ({"ends": 1767139200}, "ends", "date_format"),
    ({"ends": "2025-00-10"}, "ends", "date_unknown"),
    ({"owner": "P-999"}, "owner", "unknown"),
    ({"owner": "nobody"}, "owner", "public_id"),
    ({"owner": 3}, "owner", "string_type"),
    ({"unit": "U-999"}, "unit", "unknown"),
    ({"contributors": ["P-1", "P-999"]}, "contributors.1", "unknown"),
    ({"contributors": "P-1"}, "contributors", "list_type"),
    ({"tags": ["x" * 41]}, "tags.0", "string_too_long"),
    ({"tags": ["x"] * 21}, "tags", "too_long"),
    ({"parents": {"parent": "O-1"}}, "parents", "list_type"),
    ({"parents": [{"parent": "O-1", "weight": 10_001}]}, "parents.0.weight", "less_than_equal"),
    ({"parents": [{"parent": "O-999"}]}, "parents.0.parent", "unknown"),
    ({"parents": [{"parent": "O-1", "relation": "likes"}]}, "parents.0.relation", "enum"),
    ({"parents": ["O-1"]}, "parents.0", "model_type"),
    ({"milestones": [{"title": ""}]}, "milestones.0.title", "blank"),
    ({"milestones": [{"title": "a", "due": "x"}]}, "milestones.0.due", "date_format"),
    ({"steps": [["1"]]}, "steps.0.1", "missing"),
    ({"steps": [["1", "x"]]}, "steps.0.1", "decimal_parsing"),
    ({"steps": [["1", "1"]] * 21}, "steps", "too_long"),
    ({"plan": {"2026-13": "0.5"}}, "plan.2026-13.[key]", "string_pattern_mismatch"),
    ({"plan": {"2026-01": "x"}}, "plan.2026-01", "decimal_parsing"),
    ({"submit": "yes"}, "submit", "bool_type"),
    ({"visibility": "everyone"}, "visibility", "enum"),
    ({"metric_unit": "x" * 25}, "metric_unit", "string_too_long"),
]


def test_shapes(admin: Program, objective: Facts) -> None:
    for change, field, code in SHAPES:
        body = KEY_RESULT | {"parents": [composed(objective)]} | change
        response = admin.post("goals", body)
        assert response.status_code == 422, (change, response.content[:500])
        (entry,) = response.json()["errors"]
        assert (entry["field"], entry["code"]) == (field, code), change
        assert entry["message"]
        assert entry["pointer"] == "/" + field.replace(".", "/")
    assert not Goal.objects.filter(kind="key_result").exists()


def test_much_of_everything_is_answered_soon(admin: Program, objective: Facts) -> None:
    wide: list[Facts] = [
        {f"k{n}": 1 for n in range(999)},
        {"plan": {f"k{n}": "x" for n in range(999)}},
        {"tags": ["x" * 50] * 15_000},
        {"contributors": [1] * 200_000},
        {"parents": [{}] * 200_000},
        {"milestones": [{"title": "", "x": 1}] * 30_000},
        {"steps": [[[]] * 100_000]},
        {"description": ["x"] * 200_000},
        {"title": "e\u0301" * 60_000},
    ]
    longest = fair_second()
    for change in wide:
        start = time.process_time()
        response = admin.post("goals", KEY_RESULT | {"parents": [composed(objective)]} | change)
        assert response.status_code == 422
        assert len(response.json()["errors"]) <= 100
        assert time.process_time() - start < longest, list(change)[:1]


def test_every_reason_at_once(admin: Program) -> None:
    response = admin.post("goals", {"kind": "pillar", "title": "", "rank": -1, "nothing": 1})
    assert {e["field"] for e in response.json()["errors"]} == {"title", "rank", "nothing"}


@pytest.mark.parametrize("body", [None, b"null", b"[]", b'"x"', b"7", b"{}", b"true"])
def test_bodies_that_are_no_goal(admin: Program, body: bytes | None) -> None:
    response = admin.post("goals", body)
    assert response.status_code == 422
    assert response.json()["errors"]


@pytest.mark.parametrize("number", [b"NaN", b"-Infinity", b"9" * 500])
def test_a_number_that_cannot_be_kept_is_told_with_its_field(admin: Program, number: bytes) -> None:
    response = admin.post("goals", b'{"kind": "kpi", "title": "x", "target": ' + number + b"}")
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["target"]


KEY_RESULTS: list[tuple[Facts, str]] = [
    ({"direction": "decrease"}, "direction"),
    ({"direction": "higher"}, "direction"),
    ({"direction": "range"}, "low"),
    ({"direction": "range", "low": "3", "high": "2"}, "high"),
    ({"direction": "range", "low": "1", "high": "2", "tolerance": "-1"}, "tolerance"),
    ({"direction": "relative", "relative_change": "0.2", "baseline": "0"}, "baseline"),
    ({"direction": "relative", "baseline": "5"}, "relative_change"),
    ({"target": None}, "target"),
    ({"direction": None}, "direction"),
    ({"frequency": "month"}, "frequency"),
    ({"level": "unit"}, "level"),
    ({"commitment": "committed"}, "commitment"),
    ({"starts": "2026-02-01", "ends": "2026-01-01"}, "ends"),
    ({"metric_kind": "milestones"}, "milestones"),
    ({"metric_kind": "milestones", "milestones": [{"title": "a", "weight": 0}]}, "milestones"),
]


def test_key_results_without_meaning(admin: Program, objective: Facts) -> None:
    for change, field in KEY_RESULTS:
        response = admin.post("goals", KEY_RESULT | {"parents": [composed(objective)]} | change)
        assert response.status_code == 422, (change, response.content)
        assert field in [e["field"] for e in response.json()["errors"]], change


KPIS: list[tuple[Facts, str]] = [
    ({"target": "0"}, "target"),
    ({"target": "-5"}, "target"),
    ({"direction": "lower", "target": "0"}, "target"),
    ({"direction": "steps", "steps": []}, "steps"),
    ({"direction": "steps", "steps": [["1", "1"], ["0.5", "0.5"]]}, "steps"),
    ({"direction": "steps", "steps": [["-1", "1"]]}, "steps"),
    ({"direction": "increase"}, "direction"),
    ({"aggregation": None}, "aggregation"),
    ({"metric_kind": "text"}, "metric_kind"),
    ({"level": None}, "level"),
    ({"level": "unit"}, "unit"),
    ({"calculation": "power"}, "calculation"),
    ({"cycle": "C-1"}, "cycle"),
]


def test_kpis_without_meaning(admin: Program, cycle: Facts) -> None:
    for change, field in KPIS:
        response = admin.post("goals", KPI | change)
        assert response.status_code == 422, (change, response.content)
        assert field in [e["field"] for e in response.json()["errors"]], change


def test_a_target_equal_to_its_baseline_is_taken(admin: Program, objective: Facts) -> None:
    """1 when met, else 0."""
    goal = admin.made(
        "goals",
        KEY_RESULT | {"baseline": "100", "target": "100", "parents": [composed(objective)]},
    )
    for value, expected in (("99", 0), ("100", 10**9)):
        path = f"goals/{goal['id']}"
        admin.change("POST", f"{path}/check-ins", {"value": value}, of=path)
        assert admin.get(path).json()["standing"]["progress"] == expected


@pytest.mark.parametrize("field", ["owner", "unit", "cycle", "contributors", "parents"])
def test_ids_of_another_organisation_in_every_slot(
    admin: Program, emma: Person, cycle: Facts, field: str
) -> None:
    """What is theirs is refused as what does not exist."""
    theirs = Program(emma)
    for n in range(8):
        theirs.made("people", {"name": f"N{n}"})
        theirs.made("units", {"name": f"U{n}"})
        theirs.made("goals", {"kind": "pillar", "title": f"G{n}"})
        theirs.made(
            "cycles",
            {"name": "Q", "kind": "quarter", "starts": "2025-01-01", "ends": "2025-03-31"},
        )
    foreign: Facts = {
        "owner": "P-8",
        "unit": "U-8",
        "cycle": "C-8",
        "contributors": ["P-8"],
        "parents": [{"parent": "SP-8"}],
    }
    missing: Facts = {
        "owner": "P-9999",
        "unit": "U-9999",
        "cycle": "C-9999",
        "contributors": ["P-9999"],
        "parents": [{"parent": "SP-9999"}],
    }
    base = {"kind": "objective", "title": "X", "level": "company", "cycle": cycle["id"]}
    answers = []
    for wrong in (foreign, missing):
        response = admin.post("goals", base | {field: wrong[field]})
        assert response.status_code == 422
        (entry,) = response.json()["errors"]
        answers.append((entry["field"], entry["code"]))
    assert answers[0] == answers[1]
    assert not Goal.objects.filter(title="X").exists()
    assert not Alignment.objects.exists()


def test_a_key_result_needs_one_objective(admin: Program, objective: Facts) -> None:
    alone = admin.post("goals", KEY_RESULT)
    assert alone.json()["errors"][0]["field"] == "parents"
    two = admin.post("goals", KEY_RESULT | {"parents": [composed(objective)] * 2})
    assert two.status_code == 422


def test_messages_speak_vietnamese(admin: Program) -> None:
    response = admin.post("goals", {"kind": "pillar", "title": "", "x": 1}, language="vi")
    messages = {e["field"]: e["message"] for e in response.json()["errors"]}
    assert messages == {"title": "Cần điền mục này.", "x": "Không có trường nào tên như vậy."}
    assert response.json()["title"] == "Vui lòng kiểm tra lại nội dung gửi lên"
