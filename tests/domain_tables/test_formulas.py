"""KPIs calculated by a formula, through the actions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from haidang.checkins.recompute import recompute
from haidang.goals import actions as goals
from haidang.goals.actions.formula import resolved
from haidang.goals.models import Alignment
from haidang.lib.errors import Conflict, Invalid
from tests.worlds import fresh

D = Decimal
MONEY = {"metric_kind": "currency", "metric_unit": "tỷ ₫"}
PERCENT = {"metric_kind": "percent", "metric_unit": "%", "aggregation": "last", "target": 28}


def by(world, formula, *parents, **facts):
    return world.kpi(*parents, calculation="expression", expression=formula, **facts)


def refused(call, *args, **options):
    with translation.override("en"):
        with pytest.raises(Invalid) as found:
            call(*args, **options)
        error = found.value.errors[0]
        return error.field, error.code, str(error.message)


@pytest.fixture
def books(world):
    """Revenue in tỷ, cost of goods in triệu."""
    revenue = world.kpi(title="Doanh thu", **MONEY)
    cost = world.kpi(title="Giá vốn", **(MONEY | {"metric_unit": "triệu ₫"}))
    return revenue, cost


def test_the_formula_of_the_margin_moves_with_its_inputs_and_what_is_above(world, books):
    pillar = world.pillar()
    margin = by(world, "(doanh_thu - gia_von) / doanh_thu", pillar, **PERCENT)
    revenue, cost = books
    ids = (revenue.public_id, cost.public_id, revenue.public_id)
    assert margin.expression == "({} - {}) / {}".format(*ids)
    assert [e.child_id for e in margin.child_links.all()] == [revenue.pk, cost.pk]
    assert {e.relation for e in margin.child_links.all()} == {"computes"}
    world.check_in(revenue, 3)
    assert world.standing(margin).actual is None  # a missing input gives missing
    world.check_in(cost, 2370)
    assert world.standing(margin).actual == 21  # tỷ and triệu, told in percent
    assert world.share(pillar) == D("0.75")
    world.check_in(cost, 2160, day=date(2025, 2, 11))
    assert world.standing(margin).actual == 28
    assert world.share(pillar) == 1
    assert not recompute(world.organisation.pk, check=True)
    with pytest.raises(Conflict):
        world.check_in(margin, 1)


def test_a_division_by_zero_gives_missing(world, books):
    margin = by(world, "(doanh_thu - gia_von) / doanh_thu", **PERCENT)
    for one, value in zip(books, (0, 5), strict=True):
        world.check_in(one, value)
    assert world.standing(margin).actual is None
    world.check_in(books[0], 1, day=date(2025, 2, 11))
    assert world.standing(margin).actual == D("99.5")


@pytest.mark.parametrize(
    ("formula", "facts", "values", "actual"),
    [
        ("{a} + {b}", MONEY, (3, 500), "3.5"),
        ("{a} * 0.5 - {b} / 2", MONEY, (3, 500), "1.25"),
        ("max({a}, {b}) - min({a}, {b})", MONEY, (3, 500), "2.5"),
        ("-abs({b} - {a})", MONEY, (3, 500), "-2.5"),
        ("max(0, {b} - {a})", MONEY, (3, 500), "0"),
        ("{a} / {b}", {"metric_kind": "number"}, (3, 500), "6"),
        ("{b} / {a} × 1.5", PERCENT, (3, 500), "25"),
        ("{a} ÷ ({a} − {a})", {"metric_kind": "number"}, (3, 500), None),
        ("1 - {b} / {a}", PERCENT, (3, 1), "99.9666666667"),
    ],
)
def test_what_a_formula_gives(world, books, formula, facts, values, actual):
    ids = {"a": books[0].public_id, "b": books[1].public_id}
    kpi = by(world, formula.format(**ids), **facts)
    for one, value in zip(books, values, strict=True):
        world.check_in(one, value)
    assert world.standing(kpi).actual == (None if actual is None else D(actual))


def test_a_percentage_enters_as_a_share(world, books):
    rate = world.kpi(title="Tỷ lệ", **PERCENT)
    share = by(world, "ty_le * doanh_thu", **MONEY)
    world.check_in(rate, 28)
    world.check_in(books[0], 300)
    assert world.standing(share).actual == 84


@pytest.mark.parametrize(
    ("formula", "facts", "code", "said"),
    [
        ("", PERCENT, "required", "Please write the formula."),
        ("0,5 * doanh_thu", MONEY, "comma", "point"),
        ("doanh_thu ** 2", MONEY, "unknown_sign", "not “doanh_thu ** 2”"),
        ("open('x')", MONEY, "function", "not “open”"),
        ("doanh_thu +", MONEY, "syntax", "not a formula"),
        ("1 + 1", MONEY, "no_kpi", "at least one KPI"),
        ("loi_nhuan", MONEY, "not_found", "no KPI called “loi_nhuan”"),
        ("KPI-999", MONEY, "not_found", "no KPI KPI-999"),
        ("doanh_thu / KPI-1", MONEY, "dimension", "does not give tỷ ₫"),
        ("doanh_thu + ty_le", MONEY, "dimension", "KPI-1 (tỷ ₫) and KPI-3 (%) do not add up"),
        ("max(doanh_thu, 5)", MONEY, "dimension", "do not add up"),
        ("doanh_thu", PERCENT, "dimension", "does not give %"),
        ("doanh_thu + quy", MONEY, "frequency", "KPI-4: "),
    ],
)  # fmt: skip
def test_what_is_no_formula(world, books, formula, facts, code, said):
    world.kpi(title="Tỷ lệ", **PERCENT)
    world.kpi(title="Quý", frequency="quarter", **MONEY)
    field, found, message = refused(by, world, formula, **facts)
    assert (field, found) == ("expression", code)
    assert said in message
    assert Alignment.objects.filter(relation="computes").count() == 0


def test_two_kpis_of_one_title_are_told_apart_by_their_ids(world, books):
    other = world.kpi(title="doanh thu", **MONEY)
    _, code, message = refused(by, world, "doanh_thu", **MONEY)
    assert code == "several"
    assert f"({books[0].public_id}, {other.public_id})" in message
    assert by(world, other.public_id.lower(), **MONEY).expression == other.public_id


def test_a_kpi_does_not_refer_to_itself_through_three_others(world):
    first = world.kpi(title="A")
    second = by(world, "a * 2")
    third = by(world, f"{second.public_id} * 2")
    fourth = by(world, f"{third.public_id} * 2")
    change = {"calculation": "expression", "expression": f"{fourth.public_id} / 8"}
    _, code, _ = refused(world.edit, first, world.chi, **change)
    assert code == "cycle"
    _, code, _ = refused(world.edit, second, world.chi, expression=second.public_id)
    assert code == "cycle"
    world.check_in(first, 10)
    assert world.standing(fourth).actual == 80


def test_the_links_follow_the_formula_and_nothing_else(world, books):
    kpi = by(world, "doanh_thu + gia_von", **MONEY)
    third = world.kpi(**MONEY)
    for one, value in zip((*books, third), (3, 500, 7), strict=True):
        world.check_in(one, value)
    edge = world.edge(books[0], kpi)
    for wrong in (
        lambda: goals.unlink(world.an, edge),
        lambda: goals.change_link(world.an, edge, relation="supports", mode="none"),
        lambda: goals.move_link(world.an, edge, fresh(third)),
        lambda: world.link(third, kpi, "computes"),
    ):
        with pytest.raises(Conflict) as found:
            wrong()
        assert found.value.code == "by_formula"
    kpi = world.edit(kpi, world.chi, expression=f"{third.public_id} + doanh_thu")
    assert {e.child_id for e in kpi.child_links.all()} == {third.pk, books[0].pk}
    assert world.standing(kpi).actual == 10
    world.edit(kpi, world.chi, calculation="sum")
    assert fresh(kpi).expression == ""
    goals.unlink(world.an, world.edge(books[0], kpi))
    assert world.standing(kpi).actual == 7
    assert not recompute(world.organisation.pk, check=True)


def test_an_input_keeps_a_unit_that_the_formula_can_use(world, books):
    by(world, "(doanh_thu - gia_von) / doanh_thu", **PERCENT)
    _, code, _ = refused(world.edit, books[1], world.chi, metric_kind="count", metric_unit="cái")
    assert code == "dimension"
    world.edit(books[1], world.chi, metric_unit="tỷ ₫")


def test_a_dropped_input_is_missing(world, books):
    kpi = by(world, "doanh_thu + gia_von", **MONEY)
    for one in books:
        world.check_in(one, 1)
    assert world.standing(kpi).actual is not None
    world.drop(books[1])
    assert world.standing(kpi).actual is None
    _, code, _ = refused(by, world, books[1].public_id, **MONEY)
    assert code == "gone"


def test_a_hidden_kpi_is_not_found_but_stays_where_it_is(world, books):
    secret = world.kpi(title="Lương", visibility="private", owner=world.chi, **MONEY)
    _, code, _ = refused(by, world, secret.public_id, **MONEY)
    assert code == "not_found"
    kpi = by(world, "doanh_thu", **MONEY)
    world.edit(kpi, world.chi, expression=f"doanh_thu + {secret.public_id}")
    kpi = fresh(kpi)
    assert kpi.child_links.count() == 2
    other = f"doanh_thu + 2 * {secret.public_id}"
    assert secret.public_id in resolved(world.an, other, kpi.expression)
