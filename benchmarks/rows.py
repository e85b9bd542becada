"""The rows of the table: each builds what it needs and measures against a bare operation."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks import company as companies
from benchmarks.company import Company
from benchmarks.measuring import Row, once, ratio
from haidang.checkins import actions as checkins
from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.goals.actions import move_link
from haidang.goals.models import Alignment, Goal, HistoryPoint, KpiPeriod, Standing
from haidang.goals.queries import subtree
from haidang.people.models import Organisation

#: Rounds of what takes a millisecond: the machine may do something else for half a second.
_OF_A_MOMENT = 25


def database() -> str:
    return "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"


def key_results(organisation: Organisation, count: int) -> list[Goal]:
    """Spread over the organisation, as the check-in page has them when its form is sent."""
    goals = Goal.objects.filter(organisation=organisation, kind="key_result").order_by("pk")
    step = max(1, goals.count() // count)
    ids = list(goals.values_list("pk", flat=True))[::step][:count]
    found = Goal.objects.select_related("standing", "owner", "unit", "cycle", "organisation")
    return list(found.filter(pk__in=ids))


def writer(company: Company, goals: list[Goal]) -> Callable[[int], object]:
    turn: Iterator[Goal] = itertools.cycle(goals)
    values = itertools.count(int(time.time()))  # others than the last time: something moves

    def write(_: int) -> object:
        return checkins.record(
            company.person, next(turn), value=Decimal(next(values) % 1000), confidence=8, note="tốt"
        )

    return write


def plain_insert(company: Company, goal: Goal) -> Callable[[int], object]:
    """The bare operation: one ORM insert of such a row in a transaction of its own.

    The rows are not live, and say that another took their place: they count nothing.
    """

    def insert(_: int) -> object:
        with transaction.atomic():
            return CheckIn.objects.create(
                organisation=company.organisation,
                goal=goal,
                for_day=timezone.localdate(),
                value=Decimal(1),
                confidence=8,
                note="tốt",
                author=company.person,
                recorded_at=timezone.now(),
                live=False,
            )

    return insert


def check_in(sizes: list[int]) -> list[Row]:
    """A check-in with all ancestors, history and log, and how it grows with N."""
    limit = 2.5 if connection.vendor == "sqlite" else 3.5
    rows, seconds = [], {}
    for size in sizes:
        company = companies.build(size)
        goals = key_results(company.organisation, 200)
        write, insert = writer(company, goals), plain_insert(company, goals[0])
        found, subject, base = ratio(write, insert, rounds=_OF_A_MOMENT)
        rows.append(
            Row(
                f"check-in, N = {size:,}, against one ORM insert + commit", database(), found,
                limit, note=f"{subject * 1000:.2f} ms / {base * 1000:.2f} ms",
            )
        )  # fmt: skip
        seconds[size] = writer(company, goals)
    if len(sizes) > 1:
        found, _, _ = ratio(seconds[sizes[-1]], seconds[sizes[0]], rounds=_OF_A_MOMENT)
        rows.append(
            Row(f"check-in at N = {sizes[-1]:,} against {sizes[0]:,}", database(), found, 1.3)
        )
    return rows


def many_children() -> list[Row]:
    """Under a parent with 10,000 children against one with 10."""
    writers = []
    for children in (10_000, 10):
        company = companies.wide(children)
        writers.append(writer(company, key_results(company.organisation, 10)))
    found, _, _ = ratio(writers[0], writers[1], rounds=_OF_A_MOMENT)
    return [Row("check-in under 10,000 children against 10", database(), found, 1.2)]


# -- structure, reading, rebuilding ------------------------------------------------------------


def relinking(below: int) -> list[Row]:
    """The longest stall of a check-in elsewhere while a large branch is hung elsewhere."""
    company, branch, first, second = companies.branchy(below)
    goals = key_results(company.organisation, 20)
    stop = threading.Event()
    slowest = [0.0]

    def keep_writing() -> None:
        write = writer(company, goals)
        while not stop.is_set():
            start = time.perf_counter()
            write(0)
            slowest[0] = max(slowest[0], time.perf_counter() - start)
        connection.close()

    other = threading.Thread(target=keep_writing)
    other.start()
    try:
        took = []
        for target in (second, first, second):
            edge = Alignment.objects.select_related("child", "parent").get(
                child=branch, parent__kind="pillar"
            )
            start = time.perf_counter()
            move_link(company.person, edge, target)
            took.append(time.perf_counter() - start)
            time.sleep(0.3)
    finally:
        stop.set()
        other.join()
    return [
        Row(
            f"re-linking {below:,} goals: longest stall of a check-in", database(), slowest[0],
            2.0, "s", note=f"the link {statistics.median(took) * 1000:.0f} ms",
        )
    ]  # fmt: skip


def reading_subtree(size: int) -> list[Row]:
    """A subtree of 10,000 goals, ready to draw, against fetching the same rows by key."""
    company, branch, _, _ = companies.branchy(min(10_000, size))
    branch = Goal.objects.get(pk=branch.pk)
    ids = [b.id for b in subtree(company.person, branch).branches]

    def by_key(_: int) -> object:
        rows: list[Any] = []
        for i in range(0, len(ids), 900):
            part = Goal.objects.filter(pk__in=ids[i : i + 900])
            rows += part.select_related("standing").only(
                "public_id", "kind", "title", "state", "owner_id", "unit_id", "ends",
                "standing__progress", "standing__terms_measured", "standing__terms_total",
            )  # fmt: skip
        return rows

    found, subject, base = ratio(
        lambda _: subtree(company.person, branch), by_key, rounds=5, calls=3, warm=1
    )
    note = f"{subject * 1000:.0f} ms / {base * 1000:.0f} ms"
    return [Row(f"subtree of {len(ids):,} goals", database(), found, 2.0, note=note)]


def recomputing(size: int) -> list[Row]:
    """Rebuilding everything against fetching the rows that it reads."""
    organisation = Organisation.objects.get(name=f"Bench {size}")

    def fetch() -> None:
        here = {"organisation": organisation}
        for rows in (
            Goal.objects.filter(**here),
            Standing.objects.filter(organisation_id=organisation.pk),
            Alignment.objects.filter(**here),
            CheckIn.objects.filter(**here),
            KpiPeriod.objects.filter(goal__organisation=organisation),
            HistoryPoint.objects.filter(goal__organisation=organisation),
        ):
            for _ in rows.values_list().iterator(5000):
                pass

    with connection.cursor() as cursor:  # the bare inserts, too many to be fetched before
        cursor.execute(
            "DELETE FROM checkins_checkin"
            " WHERE organisation_id = %s AND NOT live AND supersedes_id IS NULL",
            [organisation.pk],
        )
    found = recompute(organisation.pk, check=True)
    rounds = 3 if size <= 10_000 else 1
    base = once(fetch, rounds)
    subject = once(lambda: recompute(organisation.pk, check=True), rounds)
    return [
        Row(
            f"recompute --check, N = {size:,}, against fetching its rows", database(),
            subject / base, 5.0, note=f"{subject:.2f} s / {base:.2f} s",
        ),
        Row(f"recompute --check, N = {size:,}: differences", database(), len(found), 0, ""),
    ]  # fmt: skip
