"""Short words for tests that load lists: a file as its lines."""

from __future__ import annotations

from django.db import transaction

from haidang.exchange.loading import actions
from haidang.exchange.loading.lines import Line, from_json
from haidang.exchange.models import Import
from haidang.people.models import Person


def taken(actor: Person, data: bytes, kind: str = "goals", language: str = "en") -> Import:
    """The file as it was checked."""
    job = actions.take(actor, kind, "list.csv", data, language)
    actions.check(job.pk)
    job.refresh_from_db()
    return job


def applied(job: Import, reason: str = "") -> Import:
    """The same after it was asked to be applied."""
    assert actions.begin(job, reason)
    with transaction.atomic():
        actions.apply(job.pk)
    job.refresh_from_db()
    return job


def lines_of(job: Import) -> list[Line]:
    """Its lines in the order of the file, without what was there already."""
    found = [from_json(line) for line in job.lines]
    return sorted((line for line in found if line.number), key=lambda line: line.number)


def problems_of(job: Import) -> dict[int, list[tuple[str, str]]]:
    """What is wrong, by line: the column and the reason."""
    found: dict[int, list[tuple[str, str]]] = {}
    for line in lines_of(job):  # of actuals several may be of one line
        for one in line.problems:
            found.setdefault(line.number, []).append((one.column, one.message))
    return found
