"""E1 to E4 of the founding documents, entered as they stand, with the numbers they must show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from haidang.checkins import actions as checkins
from haidang.checkins.recompute import recompute
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Alignment, Cycle, Goal, Mode, Standing
from haidang.people.models import Organisation, Person, Unit

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def proven(organisation: Organisation) -> Iterator[None]:
    """After each example a rebuild from the records finds nothing to mend."""
    yield
    assert recompute(organisation.pk, check=True) == []


@pytest.fixture
def year(administrator: Person) -> Cycle:
    facts = {"name": "2026", "kind": "year", "starts": date(2026, 1, 1), "ends": date(2026, 12, 31)}
    return actions.create_cycle(administrator, facts)


@pytest.fixture
def quarters(administrator: Person, year: Cycle) -> list[Cycle]:
    spans = [(1, 3, 31), (4, 6, 30), (7, 9, 30)]
    return [
        actions.create_cycle(
            administrator,
            {
                "name": f"Quý {i}/2026",
                "kind": "quarter",
                "parent": year,
                "starts": date(2026, first, 1),
                "ends": date(2026, last, end),
            },
        )
        for i, (first, last, end) in enumerate(spans, 1)
    ]


Make = Callable[..., Goal]


@pytest.fixture
def make(administrator: Person, sales_unit: Unit, year: Cycle) -> Make:
    """A goal of the administrator's, who is the strategist too and so may do all of it."""

    def make(kind: str, title: str, *parents: Any, **facts: Any) -> Goal:
        requests = [p if isinstance(p, LinkRequest) else LinkRequest(p) for p in parents]
        if kind == "objective":
            facts = {"cycle": year, "level": "company", **facts}
        if kind == "key_result":
            requests[0] = LinkRequest(requests[0].parent, "composition")
        return actions.create_goal(administrator, kind, {"title": title, **facts}, parents=requests)

    return make


@pytest.fixture
def report(administrator: Person) -> Callable[..., None]:
    def report(goal: Goal, value: str | None = None, **values: Any) -> None:
        values.setdefault("for_day", None)
        if value is not None:
            values["value"] = D(value)
        checkins.record(administrator, Goal.objects.get(pk=goal.pk), **values)

    return report


def number(goal: Goal) -> int | None:
    return Standing.objects.get(pk=goal.pk).progress


def test_e1_and_e2_move_the_ultimate_goal(
    make: Make, report: Callable[..., None], sales_unit: Unit, factory_unit: Unit
) -> None:
    ultimate = make("ultimate", "Mở rộng thị phần phía Nam 2025")
    pillar = make("pillar", "Tăng trưởng thị phần phía Nam", ultimate)
    kpi = {"metric_kind": "currency", "metric_unit": "tỷ ₫", "direction": "higher",
           "frequency": "month", "aggregation": "sum"}  # fmt: skip
    department = make(
        "kpi", "Doanh thu phía Nam", pillar, level="unit", unit=sales_unit, target=D(25), **kpi
    )
    revenue = make("kpi", "Doanh thu Bình Dương", department, level="unit", unit=sales_unit,
                   target=D(3), **kpi)  # fmt: skip
    distributors = make(
        "kpi", "NPP mới", department, level="unit", unit=sales_unit, target=D(1),
        metric_kind="count", metric_unit="NPP", direction="higher", frequency="quarter",
        aggregation="sum",
    )  # fmt: skip
    modes = dict(Alignment.objects.filter(parent=department).values_list("child", "mode"))
    assert modes == {revenue.pk: Mode.VALUE, distributors.pk: Mode.NONE}
    for month, value in ((1, "3.1"), (2, "2.7"), (3, "3.2")):
        report(revenue, value, for_day=date(2026, month, 28))
    report(distributors, "1", for_day=date(2026, 3, 31))
    assert number(revenue) == 10**9
    assert Standing.objects.get(pk=revenue.pk).actual == 9
    assert number(distributors) == 10**9
    assert number(department) == number(pillar) == 120_000_000

    company = make("objective", "Mở rộng hiện diện thương hiệu phía Nam", ultimate)
    count = {"metric_kind": "count", "direction": "at_least"}
    events = make("key_result", "4 sự kiện marketing", company, target=D(4),
                  metric_unit="sự kiện", **count)  # fmt: skip
    sales = make("objective", "Tối đa hóa hiệu suất", company, level="unit", unit=sales_unit)
    potential = make("key_result", "100 NPP tiềm năng", sales, target=D(100),
                     metric_unit="NPP", **count)  # fmt: skip
    rep = make("objective", "Gia tăng tỷ lệ chuyển đổi", sales, level="unit", unit=sales_unit)
    converted = make("key_result", "10 NPP", rep, target=D(10), metric_unit="NPP", **count)
    report(events, "1")
    report(potential, "40")
    report(converted, "5")
    assert number(rep) == 500_000_000
    assert number(sales) == 450_000_000
    assert number(company) == 350_000_000
    assert number(ultimate) == 235_000_000


def test_e3_is_answered_by_other_departments(
    make: Make, report: Callable[..., None], sales_unit: Unit, factory_unit: Unit, root_unit: Unit
) -> None:
    it = make("objective", "Triển khai CRM toàn doanh nghiệp", level="unit", unit=factory_unit)
    places = [{"title": t} for t in ("TP.HCM", "Hà Nội", "Đà Nẵng")]
    one = make("key_result", "Tích hợp 3 nơi", it, metric_kind="milestones", milestones=places)
    percent = {"metric_kind": "percent", "metric_unit": "%", "direction": "at_least"}
    two = make("key_result", "100% nhân viên thành thạo", it, target=D(100), **percent)
    three = make("key_result", "90% hài lòng", it, target=D(90), **percent)
    answer = make("objective", "Tăng tốc ứng dụng CRM", two, level="unit", unit=sales_unit)
    assert Alignment.objects.get(child=answer).relation == "cross_team"
    sessions = make("key_result", "3 buổi đào tạo", answer, target=D(3), metric_kind="count",
                    metric_unit="buổi", direction="at_least")  # fmt: skip
    care = make("objective", "Tối ưu trải nghiệm", three, level="unit", unit=root_unit)
    happy = make("key_result", "90% hài lòng sau 1 tháng", care, target=D(90), **percent)
    report(one, milestones=[0])
    report(sessions, "2")
    report(happy, "81")
    assert number(one) == 333_333_333
    assert number(two) == 666_666_667
    assert number(three) == 900_000_000
    assert number(it) == 633_333_333


def test_e4_a_year_of_quarters(
    make: Make,
    report: Callable[..., None],
    administrator: Person,
    quarters: list[Cycle],
    sales_unit: Unit,
) -> None:
    place = {"level": "unit", "unit": sales_unit}
    count = {"metric_kind": "count", "metric_unit": "lượt", "direction": "at_least"}
    year = make("objective", "Thương hiệu tuyển dụng chuyên nghiệp", **place)
    reach = make("key_result", "10.000 lượt tiếp cận", year, target=D(10_000), **count)
    parts = [
        make("objective", title, year, cycle=cycle, **place)
        for title, cycle in zip(("Xác định EVP", "Truyền thông EVP"), quarters, strict=False)
    ]
    assert set(Alignment.objects.filter(parent=year).values_list("relation", flat=True)) == {
        "composition",
        "decomposes",
    }
    first = make("key_result", "10 phỏng vấn", parts[0], target=D(10), **count)
    second = make("key_result", "5.000 lượt", parts[1], target=D(5000), **count)
    report(reach, "2500")
    report(first, "10")
    report(second, "4000")
    parts[0].refresh_from_db()
    actions.close(administrator, parts[0], parts[0].version)
    assert Goal.objects.get(pk=first.pk).state == "closed"
    assert [number(reach), number(parts[0]), number(parts[1])] == [250_000_000, 10**9, 800_000_000]
    assert number(year) == 683_333_333
