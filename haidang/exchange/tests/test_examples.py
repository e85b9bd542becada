"""E1 to E4 entered through the API alone, with their numbers to nine places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import Program
from haidang.people.models import Person, Unit

As = Callable[..., Program]

MONEY = {
    "kind": "kpi",
    "metric_kind": "currency",
    "metric_unit": "tỷ ₫",
    "direction": "higher",
    "frequency": "month",
    "aggregation": "sum",
    "starts": "2025-01-01",
}
COUNT = {
    "kind": "key_result",
    "metric_kind": "count",
    "direction": "increase",
    "baseline": "0",
}


def number(api: Program, goal: dict[str, Any]) -> dict[str, Any]:
    response = api.get(f"goals/{goal['id']}/number")
    assert response.status_code == 200, response.content.decode()
    found: dict[str, Any] = response.json()
    assert api.get(f"goals/{goal['id']}").json()["standing"]["progress"] == found["progress"]
    return found


def progress(api: Program, goal: dict[str, Any]) -> str | None:
    found: str | None = number(api, goal)["progress_decimal"]
    return found


def check_in(api: Program, goal: dict[str, Any], **values: Any) -> dict[str, Any]:
    version = api.get(f"goals/{goal['id']}").json()["measure_version"]
    return api.made(f"goals/{goal['id']}/check-ins", {"measure_version": version, **values})


def key_result(
    api: Program, objective: dict[str, Any], title: str, target: str, **facts: Any
) -> dict[str, Any]:
    parents = [{"parent": objective["id"], "relation": "composition"}]
    return api.made(
        "goals", {**COUNT, "title": title, "target": target, "parents": parents} | facts
    )


def approved(owner: Program, approver: Program, goal: dict[str, Any]) -> dict[str, Any]:
    """A draft handed in by its owner and made active by who approves it."""
    path = f"goals/{goal['id']}"
    if goal["state"] == "draft":
        assert owner.change("POST", f"{path}/submission", of=path).status_code == 200
    response = approver.change("POST", f"{path}/approval", of=path)
    assert response.status_code == 200, response.content.decode()
    answer: dict[str, Any] = response.json()
    assert answer["state"] == "active"
    return answer


def accept(approver: Program, child: dict[str, Any], parent: dict[str, Any]) -> None:
    path = f"goals/{child['id']}/parents/{parent['id']}/acceptance"
    assert approver.post(path).status_code == 200


@pytest.fixture
def top(admin: Program) -> dict[str, Any]:
    return admin.made("goals", {"kind": "ultimate", "title": "Mở rộng thị phần phía Nam 2025"})


@pytest.fixture
def year(admin: Program) -> dict[str, Any]:
    return admin.made(
        "cycles",
        {"name": "Năm 2025", "kind": "year", "starts": "2025-01-01", "ends": "2025-12-31"},
    )


def quarter(api: Program, year: dict[str, Any], n: int) -> dict[str, Any]:
    starts = f"2025-{3 * n - 2:02}-01"
    ends = {1: "2025-03-31", 2: "2025-06-30", 3: "2025-09-30", 4: "2025-12-31"}[n]
    facts = {"name": f"Quý {n}/2025", "kind": "quarter", "starts": starts, "ends": ends}
    return api.made("cycles", facts | {"parent": year["id"]})


def test_e1_and_e2(
    admin: Program,
    as_: As,
    an: Person,
    chi: Person,
    sales_unit: Unit,
    top: dict[str, Any],
    year: dict[str, Any],
) -> None:
    rep, head = as_(an), as_(chi)
    sales = {"level": "unit", "unit": sales_unit.public_id, "owner": chi.public_id}
    mine = {"level": "individual", "owner": an.public_id}

    # E1: Ultimate Goal > pillar > the department's KPI > the rep's KPIs.
    pillar = admin.made(
        "goals",
        {
            "kind": "pillar",
            "title": "Tăng trưởng thị phần phía Nam",
            "parents": [{"parent": top["id"]}],
        },
    )
    revenue = admin.made(
        "goals",
        {
            **MONEY,
            **sales,
            "title": "Doanh thu phía Nam",
            "target": "25",
            "parents": [{"parent": pillar["id"]}],
        },
    )
    rep_revenue = rep.made(
        "goals",
        {
            **MONEY,
            **mine,
            "title": "Doanh thu Bình Dương",
            "target": "3",
            "parents": [{"parent": revenue["id"]}],
        },
    )
    distributors = rep.made(
        "goals",
        {
            **mine,
            "kind": "kpi",
            "title": "Nhà phân phối mới",
            "metric_kind": "count",
            "metric_unit": "NPP",
            "direction": "higher",
            "frequency": "quarter",
            "aggregation": "sum",
            "target": "1",
            "starts": "2025-01-01",
            "parents": [{"parent": revenue["id"]}],
        },
    )
    (link,) = rep_revenue["parents"]
    assert (link["relation"], link["mode"], link["proposed_mode"]) == ("cascade", "none", "value")
    (link,) = distributors["parents"]
    assert (link["mode"], link["proposed_mode"]) == ("none", "")
    approved(rep, head, rep_revenue)
    approved(rep, head, distributors)
    accept(head, rep_revenue, revenue)
    for day, value in (("2025-01-31", "3.1"), ("2025-02-28", "2.7"), ("2025-03-31", "3.2")):
        check_in(rep, rep_revenue, for_day=day, value=value, confidence=8)
    check_in(rep, distributors, for_day="2025-03-31", value="1")

    assert progress(rep, rep_revenue) == "1.000000000"
    assert number(rep, rep_revenue)["actual"] == "9"
    assert progress(rep, distributors) == "1.000000000"
    department = number(rep, revenue)
    assert department["progress_decimal"] == "0.120000000"
    assert department["actual"] == "9"
    assert [t["goal"]["id"] for t in department["value_terms"]] == [rep_revenue["id"]]
    assert progress(rep, pillar) == "0.120000000"
    assert progress(rep, top) == "0.120000000"

    # E2: the company's objective > sales > the rep, each with its key result.
    second = quarter(admin, year, 2)
    brand = admin.made(
        "goals",
        {
            "kind": "objective",
            "title": "Mở rộng hiện diện thương hiệu phía Nam",
            "level": "company",
            "cycle": year["id"],
            "parents": [{"parent": top["id"]}],
        },
    )
    events = key_result(admin, brand, "4 sự kiện marketing", "4", metric_unit="sự kiện")
    selling = head.made(
        "goals",
        {
            "kind": "objective",
            "title": "Tối đa hóa hiệu suất khai thác khách hàng",
            "cycle": second["id"],
            "parents": [{"parent": brand["id"]}],
            **sales,
        },
    )
    accept(admin, selling, brand)
    hundred = key_result(head, selling, "Ít nhất 100 NPP tiềm năng", "100", metric_unit="NPP")
    converting = rep.made(
        "goals",
        {
            "kind": "objective",
            "title": "Gia tăng tỷ lệ chuyển đổi",
            "cycle": second["id"],
            "parents": [{"parent": selling["id"]}],
            **mine,
        },
    )
    ten = key_result(rep, converting, "Ít nhất 10 NPP", "10", metric_unit="NPP")
    assert ten["state"] == "draft"
    approved(rep, head, converting)
    assert rep.get(f"goals/{ten['id']}").json()["state"] == "active"
    accept(head, converting, selling)
    check_in(rep, ten, value=5)
    check_in(head, hundred, value="40")
    check_in(admin, events, value="1")

    assert progress(rep, converting) == "0.500000000"
    assert progress(rep, selling) == "0.450000000"
    assert progress(rep, brand) == "0.350000000"
    assert progress(rep, top) == "0.235000000"
    root = number(rep, top)
    assert {t["progress_decimal"] for t in root["terms"]} == {"0.120000000", "0.350000000"}
    assert sum(t["contribution"] for t in root["terms"]) == 235_000_000


def test_e3(admin: Program, sales_unit: Unit, year: dict[str, Any]) -> None:
    def unit(name: str) -> dict[str, Any]:
        return admin.made("units", {"name": name})

    it, care = unit("Phòng Công nghệ thông tin"), unit("Phòng Chăm sóc khách hàng")

    def objective(title: str, unit_id: str, *parents: dict[str, Any]) -> dict[str, Any]:
        facts = {"kind": "objective", "title": title, "level": "unit", "unit": unit_id}
        links = [{"parent": parent["id"]} for parent in parents]
        return admin.made("goals", {**facts, "cycle": year["id"], "parents": links})

    crm = objective("Triển khai CRM toàn doanh nghiệp", it["id"])
    places = key_result(
        admin,
        crm,
        "Tích hợp tại ba nơi",
        "3",
        metric_kind="milestones",
        direction="milestones",
        baseline=None,
        ends="2025-10-31",
        milestones=[{"title": "TP.HCM"}, {"title": "Hà Nội"}, {"title": "Đà Nẵng"}],
    )
    skilled = key_result(
        admin,
        crm,
        "100% nhân viên thành thạo",
        "100",
        metric_kind="percent",
        direction="at_least",
        unit=sales_unit.public_id,
    )
    satisfied = key_result(
        admin,
        crm,
        "Ít nhất 90% hài lòng",
        "90",
        metric_kind="percent",
        direction="at_least",
        unit=care["id"],
    )
    faster = objective("Tăng tốc ứng dụng CRM", sales_unit.public_id, skilled)
    assert faster["parents"][0]["relation"] == "cross_team"
    sessions = key_result(admin, faster, "3 buổi đào tạo", "3")
    better = objective("Tối ưu trải nghiệm dữ liệu khách hàng", care["id"], satisfied)
    happy = key_result(
        admin, better, "Ít nhất 90% hài lòng", "90", metric_kind="percent", direction="at_least"
    )
    check_in(admin, places, milestones=[0])
    check_in(admin, sessions, value="2")
    check_in(admin, happy, value="81")

    assert progress(admin, places) == "0.333333333"
    assert progress(admin, skilled) == "0.666666667"
    assert progress(admin, satisfied) == "0.900000000"
    assert progress(admin, crm) == "0.633333333"
    found = number(admin, crm)
    assert (found["terms_measured"], found["terms_total"]) == (3, 3)
    milestones = admin.get(f"goals/{places['id']}").json()["milestones"]
    assert [m["reached"] for m in milestones] == [True, False, False]


def test_e4(
    admin: Program, as_: As, make_person: Callable[..., Person], year: dict[str, Any]
) -> None:
    hr = admin.made("units", {"name": "Phòng Nhân sự"})
    facts = {"kind": "objective", "level": "unit", "unit": hr["id"]}
    brand = admin.made(
        "goals",
        {**facts, "title": "Thương hiệu tuyển dụng chuyên nghiệp", "cycle": year["id"]},
    )
    reach = key_result(admin, brand, "10.000 lượt tiếp cận", "10000")
    quarters = [quarter(admin, year, n) for n in (1, 2, 3)]
    below = [{"parent": brand["id"]}]
    first = admin.made(
        "goals", {**facts, "title": "Xác định EVP", "cycle": quarters[0]["id"], "parents": below}
    )
    assert first["parents"][0]["relation"] == "decomposes"
    interviews = key_result(admin, first, "10 buổi phỏng vấn", "10")
    second = admin.made(
        "goals",
        {**facts, "title": "Truyền thông EVP", "cycle": quarters[1]["id"], "parents": below},
    )
    month = key_result(admin, second, "Ít nhất 5.000 lượt", "5000", direction="at_least")
    hoa = make_person("Hoa", "hoa", unit=Unit.objects.get(public_id=hr["id"]))
    member = as_(hoa)
    third = member.made(
        "goals",
        {
            **facts,
            "title": "Tiếp cận ứng viên ở đại học",
            "cycle": quarters[2]["id"],
            "parents": below,
            "owner": hoa.public_id,
        },
    )
    assert third["state"] == "draft"
    key_result(member, third, "2 hội thảo", "2")

    check_in(admin, reach, value="2500")
    check_in(admin, interviews, value="10")
    check_in(admin, month, value="4000")
    path = f"goals/{first['id']}"
    closed = admin.change("POST", f"{path}/closure", {"reason": "Hết quý"}, of=path).json()
    assert (closed["state"], closed["score"]) == ("closed", "1")

    assert progress(admin, reach) == "0.250000000"
    assert progress(admin, first) == "1.000000000"
    assert progress(admin, second) == "0.800000000"
    assert progress(admin, brand) == "0.683333333"
    found = number(admin, brand)
    assert (found["terms_measured"], found["terms_total"]) == (3, 3)
    assert [t["goal"]["id"] for t in found["left_out"]] in ([], [third["id"]])
