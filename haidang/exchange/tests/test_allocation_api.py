"""The allocation of a KPI's target by the API: reading, spreading, saving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import Program
from haidang.goals.models import Goal
from haidang.people.models import Person, Unit

pytestmark = pytest.mark.django_db
As = Callable[..., Program]
Facts = dict[str, Any]
FACTS: Facts = {
    "kind": "kpi", "metric_kind": "currency", "metric_unit": "tỷ ₫", "decimals": 2,
    "direction": "higher", "frequency": "quarter", "aggregation": "sum",
}  # fmt: skip


@pytest.fixture
def top(admin: Program) -> Facts:
    """The company's: 12 tỷ ₫ a quarter."""
    return admin.made("goals", FACTS | {"title": "Doanh thu", "level": "company", "target": "12"})


@pytest.fixture
def below(admin: Program, top: Facts, sales_unit: Unit, an: Person) -> Callable[..., Facts]:
    def make(title: str, **facts: Any) -> Facts:
        body = FACTS | {
            "title": title, "level": "unit", "unit": sales_unit.public_id,
            "owner": an.public_id, "parents": [{"parent": top["id"], "mode": "value"}],
        }  # fmt: skip
        return admin.made("goals", body | facts)

    return make


def test_it_is_read_with_what_is_left_over(
    as_: As, admin: Program, chi: Person, emma: Person, top: Facts, below: Callable[..., Facts]
) -> None:
    below("Miền Bắc", target="5")
    south = below("Miền Nam", metric_unit="triệu ₫", target="9000")
    secret = below("Mật", target="1")
    Goal.objects.filter(public_id=secret["id"]).update(visibility="private")
    path = f"goals/{top['id']}/allocation/2026"
    found = admin.get(path).json()
    assert [one["left"] for one in found["periods"]] == ["-3"] * 4
    assert found["whole"] == {"target": "48", "allocated": "60", "left": "-12"}
    assert (found["count"], found["next"], found["month"]) == (3, None, None)
    hidden = next(one for one in found["kpis"] if one["kpi"] is None)
    assert (hidden["may_set"], hidden["version"]) == (False, None)
    assert "Mật" not in admin.get(path).content.decode()
    other = next(one for one in found["kpis"] if one["kpi"] and one["kpi"]["id"] == south["id"])
    assert (other["targets"], other["metric_unit"]) == (["9000"] * 4, "triệu ₫")
    assert other["needs_request"] is True
    assert as_(chi).get(path).status_code == 403
    assert as_(emma).get(path).status_code == 404


def test_it_is_spread_and_saved(admin: Program, top: Facts, below: Callable[..., Facts]) -> None:
    north, south = below("Miền Bắc", target="5"), below("Miền Nam", target="5")
    path = f"goals/{top['id']}/allocation"
    body = {
        "over": "periods", "by": "equal", "totals": [{"kpi": north["id"], "total": "10.01"}],
    }  # fmt: skip
    found = admin.post(f"{path}/2026/spread", body).json()
    rows = {one["kpi"]["id"]: one for one in found["kpis"]}
    assert rows[north["id"]]["targets"] == ["2.51", "2.5", "2.5", "2.5"]
    assert rows[south["id"]]["targets"] == ["5"] * 4, "what it has"
    found = admin.post(f"{path}/2026/spread", {"over": "kpis", "by": "equal"}).json()
    assert [one["left"] for one in found["periods"]] == ["0"] * 4
    assert admin.get(f"{path}/2026").json()["kpis"][0]["targets"] == ["5"] * 4, "not saved"

    starts = [one["starts"] for one in found["periods"]]
    targets = [
        {"kpi": row["kpi"]["id"], "starts": day, "target": target}
        for row in found["kpis"]
        for day, target in zip(starts, row["targets"], strict=True)
    ]
    seen = [{"kpi": one["kpi"]["id"], "version": one["version"]} for one in found["kpis"]]
    refused = admin.post(path, {"targets": targets, "seen": [seen[0] | {"version": 77}]})
    assert (refused.status_code, refused.json()["code"]) == (409, "stale")
    assert admin.post(path, {"targets": targets, "seen": seen}).json()["code"] == "required"
    saved = admin.post(path, {"targets": targets, "seen": seen, "reason": "Phân bổ năm"})
    assert saved.status_code == 200, saved.content
    assert saved.json()["changed"] == 0
    assert isinstance(saved.json()["request"], int)
    rows = {one["kpi"]["id"]: one for one in admin.get(f"{path}/2026").json()["kpis"]}
    assert rows[north["id"]]["waiting"] == starts


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"over": "kpis", "by": "working_days"}, 422),
        ({"over": "kpis", "by": "last_year"}, 422),  # nothing was reported
        ({"over": "x", "by": "equal"}, 422),
        ({"over": "periods", "by": "equal", "totals": [{"kpi": "KPI-999", "total": "1"}]}, 422),
        ({"over": "periods", "by": "equal", "totals": [{"kpi": "KPI-2", "total": "NaN"}]}, 422),
        ({"over": "periods", "by": "equal", "page": 9}, 200),
        ({"over": "periods", "by": "equal", "month": 13}, 422),
    ],
)
def test_what_cannot_be_spread(
    admin: Program, top: Facts, below: Callable[..., Facts], body: Facts, status: int
) -> None:
    below("Miền Bắc", target="5")
    answer = admin.post(f"goals/{top['id']}/allocation/2026/spread", body)
    assert answer.status_code == status, answer.content


def test_what_is_no_sum_is_not_allocated(admin: Program, top: Facts) -> None:
    Goal.objects.filter(public_id=top["id"]).update(aggregation="ratio")
    path = f"goals/{top['id']}/allocation"
    targets = [{"starts": "2026-01-01", "target": "1"}]
    for answer in (
        admin.get(f"{path}/2026"),
        admin.post(f"{path}/2026/spread", {"over": "kpis", "by": "equal"}),
        admin.post(path, {"targets": targets, "reason": "x"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "not_a_sum")
