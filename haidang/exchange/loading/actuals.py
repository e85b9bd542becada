"""Actuals of KPIs from a list: read, tried, and recorded all at once or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from haidang.checkins.actuals import MOST, record_actuals, try_actuals
from haidang.exchange.loading import actual_values as cells
from haidang.exchange.loading.actual_columns import ActualHeader
from haidang.exchange.loading.actual_finding import Kpis
from haidang.exchange.loading.actual_outcome import NUMBERS, Wish, actual_of, judge
from haidang.exchange.loading.cells import text_of
from haidang.exchange.loading.columns import ACTUALS
from haidang.exchange.loading.goal_making import SOURCE
from haidang.exchange.loading.goals import Said
from haidang.exchange.loading.lines import Line, Problem, Status
from haidang.exchange.loading.periods import NoYear, read_period
from haidang.goals.models import Frequency, Goal
from haidang.goals.rules.periods import FIRST, LAST, period_of
from haidang.kpis.connectors.sources.periods import Span
from haidang.lib.errors import Invalid
from haidang.lib.tables.limits import refused
from haidang.lib.tables.table import Row, Table, Value
from haidang.lib.text import clean_text
from haidang.people.access import today_of
from haidang.people.models import Person

_SAY_EVERY = 500


def load(
    actor: Person,
    table: Table,
    header: ActualHeader,
    language: str,
    *,
    reason: str,
    trial: bool,
    said: Said,
) -> list[Line]:
    """Record the actuals of the list; in a `trial` only say what would be.

    `reason` says where they come from: it stands in the note of records that have no other.
    """
    reading = _Reading(actor, table, header, language)
    for number, row in enumerate(table, 1):
        reading.take(row)
        if number % _SAY_EVERY == 0:
            said(number, 2 * len(table.rows))
    reading.finish()
    good = [wish for wish in reading.wishes if not wish.line.problems]
    today = today_of(actor)
    rows = [actual_of(wish, today, reason) for wish in good]
    tried = try_actuals(actor, rows) if rows else []
    for wish, one in zip(good, tried, strict=True):
        judge(wish, one, header, language)
    said(3, 4)
    if rows and not trial and not any(line.problems for line in reading.lines):
        record_actuals(actor, rows, source=SOURCE)
    return reading.lines


class _Reading:
    """The lines of a list, one after the other."""

    def __init__(self, actor: Person, table: Table, header: ActualHeader, language: str) -> None:
        self.table, self.header, self.language = table, header, language
        self.first_month = actor.organisation.fiscal_year_start
        self.kpis = Kpis(actor)
        self.lines: list[Line] = []
        self.wishes: list[Wish] = []
        self.empty = 0
        self._by_period: dict[tuple[int, date], Wish] = {}
        self._half: set[tuple[int, date]] = set()  # ratios of which a part cannot be read
        self._columns: dict[tuple[int, int | None], Span | None] = {}
        if header.year is None and "period" not in header.places:
            self._require_years()

    def _require_years(self) -> None:
        """Raise Invalid where nothing says of which year a column is."""
        for place, (said, column) in self.header.periods.items():
            try:
                self._of_column(place, said, None)
            except NoYear:
                raise refused(
                    _("The column “%(column)s” does not say of which year it is. Please write it as"
                      " T10/2026, or the year above the table."),
                    "no_year",
                    column=column,
                ) from None  # fmt: skip

    def take(self, row: Row) -> None:
        """Read a line; one without any value says nothing."""
        if self.header.is_wide:
            places = [p for p in self.header.periods if _says(row.at(p))]
        else:
            places = [p for k in NUMBERS if (p := self.header.places.get(k)) is not None]
            places = [p for p in places if _says(row.at(p))]
        if not places:
            self._without_value(row)
            return
        line = Line(row.number, Status.NEW, self._title(row), "kpi")
        kpi = self._kpi(row, line)
        if kpi is None:
            self.lines.append(line)
        elif self.header.is_wide:
            self._take_wide(row, kpi, places)
        else:
            self._take_one(row, kpi, line)
        if len(self.wishes) > MOST:
            raise refused(
                _("The list has more than %(most)s values. Please divide it into several."),
                "too_many_values",
                most=MOST,
            )

    def finish(self) -> None:
        """Say what was left out. Raises Invalid where nothing is left."""
        # That a part of a ratio is missing follows from the other, which is told already.
        follows = [one for one in self.wishes if (one.kpi.pk, one.starts) in self._half]
        told = {id(one.line) for one in follows}
        self.wishes = [one for one in self.wishes if id(one.line) not in told]
        self.lines = [line for line in self.lines if id(line) not in told]
        if not self.lines:
            raise refused(_("No line of the list has a value."), "no_values")
        if self.empty:
            self.table.notes.append(
                _("Lines without a value, left out: %(count)s.") % {"count": self.empty}
            )
        if self.header.is_wide and "note" in self.header.places:
            self.table.notes.append(
                _("The column “%(name)s” is left out: it does not say of which period it is.")
                % {"name": self.header.said["note"]}
            )
        year = self.header.year
        if year is not None and any(of == year for _place, of in self._columns):
            self.table.notes.append(
                _("Columns without a year are taken for those of %(year)s, which stands above.")
                % {"year": year}
            )

    # -- one line ---------------------------------------------------------------------------

    def _title(self, row: Row) -> str:
        for key in ("title", "public_id"):
            try:
                if (place := self.header.places.get(key)) is not None and (
                    text := cells.line_of(row.at(place))
                ):
                    return text[:200]
            except Invalid:
                continue
        return ""

    def _without_value(self, row: Row) -> None:
        """A line that is not filled in is no mistake; one that has a note means something."""
        place = self.header.places.get("note")
        if self.header.is_wide or place is None or not _says(row.at(place)):
            self.empty += 1
            return
        line = Line(row.number, Status.NEW, self._title(row), "kpi")
        key = "value" if "value" in self.header.places else "numerator"
        line.wrong(ACTUALS, key, _("Please give the value."))
        self.lines.append(line)

    def _text(self, row: Row, key: str, line: Line) -> str:
        place = self.header.places.get(key)
        if place is None:
            return ""
        try:
            return cells.line_of(row.at(place))
        except Invalid as invalid:
            line.wrong(ACTUALS, key, invalid.message)
            return ""

    def _kpi(self, row: Row, line: Line) -> Goal | None:
        """The KPI of a line; None where it cannot be told, with the reason beside."""
        named = [self._text(row, key, line) for key in ("public_id", "title", "owner", "unit")]
        if line.problems:
            return None
        try:
            kpi = self.kpis.find(*named)
        except Invalid as invalid:
            line.wrong(ACTUALS, self._column_for(invalid.field), invalid.message)
            return None
        line.title, line.public_id = kpi.title, kpi.public_id
        try:
            cells.check_unit(self._text(row, "metric_unit", line), kpi)
        except Invalid as invalid:
            line.wrong(ACTUALS, "metric_unit", invalid.message)
        return None if line.problems else kpi

    def _column_for(self, key: str | None) -> str:
        """The column that a reason is of: the ID's where the file has no titles."""
        if key is not None and key in self.header.places:
            return key
        return "title" if "title" in self.header.places else "public_id"

    def _take_one(self, row: Row, kpi: Goal, line: Line) -> None:
        """A line with one value, and its period beside."""
        self.lines.append(line)
        places = self.header.places
        numbers = self._numbers(row, kpi, line)
        note = ""
        if (place := places.get("note")) is not None:
            try:
                note = clean_text(text_of(cells.readable(row.at(place))))
            except Invalid as invalid:
                line.wrong(ACTUALS, "note", invalid.message)
        try:
            value = cells.readable(row.at(places["period"]))
            span = self._fitting(read_period(value, self.first_month), kpi)
        except Invalid as invalid:
            line.wrong(ACTUALS, "period", invalid.message)
            return
        wish = Wish(line, kpi, *span, numbers=numbers, note=note)
        self._add(wish)

    def _numbers(self, row: Row, kpi: Goal, line: Line) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        is_ratio = kpi.aggregation == "ratio"
        for key in NUMBERS:
            place = self.header.places.get(key)
            if place is None or not _says(row.at(place)):
                continue
            value = row.at(place)
            try:
                if key == "value" and is_ratio:
                    found.update(cells.ratio_in(value, self.language))
                elif key != "value" and not is_ratio:
                    raise _no_ratio()
                else:
                    number = cells.number_of(value, kpi, self.language, bare=key != "value")
                    assert number is not None
                    found[key] = number
            except Invalid as invalid:
                line.wrong(ACTUALS, key, invalid.message)
        return found

    def _take_wide(self, row: Row, kpi: Goal, places: list[int]) -> None:
        """A line with a column for each period: a value of each."""
        of_row = Line(row.number, Status.NEW, kpi.title, "kpi", kpi.public_id)
        part, year = "", self.header.year
        try:
            if (place := self.header.places.get("part")) is not None:
                part = cells.part_of(row.at(place))
            if part and kpi.aggregation != "ratio":
                raise _no_ratio()
        except Invalid as invalid:
            of_row.wrong(ACTUALS, "part", invalid.message)
        try:
            year = self._year(row) or year
        except Invalid as invalid:
            of_row.wrong(ACTUALS, "period", invalid.message)
        if of_row.problems:
            self.lines.append(of_row)
            return
        for place in places:
            said, column = self.header.periods[place]
            line = Line(row.number, Status.NEW, kpi.title, "kpi", kpi.public_id)
            self.lines.append(line)
            span = None
            try:
                span = self._fitting(self._of_column(place, said, year), kpi)
                numbers = self._in_cell(row.at(place), kpi, part)
            except Invalid as invalid:
                if part and span is not None:
                    self._half.add((kpi.pk, span[0]))
                line.problems.append(Problem(column, str(invalid.message)))
                line.status = Status.WRONG
                continue
            self._add(Wish(line, kpi, *span, column=column, numbers=numbers))

    def _year(self, row: Row) -> int | None:
        """The year that a column beside those of the periods says."""
        place = self.header.places.get("period")
        if place is None:
            return None
        span = read_period(cells.readable(row.at(place)), self.first_month)
        if span is None:
            return None
        if period_of(span.first, "year", self.first_month) != tuple(span):
            raise Invalid(_("Please give the year here, the periods have columns of their own."))
        return span.first.year

    def _of_column(self, place: int, said: Value, year: int | None) -> Span | None:
        """The period of a column; of one that names no year, in the year of the line."""
        for key in ((place, None), (place, year)):
            if key in self._columns:
                return self._columns[key]
        try:
            found = self._columns[place, None] = read_period(said, self.first_month)
        except NoYear:
            found = self._columns[place, year] = read_period(said, self.first_month, year)
        return found

    def _in_cell(self, value: Value, kpi: Goal, part: str) -> dict[str, Decimal]:
        if kpi.aggregation == "ratio" and not part:
            return dict(cells.ratio_in(value, self.language))
        number = cells.number_of(value, kpi, self.language, bare=bool(part))
        assert number is not None
        return {part or "value": number}

    # -- periods ----------------------------------------------------------------------------

    def _fitting(self, span: Span | None, kpi: Goal) -> tuple[date, date]:
        """The KPI's period that holds all of these days. Raises Invalid."""
        if span is None:
            raise Invalid(_("Please say of which period it is."), code="required")
        if not FIRST <= span.first <= span.last <= LAST:
            raise Invalid(_("Years from 1990 to 2199."), code="out_of_bounds")
        starts, ends = period_of(span.first, kpi.frequency, self.first_month)
        if not starts <= span.last <= ends:
            raise Invalid(
                _("This is longer than a period of this KPI, which is measured by: %(frequency)s.")
                % {"frequency": Frequency(kpi.frequency).label},
                code="longer",
            )
        return starts, ends

    def _add(self, wish: Wish) -> None:
        """Take a value, or put it to the other number of its ratio. One KPI and period comes
        once."""
        key = (wish.kpi.pk, wish.starts)
        first = self._by_period.setdefault(key, wish)
        if first is wish:
            self.wishes.append(wish)
            return
        alone = {*first.numbers, *wish.numbers} == {"numerator", "denominator"}
        if self.header.is_wide and alone and len(first.numbers) == len(wish.numbers) == 1:
            first.numbers |= wish.numbers
            self.lines.pop()  # told with the other one
            return
        where = f"{first.line.number} ({first.column})" if first.column else first.line.number
        message = _("Line %(line)s reports the same KPI for the same period.") % {"line": where}
        if wish.column:
            wish.line.problems.append(Problem(wish.column, message))
            wish.line.status = Status.WRONG
        else:
            wish.line.wrong(ACTUALS, "period", message)


def _says(value: Value) -> bool:
    """Whether a cell says anything, be it wrong."""
    try:
        return cells.readable(value) is not None
    except Invalid:
        return True


def _no_ratio() -> Invalid:
    return Invalid(_("Only a ratio of sums has a numerator and a denominator."), code="no_ratio")
