"""Targets by period, and cycles, through pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from haidang.goals.models import Cycle, Goal, KpiPeriod
from haidang.people.models import Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader(enter: Enter, chi: Person) -> Client:
    return enter(chi)


@pytest.fixture
def strategist(enter: Enter, administrator: Person) -> Client:
    return enter(administrator)


def test_the_grid_begins_with_the_usual_target(leader: Client, kpi: Goal, today: date) -> None:
    page = body_of(leader.get(f"/goals/{kpi.public_id}/targets/"))
    assert page.count('value="3"') == 12
    assert f'name="target-{today.year}-07-01"' in page


def test_targets_change_with_a_reason(leader: Client, kpi: Goal, today: date) -> None:
    year = today.year
    address = f"/goals/{kpi.public_id}/targets/{year}/"
    data = {"version": "1", f"target-{year}-01-01": "2,5", f"target-{year}-02-01": "4"}
    answer = leader.post(address, data)
    page = body_of(answer)
    assert answer.status_code == 422
    assert 'value="2,5"' in page
    assert "cần có lý do" in page
    assert leader.post(address, {**data, "reason": "Theo mùa"}).status_code == 302
    targets = KpiPeriod.objects.filter(goal=kpi, year=year).order_by("starts")
    assert list(targets.values_list("target", flat=True)[:3]) == [Decimal("2.5"), 4, 3]


def test_next_year_has_its_own(leader: Client, kpi: Goal, today: date) -> None:
    year = today.year + 1
    address = f"/goals/{kpi.public_id}/targets/{year}/"
    # The targets of a year that was never laid out are no change of anything.
    data = {"version": "1", **{f"target-{year}-{m:02}-01": str(m) for m in range(1, 13)}}
    data["reason"] = "Kế hoạch năm"
    assert leader.post(address, data).status_code == 302
    assert KpiPeriod.objects.get(goal=kpi, starts=date(year, 12, 1)).target == 12


@pytest.mark.parametrize("typed", ["abc", "0", "-3", "1e30", "9" * 30])
def test_a_wrong_target_is_kept_and_explained(
    leader: Client, kpi: Goal, today: date, typed: str
) -> None:
    address = f"/goals/{kpi.public_id}/targets/{today.year}/"
    data = {"version": "1", f"target-{today.year}-01-01": typed, "reason": "x"}
    answer = leader.post(address, data)
    assert answer.status_code == 422
    assert f'value="{typed}"' in body_of(answer)


def test_a_stale_grid_keeps_what_was_typed(leader: Client, kpi: Goal, today: date) -> None:
    address = f"/goals/{kpi.public_id}/targets/{today.year}/"
    data = {"version": "5", f"target-{today.year}-01-01": "9", "reason": "Theo mùa"}
    answer = leader.post(address, data)
    page = body_of(answer)
    assert answer.status_code == 409
    assert 'value="9"' in page
    assert "Theo mùa" in page
    assert 'name="version" value="1"' in page


def test_a_closed_period_is_not_typed_over(leader: Client, kpi: Goal, today: date) -> None:
    start = date(today.year, 1, 1)
    KpiPeriod.objects.filter(goal=kpi, starts=start).update(locked_at="2026-01-01T00:00Z")
    address = f"/goals/{kpi.public_id}/targets/{today.year}/"
    assert "disabled" in body_of(leader.get(address))
    data = {"version": "1", f"target-{start.isoformat()}": "9", "reason": "x"}
    assert leader.post(address, data).status_code == 302
    assert KpiPeriod.objects.get(goal=kpi, starts=start).target == 3


def test_years_beyond_and_who_may(
    enter: Enter, leader: Client, kpi: Goal, key_result: Goal, dung: Person, emma: Person
) -> None:
    assert leader.get(f"/goals/{kpi.public_id}/targets/99999/").status_code == 302
    assert leader.get(f"/goals/{key_result.public_id}/targets/").status_code == 404
    assert enter(dung).get(f"/goals/{kpi.public_id}/targets/").status_code == 403
    assert enter(emma).get(f"/goals/{kpi.public_id}/targets/").status_code == 404


# -- cycles ---------------------------------------------------------------------------------


def quarter(today: date, **more: str) -> dict[str, str]:
    return {
        "name": "Quý 1",
        "kind": "quarter",
        "starts": f"01/01/{today.year}",
        "ends": f"31/03/{today.year}",
        **more,
    }


def test_the_first_form_proposes_the_year_then_the_quarter(strategist: Client, today: date) -> None:
    page = body_of(strategist.get("/cycles/new/"))
    assert f'value="01/01/{today.year}"' in page
    data = {
        "name": "Năm",
        "kind": "year",
        "starts": f"01/01/{today.year}",
        "ends": f"31/12/{today.year}",
    }
    assert strategist.post("/cycles/new/", data).status_code == 302
    assert Cycle.objects.get().state == "active"
    number = (today.month + 2) // 3
    assert f'value="Quý {number}/{today.year}"' in body_of(strategist.get("/cycles/new/"))


def test_a_cycle_lies_within_another(strategist: Client, year: Cycle, today: date) -> None:
    wrong = strategist.post(
        "/cycles/new/",
        quarter(today, parent=year.public_id, ends=f"31/03/{today.year + 1}"),
    )
    assert wrong.status_code == 422
    assert "Phải nằm trong chu kỳ đó." in body_of(wrong)
    strategist.post("/cycles/new/", quarter(today, parent=year.public_id))
    made = Cycle.objects.get(name="Quý 1")
    assert made.parent == year
    page = body_of(strategist.get("/cycles/"))
    assert page.index(f">{year.name}<") < page.index(">Quý 1<")
    assert "depth-1" in page


@pytest.mark.parametrize(
    "facts",
    [
        {"name": ""},
        {"name": "x" * 200},
        {"kind": "decade"},
        {"starts": ""},
        {"ends": "31/02/2026"},
        {"starts": "01/01/9999", "ends": "02/01/9999"},
        {"ends": "01/01/2000"},
        {"parent": "C-99"},
    ],
)
def test_what_is_wrong_with_a_cycle(strategist: Client, today: date, facts: dict[str, str]) -> None:
    answer = strategist.post("/cycles/new/", quarter(today) | facts)
    assert answer.status_code == 422
    assert 'class="error"' in body_of(answer)
    assert not Cycle.objects.exists()


def test_editing_a_cycle_over_somebody_else(strategist: Client, year: Cycle) -> None:
    address = f"/cycles/{year.public_id}/edit/"
    data = {
        "version": "1",
        "name": "Năm đổi tên",
        "kind": "year",
        "starts": year.starts.isoformat(),
        "ends": year.ends.isoformat(),
    }
    assert strategist.post(address, data).status_code == 302
    answer = strategist.post(address, data | {"name": "Lần hai"})
    page = body_of(answer)
    assert answer.status_code == 409
    assert 'value="Lần hai"' in page
    assert 'name="version" value="2"' in page


def test_a_cycle_moves_step_by_step(strategist: Client, year: Cycle, objective: Goal) -> None:
    address = f"/cycles/{year.public_id}/state/"

    def go(state: str) -> str:
        year.refresh_from_db()
        data = {"version": year.version, "state": state}
        return body_of(strategist.post(address, data, follow=True))

    go("closing")
    assert "Còn 1 mục tiêu đang thực hiện" in go("closed")
    assert "Mỗi lần một bước." in go("planning")
    go("active")
    year.refresh_from_db()
    assert year.state == "active"


def test_cycles_are_for_strategists(enter: Enter, an: Person, emma: Person, year: Cycle) -> None:
    client = enter(an)
    page = body_of(client.get("/cycles/"))
    assert year.name in page
    assert "/cycles/new/" not in page
    assert client.get("/cycles/new/").status_code == 403
    assert client.get(f"/cycles/{year.public_id}/edit/").status_code == 403
    assert client.post(f"/cycles/{year.public_id}/state/", {"state": "closing"}).status_code == 403
    assert enter(emma).get(f"/cycles/{year.public_id}/edit/").status_code == 404


def test_the_whole_year_is_told_and_follows_what_is_typed(
    leader: Client, kpi: Goal, today: date
) -> None:
    address = f"/goals/{kpi.public_id}/targets/{today.year}/"
    assert total_of(body_of(leader.get(address))) == "36"
    typed = {"version": "1", f"target-{today.year}-01-01": "2,5", f"target-{today.year}-02-01": ""}
    answer = leader.post(f"{address}?total=1", typed)
    assert (answer.status_code, total_of(body_of(answer))) == (200, "32,5")
    typed[f"target-{today.year}-03-01"] = "abc"  # left out until it is right
    assert total_of(body_of(leader.post(f"{address}?total=1", typed))) == "29,5"
    assert set(kpi.periods.values_list("target", flat=True)) == {Decimal(3)}  # nothing is saved


@pytest.mark.parametrize("aggregation", ["average", "last", "max", "min", "ratio"])
def test_a_year_that_is_no_sum_has_no_total(
    leader: Client, kpi: Goal, today: date, aggregation: str
) -> None:
    Goal.objects.filter(pk=kpi.pk).update(aggregation=aggregation)
    address = f"/goals/{kpi.public_id}/targets/{today.year}/"
    assert "targets-total" not in body_of(leader.get(address))


def total_of(page: str) -> str:
    return page.split('id="targets-total"')[1].split(">")[1].split("<")[0]


@pytest.mark.parametrize("version", ["9" * 5000, "", "x", "-1", "\x00"])
def test_targets_over_an_unknown_version_are_stale(
    leader: Client, kpi: Goal, today: date, version: str
) -> None:
    address = f"/goals/{kpi.public_id}/targets/{today.year}/"
    data = {"version": version, f"target-{today.year}-01-01": "4", "reason": "x"}
    answer = leader.post(address, data)
    assert answer.status_code == 409
    assert 'name="version" value="1"' in body_of(answer)
