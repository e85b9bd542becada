"""Units of measure: what may be added to what, and by which exact factor."""

from __future__ import annotations

import re
from decimal import Decimal

from haidang.goals.rules.metric import NOT_ADDITIVE_DIRECTIONS
from haidang.lib.decimals import EXACT, in_bounds
from haidang.lib.text import folded

_SCALES = {
    **dict.fromkeys(("nghin", "ngan", "k", "thousand"), 10**3),
    **dict.fromkeys(("trieu", "tr", "m", "mn", "million", "millions"), 10**6),
    **dict.fromkeys(("ty", "ti", "bn", "billion", "billions"), 10**9),
}
_CODES = {
    **dict.fromkeys(("₫", "d", "vnd", "dong"), "VND"),
    **dict.fromkeys(("$", "usd"), "USD"),
    **dict.fromkeys(("€", "eur"), "EUR"),
}
_GLUED = re.compile(r"(\w+?)(?:d|vnd)")  # "tỷđ"
#: A sign stands for itself wherever it is; letters go together up to what is none.
_CURRENCY_WORDS = re.compile(r"[₫$€£¥]|[^\W\d_]+|[^\s\w₫$€£¥]|\d+")
_DURATION = {
    "s": 1, "giay": 1, "second": 1, "seconds": 1,
    "min": 60, "phut": 60, "minute": 60, "minutes": 60,
    "h": 3600, "gio": 3600, "hour": 3600, "hours": 3600,
    "ngay": 86400, "day": 86400, "days": 86400, "d": 86400,
    "tuan": 604800, "week": 604800, "weeks": 604800,
}  # fmt: skip
ADDITIVE_KINDS = {"number", "currency", "duration", "count"}


def dimension(kind: str, unit: str) -> tuple[str, Decimal]:
    """(dimension, scale): values add up only within a dimension.

    `tỷ ₫` is ("currency:VND", 10^9); `h` is ("duration", 3600); a count or a plain number is
    its own label, with scale 1. Money without a currency is VND; a word that is not known
    (another currency, "/tháng") makes a dimension of its own, never a scale of 1 by chance.

    >>> dimension("currency", "tỷ ₫")
    ('currency:VND', Decimal('1000000000'))
    """
    words = folded(unit).split()
    if kind == "currency":
        return _currency(folded(unit))
    if kind == "duration" and len(words) == 1 and words[0] in _DURATION:
        return "duration", Decimal(_DURATION[words[0]])
    group = "count" if kind in {"number", "count"} else kind
    return f"{group}:{' '.join(words)}", Decimal(1)


def _currency(unit: str) -> tuple[str, Decimal]:
    scale = 1
    codes: dict[str, None] = {}
    others: list[str] = []  # from the first word on that is not known
    for word in _CURRENCY_WORDS.findall(unit):
        glued = _GLUED.fullmatch(word)
        if not others and word in _SCALES:
            scale *= _SCALES[word]
        elif not others and word in _CODES:
            codes[_CODES[word]] = None
        elif not others and glued and glued[1] in _SCALES:
            scale *= _SCALES[glued[1]]
            codes["VND"] = None
        else:
            others.append(word)
    if not codes and (not others or others[0] == "/"):
        codes["VND"] = None
    return f"currency:{' '.join([*codes, *others])}", Decimal(scale)


def exact_factor(child: Decimal | None, parent: Decimal | None) -> Decimal | None:
    """How many parent's units one child's unit is, if that is an exact decimal, else None."""
    one = Decimal(1)
    factor = EXACT.divide(child or one, parent or one)
    exact = EXACT.multiply(factor, parent or one) == (child or one)
    return factor if exact and in_bounds(factor) else None


def is_additive(kind: str, direction: str, aggregation: str) -> bool:
    """Whether sums of such a measure have a meaning.

    A percent has none but as a ratio of sums; ranges, pass / fail and milestones never.
    """
    if direction in NOT_ADDITIVE_DIRECTIONS:
        return False
    return kind in ADDITIVE_KINDS or (aggregation == "ratio" and kind in {"percent", "number"})


def ratio_factor(metric_kind: str) -> Decimal:
    """What a quotient of reported amounts is multiplied by: 100 for a percentage."""
    return Decimal(100 if metric_kind == "percent" else 1)


def base_units(metric_kind: str, scale: Decimal | None) -> Decimal:
    """What a value is multiplied by to be in base units: 10^9 for tỷ ₫, 3,600 for hours, and
    a hundredth for a percentage, which is a share there.

    >>> base_units("percent", None)
    Decimal('0.01')
    """
    return Decimal("0.01") if metric_kind == "percent" else scale or Decimal(1)


def powers(metric_kind: str, metric_unit: str) -> dict[str, int]:
    """The dimension of a measure as factors of a product: none for a share or plain number.

    >>> powers("currency", "tỷ ₫"), powers("percent", "%")
    ({'currency:VND': 1}, {})
    """
    if metric_kind in {"percent", "yes_no"}:
        return {}
    name, _ = dimension(metric_kind, metric_unit)
    return {} if name == "count:" else {name: 1}
