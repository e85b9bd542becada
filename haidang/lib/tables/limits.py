"""How much is read at once, and what is refused before it is read."""

from __future__ import annotations

from typing import Any

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


def refused(message: str, code: str, **values: Any) -> Invalid:
    """What is wrong with the file as a whole."""
    return Invalid(message % values if values else message, code=code, field="file")


def too_many_lines(most: int) -> Invalid:
    return refused(
        _("The file has more than %(most)s lines. Please divide it into several."),
        "too_many_lines",
        most=most,
    )


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
