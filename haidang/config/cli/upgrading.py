"""An upgrade that has begun, until its numbers are proven.

One that is interrupted, or fails, leaves steps that the former version does not know. A backup
that is made when it goes on has them too, so that the way back stays the one from before.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from haidang.config.backup.archive import sync_folder

NAME = "upgrade-under-way"


def begin(backup: Path) -> None:
    """Keep where the backup lies that was made before the first step."""
    _note().write_text(f"{backup}\n", encoding="utf-8")
    sync_folder(_note().parent)


def backup() -> Path | None:
    """The backup from before an upgrade that did not come to its end; None without one."""
    try:
        kept = Path(_note().read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None
    return kept if kept.is_file() else None


def end() -> None:
    """The steps are taken and the numbers proven; or the program works with them; or a restore
    has put something else in their place."""
    _note().unlink(missing_ok=True)


def _note() -> Path:
    return Path(settings.DATA_DIR) / NAME
