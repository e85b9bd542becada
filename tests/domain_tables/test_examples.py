"""The numbers that E1 to E4 must show, entered with the defaults."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.worlds import REVENUE

D = Decimal


def test_e1_and_e2(world):
    ultimate = world.ultimate(title="Mở rộng thị phần phía Nam 2025")
    pillar = world.pillar(ultimate, title="Tăng trưởng thị phần phía Nam")
    department = world.kpi(pillar, **(REVENUE | {"direction": "higher", "target": 25}))
    money = REVENUE | {"direction": "higher", "target": 3, "baseline": None}
    rep = world.kpi(department, level="individual", **money)
    new = world.kpi(
        department, level="individual", frequency="quarter", target=1, metric_unit="NPP"
    )
    assert world.edge(rep, department).mode == "value"
    assert world.edge(new, department).mode == "none"
    for goal in (rep, new):
        if goal.state == "draft":
            from haidang.goals import actions as goals

            goals.submit(world.an, goal, goal.version)
    for month, value in ((1, "3.1"), (2, "2.7"), (3, "3.2")):
        world.check_in(rep, value, date(2025, month, 28))
    world.check_in(new, 1, date(2025, 3, 1))
    assert world.standing(rep).actual == 9
    assert [world.share(g) for g in (rep, new)] == [1, 1]
    assert [world.share(g) for g in (department, pillar, ultimate)] == [D("0.12")] * 3

    company = world.objective(ultimate, title="Mở rộng hiện diện thương hiệu phía Nam")
    events = world.key_result(company, target=4, metric_unit="sự kiện")
    sales = world.objective(company, level="unit", unit=world.sales)
    distributors = {"metric_kind": "count", "metric_unit": "NPP"}
    of_sales = world.key_result(sales, **distributors, target=100)
    of_rep = world.objective(sales, level="unit", unit=world.south)
    ten = world.key_result(of_rep, **distributors, target=10)
    world.check_in(ten, 5)
    world.check_in(of_sales, 40)
    world.check_in(events, 1)
    assert [world.share(g) for g in (of_rep, sales, company, ultimate)] == [
        D("0.5"),
        D("0.45"),
        D("0.35"),
        D("0.235"),
    ]


def test_e3(world):
    it = world.objective(level="unit", unit=world.it, title="Triển khai CRM toàn doanh nghiệp")
    places = world.key_result(
        it,
        metric_kind="milestones",
        metric_unit="",
        direction="milestones",
        baseline=None,
        target=None,
        milestones=[
            {"title": title, "weight": 1, "due": date(2025, 10, 31)}
            for title in ("TP.HCM", "Hà Nội", "Đà Nẵng")
        ],
    )
    level = {"metric_kind": "percent", "metric_unit": "%", "direction": "at_least"}
    staff = world.key_result(it, **level, baseline=None, target=100, unit=world.sales)
    happy = world.key_result(it, **level, baseline=None, target=90, unit=world.south)
    for answered, unit, facts, value in (
        (staff, world.sales, {"target": 3, "metric_unit": "buổi"}, 2),
        (happy, world.south, level | {"baseline": None, "target": 90}, 81),
    ):
        objective = world.objective(answered, level="unit", unit=unit)
        assert world.edge(objective, answered).relation == "cross_team"
        world.check_in(world.key_result(objective, **facts), value)
    first = min(places.milestones.values_list("position", flat=True))
    world.check_in(places, milestones=[first])
    assert [world.share(g) for g in (places, staff, happy, it)] == [
        D("0.333333333"),
        D("0.666666667"),
        D("0.9"),
        D("0.633333333"),
    ]


def test_e4(world):
    year = world.objective(title="Thương hiệu tuyển dụng chuyên nghiệp")
    reach = world.key_result(year, target=10_000, metric_unit="lượt")
    quarters = []
    for cycle, facts, value in (
        (0, {"target": 10, "metric_unit": "phỏng vấn"}, 10),
        (1, {"target": 5_000, "metric_unit": "lượt"}, 4_000),
    ):
        quarters.append(world.objective(year, cycle=world.quarters[cycle]))
        assert world.edge(quarters[-1], year).relation == "decomposes"
        world.check_in(world.key_result(quarters[-1], **facts), value)
    lan = world.person("Lan", world.sales, manager=world.chi)
    draft = world.create(
        "objective",
        actor=lan,
        level="individual",
        commitment="committed",
        cycle=world.quarters[2],
    )
    world.link(draft, year)
    world.check_in(reach, 2_500)
    world.close(quarters[0])
    assert [world.share(g) for g in (reach, *quarters, draft, year)] == [
        D("0.25"),
        D(1),
        D("0.8"),
        None,
        D("0.683333333"),
    ]
