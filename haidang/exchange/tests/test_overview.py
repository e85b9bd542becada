"""/kpis/tree, /overview, /attention: what the pages of leaders show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haidang.exchange.tests.conftest import KEY_RESULT, Program, composed
from haidang.goals.models import Goal, HistoryPoint
from haidang.people.models import Person

As = Callable[..., Program]
Facts = dict[str, Any]
KPI: Facts = {
    "kind": "kpi",
    "metric_kind": "currency",
    "metric_unit": "tỷ ₫",
    "direction": "higher",
    "frequency": "month",
    "aggregation": "sum",
    "target": "10",
}


def kpi(program: Program, title: str, above: Facts | None = None, **facts: Any) -> Facts:
    parents = [{"parent": above["id"]}] if above else []
    body = {**KPI, "level": "company", **facts, "title": title, "parents": parents}
    return program.made("goals", body)


def got(program: Program, path: str) -> Facts:
    response = program.get(path)
    assert response.status_code == 200, response.content.decode()
    found: Facts = response.json()
    return found


def cost(program: Program, path: str) -> int:
    got(program, path)
    with CaptureQueriesContext(connection) as caught:
        got(program, path)
    return len(caught)


# --- the tree of KPIs -------------------------------------------------------------------


def test_kpis_level_by_level(admin: Program) -> None:
    top = kpi(admin, "Doanh thu")
    north = kpi(admin, "Miền Bắc", top, level="unit", unit="U-1")
    south = kpi(admin, "Miền Nam", top, level="unit", unit="U-1")
    answer = admin.post(f"goals/{south['id']}/check-ins", {"value": "12"}, etag="*")
    assert answer.status_code == 201

    (one,) = got(admin, "kpis/tree")["items"]
    assert (one["id"], one["below"], one["level"]) == (top["id"], 2, "company")
    below = got(admin, f"kpis/tree?parent={top['id']}")
    assert [k["id"] for k in below["items"]] == [north["id"], south["id"]]
    assert below["next"] is None
    silent, told = below["items"]
    assert (silent["actual"], silent["target"], silent["attainment"]) == (None, None, None)
    assert (silent["trend"], silent["health"]) == ([None], "no_data")
    number = got(admin, f"goals/{south['id']}/number")
    assert (told["actual"], told["target"], told["attainment"]) == ("12", "10", "1.2")
    assert (told["progress"], told["expected"]) == (number["progress"], number["expected"])
    assert told["trend"] == [number["progress"]]
    assert (told["metric_unit"], told["direction"], told["below"]) == ("tỷ ₫", "higher", 0)


def test_kpis_page_by_page(admin: Program) -> None:
    top = kpi(admin, "Doanh thu")
    made = [kpi(admin, f"Vùng {n}", top, rank=10 - n) for n in range(5)]
    loose = [kpi(admin, f"Lẻ {n}", level="unit", unit="U-1") for n in range(2)]
    for path, whole in (
        (f"kpis/tree?parent={top['id']}&limit=2", [k["id"] for k in reversed(made)]),
        ("kpis/tree?limit=2", [top["id"], *(k["id"] for k in loose)]),
    ):
        seen: list[str] = []
        cursor = ""
        while True:
            found = got(admin, path + cursor)
            seen += [one["id"] for one in found["items"]]
            if found["next"] is None:
                break
            cursor = f"&cursor={found['next']}"
        assert seen == whole


def test_kpis_within_ones_rights(as_: As, dung: Person, admin: Program, objective: Facts) -> None:
    top = kpi(admin, "Doanh thu")
    hidden = kpi(admin, "Kín", top)
    kpi(admin, "Dưới kín", hidden)
    Goal.objects.filter(public_id=hidden["id"]).update(visibility="private")
    program = as_(dung)
    found = got(program, "kpis/tree")["items"]
    assert [(one["title"], one["below"]) for one in found] == [("Doanh thu", 0), ("Dưới kín", 0)]
    assert got(program, f"kpis/tree?parent={top['id']}")["items"] == []
    for other in (hidden["id"], objective["id"], "KPI-999"):
        response = program.get(f"kpis/tree?parent={other}")
        assert response.status_code == 422
        assert response.json()["errors"][0]["code"] == "unknown"


def test_kpis_cost_the_same(admin: Program) -> None:
    top = kpi(admin, "Doanh thu")

    def grow(count: int) -> None:
        for n in range(count):
            kpi(admin, f"Lẻ {n}")
            one = kpi(admin, f"Vùng {n}", top)
            done = admin.post(f"goals/{one['id']}/check-ins", {"value": "1"}, etag="*")
            assert done.status_code == 201

    paths = ("kpis/tree?limit=200", f"kpis/tree?parent={top['id']}&limit=200")
    grow(2)
    few = [cost(admin, path) for path in paths]
    grow(8)
    assert [cost(admin, path) for path in paths] == few
    assert max(few) <= 20


# --- overview and attention -------------------------------------------------------------


@pytest.fixture
def pillar(admin: Program, objective: Facts, key_result: Facts) -> Facts:
    top = admin.made("goals", {"kind": "ultimate", "title": "Dẫn đầu"})
    made = admin.made(
        "goals", {"kind": "pillar", "title": "Khách hàng", "parents": [{"parent": top["id"]}]}
    )
    admin.made(f"goals/{objective['id']}/parents", {"parent": made["id"]})
    return made


def test_overview(as_: As, an: Person, admin: Program, pillar: Facts, key_result: Facts) -> None:
    reported = as_(an).post(f"goals/{key_result['id']}/check-ins", {"value": "10"}, etag="*")
    assert reported.status_code == 201
    found = got(admin, "overview")
    assert [one["goal"]["title"] for one in found["ultimate_goals"]] == ["Dẫn đầu"]
    (one,) = found["pillars"]
    assert one["goal"]["id"] == pillar["id"]
    assert (one["progress_decimal"], one["week_ago"]) == ("0.100000000", None)
    assert (one["off_track"], one["at_risk"]) == (2, 0)  # the objective and its key result
    assert found["attention"]["goals"] == got(admin, "attention")["goals"]


def test_overview_tells_what_moved_a_pillar(
    as_: As, an: Person, admin: Program, pillar: Facts, objective: Facts, key_result: Facts
) -> None:
    ids = [pillar["id"], objective["id"], key_result["id"]]
    HistoryPoint.objects.filter(goal__public_id__in=ids).delete()
    HistoryPoint.objects.bulk_create(
        HistoryPoint(
            goal=goal,
            day=timezone.localdate() - timedelta(days=8),
            progress=100_000_000,
            terms_measured=1,
            terms_total=1,
        )
        for goal in Goal.objects.filter(public_id__in=ids)
    )
    program = as_(an)
    made = program.post(f"goals/{key_result['id']}/check-ins", {"value": "40"}, etag="*").json()
    (one,) = got(program, "overview")["pillars"]
    assert (one["week_ago"], one["progress"]) == (100_000_000, 400_000_000)
    mover = next(m for m in one["movers"] if m["goal"]["id"] == key_result["id"])
    assert (mover["week_ago"], mover["progress"]) == (100_000_000, 400_000_000)
    assert mover["check_in"]["id"] == made["id"]
    assert mover["check_in"]["author"]["id"] == an.public_id


def test_attention_by_reason(
    as_: As, dung: Person, an: Person, admin: Program, objective: Facts, key_result: Facts
) -> None:
    Goal.objects.filter(public_id=key_result["id"]).update(owner=None)
    found = got(admin, "attention")
    groups = {group["reason"]: group for group in found["groups"]}
    assert [one["goal"]["id"] for one in groups["no_owner"]["items"]] == [key_result["id"]]
    assert [one["goal"]["id"] for one in groups["no_parent"]["items"]] == [objective["id"]]
    assert groups["no_owner"]["items"][0]["reasons"][0] == "no_owner"
    assert (found["looked_at"], found["goals"], found["cut"]) == (2, 2, False)
    (alone,) = got(admin, "attention?reason=no_parent")["groups"]
    assert (alone["reason"], alone["count"]) == ("no_parent", 1)
    assert got(admin, "attention?unit=U-1")["goals"] == 2
    other = got(admin, f"attention?unit={dung.unit.public_id}" if dung.unit else "")
    assert (other["groups"], other["goals"]) == ([], 0)
    Goal.objects.update(visibility="private")
    assert got(as_(dung), "attention")["looked_at"] == 0


def test_attention_lists_as_many_as_asked_for(admin: Program) -> None:
    for n in range(5):
        admin.made("goals", {"kind": "pillar", "title": f"Trụ {n}"})
    for query in ("limit=3", "limit=3&reason=no_parent"):
        groups = {g["reason"]: g for g in got(admin, f"attention?{query}")["groups"]}
        assert (groups["no_parent"]["count"], len(groups["no_parent"]["items"])) == (5, 3)


@pytest.mark.parametrize(
    ("query", "field"),
    [("reason=x", "reason"), ("unit=U-99", "unit"), ("cycle=C-99", "cycle"), ("limit=0", "limit")],
)
def test_attention_refuses_what_means_nothing(admin: Program, query: str, field: str) -> None:
    response = admin.get(f"attention?{query}")
    assert response.status_code == 422
    assert [e["field"] for e in response.json()["errors"]] == [field]


def test_leaders_reads_cost_the_same(admin: Program, pillar: Facts, objective: Facts) -> None:
    def grow(count: int) -> None:
        for n in range(count):
            admin.made("goals", {"kind": "pillar", "title": f"Trụ {n}"})
            admin.made("goals", KEY_RESULT | {"parents": [composed(objective)]})

    paths = ("overview", "attention?limit=2000")
    grow(2)
    few = [cost(admin, path) for path in paths]
    grow(9)
    assert [cost(admin, path) for path in paths] == few


@pytest.mark.parametrize("path", ["overview", "attention", "kpis/tree"])
def test_the_same_again_is_not_sent(admin: Program, objective: Facts, path: str) -> None:
    tag = admin.get(path)["ETag"]
    assert admin.get(path, If_None_Match=tag).status_code == 304
