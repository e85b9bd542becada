"""Pages of connectors: making one, trying it, its names, runs, and what it holds back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from haidang.checkins.actuals import Actual, record_actuals
from haidang.checkins.models import CheckIn
from haidang.goals.models import Goal
from haidang.kpis.actions.running import begin, carry_out
from haidang.kpis.connectors.sources.base import SourceError
from haidang.kpis.connectors.sources.sql import Sql
from haidang.kpis.connectors.tests.conftest import QUERY, Sales
from haidang.kpis.models import Connector, Quarantined, Run
from haidang.kpis.tasks import carry_out_run
from haidang.people.models import Person
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
PAGE = "/kpis/connectors/"
Make = Callable[..., Connector]


def typed(keeper: Person, /, **facts: str) -> dict[str, str]:
    return {
        "source": "sql", "name": "Doanh thu", "keeper": keeper.public_id, "frequency": "month",
        "asks": "last", "every": "month", "at": "06:30", "weekday": "0", "month_day": "3",
        "jump": "33,5", "s_url": "sqlite:///sales.sqlite3", "s_query": QUERY, **facts,
    }  # fmt: skip


def test_from_nothing_to_a_number(
    enter: Enter, administrator: Person, chi: Person, sales: Sales, kpi: Goal, month: date,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    sales.say(("Doanh thu Bình Dương", month, 3), ("Khách lẻ", month, 1))
    client = enter(administrator)
    assert "Chưa kết nối hệ thống nào" in body_of(client.get(PAGE))
    assert "Cơ sở dữ liệu (SQL)" in body_of(client.get(PAGE + "new/"))
    form = body_of(client.get(PAGE + "new/?source=sql"))
    assert "mang về số cuối cùng" in form  # which period brings it
    assert "HAIDANG_DATA/connectors/" + chi.organisation.slug in form
    answer = client.post(PAGE + "new/", typed(chi))
    assert answer.status_code == 302, body_of(answer)
    where = answer["Location"]
    connector = Connector.objects.get()
    assert (connector.jump, str(connector.at)) == (Decimal("33.5"), "06:30:00")
    tried = body_of(client.post(where + "trial/"))
    assert "Khách lẻ" in tried
    assert not Run.objects.exists()
    names = body_of(
        client.post(where + "names/", {"refresh": "met", "met": [kpi.title, "Khách lẻ"]})
    )
    assert f'value="{kpi.public_id}" selected' in names  # suggested by the KPI's title
    sent = {
        "version": "1", "rows": "2", "r0-name": kpi.title, "r0-kpi": kpi.public_id,
        "r1-name": "Khách lẻ", "r1-kpi": "",
    }  # fmt: skip
    assert client.post(where + "names/", sent).status_code == 302
    assert client.post(where + "state/", {"is_on": "1", "version": "2"}).status_code == 302
    connector.refresh_from_db()
    assert connector.next_at is not None
    monkeypatch.setattr(type(carry_out_run), "enqueue", lambda task, pk: carry_out_run.call(pk))
    run = client.post(where + "run/")["Location"]
    page = body_of(client.get(run))
    assert "1 số mới, 1 không nhận" in page
    assert "Tên này chưa thuộc KPI nào." in page
    goal = body_of(client.get(f"/goals/{kpi.public_id}/"))
    assert run in goal  # from the number to its run
    assert run in body_of(client.get(f"/kpis/periods/{kpi.public_id}/{month.isoformat()}/"))
    assert CheckIn.objects.get().source == "connector"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"s_query": "DELETE FROM sales"}, "SELECT"),
        ({"s_url": "x"}, "postgresql://"),
        ({"name": ""}, "Vui lòng"),
        ({"jump": "nhiều"}, "Ví dụ: 1500"),
        ({"jump": "NaN"}, ""),
        ({"lowest": "1e30"}, ""),
        ({"at": "25:99"}, ""),
        ({"month_day": "31"}, ""),
        ({"keeper": "P-99999"}, ""),
        ({"below": "KPI-99999"}, ""),
        ({"name": "\x00"}, ""),
        ({"s_query": "SELECT 1 AS value" + " " * 30_000 + "x"}, ""),
        ({"every": "hour"}, ""),
    ],
)
def test_what_cannot_be_is_said_beside_it(
    enter: Enter, administrator: Person, chi: Person, sales: Sales, facts: dict[str, str], said: str
) -> None:
    answer = enter(administrator).post(PAGE + "new/", typed(chi, **facts))
    assert answer.status_code == 422
    page = body_of(answer)
    assert said in page
    assert 'value="33,5"' in page or "jump" in facts  # nothing typed is lost
    assert not Connector.objects.exists()


def test_sent_twice_it_is_made_once(
    enter: Enter, administrator: Person, chi: Person, sales: Sales
) -> None:
    client = enter(administrator)
    sent = typed(chi, form_key="a" * 20)
    assert (
        client.post(PAGE + "new/", sent)["Location"] == client.post(PAGE + "new/", sent)["Location"]
    )
    assert Connector.objects.count() == 1


def test_a_stale_form_keeps_what_was_typed(
    enter: Enter, administrator: Person, chi: Person, connector: Connector
) -> None:
    client = enter(administrator)
    where = f"{PAGE}{connector.pk}/edit/"
    answer = client.post(where, typed(chi, version="1", name="Tên khác"))
    assert answer.status_code == 409
    assert 'value="Tên khác"' in body_of(answer)
    again = client.post(where, typed(chi, version="3", name="Tên khác"))
    assert again.status_code == 302
    connector.refresh_from_db()
    assert connector.name == "Tên khác"


def test_secrets_are_never_shown(
    enter: Enter, administrator: Person, chi: Person, sales: Sales
) -> None:
    client = enter(administrator)
    url = "postgresql://kho@db.example.vn/sales"
    where = client.post(PAGE + "new/", typed(chi, s_url=url, s_password="bí mật 42"))["Location"]
    assert "bí mật 42" not in body_of(client.get(where)) + body_of(client.get(where + "edit/"))
    wrong = client.post(where + "edit/", typed(chi, s_url=url, s_password="khác 43", name=""))
    assert "khác 43" not in body_of(wrong)


def test_a_trial_that_fails_says_why(
    enter: Enter, administrator: Person, connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_words: object) -> None:
        raise SourceError("refused", "sai mật khẩu", detail="<b>FATAL</b>", passing=True)

    monkeypatch.setattr(Sql, "fetch", refuse)
    page = body_of(enter(administrator).post(f"{PAGE}{connector.pk}/trial/"))
    assert "sai mật khẩu" in page
    assert "&lt;b&gt;FATAL" in page


def test_held_back_values_are_told_and_decided(
    enter: Enter, make: Make, sales: Sales, month: date, an: Person, binh: Person, kpi: Goal
) -> None:
    sales.say(("KD", month, 80))
    carry_out(begin(make(highest=Decimal(50)), "hand", timezone.now()))
    held = Quarantined.objects.get()
    where = f"/kpis/quarantine/{held.pk}/"
    client = enter(an)
    for page in ("/", "/attention/", "/kpis/quarantine/"):
        assert where in body_of(client.get(page)), page
    other = enter(binh)
    assert where not in body_of(other.get("/"))
    seen = body_of(other.get("/attention/"))  # of the KPIs that one sees, to look at
    assert where in seen
    assert ">Quyết định<" not in seen
    kpi.visibility = "private"
    kpi.save(update_fields=["visibility"])
    assert where not in body_of(other.get("/attention/"))
    kpi.visibility = "organisation"
    kpi.save(update_fields=["visibility"])
    assert "Chấp nhận" not in body_of(other.get(where))
    assert other.post(where, {"verdict": "accepted", "reason": "x"}).status_code == 403
    assert client.post(where, {"verdict": "accepted", "reason": ""}).status_code == 422
    assert client.post(where, {"verdict": "maybe", "reason": "x"}).status_code == 422
    assert client.post(where, {"verdict": "accepted", "reason": "Đúng"}).status_code == 302
    assert client.post(where, {"verdict": "refused", "reason": "Nhầm"}).status_code == 409
    assert "Đúng" in body_of(client.get("/kpis/quarantine/"))
    assert CheckIn.objects.get(goal=kpi).author_id == an.pk


def test_what_stands_now_is_shown_and_asked_for(
    enter: Enter, make: Make, sales: Sales, month: date, an: Person, kpi: Goal
) -> None:
    sales.say(("KD", month, 80))
    carry_out(begin(make(highest=Decimal(50)), "hand", timezone.now()))
    where = f"/kpis/quarantine/{Quarantined.objects.get().pk}/"
    client = enter(an)
    assert 'name="seen" value="0"' in body_of(client.get(where))
    (typed,) = record_actuals(an, [Actual(kpi.public_id, month, Decimal("20.5"))])
    sent = {"verdict": "accepted", "reason": "Đúng mà", "seen": "0"}
    answer = client.post(where, sent)
    assert answer.status_code == 409
    page = body_of(answer)
    assert "20,5" in page
    assert "Đúng mà" in page
    assert f'name="seen" value="{typed.record}"' in page
    for seen in ("-1", "x", "1" * 400):
        assert client.post(where, {**sent, "seen": seen}).status_code in (409, 422)
    assert client.post(where, {**sent, "seen": str(typed.record)}).status_code == 302
    assert CheckIn.objects.filter(goal=kpi).latest("pk").value == 80


def test_failures_are_told_to_keeper_and_data_owner(
    enter: Enter, make: Make, kpi: Goal, chi: Person, binh: Person, administrator: Person
) -> None:
    Goal.objects.filter(pk=kpi.pk).update(data_owner=binh)
    run = carry_out(begin(make(settings={"url": "sqlite:///weg.db", "query": QUERY}), "hand",
                          timezone.now()))  # fmt: skip
    assert run.code == "address"
    where = f"/kpis/connectors/runs/{run.pk}/"
    for person in (chi, binh, administrator):
        client = enter(person)
        assert where in body_of(client.get("/")), person
        assert client.get(where).status_code == 200
    assert "weg.db" not in body_of(enter(binh).get(where))


def test_a_page_costs_the_same_for_many(
    enter: Enter, administrator: Person, make: Make, sales: Sales, month: date
) -> None:
    connector = make()
    client = enter(administrator)
    sales.say(("KD", month, 1))
    carry_out(begin(connector, "hand", timezone.now()))
    client.get(PAGE)
    few = queries_of(client, PAGE)
    for n in range(5):
        Connector.objects.create(
            organisation=connector.organisation, name=f"Số {n}", kind="push", at=connector.at,
            keeper=connector.keeper, created_by=administrator, created_at=timezone.now(),
        )  # fmt: skip
    assert queries_of(client, PAGE) == few


def test_a_run_shows_each_the_kpis_that_they_see(
    enter: Enter, connector: Connector, sales: Sales, month: date, an: Person, dung: Person,
    emma: Person, kpi: Goal,
) -> None:  # fmt: skip
    sales.say(("KD", month, 4), ("Bí ẩn", month, 1))
    run = carry_out(begin(connector, "hand", timezone.now()))
    where = f"/kpis/connectors/runs/{run.pk}/"
    page = body_of(enter(an).get(where))
    assert kpi.title in page
    assert "Bí ẩn" not in page  # what the other system answered is for administrators
    Goal.objects.filter(pk=kpi.pk).update(visibility="private")
    assert enter(dung).get(where).status_code == 404
    assert enter(emma).get(where).status_code == 404
