"""A list of actuals to fill in: the KPIs that somebody reports, by the periods that are open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook

from haidang.exchange.loading.columns import ACTUALS, COLUMNS, column_of
from haidang.exchange.loading.limits import most_lines
from haidang.goals.models import Frequency, Goal, KpiPeriod
from haidang.goals.rules.periods import FIRST
from haidang.goals.words import period_label
from haidang.kpis.access import reportable
from haidang.kpis.queries.actuals import spans
from haidang.lib.text import clean_line
from haidang.people.access import today_of, unit_for
from haidang.people.models import Person, Unit
from haidang.web import formats
from haidang.web.sheets import Cell, add_sheet, csv_lines, saved

#: A column for each period, or a line for each.
WIDE, LONG = "wide", "long"
COUNTS = (1, 3, 6, 12)
USUAL = 3
#: What tells a KPI, and what is only looked at.
_ABOUT = ("public_id", "title", "owner", "unit", "metric_unit")
_VALUES = ("period", "value", "numerator", "denominator", "note")


@dataclass(frozen=True, slots=True)
class Blank:
    """What is to be filled in."""

    unit: Unit | None
    frequency: str
    count: int
    to: date
    form: str

    @classmethod
    def of(cls, person: Person, asked: Mapping[str, str]) -> Blank:
        """What is asked for, as the grid's address says it; what makes no sense is as if it
        were not asked."""
        unit = unit_for(person, asked.get("unit", "")) if asked.get("unit") else None
        frequency = asked.get("frequency", "")
        if frequency not in Frequency.values:
            frequency = Frequency.MONTH.value
        counts = {str(count): count for count in COUNTS}
        today = today_of(person)
        try:
            to = min(max(date.fromisoformat(asked.get("to", "")), FIRST), today)
        except ValueError:
            to = today
        form = LONG if asked.get("form") == LONG else WIDE
        return cls(unit, frequency, counts.get(asked.get("n", ""), USUAL), to, form)

    def query(self) -> str:
        facts = {
            "unit": self.unit.public_id if self.unit else "",
            "frequency": self.frequency,
            "n": str(self.count),
            "to": self.to.isoformat(),
            "form": self.form,
        }
        return "?" + urlencode({name: value for name, value in facts.items() if value})


def rows_of(person: Person, wanted: Blank) -> Iterator[list[Cell]]:
    """The header and a line for each KPI, or for each KPI and period: two queries."""
    first_month = person.organisation.fiscal_year_start
    found = reportable(person, unit=wanted.unit).filter(frequency=wanted.frequency)
    kpis = list(found.select_related("owner__unit", "unit").order_by("rank", "id")[: most_lines()])
    periods = spans(wanted.to, wanted.frequency, first_month, wanted.count)
    closed = _closed(kpis, periods)
    labels = [_label(starts, wanted.frequency, first_month) for starts, _ends in periods]
    if wanted.form == LONG:
        yield [str(column_of(ACTUALS, key).label) for key in (*_ABOUT, *_VALUES)]
        for kpi in kpis:
            for (starts, _ends), label in zip(periods, labels, strict=True):
                if (kpi.pk, starts) not in closed:
                    yield [*_about(kpi), label, None, None, None, None]
        return
    # A column in which everything is closed has nothing to fill in.
    shown = [
        label
        for (starts, _ends), label in zip(periods, labels, strict=True)
        if any((kpi.pk, starts) not in closed for kpi in kpis)
    ]
    has_ratio = any(kpi.aggregation == "ratio" for kpi in kpis)
    about = (*_ABOUT, "part") if has_ratio else _ABOUT
    yield [*(str(column_of(ACTUALS, key).label) for key in about), *shown]
    for kpi in kpis:
        parts: Sequence[Any] = [()]
        if has_ratio:
            parts = [("",)]
            if kpi.aggregation == "ratio":
                parts = [(_("Numerator"),), (_("Denominator"),)]
        for part in parts:
            yield [*_about(kpi), *part, *([None] * len(shown))]


def _closed(kpis: Sequence[Goal], periods: Sequence[tuple[date, date]]) -> set[tuple[int, date]]:
    if not kpis or not periods:
        return set()
    rows = KpiPeriod.objects.filter(starts__gte=periods[0][0], starts__lte=periods[-1][0])
    rows = rows.filter(goal__in=[kpi.pk for kpi in kpis]).exclude(locked_at=None)
    return set(rows.values_list("goal_id", "starts"))


def _label(starts: date, frequency: str, first_month: int) -> str:
    """A period as this list is read again, and as no spreadsheet takes it for a number."""
    if frequency == Frequency.MONTH and (get_language() or "vi").startswith("vi"):
        return f"T{starts.month}/{starts.year}"
    if frequency in (Frequency.DAY, Frequency.WEEK):
        return f"{starts:%d/%m/%Y}"
    return str(period_label(starts, frequency, first_month))


def _about(kpi: Goal) -> list[Cell]:
    unit = kpi.unit or (kpi.owner.unit if kpi.owner else None)
    return [
        kpi.public_id,
        clean_line(kpi.title),
        kpi.owner.name if kpi.owner else None,
        unit.name if unit else None,
        kpi.metric_unit or None,
    ]


def blank_csv(person: Person, wanted: Blank) -> bytes:
    return b"".join(csv_lines(rows_of(person, wanted)))


def blank_xlsx(person: Person, wanted: Blank) -> bytes:
    """With a sheet that tells what each column is for."""
    rows = list(rows_of(person, wanted))
    columns = {str(column.label): column for column in COLUMNS[ACTUALS]}
    widths = [columns[name].width if name in columns else 14 for name in map(str, rows[0])]
    book = Workbook(write_only=True)
    add_sheet(book, rows, title=_("Actuals of KPIs"), widths=widths)
    told: list[list[Cell]] = [[_("Column"), _("What it holds")]]
    told += [[str(column.label), str(column.help)] for column in COLUMNS[ACTUALS]]
    told.append(["T1/2026, T2/2026, …", _("A column for each period, instead of “Period” and"
                                             " “Actual”: a line for each KPI.")])  # fmt: skip
    add_sheet(book, told, title=_("How to fill it in"), widths=[24, 90], wrapped=True)
    return saved(book)


def examples(language: str, to: date) -> list[tuple[str, list[str], list[list[str]]]]:
    """The two forms as they are shown: a title, the header, two lines."""
    label = {key: str(column_of(ACTUALS, key).label) for key in (*_ABOUT, *_VALUES)}
    revenue, owner = _("Revenue in the South"), "Nguyễn Thị Lan"
    some = formats.number(Decimal("12.5"), language)
    months = [f"T{n}/{to.year}" for n in (1, 2, 3)]
    long = [label[key] for key in ("title", "period", "value", "numerator", "denominator")]
    return [
        (
            _("A line for each period"),
            long,
            [[revenue, months[0], some, "", ""], ["KPI-7", f"{to:%Y}-01", "", "81", "90"]],
        ),
        (
            _("A column for each period"),
            [label["title"], label["owner"], *months],
            [[revenue, owner, some, "13", ""], ["KPI-7", "", "81/90", "84/91", ""]],
        ),
    ]
