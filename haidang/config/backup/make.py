"""Making a backup, of a running program too."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

import haidang
from haidang.config import environment
from haidang.config.backup import archive
from haidang.config.backup.engine import engine
from haidang.config.cli.prepare import missing_database
from haidang.lib.errors import Conflict, Invalid


def make(target: Path | None = None) -> Path:
    """Write everything that is kept into one new file, which is returned."""
    missing = missing_database()
    if missing is not None:
        raise Conflict(_("There is no database yet: %s") % missing)
    now = datetime.now(UTC)
    if target is None:
        target = settings.DATA_DIR / "backups" / f"haidang-{now:%Y%m%d-%H%M%S}.zip"
        target.parent.mkdir(exist_ok=True)
    target = target.absolute()
    if target.exists():
        raise Conflict(_("%s is there already. Name another file.") % target)
    if not target.parent.is_dir():
        raise Invalid(_("There is no folder %s.") % target.parent)
    room = tempfile.TemporaryDirectory(prefix=".haidang-backup-", dir=target.parent)
    with archive.naming(target), room as scratch:
        dumped = Path(scratch) / archive.DATABASE
        contents = engine().dump(dumped)
        members = {archive.DATABASE: dumped, **_belongings()}
        made = now.isoformat(timespec="seconds")
        archive.write(target, haidang.__version__, made, contents, members)
    return target


def _belongings() -> dict[str, Path]:
    """What the database is worth little without: the key, and what people have put in."""
    found: dict[str, Path] = {}
    key = environment.key_file(settings.DATA_DIR)
    if key is not None and key.exists():
        found[archive.KEY] = key
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file():
            found[f"{archive.FILES}/{path.relative_to(root).as_posix()}"] = path
    return found
