"""Checking in through the form: what is stored, and what comes back when it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from haidang.checkins import actions as checkins
from haidang.checkins.models import CheckIn
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Goal, KpiPeriod, Standing
from haidang.people.models import Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def client(enter: Enter, an: Person) -> Client:
    return enter(an)


def version(goal: Goal) -> int:
    return Standing.objects.get(pk=goal.pk).measure_version


def test_the_form_is_filled_with_what_stands(client: Client, an: Person, key_result: Goal) -> None:
    checkins.record(an, key_result, value=Decimal("12.5"), confidence=5)
    page = body_of(client.get(f"/goals/{key_result.public_id}/check-ins/"))
    assert 'value="12,5"' in page
    assert 'name="measure_version" value="2"' in page


def test_a_check_in_is_stored_and_moves_the_objective(
    client: Client, an: Person, objective: Goal, key_result: Goal
) -> None:
    answer = client.post(
        f"/goals/{key_result.public_id}/check-ins/",
        {
            "shape": "quick",
            "measure_version": version(key_result),
            "value": "40,5",
            "confidence": "8",
            "note": " Gặp được 3 nhà mới ",
        },
    )
    assert answer.status_code == 302
    assert answer["Location"] == f"/goals/{key_result.public_id}/"
    record = CheckIn.objects.get()
    assert (record.value, record.confidence, record.note) == (
        Decimal("40.5"),
        8,
        "Gặp được 3 nhà mới",
    )
    assert record.author == an
    assert Standing.objects.get(pk=objective.pk).progress == 405_000_000


def test_the_long_form_keeps_the_whole_story(client: Client, key_result: Goal) -> None:
    words = {"achieved": "Đã gặp", "obstacle": "Xa", "next_step": "Gọi lại"}
    client.post(
        f"/goals/{key_result.public_id}/check-ins/",
        {
            "measure_version": version(key_result),
            "value": "7",
            "confidence": "3",
            "pace": "slow",
            "for_day": "05/03/2026",
            "next_on": "2026-03-12",
            **words,
        },
    )
    record = CheckIn.objects.get()
    assert record.words == words
    assert (record.for_day, record.next_on) == (date(2026, 3, 5), date(2026, 3, 12))
    assert (record.pace, record.confidence) == ("slow", 3)


@pytest.mark.parametrize(
    "typed", ["", "abc", "1e30", "NaN", "Infinity", "9" * 30, "1,2,3", "\x00", "١٢"]
)
def test_a_value_that_is_no_number_comes_back_beside_its_reason(
    client: Client, key_result: Goal, typed: str
) -> None:
    data = {"shape": "quick", "value": typed, "note": "giữ nguyên", "confidence": "2"}
    answer = client.post(f"/goals/{key_result.public_id}/check-ins/", data, headers=HX)
    page = body_of(answer)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert 'value="giữ nguyên"' in page
    assert not CheckIn.objects.exists()


def test_reasons_of_the_action_stand_beside_their_field(
    client: Client, key_result: Goal, today: date
) -> None:
    tomorrow = today + timedelta(days=2)
    data = {"value": "5", "for_day": tomorrow.strftime("%d/%m/%Y"), "note": "x"}
    answer = client.post(f"/goals/{key_result.public_id}/check-ins/", data)
    page = body_of(answer)
    assert answer.status_code == 422
    assert "Chưa thể báo cáo cho ngày trong tương lai." in page
    assert tomorrow.strftime("%d/%m/%Y") in page


def test_a_stale_form_keeps_what_was_typed_and_shows_what_stands(
    client: Client, binh: Person, administrator: Person, key_result: Goal
) -> None:
    seen = version(key_result)
    checkins.record(administrator, key_result, value=Decimal(45), note="Đếm lại")
    data = {"shape": "quick", "measure_version": seen, "value": "50", "note": "của An"}
    answer = client.post(f"/goals/{key_result.public_id}/check-ins/", data, headers=HX)
    page = body_of(answer)
    assert answer.status_code == 409
    assert "45" in page
    assert administrator.name in page
    assert 'value="50"' in page
    assert 'value="của An"' in page
    assert CheckIn.objects.count() == 1
    # The form that came back is over what stands now: saving it again is a decision.
    data["measure_version"] = version(key_result)
    assert f'value="{data["measure_version"]}"' in page
    answer = client.post(f"/goals/{key_result.public_id}/check-ins/", data, headers=HX)
    assert answer.status_code == 200
    assert CheckIn.objects.count() == 2


def test_a_second_press_of_the_button_is_stale(client: Client, key_result: Goal) -> None:
    data = {"measure_version": version(key_result), "value": "50"}
    address = f"/goals/{key_result.public_id}/check-ins/"
    assert client.post(address, data).status_code == 302
    assert client.post(address, data).status_code == 409
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize("seen", ["", "junk", "9" * 20, "9" * 5000, "-1", "1.0", "\0", "٢"])
@pytest.mark.parametrize("more", [{}, {"switch": "both"}])
def test_a_form_that_does_not_say_what_it_saw_is_stale(
    client: Client, key_result: Goal, seen: str, more: dict[str, str]
) -> None:
    data = {"measure_version": seen, "value": "50", **more}
    answer = client.post(f"/goals/{key_result.public_id}/check-ins/", data)
    assert answer.status_code == 409
    assert f'name="measure_version" value="{version(key_result)}"' in body_of(answer)
    assert not CheckIn.objects.exists()


@pytest.fixture
def answered(chi: Person, objective: Goal, make_key_result: Callable[..., Goal]) -> Goal:
    """A key result whose number is made of the goal below it."""
    above, below = make_key_result(objective), make_key_result(objective, "Phần của tỉnh")
    actions.link(chi, below, LinkRequest(above))
    above.refresh_from_db()
    return above


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"for_day": "01/01/2199"}, 422),
        ({"measure_version": "99"}, 409),
        ({"switch": "children"}, 409),
        ({"switch": "everything"}, 409),
    ],
)
def test_a_refused_report_switches_nothing(
    client: Client, answered: Goal, changes: dict[str, str], status: int
) -> None:
    data = {"measure_version": version(answered), "value": "10", "switch": "own"} | changes
    answer = client.post(f"/goals/{answered.public_id}/check-ins/", data)
    assert answer.status_code == status
    assert 'name="switch"' in body_of(answer)  # it is offered again
    before = answered.version
    answered.refresh_from_db()
    assert (answered.rule, answered.version) == ("children", before)
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("rule", ["own", "both", "children"])
def test_nothing_is_switched_where_it_was_not_asked(
    client: Client, key_result: Goal, rule: str
) -> None:
    data = {"measure_version": 1, "value": "10", "switch": rule}
    assert client.post(f"/goals/{key_result.public_id}/check-ins/", data).status_code == 302
    before = key_result.rule
    key_result.refresh_from_db()
    assert (key_result.rule, key_result.version) == (before, 1)


def test_a_number_made_of_goals_below_offers_the_switch(
    client: Client, chi: Person, objective: Goal, make_key_result: Callable[..., Goal]
) -> None:
    above, below = make_key_result(objective), make_key_result(objective, "Phần của tỉnh")
    actions.link(chi, below, LinkRequest(above))
    above.refresh_from_db()
    assert above.rule == "children"
    address = f"/goals/{above.public_id}/check-ins/"
    assert 'name="switch"' in body_of(client.get(address))
    seen = {"measure_version": version(above)}
    answer = client.post(address, seen | {"value": "10", "note": "vẫn còn"})
    page = body_of(answer)
    assert answer.status_code == 409
    assert 'name="switch"' in page
    assert "vẫn còn" in page
    assert client.post(address, seen | {"value": "10", "switch": "both"}).status_code == 302
    above.refresh_from_db()
    assert above.rule == "both"
    assert CheckIn.objects.get().value == 10


def test_a_kpi_is_reported_by_period(client: Client, kpi: Goal, today: date) -> None:
    address = f"/goals/{kpi.public_id}/check-ins/"
    start = date(today.year - 1, 3, 1)
    assert f'value="{start.isoformat()}"' in body_of(client.get(address))
    data = {"measure_version": version(kpi), "period": start.isoformat(), "value": "2,7"}
    assert client.post(address, data).status_code == 302
    record = CheckIn.objects.get()
    assert record.for_day == date(today.year - 1, 3, 31)
    assert KpiPeriod.objects.get(goal=kpi, starts=start).own_value == Decimal("2.7")


def test_a_closed_period_says_so_beside_the_period(
    client: Client, kpi: Goal, an: Person, today: date
) -> None:
    start = date(today.year - 1, 3, 1)
    checkins.record(an, kpi, value=Decimal(1), for_day=start)
    KpiPeriod.objects.filter(goal=kpi, starts=start).update(locked_at="2026-01-01T00:00Z")
    data = {"measure_version": version(kpi), "period": start.isoformat(), "value": "2"}
    answer = client.post(f"/goals/{kpi.public_id}/check-ins/", data)
    assert answer.status_code == 409
    assert "Kỳ này đã chốt số." in body_of(answer)


def test_other_measures_ask_what_they_take(
    client: Client, objective: Goal, make_key_result: Callable[..., Goal]
) -> None:
    steps = make_key_result(
        objective, metric_kind="milestones", direction="", target=None, baseline=None,
        milestones=[{"title": "TP.HCM"}, {"title": "Hà Nội"}],
    )  # fmt: skip
    address = f"/goals/{steps.public_id}/check-ins/"
    page = body_of(client.get(address))
    assert "TP.HCM" in page
    assert "0/2 cột mốc" in page
    assert "Chỉ tiêu" not in page.split("<main")[1]
    assert client.post(address, {"milestones": ["0"], "measure_version": 1}).status_code == 302
    assert Standing.objects.get(pk=steps.pk).progress == 500_000_000
    assert "1/2 cột mốc" in body_of(client.get(address))
    assert "1/2 cột mốc" in body_of(client.get(f"/goals/{steps.public_id}/"))

    met = make_key_result(
        objective, metric_kind="yes_no", direction="", target=None, baseline=None, metric_unit=""
    )
    address = f"/goals/{met.public_id}/check-ins/"
    assert client.post(address, {"value": ""}).status_code == 422
    assert client.post(address, {"value": "1", "measure_version": 1}).status_code == 302
    assert Standing.objects.get(pk=met.pk).progress == 10**9

    told = make_key_result(
        objective, metric_kind="text", direction="", target=None, baseline=None, metric_unit=""
    )
    address = f"/goals/{told.public_id}/check-ins/"
    assert client.post(address, {"text_value": ""}).status_code == 422
    data = {"text_value": "Đã ký", "measure_version": 1}
    assert client.post(address, data).status_code == 302
    assert CheckIn.objects.get(goal=told).text_value == "Đã ký"


def test_a_ratio_asks_for_both_parts(client: Client, kpi: Goal, chi: Person) -> None:
    facts = {
        "title": "Tỷ lệ đơn đúng hẹn", "level": "unit", "unit": kpi.unit, "owner": kpi.owner,
        "metric_kind": "percent", "metric_unit": "%", "aggregation": "ratio",
        "direction": "higher", "target": Decimal(95), "frequency": "month",
    }  # fmt: skip
    kpi = actions.create_goal(chi, "kpi", facts)
    address = f"/goals/{kpi.public_id}/check-ins/"
    page = body_of(client.get(address))
    assert 'name="numerator"' in page
    assert client.post(address, {"numerator": "3", "denominator": "0"}).status_code == 422
    period = page.split('name="period"')[1].split('value="')[1][:10]
    data = {"numerator": "3", "denominator": "4", "period": period, "measure_version": version(kpi)}
    assert client.post(address, data).status_code == 302
    assert CheckIn.objects.get().value == 75
    again = body_of(client.get(address))
    assert 'name="numerator"' in again


def test_a_goal_that_is_not_measured_leads_to_its_page(client: Client, objective: Goal) -> None:
    answer = client.get(f"/goals/{objective.public_id}/check-ins/")
    assert answer["Location"] == f"/goals/{objective.public_id}/"


def test_the_line_of_the_list_is_replaced_by_what_was_done(
    client: Client, key_result: Goal
) -> None:
    data = {"shape": "row", "value": "3", "back": "home", "measure_version": 1}
    answer = client.post(f"/goals/{key_result.public_id}/check-ins/", data, headers=HX)
    page = body_of(answer)
    assert answer.status_code == 200
    assert "owed-done" in page
    assert "3%" in page
    assert '"all": true' in answer["HX-Trigger"]
    # What the page says of it elsewhere goes along.
    assert f'<hx-partial hx-target="#when-{key_result.public_id}" hx-swap="delete">' in page
    assert '<hx-partial hx-target="#owed-title small" hx-swap="textContent">0</hx-partial>' in page
    assert "Hôm nay chưa có gì đến hạn." in page
    data["measure_version"] = version(key_result)
    plain = client.post(f"/goals/{key_result.public_id}/check-ins/", data)
    assert plain["Location"] == "/"


def test_strangers_and_the_forbidden(
    enter: Enter, dung: Person, emma: Person, key_result: Goal, client: Client
) -> None:
    address = f"/goals/{key_result.public_id}/check-ins/"
    assert enter(dung).get(address).status_code == 403
    assert enter(dung).post(address, {"value": "1"}).status_code == 403
    assert enter(emma).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert client.delete(address).status_code == 405
    assert not CheckIn.objects.exists()
