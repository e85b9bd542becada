"""What tests of the `haidang` command share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.serving import Server

MakeServer = Callable[..., Server]


def leave_no_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command makes its data folder and asks the system for its language."""
    monkeypatch.setenv("HAIDANG_DATA", str(tmp_path))
    monkeypatch.setenv("LANG", "en")
    for name in ("LC_ALL", "LC_MESSAGES", "HAIDANG_DEMO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("django.setup", lambda: None)
