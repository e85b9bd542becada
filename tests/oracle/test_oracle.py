"""The oracle itself against tables worked out by hand, without a database."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tests.oracle.facts import Edge, Facts, Node, PeriodTarget, Record
from tests.oracle.measures import BILLION, billionths, key_result_raw, period_of
from tests.oracle.oracle import Number, Oracle

F = Fraction
YEAR = (date(2025, 1, 1), date(2025, 12, 31))
DAY = date(2025, 3, 3)


def numbers(
    nodes: list[Node],
    edges: list[Edge] = (),  # type: ignore[assignment]
    records: list[Record] = (),  # type: ignore[assignment]
    periods: list[PeriodTarget] = (),  # type: ignore[assignment]
    fiscal_start: int = 1,
) -> dict[int, Number]:
    facts = Facts({n.id: n for n in nodes}, list(edges), list(records), list(periods), fiscal_start)
    return Oracle(facts).numbers()


def kr(number: int, *, target: object = 100, baseline: object = 0, **more: object) -> Node:
    more = {"rule": "own", "direction": "increase", "scale": F(1), "cycle": YEAR} | more
    return Node(
        number,
        "key_result",
        target=None if target is None else F(str(target)),
        baseline=None if baseline is None else F(str(baseline)),
        **more,  # type: ignore[arg-type]
    )


def objective(number: int, **more: object) -> Node:
    return Node(number, "objective", cycle=YEAR, **more)  # type: ignore[arg-type]


def record(goal: int, value: object, *, number: int | None = None, day: date = DAY) -> Record:
    return Record(number or goal, goal, day, F(str(value)), recorded_at=0)


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "actual", "raw"),
    [
        ("increase", 20, 100, 0, F(-1, 4)),
        ("decrease", 100, 20, 80, F(1, 4)),
        ("increase", 0, 100, 150, F(3, 2)),
        ("at_least", None, 90, 45, F(1, 2)),
        ("at_least", None, 90, 90, F(1)),
        ("at_most", None, 5, 8, F(2, 5)),
        ("at_most", None, 5, 5, F(1)),
        ("at_most", None, 0, 0, F(1)),
        ("at_most", None, 0, 1, F(0)),
        ("at_least", None, 0, -1, F(0)),
        ("at_most", None, 5, 50, F(0)),
        ("increase", 5, 5, 5, F(1)),
        ("increase", 5, 5, 4, F(0)),
        ("decrease", 5, 5, 6, F(0)),
        ("increase", None, 5, 4, None),
    ],
)
def test_progress_of_a_key_result(direction, baseline, target, actual, raw):
    node = kr(1, target=target, baseline=baseline, direction=direction)
    assert key_result_raw(node, F(actual), node.baseline) == raw


@pytest.mark.parametrize(
    ("actual", "tolerance", "raw"),
    [("22.5", 5, F(1, 2)), ("25", 5, 1), ("35", 5, 1), ("41", 5, 0), ("24.9", 0, 0), ("25", 0, 1)],
)
def test_range(actual, tolerance, raw):
    node = kr(1, direction="range", low=F(25), high=F(35), tolerance=F(tolerance))
    assert key_result_raw(node, F(actual), None) == raw


@pytest.mark.parametrize(("baseline", "actual"), [(50, 55), (-50, -45)])
def test_relative_change(baseline, actual):
    node = kr(1, target=None, baseline=baseline, direction="relative", relative_change=F("0.2"))
    assert key_result_raw(node, F(actual), node.baseline) == F(1, 2)


def test_milestones_and_pass_fail():
    node = kr(1, direction="milestones", milestones={0: 30, 1: 30, 2: 30})
    assert key_result_raw(node, F(30), None, [1]) == F(1, 3)
    node = kr(1, direction="pass_fail")
    assert [key_result_raw(node, F(a), None) for a in (0, 1)] == [0, 1]


def test_rounding_is_half_to_even():
    assert [billionths(F(n, 2 * 10**9)) for n in (1, 3, 5)] == [0, 2, 2]


def test_no_data_is_not_zero():
    found = numbers(
        [objective(9), kr(1), kr(2)],
        [Edge(1, 9, "average"), Edge(2, 9, "average")],
        [record(1, 50)],
    )[9]
    assert (found.progress, found.terms_measured, found.terms_total) == (500_000_000, 1, 2)


def test_flat_mean_of_key_results_and_an_objective():
    found = numbers(
        [objective(9), kr(1), kr(2), objective(8), kr(3)],
        [Edge(n, 9, "average") for n in (1, 2, 8)] + [Edge(3, 8, "average")],
        [record(1, 50), record(2, 50), record(3, 90)],
    )[9]
    assert found.progress == 633_333_333


def test_value_children():
    parent = kr(9, rule="children")
    children = [kr(n) for n in (1, 2, 3)]
    edges = [Edge(n, 9, "value") for n in (1, 2, 3)]
    full = numbers([parent, *children], edges, [record(1, 29), record(2, 30), record(3, 20)])[9]
    assert (full.progress, full.terms_measured, full.terms_total) == (790_000_000, 3, 3)
    partly = numbers([parent, *children], edges, [record(1, 29), record(3, 20)])[9]
    assert (partly.progress, partly.terms_measured, partly.terms_total) == (490_000_000, 2, 3)


def test_a_value_parent_starts_at_the_sum_of_its_children():
    nodes = [kr(9, baseline=None, rule="children"), kr(1, baseline=10), kr(2, baseline=30)]
    edges = [Edge(1, 9, "value"), Edge(2, 9, "value")]
    assert numbers(nodes, edges, [record(1, 30), record(2, 40)])[9].progress == 500_000_000
    one = numbers(nodes, edges, [record(2, 30)])[9]
    assert (one.progress, one.terms_measured, one.terms_total) == (0, 1, 2)
    nodes[1].baseline = None
    unknown = numbers(nodes, edges, [record(2, 30)])[9]
    assert (unknown.progress, unknown.baseline_unknown) == (None, 1)


def test_both():
    found = numbers(
        [kr(9, rule="both"), kr(1), objective(8), kr(2)],
        [Edge(1, 9, "value"), Edge(8, 9, "average"), Edge(2, 8, "average")],
        [record(9, 10), record(1, 40), record(2, 80)],
    )[9]
    assert (found.progress, found.actual) == (650_000_000, 50)
    assert (found.terms_measured, found.terms_total) == (3, 3)


def test_closed_children_count_where_there_is_a_cycle():
    quarters = [kr(1, state="closed"), kr(2, state="closed"), kr(3)]
    records = [record(1, 100), record(2, 80), record(3, 20)]
    edges = [Edge(n, 9, "average") for n in (1, 2, 3)]
    assert numbers([objective(9), *quarters], edges, records)[9].progress == 666_666_667
    assert numbers([Node(9, "pillar"), *quarters], edges, records)[9].progress == 200_000_000
    quarters[0].state = "dropped"
    assert numbers([objective(9), *quarters], edges, records)[9].progress == 500_000_000


def test_all_weights_zero_is_no_data():
    found = numbers([objective(9), kr(1)], [Edge(1, 9, "average", 0)], [record(1, 50)])[9]
    assert (found.progress, found.terms_measured) == (None, 1)


def test_the_latest_day_is_current_and_superseded_and_void_records_are_not():
    late = [
        record(1, 80, number=1, day=date(2025, 3, 20)),
        record(1, 60, number=2, day=date(2025, 3, 5)),
    ]
    assert numbers([kr(1)], [], late)[1].actual == 80
    late.append(record(1, 70, number=3, day=date(2025, 3, 20)))
    late[2].supersedes = 1
    assert numbers([kr(1)], [], late)[1].actual == 70
    late[2].void = True
    assert numbers([kr(1)], [], late)[1].actual == 60


# --- KPIs ---------------------------------------------------------------------------------


def kpi(number: int, *, target: object = None, **more: object) -> Node:
    defaults = {
        "rule": "own",
        "direction": "higher",
        "scale": F(1),
        "frequency": "month",
        "aggregation": "sum",
    }
    more = defaults | more
    return Node(number, "kpi", target=None if target is None else F(str(target)), **more)  # type: ignore[arg-type]


def months(goal: int, *values: object, year: int = 2025) -> list[Record]:
    return [
        record(goal, value, number=goal * 100 + month, day=date(year, month, 15))
        for month, value in enumerate(values, 1)
        if value is not None
    ]


@pytest.mark.parametrize(
    ("how", "direction", "progress"),
    [
        ("sum", "higher", F("6.0") / 6),
        ("average", "higher", F("3.0") / 3),
        ("last", "higher", F("2.9") / 3),
        ("max", "higher", F(1)),
        ("min", "higher", F("2.9") / 3),
        ("max", "lower", 2 - F("3.1") / 3),
    ],
)
def test_like_for_like_over_periods(how, direction, progress):
    node = kpi(1, target=3, aggregation=how, direction=direction)
    found = numbers([node], [], months(1, "3.1", None, "2.9"))[1]
    assert found.progress == billionths(progress)


def test_ratio_weights_targets_by_the_denominators():
    node = kpi(1, aggregation="ratio")
    records = [
        Record(1, 1, date(2025, 1, 5), None, F(5), F(10), recorded_at=0),
        Record(2, 1, date(2025, 2, 5), None, F(10), F(30), recorded_at=0),
    ]
    targets = [
        PeriodTarget(1, date(2025, 1, 1), date(2025, 1, 31), F("0.8")),
        PeriodTarget(1, date(2025, 2, 1), date(2025, 2, 28), F("0.4")),
    ]
    found = numbers([node], [], records, targets)[1]
    assert found.raw == (F(15) / 40) / (F(20) / 40)


def test_shares_of_periods_held():
    node = kpi(1, direction="range", low=F(25), high=F(35), tolerance=F(5), aggregation="last")
    assert numbers([node], [], months(1, "22.5"))[1].progress == 500_000_000
    assert numbers([node], [], months(1, "22.5", 30, 31))[1].progress == 666_666_667


def test_steps_and_linear():
    steps = [(F("0.9"), F("0.4")), (F("0.95"), F("0.6")), (F(1), F(1))]
    node = kpi(1, target=100, direction="steps", steps=steps)
    assert [numbers([node], [], months(1, v))[1].progress for v in (89, 90, 96, 100)] == [
        0,
        400_000_000,
        600_000_000,
        BILLION,
    ]
    node = kpi(1, target=100, baseline=F(50), direction="linear", aggregation="last")
    assert numbers([node], [], months(1, 75))[1].progress == 500_000_000


def test_a_new_fiscal_year_begins_with_its_first_report():
    node = kpi(1, target=10)
    old = months(1, 10, 5, year=2024)
    assert numbers([node], [], old)[1].kpi_year == 2024
    found = numbers([node], [], [*old, record(1, 1, number=999, day=date(2025, 2, 3))])[1]
    assert (found.kpi_year, found.progress) == (2025, 100_000_000)
    found = numbers([node], [], old, fiscal_start=4)[1]
    assert found.kpi_year == 2023


def test_periods():
    assert period_of(date(2025, 2, 10), "quarter", 4) == (date(2025, 1, 1), date(2025, 3, 31))
    assert period_of(date(2025, 2, 10), "half", 4) == (date(2024, 10, 1), date(2025, 3, 31))
    assert period_of(date(2025, 2, 10), "year", 4) == (date(2024, 4, 1), date(2025, 3, 31))
    assert period_of(date(2025, 1, 1), "week", 1) == (date(2024, 12, 30), date(2025, 1, 5))
    assert period_of(date(2025, 2, 10), "month", 1) == (date(2025, 2, 1), date(2025, 2, 28))


def test_e1():
    """Rep's revenue into the department's by value, the department's into the pillar."""
    found = numbers(
        [
            Node(8, "ultimate"),
            Node(7, "pillar"),
            kpi(2, target=25, rule="children"),
            kpi(1, target=3),
        ],
        [Edge(1, 2, "value"), Edge(2, 7, "average"), Edge(7, 8, "average")],
        months(1, "3.1", "2.7", "3.2"),
    )
    assert found[1].progress == BILLION
    assert found[1].actual == 9
    assert [found[n].progress for n in (2, 7, 8)] == [120_000_000] * 3


def test_a_key_result_counts_in_a_kpi_in_the_last_period_that_it_touches():
    q1 = (date(2025, 1, 1), date(2025, 3, 31))
    nodes = [kpi(2, target=10, rule="children"), kr(1, state="closed", cycle=q1)]
    found = numbers(nodes, [Edge(1, 2, "value")], [record(1, 15)])[2]
    assert found.raw == F(15, 30)
    assert [(s.month, p.value_sum, p.value_reports) for s, p in sorted(found.periods.items())] == [
        (1, 0, 1),
        (2, 0, 1),
        (3, 15, 1),
    ]
