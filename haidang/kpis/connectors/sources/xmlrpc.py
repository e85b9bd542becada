"""XML-RPC (http://xmlrpc.com/spec.md), answers read without what XML can do to a reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from xml.parsers import expat
from xmlrpc import client

from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import SourceError

#: Elements inside each other; a struct of a list of lists has 15.
_DEEPEST = 200


class Fault(Exception):
    """The other side says no: its number and its words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


def call_of(method: str, params: Sequence[Any]) -> bytes:
    """The body of a call."""
    return client.dumps(tuple(params), method, encoding="utf-8").encode()


class _Exact(client.Unmarshaller):
    """Doubles become the decimals that were written, instead of the nearest binary fraction."""

    dispatch: dict[str, Callable[..., None]] = dict(client.Unmarshaller.dispatch)

    def end_number(self, data: str) -> None:
        value = Decimal(data.strip())
        if not value.is_finite():
            raise ValueError
        self.append(value)
        self._value = False

    dispatch["double"] = end_number


def answer_of(body: bytes) -> Any:
    """What a call gave back. Raises Fault, and SourceError("shape") for what is no answer: no
    document type and no entity is read, and nothing deeper than any answer is."""
    target = _Exact()
    depth = 0

    def start(tag: str, attributes: Any) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise ValueError
        target.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        target.end(tag)

    def refuse(*_words: Any) -> None:
        raise ValueError

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = target.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    target.xml("", None)  # no encoding: the parser has decoded it
    try:
        parser.Parse(body, True)
        found = target.close()
    except client.Fault as fault:
        raise Fault(_whole(fault.faultCode), str(fault.faultString)) from None
    except (expat.ExpatError, client.Error, ArithmeticError, LookupError, TypeError, ValueError):
        raise SourceError("shape", _("The answer is not XML-RPC.")) from None
    if len(found) != 1:
        raise SourceError("shape", _("The answer is not XML-RPC."))
    return found[0]


def _whole(code: Any) -> int:
    return code if isinstance(code, int) else 0
