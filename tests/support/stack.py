"""Room for the calls of a test.

CPython keeps the frames of a thread in pieces of 16 kB and gives a piece back to the system as
soon as the call that needed it returns. Under pytest a request is called from far down; where
the end of a piece falls below a loop, each of its turns asks the system for memory and gives it
back: several hundred times a request, a fifth of the time of tests that ask for pages. A frame
that needs a large piece itself gets more than it needs, and what it calls finds room there.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from types import FunctionType
from typing import Any

import pytest

#: Slots of 8 bytes: a little more than 128 kB, so that the piece is of 256 kB.
_SLOTS = 16_500


def _call(test: Callable[..., Any], arguments: dict[str, Any]) -> None:
    test(**arguments)


def _widened(function: Any) -> FunctionType:
    code = function.__code__
    names = (*code.co_varnames, *(f"_{slot}" for slot in range(_SLOTS)))
    wide = code.replace(co_varnames=names, co_nlocals=len(names))
    return FunctionType(wide, function.__globals__)


_call_with_room = _widened(_call)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object:
    """Call the test as pytest does, from a frame that is wide."""
    names = pyfuncitem._fixtureinfo.argnames
    _call_with_room(pyfuncitem.obj, {name: pyfuncitem.funcargs[name] for name in names})
    return True


def pytest_collection_finish() -> None:
    """Nothing that was loaded to collect the tests goes away before they end: the collector
    need not look through it again and again (7% of the time of page tests)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
