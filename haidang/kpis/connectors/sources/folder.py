"""Files below a folder of the installation, and nothing else of its disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import Limits, SourceError

_DEEPEST = 10


def parts_of(path: str) -> tuple[str, ...]:
    """The folders and the name of a file; raises SourceError("settings") for a path that is
    absolute, goes up, or is written so that systems disagree."""
    parts = PurePosixPath(path.strip()).parts
    if (
        not parts
        or len(parts) > _DEEPEST
        or any(one in ("..", "/") or one.startswith(".") or len(one) > 200 for one in parts)
        or any(not one.isprintable() or "\\" in one or ":" in one for one in parts)
    ):
        raise SourceError(
            "settings",
            _(
                "Please enter the place below the folder,"
                " such as sales/revenue-{year}-{month}.xlsx."
            ),
        )
    return parts


def read_below(root: Path | None, path: str, limits: Limits) -> bytes:
    """A regular file below the root, no step to it a link; raises SourceError.

    Opened step by step from the root, each relative to the one before, so that nothing which
    is exchanged in between leads elsewhere.
    """
    *folders, name = parts_of(path)
    if root is None:
        raise _missing(path)
    opened: list[int] = []
    try:
        opened.append(os.open(root, os.O_RDONLY | os.O_DIRECTORY))
        for folder in folders:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
            opened.append(os.open(folder, flags, dir_fd=opened[-1]))
        # Not blocking: a pipe would wait for somebody to write.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        opened.append(os.open(name, flags, dir_fd=opened[-1]))
        facts = os.fstat(opened[-1])
        if not stat.S_ISREG(facts.st_mode):
            raise _missing(path)
        if facts.st_size > limits.octets:
            raise too_large(limits)
        with os.fdopen(opened.pop(), "rb") as file:
            data = file.read(limits.octets + 1)
    except (OSError, ValueError) as error:
        raise _missing(path) from error
    finally:
        for one in opened:
            os.close(one)
    if len(data) > limits.octets:
        raise too_large(limits)
    return data


def _missing(path: str) -> SourceError:
    return SourceError(
        "connect",
        format_lazy(_("There is no file “{path}” in the folder (yet)."), path=path.strip()),
        passing=True,
    )


def too_large(limits: Limits) -> SourceError:
    return SourceError(
        "large",
        format_lazy(_("The file is larger than {most} MB."), most=f"{limits.octets / 1e6:g}"),
    )
