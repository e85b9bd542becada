"""How a value becomes a number, for key results and for KPIs, through the actions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from haidang.goals import actions as goals
from haidang.goals.models import KpiPeriod
from haidang.lib.errors import Conflict, Invalid
from tests.worlds import World, fresh

D = Decimal
MONTHS = [date(2025, month, 15) for month in range(1, 13)]


# --- key results ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "value", "raw", "share"),
    [
        ({"baseline": 20, "target": 100}, 0, "-0.25", "0"),
        ({"direction": "decrease", "baseline": 100, "target": 20}, 80, "0.25", "0.25"),
        ({"baseline": 0, "target": 100}, 150, "1.5", "1"),
        ({"direction": "at_least", "baseline": None, "target": 90}, 45, "0.5", "0.5"),
        ({"direction": "at_least", "baseline": None, "target": 90}, 90, "1", "1"),
        ({"direction": "at_most", "baseline": None, "target": 5}, 8, "0.4", "0.4"),
        ({"direction": "at_most", "baseline": None, "target": 5}, 5, "1", "1"),
        ({"direction": "at_most", "baseline": None, "target": 0}, 0, "1", "1"),
        ({"direction": "at_most", "baseline": None, "target": 0}, 1, "0", "0"),
        (
            {"direction": "range", "low": 25, "high": 35, "tolerance": 5, "target": None},
            "22.5",
            "0.5",
            "0.5",
        ),
        (
            {"direction": "range", "low": 25, "high": 35, "tolerance": 0, "target": None},
            "24.9",
            "0",
            "0",
        ),
        (
            {"direction": "relative", "baseline": 50, "relative_change": "0.2", "target": None},
            55,
            "0.5",
            "0.5",
        ),
        (
            {"direction": "relative", "baseline": -50, "relative_change": "0.2", "target": None},
            -45,
            "0.5",
            "0.5",
        ),
        ({"baseline": 5, "target": 5}, 5, "1", "1"),
        ({"baseline": 5, "target": 5}, 4, "0", "0"),
        ({"baseline": None}, 4, None, None),
        ({"baseline": 0, "target": "0.0000000001"}, 10**23, "1000", "1"),
        ({"baseline": 0, "target": 3}, 1, "0.333333333", "0.333333333"),
        ({"baseline": 0, "target": 3}, 2, "0.666666667", "0.666666667"),
    ],
)
def test_progress_of_a_key_result(world, facts, value, raw, share):
    key_result = world.key_result(**facts)
    world.check_in(key_result, value)
    standing = world.standing(key_result)
    assert (standing.raw, world.share(key_result)) == (
        None if raw is None else D(raw),
        None if share is None else D(share),
    )


def test_pass_or_fail(world):
    key_result = world.key_result(
        metric_kind="yes_no", metric_unit="", direction="pass_fail", target=None, baseline=None
    )
    assert world.progress(key_result) is None
    world.check_in(key_result, 0)
    assert world.share(key_result) == 0
    world.check_in(key_result, 1)
    assert world.share(key_result) == 1
    with pytest.raises(Invalid):
        world.check_in(key_result, "0.5")


def test_milestones(world):
    key_result = world.key_result(
        metric_kind="milestones",
        metric_unit="",
        direction="milestones",
        target=None,
        baseline=None,
        milestones=[
            {"title": title, "weight": 30, "due": None} for title in ("TP.HCM", "Hà Nội", "Đà Nẵng")
        ],
    )
    assert world.progress(key_result) is None, "no data before the first check-in"
    steps = sorted(key_result.milestones.values_list("position", flat=True))
    world.check_in(key_result, milestones=[])
    assert world.share(key_result) == 0
    world.check_in(key_result, milestones=steps[:1])
    assert world.share(key_result) == D("0.333333333")
    world.check_in(key_result, milestones=steps[1:])
    assert world.share(key_result) == D("0.666666667")
    with pytest.raises(Invalid):
        world.check_in(key_result, milestones=[99])


@pytest.mark.parametrize(
    "facts",
    [
        {"direction": "relative", "baseline": 0, "relative_change": "0.2", "target": None},
        {"direction": "range", "low": 35, "high": 25, "tolerance": 5, "target": None},
        {"direction": "range", "low": 25, "high": 35, "tolerance": -1, "target": None},
        {"direction": "range", "low": 25, "high": None, "tolerance": 1, "target": None},
        {"direction": "increase", "target": None},
        {"direction": "at_least", "target": None},
        {"direction": "increase", "target": "1e30"},
        {"direction": "increase", "target": "0.00000000001"},
        {"direction": "higher"},
        {"direction": "upwards"},
    ],
)
def test_measures_that_cannot_be(world, facts):
    with pytest.raises(Invalid):
        world.key_result(**facts)


def test_a_retarget_keeps_the_records_and_moves_the_ancestors(world):
    """E5: under 2 hours, later under 3."""
    objective = world.objective()
    key_result = world.key_result(
        objective, direction="at_most", baseline=None, target=2, metric_kind="duration"
    )
    world.check_in(key_result, 3)
    assert world.share(objective) == D("0.5")
    world.edit(key_result, target=3)
    assert world.share(objective) == 1


# --- KPIs -----------------------------------------------------------------------------------


def reported(world: World, values, **facts):
    kpi = world.kpi(**facts)
    for day, value in zip(MONTHS, values, strict=False):
        if value is not None:
            world.check_in(kpi, value, day)
    return kpi


@pytest.mark.parametrize(
    ("facts", "values", "raw"),
    [
        ({"target": 3}, ["3.1", None, "2.9"], "1"),
        ({"target": 3, "aggregation": "average"}, ["3.1", None, "2.9"], "1"),
        ({"target": 3, "aggregation": "last"}, ["3.1", None, "2.9"], "0.966666667"),
        ({"target": 3, "aggregation": "max"}, ["3.1", None, "2.9"], "1.033333333"),
        ({"target": 3, "aggregation": "min"}, ["3.1", None, "2.9"], "0.966666667"),
        ({"direction": "lower", "target": 5, "aggregation": "last"}, [4], "1.2"),
        ({"direction": "lower", "target": 5, "aggregation": "last"}, ["7.5"], "0.5"),
        ({"direction": "lower", "target": 5, "aggregation": "last"}, [20], "0"),
        (
            {"direction": "range", "low": 25, "high": 35, "tolerance": 5, "target": None},
            ["22.5"],
            "0.5",
        ),
        (
            {"direction": "range", "low": 25, "high": 35, "tolerance": 5, "target": None},
            ["22.5", 25, 35],
            "0.666666667",
        ),
        (
            {"direction": "pass_fail", "metric_kind": "yes_no", "target": None},
            [1, 0, None, 1],
            "0.666666667",
        ),
        (
            {"direction": "steps", "steps": [["0.9", "0.4"], ["0.95", "0.6"], ["1", "1"]]},
            [94],
            "0.4",
        ),
        ({"direction": "steps", "steps": [["0.9", "0.4"], ["1", "1"]]}, [89], "0"),
        ({"direction": "linear", "baseline": 50, "aggregation": "last"}, [75], "0.5"),
        ({"target": 100}, [120], "1.2"),
        ({"target": None}, [120], None),
        ({"target": 3}, [None], None),
    ],
)
def test_attainment_of_a_kpi(world, facts, values, raw):
    facts = {"aggregation": "last"} | facts if facts.get("direction") == "range" else facts
    kpi = reported(world, values, **facts)
    assert world.standing(kpi).raw == (None if raw is None else D(raw))


def test_in_the_graph_a_kpi_is_capped(world):
    pillar = world.pillar()
    kpi = world.kpi(pillar)
    world.check_in(kpi, 120)
    assert world.share(kpi) == world.share(pillar) == 1


def test_a_ratio_of_sums(world):
    kpi = world.kpi(metric_kind="percent", metric_unit="%", aggregation="ratio", target=50)
    world.check_in(kpi, day=MONTHS[0], numerator=5, denominator=10)
    world.check_in(kpi, day=MONTHS[1], numerator=1, denominator=30)
    assert world.standing(kpi).actual == 15
    assert world.standing(kpi).raw == D("0.3")


@pytest.mark.parametrize("target", [0, -5])
@pytest.mark.parametrize("direction", ["higher", "lower", "steps"])
def test_a_ratio_to_a_target_of_zero_or_less_is_refused_with_alternatives(world, target, direction):
    with pytest.raises(Invalid) as refused:
        world.kpi(target=target, direction=direction, steps=[["1", "1"]])
    assert [e.code for e in refused.value.errors] == ["ratio_needs_positive_target"]
    kpi = fresh(world.kpi(direction=direction, steps=[["1", "1"]]))
    with pytest.raises(Invalid):
        goals.set_targets(
            world.chi, kpi, 2025, {date(2025, 1, 1): {"target": D(target)}}, kpi.version
        )


def test_targets_of_periods(world):
    kpi = fresh(world.kpi())
    goals.set_targets(
        world.chi,
        kpi,
        2025,
        {date(2025, 1, 1): {"target": D(50)}, date(2025, 2, 1): {"target": D(150)}},
        kpi.version,
        reason="phân bổ theo mùa",
    )
    world.check_in(kpi, 50, MONTHS[0])
    world.check_in(kpi, 75, MONTHS[1])
    assert world.standing(kpi).raw == D("0.625")
    kpi = fresh(kpi)
    goals.set_targets(
        world.chi,
        kpi,
        2025,
        {date(2025, 2, 1): {"target": D(75)}},
        kpi.version,
        reason="điều chỉnh",
    )
    assert world.standing(kpi).raw == 1


def test_a_kpi_stands_at_the_fiscal_year_of_its_latest_reported_period(db):
    world = World(fiscal_year_start=4)
    kpi = world.kpi(target=10)
    world.check_in(kpi, 10, date(2024, 4, 1))
    world.check_in(kpi, 5, date(2025, 3, 31))
    assert (world.standing(kpi).kpi_year, world.standing(kpi).raw) == (2024, D("0.75"))
    world.check_in(kpi, 1, date(2025, 4, 1))
    assert (world.standing(kpi).kpi_year, world.standing(kpi).raw) == (2025, D("0.1"))
    world.check_in(kpi, 9, date(2024, 5, 1))
    assert world.standing(kpi).raw == D("0.1"), "a late entry for the year before"


def test_a_periods_latest_record_is_its_value(world):
    kpi = world.kpi()
    world.check_in(kpi, 10, date(2025, 1, 20))
    world.check_in(kpi, 30, date(2025, 1, 10))
    assert world.standing(kpi).actual == 10
    period = KpiPeriod.objects.get(goal=kpi, starts=date(2025, 1, 1))
    assert period.own_value == 10


# --- KPIs that add up -----------------------------------------------------------------------


def test_months_add_into_the_quarter_that_contains_them(world):
    quarterly = world.kpi(frequency="quarter", target=300)
    monthly = world.kpi(target=100)
    world.link(monthly, quarterly)
    for day, value in zip(MONTHS, (10, 20, 30, 40), strict=False):
        world.check_in(monthly, value, day)
    periods = KpiPeriod.objects.filter(goal=quarterly, value_reports__gt=0)
    assert [(p.starts.month, p.value_sum) for p in periods] == [(1, 60), (4, 40)]
    assert world.standing(quarterly).raw == D(100) / 600 // D("1e-9") * D("1e-9") + D("1e-9")


def test_a_ratio_adds_numerators_and_denominators(world):
    facts = {
        "metric_kind": "percent",
        "metric_unit": "%",
        "aggregation": "ratio",
        "target": 50,
    }
    parent, first, second = (world.kpi(**facts) for _ in range(3))
    for child in (first, second):
        assert world.link(child, parent, "cascade", "value").mode == "value"
    world.check_in(first, numerator=10, denominator=10)
    world.check_in(second, numerator=0, denominator=30)
    assert world.standing(parent).actual == 25
    assert world.share(parent) == D("0.5")


def test_a_key_result_adds_into_the_last_period_that_it_touches(world):
    kpi = world.kpi(target=10)
    key_result = world.key_result(world.objective(cycle=world.quarters[0]))
    world.link(key_result, kpi)
    world.check_in(key_result, 15)
    assert [
        (p.starts.month, p.value_sum, p.value_reports)
        for p in KpiPeriod.objects.filter(goal=kpi, value_reports__gt=0)
    ] == [(1, 0, 1), (2, 0, 1), (3, 15, 1)]
    assert world.share(kpi) == D("0.5")


def test_a_closed_key_result_keeps_its_value_in_the_kpis_year_but_a_closed_kpi_does_not(world):
    kpi = world.kpi(target=10)
    key_result, child = world.key_result(world.objective(cycle=world.quarters[0])), world.kpi()
    world.link(key_result, kpi)
    world.link(child, kpi)
    world.check_in(key_result, 15)
    world.check_in(child, 3)
    assert world.standing(kpi).actual == 18
    world.close(key_result)
    assert world.standing(kpi).actual == 18
    world.close(child)
    assert world.standing(kpi).actual == 15


def test_a_kpi_of_both(world):
    parent, child = world.kpi(), world.kpi()
    world.check_in(parent, 10)
    world.link(child, parent)
    world.check_in(child, 20)
    assert world.standing(parent).actual == 10
    world.rule(parent, "both")
    assert world.standing(parent).actual == 30
    assert world.coverage(parent) == (2, 2)


# --- KPIs calculated from others --------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "values", "actual"),
    [
        ("sum", (30, 12), "42"),
        ("difference", (30, 12), "18"),
        ("product", (30, 12), "360"),
        ("ratio", (30, 12), "2.5"),
        ("ratio", (1, 3), "0.3333333333"),
        ("ratio", (30, 0), None),
        ("sum", (30, None), None),
    ],
)
def test_a_kpi_calculated_from_others_changes_with_them(world, operation, values, actual):
    pillar = world.pillar()
    calculated = world.kpi(pillar, calculation=operation, target=84)
    inputs = [world.kpi(), world.kpi()]
    for each in inputs:
        edge = world.link(each, calculated, "computes")
        assert edge.mode == "none"
    for each, value in zip(inputs, values, strict=True):
        if value is not None:
            world.check_in(each, value)
    assert world.standing(calculated).actual == (None if actual is None else D(actual))
    assert (world.share(pillar) is None) is (actual is None)
    if operation == "sum" and actual:
        assert world.share(pillar) == D("0.5")
        world.check_in(inputs[0], 72)
        assert world.share(pillar) == 1
    with pytest.raises(Conflict):
        world.check_in(calculated, 1)


def test_a_reported_kpi_does_not_become_a_ratio_nor_another_frequency(world):
    kpi = world.kpi()
    world.edit(kpi, world.chi, aggregation="ratio")
    world.edit(kpi, world.chi, aggregation="average", frequency="quarter")
    world.check_in(kpi, 5)
    for change in ({"aggregation": "ratio"}, {"frequency": "month"}):
        with pytest.raises(Conflict):
            world.edit(kpi, world.chi, **change)
    world.edit(kpi, world.chi, aggregation="last")


def test_a_void_record_keeps_its_period(world):
    kpi = world.kpi()
    world.void(world.check_in(kpi, 5))
    with pytest.raises(Conflict):
        world.edit(kpi, world.chi, frequency="quarter")


def test_a_calculated_kpi_and_its_inputs_keep_one_frequency(world):
    calculated, one = world.kpi(calculation="sum"), world.kpi()
    with pytest.raises(Invalid):
        world.link(world.kpi(frequency="year"), calculated, "computes")
    world.link(one, calculated, "computes")
    for kpi in (calculated, one):
        with pytest.raises(Invalid):
            world.edit(kpi, world.chi, frequency="year")


def test_an_unknown_baseline_may_turn_out_to_be_0_and_back(world):
    key_result = world.key_result(baseline=None)
    world.check_in(key_result, 25)
    assert world.progress(key_result) is None
    world.edit(key_result, baseline=0)
    assert world.share(key_result) == D("0.25")
    world.edit(key_result, baseline=None)
    assert world.progress(key_result) is None
    world.edit(key_result, direction="range", target=None, low=0, high=50)
    assert world.share(key_result) == 1


def test_a_kpi_is_reported_or_calculated_and_does_not_turn(world):
    reported, fed, calculated = world.kpi(), world.kpi(), world.kpi(calculation="sum")
    record = world.check_in(reported, 5)
    world.link(world.kpi(), fed)
    for kpi in (reported, fed):
        with pytest.raises(Conflict):
            world.edit(kpi, world.chi, calculation="sum")
    world.void(record)
    with pytest.raises(Conflict):
        world.edit(reported, world.chi, calculation="sum")
    for name in ("a", "b"):
        one = world.kpi(title=name)
        world.link(one, calculated, "computes")
        world.check_in(one, 6)
    assert world.standing(calculated).actual == 12
    world.edit(calculated, world.chi, calculation="product")
    assert world.standing(calculated).actual == 36
    world.edit(calculated, world.chi, calculation="")
    assert world.progress(calculated) is None
    world.edit(calculated, world.chi, calculation="difference")
    assert world.standing(calculated).actual == 0


def test_a_calculated_kpi_does_not_take_values_from_below_beside(world):
    calculated = world.kpi(calculation="sum")
    for mode in ("value", "average"):
        with pytest.raises(Invalid) as refused:
            world.link(world.kpi(), calculated, "cascade", mode)
        assert refused.value.code == "calculated"
    assert world.link(world.kpi(), calculated, "cascade").mode == "none"
    assert fresh(calculated).rule == "own"
    with pytest.raises(Invalid):
        world.rule(calculated, "both")
