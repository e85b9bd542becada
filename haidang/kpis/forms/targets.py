"""What is typed into the grids of targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.kpis.models import TargetAnswer
from haidang.lib.errors import Invalid
from haidang.lib.input import parse_decimal
from haidang.web import formats
from haidang.web.forms import TextField

LONGEST = 60  # characters of a cell


@dataclass(slots=True)
class Cell:
    """One input as it is typed; `was` is what stands."""

    name: str
    field: str  # target, baseline, low, high, tolerance
    was: Decimal | None
    text: str
    value: Decimal | None = None
    is_open: bool = True
    error: Any = None

    @classmethod
    def of(
        cls, name: str, field: str, was: Decimal | None, language: str, *, is_open: bool = True
    ) -> Cell:
        return cls(name, field, was, formats.plain(was, language), was, is_open)

    def type(self, data: Mapping[str, str], language: str) -> None:
        """Take what was sent for it; wrong input is kept with the reason."""
        if not self.is_open or self.name not in data:
            return
        self.text = data[self.name][:LONGEST]
        try:
            self.value = parse_decimal(self.text, language) if self.text.strip() else None
        except Invalid as invalid:
            self.error = invalid.message

    def put(self, value: Decimal | None, language: str) -> None:
        self.value, self.text, self.error = value, formats.plain(value, language), None

    @property
    def is_changed(self) -> bool:
        return self.is_open and self.error is None and self.value != self.was


@dataclass(slots=True)
class PeriodCells:
    """The inputs of a period; `starts` is None for the usual target."""

    starts: date | None
    cells: list[Cell] = field(default_factory=list)

    @property
    def wanted(self) -> dict[str, Decimal | None]:
        return {cell.field: cell.value for cell in self.cells if cell.is_changed}


def any_wrong(cells: Sequence[Cell]) -> bool:
    return any(cell.error is not None for cell in cells)


class TargetAnswerForm(forms.Form):
    use_required_attribute = False

    answer = forms.ChoiceField(
        choices=[(TargetAnswer.GRANTED, ""), (TargetAnswer.DECLINED, "")],
    )
    reason = TextField(label=_("Words to who asked"), max_length=2000, required=False)
