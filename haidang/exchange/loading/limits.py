"""How much is read at once, and what is refused before it is read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.lib.errors import Invalid

#: Columns that are looked at; no file of ours has as many.
MOST_COLUMNS = 100
#: A workbook is a packed folder: what it may unpack to, for each byte and in all. A real
#: sheet of ten thousand equal lines packs to a fiftieth.
MOST_UNPACKED = 150 * 1024 * 1024
MOST_RATIO = 300
MOST_PARTS = 2_000
#: Lines above the header that may be a title.
TITLE_LINES = 10
#: Numbers of lines that are looked at, blank ones included.
LAST_LINE = 200_000
#: Things that are written one by one: goals that change, people, units. Everybody else who
#: writes waits as long, and gives up after 30 s.
MOST_SINGLY = 2_000


def most_lines() -> int:
    """Lines of one import (HAIDANG_IMPORT_LINES)."""
    return int(settings.IMPORT_LINES)


def refused(message: str, code: str, **values: Any) -> Invalid:
    """What is wrong with the file as a whole."""
    return Invalid(message % values if values else message, code=code, field="file")


def too_many_lines() -> Invalid:
    return refused(
        _("The file has more than %(most)s lines. Please divide it into several."),
        "too_many_lines",
        most=most_lines(),
    )


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


def empty() -> Invalid:
    return refused(_("The file is empty."), "empty")


def only_a_header() -> Invalid:
    return refused(_("The file has a header and no lines below it."), "no_lines")


def cut_short() -> Invalid:
    return refused(
        _("The file ends in the middle: it was cut short on its way. Please save it again."),
        "cut_short",
    )


def not_a_spreadsheet() -> Invalid:
    return refused(
        _("This is not a spreadsheet that can be read. Please save it as .xlsx or .csv."),
        "not_a_spreadsheet",
    )
