"""Background work of the API."""

from __future__ import annotations

from django_tasks import task

from haidang.exchange import actions


@task()
def purge_stored_answers() -> int:
    """Forget answers older than a day (each person's go anyway with their next creation)."""
    return actions.purge()
