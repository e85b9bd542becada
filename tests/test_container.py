"""What can be said of the container without building one."""

from __future__ import annotations

import json
import re
from pathlib import Path

from haidang.config import cli

ROOT = Path(__file__).resolve().parents[1]
LINES = re.sub(r"\\\n", " ", (ROOT / "deploy/Containerfile").read_text(encoding="utf-8"))


def said(instruction: str) -> list[str]:
    """What stands behind an instruction, in order."""
    return re.findall(rf"^{instruction} (.+)$", LINES, re.MULTILINE)


def copied() -> set[str]:
    """What a build takes from the source."""
    words = [line.split() for line in said("COPY") if not line.startswith("--from")]
    return {name for *names, _target in words for name in names}


def test_a_build_is_given_what_it_takes_and_nothing_else() -> None:
    rules = [
        line
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied()
    made_anew = ["**/__pycache__", "**/*.mo"]  # the build compiles the texts itself
    assert [rule for rule in rules[1:] if not rule.startswith("!")] == made_anew
    for name in copied():
        assert (ROOT / name).exists(), name


def test_it_keeps_everything_in_its_volume_and_is_not_root() -> None:
    assert "HAIDANG_DATA=/data" in said("ENV")[0].split()
    assert said("VOLUME") == ["/data"]
    assert said("USER") == ["haidang"]
    assert LINES.index("\nUSER haidang") < LINES.index("\nCMD")


def test_what_it_runs_is_understood() -> None:
    [words] = said("CMD")
    program, *rest = json.loads(words)
    assert program == "haidang"
    assert cli._parser().parse_args(rest).command == "serve"
    [port] = said("EXPOSE")
    assert cli._parser().parse_args(rest).port == int(port)
    assert f"127.0.0.1:{port}/health/" in LINES
