"""Reading JSON that may be hostile: bounded before the parser recurses, exact afterwards.

The standard parser recurses on nesting, takes the last of two equal keys, reads NaN, and
turns decimals into floats. Here depth is counted first, keys are unique, numbers stay
exact, and text arrives in NFC without control characters or unpaired surrogates.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from haidang.lib.errors import FieldError, Invalid, Refusal
from haidang.lib.text import clean_text

#: A body may be this long, in bytes.
MAX_BYTES: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 1024 * 1024
#: Objects and lists may be nested this deep; the deepest that the API takes has 4 levels.
MAX_DEPTH = 32
#: An object may have this many members; the widest that the API takes has 240.
MAX_MEMBERS = 1000
#: Longer numbers mean nothing here (24 digits before the point, 10 after).
MAX_NUMBER = 400

_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_BRACKET = re.compile(rb"[\[{\]}]")


class BodyTooLarge(Refusal):
    """More bytes than `MAX_BYTES`."""

    status = 413
    code = "too_large"
    default = _("This is too much at once: at most 1 MB.")


class NotJson(Refusal):
    """Another content type than JSON."""

    status = 415
    code = "not_json"
    default = _("Send application/json.")


class Malformed(Refusal):
    """A body that is not JSON at all."""

    status = 400
    code = "malformed"
    default = _("The body is not valid JSON.")


def read_json(body: bytes) -> Any:
    """The value that a body holds: str, int, Decimal, bool, None, list and dict.

    Raises Malformed for what is not JSON (UTF-8), Invalid for nesting beyond `MAX_DEPTH`,
    a key given twice, NaN, Infinity and numbers of absurd length.
    """
    if len(body) > MAX_BYTES:
        raise BodyTooLarge()
    _refuse_depth(body)
    try:
        value = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_unique,
            parse_float=_number,
            parse_int=_whole,
            parse_constant=_constant,
        )
    except Refusal:
        raise
    except (ValueError, RecursionError) as error:
        raise Malformed() from error
    wrong: list[FieldError] = []
    value = _clean(value, "", wrong)
    if wrong:
        raise Invalid(errors=wrong)
    return value


def _refuse_depth(body: bytes) -> None:
    """Count brackets outside of strings, in time that grows with the length alone: without
    escapes, every second part between quotes lies outside."""
    outside = b" ".join(_ESCAPE.sub(b"", body).split(b'"')[::2])
    depth = 0
    for bracket in _BRACKET.findall(outside):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            raise Invalid(
                _("The JSON is nested deeper than %(depth)s levels.") % {"depth": MAX_DEPTH},
                code="too_deep",
            )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_MEMBERS:
        raise Invalid(
            _("An object has more than %(count)s members.") % {"count": MAX_MEMBERS},
            code="too_wide",
        )
    result: dict[str, Any] = {}
    for key, value in pairs:
        name = clean_text(key)
        if name in result:
            raise Invalid(
                _("“%(name)s” is given twice.") % {"name": name[:100]},
                code="duplicate",
                field=name[:100],
            )
        result[name] = value
    return result


class _Unusable:
    """A number that JSON can spell and nothing here can keep; refused once it is known where
    it stands."""

    def __init__(self, code: str, message: Any) -> None:
        self.code, self.message = code, message


def _number(text: str) -> Decimal | _Unusable:
    if len(text) > MAX_NUMBER:
        return _too_long()
    try:
        return Decimal(text)
    except InvalidOperation:
        return _too_long()


def _whole(text: str) -> int | _Unusable:
    return _too_long() if len(text) > MAX_NUMBER else int(text)


def _too_long() -> _Unusable:
    return _Unusable(
        "decimal_bounds",
        _("A number has more digits than can be kept (24 before the point, 10 after)."),
    )


def _constant(name: str) -> _Unusable:
    return _Unusable("not_finite", _("%(name)s is not a number.") % {"name": name})


def _clean(value: Any, path: str, wrong: list[FieldError]) -> Any:
    """The value with its texts cleaned; what is unusable in it goes to `wrong` with its path."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [_clean(item, _step(path, str(at)), wrong) for at, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: _clean(item, _step(path, key), wrong) for key, item in value.items()}
    if isinstance(value, _Unusable):
        wrong.append(FieldError(path or None, value.code, value.message))
        return None
    return value


def _step(path: str, name: str) -> str:
    return f"{path}.{name[:100]}" if path else name[:100]
