from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oracle.compare import differences
from tests.worlds import World


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A small organisation; whatever the test did to it, the oracle agrees at the end."""
    found = World()
    yield found
    assert differences(found.organisation.pk) == []
