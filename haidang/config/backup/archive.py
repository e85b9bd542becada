"""The file of a backup: a ZIP with the database, what belongs to it, and a manifest.

The manifest is written last and names the SHA-256 of everything else, so that a file that was
cut short, changed or made by another program is known before anything is touched.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

from haidang.lib.errors import Conflict, Invalid

PROGRAM = "haidang"
#: Raised when an older program could not read what a newer one writes.
FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
KEY = "secret-key"
FILES = "files"
PIECE = 1024 * 1024
#: What reading a file may raise that was changed or made by something else.
BROKEN = (
    *(KeyError, ValueError, TypeError, RuntimeError, EOFError),
    *(struct.error, zlib.error, zipfile.BadZipFile),
)


@dataclass(frozen=True)
class Contents:
    """What was in the database at that moment, and which database it was."""

    engine: str
    engine_version: str
    migrations: list[str]
    rows: dict[str, int]


@dataclass(frozen=True)
class Manifest(Contents):
    """That, with what else there is to know of a backup."""

    version: str
    made: str
    #: Name in the archive > SHA-256.
    files: dict[str, str]


class Archive:
    """A backup that has been looked at and is whole."""

    def __init__(self, file: Path, manifest: Manifest, packed: zipfile.ZipFile) -> None:
        self.manifest = manifest
        self._file = file
        self._packed = packed

    def check(self) -> None:
        """Refuse the file unless every byte is as it was written."""
        for name in self.manifest.files:
            self._read(name)

    def extract(self, name: str, target: Path) -> None:
        """Unpack a member; when it returns, it is on disk."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with naming(target), target.open("wb") as file:
            self._read(name, file)
            file.flush()
            os.fsync(file.fileno())

    def _read(self, name: str, target: IO[bytes] | None = None) -> None:
        try:
            with self._packed.open(name) as source:
                found = _copy(source, target)
        except BROKEN:
            found = ""
        if found != self.manifest.files[name]:
            raise _damaged(self._file, name)


def write(
    target: Path, version: str, made: str, contents: Contents, members: dict[str, Path]
) -> None:
    """Write a backup; the file has its name only when it is whole and on disk."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with unfinished.open("xb") as file:
            with zipfile.ZipFile(file, "w") as packed:
                sums = {name: _add(packed, name, path) for name, path in members.items()}
                manifest = Manifest(**asdict(contents), version=version, made=made, files=sums)
                facts = {"program": PROGRAM, "format": FORMAT, **asdict(manifest)}
                packed.writestr(MANIFEST, json.dumps(facts, indent=1, ensure_ascii=False))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
        sync_folder(target.parent)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Of what fails in between, say where: a disk that is full does not."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(file)
        raise


@contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """A backup, after reading all of it once."""
    try:
        packed = zipfile.ZipFile(file)
    except BROKEN:
        raise Invalid(
            _("%s is not a backup of Haidang, or only the beginning of one.") % file
        ) from None
    with packed:
        backup = Archive(file, _manifest(file, packed), packed)
        backup.check()
        yield backup


def sync_folder(folder: Path) -> None:
    """Make what was renamed in a folder outlast a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _manifest(file: Path, packed: zipfile.ZipFile) -> Manifest:
    try:
        facts: dict[str, Any] = json.loads(packed.read(MANIFEST))
        program, form = facts["program"], int(facts["format"])
    except BROKEN:
        program, form, facts = "", 0, {}
    if program != PROGRAM:
        raise Invalid(_("%s is not a backup of Haidang.") % file)
    if form > FORMAT:
        words = {"file": file, "version": facts.get("version", "?")}
        raise Conflict(
            _("%(file)s was made by a newer version (%(version)s); restore it with that.") % words
        )
    try:
        manifest = Manifest(**{one.name: facts[one.name] for one in fields(Manifest)})
        known = isinstance(manifest.files, dict) and isinstance(manifest.rows, dict)
        known = known and DATABASE in manifest.files and all(map(_is_ours, manifest.files))
    except (KeyError, TypeError):
        known = False
    if not known:
        raise _damaged(file, MANIFEST)
    return manifest


def _damaged(file: Path, name: str) -> Invalid:
    return Invalid(_("%(file)s is damaged: %(name)s.") % {"file": file, "name": name})


def _is_ours(name: str) -> bool:
    """A place where a backup puts things, and none outside of it."""
    parts = PurePosixPath(name).parts
    return name in {DATABASE, KEY} or (parts[0] == FILES and len(parts) > 1 and ".." not in parts)


def _add(packed: zipfile.ZipFile, name: str, path: Path) -> str:
    facts = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
    with path.open("rb") as source:
        compressed = source.read(5) == b"PGDMP"  # what pg_dump writes
        facts.compress_type = zipfile.ZIP_STORED if compressed else zipfile.ZIP_DEFLATED
        source.seek(0)
        with packed.open(facts, "w", force_zip64=True) as target:
            return _copy(source, target)


def _copy(source: IO[bytes], target: IO[bytes] | None = None) -> str:
    """Read to the end, into `target` where there is one; the SHA-256 of what was read."""
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
        if target is not None:
            target.write(piece)
    return digest.hexdigest()
