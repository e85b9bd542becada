"""`make check`: everything that can be said about the source without running the suite.

Runs all checks, two at a time, and prints what failed; `make check ARGS="types layers"`
runs only these.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
SOURCES = ("haidang", "tests", "tools", "benchmarks", "conftest.py")


class Check(NamedTuple):
    name: str
    words: tuple[str, ...]


def _python(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-W", "error", *words)


CHECKS = [
    # The longest first, so that the others fit beside it.
    Check("types", (str(BIN / "mypy"), "haidang", "tools", "benchmarks")),
    Check("format", (str(BIN / "ruff"), "format", "--check", *SOURCES)),
    Check("lint", (str(BIN / "ruff"), "check", *SOURCES)),
    Check("layers", (str(BIN / "lint-imports"),)),
    Check("migrations", _python("-m", "django", "makemigrations", "--check", "--dry-run")),
    Check("settings", _python("-m", "django", "check", "--deploy", "--fail-level", "WARNING")),
    Check("texts", _python("-m", "tools.messages", "check")),
    Check("templates", _python("-m", "tools.lint_templates")),
    Check("vendored files", _python("-m", "haidang.web.vendor", "--check")),
    Check("docs", _python("-m", "tools.docs")),
]


def main(wanted: list[str]) -> int:
    names = {check.name for check in CHECKS}
    if unknown := set(wanted) - names:
        print(f"no such check: {', '.join(unknown)}; there are {', '.join(sorted(names))}")
        return 2
    chosen = [check for check in CHECKS if not wanted or check.name in wanted]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as data, ThreadPoolExecutor(2) as pool:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "haidang.config.settings",
            "HAIDANG_DATA": data,
            # As it is to be run for others: the checks for deployment then hold.
            "HAIDANG_URL": "https://okr.example.vn",
        }
        environment.pop("DATABASE_URL", None)
        failed = [
            check.name for check, ok in pool.map(lambda c: _run(c, environment), chosen) if not ok
        ]
    took = time.monotonic() - began
    if failed:
        print(f"\n{len(failed)} of {len(chosen)} checks failed: {', '.join(failed)} ({took:.0f} s)")
        return 1
    print(f"\nall {len(chosen)} checks passed ({took:.0f} s)")
    return 0


def _run(check: Check, environment: dict[str, str]) -> tuple[Check, bool]:
    began = time.monotonic()
    done = subprocess.run(
        check.words,
        cwd=ROOT,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    took = time.monotonic() - began
    ok = done.returncode == 0
    print(f"{'✓' if ok else '✗'} {check.name} ({took:.1f} s)", flush=True)
    if not ok:
        print(done.stdout, flush=True)
    return check, ok


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
