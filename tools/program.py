"""The real program, started for what looks at it from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Program:
    """`haidang` over a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HAIDANG_", "DATABASE_"))}
        self.environment = {**kept, "HAIDANG_DATA": str(folder)}

    def run(self, *words: str) -> None:
        subprocess.run(self._words(*words), env=self.environment, cwd=ROOT, check=True)

    @contextmanager
    def running(self, *words: str) -> Iterator[Program]:
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(
                self._words(*words, "--port", str(self.port)),
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        try:
            while not self._answers():
                if process.poll() is not None:
                    raise SystemExit("the program did not start")
                time.sleep(0.2)
            yield self
        finally:
            process.terminate()
            process.wait(30)

    def _words(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "haidang", *words]

    def _answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
