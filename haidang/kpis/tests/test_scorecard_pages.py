"""The pages of scorecards, of the bowler, and of units side by side."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from haidang.goals.models import Goal
from haidang.kpis.actions import LineFacts, close_period, set_card
from haidang.kpis.models import LongLeave, Scorecard
from haidang.people.actions import create_account, set_settings
from haidang.people.models import Person
from tests.support.keeping import kept
from tests.worlds import World

pytestmark = pytest.mark.django_db
BASE = "/kpis/scorecards/"
YEAR = 2025
FEBRUARY = f"?frequency=month&period={YEAR}-02-01"


@pytest.fixture
@kept
def world() -> World:
    return World()


def signed(person: Person) -> Client:
    if person.account is None:
        person.account = create_account(
            f"{person.public_id}@x.example", "đủ dài cho kiểm thử", "vi"
        )
        person.save(update_fields=["account"])
    client = Client(headers={"accept-language": "vi"})
    client.force_login(person.account)
    return client


def put(world: World, *kpis: tuple[Goal, Any], holder: Any = None) -> Scorecard:
    lines = [LineFacts(kpi.public_id, Decimal(str(weight))) for kpi, weight in kpis]
    return set_card(world.chi, holder or world.binh, date(YEAR, 1, 1), lines)


def card_of(person: Person) -> str:
    return f"{BASE}person/{person.public_id}/"


def sent(world: World, **facts: Any) -> dict[str, Any]:
    newest = Scorecard.objects.filter(until=None).order_by("-pk").first()
    return {"starts": f"01/01/{YEAR}", "ends": "", "seen": newest.pk if newest else 0} | facts


def test_a_card_with_its_missing_kpi(world: World) -> None:
    one, two = world.kpi(title="Doanh thu"), world.kpi(title="Công nợ")
    put(world, (one, 60), (two, 40))
    world.check_in(one, 110)
    page = signed(world.binh).get(card_of(world.binh) + FEBRUARY).content.decode()
    assert "110%" in page
    assert "Xuất sắc" in page
    assert "Chưa có số" in page
    assert "Tạm tính" in page
    assert "Thiết lập trọng số" not in page  # one's own
    close_period(world.chi, "month", date(YEAR, 2, 1))
    page = signed(world.binh).get(card_of(world.binh) + FEBRUARY).content.decode()
    assert "Đã chốt số" in page
    own = signed(world.binh).get(BASE + FEBRUARY).content.decode()
    paper = own.partition('class="on-paper">')[2].partition("</p>")[0]
    for words in (world.binh.name, f"02/{YEAR}", world.sales.name):
        assert words in paper, "on paper a card says whose it is, and of when"


def test_where_a_number_comes_from(world: World) -> None:
    kpi, other = world.kpi(title="Doanh thu"), world.kpi()
    put(world, (kpi, 60))
    world.check_in(kpi, 110)
    client = signed(world.chi)
    page = client.get(f"{card_of(world.binh)}kpi/{kpi.public_id}/{FEBRUARY}").content.decode()
    assert "110%" in page
    assert "An" in page  # who reported
    answer = client.get(f"{card_of(world.binh)}kpi/{other.public_id}/{FEBRUARY}")
    assert answer.status_code == 404


def test_a_colleague_learns_nothing(world: World) -> None:
    put(world, (world.kpi(), 60))
    client = signed(world.dung)
    assert client.get(card_of(world.binh)).status_code == 404
    page = client.get(BASE + "?of=people").content.decode()
    assert "Bình" not in page
    assert "Thẻ điểm" not in client.get(f"/people/{world.binh.public_id}/").content.decode()


def test_lists_of_people_and_units(world: World) -> None:
    kpi = world.kpi()
    put(world, (kpi, 60))
    put(world, (kpi, 60), holder=world.sales)
    world.check_in(kpi, 90)
    client = signed(world.chi)
    assert "Bình" in client.get(BASE + FEBRUARY + "&of=people").content.decode()
    page = client.get(BASE + FEBRUARY + "&of=units").content.decode()
    assert "Kinh doanh" in page
    assert "90%" in page
    assert client.get(BASE).status_code == 200
    for asked in ("?frequency=x&period=9999-99-99&page=-1&of=x", "?period=1000-01-01&page=99999"):
        assert client.get(BASE + asked).status_code == 200


def test_units_are_ranked_where_it_is_allowed(world: World) -> None:
    one, two = world.kpi(), world.kpi()
    put(world, (one, 60), holder=world.sales)
    put(world, (two, 60), holder=world.it)
    world.check_in(one, 80)
    world.check_in(two, 95)
    client = signed(world.binh)
    asked = BASE + FEBRUARY + "&of=units"
    page = client.get(asked).content.decode()
    assert "Xếp hạng" not in page
    assert "95%" not in page  # of another unit
    set_settings(world.chi, {"scorecard.ranking": True})
    page = client.get(asked).content.decode()
    assert "Xếp hạng" in page
    assert page.index("95%") < page.index("80%")
    assert client.get(f"{BASE}unit/{world.it.public_id}/").status_code == 404


def test_weights_are_set(world: World) -> None:
    one, two = world.kpi(owner=world.binh), world.kpi()
    client = signed(world.chi)
    address = card_of(world.binh) + "lines/"
    page = client.get(address).content.decode()
    assert one.public_id in page
    assert two.public_id not in page
    facts = sent(world, more=[two.public_id], kpi=[one.public_id], add="1")
    facts[f"weight-{one.public_id}"] = "33,5"
    page = client.post(address, facts).content.decode()
    assert two.public_id in page
    assert 'value="33,5"' in page  # nothing typed is lost
    assert not Scorecard.objects.exists()
    facts = sent(world, kpi=[one.public_id, two.public_id])
    facts |= {f"weight-{one.public_id}": "33,5", f"weight-{two.public_id}": "66.5%"}
    facts |= {f"cap-{two.public_id}": "150", f"prorated-{one.public_id}": "1"}
    assert client.post(address, facts).status_code == 302
    lines = list(Scorecard.objects.get().lines.all())
    assert [line.weight for line in lines] == [Decimal("33.5"), Decimal("66.5")]
    assert [line.cap for line in lines] == [None, Decimal(150)]
    assert [line.prorated for line in lines] == [True, False]


@pytest.mark.parametrize("wrong", ["x", "1e30", "NaN", "-5", "101", "1,234", "9" * 1000, "\x00"])
def test_what_is_no_weight(world: World, wrong: str) -> None:
    kpi = world.kpi(owner=world.binh)
    facts = sent(world, kpi=[kpi.public_id, "KPI-\x00", "x" * 1000])
    facts[f"weight-{kpi.public_id}"] = wrong
    facts[f"cap-{kpi.public_id}"] = "120"
    answer = signed(world.chi).post(card_of(world.binh) + "lines/", facts)
    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()
    assert not Scorecard.objects.exists()


def test_a_cap_below_the_usual_floor_is_said_beside_it(world: World) -> None:
    kpi = world.kpi(owner=world.binh)
    facts = sent(world, kpi=[kpi.public_id]) | {f"weight-{kpi.public_id}": "20"}
    facts[f"cap-{kpi.public_id}"] = "40,5"
    answer = signed(world.chi).post(card_of(world.binh) + "lines/", facts)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.index('value="40,5"') < page.index("Phải cao hơn mức sàn chung là 50%.")
    assert not Scorecard.objects.exists()


def test_days_that_are_none_and_a_stale_form(world: World) -> None:
    kpi = world.kpi(owner=world.binh)
    client, address = signed(world.chi), card_of(world.binh) + "lines/"
    facts = sent(world, kpi=[kpi.public_id]) | {f"weight-{kpi.public_id}": "20"}
    for wrong in ({"starts": "31/02/2025"}, {"starts": ""}, {"ends": "01/01/2024"}):
        assert client.post(address, facts | wrong).status_code == 422
    put(world, (kpi, 30))
    answer = client.post(address, facts)
    assert answer.status_code == 409
    assert 'value="20"' in answer.content.decode()
    again = facts | {"seen": Scorecard.objects.get(until=None).pk}
    assert client.post(address, again).status_code == 302


def test_a_closed_month_refuses_other_weights(world: World) -> None:
    kpi = world.kpi(owner=world.binh)
    put(world, (kpi, 30))
    close_period(world.chi, "month", date(YEAR, 2, 1))
    facts = sent(world, kpi=[kpi.public_id]) | {f"weight-{kpi.public_id}": "20"}
    answer = signed(world.chi).post(card_of(world.binh) + "lines/", facts)
    assert answer.status_code == 409
    assert "28/02/2025" in answer.content.decode()


def test_a_long_leave(world: World) -> None:
    client = signed(world.chi)
    address = card_of(world.binh) + "leave/"
    assert client.post(address, {"leave-starts": "x", "leave-ends": ""}).status_code == 422
    days = {"leave-starts": "01/03/2025", "leave-ends": "31/08/2025"}
    assert client.post(address, days).status_code == 302
    leave = LongLeave.objects.get()
    assert "31/08/2025" in client.get(card_of(world.binh) + "lines/").content.decode()
    assert client.post(f"{address}{leave.pk}/").status_code == 302
    assert client.post(f"{address}{leave.pk}/").status_code == 404
    assert client.get(address).status_code == 200


def test_the_bowler(world: World) -> None:
    kpi = world.kpi(title="Doanh thu", unit=world.sales, level="unit")
    held = world.kpi(
        direction="range", low=25, high=35, tolerance=5, unit=world.sales, level="unit"
    )
    world.check_in(kpi, 80)
    world.check_in(held, 30)
    client = signed(world.binh)
    asked = f"/kpis/bowler/?unit={world.root.public_id}&year={YEAR}-01-01"
    page = client.get(asked).content.decode()
    for said in ("Doanh thu", "✕", "✓", "chưa đạt chỉ tiêu", "số kỳ đạt", f"?year={YEAR}#periods"):
        assert said in page
    assert "<!doctype" not in client.get(asked, headers={"hx-request": "true"}).content.decode()
    other = f"/kpis/bowler/?person={world.dung.public_id}&year=x&page=x"
    assert "Chưa có KPI nào" in client.get(other).content.decode()


def test_the_bowler_asks_as_much_for_many(world: World) -> None:
    world.kpi(unit=world.sales, level="unit")
    client = signed(world.binh)
    few = asked_by(client, f"/kpis/bowler/?year={YEAR}-01-01")
    for _n in range(12):
        world.check_in(world.kpi(unit=world.sales, level="unit"), 80)
    assert asked_by(client, f"/kpis/bowler/?year={YEAR}-01-01") == few


def asked_by(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_a_private_kpi_is_not_in_the_bowler(world: World) -> None:
    world.kpi(title="Kín", unit=world.sales, level="unit", visibility="private")
    page = signed(world.dung).get(f"/kpis/bowler/?year={YEAR}-01-01").content.decode()
    assert "Kín" not in page


def test_units_side_by_side_and_no_person(world: World) -> None:
    top = world.kpi(title="Toàn công ty")
    for unit, value in ((world.sales, 80), (world.it, 40)):
        part = world.kpi(title=f"Phần {unit.name}", unit=unit, level="unit")
        world.link(part, top, mode="value")
        world.check_in(part, value)
    own = world.kpi(title="Phần của riêng Bình", level="individual", actor=world.binh)
    world.link(own, top, mode="none")
    page = signed(world.dung).get(f"/kpis/units/?year={YEAR}-01-01").content.decode()
    assert "Phần Kinh doanh" in page
    assert "Phần Công nghệ thông tin" in page
    assert "Phần của riêng Bình" not in page
    assert page.count(">100<") == 2  # the same scale


def test_a_leader_sees_the_button_on_the_persons_page(world: World) -> None:
    lead = world.person("Lan", world.root)
    world.lead(lead, world.sales)
    page = signed(lead).get(f"/people/{world.binh.public_id}/").content.decode()
    assert card_of(world.binh) in page
    page = signed(lead).get(f"/units/{world.sales.public_id}/").content.decode()
    assert f"{BASE}unit/{world.sales.public_id}/" in page
