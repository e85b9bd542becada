"""Formulas of calculated KPIs, worked out with fractions; no code is shared with the program."""

from __future__ import annotations

import re
from fractions import Fraction

from tests.oracle.facts import Node


def by_formula(node: Node, inputs: list[Node], given: list[Fraction]) -> Fraction | None:
    """What a formula gives, worked out sign by sign."""

    def size(one: Node) -> Fraction:
        return Fraction(1, 100) if one.metric_kind == "percent" else one.scale or Fraction(1)

    values = {one.public_id: value * size(one) for one, value in zip(inputs, given, strict=True)}
    signs = re.findall(r"KPI-\d+|[a-z]+|[\d.]+|[-+*/(),]", node.expression)
    if any(sign.startswith("KPI-") and sign not in values for sign in signs):
        return None

    def total() -> Fraction:
        result = product()
        while signs and signs[0] in "+-":
            result = result + product() if signs.pop(0) == "+" else result - product()
        return result

    def product() -> Fraction:
        result = single()
        while signs and signs[0] in "*/":
            result = result * single() if signs.pop(0) == "*" else result / single()
        return result

    def single() -> Fraction:
        sign = signs.pop(0)
        if sign in "+-":
            return single() if sign == "+" else -single()
        if sign in ("min", "max", "abs"):
            signs.pop(0)
            told = [total()]
            while signs.pop(0) == ",":
                told.append(total())
            return {"min": min, "max": max, "abs": lambda all_: abs(all_[0])}[sign](told)
        if sign == "(":
            result = total()
            signs.pop(0)
            return result
        return values[sign] if sign in values else Fraction(sign)

    try:
        return total() / size(node)
    except ZeroDivisionError:
        return None
