"""Formulas by themselves: against fractions, and what is no formula."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from haidang.goals.rules.formula import (
    DEEPEST,
    LONGEST,
    FormulaError,
    Unit,
    evaluate,
    parse,
    refuse_zero,
    renamed,
    unit_of,
)
from haidang.lib.decimals import EXACT
from tests.oracle.facts import Node
from tests.oracle.formula import by_formula

numbers = st.decimals(-(10**6), 10**6, allow_nan=False, places=4)
written = st.decimals(0, 1000, allow_nan=False, places=2).map(str)
names = st.sampled_from(["KPI-1", "KPI-2", "KPI-30"])


def _more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("{} {} {}".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("-{}".format, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
        st.builds("{}({}, {}, {})".format, st.sampled_from(["min", "max"]), inner, inner, inner),
        st.builds("abs({})".format, inner),
    )


formulas = st.recursive(st.one_of(names, written), _more, max_leaves=8)


@given(formula=formulas, values=st.tuples(numbers, numbers, numbers))
def test_a_formula_gives_what_fractions_give(formula, values):
    ids = ("KPI-1", "KPI-2", "KPI-30")
    assume("KPI" in formula and len(formula) < LONGEST)
    found = evaluate(formula, dict(zip(ids, values, strict=True)))
    inputs = [Node(i, "kpi", public_id=name) for i, name in enumerate(ids)]
    node = Node(9, "kpi", expression=formula)
    exact = by_formula(node, inputs, [Fraction(v) for v in values])
    if found is None or exact is None:
        assert found is None
        assert exact is None
        return
    assert abs(Fraction(found) - exact) <= Fraction(1, 10**50) * max(1, abs(exact))


@given(st.text(max_size=600))
def test_any_text_is_a_formula_or_refused(text):
    try:
        formula = parse(text)
    except FormulaError:
        return
    assert parse(formula.text) == formula or parse(formula.text).names == formula.names


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')", "a.b", "a[0]", "lambda: a", "a if a else a", "[a for a in b]", "a @ b",
        "a // b", "a % b", "a ** b", "a < b", "a and b", "not a", "~a", "f'{a}'", "'a'", "True",
        "None", "...", "a := 1", "min(*a)", "min(a)", "max(a)",
        "abs(a, b)", "abs()", "a # b", "max(a, key=a)", "min", "_a", "1e3 * a", "0x1F * a",
        "1_0 * a", "1j * a", "9" * 30 + " * a", "0." + "1" * 11 + " * a", "a, b", "(a", "a;b", "",
    ],
)  # fmt: skip
def test_nothing_else_is_carried_out(text):
    with pytest.raises(FormulaError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("a / 0", True), ("a / (1 - 1) + b", True), ("(a + 1) / min(0, 3)", True),
        ("1 / (0 / 5) + a", True), ("a / (b - b)", False), ("0 / a", False),
        ("a / 0.0000000001", False), ("a / max(b, 0)", False),
    ],
)  # fmt: skip
def test_a_division_by_zero_that_is_written_down(text, refused):
    formula = parse(text)  # what is stored is read all the same, and gives no number
    if not refused:
        refuse_zero(formula)
        return
    assert evaluate(text, {"a": Decimal(1), "b": Decimal(2)}) is None
    with pytest.raises(FormulaError) as caught:
        refuse_zero(formula)
    assert caught.value.code == "zero"


def test_a_part_is_named_as_it_was_written():
    with pytest.raises(FormulaError) as caught:
        parse("1 + KPI-7 ** 2")
    assert caught.value.what == "KPI-7 ** 2"


def test_the_bounds_of_a_formula():
    for text in ("a" * (LONGEST + 1), "(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1),
                 "-" * 200 + "a", "+".join("a" * 150)):  # fmt: skip
        with pytest.raises(FormulaError):
            parse(text)
    assert evaluate("+".join("a" * 90), {"a": Decimal(1)}) == 90


def test_names_become_ids():
    formula = parse("(doanh_thu - giá_vốn) / doanh_thu")
    assert formula.names == ("doanh_thu", "giá_vốn")
    assert renamed(formula, {"doanh_thu": "KPI_1", "giá_vốn": "KPI_2"}).text == (
        "(KPI-1 - KPI-2) / KPI-1"
    )
    assert parse("kpi - 7 × kpi_8").text == "KPI-7 * KPI-8"


VND, PIECES, NONE = Unit({"VND": 1}, "a"), Unit({"pieces": 1}, "b"), Unit({}, "c")


@pytest.mark.parametrize(
    ("text", "powers"),
    [
        ("a + a", {"VND": 1}), ("a / a", {}), ("a / b", {"VND": 1, "pieces": -1}),
        ("a * c", {"VND": 1}), ("a / b * b", {"VND": 1}), ("a * a", {"VND": 2}),
        ("max(a, 0)", {"VND": 1}), ("2 * c + 1", {}), ("abs(-b)", {"pieces": 1}),
        ("0 * a", {"VND": 1}),
        ("a + b", None), ("a + 1", None), ("a - c", None), ("min(a, b)", None), ("a / b + a", None),
    ],
)  # fmt: skip
def test_the_unit_of_a_formula(text, powers):
    formula, units = parse(text), {"a": VND, "b": PIECES, "c": NONE}
    if powers is None:
        with pytest.raises(FormulaError) as found:
            unit_of(formula, units)
        assert found.value.code == "units"
        return
    unit = unit_of(formula, units)
    assert unit is not None
    assert unit.powers == powers


def test_decimals_are_exact():
    value = Decimal("123456789012345678901234.0123456789")
    assert evaluate("KPI-1 * 3 - KPI-1", {"KPI-1": value}) == EXACT.multiply(value, Decimal(2))
