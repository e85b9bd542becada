"""/kpis/actuals/: the grid of actuals as a plain form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from haidang.checkins import actions as checkins
from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.goals import actions
from haidang.goals.access import check_in_rights, visible
from haidang.goals.models import Goal, Kind, KpiPeriod
from haidang.goals.rules.periods import add_months
from haidang.kpis.access import reportable
from haidang.people.models import Organisation, Person, Unit
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
D = Decimal
PAGE = "/kpis/actuals/"
Make = Callable[..., Goal]


@pytest.fixture
def month(today: date) -> date:
    """The month before this one."""
    return add_months(today.replace(day=1), -1)


@pytest.fixture
def make_kpi(chi: Person, an: Person, sales_unit: Unit) -> Make:
    def make(title: str = "Doanh thu", **facts: Any) -> Goal:
        facts = {
            "title": title, "level": "unit", "unit": sales_unit, "owner": an,
            "metric_kind": "currency", "metric_unit": "tỷ ₫", "direction": "higher",
            "target": D(3), "frequency": "month", "aggregation": "sum", **facts,
        }  # fmt: skip
        return actions.create_goal(chi, "kpi", facts)

    return make


@pytest.fixture
def client(enter: Enter, an: Person) -> Client:
    return enter(an)


def cell(kpi: Goal, month: date, part: str = "v") -> str:
    return f"{part}-{kpi.public_id}-{month.isoformat()}"


def seen(page: str, kpi: Goal) -> str:
    """The hidden field of a row, as the page was opened."""
    return page.split(f'name="seen-{kpi.public_id}" value="')[1].split('"')[0]


def form(client: Client, *kpis: Goal, address: str = PAGE, **typed: str) -> dict[str, str]:
    page = body_of(client.get(address))
    return {f"seen-{kpi.public_id}": seen(page, kpi) for kpi in kpis} | typed


def values(kpi: Goal) -> list[Decimal | None]:
    records = CheckIn.objects.filter(goal=kpi).order_by("pk")
    return list(records.values_list("value", flat=True))


def test_a_month_is_entered(client: Client, kpi: Goal, month: date, an: Person) -> None:
    page = body_of(client.get(PAGE))
    assert f'name="{cell(kpi, month)}"' in page
    answer = client.post(PAGE, form(client, kpi) | {cell(kpi, month): " 1 234,5 "})
    assert answer.status_code == 302
    record = CheckIn.objects.get()
    assert (record.value, record.author, record.source) == (D("1234.5"), an, "person")
    assert record.period is not None
    assert record.period.starts == month
    assert record.for_day == record.period.ends
    page = body_of(client.get(PAGE))
    assert 'value="1234,5"' in page
    assert "Đã ghi: 1" in page
    assert recompute(kpi.organisation_id, check=True) == []


def test_saved_again_it_makes_nothing(client: Client, kpi: Goal, month: date) -> None:
    client.post(PAGE, form(client, kpi) | {cell(kpi, month): "5"})
    answer = client.post(PAGE, form(client, kpi) | {cell(kpi, month): "5,0"})
    assert answer.status_code == 302
    assert values(kpi) == [5]


def test_a_past_number_gets_a_newer_record(client: Client, kpi: Goal, month: date) -> None:
    client.post(PAGE, form(client, kpi) | {cell(kpi, month): "5"})
    client.post(PAGE, form(client, kpi) | {cell(kpi, month): "6"})
    first, second = CheckIn.objects.order_by("pk")
    assert (first.value, second.value, first.live) == (5, 6, True)
    assert first.for_day == second.for_day
    assert KpiPeriod.objects.get(goal=kpi, starts=month).own_record_id == second.pk


def test_what_is_wrong_keeps_all_that_was_typed(
    client: Client, kpi: Goal, make_kpi: Make, month: date
) -> None:
    other = make_kpi("Khác")
    typed = {cell(kpi, month): "12x", cell(other, month): "7"}
    answer = client.post(PAGE, form(client, kpi, other) | typed)
    assert answer.status_code == 422
    page = body_of(answer)
    assert 'value="12x"' in page
    assert 'value="7"' in page
    assert 'aria-invalid="true"' in page
    assert "Đây không phải là số" in page
    assert CheckIn.objects.count() == 0


def test_a_ratio_has_two_inputs(client: Client, make_kpi: Make, month: date) -> None:
    kpi = make_kpi("Tỷ lệ", aggregation="ratio", metric_kind="percent", metric_unit="%")
    both = {cell(kpi, month, "n"): "81", cell(kpi, month, "d"): "90"}
    half = form(client, kpi) | {cell(kpi, month, "n"): "81", cell(kpi, month, "d"): ""}
    assert client.post(PAGE, half).status_code == 422
    assert client.post(PAGE, form(client, kpi) | both).status_code == 302
    assert CheckIn.objects.get().value == 90
    assert client.post(PAGE, form(client, kpi) | both).status_code == 302
    assert CheckIn.objects.count() == 1


def test_yes_or_no_is_chosen(client: Client, make_kpi: Make, month: date) -> None:
    kpi = make_kpi(
        "Đúng hạn", metric_kind="yes_no", metric_unit="", direction="pass_fail", target=None,
        aggregation="last",
    )  # fmt: skip
    assert f'<select class="input" name="{cell(kpi, month)}"' in body_of(client.get(PAGE))
    assert client.post(PAGE, form(client, kpi) | {cell(kpi, month): "1"}).status_code == 302
    assert client.post(PAGE, form(client, kpi) | {cell(kpi, month): "2"}).status_code == 422
    assert values(kpi) == [1]


def test_a_closed_month_is_read_only(client: Client, kpi: Goal, month: date) -> None:
    client.post(PAGE, form(client, kpi) | {cell(kpi, month): "5"})
    before = form(client, kpi)
    KpiPeriod.objects.filter(goal=kpi, starts=month).update(locked_at=timezone.now())
    page = body_of(client.get(PAGE))
    assert f'name="{cell(kpi, month)}"' not in page
    assert "đã chốt" in page.casefold()
    assert client.post(PAGE, before | {cell(kpi, month): "6"}).status_code == 302
    assert values(kpi) == [5]


def test_who_was_first_stands_and_what_was_typed_is_kept(
    client: Client, kpi: Goal, an: Person, month: date, make_kpi: Make
) -> None:
    other = make_kpi("Khác")
    client.post(PAGE, form(client, kpi) | {cell(kpi, month): "5"})
    opened = form(client, kpi, other)
    checkins.record(an, kpi, value=D(6), for_day=add_months(month, 1) - timedelta(days=1))
    untouched = opened | {cell(kpi, month): "5", cell(other, month): "1"}
    assert client.post(PAGE, untouched).status_code == 302  # nobody typed into that cell
    assert values(other) == [1]
    opened[f"seen-{other.public_id}"] = form(client, other)[f"seen-{other.public_id}"]
    answer = client.post(PAGE, opened | {cell(kpi, month): "7", cell(other, month): "2"})
    assert answer.status_code == 409
    page = body_of(answer)
    assert 'value="7"' in page
    assert "Hiện là 6" in page
    assert values(kpi) == [5, 6]
    assert values(other) == [1]
    again = {f"seen-{kpi.public_id}": seen(page, kpi), cell(kpi, month): "7"}
    assert client.post(PAGE, again).status_code == 302
    assert values(kpi) == [5, 6, 7]


def test_emptying_takes_nothing_back(client: Client, kpi: Goal, month: date) -> None:
    client.post(PAGE, form(client, kpi) | {cell(kpi, month): "5"})
    answer = client.post(PAGE, form(client, kpi) | {cell(kpi, month): ""})
    assert answer.status_code == 422
    assert "huỷ bản ghi" in body_of(answer)
    assert values(kpi) == [5]


def test_months_to_come_are_not_there(client: Client, kpi: Goal, today: date) -> None:
    following = add_months(today.replace(day=1), 1)
    page = body_of(client.get(f"{PAGE}?to={following.isoformat()}&n=3"))
    assert cell(kpi, today.replace(day=1)) in page
    assert cell(kpi, following) not in page


@pytest.mark.parametrize("query", ["?to=1800-01-01", "?to=x&n=9&page=-1", "?frequency=x", "?n=²"])
def test_odd_addresses_answer(client: Client, kpi: Goal, query: str) -> None:
    assert client.get(PAGE + query).status_code == 200


def test_hostile_forms_are_no_fault(client: Client, kpi: Goal, month: date) -> None:
    name = f"seen-{kpi.public_id}"
    for told in ("", "x.y", "9" * 40, "-1", ".".join("9" * 30)):
        answer = client.post(PAGE, {name: told, cell(kpi, month): "1" * 300})
        assert answer.status_code == 422
    assert CheckIn.objects.count() == 0


def test_a_record_of_another_goal_is_as_none(
    client: Client, kpi: Goal, an: Person, month: date, make_kpi: Make
) -> None:
    foreign = checkins.record(an, make_kpi("Khác"), value=D(8), for_day=month)
    told = ".".join([str(foreign.pk)] * 6)
    for typed in ("8", "9"):  # what it says is not told by how the guess is answered
        sent = {f"seen-{kpi.public_id}": told, cell(kpi, month): typed}
        assert client.post(PAGE, sent).status_code == 409
    assert values(kpi) == []


def test_other_frequencies_have_their_own_periods(client: Client, make_kpi: Make) -> None:
    kpi = make_kpi("Quý", frequency="quarter")
    assert kpi.public_id not in body_of(client.get(PAGE))
    assert kpi.public_id in body_of(client.get(f"{PAGE}?frequency=quarter"))


def test_whose_kpis_they_are(
    enter: Enter, kpi: Goal, an: Person, binh: Person, chi: Person, sales_unit: Unit,
    factory_unit: Unit, administrator: Person,
) -> None:  # fmt: skip
    assert kpi.public_id not in body_of(enter(binh).get(PAGE))
    of_sales = f"{PAGE}?unit={sales_unit.public_id}"
    assert kpi.public_id not in body_of(enter(binh).get(of_sales))
    assert 'name="unit"' not in body_of(enter(binh).get(PAGE))
    page = body_of(enter(chi).get(of_sales))
    assert f'name="seen-{kpi.public_id}"' in page
    assert factory_unit.public_id not in page
    assert factory_unit.public_id in body_of(enter(administrator).get(PAGE))
    assert enter(chi).get(f"{PAGE}?unit=U-999").status_code == 404


def test_on_behalf_is_said(enter: Enter, chi: Person, kpi: Goal, month: date, an: Person) -> None:
    client = enter(chi)
    address = f"{PAGE}?unit={kpi.unit.public_id if kpi.unit else ''}"
    typed = form(client, kpi, address=address) | {cell(kpi, month): "5"}
    assert client.post(address, typed).status_code == 302
    record = CheckIn.objects.get()
    assert (record.author, record.on_behalf_of) == (chi, an)


def test_who_may_report_is_what_access_says(
    make_kpi: Make, an: Person, binh: Person, chi: Person, dung: Person, administrator: Person,
    root_unit: Unit, factory_unit: Unit,
) -> None:  # fmt: skip
    make_kpi("Của An")
    make_kpi("Số liệu của Bình", data_owner=binh)
    make_kpi("Có Dũng", contributors=[dung])
    make_kpi("Riêng", visibility="private", contributors=[binh])
    personal = {"level": "individual", "unit": None}
    make_kpi("Của Bình", owner=binh, **personal)
    actions.create_goal(
        administrator, "kpi",
        {"title": "Công ty", "level": "company", "metric_kind": "count", "direction": "higher",
         "frequency": "month", "aggregation": "sum", "target": D(1), "owner": administrator},
    )  # fmt: skip
    for person in (an, binh, chi, dung, administrator):
        person = Person.objects.get(pk=person.pk)
        kpis = list(visible(person).filter(kind=Kind.KPI, state="active"))
        may = {pk for pk, right in check_in_rights(person, kpis).items() if right is not None}
        found = set(reportable(person, unit=root_unit).values_list("pk", flat=True))
        found |= set(reportable(person).values_list("pk", flat=True))
        assert found == may, person.name


def test_as_many_queries_for_many(client: Client, kpi: Goal, make_kpi: Make, month: date) -> None:
    client.post(PAGE, form(client, kpi) | {cell(kpi, month): "5"})
    few = queries_of(client, PAGE)
    for number in range(12):
        other = make_kpi(f"Thêm {number}")
        client.post(PAGE, {f"seen-{other.public_id}": "0", cell(other, month): "5"})
    assert queries_of(client, PAGE) == few


def test_linked_from_the_tree(client: Client, kpi: Goal, organisation: Organisation) -> None:
    assert f'href="{PAGE}"' in body_of(client.get("/kpis/"))
