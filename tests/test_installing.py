"""What an installation leaves behind: a command that runs, and texts in both languages."""

from __future__ import annotations

import gettext
import runpy
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tools import environment

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("place", ["a folder with spaces", "it's", "long/" * 40 + "path"])
def test_the_command_runs_wherever_it_lies(tmp_path: Path, place: str) -> None:
    folder = tmp_path / place
    (folder / "bin").mkdir(parents=True)
    python = folder / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    environment._command(folder, python)
    done = subprocess.run(
        [folder / "bin" / "haidang", "version", "--language", "en"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout[:8]) == (0, "haidang "), done.stderr


@pytest.mark.parametrize("editable", [False, True])
def test_a_build_has_the_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, editable: bool
) -> None:
    """setup.py alone, with as much of setuptools as it uses: that one is not in the lock."""

    class BuildPy:
        build_lib = str(tmp_path / "built")
        editable_mode = editable

        def run(self) -> None:
            """Copies the modules."""

    given: dict[str, Any] = {}
    setuptools, command, build_py = (ModuleType(name) for name in ("s", "c", "b"))
    setuptools.setup = given.update  # type: ignore[attr-defined]
    build_py.build_py = BuildPy  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "setuptools", setuptools)
    monkeypatch.setitem(sys.modules, "setuptools.command", command)
    monkeypatch.setitem(sys.modules, "setuptools.command.build_py", build_py)
    source = tmp_path / "source"
    room = Path("haidang/people/locale/vi/LC_MESSAGES")
    (source / room).mkdir(parents=True)
    (source / room / "django.po").write_bytes((ROOT / room / "django.po").read_bytes())
    monkeypatch.chdir(source)
    monkeypatch.setattr(setuptools, "setup", lambda **options: given.update(options))
    runpy.run_path(str(ROOT / "setup.py"))
    given["cmdclass"]["build_py"]().run()
    compiled = (source if editable else tmp_path / "built") / room / "django.mo"
    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Sign in") == "Đăng nhập"


def test_the_pages_name_the_target_that_makes_texts_too() -> None:
    """An upgrade without them would answer in English."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "\ninstall: $(VENV)/installed $(VENV)/texts\n" in makefile
    for page in ("README.md", "docs/operations/running.md"):
        assert "make install" in (ROOT / page).read_text(encoding="utf-8")
