"""Sixteen writers at once, each a process of its own.

Nothing of Django is imported at the top: a spawned process imports this module before it
has set Django up.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from typing import Any

from benchmarks.measuring import Row

WRITERS = 16


def _hammer(kind: str, size: int, offset: int, seconds: float, gate: Any, out: Any) -> None:
    import django

    django.setup()
    from benchmarks import company as companies
    from benchmarks import rows

    company = companies.build(size)
    goals = rows.key_results(company.organisation, WRITERS * 8)[offset::WRITERS]
    if kind == "check_in":
        call = rows.writer(company, goals)
    else:
        call = rows.plain_insert(company, goals[0])
    for _ in range(8):  # statements are prepared after a few calls
        call(0)
    gate.wait()
    times, errors = [], []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        try:
            call(0)
        except Exception as error:
            errors.append(repr(error))
        times.append(time.perf_counter() - start)
    out.put((len(times) - len(errors), max(times), errors))


def _run(kind: str, size: int, seconds: float) -> tuple[float, float, list[str]]:
    """(writes a second, slowest, errors) of sixteen processes."""
    from django.db import connection

    connection.close()
    context = multiprocessing.get_context("spawn")
    gate, out = context.Barrier(WRITERS), context.Queue()
    jobs = [
        context.Process(target=_hammer, args=(kind, size, i, seconds, gate, out))
        for i in range(WRITERS)
    ]
    for job in jobs:
        job.start()
    found = [out.get() for _ in jobs]
    for job in jobs:
        job.join()
    errors = [e for _, _, es in found for e in es]
    return sum(n for n, _, _ in found) / seconds, max(m for _, m, _ in found), errors


def writers(size: int) -> list[Row]:
    """Sixteen writers in one organisation."""
    from django.db import connection

    if connection.vendor == "sqlite":
        _, slowest, errors = _run("check_in", size, 6)
        return [
            Row("16 writers: slowest write", "SQLite", slowest, 1.0, "s", note=_errors(errors)),
            Row("16 writers: errors", "SQLite", len(errors), 0, ""),
        ]
    ratios, errors = [], []
    for _ in range(3):
        base, _, _ = _run("insert", size, 4)
        rate, _, failed = _run("check_in", size, 4)
        ratios.append(rate / base)
        errors += failed
    return [
        Row(
            "16 writers against 16 ORM inserts", "PostgreSQL", statistics.median(ratios), 0.3,
            at_least=True, note=f"{rate:.0f}/s of {base:.0f}/s",
        ),
        Row(
            "16 writers: errors, deadlocks", "PostgreSQL", len(errors), 0, "",
            note=_errors(errors),
        ),
    ]  # fmt: skip


def _errors(errors: list[str]) -> str:
    return errors[0][:80] if errors else ""
