"""What many tests begin with is made once, and each of them finds it as it was made.

    @pytest.fixture
    @kept
    def an(make_person, sales_unit, chi): ...

The rows that `an` writes stay in the database, in a savepoint of a transaction that ends with
the run; a test that asks for `an` works on top of them in one of its own, and its `an` is a copy.
A test has the rows of what it asks for and no others, written in the order in which pytest would
make them: what the next test does not begin with is taken back before it.

A kept fixture may ask for `db`, for other kept ones, and for what is `derived`: made of kept ones
for each test anew, without a row of its own (a function that makes something). One that asks for
anything else, or is asked for by a test of several transactions, is made as any other.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

import pytest
from django.db import connection, transaction
from django.utils import timezone

Function = TypeVar("Function", bound=Callable[..., Any])
Definition = pytest.FixtureDef[Any]

_kept: set[Callable[..., Any]] = set()
_derived: set[Callable[..., Any]] = set()


def kept(function: Function) -> Function:
    _kept.add(function)
    return function


def derived(function: Function) -> Function:
    _derived.add(function)
    return function


class Layer(NamedTuple):
    definition: Definition
    savepoint: transaction.Atomic
    values: list[Any]  # of this layer and of those below, as they were made; only copied


class Keeper:
    """The layers that stand in the database now, one for each kept fixture."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.wanted: list[Definition] = []
        self.names: Mapping[str, Sequence[Definition]] = {}
        self.given: dict[Definition, Any] = {}
        self.day = date.min
        self.link: Any = None  # to the database, with the transaction that all of it is in
        self.blocker: Any = None

    def expect(self, wanted: list[Definition], names: Mapping[str, Sequence[Definition]]) -> None:
        """Take back what a test does not begin with."""
        self.wanted, self.names, self.given = wanted, names, {}
        common = 0
        if not self._is_spoilt():
            for layer, definition in zip(self.layers, wanted, strict=False):
                if layer.definition is not definition:
                    break
                common += 1
        self.take_back(common)

    def take_back(self, rest: int = 0) -> None:
        """All layers but the first `rest`."""
        while len(self.layers) > rest:
            savepoint = self.layers.pop().savepoint
            with self.blocker.unblock():
                _undo(savepoint)

    def make(self, blocker: Any) -> None:
        """Make what is missing; the test gets copies of all it asks for."""
        self.blocker = blocker
        with blocker.unblock():
            if not self.layers:
                if connection.in_atomic_block:  # somebody else's, who will take it back
                    return
                self.day = timezone.localdate()
            for definition in self.wanted[len(self.layers) :]:
                self._add(definition)
                self.link = connection.connection
        self.given = self._copies()

    def _is_spoilt(self) -> bool:
        """Whether a test has closed the connection, or the day is another than in the rows."""
        return bool(self.layers) and (
            connection.connection is not self.link
            or connection.needs_rollback
            or len(connection.atomic_blocks) != len(self.layers)
            or timezone.localdate() != self.day
        )

    def _copies(self) -> dict[Definition, Any]:
        if not self.layers:
            return {}
        values = copy.deepcopy(self.layers[-1].values)
        return {layer.definition: value for layer, value in zip(self.layers, values, strict=True)}

    def _add(self, definition: Definition) -> None:
        below = self._copies()
        savepoint = transaction.atomic()
        savepoint.__enter__()
        try:
            made = self._made(definition, below)
            assert made is not None, definition
        except BaseException:
            _undo(savepoint)
            raise
        self.layers.append(Layer(definition, savepoint, [*below.values(), made]))

    def _made(self, definition: Definition, below: Mapping[Definition, Any]) -> Any:
        given: dict[str, Any] = {}
        for name in definition.argnames:
            other = self.names[name][-1]
            if name == "db":
                given[name] = None
            else:
                given[name] = below[other] if other in below else self._made(other, below)
        return definition.func(**given)


_keeper = Keeper()


def _undo(savepoint: transaction.Atomic) -> None:
    if connection.in_atomic_block:
        transaction.set_rollback(True)
        savepoint.__exit__(None, None, None)


def begins_with(item: pytest.Function) -> list[Definition] | None:
    """The kept fixtures that a test asks for, in the order in which pytest would make them; None
    where it does not use the database."""
    names = item._fixtureinfo.name2fixturedefs
    marker = item.get_closest_marker("django_db")
    if marker is None and "db" not in names and "transactional_db" not in names:
        return None
    seen: set[Definition] = set()
    order: list[Definition] = []

    def visit(name: str) -> None:
        for definition in names.get(name, ())[-1:]:
            if definition in seen:
                continue
            seen.add(definition)
            for other in definition.argnames:
                visit(other)
            if definition.func in _kept and _stands_alone(name, names):
                order.append(definition)

    for name in item.fixturenames:
        visit(name)
    in_several = bool(marker and (marker.args or marker.kwargs)) or "transactional_db" in names
    return [] if in_several or any(map(_opens_database, seen)) else order


def _stands_alone(name: str, names: Mapping[str, Sequence[Definition]]) -> bool:
    """Whether what the fixture is made of is kept as well."""
    if name == "db":
        return True
    if name not in names:
        return False
    definition = names[name][-1]
    return (
        definition.func in _kept | _derived
        and name not in definition.argnames
        and all(_stands_alone(other, names) for other in definition.argnames)
    )


def _opens_database(definition: Definition) -> bool:
    """Whether it is for several tests and works on the database outside of them."""
    return (
        definition.scope != "function"
        and "django_db_blocker" in definition.argnames
        and not definition.func.__module__.startswith(("pytest_django", __name__))
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before anything is made for the test."""
    if not isinstance(item, pytest.Function):
        return
    wanted = begins_with(item)
    if wanted is None:
        _keeper.given = {}
    else:
        _keeper.expect(wanted, item._fixtureinfo.name2fixturedefs)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: Definition, request: pytest.FixtureRequest) -> Any:
    """Below the transaction of the test, and in place of the kept fixtures."""
    if fixturedef.argname == "_django_db_helper" and _keeper.wanted:
        request.getfixturevalue("_kept_rows")
        _keeper.make(request.getfixturevalue("django_db_blocker"))
        return None
    value = _keeper.given.get(fixturedef)
    if value is not None:
        fixturedef.cached_result = (value, fixturedef.cache_key(request), None)
    return value


@pytest.fixture(scope="session")
def _kept_rows(django_db_setup: None) -> Iterator[None]:
    """Takes back what is kept before the database goes."""
    yield
    _keeper.take_back()
