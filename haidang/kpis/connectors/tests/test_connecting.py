"""Making and changing connectors: checks, secrets, names, who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from haidang.activity.models import Event
from haidang.goals.actions import create_goal
from haidang.goals.models import Goal
from haidang.kpis.access import connector_for, names_visible
from haidang.kpis.actions.connecting import (
    Plan,
    edit_connector,
    make_connector,
    name_kpis,
    switch_connector,
)
from haidang.kpis.actions.fetching import renew_secrets, secrets_of
from haidang.kpis.actions.running import begin, carry_out
from haidang.kpis.connectors.registry import sources
from haidang.kpis.connectors.sealing import is_present, opened, sealed
from haidang.kpis.connectors.tests.conftest import QUERY
from haidang.kpis.models import Connector
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from haidang.people.models import Person, Unit

pytestmark = pytest.mark.django_db
URL = "postgresql://kho@db.example.vn/sales"


@pytest.fixture
def plan(chi: Person) -> Plan:
    return Plan(
        name="Doanh thu",
        keeper=chi,
        settings={"url": URL, "query": QUERY},
        secrets={"password": "bí mật"},
    )


def wrong(call: Callable[[], Any]) -> dict[str | None, str]:
    with pytest.raises(Invalid) as refused:
        call()
    return {error.field: error.code for error in refused.value.errors}


def test_a_secret_is_sealed_and_kept(administrator: Person, plan: Plan) -> None:
    made = make_connector(administrator, "sql", plan)
    assert not made.is_on
    stored = Connector.objects.get(pk=made.pk)
    assert "bí mật" not in str(stored.secrets) + str(stored.settings)
    assert opened(stored.secrets["password"]) == "bí mật"
    same = edit_connector(administrator, made, 1, replace(plan, secrets={}))
    assert opened(same.secrets["password"]) == "bí mật"
    assert "bí mật" not in str(list(Event.objects.values()))


def test_a_secret_goes_to_no_other_host(administrator: Person, plan: Plan) -> None:
    made = make_connector(administrator, "sql", plan)
    other = {"url": "postgresql://kho@evil.example/sales", "query": QUERY}
    moved = replace(plan, settings=other, secrets={})
    assert wrong(lambda: edit_connector(administrator, made, 1, moved)) == {
        "settings.password": "required"
    }
    typed = replace(moved, secrets={"password": "khác"})
    assert opened(edit_connector(administrator, made, 1, typed).secrets["password"]) == "khác"


def test_a_secret_of_a_former_key(
    administrator: Person, plan: Plan, kpi: Goal, settings: Any
) -> None:
    made = make_connector(administrator, "sql", plan)
    made = name_kpis(administrator, made, 1, [("KD", kpi)])
    former = settings.SECRET_KEY
    settings.SECRET_KEY = "một khóa hoàn toàn khác"
    run = carry_out(begin(made, "hand", timezone.now()))
    assert (run.outcome, run.code) == ("failed", "settings")
    assert "nhập lại" in run.said["vi"]
    assert wrong(lambda: edit_connector(administrator, made, 2, replace(plan, secrets={}))) == {
        "settings.password": "required"
    }
    settings.SECRET_KEY_FALLBACKS = [former]
    assert secrets_of(made) == {"password": "bí mật"}
    assert renew_secrets() == 1
    assert renew_secrets() == 0
    made.refresh_from_db()
    assert is_present(made.secrets["password"])  # sealed anew


def test_sealing() -> None:
    assert opened(sealed("x" * 5000)) == "x" * 5000
    assert opened("") is None
    assert opened("không phải") is None


def test_every_reason_at_once(administrator: Person, plan: Plan, emma: Person) -> None:
    bad = replace(
        plan, name=" ", keeper=emma, jump=Decimal(0), lowest=Decimal(2), highest=Decimal(1),
        every="hour", asks="", month_day=31, settings={"url": "", "query": ""},
    )  # fmt: skip
    assert wrong(lambda: make_connector(administrator, "sql", bad)).keys() == {
        "name", "keeper", "jump", "highest", "every", "asks", "month_day", "settings.url",
        "settings.query",
    }  # fmt: skip
    assert not Connector.objects.exists()


@pytest.mark.parametrize(
    ("query", "code"), [("DELETE FROM x", "writes"), ("SELECT 1; SELECT 2", "writes")]
)
def test_the_source_checks_its_settings(
    administrator: Person, plan: Plan, query: str, code: str
) -> None:
    bad = replace(plan, settings={"url": URL, "query": query})
    assert wrong(lambda: make_connector(administrator, "sql", bad)) == {"settings.query": code}


def test_only_administrators(
    administrator: Person, chi: Person, emma: Person, plan: Plan, an: Person
) -> None:
    with pytest.raises(Forbidden):
        make_connector(chi, "sql", plan)
    made = make_connector(administrator, "sql", plan)
    for person in (chi, an, emma):
        with pytest.raises(NotFound):
            connector_for(person, made.pk)
    assert connector_for(chi, made.pk, to="push") == made  # its keeper
    for person in (an, emma):
        with pytest.raises(NotFound):
            connector_for(person, made.pk, to="push")
    with pytest.raises(NotFound):
        make_connector(administrator, "oracle", plan)


def test_what_somebody_else_changed(administrator: Person, plan: Plan) -> None:
    made = make_connector(administrator, "sql", plan)
    edit_connector(administrator, made, 1, plan)
    for act in (
        lambda: edit_connector(administrator, made, 1, plan),
        lambda: switch_connector(administrator, made, 1, False),
        lambda: name_kpis(administrator, made, 1, []),
    ):
        with pytest.raises(Stale):
            act()


def test_names(
    administrator: Person, plan: Plan, kpi: Goal, emma: Person, dung: Person, objective: Goal
) -> None:
    made = make_connector(administrator, "sql", plan)
    with pytest.raises(Conflict):
        switch_connector(administrator, made, 1, True)
    pairs = [("KD", kpi), (" kd", kpi)]
    assert wrong(lambda: name_kpis(administrator, made, 1, pairs)) == {
        "rows.1.name": "duplicate", "rows.1.kpi": "duplicate",
    }  # fmt: skip
    assert wrong(lambda: name_kpis(administrator, made, 1, [("x" * 201, objective)])) == {
        "rows.0.name": "too_long", "rows.0.kpi": "choice",
    }  # fmt: skip
    named = name_kpis(administrator, made, 1, [("KD", kpi)])
    on = switch_connector(administrator, named, 2, True)
    assert on.is_on
    monthly = replace(plan, frequency="week")
    assert wrong(lambda: edit_connector(administrator, on, 3, monthly)) == {
        "frequency": "frequency"
    }
    off = name_kpis(administrator, on, 3, [])
    assert not off.is_on
    other = make_connector(administrator, "sql", replace(plan, keeper=dung))
    assert wrong(lambda: name_kpis(administrator, other, 1, [("KD", kpi)])) == {
        "rows.0.kpi": "forbidden"
    }
    elsewhere = Goal.objects.get(pk=kpi.pk)
    assert elsewhere.organisation_id != emma.organisation_id


def test_a_kpi_that_the_administrator_does_not_see_keeps_its_name(
    administrator: Person, plan: Plan, kpi: Goal, chi: Person, an: Person, sales_unit: Unit
) -> None:
    made = make_connector(administrator, "sql", plan)
    named = name_kpis(administrator, made, 1, [("KD", kpi)])
    Goal.objects.filter(pk=kpi.pk).update(visibility="private")
    assert not names_visible(administrator, named).exists()
    facts = {name: getattr(kpi, name) for name in ("metric_kind", "direction", "target",
             "frequency", "aggregation", "level")}  # fmt: skip
    more = {"title": "Chi phí", "unit": sales_unit, "owner": an}
    other = create_goal(chi, "kpi", facts | more)
    assert wrong(lambda: name_kpis(administrator, named, 2, [("kd", other)])) == {
        "rows.0.name": "duplicate"
    }
    name_kpis(administrator, named, 2, [("CP", other)])
    assert set(named.names.values_list("name", flat=True)) == {"KD", "CP"}


def test_every_source_says_what_it_is() -> None:
    for kind, source in sources().items():
        assert kind == source.kind
        assert str(source.label)
        assert str(source.about)
        names = [one.name for one in source.settings]
        assert len(set(names)) == len(names)
        for one in source.settings:
            assert one.form in ("line", "text", "secret", "choice", "whole", "file")
