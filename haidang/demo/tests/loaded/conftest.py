"""The demo company, loaded once for all tests of this folder that ask for it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from haidang.demo.actions import load
from haidang.demo.tests.rows import DAY
from haidang.people.models import Organisation


@pytest.fixture(scope="package")
def huong_sen(django_db_setup: None, django_db_blocker: Any) -> Iterator[Organisation]:
    """Each test works in a savepoint inside; all is taken back when the folder is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        began = time.monotonic()
        organisation = load(today=DAY)
        sys.stdout.write(f"\ndemo company loaded in {time.monotonic() - began:.1f} s\n")
        yield organisation
        transaction.set_rollback(True)
