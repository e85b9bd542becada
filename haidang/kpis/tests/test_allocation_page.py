"""The grid in which a KPI's target is allocated to the KPIs below it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from haidang.checkins.actions import record
from haidang.goals import actions as goals
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Goal, KpiPeriod
from haidang.kpis.models import TargetChange, TargetRequest
from haidang.people.models import Person, Unit
from tests.support.pages import Enter, body_of, queries_of
from tests.worlds import fresh

pytestmark = pytest.mark.django_db
FACTS: dict[str, Any] = {
    "level": "unit", "metric_kind": "currency", "metric_unit": "tỷ ₫", "decimals": 2,
    "direction": "higher", "frequency": "quarter", "aggregation": "sum",
}  # fmt: skip
Make = Callable[..., Goal]


@pytest.fixture
def top(administrator: Person) -> Goal:
    """The company's revenue: 12 tỷ ₫ a quarter."""
    facts = FACTS | {"level": "company", "title": "Doanh thu", "target": Decimal(12)}
    return goals.create_goal(administrator, "kpi", facts)


@pytest.fixture
def below(administrator: Person, top: Goal, sales_unit: Unit, an: Person) -> Make:
    def make(title: str, *, as_draft: bool = False, **facts: Any) -> Goal:
        facts = FACTS | {"title": title, "unit": sales_unit, "owner": an} | facts
        return goals.create_goal(
            administrator, "kpi", facts, as_draft=as_draft, parents=[LinkRequest(top, mode="value")]
        )

    return make


@pytest.fixture
def boss(enter: Enter, administrator: Person) -> Client:
    return enter(administrator)


def address(top: Goal, year: int) -> str:
    return f"/kpis/{top.public_id}/allocation/?year={year}"


def quarters(kpi: Goal, year: int) -> list[Decimal | None]:
    rows = KpiPeriod.objects.filter(goal=kpi, year=year).order_by("starts")
    return list(rows.values_list("target", flat=True))


def cell(kpi: Goal, year: int, quarter: int) -> str:
    return f"t-{kpi.public_id}-{year}-{quarter * 3 - 2:02}-01"


def lefts(page: str) -> list[str]:
    return [part.split(">")[1].split("<")[0] for part in page.split("data-left=")[1:]]


def test_it_says_what_is_left_over_and_too_much(
    boss: Client, top: Goal, below: Make, today: date
) -> None:
    below("Miền Bắc", target=Decimal(5))
    below("Miền Nam", metric_unit="triệu ₫", target=Decimal(9000))
    page = body_of(boss.get(address(top, today.year)))
    assert lefts(page) == ["vượt 2"] * 4 + ["vượt 8"]
    assert 'data-scale="1000000000"' in page
    assert 'data-scale="1000000"' in page


def test_drafts_at_once_and_approved_ones_in_one_request(
    boss: Client, top: Goal, below: Make, today: date
) -> None:
    year = today.year
    north, south = below("Miền Bắc", target=Decimal(5)), below("Miền Nam", target=Decimal(5))
    draft = below("Nháp", as_draft=True, target=Decimal(1))
    data = {
        cell(north, year, 1): "4,5", cell(north, year, 2): "6", cell(south, year, 1): "7,5",
        cell(draft, year, 4): "2", "reason": "",
    }  # fmt: skip
    data |= {f"v-{one.public_id}": str(fresh(one).version) for one in (north, south, draft)}
    answer = boss.post(address(top, year), data)
    page = body_of(answer)
    assert answer.status_code == 422, "a reason is missing"
    assert 'id="allocation-reason-error"' in page
    assert 'value="4,5"' in page
    assert quarters(draft, year) == [1, 1, 1, 1], "all of it or nothing"
    answer = boss.post(address(top, year), data | {"reason": "Phân bổ năm"})
    assert answer.status_code == 302
    assert quarters(draft, year) == [1, 1, 1, 2]
    assert quarters(north, year) == [5, 5, 5, 5]
    request = TargetRequest.objects.get()
    assert request.goal == top
    assert TargetChange.objects.filter(request=request).count() == 3
    page = body_of(boss.get(address(top, year)))
    assert page.count("waits-for") == 3


@pytest.mark.parametrize("typed", ["abc", "0", "-1", "1e30", "9" * 30])
def test_what_is_wrong_is_told_beside_the_cell(
    boss: Client, top: Goal, below: Make, today: date, typed: str
) -> None:
    year = today.year
    north = below("Miền Bắc", target=Decimal(5))
    data = {
        cell(north, year, 2): typed, cell(north, year, 1): "4", "reason": "x",
        f"v-{north.public_id}": str(fresh(north).version),
    }  # fmt: skip
    answer = boss.post(address(top, year), data)
    page = body_of(answer)
    assert answer.status_code == 422
    assert f'value="{typed}"' in page
    assert f'id="{cell(north, year, 2)}-error"><' in page
    assert not TargetRequest.objects.exists()


def test_over_another_version_it_is_stale(
    boss: Client, top: Goal, below: Make, today: date
) -> None:
    north = below("Miền Bắc", target=Decimal(5))
    data = {cell(north, today.year, 1): "4", "reason": "x", f"v-{north.public_id}": "77"}
    answer = boss.post(address(top, today.year), data)
    assert answer.status_code == 409
    assert f'name="v-{north.public_id}" value="{fresh(north).version}"' in body_of(answer)
    assert 'value="4"' in body_of(answer)


def values(page: str, kpi: Goal, year: int) -> list[str]:
    return [
        page.split(f'name="{cell(kpi, year, n)}" value="')[1].split('"')[0] for n in (1, 2, 3, 4)
    ]


def test_a_year_is_spread_and_the_target_above_divided(
    boss: Client, top: Goal, below: Make, an: Person, today: date
) -> None:
    year = today.year
    before = {"starts": date(year - 1, 1, 1), "target": Decimal(5)}
    north, south = below("Miền Bắc", **before), below("Miền Nam", **before)
    for quarter, value in ((1, 6), (2, 2), (3, 2)):
        day = date(year - 1, quarter * 3, 1)
        record(an, fresh(north), for_day=day, value=Decimal(value))
    record(an, fresh(south), for_day=date(year - 1, 3, 1), value=Decimal(2))

    def press(spread: str, **more: str) -> tuple[int, str]:
        answer = boss.post(address(top, year), {"spread": spread} | more)
        return answer.status_code, body_of(answer)

    typed = {f"y-{north.public_id}": "10", f"y-{south.public_id}": "8,01"}
    _, page = press("year-equal", **typed)
    assert values(page, north, year) == ["2,5"] * 4
    assert values(page, south, year) == ["2,01", "2", "2", "2"]
    status, page = press("year-last_year", **typed)
    assert (status, values(page, north, year)) == (200, ["6", "2", "2", ""])
    assert press("year-working_days", **typed)[0] == 200
    _, page = press("down-equal")
    assert values(page, south, year) == ["6"] * 4
    assert lefts(page) == ["vừa đủ"] * 5
    _, page = press("down-last_year")
    assert (values(page, north, year)[0], values(page, south, year)[0]) == ("9", "3")
    assert values(page, north, year)[3] == "5", "nothing was reported in that quarter"
    assert quarters(north, year - 1) == [5, 5, 5, 5]
    assert not KpiPeriod.objects.filter(goal=north, year=year).exists(), "nothing is saved"


def test_a_year_that_was_typed_is_not_lost(
    boss: Client, top: Goal, below: Make, today: date
) -> None:
    north = below("Miền Bắc", target=Decimal(5))
    data = {f"y-{north.public_id}": "30", "reason": "x", f"v-{north.public_id}": "1"}
    answer = boss.post(address(top, today.year), data)
    assert answer.status_code == 422
    assert f'id="y-{north.public_id}-error"><' in body_of(answer)


def test_who_may_not_see_one_below_reads_no_word_of_it(
    enter: Enter, boss: Client, administrator: Person, top: Goal, below: Make, chi: Person,
    an: Person, today: date,
) -> None:  # fmt: skip
    secret = below("Mật", target=Decimal(5))
    Goal.objects.filter(pk=secret.pk).update(visibility="private")
    page = body_of(boss.get(address(top, today.year)))
    assert "Mật" not in page
    assert secret.public_id not in page
    assert lefts(page)[0] == "còn 7"
    data = {cell(secret, today.year, 1): "1", "reason": "x", f"v-{secret.public_id}": "1"}
    assert boss.post(address(top, today.year), data).status_code == 302
    assert quarters(secret, today.year)[0] == 5
    assert enter(chi).get(address(top, today.year)).status_code == 403


def test_what_does_not_add_up_says_why(
    boss: Client, top: Goal, administrator: Person, today: date
) -> None:
    assert "Chưa có KPI nào cộng lên" in body_of(boss.get(address(top, today.year)))
    Goal.objects.filter(pk=top.pk).update(aggregation="ratio")
    answer = boss.get(address(top, today.year))
    assert "không phải là tổng" in body_of(answer)
    assert boss.post(address(top, today.year), {"spread": "down-equal"}).status_code == 200


@pytest.mark.parametrize("query", ["?year=x&page=y", "?year=99999", "?page=99", "?year=1"])
def test_odd_addresses_are_the_usual(boss: Client, top: Goal, below: Make, query: str) -> None:
    below("Miền Bắc", target=Decimal(5))
    assert boss.get(f"/kpis/{top.public_id}/allocation/{query}").status_code == 200


def test_the_grid_costs_the_same_for_any_number(
    boss: Client, top: Goal, below: Make, today: date
) -> None:
    below("Miền Bắc", target=Decimal(5))
    few = queries_of(boss, address(top, today.year))
    for n in range(4):
        below(f"Miền {n}", target=Decimal(5))
    assert queries_of(boss, address(top, today.year)) == few


def test_shorter_periods_count_with_their_usual_target(
    boss: Client, top: Goal, below: Make, today: date
) -> None:
    """Of a year that nobody has laid out yet, and only as far as the KPI lives."""
    year = today.year + 1
    below("Theo tháng", frequency="month", target=Decimal(2), starts=date(year, 3, 1))
    assert lefts(body_of(boss.get(address(top, year))))[:3] == ["còn 10", "còn 6", "còn 6"]


def columns(page: str, kpi: Goal) -> list[str]:
    return [part.split('"')[0] for part in page.split(f'name="t-{kpi.public_id}-')[1:]]


def test_weeks_stand_in_one_grid_and_days_by_month(
    boss: Client, administrator: Person, sales_unit: Unit, an: Person
) -> None:
    for frequency, more, count in (("week", "", 53), ("day", "&month=2", 28)):
        facts = FACTS | {"frequency": frequency, "decimals": 0, "target": Decimal(12)}
        top = goals.create_goal(
            administrator, "kpi", facts | {"level": "company", "title": "Doanh thu"}
        )
        facts |= {"title": "Miền Bắc", "unit": sales_unit, "owner": an}
        link = LinkRequest(top, mode="value")
        north = goals.create_goal(administrator, "kpi", facts, as_draft=True, parents=[link])
        at = address(top, 2026) + more
        page = body_of(boss.get(at))
        found = columns(page, north)
        assert len(found) == count
        answer = boss.post(at, {f"y-{north.public_id}": "1000", "spread": "year-working_days"})
        page = body_of(answer)
        assert answer.status_code == 200
        typed = {f"t-{north.public_id}-{day}": valued(page, north, day) for day in found}
        assert sum(int(value or 0) for value in typed.values()) == 1000
        typed |= {f"v-{north.public_id}": str(fresh(north).version)}
        answer = boss.post(at, typed)
        assert (answer.status_code, answer["Location"]) == (302, at)
        rows = KpiPeriod.objects.filter(goal=north, starts__in=found)
        assert sum(row.target or 0 for row in rows) == 1000
    assert boss.get(address(top, 2026) + "&month=13").status_code == 200
    assert "month=1&quot;" not in page
    assert "year=2025&amp;month=2" in page  # the year before, the same month
    assert "year=2026&amp;month=1" in page


def valued(page: str, kpi: Goal, day: str) -> str:
    return page.split(f'name="t-{kpi.public_id}-{day}" value="')[1].split('"')[0]
