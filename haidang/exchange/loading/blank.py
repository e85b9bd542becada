"""Lists to fill in, and lists that come back with what is to mend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from haidang.exchange.loading import own
from haidang.exchange.loading.cells import text_of
from haidang.exchange.loading.columns import (
    ACTUALS,
    COLUMNS,
    GOALS,
    MESSAGES,
    OWN,
    PEOPLE,
    UNITS,
    column_of,
    plain_name,
)
from haidang.exchange.loading.lines import Line, Status
from haidang.exchange.loading.words import offered, word_of
from haidang.exchange.loading.work import opened
from haidang.goals.models import Commitment, FieldType, Kind, Level
from haidang.goals.models.kinds import Direction, MetricKind
from haidang.lib.tables.table import Broken, Table
from haidang.people.models import Unit
from haidang.web.sheets import Cell, add_sheet, csv_lines, saved, xlsx

_LAST = 5000


def template_csv(kind: str, fields: own.Fields = own.NOTHING) -> Iterator[bytes]:
    """The header and two examples; `fields` are the organisation's own."""
    return csv_lines(_filled_in(kind, fields))


def template_xlsx(kind: str, fields: own.Fields = own.NOTHING) -> bytes:
    """The header and two examples, with lists to choose from where there are few values; a
    sheet that tells what each column is for."""
    columns = (*COLUMNS[kind], *own.columns_of(fields))
    values_of = {column.key: offered(column.words) for column in columns if column.words}
    for key, field in fields.items():
        if field.type == FieldType.CHOICE:
            values_of[OWN + key] = list(field.option_names().values())
    book = Workbook(write_only=True)
    sheet = add_sheet(
        book,
        _filled_in(kind, fields),
        title=_TITLES[kind](),
        widths=[column.width for column in columns],
    )
    told: list[list[Cell]] = [[_("Column"), _("What it holds"), _("Values")]]
    for column in columns:
        values = ", ".join(values_of.get(column.key, ()))
        if column.key.startswith(OWN):
            values = own.values_of(fields[column.key.removeprefix(OWN)])
        told.append([str(column.label), str(column.help), values])
    add_sheet(book, told, title=_("How to fill it in"), widths=[24, 70, 60], wrapped=True)
    lists = [column for column in columns if column.key in values_of]
    if lists:
        words = [values_of[column.key] for column in lists]
        longest = max(len(part) for part in words)
        table: list[list[Cell]] = [[str(column.label) for column in lists]]
        table += [[part[i] if i < len(part) else None for part in words] for i in range(longest)]
        values_sheet = add_sheet(book, table, title=_("Values"))
        values_sheet.sheet_state = "hidden"
        for place, column in enumerate(lists, 1):
            letter = get_column_letter(place)
            source = f"'{values_sheet.title}'!${letter}$2:${letter}${len(words[place - 1]) + 1}"
            here = get_column_letter(columns.index(column) + 1)
            rule = DataValidation(type="list", formula1=source, allow_blank=True)
            rule.showErrorMessage = False  # other words are understood, too
            rule.add(f"{here}2:{here}{_LAST}")
            sheet.data_validations.append(rule)
    return saved(book)


def _filled_in(kind: str, fields: own.Fields) -> list[list[Cell]]:
    columns = (*COLUMNS[kind], *own.columns_of(fields))
    rows: list[list[Cell]] = [[str(column.label) for column in columns]]
    rows += [[example.get(column.key) for column in columns] for example in _EXAMPLES[kind]()]
    return rows


def _goals() -> list[dict[str, Any]]:
    year = date.today().year
    objective = _("Lead the market in the South")
    return [
        {
            "level": word_of("level", Level.COMPANY),
            "kind": word_of("kind", Kind.OBJECTIVE),
            "title": objective,
            "commitment": word_of("commitment", Commitment.COMMITTED),
            "starts": date(year, 1, 1),
            "ends": date(year, 12, 31),
        },
        {
            "kind": word_of("kind", Kind.KEY_RESULT),
            "parent": objective,
            "title": _("Revenue in the South"),
            "metric_kind": word_of("metric_kind", MetricKind.CURRENCY),
            "metric_unit": "tỷ ₫",
            "baseline": Decimal(120),
            "target": Decimal("150.5"),
            "direction": word_of("direction", Direction.INCREASE),
            "weight": 1,
        },
    ]


def _people() -> list[dict[str, Any]]:
    return [
        {"name": "Nguyễn Thị Lan", "email": "lan@congty.example", "title": _("Head of sales")},
        {
            "name": "Trần Văn Minh",
            "email": "minh@congty.example",
            "title": _("Sales representative"),
            "manager": "lan@congty.example",
            "joined_on": date(date.today().year, 3, 1),
        },
    ]


def _units() -> list[dict[str, Any]]:
    sales = _("Sales of the South")
    return [
        {"code": "KDN", "name": sales, "kind": word_of("unit_kind", Unit.Kind.DIVISION)},
        {
            "code": "KDN-1",
            "name": _("Retail"),
            "kind": word_of("unit_kind", Unit.Kind.DEPARTMENT),
            "parent": sales,
        },
    ]


_EXAMPLES = {GOALS: _goals, PEOPLE: _people, UNITS: _units}
_TITLES = {
    GOALS: lambda: _("Goals"),
    PEOPLE: lambda: _("People"),
    UNITS: lambda: _("Units"),
    ACTUALS: lambda: _("Actuals of KPIs"),
}


def to_mend(kind: str, data: bytes, lines: Sequence[Line]) -> tuple[str, bytes]:
    """The format and the bytes of the file that was sent, with a column of what is to mend in
    front: sent again as it is mended, that column is left out by itself. What was merged stays
    so: taken apart here, it would pass though nobody has looked at it."""
    table, _header = opened(kind, data)
    by_number: dict[int, list[Line]] = {}
    for line in lines:  # of actuals, a line of the file may be several: one for each value
        by_number.setdefault(line.number, []).append(line)
    rows = list(_with_messages(kind, table, by_number))
    if table.format == "csv":
        return "csv", b"".join(csv_lines(rows))
    return "xlsx", xlsx(
        rows, title=_TITLES[kind](), widths=[60, *([16] * 20)], header=len(table.above),
        merged=_merged_again(table),
    )  # fmt: skip


def _merged_again(table: Table) -> Iterator[str]:
    """What was merged, by the places that it has behind the column of what is to mend, now that
    blank lines are left out. Where ranges lie over each other, which no spreadsheet opens, the
    first is kept."""
    numbers = (row.number for row in (*table.above, table.header, *table))
    line_of = {number: line for line, number in enumerate(numbers, 1)}
    columns = _columns(table)
    column_of_place = {place: column for column, place in enumerate(columns, 2)}
    beyond = len(columns) + 2 - len(table.header.values)
    taken: dict[int, list[tuple[int, int]]] = {}
    for one in table.merged:
        lines = [line_of[n] for n in range(one.top, one.bottom + 1) if n in line_of]
        places = [
            column_of_place.get(place, place + beyond)
            for place in range(one.left - 1, one.right)
            if place in column_of_place or place >= len(table.header.values)
        ]
        if len(lines) * len(places) < 2:
            continue
        first, last = min(places), max(places)
        if any(a <= last and first <= b for line in lines for a, b in taken.get(line, ())):
            continue
        for line in lines:
            taken.setdefault(line, []).append((first, last))
        left, right = get_column_letter(first), get_column_letter(last)
        yield f"{left}{min(lines)}:{right}{max(lines)}"


def _columns(table: Table) -> list[int]:
    """The places of the columns of the file, without an older column of what is to mend."""
    return [i for i, value in enumerate(table.header.values) if not _is_messages(value)]


def _with_messages(kind: str, table: Table, lines: dict[int, list[Line]]) -> Iterator[list[Cell]]:
    column = column_of(kind, MESSAGES.key)
    places = _columns(table)
    for row in table.above:  # one of them may say which year it is about
        yield [None, *(_again(row.at(place)) for place in range(len(row.values)))]
    yield [str(column.label), *(_again(table.header.at(place)) for place in places)]
    for row in table:
        wrong = [line for line in lines.get(row.number, ()) if line.status == Status.WRONG]
        problems = [problem for line in wrong for problem in line.problems]
        said = [f"{p.column}: {p.message}" if p.column else p.message for p in problems]
        more = range(len(table.header.values), len(row.values))
        yield [" ".join(said), *(_again(row.at(place)) for place in (*places, *more))]


def _is_messages(value: Any) -> bool:
    said = plain_name(text_of(value))
    return said in {plain_name(str(MESSAGES.label)), *MESSAGES.also}


def _again(value: Any) -> Cell:
    """A cell as it was, as far as it may be written again."""
    found: Cell = value.shown if isinstance(value, Broken) else value
    return found
