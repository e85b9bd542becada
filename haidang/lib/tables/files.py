"""From the bytes of a file to a table: whatever program saved it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from haidang.lib.tables import limits, text_file, workbook
from haidang.lib.tables.table import Row, Table, Value, is_blank

_ZIP = b"PK"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"MZ", b"\x7fELF", b"\x1f\x8b", b"Rar!")


def read(data: bytes, fits: Callable[[Sequence[Value]], Any], most: int) -> Table:
    """The table in a file, of at most `most` lines. `fits` says of the values of a line how well
    they make a header: the best of the first lines that are not blank is taken for it.

    Raises Invalid about the file as a whole.
    """
    if not data.strip(b"\x00 \r\n\t"):
        raise limits.empty()
    if data.startswith(_OLD_OFFICE):
        raise limits.refused(
            _("This workbook is of the old kind or has a password. Please save it as .xlsx."),
            "old_workbook",
        )
    if data.startswith(_OTHERS):
        raise limits.not_a_spreadsheet()
    if data.startswith(_ZIP):
        kind, (rows, notes, merged) = "xlsx", workbook.read(data, fits, most)
    else:
        kind, merged, (rows, notes) = "csv", [], text_file.read(data, most)
    if not rows:
        raise limits.empty()
    place = _header_of(rows, fits)
    below = [row for row in rows[place + 1 :] if not is_blank(row.values)]
    if not below:
        raise limits.only_a_header()
    if len(below) > most:
        raise limits.too_many_lines(most)
    return Table(kind, rows[place], below, notes, rows[:place], merged)


def _header_of(rows: Sequence[Row], fits: Callable[[Sequence[Value]], Any]) -> int:
    first = rows[: limits.TITLE_LINES]
    return max(range(len(first)), key=lambda place: (int(fits(first[place].values)), -place))
