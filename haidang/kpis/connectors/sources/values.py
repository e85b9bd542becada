"""Numbers and JSON as other systems write them, read exactly or refused."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import Limits, SourceError
from haidang.lib.decimals import EXACT, FRACTION_DIGITS, WHOLE_DIGITS, canonical
from haidang.lib.errors import Invalid
from haidang.lib.input import parse_decimal
from haidang.lib.text import clean_line

#: Levels of JSON that are read: the reader itself calls itself for each.
MOST_DEPTH = 64
_LONGEST_NUMBER = 400
_SMALLEST = Decimal(1).scaleb(-FRACTION_DIGITS)


def number_of(value: object, *, comma: bool = False) -> Decimal | None:
    """A number as it came: a decimal, or text in the one or the other manner.

    None and blank text are None: nothing was said. `comma`: in text, a comma is the decimal
    mark and a dot groups (`1.234,5`); else the other way round. Digits behind the tenth, which
    binary fractions leave (0.1 + 0.2), are rounded half even. Raises Invalid for text, truth
    values, lists, NaN, Infinity and numbers of more than 24 digits before the mark.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool):
        _no_number()
    if isinstance(value, str):
        if len(value) > _LONGEST_NUMBER:
            _no_number()
        return parse_decimal(value, "vi" if comma else "en")
    if isinstance(value, int):
        value = Decimal(value) if value.bit_length() < 1_000 else Decimal("1e999")
    elif isinstance(value, float):
        value = Decimal(repr(value))
    if not isinstance(value, Decimal):
        _no_number()
    return bounded(value)


def bounded(value: Decimal) -> Decimal:
    """A number in the form and the bounds of every value of ours; raises Invalid."""
    if not value.is_finite():
        _no_number()
    if value and value.adjusted() >= WHOLE_DIGITS:
        raise Invalid(
            format_lazy(_("At most {most} digits before the decimal mark."), most=WHOLE_DIGITS),
            code="too_large",
        )
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -FRACTION_DIGITS:
        value = value.quantize(_SMALLEST, context=EXACT)
    return canonical(value)


def _no_number() -> NoReturn:
    raise Invalid(_("This is not a number. Examples: 1500, 12,5 or 12.5."), code="not_a_number")


_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_BRACKET = re.compile(rb"[][{}]")


def json_of(body: bytes, most: int = Limits().cells) -> Any:
    """JSON with exact decimals (all numbers are Decimal).

    Raises SourceError: "shape" for what is none, is nested too deeply, has a key twice, or a
    number that is none; "large" for more than `most` keys and values, before any is made: in
    memory each takes up to a hundred times its bytes.
    """
    outside = b" ".join(_ESCAPE.sub(b"", body).split(b'"')[::2])
    if outside.count(b",") + outside.count(b":") > most:
        raise SourceError(
            "large", format_lazy(_("The JSON has more than {most} values."), most=most)
        )
    depth = 0
    for bracket in _BRACKET.findall(outside):
        depth += 1 if bracket in b"[{" else -1
        if depth > MOST_DEPTH:
            raise SourceError(
                "shape",
                format_lazy(_("The JSON is nested deeper than {most} levels."), most=MOST_DEPTH),
            )
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_unique,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_constant,
        )
    except (ValueError, RecursionError, InvalidOperation):
        raise SourceError("shape", _("The answer is not JSON.")) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = ""
        for key, _value in pairs:
            if key in seen:
                twice = key
                break
            seen.add(key)
        raise SourceError(
            "shape",
            format_lazy(_("The JSON has “{key}” twice in one object."), key=clean_line(twice)[:80]),
        )
    return found


def _number(text: str) -> Decimal:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError
    return Decimal(text)


def _constant(text: str) -> NoReturn:
    raise SourceError(
        "shape", format_lazy(_("The JSON has {text} where a number should be."), text=text)
    )


def json_text(value: Any) -> str:
    """What `json_of` read, as JSON again: numbers with the digits that they came with."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        parts = (f"{json.dumps(k, ensure_ascii=False)}: {json_text(v)}" for k, v in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)
