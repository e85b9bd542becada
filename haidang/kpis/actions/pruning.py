"""What connectors keep of other systems goes after a time; numbers keep their way back."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from haidang.kpis.actions.fetching import folder_of
from haidang.kpis.models import Connector, Delivered, Quarantined, Run
from haidang.lib.database import writing
from haidang.people.models import Organisation

#: Days after which a run goes that brought nothing and held nothing back.
EMPTY_RUNS = 90
#: Runs of one transaction, and of one day: what is left waits for the next.
BATCH, MOST = 200, 50_000


def prune(now: datetime) -> tuple[int, int, int]:
    """Throw away what is older than is kept: runs that brought nothing, answers, files; how
    many of each.

    A run that brought a number, or held one back, stays with the row that it was read from,
    and each connector keeps its latest run.
    """
    return (
        _forget_empty(now - timedelta(days=EMPTY_RUNS)),
        _forget_answers(now, now - timedelta(days=settings.CONNECTORS_KEEP_DAYS)),
        _forget_files(now),
    )


def _forget_empty(before: datetime) -> int:
    latest = Run.objects.order_by().values("connector").annotate(latest=Max("pk"))
    brought = Delivered.objects.filter(run_id=OuterRef("pk")).order_by()
    held = Quarantined.objects.filter(run_id=OuterRef("pk")).order_by()
    rows = Run.objects.filter(ended_at__lt=before).exclude(pk__in=latest.values("latest"))
    rows = rows.filter(~Exists(brought), ~Exists(held))
    count = 0
    for ids in _batches(rows):
        with writing():
            Run.objects.filter(pk__in=ids).delete()
        count += len(ids)
    return count


def _forget_answers(now: datetime, before: datetime) -> int:
    rows = Run.objects.filter(ended_at__lt=before, kept_until=None)
    rows = rows.filter(~Q(raw="") | ~Q(lines=[]))
    count = 0
    for ids in _batches(rows):
        with writing():
            Run.objects.filter(pk__in=ids).update(raw="", lines=[], kept_until=now)
        count += len(ids)
    return count


def _batches(rows: QuerySet[Run]) -> Iterator[list[int]]:
    """The runs, oldest first, some at a time, so that nobody waits for long; each batch is
    asked for when the one before is gone."""
    for _n in range(MOST // BATCH):
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield ids


# -- files that lie in the folders of organisations --------------------------------------------


def _forget_files(now: datetime) -> int:
    """Files in the folders that nobody has touched for so long, except those that a connector
    names; off unless whoever installed the program says after how many days."""
    days = settings.CONNECTORS_KEEP_FILES_DAYS
    if not days:
        return 0
    before = (now - timedelta(days=days)).timestamp()
    count = 0
    for organisation in Organisation.objects.order_by("pk"):
        folder = folder_of(organisation)
        named = _named(organisation)
        for path in _files_in(folder):
            if path.relative_to(folder).as_posix() in named:
                continue
            try:
                facts = path.lstat()
                if stat.S_ISREG(facts.st_mode) and facts.st_mtime < before:
                    path.unlink()
                    count += 1
            except OSError:
                continue  # gone meanwhile, or not ours to take away
    return count


def _files_in(folder: Path) -> Iterator[Path]:
    for place, _folders, names in os.walk(folder, followlinks=False):
        yield from (Path(place) / name for name in names)


def _named(organisation: Organisation) -> set[str]:
    """Places in the folder that connectors ask for by one name, whatever the period."""
    found = set()
    rows = Connector.objects.filter(organisation=organisation, retired_at=None)
    for told in rows.values_list("settings", flat=True):
        url = str(told.get("url", "")).strip()
        for text in (str(told.get("path", "")).strip(), url.removeprefix("sqlite:///")):
            found.add(os.path.normpath(text.partition("?")[0].lstrip("/")))
    return found
