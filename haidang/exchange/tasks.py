"""Background work: of the API, and of files that are loaded."""

from __future__ import annotations

from django_tasks import task

from haidang.exchange import actions
from haidang.exchange.loading import actions as loading


@task()
def purge_stored_answers() -> int:
    """Forget answers older than a day (each person's go anyway with their next creation)."""
    return actions.purge()


@task()
def check_import(pk: int) -> None:
    """Find out what a file would do."""
    loading.check(pk)


@task()
def apply_import(pk: int) -> None:
    """Write what a file says, all of it or nothing."""
    loading.apply(pk)
