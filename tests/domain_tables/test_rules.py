"""The tables of the domain, worked out by hand, against the pure rules, row by row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from haidang.goals.rules import combine, health, kpi, metric, periods, plan

D = Decimal

BILLION = 10**9


# --- progress of a key result ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "actual", "raw"),
    [
        ("increase", "20", "100", "0", "-0.25"),
        ("decrease", "100", "20", "80", "0.25"),
        ("increase", "0", "100", "150", "1.5"),
        ("increase", "-10", "10", "0", "0.5"),
        ("decrease", "10", "-10", "0", "0.5"),
        ("at_least", None, "90", "45", "0.5"),
        ("at_least", None, "90", "90", "1"),
        ("at_least", None, "90", "91", "1"),
        ("at_least", None, "90", "-100", "0"),
        ("at_least", None, "-10", "-15", "0.5"),
        ("at_most", None, "5", "8", "0.4"),
        ("at_most", None, "5", "5", "1"),
        ("at_most", None, "5", "4.999", "1"),
        ("at_most", None, "5", "10", "0"),
        ("at_most", None, "5", "1000", "0"),
        ("at_most", None, "0", "0", "1"),
        ("at_most", None, "0", "-1", "1"),
        ("at_most", None, "0", "0.0000000001", "0"),
        ("at_least", None, "0", "-0.0000000001", "0"),
        ("at_least", None, "0", "0", "1"),
        # baseline = target: 1 when met, else 0
        ("increase", "5", "5", "5", "1"),
        ("increase", "5", "5", "6", "1"),
        ("increase", "5", "5", "4", "0"),
        ("decrease", "5", "5", "5", "1"),
        ("decrease", "5", "5", "4", "1"),
        ("decrease", "5", "5", "6", "0"),
        ("pass_fail", None, None, "1", "1"),
        ("pass_fail", None, None, "0", "0"),
        # no baseline where one is needed, no value: no data
        ("increase", None, "100", "50", None),
        ("decrease", None, "100", "50", None),
        ("increase", "0", "100", None, None),
        # saturated
        ("increase", "0", "0.0000000001", "999999999999999999999999", "1000"),
        ("increase", "0", "0.0000000001", "-999999999999999999999999", "-1000"),
    ],
)
def test_progress_of_a_key_result(direction, baseline, target, actual, raw):
    measure = metric.Measure(direction, baseline=number(baseline), target=number(target))
    assert metric.raw_progress(measure, number(actual)) == number(raw)


def number(value: str | None) -> D | None:
    return None if value is None else D(value)


@pytest.mark.parametrize(
    ("actual", "tolerance", "raw"),
    [
        ("22.5", "5", "0.5"),
        ("25", "5", "1"),
        ("35", "5", "1"),
        ("30", "5", "1"),
        ("37.5", "5", "0.5"),
        ("20", "5", "0"),
        ("10", "5", "0"),
        ("41", "5", "0"),
        ("24.9999", "0", "0"),
        ("35.0001", "0", "0"),
        ("25", "0", "1"),
    ],
)
def test_progress_within_a_range(actual, tolerance, raw):
    measure = metric.Measure("range", low=D(25), high=D(35), tolerance=D(tolerance))
    assert metric.raw_progress(measure, D(actual)) == D(raw)


@pytest.mark.parametrize(
    ("baseline", "change", "actual", "raw"),
    [
        ("50", "0.2", "55", "0.5"),
        ("-50", "0.2", "-45", "0.5"),
        ("50", "-0.2", "45", "0.5"),
        ("50", "0.2", "60", "1"),
        ("50", "0.2", "50", "0"),
        (None, "0.2", "50", None),
    ],
)
def test_relative_change(baseline, change, actual, raw):
    measure = metric.Measure("relative", baseline=number(baseline), relative_change=D(change))
    assert metric.raw_progress(measure, D(actual)) == number(raw)


@pytest.mark.parametrize(
    ("raw", "term"),
    [
        ("-0.25", 0),
        ("0", 0),
        ("1.5", BILLION),
        ("1", BILLION),
        ("0.333333333", 333_333_333),
        ("0.0000000005", 0),
        ("0.0000000015", 2),
        ("0.0000000025", 2),
        ("0.0000000035", 4),
    ],
)
def test_a_term_enters_clamped_and_rounded_half_to_even(raw, term):
    assert metric.billionths(D(raw)) == term


# --- attainment of a KPI --------------------------------------------------------------------


def months(*values, **facts):
    """Reported periods from January 2025 on; None leaves a month unreported."""
    return [
        kpi.Reported(date(2025, month, 1), D(value), **{k: D(v) for k, v in facts.items()})
        for month, value in enumerate(values, 1)
        if value is not None
    ]


@pytest.mark.parametrize(
    ("direction", "actual", "target", "attained"),
    [
        ("higher", "120", "100", "1.2"),
        ("higher", "50", "100", "0.5"),
        ("higher", "-10", "100", "-0.1"),
        ("lower", "4", "5", "1.2"),
        ("lower", "5", "5", "1"),
        ("lower", "7.5", "5", "0.5"),
        ("lower", "10", "5", "0"),
        ("lower", "100", "5", "0"),
        ("higher", "1", "0", None),
        ("lower", "1", "0", None),
        ("higher", "1", "-5", None),
    ],
)
def test_attainment_in_a_period(direction, actual, target, attained):
    assert kpi.attainment(direction, D(actual), D(target)) == number(attained)


@pytest.mark.parametrize(
    ("actual", "attained"),
    [("89.99", 0), ("90", "0.4"), ("94.99", "0.4"), ("95", "0.6"), ("100", 1), ("150", 1)],
)
def test_attainment_by_steps(actual, attained):
    steps = ((D("0.9"), D("0.4")), (D("0.95"), D("0.6")), (D(1), D(1)))
    assert kpi.attainment("steps", D(actual), D(100), steps=steps) == D(attained)


@pytest.mark.parametrize(("actual", "attained"), [("50", 0), ("75", "0.5"), ("25", "-0.5")])
def test_attainment_from_the_baseline(actual, attained):
    assert kpi.attainment("linear", D(actual), D(100), baseline=D(50)) == D(attained)


@pytest.mark.parametrize(
    ("aggregation", "direction", "actual", "raw"),
    [
        ("sum", "higher", "6.0", "1"),
        ("average", "higher", "3.0", "1"),
        ("last", "higher", "2.9", "0.966666667"),
        ("max", "higher", "3.1", "1.033333333"),
        ("min", "higher", "2.9", "0.966666667"),
        ("sum", "lower", "6.0", "1"),
        ("max", "lower", "3.1", "0.966666667"),
    ],
)
def test_only_periods_with_a_report_count_on_both_sides(aggregation, direction, actual, raw):
    """Target 3 a month, reported 3.1, nothing, 2.9."""
    found = kpi.to_date(direction, aggregation, months("3.1", None, "2.9", target="3"))
    assert (found.actual, found.raw, found.periods) == (D(actual), D(raw), 2)


def test_a_ratio_of_sums_weights_targets_by_the_denominators():
    reported = [
        kpi.Reported(
            date(2025, 1, 1), D("0.5"), target=D("0.8"), numerator=D(5), denominator=D(10)
        ),
        kpi.Reported(
            date(2025, 2, 1), D("0.3"), target=D("0.4"), numerator=D(9), denominator=D(30)
        ),
    ]
    found = kpi.to_date("higher", "ratio", reported)
    assert found.actual == D(14) / D(40)
    assert found.raw == D("0.7")  # (14 / 40) / ((0.8 x 10 + 0.4 x 30) / 40)


def test_range_and_pass_fail_by_the_share_of_periods_held():
    facts = {"low": "25", "high": "35", "tolerance": "5"}
    assert kpi.to_date("range", "last", months("22.5", **facts)).raw == D("0.5")
    assert kpi.to_date("range", "last", months("22.5", "25", "35", **facts)).raw == D("0.666666667")
    assert kpi.to_date("pass_fail", "last", months("1")).raw == 1
    assert kpi.to_date("pass_fail", "last", months("1", "0", "1", "1")).raw == D("0.75")


def test_no_report_or_no_target_is_no_data():
    assert kpi.to_date("higher", "sum", []).raw is None
    assert kpi.to_date("higher", "sum", months("5")).raw is None


def test_a_period_without_a_target_is_left_out_on_both_sides():
    reported = [*months("3", target="3"), kpi.Reported(date(2025, 2, 1), D(100))]
    assert kpi.to_date("higher", "sum", reported).raw == 1


@pytest.mark.parametrize(
    ("operation", "inputs", "value"),
    [
        ("sum", ["1", "2", "3"], "6"),
        ("difference", ["10", "2", "3"], "5"),
        ("product", ["2", "3", "4"], "24"),
        ("ratio", ["1", "4"], "0.25"),
        ("ratio", ["1", "3"], "0.3333333333"),
        ("ratio", ["1", "0"], None),
        ("sum", ["1", None], None),
    ],
)
def test_a_calculated_kpi(operation, inputs, value):
    assert kpi.calculate(operation, [number(i) for i in inputs]) == number(value)


# --- periods --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "frequency", "first_month", "starts", "ends"),
    [
        (date(2025, 2, 10), "day", 1, date(2025, 2, 10), date(2025, 2, 10)),
        (date(2025, 1, 1), "week", 1, date(2024, 12, 30), date(2025, 1, 5)),
        (date(2024, 2, 29), "month", 1, date(2024, 2, 1), date(2024, 2, 29)),
        (date(2025, 2, 10), "quarter", 1, date(2025, 1, 1), date(2025, 3, 31)),
        (date(2025, 2, 10), "quarter", 2, date(2025, 2, 1), date(2025, 4, 30)),
        (date(2025, 2, 10), "half", 4, date(2024, 10, 1), date(2025, 3, 31)),
        (date(2025, 2, 10), "year", 4, date(2024, 4, 1), date(2025, 3, 31)),
        (date(2025, 12, 31), "year", 12, date(2025, 12, 1), date(2026, 11, 30)),
    ],
)
def test_periods(day, frequency, first_month, starts, ends):
    assert periods.period_of(day, frequency, first_month) == (starts, ends)


def test_fiscal_years_are_named_by_the_year_in_which_they_start():
    assert periods.fiscal_year(date(2025, 3, 31), 4) == 2024
    assert periods.fiscal_year(date(2025, 4, 1), 4) == 2025
    assert periods.fiscal_year(date(2025, 1, 1)) == 2025


@pytest.mark.parametrize(
    ("fine", "coarse", "nested"),
    [
        ("day", "month", True),
        ("month", "quarter", True),
        ("quarter", "half", True),
        ("half", "year", True),
        ("month", "month", True),
        ("week", "week", True),
        ("week", "month", False),
        ("week", "year", False),
        ("month", "week", False),
        ("quarter", "month", False),
        ("year", "half", False),
    ],
)
def test_nesting_of_frequencies(fine, coarse, nested):
    assert periods.nests(fine, coarse) is nested


# --- the one rule ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "number_"),
    [
        ([(1, 500_000_000), (1, None)], 500_000_000),
        ([(1, 500_000_000), (1, 500_000_000), (1, 900_000_000)], 633_333_333),
        ([(1, 200_000_000), (1, 800_000_000), (1, None)], 500_000_000),
        ([(1, BILLION), (1, 800_000_000), (1, 200_000_000)], 666_666_667),
        ([(1, BILLION), (1, 500_000_000)], 750_000_000),
        ([(1, 500_000_000), (1, 800_000_000)], 650_000_000),
        ([(3, 500_000_000), (1, BILLION)], 625_000_000),
        ([(0, 500_000_000), (0, BILLION)], None),
        ([(0, 500_000_000), (1, None)], None),
        ([(1, None)], None),
        ([], None),
        # the mean is rounded half to even once more
        ([(1, 0), (1, 1)], 0),
        ([(1, 1), (1, 2)], 2),
        ([(1, 2), (1, 3)], 2),
        ([(1, 3), (1, 4)], 4),
    ],
)
def test_the_weighted_mean_of_the_terms_that_have_data(terms, number_):
    assert combine.mean_of_terms(terms) == number_


@pytest.mark.parametrize(
    ("siblings", "weight"),
    [([], 1), ([3], 3), ([1, 2], 2), ([2, 3], 2), ([3, 4], 4), ([10_000, 10_000], 10_000)],
)
def test_a_new_child_gets_the_mean_of_its_siblings_weights(siblings, weight):
    assert combine.weight_among(siblings) == weight


# --- expected -------------------------------------------------------------------------------

Q1 = (date(2026, 1, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 11_111_111),  # 1 of 90 days
        (date(2026, 2, 14), 500_000_000),  # 45 of 90
        (date(2026, 3, 31), BILLION),
        (date(2026, 4, 30), BILLION),
    ],
)
def test_expected_over_calendar_days(day, expected):
    assert plan.expected("calendar", *Q1, day) == expected


def test_expected_over_working_days_leaves_out_weekends_and_holidays():
    calendar = plan.Calendar(
        frozenset(range(5)),
        frozenset(date(2026, 2, d) for d in (16, 17, 18, 19, 20)) | {date(2026, 1, 1)},
    )
    # 64 weekdays in the quarter, less 5 of Tết and 1 January: 58; until 13/2: 32 - 1 = 31.
    assert plan.working_days(*Q1, calendar) == 58
    at_tet = plan.expected("working_days", *Q1, date(2026, 2, 13), calendar=calendar)
    assert at_tet == round(31 * BILLION / 58)
    for still in range(14, 23):
        day = date(2026, 2, still)
        assert plan.expected("working_days", *Q1, day, calendar=calendar) == at_tet
    after = plan.expected("working_days", *Q1, date(2026, 2, 23), calendar=calendar)
    assert after == round(32 * BILLION / 58)


def test_expected_by_milestones():
    steps = [(date(2026, 1, 31), 30), (date(2026, 2, 28), 30), (None, 30)]
    days = [date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    assert [plan.expected("milestones", *Q1, day, milestones=steps) for day in days] == [
        0,
        333_333_333,
        666_666_667,
        BILLION,
    ]


def test_expected_by_a_monthly_plan():
    shares = {"2026-01": "0.1", "2026-02": "0.4", "2026-03": "1"}
    days = [date(2026, 1, 31), date(2026, 2, 14), date(2026, 2, 28), date(2026, 3, 31)]
    assert [plan.expected("monthly", *Q1, day, monthly=shares) for day in days] == [
        100_000_000,
        250_000_000,
        400_000_000,
        BILLION,
    ]


# --- health ---------------------------------------------------------------------------------

HALF = BILLION // 2


@pytest.mark.parametrize(
    ("progress", "expected", "word"),
    [
        (None, None, "no_data"),
        (None, HALF, "no_data"),
        (0, 0, "not_started"),
        (1, 0, "on_track"),  # nothing expected yet and something moved
        (450_000_000, HALF, "on_track"),  # pace 0.9
        (449_999_999, HALF, "at_risk"),
        (350_000_000, HALF, "at_risk"),  # pace 0.7
        (349_999_999, HALF, "off_track"),
        (0, HALF, "off_track"),
        (BILLION, HALF, "done"),
        (BILLION, 0, "done"),
        (BILLION, BILLION, "done"),
    ],
)
def test_health(progress, expected, word):
    assert health.health(progress, expected) == word


def test_a_level_to_hold_is_done_only_at_the_close():
    assert health.health(BILLION, BILLION, holds_level=True) == "on_track"
    assert health.health(BILLION, BILLION, holds_level=True, closed=True) == "done"
    assert health.health(800_000_000, BILLION, holds_level=True, closed=True) == "at_risk"


def test_thresholds_are_settings():
    strict = health.Thresholds(D("0.95"), D("0.5"))
    assert health.health(470_000_000, HALF, strict) == "at_risk"
    assert health.health(250_000_000, HALF, strict) == "at_risk"


@pytest.mark.parametrize(
    ("score", "commitment", "reached"),
    [
        ("1", "committed", True),
        ("0.95", "committed", False),
        ("0.7", "aspirational", True),
        ("0.69", "aspirational", False),
    ],
)
def test_committed_succeeds_at_1_aspirational_at_0_7(score, commitment, reached):
    found = health.succeeded(D(score), commitment, committed=D(1), aspirational=D("0.7"))
    assert found is reached


def test_outdated():
    monday = date(2026, 3, 2)
    assert not health.is_outdated(monday, date(2026, 3, 9), 7)
    assert health.is_outdated(monday, date(2026, 3, 10), 7)
    assert not health.is_outdated(monday, date(2026, 3, 10), 7, days_off=1)


@pytest.mark.parametrize(
    ("starts", "made", "since"),
    [
        (date(2026, 1, 1), date(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 4, 1), date(2026, 3, 2), date(2026, 4, 1)),
        (None, date(2026, 3, 2), date(2026, 3, 2)),
    ],
)
def test_nobody_could_report_what_was_not_made_yet(starts, made, since):
    assert health.since_when(starts, made) == since


# --- to the last digit ----------------------------------------------------------------------

LONG = "999999999999999999999999.9999999999"  # the longest value there is


@pytest.mark.parametrize("aggregation", ["average", "ratio"])
def test_means_are_compared_before_they_are_rounded(aggregation):
    """Three months of 1.5 against 1, 2, 2 are exactly 90%, though 5 / 3 is no decimal."""
    reported = [
        kpi.Reported(
            date(2025, month, 1),
            D("1.5"),
            target=D(target),
            numerator=D("1.5"),
            denominator=D(1),
        )
        for month, target in enumerate((1, 2, 2), 1)
    ]
    steps = ((D("0.9"), D("0.4")), (D(1), D(1)))
    assert kpi.to_date("steps", aggregation, reported, steps).raw == D("0.4")


def test_a_tie_of_quotients_is_a_tie():
    """2.5e-9 against 5 / 3 is exactly one and a half billionths: to the even 2."""
    reported = [
        kpi.Reported(date(2025, month, 1), D("2.5e-9"), target=D(target))
        for month, target in enumerate((1, 2, 2), 1)
    ]
    assert kpi.to_date("higher", "average", reported).raw == D("2e-9")


def test_the_baseline_of_a_ratio_is_weighted_by_the_denominators_as_its_target_is():
    reported = [
        kpi.Reported(
            date(2025, month, 1),
            D(0),
            target=D("0.8"),
            baseline=D("0.4"),
            numerator=D(n),
            denominator=D(d),
        )
        for month, n, d in ((1, 5, 10), (2, 19, 30))
    ]
    assert kpi.to_date("linear", "ratio", reported).raw == D("0.5")


def test_no_digit_of_a_long_value_is_lost():
    with_change = metric.Measure("relative", baseline=D(LONG), relative_change=D(-1))
    assert metric.exact_progress(with_change, D(LONG), D(LONG)) == 0
    assert metric.exact_progress(with_change, D(0), D(LONG)) == 1


def test_a_product_that_no_value_can_hold_is_missing():
    assert kpi.calculate("product", [D(LONG)] * 5) is None
    assert kpi.calculate("ratio", [D(LONG), D("1e-10")]) is None
    assert kpi.calculate("sum", [D(LONG)] * 2) == D("1999999999999999999999999.9999999998")
