"""One stage for a module's walks, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.stage import Stage


@pytest.fixture(scope="module")
def stage(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Stage]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Stage()
        transaction.set_rollback(True)
