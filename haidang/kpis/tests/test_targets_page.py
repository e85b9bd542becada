"""The page of a KPI's targets: its year, its spreads, its ledger, and the requests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from haidang.goals import actions as goals
from haidang.goals.models import Goal, KpiPeriod
from haidang.kpis.models import TargetChange, TargetRequest
from haidang.people.actions import set_settings
from haidang.people.models import Person, Role, RoleGrant, UnitLeader
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader(enter: Enter, chi: Person) -> Client:
    return enter(chi)


@pytest.fixture
def at_once(administrator: Person) -> None:
    """Approved targets change without a request."""
    set_settings(administrator, {"kpi.target_approval": False})


def test_the_grid_begins_with_the_usual_target(leader: Client, kpi: Goal, today: date) -> None:
    page = body_of(leader.get(f"/goals/{kpi.public_id}/targets/"))
    assert page.count('value="3"') == 13  # twelve months, and the usual target
    assert f'name="target-{today.year}-07-01"' in page


def test_what_is_approved_is_asked_for(
    enter: Enter, leader: Client, administrator: Person, kpi: Goal, today: date
) -> None:
    year = today.year
    address = f"/goals/{kpi.public_id}/targets/{year}/"
    data = {"version": "1", f"target-{year}-01-01": "2,5", f"target-{year}-02-01": "4"}
    answer = leader.post(address, data)
    page = body_of(answer)
    assert answer.status_code == 422
    assert 'value="2,5"' in page
    assert 'id="targets-reason-error"' in page
    answer = leader.post(address, {**data, "reason": "Theo mùa"})
    request = TargetRequest.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/kpis/targets/requests/{request.pk}/",
    )
    assert set(kpi.periods.values_list("target", flat=True)) == {Decimal(3)}
    page = body_of(leader.get(address))
    assert "Theo mùa" in page
    assert page.count("waits-for") == 2
    again = leader.post(address, {**data, "reason": "Theo mùa"})  # sent twice
    assert again.status_code == 409
    assert TargetRequest.objects.count() == 1

    assert (
        leader.post(f"/kpis/targets/requests/{request.pk}/", {"answer": "granted"}).status_code
        == 403
    )
    boss = enter(administrator)
    assert "Theo mùa" in body_of(boss.get("/"))
    assert "Theo mùa" in body_of(boss.get("/kpis/targets/requests/"))
    assert "2,5" in body_of(boss.get(f"/kpis/targets/requests/{request.pk}/"))
    answer = boss.post(f"/kpis/targets/requests/{request.pk}/", {"answer": "granted"})
    assert answer.status_code == 302
    targets = KpiPeriod.objects.filter(goal=kpi, year=year).order_by("starts")
    assert list(targets.values_list("target", flat=True)[:3]) == [Decimal("2.5"), 4, 3]
    page = body_of(leader.get(address))
    assert 'id="ledger"' in page
    assert kpi.title in body_of(leader.get("/kpis/targets/requests/"))
    answer = boss.post(f"/kpis/targets/requests/{request.pk}/", {"answer": "declined"})
    assert answer.status_code == 409


def test_it_is_withdrawn_by_who_asked(
    enter: Enter, leader: Client, administrator: Person, kpi: Goal, today: date
) -> None:
    address = f"/goals/{kpi.public_id}/targets/{today.year}/"
    leader.post(address, {"version": "1", f"target-{today.year}-01-01": "2", "reason": "x"})
    at = f"/kpis/targets/requests/{TargetRequest.objects.get().pk}/withdrawal/"
    assert enter(administrator).post(at).status_code == 403
    assert leader.get(at).status_code == 405
    assert leader.post(at).status_code == 302
    assert TargetRequest.objects.get().answer == "withdrawn"
    assert leader.post(at, follow=True).status_code == 200  # says that it was withdrawn
    assert not TargetChange.objects.filter(waits=True).exists()


def test_everybody_who_sees_it_reads_it(
    enter: Enter, kpi: Goal, dung: Person, emma: Person, key_result: Goal, leader: Client
) -> None:
    address = f"/goals/{kpi.public_id}/targets/"
    reader = enter(dung)
    page = body_of(reader.get(address))
    assert 'name="target-' not in page
    assert reader.post(address, {"version": "1"}).status_code == 403
    assert reader.get(f"/kpis/{kpi.public_id}/allocation/").status_code == 403
    assert enter(emma).get(address).status_code == 404
    assert leader.get(f"/goals/{kpi.public_id}/targets/99999/").status_code == 302
    assert leader.get(f"/goals/{key_result.public_id}/targets/").status_code == 404


@pytest.mark.usefixtures("at_once")
def test_targets_change_with_a_reason(leader: Client, kpi: Goal, today: date) -> None:
    year = today.year
    address = f"/goals/{kpi.public_id}/targets/{year}/"
    data = {"version": "1", f"target-{year}-01-01": "2,5", f"target-{year}-02-01": "4"}
    answer = leader.post(address, data)
    assert answer.status_code == 422
    assert 'value="2,5"' in body_of(answer)
    assert "cần có lý do" in body_of(answer)
    assert leader.post(address, {**data, "reason": "Theo mùa"}).status_code == 302
    targets = KpiPeriod.objects.filter(goal=kpi, year=year).order_by("starts")
    assert list(targets.values_list("target", flat=True)[:3]) == [Decimal("2.5"), 4, 3]


@pytest.mark.usefixtures("at_once")
def test_next_year_has_its_own(leader: Client, kpi: Goal, today: date) -> None:
    year = today.year + 1
    address = f"/goals/{kpi.public_id}/targets/{year}/"
    data = {"version": "1", **{f"target-{year}-{m:02}-01": str(m) for m in range(1, 13)}}
    data["reason"] = "Kế hoạch năm"
    assert leader.post(address, data).status_code == 302
    assert KpiPeriod.objects.get(goal=kpi, starts=date(year, 12, 1)).target == 12


@pytest.mark.parametrize("typed", ["abc", "0", "-3", "1e30", "9" * 30, "NaN", "x\x00"])
def test_a_wrong_target_is_kept_and_explained(
    leader: Client, kpi: Goal, today: date, typed: str
) -> None:
    address = f"/goals/{kpi.public_id}/targets/{today.year}/"
    data = {"version": "1", f"target-{today.year}-01-01": typed, "reason": "x"}
    answer = leader.post(address, data)
    assert answer.status_code == 422
    assert f'value="{typed}"'.replace("\x00", "") in body_of(answer).replace("\x00", "")
    assert 'aria-invalid="true"' in body_of(answer)


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
    assert f'name="target-{start.isoformat()}"' not in body_of(leader.get(address))
    data = {"version": "1", f"target-{start.isoformat()}": "9", "reason": "x"}
    assert leader.post(address, data).status_code == 302
    assert KpiPeriod.objects.get(goal=kpi, starts=start).target == 3
    assert not TargetRequest.objects.exists()


@pytest.mark.parametrize(
    ("how", "status", "first"),
    [
        ("equal", 200, "8,34"),
        ("working_days", 200, None),
        ("last_year", 422, "3"),
        ("x", 200, "8,34"),
    ],
)
def test_a_year_is_spread_and_not_saved(
    leader: Client, kpi: Goal, today: date, how: str, status: int, first: str | None
) -> None:
    year = today.year
    address = f"/goals/{kpi.public_id}/targets/{year}/"
    answer = leader.post(address, {"version": "1", "year_total": "100,01", "spread": how})
    page = body_of(answer)
    assert answer.status_code == status
    assert 'value="100,01"' in page
    if first is not None:
        assert f'name="target-{year}-01-01" value="{first}"' in page
    assert total_of(page) == ("100,01" if status == 200 else "36")
    assert set(kpi.periods.values_list("target", flat=True)) == {Decimal(3)}


@pytest.mark.parametrize("typed", ["", "abc", "1e9", "9" * 40])
def test_a_year_that_cannot_be_spread(leader: Client, kpi: Goal, today: date, typed: str) -> None:
    address = f"/goals/{kpi.public_id}/targets/{today.year}/"
    answer = leader.post(address, {"version": "1", "year_total": typed, "spread": "equal"})
    assert answer.status_code == 422
    assert 'id="spread-error"' in body_of(answer)


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
    page = body_of(leader.get(f"/goals/{kpi.public_id}/targets/{today.year}/"))
    assert "targets-total" not in page
    assert "year_total" not in page


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


@pytest.mark.parametrize("answer", ["", "yes", "waiting", "withdrawn"])
def test_an_answer_is_yes_or_no(
    enter: Enter, leader: Client, administrator: Person, kpi: Goal, today: date, answer: str
) -> None:
    address = f"/goals/{kpi.public_id}/targets/{today.year}/"
    leader.post(address, {"version": "1", f"target-{today.year}-01-01": "2", "reason": "x"})
    request = TargetRequest.objects.get()
    at = f"/kpis/targets/requests/{request.pk}/"
    assert enter(administrator).post(at, {"answer": answer}).status_code == 422
    assert TargetRequest.objects.get().answer == "waiting"


def test_the_page_costs_the_same_for_a_year_of_changes(
    enter: Enter, leader: Client, administrator: Person, kpi: Goal, today: date
) -> None:
    year = today.year
    address = f"/goals/{kpi.public_id}/targets/{year}/"

    def change(*months: int) -> None:
        version = Goal.objects.get(pk=kpi.pk).version
        data = {f"target-{year}-{m:02}-01": str(m + version) for m in months}
        leader.post(address, data | {"version": str(version), "reason": "x"})
        pk = TargetRequest.objects.order_by("-pk").first().pk  # type: ignore[union-attr]
        enter(administrator).post(f"/kpis/targets/requests/{pk}/", {"answer": "granted"})

    change(1)
    few = queries_of(leader, address)
    change(*range(1, 13))
    change(*range(2, 9))
    assert queries_of(leader, address) == few


def test_a_request_that_nobody_can_decide_about(
    enter: Enter, administrator: Person, chi: Person, dung: Person, kpi: Goal, today: date
) -> None:
    """Chi asked; who could decide has left: the request and Needs attention say so."""
    year = today.year
    address = f"/goals/{kpi.public_id}/targets/{year}/"
    enter(chi).post(address, {"version": "1", f"target-{year}-01-01": "2", "reason": "Theo mùa"})
    request = TargetRequest.objects.get()
    at = f"/kpis/targets/requests/{request.pk}/"
    boss = enter(administrator)
    assert "Không còn ai" not in body_of(boss.get(at))
    assert "Theo mùa" not in body_of(boss.get("/attention/"))
    RoleGrant.objects.filter(person=administrator, role=Role.STRATEGIST).update(
        until=timezone.now()
    )
    UnitLeader.objects.filter(person=administrator).update(until=timezone.now())
    boss = enter(administrator)
    page = body_of(boss.get(at))
    assert "Không còn ai" in page
    assert 'value="granted"' not in page
    assert "Theo mùa" in body_of(boss.get("/attention/"))
    assert "Theo mùa" not in body_of(enter(dung).get("/attention/"))


def test_what_nobody_could_decide_about_is_not_asked(
    enter: Enter, administrator: Person, kpi: Goal, today: date
) -> None:
    company = goals.create_goal(
        administrator, "kpi",
        {
            "level": "company", "title": "Biên lợi nhuận", "metric_kind": "number",
            "direction": "higher", "frequency": "month", "aggregation": "sum",
            "target": Decimal(3), "owner": administrator,
        },
    )  # fmt: skip
    address = f"/goals/{company.public_id}/targets/{today.year}/"
    data = {"version": "1", f"target-{today.year}-01-01": "2", "reason": "Theo mùa"}
    answer = enter(administrator).post(address, data)
    page = body_of(answer)
    assert answer.status_code == 409
    assert "Không có ai" in page
    assert "Theo mùa" in page
    assert not TargetRequest.objects.exists()
