"""CSV in the encodings and with the separators that spreadsheets write."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable
from itertools import islice

from django.utils.translation import gettext as _

from haidang.lib.tables import limits
from haidang.lib.tables.formulas import plain
from haidang.lib.tables.table import Row, is_blank

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1258": "Windows-1258"}
_SEPARATORS = (",", ";", "\t")
#: Controls that no text has, whatever its encoding.
_BINARY = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
#: Single cells may be very long: they are refused by their column, not by the reader.
csv.field_size_limit(64 * 1024 * 1024)


def read(data: bytes, most: int) -> tuple[list[Row], list[str]]:
    """The lines of a CSV file, blank ones left out, and in which encoding it was taken."""
    text, encoding = _decoded(data)
    if not text.strip("\x00 \r\n\t"):
        raise limits.empty()
    separator = ""
    if said := _SAID.match(text):
        separator, text = said[1], text[said.end() :]
    separator = separator or _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    try:
        for number, cells in enumerate(islice(reader, limits.LAST_LINE), 1 + bool(said)):
            values = [plain(cell) for cell in cells]
            if is_blank(values):
                continue
            rows.append(Row(number, values))
            if len(rows) > most + limits.TITLE_LINES:
                raise limits.too_many_lines(most)
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise limits.cut_short() from None
        raise limits.refused(
            _("Line %(line)s has a quotation mark in a wrong place. Please save the file again."),
            "quotes",
            line=reader.line_num,
        ) from None
    return rows, [_notes(encoding, separator)]


def _notes(encoding: str, separator: str) -> str:
    names = {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}
    return _("Read as %(encoding)s, separated by %(separator)s.") % {
        "encoding": _NAMES[encoding],
        "separator": names.get(separator, separator),
    }


def _decoded(data: bytes) -> tuple[str, str]:
    """Text without NULs, in NFC, and the name of the encoding it was in."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _text(data[len(mark) :], encoding), encoding
    head = data[:4096]
    if head.count(0) > len(head) // 4:
        # Every second byte of Latin letters in UTF-16 is 0, the first or the second of a pair.
        encoding = "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
        return _text(data, encoding), encoding
    try:
        return _text(data, "utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.reason == "unexpected end of data":
            raise limits.cut_short() from None
    try:
        return _text(data, "cp1258"), "cp1258"
    except UnicodeDecodeError:
        raise limits.not_a_spreadsheet() from None


def _text(data: bytes, encoding: str) -> str:
    if encoding.startswith("utf-16"):
        if len(data) % 2:
            raise limits.cut_short()
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            raise limits.not_a_spreadsheet() from None
    else:
        text = data.decode(encoding)
    text = text.replace("\x00", "")
    if len(_BINARY.findall(text[:20_000])) > len(text[:20_000]) // 50:
        raise limits.not_a_spreadsheet()
    return unicodedata.normalize("NFC", text)


def _separator(text: str) -> str:
    """What stands most often, outside of quotes, in the first line that has any: a title above
    the header has none."""
    lines = [line for line in text[:100_000].splitlines() if line.strip()]
    for line in lines[: limits.TITLE_LINES]:
        bare = re.sub(r'"[^"]*"', "", line)
        count: Callable[[str], int] = bare.count
        found = max(_SEPARATORS, key=count)
        if count(found):
            return found
    return ","
