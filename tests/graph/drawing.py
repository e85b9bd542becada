"""What the machine of random organisations draws: numbers, measures, links."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.worlds import KPI, NUMBER

D = Decimal

#: Units of measure: values convert inside a family and nowhere else.
FAMILIES: dict[str, list[tuple[str, str]]] = {
    "money": [("currency", unit) for unit in ("tỷ ₫", "triệu ₫", "₫")],
    "time": [("duration", unit) for unit in ("h", "phút")],
    "count": [("count", "NPP")],
}

numbers = st.one_of(
    st.integers(-20, 150).map(D),
    st.decimals(-20, 150, places=3),
    st.sampled_from([D("0.0000000001"), D(10) ** 23 + D("0.0000000007"), D("-1e12"), D(0)]),
)
positive = st.one_of(
    st.integers(1, 150).map(D), st.decimals("0.001", 150, places=3), st.just(D("0.0000000003"))
)
indexes = st.integers(0, 10_000)
mostly = st.sampled_from([True] * 7 + [False])
weights = st.one_of(st.none(), st.integers(0, 5), st.sampled_from([9_999, 10_000]))
days = st.dates(date(2024, 11, 1), date(2025, 6, 2))
relations = st.one_of(
    st.none(),
    st.sampled_from(["strategy", "cascade", "supports", "cross_team", "decomposes", "improves"]),
    st.sampled_from(["depends_on", "computes", "composition"]),
)
modes = st.sampled_from([None, None, "average", "value", "value", "none"])


@st.composite
def units(draw: Callable[..., Any]) -> dict[str, Any]:
    kind, unit = draw(st.sampled_from(FAMILIES[draw(st.sampled_from(sorted(FAMILIES)))]))
    return {"metric_kind": kind, "metric_unit": unit}


@st.composite
def key_result_measures(draw: Callable[..., Any]) -> dict[str, Any]:
    """Facts of a key result's metric; some of them will be refused."""
    direction = draw(
        st.sampled_from(
            ["increase"] * 4
            + ["decrease", "at_least", "at_most", "relative", "range", "pass_fail"]
            + ["milestones", ""]
        )
    )
    facts = NUMBER | draw(units()) | {"direction": direction, "baseline": None, "target": None}
    if direction in ("increase", "decrease", "relative"):
        facts["baseline"] = draw(st.one_of(st.none(), st.just(D(0)), numbers))
    if direction in ("increase", "decrease", "at_least", "at_most"):
        facts["target"] = draw(numbers)
    if direction in ("increase", "decrease") and facts["baseline"] is not None and draw(mostly):
        ends = sorted((facts["baseline"], facts["target"]), reverse=direction == "decrease")
        facts["baseline"], facts["target"] = ends
    if direction == "relative":
        facts["relative_change"] = draw(st.sampled_from([D("0.2"), D("-0.5"), D("1.5")]))
    if direction == "range":
        low = draw(numbers)
        facts |= {"low": low, "high": low + draw(positive), "tolerance": draw(positive)}
    if direction == "pass_fail":
        facts |= {"metric_kind": "yes_no", "metric_unit": ""}
    if direction == "milestones":
        facts |= {
            "metric_kind": "milestones",
            "metric_unit": "",
            "milestones": [
                {"title": f"Bước {n}", "weight": weight, "due": None}
                for n, weight in enumerate(draw(st.lists(st.integers(0, 5), min_size=1)))
            ][:5],
        }
    if direction == "":
        facts |= {"metric_kind": "", "metric_unit": "", "decimals": 0}
    return facts


@st.composite
def kpi_measures(draw: Callable[..., Any]) -> dict[str, Any]:
    direction = draw(
        st.sampled_from(["higher"] * 4 + ["lower", "steps", "linear", "range", "pass_fail"])
    )
    aggregation = draw(
        st.sampled_from(["sum"] * 4 + ["average", "last", "max", "min", "ratio", "ratio"])
    )
    facts = KPI | draw(units()) | {"direction": direction, "aggregation": aggregation}
    facts["frequency"] = draw(
        st.sampled_from(["month", "month", "quarter", "year", "week", "day", "half"])
    )
    facts["target"] = draw(st.one_of(st.none(), positive, positive))
    if direction == "steps":
        facts["steps"] = [["0.5", "0.3"], ["0.9", "0.8"], ["1", "1"]]
    if direction == "linear":
        facts["baseline"] = draw(numbers)
        facts["target"] = draw(numbers)
    if direction == "range":
        low = draw(numbers)
        facts |= {"low": low, "high": low + draw(positive), "tolerance": draw(positive)}
        facts["target"] = None
    if direction == "pass_fail":
        facts |= {"metric_kind": "yes_no", "metric_unit": "", "target": None}
    if aggregation == "ratio" and draw(st.booleans()):
        facts |= {"metric_kind": "percent", "metric_unit": "%"}
    return facts


#: Formulas of two KPIs; some are refused for their units, some divide by zero.
FORMULAS = ("({a} - {b}) / {a} * {b}", "max({a}, 2 * {b}) - {a} / 3", "-({a} + {b}) * 0.5")
