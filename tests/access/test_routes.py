"""Every address x every role x own / other unit / private / other organisation / missing."""

from __future__ import annotations

import pytest

from tests.access.routes import ROUTES, Route
from tests.access.stage import Stage
from tests.access.walk import patterns, refuses_other_methods, walk

pytestmark = pytest.mark.django_db
_by_name = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.pattern or "home")


def test_every_address_is_in_the_table() -> None:
    table = [route.pattern for route in ROUTES]
    assert len(table) == len(set(table))
    assert set(patterns()) - set(table) == set(), "addresses without a row in routes.py"
    assert set(table) - set(patterns()) == set(), "rows without an address"


@_by_name
def test_the_door(stage: Stage, route: Route) -> None:
    walk(stage, route)


@_by_name
def test_no_other_method(stage: Stage, route: Route) -> None:
    refuses_other_methods(stage, route)
