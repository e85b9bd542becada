"""Sixteen writers at once, each a process of its own.

Nothing of Django is imported at the top: a spawned process imports this module before it
has set Django up.
"""

from __future__ import annotations

import gc
import multiprocessing
import statistics
import time
from typing import Any

from benchmarks.measuring import Row

WRITERS = 16


def _hammer(kinds: list[str], size: int, offset: int, seconds: float, gate: Any, out: Any) -> None:
    """Write what is asked, one kind after the other, each beginning when all are ready."""
    import django

    django.setup()
    from benchmarks import company as companies
    from benchmarks import rows

    company = companies.build(size)
    goals = rows.key_results(company.organisation, WRITERS * 8)[offset::WRITERS]
    calls = {
        "check_in": rows.writer(company, goals),
        "insert": rows.plain_insert(company, goals[0]),
    }
    for kind in sorted(set(kinds)):
        for _ in range(8):  # statements are prepared after a few calls
            calls[kind](0)
    gc.freeze()  # as the server does with all that it has loaded
    counts, slowest, errors = [], 0.0, []
    for kind in kinds:
        call, count = calls[kind], 0
        gate.wait()
        end = time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            try:
                call(0)
                count += 1
            except Exception as error:
                errors.append(repr(error))
            slowest = max(slowest, time.perf_counter() - start)
        counts.append(count)
    out.put((counts, slowest, errors))


def _run(kinds: list[str], size: int, seconds: float) -> tuple[list[float], float, list[str]]:
    """(writes a second of each kind in turn, slowest, errors) of sixteen processes."""
    from django.db import connection

    connection.close()
    context = multiprocessing.get_context("spawn")
    gate, out = context.Barrier(WRITERS), context.Queue()
    jobs = [
        context.Process(target=_hammer, args=(kinds, size, i, seconds, gate, out))
        for i in range(WRITERS)
    ]
    for job in jobs:
        job.start()
    found = [out.get() for _ in jobs]
    for job in jobs:
        job.join()
    rates = [sum(n) / seconds for n in zip(*(counts for counts, _, _ in found), strict=True)]
    return rates, max(m for _, m, _ in found), [e for _, _, es in found for e in es]


def writers(size: int) -> list[Row]:
    """Sixteen writers in one organisation."""
    from django.db import connection

    if connection.vendor == "sqlite":
        _, slowest, errors = _run(["check_in"], size, 6)
        return [
            Row("16 writers: slowest write", "SQLite", slowest, 1.0, "s", note=_errors(errors)),
            Row("16 writers: errors", "SQLite", len(errors), 0, ""),
        ]
    # In turns, by the same processes: what else the machine does then slows both.
    rates, _, errors = _run(["insert", "check_in"] * 9, size, 1)
    base, rate = rates[::2], rates[1::2]
    return [
        Row(
            "16 writers against 16 ORM inserts", "PostgreSQL",
            statistics.median(r / b for r, b in zip(rate, base, strict=True)), 0.3,
            at_least=True,
            note=f"{statistics.median(rate):.0f}/s of {statistics.median(base):.0f}/s",
        ),
        Row(
            "16 writers: errors, deadlocks", "PostgreSQL", len(errors), 0, "",
            note=_errors(errors),
        ),
    ]  # fmt: skip


def _errors(errors: list[str]) -> str:
    return errors[0][:80] if errors else ""
