"""The tree of KPIs: what stands at the top, what an opened branch reads, who sees what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Alignment, Goal
from haidang.people.models import Person
from haidang.strategy.queries import kpis as tree
from haidang.strategy.queries.kpis import Left, Row, kpi_tree
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
Make = Callable[..., Goal]


@pytest.fixture
def make_kpi(administrator: Person) -> Make:
    def make(
        title: str, above: Goal | None = None, by: Person = administrator, **facts: Any
    ) -> Goal:
        facts = {
            "title": title, "level": "company", "owner": administrator,
            "metric_kind": "currency", "metric_unit": "tỷ ₫", "decimals": 2,
            "direction": "higher", "target": Decimal(3), "frequency": "month",
            "aggregation": "sum", **facts,
        }  # fmt: skip
        parents = [LinkRequest(above)] if above else []
        return actions.create_goal(by, "kpi", facts, parents=parents)

    return make


@pytest.fixture
def company(make_kpi: Make) -> Goal:
    return make_kpi("Doanh thu công ty")


@pytest.fixture
def unit(make_kpi: Make, company: Goal, sales_unit: object) -> Goal:
    return make_kpi("Doanh thu phòng", company, level="unit", unit=sales_unit)


@pytest.fixture
def individual(make_kpi: Make, unit: Goal, chi: Person, an: Person) -> Goal:
    goal = make_kpi("Doanh thu của An", unit, chi, level="individual", owner=an)
    return actions.accept_goal(an, goal, goal.version)


def shown(person: Person, *opened: Goal) -> list[tuple[int, str]]:
    found = kpi_tree(person, ",".join(goal.public_id for goal in opened))
    return [(line.depth, line.goal.title if line.goal else "") for line in found.lines]


def test_a_branch_is_read_when_it_is_opened(
    binh: Person, company: Goal, unit: Goal, individual: Goal
) -> None:
    assert shown(binh) == [(0, "Doanh thu công ty")]
    assert shown(binh, company) == [(0, "Doanh thu công ty"), (1, "Doanh thu phòng")]
    everything = [(0, "Doanh thu công ty"), (1, "Doanh thu phòng"), (2, "Doanh thu của An")]
    assert shown(binh, company, unit) == everything
    assert shown(binh, unit) == [(0, "Doanh thu công ty")]  # nothing leads there yet
    rows = [line for line in kpi_tree(binh, company.public_id).lines if isinstance(line, Row)]
    assert [(row.below, row.is_open) for row in rows] == [(1, True), (1, False)]
    assert [row.toggled for row in rows] == ["", f"{company.public_id},{unit.public_id}"]


def test_a_leaf_moves_every_level(
    enter: Enter, an: Person, company: Goal, unit: Goal, individual: Goal, today: date
) -> None:
    checkins.record(an, individual, value=Decimal("2.5"), for_day=date(today.year, 1, 15))
    address = f"/kpis/?open={company.public_id},{unit.public_id}"
    page = body_of(enter(an).get(address)).split("</table>")[0]
    assert page.count("<b>2,5") == 3
    assert page.count('class="spark') == 3
    assert page.count('aria-expanded="true"') == 2


def test_without_scripts_a_branch_is_a_link(
    enter: Enter, an: Person, company: Goal, unit: Goal
) -> None:
    client = enter(an)
    page = body_of(client.get("/kpis/"))
    assert f'href="/kpis/?open={company.public_id}"' in page
    assert 'aria-expanded="false"' in page
    part = body_of(client.get(f"/kpis/?open={company.public_id}", headers=HX))
    assert part.lstrip().startswith('<div id="found"')
    assert unit.title in part


def test_only_what_is_seen(
    dung: Person, emma: Person, company: Goal, unit: Goal, individual: Goal
) -> None:
    Goal.objects.filter(pk=unit.pk).update(visibility="private")
    # What hangs below a KPI that is not open to the reader stands at the top.
    assert shown(dung, company, unit) == [(0, company.title), (0, individual.title)]
    rows = [line for line in kpi_tree(dung, "").lines if isinstance(line, Row)]
    assert [row.below for row in rows] == [0, 0]
    assert shown(emma, company) == []


def test_in_the_order_of_their_places(
    binh: Person, company: Goal, make_kpi: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(5):
        goal = make_kpi(f"KPI {at}", company)
        Alignment.objects.filter(child=goal).update(position=5 - at)
    below = [(1, f"KPI {at}") for at in (4, 3, 2, 1, 0)]
    assert shown(binh, company) == [(0, company.title), *below]
    monkeypatch.setattr(tree, "MOST", 2)
    found = kpi_tree(binh, company.public_id).lines
    assert [line.depth for line in found] == [0, 1, 1, 1]
    assert found[-1] == Left(found[0].goal, 1, 3)


def test_more_than_fit_are_in_the_list(
    enter: Enter, an: Person, company: Goal, make_kpi: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(3):
        make_kpi(f"Dưới {at}", company)
        make_kpi(f"Trên {at}")
    monkeypatch.setattr(tree, "MOST", 2)
    page = body_of(enter(an).get(f"/kpis/?open={company.public_id}"))
    assert f'href="/goals/?kind=kpi&amp;under={company.public_id}"' in page
    assert 'href="/goals/?kind=kpi"' in page


def test_of_many_those_of_persons_are_not_looked_for(
    enter: Enter, an: Person, dung: Person, company: Goal, unit: Goal, individual: Goal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    Alignment.objects.filter(child=individual).delete()
    assert shown(dung, company, unit)[-1] == (0, individual.title)
    monkeypatch.setattr(tree, "FEW", 2)
    lines = kpi_tree(dung, company.public_id).lines
    assert [line.goal for line in lines] == [company, unit, None]
    assert lines[-1] == Left(None, 0, None)
    assert 'href="/attention/?reason=no_parent"' in body_of(enter(an).get("/kpis/"))


def test_what_means_nothing_opens_nothing(binh: Person, company: Goal, unit: Goal) -> None:
    for odd in ("\x00", ",,,", "KPI-999", "x" * 5000, "'; --", "O-1"):
        assert [line.depth for line in kpi_tree(binh, odd).lines] == [0]


def test_nothing_to_show_is_said(enter: Enter, an: Person) -> None:
    assert "/goals/new/kpi/" in body_of(enter(an).get("/kpis/"))


def test_many_cost_what_few_cost(
    enter: Enter, an: Person, company: Goal, unit: Goal, make_kpi: Make
) -> None:
    client = enter(an)
    address = f"/kpis/?open={company.public_id},{unit.public_id}"
    make_kpi("Một", unit)
    few = queries_of(client, address)
    for at in range(20):
        make_kpi(f"Nhiều {at}", unit if at % 2 else company)
    assert queries_of(client, address) == few
    assert few <= 20
