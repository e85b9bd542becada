"""Formulas of calculated KPIs: read, checked for their units, worked out in decimals (pure).

A formula is what one would write in a spreadsheet: `(KPI-12 - KPI-13) / KPI-12`. It knows
numbers with a point, `+ - * /`, brackets, `min`, `max` and `abs`, and KPIs by their public
ids, or by names for which somebody then puts the ids. The expression is carried out by
simpleeval, after all but these has been refused.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, reduce
from typing import Any

from simpleeval import SimpleEval  # type: ignore[import-untyped]  # it ships no types

from haidang.lib.decimals import EXACT, WHOLE_DIGITS, in_bounds

LONGEST = 500
#: More brackets in brackets, and a longer sum, than anybody writes; fewer than Python endures.
DEEPEST = 50
LONGEST_CHAIN = 100
FUNCTIONS = ("min", "max", "abs")

_KPI = re.compile(r"\bKPI\s*[-_]\s*(\d{1,9})\b", re.IGNORECASE)
_ID = re.compile(r"KPI_(\d+)")
_SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-", ":": "/", "[": "(", "]": ")"})
_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: EXACT.add,
    ast.Sub: EXACT.subtract,
    ast.Mult: EXACT.multiply,
    ast.Div: EXACT.divide,
}
_SIGNED: dict[type[ast.unaryop], Callable[[Decimal], Decimal]] = {
    ast.USub: EXACT.minus,
    ast.UAdd: EXACT.plus,
}


class FormulaError(Exception):
    """A formula that cannot be; `code` is one of "syntax", "comma", "too_long", "too_deep",
    "unknown_sign", "function", "number", "no_kpi", "units", "zero"; `what` is the part meant."""

    def __init__(self, code: str, what: str = "", other: str = "") -> None:
        super().__init__(code, what, other)
        self.code = code
        self.what = what
        self.other = other


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that can be carried out: as it is kept, and its KPIs by their first place.

    A name is a public id (`KPI-12`) or a word that stands for one.
    """

    text: str
    names: tuple[str, ...]
    tree: ast.Expression


@dataclass(frozen=True, slots=True)
class Unit:
    """What something is measured in: powers of dimensions, none for a plain number.

    `of` says of which KPI that is, for who is told that two do not fit.
    """

    powers: Mapping[str, int]
    of: str = ""


@lru_cache(maxsize=1024)
def parse(text: str) -> Formula:
    """Read a formula; raises FormulaError."""
    text = " ".join(text.translate(_SIGNS).split())
    if len(text) > LONGEST:
        raise FormulaError("too_long")
    if _deepest(text) > DEEPEST:
        raise FormulaError("too_deep")
    text = _KPI.sub(lambda found: f"KPI_{int(found[1])}", text)
    if "#" in text:  # what follows would be shown as a part and count nothing
        raise FormulaError("unknown_sign", "#")
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise FormulaError("comma" if re.search(r"\d,\d", text) else "syntax") from None
    names: dict[str, None] = {}
    _refuse_foreign(tree.body, text, names, 0)
    if not names:
        raise FormulaError("no_kpi")
    return Formula(_with_ids(text), tuple(_with_ids(name) for name in names), tree)


def _deepest(text: str) -> int:
    depth = most = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        most = max(most, depth)
    return most


def _with_ids(text: str) -> str:
    return _ID.sub(r"KPI-\1", text)


def _refuse_foreign(node: ast.expr, text: str, names: dict[str, None], depth: int) -> None:
    """Let nothing through but what a formula is made of; numbers become decimals.

    A long sum is a deep tree: each term stands one lower than the next.
    """
    if depth > LONGEST_CHAIN:
        raise FormulaError("too_deep")
    depth += 1
    match node:
        case ast.BinOp(left, op, right) if type(op) in _OPERATORS:
            _refuse_foreign(left, text, names, depth)
            _refuse_foreign(right, text, names, depth)
        case ast.UnaryOp(op, operand) if type(op) in _SIGNED:
            _refuse_foreign(operand, text, names, depth)
        case ast.Call(ast.Name(name), args, []):
            if name not in FUNCTIONS:
                raise FormulaError("function", name)
            if len(args) < 2 if name != "abs" else len(args) != 1:
                raise FormulaError("syntax", name)
            for one in args:
                _refuse_foreign(one, text, names, depth)
        case ast.Name(name):
            if name in FUNCTIONS or name.startswith("_"):
                raise FormulaError("syntax", name)
            names[name] = None
        case ast.Constant(value) if type(value) in (int, float):
            exact = _number(ast.get_source_segment(text, node) or "")
            node.value = exact  # type: ignore[assignment]  # Python's own constants have none
        case ast.Tuple():
            raise FormulaError("comma")
        case _:
            raise FormulaError("unknown_sign", _segment(text, node))


def refuse_zero(formula: Formula) -> None:
    """Raise FormulaError("zero") for a formula that divides by zero whatever the KPIs come to.
    Beside `parse`, which has to read what is stored."""
    for node in ast.walk(formula.tree):
        match node:
            case ast.BinOp(_, ast.Div(), right) if _always_zero(right):
                raise FormulaError("zero", formula.text)


def _segment(text: str, node: ast.expr) -> str:
    """A part of a formula as it is written."""
    return _with_ids(ast.get_source_segment(text, node) or "")


def _always_zero(node: ast.expr) -> bool:
    """Whether a part comes to 0 whatever the KPIs come to: no KPI is in it."""
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    if names - set(FUNCTIONS):
        return False
    try:
        return not _machine({}).eval("", previously_parsed=node)
    except ArithmeticError:
        return False


def _number(written: str) -> Decimal:
    """The number as it was written: Python's own would be a float already."""
    if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", written):
        raise FormulaError("number", written)
    value = Decimal(written)
    if not in_bounds(value):
        raise FormulaError("number", written)
    return value


def renamed(formula: Formula, ids: Mapping[str, str]) -> Formula:
    """The formula with public ids in the place of words."""
    flat = _KPI.sub(r"KPI_\1", formula.text)
    return parse(re.sub(r"\w+", lambda found: ids.get(found[0], found[0]), flat))


def evaluate(text: str, values: Mapping[str, Decimal]) -> Decimal | None:
    """The value of a formula, unrounded; None for a division by zero."""
    formula = parse(text)
    machine = _machine({name.replace("-", "_"): value for name, value in values.items()})
    try:
        return Decimal(machine.eval(text, previously_parsed=formula.tree.body))
    except ArithmeticError:
        return None


def _machine(names: dict[str, Decimal]) -> Any:
    return SimpleEval(
        operators=dict[type[ast.AST], Any]([*_OPERATORS.items(), *_SIGNED.items()]),
        functions={"min": min, "max": max, "abs": EXACT.abs},
        names=names,
    )


def in_range(value: Decimal) -> bool:
    """Whether a result is not too long for any value: 24 digits before the point."""
    return value.is_finite() and EXACT.abs(value) < Decimal(10) ** WHOLE_DIGITS


# -- units ----------------------------------------------------------------------------------


def unit_of(formula: Formula, units: Mapping[str, Unit]) -> Unit | None:
    """In what the result is measured; None: a zero, which fits everything.

    Raises FormulaError("units", what, other) where things of two kinds are added or compared
    (₫ with %). A number that is written into the formula is a plain one.
    """
    return _unit(formula.tree.body, {n.replace("-", "_"): u for n, u in units.items()})


def _unit(node: ast.expr, units: Mapping[str, Unit]) -> Unit | None:
    match node:
        case ast.Name(name):
            return units[name]
        case ast.Constant(value):
            return Unit({}, str(value)) if value else None
        case ast.UnaryOp(_, operand):
            return _unit(operand, units)
        case ast.Call(_, args):
            return _same([_unit(one, units) for one in args])
        case ast.BinOp(left, op, right):
            both = [_unit(left, units), _unit(right, units)]
            if isinstance(op, ast.Add | ast.Sub):
                return _same(both)
            return _product(both[0], both[1], 1 if isinstance(op, ast.Mult) else -1)
    raise AssertionError(node)


def _same(units: Sequence[Unit | None]) -> Unit | None:
    return reduce(_either, units)


def _either(one: Unit | None, other: Unit | None) -> Unit | None:
    if one is None or other is None:
        return one or other
    if one.powers != other.powers:
        raise FormulaError("units", one.of, other.of)
    return one


def _product(one: Unit | None, other: Unit | None, sign: int) -> Unit:
    powers = dict(one.powers) if one else {}
    for name, power in (other.powers if other else {}).items():
        powers[name] = powers.get(name, 0) + sign * power
    kept = {name: power for name, power in powers.items() if power}
    return Unit(kept, next((u.of for u in (one, other) if u and u.of), ""))
