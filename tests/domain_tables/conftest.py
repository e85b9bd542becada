from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oracle.compare import differences
from tests.support.keeping import kept
from tests.worlds import World


@pytest.fixture
@kept
def small_world(db: None) -> World:
    return World()


@pytest.fixture
def world(small_world: World) -> Iterator[World]:
    """A small organisation; whatever the test did to it, the oracle agrees at the end."""
    yield small_world
    assert differences(small_world.organisation.pk) == []
