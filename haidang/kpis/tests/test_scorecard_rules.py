"""The arithmetic of scorecards: its properties, and the examples of docs/scorecards.md."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.goals.rules.kpi import Reported, exact_attainment, to_date
from haidang.goals.rules.plan import Calendar, working_days
from haidang.kpis.cards import whole_weight
from haidang.kpis.rules import scorecard as rules
from haidang.kpis.rules.scorecard import BANDS, Cell, Limits, Stay
from haidang.kpis.words import percent_down
from haidang.lib.decimals import EXACT, of_fraction

DOCS = Path(__file__).resolve().parents[3] / "docs" / "scorecards.md"
LIMITS = Limits(Decimal(120), Decimal(50))
THRESHOLDS = {"A+": Decimal(110), "A": Decimal(100), "B": Decimal(85), "C": Decimal(70)}
STEPS = (
    (Decimal("0.9"), Decimal("0.4")),
    (Decimal("0.95"), Decimal("0.6")),
    (Decimal(1), Decimal(1)),
)
FIRST = date(2025, 2, 1)
NONE = None


def table(head: str) -> list[list[str]]:
    """The rows of the table of the docs that begins so."""
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(f"| {head}"))
    found = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def cell(reported: Reported | None, worked: int = 20, days: int = 20, **more: object) -> Cell:
    starts = reported.starts if reported else FIRST
    return Cell(starts, starts, Decimal(20), worked, days, reported, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", table("direction"), ids=" ".join)
def test_attainment_of_the_docs(row: list[str]) -> None:
    direction, target, actual, attainment, counts = row
    low, high, tolerance = NONE, NONE, NONE
    name = direction.split(" ")[0]
    if name == "range":
        low, high, tolerance = Decimal(25), Decimal(35), Decimal(5)
    name = "pass_fail" if name == "pass" else name
    said = Reported(
        FIRST, Decimal(actual), Decimal(target) if target else None, None, low, high, tolerance
    )
    found = rules.attained([cell(said)], name, "last", STEPS)
    assert found == Decimal(attainment)
    assert rules.points(found, LIMITS) == Decimal(counts)


@pytest.mark.parametrize("row", table("over several"), ids=" ".join)
def test_several_periods_of_the_docs(row: list[str]) -> None:
    aggregation, months, attainment = row
    cells = []
    for at, text in enumerate(months.split(", ")):
        starts = date(2025, at + 1, 1)
        said = None if text == "-" else Reported(starts, Decimal(text), Decimal(3))
        cells.append(cell(said))
    assert rules.attained(cells, "higher", aggregation) == Decimal(attainment)


def test_ratio_of_sums_of_the_docs() -> None:
    cells = [
        cell(Reported(date(2025, 1, 1), Decimal(90), Decimal(50), None, None, None, None, *parts))
        for parts in ((Decimal(90), Decimal(1)), (Decimal(30), Decimal(3)))
    ]
    assert rules.attained(cells, "higher", "ratio") == 60
    assert "60%. The mean of 180% and 20% would be 100%" in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("row", table("weights"), ids=" ".join)
def test_scores_of_the_docs(row: list[str]) -> None:
    weights = [Decimal(text) for text in row[0].split(", ")]
    earned = [None if text == "-" else Decimal(text) for text in row[1].split(", ")]
    found = rules.total(zip(weights, earned, strict=True))
    assert found.score is not None
    assert of_fraction(found.score, 9) == Decimal(row[2])
    assert rules.band_of(found.score, THRESHOLDS) == row[3]


@pytest.mark.parametrize("row", table("worked"), ids=" ".join)
def test_proration_of_the_docs(row: list[str]) -> None:
    said = Reported(FIRST, Decimal(row[1]), Decimal(100))
    assert rules.attained([cell(said, int(row[0]))], "higher", "sum") == Decimal(row[2])


weights_ = st.decimals(Decimal("0.01"), Decimal(100), places=2)
points_ = st.one_of(st.none(), st.decimals(Decimal(0), Decimal(150), places=4))
lines_ = st.lists(st.tuples(weights_, points_), min_size=1, max_size=8)


@given(lines_, st.integers(1, 1000))
def test_only_the_proportion_of_weights_counts(
    lines: list[tuple[Decimal, Decimal | None]], factor: int
) -> None:
    one = rules.total(lines).score
    other = rules.total([(weight * factor, earned) for weight, earned in lines]).score
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert abs(one - other) < Decimal("1e-60")


@given(lines_)
def test_missing_ones_are_re_weighted(lines: list[tuple[Decimal, Decimal | None]]) -> None:
    told = [(weight, earned) for weight, earned in lines if earned is not None]
    found = rules.total(lines)
    assert found.score == rules.total(told).score
    if found.score is not None:
        earned = [one for _weight, one in told]
        assert min(earned) - Decimal("1e-60") <= found.score <= max(earned) + Decimal("1e-60")
    assert found.measured <= found.weight


@given(st.decimals(-500, 500, places=6), st.decimals(-500, 500, places=6))
def test_more_attainment_never_counts_less(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert rules.points(low, LIMITS) <= rules.points(high, LIMITS)
    assert 0 <= rules.points(high, LIMITS) <= LIMITS.cap


@given(st.decimals(0, 150, places=12))
def test_bands_have_no_gaps(score: Decimal) -> None:
    found = rules.band_of(score, THRESHOLDS)
    at = BANDS.index(found)
    if at < len(THRESHOLDS):
        assert score >= THRESHOLDS[found]
    if at:
        assert score < THRESHOLDS[BANDS[at - 1]]


def test_a_band_is_of_the_unrounded_score_and_is_not_written_as_the_next_one() -> None:
    almost = Decimal("99.99999999999999999999")
    assert rules.band_of(almost, THRESHOLDS) == "B"
    assert percent_down(almost).startswith("99")
    assert rules.band_of(None, THRESHOLDS) == ""
    for above, below in pairwise(BANDS[:-1]):
        short = EXACT.subtract(THRESHOLDS[above], Decimal("1e-90"))
        assert rules.band_of(short, THRESHOLDS) == below


days_ = st.dates(date(2025, 1, 1), date(2025, 12, 31))
stays_ = st.lists(st.tuples(days_, days_).map(lambda two: Stay(*two)), max_size=4)


@given(stays_, stays_)
def test_nobody_works_more_than_the_period_has(held: list[Stay], away: list[Stay]) -> None:
    period, calendar = Stay(date(2025, 3, 1), date(2025, 6, 30)), Calendar()
    worked, days = rules.worked_in(held, away, period, calendar)
    assert 0 <= worked <= days == working_days(period.first, period.last, calendar)
    more, _days = rules.worked_in([*held, period], away, period, calendar)
    assert worked <= more
    less, _days = rules.worked_in(held, [*away, period], period, calendar)
    assert less == 0


@given(stays_, stays_)
def test_working_days_are_those_held_and_not_away(held: list[Stay], away: list[Stay]) -> None:
    period, calendar = Stay(date(2025, 3, 1), date(2025, 3, 31)), Calendar()

    def covers(stays: list[Stay], day: date) -> bool:
        return any(one.first <= day <= one.last for one in stays)

    days = [period.first + timedelta(days=n) for n in range(31)]
    expected = sum(d.weekday() < 5 and covers(held, d) and not covers(away, d) for d in days)
    assert rules.worked_in(held, away, period, calendar)[0] == expected


@given(st.integers(1, 20), st.decimals(1, 1000, places=2), st.decimals(0, 1000, places=2))
def test_a_part_is_never_asked_for_more(worked: int, target: Decimal, actual: Decimal) -> None:
    said = Reported(FIRST, actual, target)
    part = rules.part_of_target(cell(said, worked), "higher", "sum")
    assert part is not None
    assert part.target is not None
    assert 0 < part.target <= target
    for aggregation in ("average", "last", "max", "min", "ratio"):
        assert rules.part_of_target(cell(said, worked), "higher", aggregation) == said
    assert rules.part_of_target(cell(said, worked, prorated=False), "higher", "sum") == said


def test_a_period_without_working_days_goes_by_its_days() -> None:
    saturday = Stay(date(2025, 3, 1), date(2025, 3, 1))
    assert rules.worked_in([saturday], [], saturday, Calendar()) == (1, 1)


def test_weights_that_are_unusual() -> None:
    assert rules.warnings_of([Decimal(20)] * 5) == []
    assert rules.warnings_of([Decimal(20)] * 4) == ["total", "count"]
    assert rules.warnings_of([Decimal(60), *[Decimal(10)] * 4]) == ["bounds"]
    assert rules.warnings_of([]) == []


@given(st.lists(st.tuples(weights_, st.integers(1, 23)), min_size=1, max_size=12))
def test_a_weight_lies_between_those_it_is_made_of(parts: list[tuple[Decimal, int]]) -> None:
    cells = [
        Cell(date(2025, at + 1, 1), date(2025, at + 1, 28), weight, worked, 23)
        for at, (weight, worked) in enumerate(parts)
    ]
    found = rules.weight_of(cells, rules.time_of(cells))
    weights = [weight for weight, _worked in parts]
    assert min(weights) - Decimal("1e-60") <= found <= max(weights) + Decimal("1e-60")
    half = rules.weight_of(cells, 2 * rules.time_of(cells))
    assert abs(half * 2 - found) < Decimal("1e-20")


@given(
    st.integers(20, 23).flatmap(lambda days: st.tuples(st.integers(1, days), st.just(days))),
    st.integers(1, 300),
    st.integers(3, 7),
)
def test_a_part_of_a_target_reached_exactly_is_reached(
    time: tuple[int, int], target: int, times: int
) -> None:
    worked, days = time
    threshold = Decimal(days * times)  # so the actual ends, and the part of the target does not
    said = Reported(FIRST, Decimal(target * worked * times) / 100, Decimal(target))
    found = rules.attained([cell(said, worked, days)], "higher", "sum")
    assert found == threshold
    assert rules.band_of(found, THRESHOLDS | {"A+": threshold}) == "A+"
    # The floor and a step are met by who stands on them.
    assert rules.points(found, Limits(Decimal(200), threshold)) == threshold
    steps = [(threshold / 100, Decimal(1))]
    assert rules.attained([cell(said, worked, days)], "steps", "sum", steps) == 100


actuals_ = st.tuples(st.integers(40, 110), st.sampled_from([3, 6, 7, 9, 11, 13]))


@given(
    st.lists(st.tuples(st.integers(1, 40), actuals_), min_size=1, max_size=6),
    st.integers(1, 40),
    st.sampled_from(sorted(THRESHOLDS)),
)
def test_a_card_that_lies_exactly_on_a_threshold_gets_the_higher_band(
    some: list[tuple[int, tuple[int, int]]], weight: int, band: str
) -> None:
    """Whatever the other lines came to, one line more brings the score to the threshold."""
    lines = [
        (Decimal(part), rules.attained(
            [cell(Reported(FIRST, Decimal(actual * at) / 100, Decimal(at)))], "higher", "sum"
        ))
        for part, (actual, at) in some
    ]  # fmt: skip
    lines += [
        (
            Decimal(part),
            rules.attained([cell(Reported(FIRST, Decimal(1), Decimal(at)))], "higher", "sum"),
        )
        for part, (_actual, at) in some
    ]  # a third, a seventh …: no decimal ends there
    earned = sum((Fraction(part) * one for part, one in lines if one is not None), Fraction(0))
    weights = sum((Fraction(part) for part, _one in lines), Fraction(weight))
    last = (Fraction(THRESHOLDS[band]) * weights - earned) / weight
    found = rules.total([*lines, (Decimal(weight), last)])
    assert found.score == THRESHOLDS[band]
    assert rules.band_of(found.score, THRESHOLDS) == band
    assert rules.band_of(found.score - Fraction(1, 10**200), THRESHOLDS) != band


@pytest.mark.parametrize(
    ("actuals", "band"),
    [(["3.1", "3.1", "3.4", "3.6"], "A+"), (["3.1", "2.9", "3.1", "2.9"], "A")],
)
def test_thirds_that_make_a_threshold(actuals: list[str], band: str) -> None:
    each = [
        rules.attained([cell(Reported(FIRST, Decimal(one), Decimal(3)))], "higher", "sum")
        for one in actuals
    ]
    found = rules.total([(Decimal(25), one) for one in each])
    assert found.score == THRESHOLDS[band]
    assert rules.band_of(found.score, THRESHOLDS) == band


@given(st.lists(st.tuples(weights_, st.integers(1, 23)), min_size=1, max_size=3))
def test_a_weight_that_was_kept_is_whole_again(parts: list[tuple[Decimal, int]]) -> None:
    worked = sum(days for _weight, days in parts)
    weight = sum((Fraction(one) * days for one, days in parts), Fraction(0)) / worked
    assert whole_weight(of_fraction(weight), worked) == weight
    assert whole_weight(Decimal(0), 0) == 0


some_ = st.decimals(Decimal("-50"), Decimal(50), places=2)
reported_ = st.builds(
    Reported, st.just(FIRST), some_, st.none() | some_, st.none() | some_, some_, some_,
    st.decimals(0, 9, places=1), some_, st.none() | st.decimals(0, 50, places=1),
)  # fmt: skip


@given(
    st.sampled_from(["higher", "lower", "steps", "linear", "range", "pass_fail"]),
    st.sampled_from(["sum", "average", "last", "max", "min", "ratio"]),
    st.lists(reported_, max_size=4),
)
def test_exact_attainment_is_that_of_the_year_to_date(
    direction: str, aggregation: str, periods: list[Reported]
) -> None:
    exact = exact_attainment(direction, aggregation, periods, STEPS)
    raw = to_date(direction, aggregation, periods, STEPS).raw
    if exact is None or raw is None:
        assert (exact is None) == (raw is None)
    else:
        assert max(min(of_fraction(exact, 9), Decimal(1000)), Decimal(-1000)) == raw
