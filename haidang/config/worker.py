"""The background worker: runs what `haidang.*.tasks` put off, sends letters, closes
the months of KPIs, cleans up."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from django.core.management import call_command
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from haidang.exchange.loading import actions as loading
from haidang.kpis.tasks import close_what_is_due, prune_what_is_old, run_what_is_due
from haidang.notify.actions import Looked, send_letters

#: Seconds between two looks for work, and after a failure of the database.
LOOK = 1.0
AWAY = 5.0
#: Seconds between two rounds of what is done again and again, and before the first: not
#: while everything starts.
DAY = 24 * 60 * 60
LETTERS = 10 * 60
CLOSINGS = 10 * 60
CONNECTORS = 60
SETTLED = 60
#: Days for which the outcome of a task is kept.
KEEP_RESULTS = 14

_logger = logging.getLogger(__name__)


def run(*, batch: bool = False) -> None:
    """Work until SIGTERM; with `batch`, until there is nothing left to do."""
    logging.getLogger("django_tasks_db").setLevel(logging.ERROR)  # being stopped is no event
    worker = Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,  # it returns when nothing is left; waiting is done here, without a lock
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"haidang-{time.time_ns()}",
    )
    if batch:
        worker.run()
        return
    signal.signal(signal.SIGTERM, worker.shutdown)
    looked: Looked = {}
    for name, every, job in (
        ("daily clean-up", DAY, clean_up),
        ("round of letters", LETTERS, lambda: send_letters(timezone.now(), looked)),
        ("closing of KPIs", CLOSINGS, lambda: close_what_is_due(timezone.now())),
        ("round of connectors", CONNECTORS, lambda: run_what_is_due(timezone.now())),
    ):
        threading.Thread(target=_again, args=(name, every, job), name=name, daemon=True).start()
    while worker.running:
        try:
            if DBTaskResult.objects.ready().exists():
                worker.run()
        except OperationalError as error:
            _logger.warning("the background worker waits for the database: %s", error)
            connection.close()
            time.sleep(AWAY)
        close_old_connections()
        time.sleep(LOOK)


def clean_up() -> None:
    """Remove sessions that have ended, old outcomes of tasks, files loaded long ago, and what
    connectors brought long ago."""
    call_command("clearsessions")
    old = timezone.now() - timedelta(days=KEEP_RESULTS)
    DBTaskResult.objects.finished().filter(finished_at__lt=old).delete()
    loading.forget_old()
    prune_what_is_old(timezone.now())


def _again(name: str, every: float, job: Callable[[], object]) -> None:
    """Do something every so many seconds, for ever; `name` is what the log calls it."""
    while True:
        time.sleep(SETTLED)
        try:
            job()
        except Exception:
            _logger.exception("the %s failed; it is tried again", name)
        finally:
            close_old_connections()
        time.sleep(max(0, every - SETTLED))
