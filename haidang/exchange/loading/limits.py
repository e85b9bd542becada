"""How much is imported at once."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.lib.tables.limits import refused

#: Things that are written one by one: goals that change, people, units. Everybody else who
#: writes waits as long, and gives up after 30 s.
MOST_SINGLY = 2_000


def most_lines() -> int:
    """Lines of one import (HAIDANG_IMPORT_LINES)."""
    return int(settings.IMPORT_LINES)


def refuse_many(singly: int) -> None:
    """Raise Invalid where a list would change or make too much one by one."""
    if singly > MOST_SINGLY:
        raise refused(
            _("At most %(most)s lines at once, besides new goals and lines that change nothing:"
              " this list has %(count)s. Please divide it into several."),
            "too_many_changes",
            most=MOST_SINGLY,
            count=singly,
        )  # fmt: skip
