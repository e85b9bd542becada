"""A table as the rows of a spreadsheet: what is seen of it, a value a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.goals.models import Kind
from haidang.strategy.explorer.columns import Column
from haidang.strategy.explorer.goals import Line
from haidang.strategy.explorer.own import PREFIX
from haidang.strategy.words import HEALTHS
from haidang.web.sheets import Cell

Read = Callable[[Line], Any]
#: Column > its columns in a sheet, where it is not one: (name, what stands in it).
_SEVERAL: Mapping[str, Sequence[tuple[Any, Read]]] = {
    "progress": (
        (_("Progress (%)"), lambda line: percent(line.outlook.progress)),
        (_("Expected (%)"), lambda line: percent(line.outlook.expected)),
    ),
    "measure": (
        (_("Actual"), lambda line: line.goal.standing.actual),
        (_("Target"), lambda line: _target(line)),
        (_("Unit of measure"), lambda line: line.goal.metric_unit),
    ),
    "health": (
        (_("Health"), lambda line: HEALTHS[line.outlook.health]),
        (_("Outdated"), lambda line: HEALTHS["outdated"] if line.outlook.outdated else ""),
    ),
}
_ONE: Mapping[str, Read] = {
    "kind": lambda line: line.goal.get_kind_display(),
    "level": lambda line: line.goal.get_level_display(),
    "state": lambda line: line.goal.get_state_display(),
    "pace": lambda line: None if line.outlook.pace is None else round(line.outlook.pace, 2),
    "confidence": lambda line: line.goal.standing.confidence,
    "coverage": lambda line: coverage(line),
    "owner": lambda line: line.goal.owner,
    "data_owner": lambda line: line.goal.data_owner,
    "unit": lambda line: line.goal.unit,
    "cycle": lambda line: line.goal.cycle,
    "starts": lambda line: line.goal.starts,
    "ends": lambda line: line.goal.ends,
    "silent": lambda line: line.silent,
    "parents": lambda line: ", ".join(parent.public_id for parent in line.beside.parents),
    "children": lambda line: line.beside.children,
    "weight": lambda line: line.beside.weight,
    "visibility": lambda line: line.goal.get_visibility_display(),
    "commitment": lambda line: line.goal.get_commitment_display(),
    "horizon": lambda line: line.goal.get_horizon_display(),
    "perspective": lambda line: line.goal.get_perspective_display(),
    "tags": lambda line: ", ".join(tag.name for tag in line.goal.tags.all()),
    "created": lambda line: line.goal.created_at,
    "updated": lambda line: line.beside.updated,
}


def percent(billionths: int | None) -> Decimal | None:
    """Progress as a number of percents, to two places."""
    return None if billionths is None else round(Decimal(billionths).scaleb(-7), 2)


def coverage(line: Line) -> str:
    """How many of a goal's terms have data: `2/3`; empty without terms."""
    standing = line.goal.standing
    return f"{standing.terms_measured}/{standing.terms_total}" if standing.terms_total else ""


def _target(line: Line) -> Decimal | None:
    return line.target if line.goal.kind == Kind.KPI else line.goal.target


def rows(lines: Iterable[Line], columns: Sequence[Column]) -> Iterator[Sequence[Cell]]:
    """The header and a row a goal: id and title, then the columns as they are chosen."""
    yield [str(_("ID")), str(_("Goal")), *(str(name) for name, _read in _reads(columns))]
    reads = [read for _name, read in _reads(columns)]
    for line in lines:
        yield [line.goal.public_id, line.goal.title, *(cell(read(line)) for read in reads)]


def widths(columns: Sequence[Column]) -> list[int]:
    wide = {"owner": 24, "data_owner": 24, "unit": 28, "parents": 24, "tags": 24}
    found = [12, 60]
    for column in columns:
        found += [wide.get(column.name, 16)] * len(_SEVERAL.get(column.name, (1,)))
    return found


def _reads(columns: Sequence[Column]) -> list[tuple[Any, Read]]:
    found: list[tuple[Any, Read]] = []
    for column in columns:
        if column.name.startswith(PREFIX):
            found.append((column.label, _own(column.name.removeprefix(PREFIX))))
            continue
        found += _SEVERAL.get(column.name) or [(column.label, _ONE[column.name])]
    return found


def _own(key: str) -> Read:
    """What a goal says to a field of the organisation's own: numbers and days as such."""

    def read(line: Line) -> Any:
        answer = line.own.get(key)
        if answer is None:
            return None
        return answer.value if isinstance(answer.value, Decimal | date) else answer.text

    return read


def cell(value: Any) -> Cell:
    """What a sheet takes of a value: days in the reader's time zone, things by their name."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date()
    if value is None or isinstance(value, str | int | Decimal | date):
        return value
    return str(value)
