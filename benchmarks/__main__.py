"""`python -m benchmarks`: measure on both databases, print the table, exit 1 on a missed row.

Organisations are kept between runs in `benchmarks/results/`, and on PostgreSQL in the
database of BENCH_DATABASE_URL (postgresql:///haidang_bench): the first run builds them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.measuring import Row
from haidang.config.environment import keep_secret_key

RESULTS = Path(__file__).resolve().parent / "results"
SIZES = [1_000, 10_000, 100_000]
#: Measured when asked for (`--only pages`): some limits are not reached yet, and the company of
#: the scorecards takes a quarter of an hour to build.
ON_DEMAND = {"pages", "browser", "scorecards", "closing"}


def main() -> int:
    arguments = _parser().parse_args()
    sizes = [int(n) for n in arguments.sizes.split(",")]
    if arguments.child:
        _child(sizes, arguments.only)
        return 0
    rows: list[Row] = []
    for database in arguments.databases.split(","):
        found = _in_process_of_its_own(database, sizes, arguments.only)
        _print(found)
        rows += found
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "latest.json").write_text(
        json.dumps([r.as_json() for r in rows], indent=2, ensure_ascii=False) + "\n", "utf-8"
    )
    return 0 if rows and all(r.reached for r in rows) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--only", default="", help="rows whose function name holds this")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser


def _in_process_of_its_own(database: str, sizes: list[int], only: str) -> list[Row]:
    """Settings are read once a process, so each database has its own."""
    folder = RESULTS / database
    folder.mkdir(parents=True, exist_ok=True)
    keep_secret_key(folder)  # a session made here is read by a server that is started later
    environment = {**os.environ, "HAIDANG_DATA": str(folder), "PYTHONUNBUFFERED": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "haidang.config.settings"
    environment.pop("DATABASE_URL", None)
    if database == "postgresql":
        environment["DATABASE_URL"] = os.environ.get(
            "BENCH_DATABASE_URL", "postgresql:///haidang_bench"
        )
    with tempfile.NamedTemporaryFile("r", suffix=".json") as found:
        environment["BENCH_OUT"] = found.name
        subprocess.run(
            [
                sys.executable, "-m", "benchmarks", "--child",
                "--sizes", ",".join(map(str, sizes)), "--only", only,
            ],
            env=environment,
            check=True,
        )  # fmt: skip
        return [Row(**row) for row in json.load(found)]


def _child(sizes: list[int], only: str) -> None:
    import django

    django.setup()
    from django.db import connection

    from benchmarks import (
        browser,
        company,
        kpis,
        live,
        loading,
        pages,
        rows,
        scorecards,
        server,
        writers,
    )

    _prepare()
    if any(
        only in name for name in ("check_in", "writers", "pages", "live", "recomputing", "browser")
    ):
        for size in sizes:
            print(f"building {size:,} goals on {connection.vendor} …", file=sys.stderr)
            company.build(size)
    with connection.cursor() as cursor:  # what building leaves to be done is not measured
        is_postgresql = connection.vendor == "postgresql"
        cursor.execute("VACUUM ANALYZE" if is_postgresql else "PRAGMA wal_checkpoint(TRUNCATE)")
    middle = sizes[min(1, len(sizes) - 1)]
    plan = {
        "check_in": lambda: rows.check_in(sizes),
        "many_children": rows.many_children,
        "relinking": lambda: rows.relinking(min(50_000, sizes[-1])),
        "subtree": lambda: rows.reading_subtree(sizes[-1]),
        "writers": lambda: writers.writers(middle),
        "pages": lambda: pages.pages(sizes[-1]),
        "live": lambda: live.live(middle),
        "browser": lambda: browser.browser(sizes[-1]),
        "recomputing": lambda: [r for size in sizes for r in rows.recomputing(size)],
        "actuals": kpis.actuals,
        "loading": loading.loading,
        "scorecards": scorecards.scorecards,
        "closing": scorecards.closing,
        "memory": server.memory,
        "demo": server.demo,
    }
    found: list[Row] = []
    for name, measure in plan.items():
        if only in name and (only or name not in ON_DEMAND):
            print(f"measuring {name} on {connection.vendor} …", file=sys.stderr)
            found += measure()
    Path(os.environ["BENCH_OUT"]).write_text(json.dumps([asdict(r) for r in found]), "utf-8")


def _prepare() -> None:
    """A migrated database; one made by another version of the tables or of the generator is
    made anew, so that what is kept between runs is what this version would build."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import OperationalError, connection

    stamp = Path(settings.DATA_DIR) / "made-by"
    made_by = _fingerprint()
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "postgresql":
        try:
            connection.ensure_connection()
        except OperationalError:
            subprocess.run(["createdb", name], check=True)
        connection.close()
    if not stamp.exists() or stamp.read_text("utf-8") != made_by:
        if connection.vendor == "postgresql":
            if "bench" not in name:
                raise SystemExit(f"{name} would be emptied: its name has to hold “bench”")
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public")
        else:
            for suffix in ("", "-wal", "-shm", "-queue"):
                Path(name + suffix).unlink(missing_ok=True)
        connection.close()
    call_command("migrate", verbosity=0)
    stamp.write_text(made_by, "utf-8")


def _fingerprint() -> str:
    """What decides which rows a database holds: the migrations and the generator."""
    root = Path(__file__).resolve().parents[1]
    files = [*sorted(root.glob("haidang/*/migrations/*.py")), root / "benchmarks" / "company.py"]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()


def _print(rows: list[Row]) -> None:
    width = max((len(r.name) for r in rows), default=10)
    print(f"\n{'what':{width}}  {'database':10}  {'measured':>10}  {'limit':>9}")
    for r in rows:
        sign = "≥" if r.at_least else "≤"
        mark = "" if r.reached else "  MISSED"
        note = f"  ({r.note})" if r.note else ""
        print(
            f"{r.name:{width}}  {r.database:10}  {r.value:>9.2f}{r.unit:1}  "
            f"{sign}{r.limit:>7.2f}{r.unit:1}{mark}{note}"
        )


if __name__ == "__main__":
    raise SystemExit(main())
