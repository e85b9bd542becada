"""The file of a backup: whole, ours, and not from tomorrow, or refused."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from haidang.config.backup import archive, swap
from haidang.lib.errors import Conflict, Invalid, Refusal

CONTENTS = archive.Contents(
    engine="sqlite", engine_version="3", migrations=["goals.0001_initial"], rows={"x": 3}
)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    held = tmp_path / "held"
    held.write_bytes(bytes(range(256)) * 400)
    key = tmp_path / "key"
    key.write_text("bí mật")
    target = tmp_path / "kept.zip"
    members = {archive.DATABASE: held, archive.KEY: key, "files/a/b": key}
    archive.write(target, "1.2", "2026-11-29T12:00:00+00:00", CONTENTS, members)
    return target


def test_what_is_written_is_read(made: Path, tmp_path: Path) -> None:
    with archive.opened(made) as backup:
        assert (backup.manifest.version, backup.manifest.rows) == ("1.2", {"x": 3})
        backup.extract("files/a/b", tmp_path / "new" / "b")
        backup.extract(archive.DATABASE, tmp_path / "database")
    assert (tmp_path / "new" / "b").read_text() == "bí mật"
    assert (tmp_path / "database").read_bytes() == (tmp_path / "held").read_bytes()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_every_cut_is_noticed(made: Path) -> None:
    whole = made.read_bytes()
    for length in range(0, len(whole), 37):
        made.write_bytes(whole[:length])
        with pytest.raises(Invalid), archive.opened(made):
            pass


def test_changed_bytes_are_noticed(made: Path, tmp_path: Path) -> None:
    whole = made.read_bytes()
    for place in range(0, len(whole), 41):
        made.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        try:
            with archive.opened(made) as backup:
                backup.extract(archive.DATABASE, tmp_path / "database")
        except Refusal:
            continue
        # What is not noticed is nothing: a date, a mark of the packer.
        assert (tmp_path / "database").read_bytes() == (tmp_path / "held").read_bytes()


@pytest.mark.parametrize(
    ("facts", "refusal", "said"),
    [
        (None, Invalid, "not a backup"),
        ({"program": "another"}, Invalid, "not a backup"),
        ([], Invalid, "not a backup"),
        ({"program": "haidang", "format": 2, "version": "9.0"}, Conflict, "9.0"),
        ({"program": "haidang", "format": 1}, Invalid, "manifest.json"),
        ({"files": {"database": "0"}}, Invalid, "damaged: database"),
        ({"files": {"secret-key": "0"}}, Invalid, "manifest.json"),
        ({"files": {"database": "0", "files/../../x": "0"}}, Invalid, "manifest.json"),
        ({"files": {"database": "0", "/etc/passwd": "0"}}, Invalid, "manifest.json"),
    ],
)
def test_what_is_not_a_backup(
    tmp_path: Path, facts: Any, refusal: type[Refusal], said: str
) -> None:
    file = tmp_path / "x.zip"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("database", "x")
        if facts is not None:
            rest = {"version": "1", "made": "", "engine": "", "engine_version": ""}
            rest |= {"program": "haidang", "format": 1, "migrations": [], "rows": {}}
            is_part = isinstance(facts, dict) and "files" in facts
            packed.writestr("manifest.json", json.dumps({**rest, **facts} if is_part else facts))
    with translation.override("en"):
        with pytest.raises(refusal) as caught, archive.opened(file):
            pass
        assert said in str(caught.value.message)


def test_a_disk_that_fills_up_leaves_no_half_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_copy", full)
    (tmp_path / "held").write_text("x")
    with pytest.raises(OSError, match=r"No space.*here"), archive.naming(tmp_path / "here"):
        archive.write(tmp_path / "kept.zip", "1", "", CONTENTS, {"database": tmp_path / "held"})
    assert [path.name for path in tmp_path.iterdir()] == ["held"]


class TestSwap:
    """Everything is moved or nothing, wherever it stops."""

    def lay(self, data: Path) -> list[swap.Move]:
        for name in ("database", "key"):
            (data / name).write_text("old")
            (data / f"{name}.restoring").write_text("new")
        (data / "wal").write_text("old")
        (data / "files").mkdir()
        (data / "files" / "a").write_text("old")
        (data / "files.restoring").mkdir()
        (data / "files.restoring" / "a").write_text("new")
        moves = [swap.Move(None, data / "wal", data / "wal.before")]
        return moves + [
            swap.Move(data / f"{name}.restoring", data / name, data / f"{name}.before")
            for name in ("database", "key", "files")
        ]

    def told(self, data: Path, end: str = "") -> list[str]:
        return [
            (data / f"database{end}").read_text(),
            (data / f"key{end}").read_text(),
            (data / f"files{end}" / "a").read_text(),
        ]

    @pytest.mark.parametrize("lasting", range(10))
    def test_it_goes_on_from_where_it_stopped(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lasting: int
    ) -> None:
        moves = self.lay(tmp_path)
        real, left = Path.rename, [lasting]

        def tires(path: Path, target: Path) -> Path:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            return real(path, target)

        monkeypatch.setattr(Path, "rename", tires)
        try:
            swap.begin(tmp_path, moves)
            swap.carry_out(tmp_path)
        except KeyboardInterrupt:
            pass
        monkeypatch.undo()
        swap.finish(tmp_path)
        if lasting == 0:  # it was not even written down
            assert self.told(tmp_path) == ["old"] * 3
            return
        assert self.told(tmp_path) == ["new"] * 3
        assert self.told(tmp_path, ".before") == ["old"] * 3
        assert (tmp_path / "wal.before").exists()
        assert not (tmp_path / "wal").exists()
        assert not swap.is_under_way(tmp_path)

    @pytest.mark.parametrize("still_there", [True, False])
    def test_on_postgresql_it_has_happened_when_the_names_have_changed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, still_there: bool
    ) -> None:
        moves = self.lay(tmp_path)
        swap.begin(tmp_path, moves, database="okr_restoring")
        monkeypatch.setattr(swap.clients, "database_exists", lambda name: still_there)
        swap.finish(tmp_path)
        assert self.told(tmp_path) == ["old" if still_there else "new"] * 3
        assert not (tmp_path / "files.restoring").exists()
        assert not swap.is_under_way(tmp_path)
