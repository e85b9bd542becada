"""/goals: lists, making, changing, removing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.api.routes import goals as routes
from haidang.exchange.tests.conftest import KEY_RESULT, Program, composed
from haidang.goals import actions
from haidang.goals.models import Goal, GoalVersion
from haidang.people.models import Person, Unit

As = Callable[..., Program]
Facts = dict[str, Any]

PILLAR = {"kind": "pillar", "title": "Khách hàng"}
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


def test_every_kind_can_be_made_and_read(
    admin: Program, objective: Facts, cycle: Facts, an: Person, sales_unit: Unit
) -> None:
    top = admin.made("goals", {"kind": "ultimate", "title": "Dẫn đầu", "why": "Vì khách hàng"})
    pillar = admin.made(
        "goals",
        PILLAR | {"perspective": "customer", "rank": 2, "parents": [{"parent": top["id"]}]},
    )
    kpi = admin.made(
        "goals",
        KPI | {"data_owner": an.public_id, "parents": [{"parent": pillar["id"], "weight": 30}]},
    )
    key_result = admin.made("goals", KEY_RESULT | {"parents": [composed(objective)]})
    assert [g["id"] for g in (top, pillar, kpi, objective, key_result)] == [
        "UG-1",
        "SP-1",
        "KPI-1",
        "O-1",
        "KR-1",
    ]
    assert pillar["parents"][0]["relation"] == "strategy"
    assert kpi["parents"][0]["weight"] == 30
    assert kpi["metric_scale"] == "1000000000"
    assert kpi["data_owner"] == {"id": an.public_id, "name": an.name}
    assert key_result["owner"]["id"] == an.public_id
    assert key_result["unit"]["id"] == sales_unit.public_id
    assert key_result["cycle"]["id"] == cycle["id"]
    assert (key_result["baseline"], key_result["target"]) == ("0", "100")
    assert key_result["standing"] == {
        "progress": None,
        "progress_decimal": None,
        "raw": None,
        "actual": None,
        "terms_measured": 0,
        "terms_total": 1,
        "own_value": None,
        "own_day": None,
        "confidence": None,
        "checked_in_at": None,
    }
    assert "check_in" in key_result["may"]
    for goal in (top, pillar, kpi, objective, key_result):
        assert admin.get(f"goals/{goal['id']}").json()["title"] == goal["title"]


def test_location_and_etag(admin: Program) -> None:
    response = admin.post("goals", PILLAR)
    assert response["Location"] == "/api/v1/goals/SP-1"
    assert response["ETag"].startswith('"1.1-')
    assert admin.get("goals/SP-1")["ETag"] == response["ETag"]
    assert admin.get("goals/sp-1").status_code == 200


def test_numbers_keep_every_digit(admin: Program, objective: Facts) -> None:
    long = "123456789012345678901234.0123456789"
    found = admin.made(
        "goals", KEY_RESULT | {"target": long, "baseline": -0.5, "parents": [composed(objective)]}
    )
    assert (found["target"], found["baseline"]) == (long, "-0.5")
    exact = admin.post(
        "goals",
        b'{"kind":"key_result","title":"X","metric_kind":"number","direction":"increase",'
        b'"baseline":0.1,"target":12345678901234567890,'
        b'"parents":[{"parent":"O-1","relation":"composition"}]}',
    ).json()
    assert (exact["baseline"], exact["target"]) == ("0.1", "12345678901234567890")


def test_a_member_makes_drafts_and_the_leader_makes_it_count(
    as_: As, an: Person, chi: Person, cycle: Facts, sales_unit: Unit
) -> None:
    facts = {
        "kind": "objective",
        "title": "X",
        "level": "unit",
        "unit": sales_unit.public_id,
        "cycle": cycle["id"],
    }
    assert as_(an).made("goals", facts)["state"] == "draft"
    assert as_(an).made("goals", facts | {"submit": True})["state"] == "submitted"
    assert as_(chi).made("goals", facts)["state"] == "active"
    assert as_(an).post("goals", PILLAR).status_code == 403


def test_an_individual_goal_is_ones_own(as_: As, an: Person, cycle: Facts) -> None:
    facts = {"kind": "objective", "title": "X", "level": "individual", "cycle": cycle["id"]}
    assert as_(an).made("goals", facts)["owner"]["id"] == an.public_id


def test_filters(
    admin: Program,
    as_: As,
    objective: Facts,
    key_result: Facts,
    cycle: Facts,
    an: Person,
    sales_unit: Unit,
    factory_unit: Unit,
    root_unit: Unit,
) -> None:
    pillar = admin.made("goals", PILLAR | {"tags": ["Thị phần"]})

    def ids(query: str) -> list[str]:
        response = admin.get(f"goals?{query}")
        assert response.status_code == 200, response.content
        return [g["id"] for g in response.json()["items"]]

    everything = [objective["id"], key_result["id"], pillar["id"]]
    assert ids("") == everything
    assert ids("kind=objective&kind=pillar") == [objective["id"], pillar["id"]]
    assert ids("state=draft") == []
    assert ids("level=unit") == [objective["id"]]
    assert ids(f"cycle={cycle['id']}") == everything[:2]
    assert ids(f"owner={an.public_id}") == everything[:2]
    assert ids(f"unit={root_unit.public_id}") == everything[:2]
    assert ids(f"unit={sales_unit.public_id}") == everything[:2]
    assert ids(f"unit={factory_unit.public_id}") == []
    assert ids(f"parent={objective['id']}") == [key_result["id"]]
    assert ids("tag=thi phan") == [pillar["id"]]
    assert ids("q=nha phan phoi") == [key_result["id"]]
    assert ids("q=kr-1") == [key_result["id"]]
    assert ids("q=%25") == []
    pages, query = [], "goals?limit=2"
    while True:
        found = admin.get(query).json()
        pages.append([g["id"] for g in found["items"]])
        if found["next"] is None:
            break
        query = f"goals?limit=2&cursor={found['next']}"
    assert pages == [everything[:2], everything[2:]]


def test_a_cursor_is_bound_to_its_list(admin: Program, as_: As, emma: Person) -> None:
    admin.made("goals", PILLAR)
    admin.made("goals", PILLAR | {"title": "Y"})
    cursor = admin.get("goals?limit=1").json()["next"]
    assert admin.get(f"cycles?cursor={cursor}").status_code == 422
    assert as_(emma).get(f"goals?cursor={cursor}").status_code == 422
    changed = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    assert admin.get(f"goals?cursor={changed}").status_code == 422


def test_private_goals_are_nowhere_for_others(
    as_: As, admin: Program, an: Person, binh: Person, cycle: Facts
) -> None:
    mine = as_(an)
    secret = mine.made(
        "goals",
        {
            "kind": "objective",
            "title": "Bí mật",
            "level": "individual",
            "owner": an.public_id,
            "cycle": cycle["id"],
            "visibility": "private",
        },
    )
    for other in (as_(binh), admin):
        assert other.get("goals?q=bi mat").json()["items"] == []
        missing = other.get("goals/O-999")
        for path in ("", "/number", "/history", "/check-ins", "/parents", "/children", "/subtree"):
            hidden = other.get(f"goals/{secret['id']}{path}")
            assert (hidden.status_code, hidden.content) == (404, missing.content), path
        refused = other.get(f"goals?parent={secret['id']}")
        unknown = other.get("goals?parent=O-999")
        assert refused.status_code == unknown.status_code == 422
        assert refused.json()["errors"][0]["code"] == "unknown"
    assert mine.get(f"goals/{secret['id']}").status_code == 200


# --- changing ---------------------------------------------------------------------------


def test_edits_are_guarded(as_: As, an: Person, chi: Person, key_result: Facts) -> None:
    api = as_(an)
    path = f"goals/{key_result['id']}"
    missing = api.patch(path, {"title": "X"})
    assert (missing.status_code, missing.json()["code"]) == (428, "precondition_required")
    etag = api.etag(path)
    first = api.patch(path, {"title": "120 nhà phân phối"}, etag=etag)
    assert first.status_code == 200
    assert (first.json()["version"], first.json()["title"]) == (2, "120 nhà phân phối")
    late = as_(chi).patch(path, {"why": "Vì sao"}, etag=etag)
    assert late.status_code == 412
    assert late.json()["current"]["title"] == "120 nhà phân phối"
    assert late.json()["current"]["version"] == 2
    assert as_(chi).patch(path, {"why": "Vì sao"}, etag=late["ETag"]).status_code == 200


def test_a_check_in_does_not_disturb_an_edit(as_: As, an: Person, key_result: Facts) -> None:
    api = as_(an)
    path = f"goals/{key_result['id']}"
    etag = api.etag(path)
    assert api.post(f"{path}/check-ins", {"value": "5"}, etag=etag).status_code == 201
    assert api.etag(path) != etag
    assert api.patch(path, {"title": "X"}, etag=etag).status_code == 200


def test_a_lost_race_is_412_too(
    as_: As, an: Person, key_result: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody edits between the check of If-Match and the lock."""
    from haidang.exchange.api.routes import goals as routes

    api = as_(an)
    path = f"goals/{key_result['id']}"
    etag = api.etag(path)
    checked = routes.expect_definition

    def slow(*args: Any) -> int:
        version = checked(*args)
        Goal.objects.filter(public_id=key_result["id"]).update(version=7)
        return version

    monkeypatch.setattr(routes, "expect_definition", slow)
    response = api.patch(path, {"title": "X"}, etag=etag)
    assert response.status_code == 412
    assert response.json()["current"]["version"] == 7


@pytest.mark.parametrize("fate", ["removed", "closed to them"])
def test_what_is_gone_meanwhile_is_missing(
    as_: As,
    dung: Person,
    admin: Program,
    objective: Facts,
    fate: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The one who was too late is not shown what became none of their business."""
    from haidang.exchange.api.routes import goals as routes

    path = f"goals/{objective['id']}"
    admin.change("PATCH", path, {"contributors": [dung.public_id]})
    asked = routes.expect

    def slow(*args: Any) -> int:
        rows = Goal.objects.filter(public_id=objective["id"])
        if fate == "removed":
            rows.delete()
        else:
            rows.get().participants.all().delete()
            rows.update(visibility="private", version=9)
        return asked(*args)

    monkeypatch.setattr(routes, "expect", slow)
    response = as_(dung).patch(path, {"title": "X"}, etag='"1.1-00"')
    assert response.status_code == 404, response.content


def test_a_new_measure_needs_a_reason_and_keeps_the_old_version(
    as_: As, an: Person, key_result: Facts
) -> None:
    api = as_(an)
    path = f"goals/{key_result['id']}"
    bare = api.change("PATCH", path, {"target": "120"})
    assert bare.status_code == 422
    assert bare.json()["errors"][0]["field"] == "reason"
    done = api.change("PATCH", path, {"target": "120", "reason": "Thêm tỉnh"})
    assert done.json()["target"] == "120"
    assert GoalVersion.objects.filter(goal__public_id=key_result["id"]).count() == 2


def test_null_empties(as_: As, an: Person, admin: Program, objective: Facts) -> None:
    path = f"goals/{objective['id']}"
    admin.change("PATCH", path, {"tags": ["a", "b"], "contributors": [an.public_id]})
    found = admin.change("PATCH", path, {"tags": [], "contributors": [], "owner": None}).json()
    assert (found["tags"], found["contributors"], found["owner"]) == ([], [], None)


def test_who_may_not_edit_gets_403_before_anything_else(
    as_: As, dung: Person, key_result: Facts
) -> None:
    response = as_(dung).patch(f"goals/{key_result['id']}", {"title": "X"})
    assert response.status_code == 403


def test_the_rule(admin: Program, objective: Facts, key_result: Facts) -> None:
    path = f"goals/{key_result['id']}"
    assert key_result["rule"] == "own"
    found = admin.change("PUT", f"{path}/rule", {"rule": "both"}, of=path)
    assert found.json()["rule"] == "both"
    wrong = admin.change("PUT", f"{path}/rule", {"rule": "neither"}, of=path)
    assert wrong.json()["errors"][0]["message"] == "One of own, children, both."
    refused = admin.change(
        "PUT", f"goals/{objective['id']}/rule", {"rule": "own"}, of=f"goals/{objective['id']}"
    )
    assert refused.status_code == 422


def test_delete_is_for_drafts_alone(
    as_: As, an: Person, chi: Person, cycle: Facts, sales_unit: Unit, objective: Facts
) -> None:
    api = as_(an)
    facts = {
        "kind": "objective",
        "title": "X",
        "level": "unit",
        "unit": sales_unit.public_id,
        "owner": an.public_id,
        "cycle": cycle["id"],
    }
    draft = api.made("goals", facts)
    path = f"goals/{draft['id']}"
    assert api.delete(path).status_code == 428
    assert as_(chi).change("DELETE", path).status_code == 403
    gone = api.change("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert api.get(path).status_code == 404
    active = api.change("DELETE", f"goals/{objective['id']}")
    assert (active.status_code, active.json()["code"]) == (409, "state")


def test_delete_refuses_what_has_children(
    as_: As, admin: Program, an: Person, cycle: Facts, sales_unit: Unit
) -> None:
    api = as_(an)
    facts = {
        "kind": "objective",
        "level": "unit",
        "unit": sales_unit.public_id,
        "owner": an.public_id,
        "cycle": cycle["id"],
    }
    draft = api.made("goals", facts | {"title": "Trên"})
    api.made("goals", facts | {"title": "Dưới", "parents": [{"parent": draft["id"]}]})
    refused = api.change("DELETE", f"goals/{draft['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "has_children")


def test_a_star_is_any_version_also_in_a_race(
    admin: Program, objective: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody is faster between the look and the lock."""
    path = f"goals/{objective['id']}"
    real = routes.expect_definition

    def late(*asked: Any) -> Any:
        seen = real(*asked)
        goal = Goal.objects.get(public_id=objective["id"])
        actions.edit_goal(admin.person, goal, None, {"rank": goal.rank + 1})
        return seen

    monkeypatch.setattr(routes, "expect_definition", late)
    assert admin.patch(path, {"title": "Sau cùng"}, etag="*").json()["title"] == "Sau cùng"
    assert admin.patch(path, {"title": "Cũ"}, etag=admin.etag(path)).status_code == 412
    etag = admin.etag(path)
    monkeypatch.undo()
    assert admin.patch(path, {"title": "Mới"}, etag=etag).status_code == 200
