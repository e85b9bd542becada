"""Numbers from spreadsheets: at an address, in a folder of the installation, or handed over."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources import folder
from haidang.kpis.connectors.sources.asking import (
    AUTH,
    HEADER,
    SAMPLE,
    SAMPLED,
    SECRET,
    USER,
    access,
    check_access,
    filled,
    hidden,
    in_url,
)
from haidang.kpis.connectors.sources.base import Fetched, Limits, Setting, SourceError, Wanted
from haidang.kpis.connectors.sources.net import Conversation, is_page, page_instead
from haidang.kpis.connectors.sources.rows import (
    MOST_RAW,
    Line,
    Manner,
    Unreadable,
    readings_of,
    scaled,
)
from haidang.kpis.connectors.sources.settings import (
    DECIMALS,
    SCALE,
    SEVERAL,
    WHERE,
    WHO,
    check_url,
    checked,
    in_part,
    seldom,
    value_or_ratio,
)
from haidang.kpis.connectors.sources.values import json_text
from haidang.lib.decimals import text as digits_of
from haidang.lib.errors import Invalid
from haidang.lib.tables import files
from haidang.lib.tables.table import FAULTS, Broken, Row, Table, Value
from haidang.lib.text import clean_line, folded

_FACTS = ("name", "day", "value", "numerator", "denominator")
#: What the reader of files says, as a source says it; everything else is "shape".
_CODES = {
    "empty": "empty",
    "no_lines": "empty",
    "too_many_lines": "large",
    "too_large_unpacked": "large",
}


class Files:
    """CSV and XLSX whose columns are found by the words above them."""

    kind: ClassVar[str] = "files"
    label: ClassVar[Any] = _("Spreadsheet (XLSX, CSV)")
    about: ClassVar[Any] = _("A file that is sent, downloaded or put into a folder every month.")
    settings: ClassVar[tuple[Setting, ...]] = (
        *in_part(
            _("Where the file is"),
            Setting(
                "place",
                _("Where the file is"),
                "choice",
                choices=(
                    ("url", _("At an address (https://…)")),
                    ("folder", _("In the folder for connectors on the server")),
                    ("upload", _("I hand it over here")),
                ),
                start="url",
            ),
            Setting(
                "url",
                _("Address"),
                required=False,
                depends=True,
                help=_("Placeholders: {year} and {month} of the period (2026 and 10), {starts} and"
                       " {ends}, its first and last day (2026-10-01). {secret} is the key below."),
            ),
            Setting(
                "path",
                _("Place in the folder"),
                required=False,
                depends=True,
                help=_("Such as sales/revenue-{year}-{month}.xlsx."),
            ),
            Setting("file", _("File"), "file", required=False, depends=True),
        ),
        *in_part(WHO, AUTH, USER, HEADER, SECRET),
        *in_part(
            WHERE,
            Setting(
                "name",
                _("Column of the name"),
                required=False,
                help=_("The words above the column: “Salesperson”, “Branch”. Empty where the file"
                       " has one number for each period."),
            ),
            Setting(
                "day",
                _("Column of the day or the period"),
                required=False,
                help=_("Rows of other periods are left out. Understood: 2026-10-31, 31/10/2026,"
                       " 2026-10, 10/2026, 2026-Q4, 2026."),
            ),
            Setting("value", _("Column of the value"), required=False, depends=True),
            SCALE,
            *seldom(
                Setting("numerator", _("Column of the numerator"), required=False),
                Setting("denominator", _("Column of the denominator"), required=False),
                replace(DECIMALS, start="comma"),
                SEVERAL,
            ),
        ),
    )  # fmt: skip

    def check(self, settings: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """See `Source.check`."""
        wrong = checked(self.settings, settings, secrets, unless=frozenset({"auth"}))
        place = settings.get("place", "")
        needed = {"url": "url", "folder": "path"}.get(place)  # a file comes by itself
        if needed and not settings.get(needed, "").strip():
            wrong.add(needed, "required", _("This is missing."))
        elif place == "url":
            check_url(wrong, "url", settings["url"])
        elif place == "folder":
            try:
                folder.parts_of(filled(settings["path"], SAMPLE, SAMPLED, str))
            except SourceError as error:
                wrong.add("path", "path", error.message)
        if place == "url":
            check_access(wrong, settings, secrets)
        value_or_ratio(wrong, settings, _("Please say in which column the value stands."))
        wrong.done()

    def fetch(
        self,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        wanted: Wanted,
        limits: Limits,
    ) -> Fetched:
        """See `Source.fetch`."""
        names = {one: text for one in _FACTS if (text := settings.get(one, "").strip())}
        data = self._bytes(settings, secrets, wanted, limits)
        table = _table(data, [folded(clean_line(text)) for text in names.values()], limits)
        columns = {one: _column(table, text) for one, text in names.items()}
        readings, notes = readings_of(
            _lines(table, columns),
            wanted,
            Manner(
                comma=settings.get("decimals") == "comma",
                dated="day" in names,
                named="name" in names,
                add=settings.get("several") == "add",
            ),
        )
        return Fetched(scaled(readings, settings), _shown(table), [*table.notes, *notes])

    def _bytes(
        self,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        wanted: Wanted,
        limits: Limits,
    ) -> bytes:
        match settings.get("place"):
            case "upload":
                return _handed_over(settings.get("file", ""), limits)
            case "folder":
                path = filled(settings.get("path", ""), wanted, {}, str)
                return folder.read_below(limits.folder, path, limits)
        more = {"secret": secrets.get("secret", "").strip()}
        url = filled(settings.get("url", ""), wanted, more, in_url)
        with Conversation(limits, hidden(settings, secrets)) as talk:
            answer = talk.ask("GET", url, secret=access(settings, secrets))
        if is_page(answer):
            raise page_instead()
        return answer.body


def _handed_over(text: str, limits: Limits) -> bytes:
    if not text:
        raise SourceError("settings", _("No file has been handed over yet."))
    if len(text) > limits.octets * 4 // 3 + 4:
        raise folder.too_large(limits)
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SourceError(
            "settings", _("The file did not arrive whole. Please send it again.")
        ) from None
    if len(data) > limits.octets:
        raise folder.too_large(limits)
    return data


def _table(data: bytes, names: Sequence[str], limits: Limits) -> Table:
    def fits(values: Sequence[Value]) -> int:
        return len({_word(value) for value in values} & set(names))

    try:
        table = files.read(data, fits, limits.rows)
    except Invalid as error:
        raise SourceError(_CODES.get(error.code, "shape"), error.message) from None
    if sum(len(row.values) for row in table) > limits.cells:
        raise SourceError(
            "large",
            format_lazy(_("The file has more than {most} cells."), most=limits.cells),
        )
    return table


def _word(value: Value) -> str:
    """A name above a column, to be compared: a merged cell shows it all the same."""
    return folded(clean_line(_text(value)))


def _text(value: Value) -> str:
    if isinstance(value, Broken):
        return value.shown
    if isinstance(value, Decimal):
        return digits_of(value)
    return "" if value is None else str(value)


def _column(table: Table, name: str) -> int:
    found = [
        place
        for place, value in enumerate(table.header.values)
        if _word(value) == folded(clean_line(name))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise SourceError("shape", format_lazy(_("The column “{name}” is there twice."), name=name))
    there = ", ".join(f"“{_text(value)[:40]}”" for value in table.header.values if value)
    raise SourceError(
        "shape",
        format_lazy(
            _("There is no column “{name}”. There are: {columns}."), name=name, columns=there[:500]
        ),
    )


def _lines(table: Table, columns: Mapping[str, int]) -> Iterator[Line]:
    heads = [_text(value) or str(place) for place, value in enumerate(table.header.values, 1)]
    for row in table:
        facts = {one: _taken(row.at(place)) for one, place in columns.items()}
        cells = dict(zip(heads, (_plain(value) for value in row.values), strict=False))
        yield Line(
            where=format_lazy(_("Line {number}"), number=row.number),
            name=facts.get("name", ""),
            day=facts.get("day"),
            value=facts.get("value"),
            numerator=facts.get("numerator"),
            denominator=facts.get("denominator"),
            raw=json_text(cells),
        )


def _taken(value: Value) -> object:
    """A cell; one that cannot be trusted stays what it is, to be refused in its line."""
    return Unreadable(FAULTS[value.fault]) if isinstance(value, Broken) else value


def _plain(value: Value) -> object:
    return value if isinstance(value, Decimal | bool) or value is None else _text(value)


def _shown(table: Table) -> str:
    """The table as text, cells separated by tabs."""
    lines: list[str] = []
    room = MOST_RAW
    row: Row
    for row in (table.header, *table.rows):
        line = "\t".join(_text(value) for value in row.values).rstrip("\t")
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    return "\n".join(lines)
