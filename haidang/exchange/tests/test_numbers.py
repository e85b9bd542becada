"""A goal's number with its terms, history, subtree, periods and targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.api.routes import numbers
from haidang.exchange.tests.conftest import KEY_RESULT, Program, composed
from haidang.people.actions import set_settings
from haidang.people.models import Person, Unit

As = Callable[..., Program]
Facts = dict[str, Any]


def check_in(api: Program, goal: Facts, value: str) -> None:
    assert api.post(f"goals/{goal['id']}/check-ins", {"value": value}, etag="*").status_code == 201


def test_terms_add_up_to_the_number(admin: Program, objective: Facts, key_result: Facts) -> None:
    """Two measured of three, weights 2 and 1: (2 x 0.5 + 0.2) / 3 = 0.4."""
    base = KEY_RESULT | {"title": "Khác"}
    other = admin.made("goals", base | {"parents": [composed(objective)]})
    silent = admin.made("goals", base | {"parents": [composed(objective)]})
    path = f"goals/{key_result['id']}/parents/{objective['id']}"
    assert admin.change("PATCH", path, {"weight": 2}).status_code == 200
    check_in(admin, key_result, "50")
    check_in(admin, other, "20")
    found = admin.get(f"goals/{objective['id']}/number").json()
    assert found["progress_decimal"] == "0.400000000"
    assert (found["terms_measured"], found["terms_total"], found["weight"]) == (2, 3, 3)
    terms = {t["goal"]["id"]: t for t in found["terms"]}
    assert terms[key_result["id"]]["share"] == "0.666666667"
    assert terms[key_result["id"]]["contribution"] == 333_333_333
    assert terms[silent["id"]]["progress"] is None
    assert terms[silent["id"]]["share"] is None
    assert not any(t["hidden"] or t["own"] for t in found["terms"])
    assert found["health"] in {"on_track", "at_risk", "off_track"}
    assert found["counted_twice"] == []
    own = admin.get(f"goals/{key_result['id']}/number").json()
    assert [t["own"] for t in own["terms"]] == [True]
    assert (own["raw"], own["actual"], own["baseline"]) == ("0.5", "50", "0")


def test_no_data_is_not_zero(admin: Program, objective: Facts) -> None:
    found = admin.get(f"goals/{objective['id']}/number").json()
    assert (found["progress"], found["progress_decimal"]) == (None, None)
    assert (found["health"], found["outdated"]) == ("no_data", False)


def test_history_has_one_point_a_day(admin: Program, objective: Facts, key_result: Facts) -> None:
    check_in(admin, key_result, "10")
    check_in(admin, key_result, "30")
    for goal in (objective, key_result):
        found = admin.get(f"goals/{goal['id']}/history").json()
        assert [p["progress_decimal"] for p in found["items"]] == ["0.300000000"]
        day = found["items"][0]["day"]
        path = f"goals/{goal['id']}/history"
        assert len(admin.get(f"{path}?since={day}&until={day}").json()["items"]) == 1
        assert admin.get(f"{path}?since=2199-01-01").json()["items"] == []
        assert admin.get(f"{path}?until=0001-01-01").status_code == 422


def test_subtree_in_preorder(
    admin: Program, objective: Facts, key_result: Facts, sales_unit: Unit, cycle: Facts
) -> None:
    facts = {
        "kind": "objective",
        "level": "unit",
        "unit": sales_unit.public_id,
        "cycle": cycle["id"],
    }
    below = admin.made(
        "goals",
        facts
        | {
            "title": "Dưới",
            "parents": [
                {"parent": key_result["id"]},
                {"parent": objective["id"], "relation": "supports"},
            ],
        },
    )
    found = admin.get(f"goals/{objective['id']}/subtree").json()
    assert [(b["id"], b["parent"], b["depth"]) for b in found["items"]] == [
        (objective["id"], None, 0),
        (key_result["id"], objective["id"], 1),
        (below["id"], key_result["id"], 2),
    ]
    assert found["items"][0]["owner"] == objective["owner"]["id"]
    assert found["items"][0]["unit"] == sales_unit.public_id
    assert [(c["child"], c["parent"]) for c in found["cross"]] == [(below["id"], objective["id"])]
    shallow = admin.get(f"goals/{key_result['id']}/subtree?depth=1").json()
    assert [b["id"] for b in shallow["items"]] == [key_result["id"], below["id"]]


@pytest.mark.parametrize("depth", ["0", "65", "x", "-1", "1e3", "99999999999999999999"])
def test_depths(admin: Program, objective: Facts, depth: str) -> None:
    response = admin.get(f"goals/{objective['id']}/subtree?depth={depth}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "depth"


def test_too_much_is_asked_for_in_parts(
    admin: Program, objective: Facts, key_result: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbers, "MOST_BRANCHES", 1)
    response = admin.get(f"goals/{objective['id']}/subtree")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (422, "too_many")


# --- periods ----------------------------------------------------------------------------


@pytest.fixture
def kpi(admin: Program, an: Person, sales_unit: Unit) -> Facts:
    return admin.made(
        "goals",
        {
            "kind": "kpi",
            "title": "Doanh thu",
            "level": "unit",
            "unit": sales_unit.public_id,
            "owner": an.public_id,
            "metric_kind": "currency",
            "metric_unit": "tỷ ₫",
            "direction": "higher",
            "frequency": "month",
            "aggregation": "sum",
            "starts": "2025-01-01",
        },
    )


def test_targets_by_period(
    as_: As, an: Person, chi: Person, administrator: Person, kpi: Facts
) -> None:
    api = as_(an)
    path = f"goals/{kpi['id']}"
    body = {
        "targets": [
            {"starts": "2025-01-01", "target": "25"},
            {"starts": "2025-02-01", "target": 20},
        ]
    }
    assert api.put(f"{path}/targets/2025", body).status_code == 428
    done = api.change("PUT", f"{path}/targets/2025", body, of=path)
    assert done.status_code == 200, done.content
    periods = api.get(f"{path}/periods?year=2025").json()["items"]
    assert len(periods) == 12
    assert [p["target"] for p in periods[:3]] == ["25", "20", None]
    assert api.get(f"{path}/periods?year=2031").json()["items"] == []
    # A target that stands changes by a request; where the organisation does without, it is
    # the approver's to change, with a reason.
    body = {"targets": [{"starts": "2025-01-01", "target": "30"}]}
    for who in (api, as_(chi)):
        refused = who.change("PUT", f"{path}/targets/2025", body, of=path)
        assert (refused.status_code, refused.json()["code"]) == (409, "needs_request")
    set_settings(administrator, {"kpi.target_approval": False})
    assert api.change("PUT", f"{path}/targets/2025", body, of=path).status_code == 403
    leader = as_(chi)
    bare = leader.change("PUT", f"{path}/targets/2025", body, of=path)
    assert bare.json()["errors"][0]["field"] == "reason"
    body["reason"] = "Giá tăng"  # type: ignore[assignment]
    assert leader.change("PUT", f"{path}/targets/2025", body, of=path).status_code == 200


@pytest.mark.parametrize(
    ("targets", "field"),
    [
        ([], "targets"),
        ([{"target": "1"}], "targets.0.starts"),
        ([{"starts": "2025-13-01", "target": "1"}], "targets.0.starts"),
        ([{"starts": "2025-01-01", "target": "1e30"}], "targets.0.target"),
        ([{"starts": "2025-01-01", "goal": "1"}], "targets.0.goal"),
        ([{"starts": "2026-01-01", "target": "1"}], "period"),
        ([{"starts": "2025-01-01", "target": "0"}], "target"),
        ([{"starts": "2025-01-01", "low": "3", "high": "2"}], "high"),
        ([{"starts": "2025-01-01", "target": "1"}] * 401, "targets"),
    ],
)
def test_bad_targets(admin: Program, kpi: Facts, targets: list[Facts], field: str) -> None:
    response = admin.put(f"goals/{kpi['id']}/targets/2025", {"targets": targets}, etag="*")
    assert response.status_code == 422, response.content
    assert response.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("year", ["0", "1989", "2200", "x", "20250"])
def test_years_that_are_none(admin: Program, kpi: Facts, year: str) -> None:
    body = {"targets": [{"starts": "2025-01-01", "target": "1"}]}
    assert admin.put(f"goals/{kpi['id']}/targets/{year}", body, etag="*").status_code == 404


def test_only_kpis_have_targets(admin: Program, objective: Facts, key_result: Facts) -> None:
    body = {"targets": [{"starts": "2025-01-01", "target": "1"}]}
    for goal in (objective, key_result):
        response = admin.put(f"goals/{goal['id']}/targets/2025", body, etag="*")
        assert response.status_code == 422
        assert admin.get(f"goals/{goal['id']}/periods").json()["items"] == []
