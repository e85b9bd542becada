"""Between JSON and dataclasses: by the types of their fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
_Read = Callable[[Any], Any]

_SCALARS: Mapping[Any, _Read] = {
    Decimal: Decimal,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}


def shaped(kind: type[T], facts: Mapping[str, Any]) -> T:
    """The dataclass that the facts describe; what it does not know is passed over."""
    which: Any = kind
    known = _readers(which)
    made: T = which(**{n: known[n](value) for n, value in facts.items() if n in known})
    return made


@lru_cache
def _readers(kind: type[Any]) -> Mapping[str, _Read]:
    hints = get_type_hints(kind)
    return {field.name: _reader(hints[field.name]) for field in fields(kind)}


def _reader(hint: Any) -> _Read:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is UnionType:
        (some,) = (one for one in inner if one is not NoneType)
        read = _reader(some)
        return lambda value: None if value is None else read(value)
    if origin is tuple:
        each = _reader(inner[0])
        return lambda values: tuple(each(value) for value in values)
    if origin is Mapping:
        each = _reader(inner[1])
        return lambda values: {name: each(value) for name, value in values.items()}
    if is_dataclass(hint):
        assert isinstance(hint, type)
        return lambda facts: shaped(hint, facts)
    return _SCALARS.get(hint, _as_it_is)


def _as_it_is(value: Any) -> Any:
    return value


def plain(value: Any) -> Any:
    """For `json.dumps(default=)`: decimals and days as text, a thing by its id."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if is_dataclass(value) and hasattr(value, "id"):
        return value.id
    raise TypeError(f"{type(value).__name__} cannot be sent")
