"""Short lists inside a form: milestones and steps, a row each, blank rows left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haidang.lib.decimals import EXACT, canonical
from haidang.lib.errors import Invalid
from haidang.lib.input import parse_date, parse_decimal, parse_whole
from haidang.lib.text import clean_line
from haidang.web import formats

#: More rows than the actions take.
MOST = 101
BLANK = 2
#: What a row carries without being filled in.
_HIDDEN = ("position", "key")


def _language() -> str:
    return (get_language() or "vi")[:2]


@dataclass(slots=True)
class Row:
    """A row as it was typed, with what is wrong with it."""

    at: int
    values: dict[str, str]
    errors: list[Any] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        return not any(v.strip() for name, v in self.values.items() if name not in _HIDDEN)


def read(data: Mapping[str, Any], prefix: str, names: Sequence[str]) -> list[Row]:
    """Rows `prefix-0-name`, `prefix-1-name` … as typed, in order, blank ones left out."""
    rows: list[Row] = []
    for at in range(MOST):
        keys = [f"{prefix}-{at}-{name}" for name in names]
        if not any(key in data for key in keys):
            break
        values = {n: str(data.get(k, "")) for n, k in zip(names, keys, strict=True)}
        row = Row(len(rows), values)
        if not row.is_blank:
            rows.append(row)
    return rows


def with_blanks(rows: list[Row], names: Sequence[str], least: int = 3) -> list[Row]:
    """The rows and room for more."""
    wanted = max(least, len(rows) + BLANK)
    return rows + [Row(at, dict.fromkeys(names, "")) for at in range(len(rows), wanted)]


MILESTONE = ("title", "weight", "due", "position")  # the position is hidden: which it is
STEP = ("from", "gives")
OPTION = ("name_vi", "name_en", "key")  # the key is hidden, too


def milestones_typed(milestones: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Stored milestones as they are typed."""
    return [
        Row(
            at,
            {
                "title": str(m["title"]),
                "weight": str(m["weight"]),
                "due": formats.day(m["due"], "vi") if m["due"] else "",
                "position": str(m.get("position", "")),
            },
        )
        for at, m in enumerate(milestones)
    ]


def milestones_read(rows: Sequence[Row]) -> list[dict[str, Any]] | None:
    """Typed milestones as the action takes them; None when a row is wrong (it says how)."""
    found = []
    for row in rows:
        entry: dict[str, Any] = {"title": clean_line(row.values["title"]), "due": None}
        known = row.values["position"]
        entry["position"] = int(known) if re.fullmatch("[0-9]{1,5}", known) else None
        if not entry["title"]:
            row.errors.append(_("Each milestone needs a short title."))
        try:
            weight = row.values["weight"].strip()
            entry["weight"] = parse_whole(weight, _language(), low=0, high=10_000) if weight else 1
            if row.values["due"].strip():
                entry["due"] = parse_date(row.values["due"])
        except Invalid as invalid:
            row.errors.append(invalid.message)
        found.append(entry)
    return None if any(row.errors for row in rows) else found


def steps_typed(steps: Sequence[tuple[Decimal, Decimal]]) -> list[Row]:
    """Stored steps as percentages."""
    return [
        Row(
            at,
            {
                "from": formats.plain(EXACT.multiply(a, Decimal(100)), _language()),
                "gives": formats.plain(EXACT.multiply(b, Decimal(100)), _language()),
            },
        )
        for at, (a, b) in enumerate(steps)
    ]


def _share(percentage: Decimal) -> Decimal:
    return canonical(percentage.scaleb(-2, context=EXACT))


def steps_read(rows: Sequence[Row]) -> list[tuple[Decimal, Decimal]] | None:
    """Typed steps as shares; None when a row is wrong (it says how)."""
    found = []
    for row in rows:
        try:
            pair = [parse_decimal(row.values[name], _language()) for name in STEP]
        except Invalid as invalid:
            row.errors.append(invalid.message)
            continue
        found.append((_share(pair[0]), _share(pair[1])))
    return None if any(row.errors for row in rows) else found
