"""Deleting a connector that never brought anything, retiring and reviving one that did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from haidang.activity.models import Event
from haidang.checkins.models import CheckIn
from haidang.goals.models import Goal
from haidang.kpis.actions.connecting import (
    Plan,
    edit_connector,
    name_kpis,
    remove_connector,
    switch_connector,
)
from haidang.kpis.actions.quarantine import decide_quarantined
from haidang.kpis.actions.running import begin, carry_out, finish, trial
from haidang.kpis.connectors.sealing import opened
from haidang.kpis.connectors.sources.base import Fetched, Reading
from haidang.kpis.connectors.sources.sql import Sql
from haidang.kpis.connectors.tests.conftest import QUERY, Sales
from haidang.kpis.models import Connector, Delivered, ForeignName, Quarantined, Run
from haidang.kpis.tasks import run_what_is_due
from haidang.lib.errors import Conflict, Invalid, NotFound, Stale
from haidang.people.models import Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db
Make = Callable[..., Connector]
PAGE = "/kpis/connectors/"
URL = "postgresql://kho@db.example.vn/sales"


def ran(connector: Connector) -> Run:
    return carry_out(begin(connector, "hand", timezone.now()))


@pytest.fixture
def fed(make: Make, kpi: Goal, month: date, monkeypatch: pytest.MonkeyPatch) -> Connector:
    """A connector with a password that has brought a number."""
    monkeypatch.setattr(
        Sql, "fetch", lambda *_words: Fetched([Reading("KD", month, Decimal(4))], "KD;4")
    )
    settings = {"url": URL, "query": QUERY}
    connector = make(settings=settings, secrets={"password": "bí mật 42"}, every="day")
    assert ran(connector).recorded == 1
    return Connector.objects.get(pk=connector.pk)


def test_one_that_never_brought_anything_is_deleted(
    administrator: Person, connector: Connector, sales: Sales, month: date
) -> None:
    sales.say(("Lạ", month, 4))
    assert ran(connector).outcome == "failed"
    with pytest.raises(Stale):
        remove_connector(administrator, connector, 1)
    assert remove_connector(administrator, connector, connector.version) is None
    assert not Connector.objects.exists()
    assert not Run.objects.exists()
    assert not ForeignName.objects.exists()
    event = Event.objects.get(verb="connector.deleted")
    assert (event.subject, event.actor_id) == ("Doanh thu", administrator.pk)


def test_not_while_it_runs_for_the_first_time(administrator: Person, connector: Connector) -> None:
    run = begin(connector, "hand", timezone.now())
    with pytest.raises(Conflict) as refused:
        remove_connector(administrator, connector, None)
    assert refused.value.code == "running"
    assert Run.objects.get() == run


def test_one_that_brought_something_is_retired(
    administrator: Person, fed: Connector, kpi: Goal
) -> None:
    retired = remove_connector(administrator, fed, fed.version)
    assert retired is not None
    stored = Connector.objects.get(pk=fed.pk)
    assert (stored.is_on, stored.next_at, stored.retry_at) == (False, None, None)
    assert stored.retired_at is not None
    assert stored.secrets == {"password": ""}  # that there was one is known, and no more
    assert Delivered.objects.get().check_in == CheckIn.objects.get()
    assert ForeignName.objects.get().kpi == kpi
    assert Event.objects.filter(verb="connector.retired").count() == 1
    assert run_what_is_due(timezone.now().replace(year=2100)) == 0
    for call in (
        lambda: begin(stored, "hand", timezone.now()),
        lambda: trial(stored, timezone.now()),
        lambda: switch_connector(administrator, stored, None, True),
        lambda: name_kpis(administrator, stored, None, []),
        lambda: remove_connector(administrator, stored, None),
    ):
        with pytest.raises(Conflict) as refused:
            call()
        assert refused.value.code == "retired"


def test_what_runs_meanwhile_is_not_written(
    administrator: Person, fed: Connector, month: date
) -> None:
    run = begin(fed, "hand", timezone.now())
    remove_connector(administrator, fed, fed.version)
    ended = carry_out(run)
    assert (ended.outcome, ended.code) == ("failed", "changed")
    fed.refresh_from_db()
    assert (fed.retry_at, fed.failing_since) == (None, None)
    assert CheckIn.objects.count() == 1


def test_a_value_that_waits_can_still_be_decided(
    administrator: Person, make: Make, sales: Sales, month: date, an: Person
) -> None:
    connector = make(highest=Decimal(5))
    sales.say(("KD", month, 80))
    ran(connector)
    assert remove_connector(administrator, connector, None) is not None  # it brought something
    decide_quarantined(an, Quarantined.objects.get(), True, "Hợp đồng lớn")
    assert CheckIn.objects.get().value == 80


def test_secrets_typed_again_revive_it(administrator: Person, fed: Connector, chi: Person) -> None:
    remove_connector(administrator, fed, None)
    plan = Plan(name="Doanh thu", keeper=chi, settings={"url": URL, "query": QUERY}, every="day")
    with pytest.raises(Invalid) as refused:
        edit_connector(administrator, fed, None, plan)
    (error,) = refused.value.errors
    assert (error.field, error.code) == ("settings.password", "required")
    assert Connector.objects.get().retired_at is not None
    edit_connector(administrator, fed, None, replace(plan, secrets={"password": "mới"}))
    stored = Connector.objects.get()
    assert (stored.retired_at, stored.is_on, stored.next_at) == (None, False, None)
    assert opened(stored.secrets["password"]) == "mới"
    assert Event.objects.filter(verb="connector.revived").count() == 1
    assert ran(switch_connector(administrator, stored, None, True)).same == 1


def test_without_secrets_it_is_revived_as_it_is(
    administrator: Person, connector: Connector, sales: Sales, month: date, chi: Person
) -> None:
    sales.say(("KD", month, 4))
    ran(connector)
    remove_connector(administrator, connector, None)
    plan = Plan(name="Doanh thu", keeper=chi, settings=connector.settings)
    assert edit_connector(administrator, connector, None, plan).retired_at is None


def test_of_nobody_else(
    make: Make, chi: Person, emma: Person, an: Person, administrator: Person
) -> None:
    connector = make()
    for person in (chi, emma, an):
        with pytest.raises(NotFound):
            remove_connector(person, connector, None)
    assert Connector.objects.exists()


# --- pages ------------------------------------------------------------------------------------


def test_the_page_says_what_happens_and_asks(
    enter: Enter, administrator: Person, connector: Connector
) -> None:
    client = enter(administrator)
    where = f"{PAGE}{connector.pk}/removal/"
    assert where in body_of(client.get(f"{PAGE}{connector.pk}/"))
    page = body_of(client.get(where))
    assert "Xoá Doanh thu?" in page
    assert Connector.objects.exists()
    stale = client.post(where, {"version": "1"})
    assert stale.status_code == 409
    assert f'name="version" value="{connector.version}"' in body_of(stale)
    answer = client.post(where, {"version": str(connector.version)}, follow=True)
    assert "Đã xoá kết nối." in body_of(answer)
    assert not Connector.objects.exists()
    assert client.get(where).status_code == 404


def test_a_retired_one_on_its_pages(
    enter: Enter, administrator: Person, fed: Connector, chi: Person
) -> None:
    client = enter(administrator)
    one = f"{PAGE}{fed.pk}/"
    assert "Ngừng dùng Doanh thu?" in body_of(client.get(one + "removal/"))
    client.post(one + "removal/", {"version": str(fed.version)})
    page = body_of(client.get(one))
    assert "bí mật" not in page
    for gone in ("trial/", "run/", "state/", "removal/", "names/"):
        assert f'action="{one}{gone}"' not in page
        assert f'href="{one}{gone}"' not in page
    assert "Đã ngừng dùng" in body_of(client.get(PAGE))
    for path in ("trial/", "run/", "state/"):
        sent = {"version": str(fed.version + 1), "is_on": "1"}
        told = client.post(one + path, sent, follow=True)
        assert "Kết nối này đã ngừng dùng" in body_of(told)
    form = body_of(client.get(one + "edit/"))
    assert "Khôi phục" in form
    typed: dict[str, Any] = {
        "name": "Doanh thu", "keeper": chi.public_id, "frequency": "month", "asks": "last",
        "every": "day", "at": "06:00", "weekday": "0", "month_day": "3", "s_url": URL,
        "s_query": QUERY, "version": str(fed.version + 1),
    }  # fmt: skip
    refused = client.post(one + "edit/", typed)
    assert refused.status_code == 422
    assert client.post(one + "edit/", typed | {"s_password": "mới"}).status_code == 302
    fed.refresh_from_db()
    assert fed.retired_at is None


def test_finishing_a_run_of_what_was_deleted_is_no_run(
    administrator: Person, connector: Connector
) -> None:
    """Nobody deletes it while it runs; a run that was cut off is gone with it."""
    run = begin(connector, "hand", timezone.now())
    Run.objects.update(began_at=timezone.now().replace(year=2000))
    assert remove_connector(administrator, connector, None) is None
    with pytest.raises(Run.DoesNotExist):
        finish(run, Fetched([Reading("KD", None, Decimal(1))]))
    assert not CheckIn.objects.exists()
