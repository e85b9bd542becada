"""The demo company, loaded for all tests of a module that asks for it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from haidang.demo.actions import load
from haidang.demo.tests.rows import EVERYTHING, rows
from haidang.people.models import Organisation

#: The day on which the tests load the story: a Friday in its own week 8.
DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def rows_of_another_load(django_db_setup: None, django_db_blocker: Any) -> dict[str, list[str]]:
    """What a load wrote that was taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(today=DAY)
        found = rows(EVERYTHING)
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def huong_sen(
    rows_of_another_load: dict[str, list[str]], django_db_blocker: Any
) -> Iterator[Organisation]:
    """Each test works in a savepoint inside; all is taken back when the module is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        began = time.monotonic()
        organisation = load(today=DAY)
        sys.stdout.write(f"\ndemo company loaded in {time.monotonic() - began:.1f} s\n")
        yield organisation
        transaction.set_rollback(True)
