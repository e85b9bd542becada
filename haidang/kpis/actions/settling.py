"""From what another system said to records: names, contract, what stands, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import coming_from
from haidang.checkins.actions import closed_period
from haidang.checkins.actuals import Actual, Taken, record_actuals
from haidang.checkins.models import Source
from haidang.goals.models import Goal, KpiPeriod
from haidang.goals.rules.node import Period
from haidang.goals.rules.periods import FIRST, LAST, period_of
from haidang.goals.rules.units import ratio_factor
from haidang.kpis.connectors.sources.base import Reading
from haidang.kpis.models import Connector, ForeignName, Quarantined, Verdict
from haidang.kpis.rules.connectors import Breach, Contract, breach, key_of, size_of
from haidang.lib.decimals import WHOLE_DIGITS, in_bounds
from haidang.lib.errors import Invalid
from haidang.people.access import today_of
from haidang.people.models import Person

Parts = tuple[Decimal | None, Decimal | None, Decimal | None]

NEW, SAME, HELD, WRONG = "new", "same", "held", "wrong"
#: As far back as the last value is looked for, by frequency; longer: three years.
_BACK = {"day": timedelta(days=62), "week": timedelta(days=120), "month": timedelta(days=400)}
_FURTHER = timedelta(days=1100)


@dataclass(slots=True)
class Line:
    """One reading, what it is of, and what came (or would come) of it."""

    reading: Reading
    kpi: Goal | None = None
    starts: date | None = None
    ends: date | None = None
    day: date | None = None  # that the record is for
    what: str = NEW
    code: str = ""
    message: Any = ""
    stood: Fraction | None = None  # the last value before it
    breach: Breach | None = None
    record: int | None = None
    asked_before: bool = False  # held back, and it waits or was refused already

    def refuse(self, code: str, message: Any) -> None:
        self.what, self.code, self.message = WRONG, code, message

    @property
    def place(self) -> dict[str, Any]:
        """KPI and period, for the rows that are kept of it."""
        return {"kpi": self.kpi, "starts": self.starts}

    @property
    def size(self) -> Fraction | None:
        """How large it is, as the KPI shows it: a ratio of a KPI in percent times 100."""
        return _sized(self.kpi, (self.reading.value, *_ratio(self.reading)))


@dataclass(slots=True)
class Settled:
    lines: list[Line] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)  # names that no row mentions

    def of(self, what: str) -> list[Line]:
        return [line for line in self.lines if line.what == what]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in a period of a KPI."""

    starts: date
    record: int | None
    parts: Parts
    is_closed: bool


def _ratio(reading: Reading) -> tuple[Decimal | None, Decimal | None]:
    return reading.numerator, reading.denominator


def _is_kept(number: Decimal | None) -> bool:
    """Whether a number is one that can be recorded; no arithmetic on an exponent of a million."""
    if number is None:
        return True
    if not number.is_finite() or (number and not -400 <= number.adjusted() <= WHOLE_DIGITS):
        return False
    return in_bounds(number)


def _sized(kpi: Goal | None, parts: Parts) -> Fraction | None:
    size = size_of(*parts)
    if size is None or kpi is None or parts[0] is not None:
        return size
    return size * Fraction(ratio_factor(kpi.metric_kind))


def settle(connector: Connector, readings: Sequence[Reading], span: tuple[date, date]) -> Settled:
    """Record what may be recorded, on behalf of the keeper.

    The caller holds the organisation's lock, in a transaction; taken back, it was a trial.
    """
    today = today_of(connector.keeper)
    found = sort_out(connector, list(_mapped(connector)), readings, span, today)
    fresh = found.of(NEW)
    judge(connector, fresh, _standing(connector, fresh), today)
    _look_at_held(found.of(HELD))
    _record(connector.keeper, found.of(NEW))
    return found


def sort_out(
    connector: Connector,
    names: Sequence[ForeignName],
    readings: Sequence[Reading],
    span: tuple[date, date],
    today: date,
) -> Settled:
    """Which KPI and period each reading is of, and which cannot be taken; no question to the
    database."""
    found = Settled([Line(reading) for reading in readings])
    kpis = {row.key: row.kpi for row in names}
    met = {key_of(line.reading.name) for line in found.lines}
    found.absent = [row.name for row in names if row.key not in met]
    for line in found.lines:
        _place(line, kpis, span, today, connector)
    _refuse_double(found.lines)
    return found


def _mapped(connector: Connector) -> QuerySet[ForeignName]:
    return connector.names.select_related("kpi__organisation", "kpi__owner", "kpi__unit")


def _place(
    line: Line, kpis: Mapping[str, Goal], span: tuple[date, date], today: date, of: Connector
) -> None:
    reading = line.reading
    line.kpi = kpis.get(key_of(reading.name))
    if reading.wrong:
        line.refuse("value", reading.wrong)
    elif not all(_is_kept(one) for one in (reading.value, *_ratio(reading))):
        line.refuse("value", _("At most 24 digits before the point and 10 after."))
    elif line.kpi is None:
        line.refuse(
            "unknown_name",
            _("This name belongs to no KPI yet.")
            if reading.name
            else _("The row has no name, and no KPI takes rows without one."),
        )
    elif reading.day is not None and not FIRST <= reading.day <= LAST:
        line.refuse("day", _("Years from 1990 to 2199."))
    elif line.kpi.frequency != of.frequency:
        line.refuse("frequency", _("The KPI has another frequency than the connector."))
    elif (line.kpi.aggregation == "ratio") != (reading.value is None) and line.size is not None:
        line.refuse(
            "ratio",
            _("This KPI takes a numerator and a denominator.")
            if line.kpi.aggregation == "ratio"
            else _("This KPI takes one value, no ratio."),
        )
    elif line.size is None:
        line.refuse(
            "nothing",
            _("The denominator is 0.")
            if reading.denominator is not None
            else _("The other system has no value; what stands stays."),
        )
    if line.what == WRONG:
        return
    first_month = of.organisation.fiscal_year_start
    line.starts, line.ends = (
        span if reading.day is None else period_of(reading.day, of.frequency, first_month)
    )
    if line.starts > today:
        line.refuse("future", _("This period has not begun yet."))
    line.day = min(line.ends, today)


def _refuse_double(lines: Sequence[Line]) -> None:
    """Two rows for one thing: neither is taken, for nobody knows which is meant."""
    first: dict[tuple[int, date], Line] = {}
    for line in lines:
        if line.what == WRONG or line.kpi is None or line.starts is None:
            continue
        before = first.setdefault((line.kpi.pk, line.starts), line)
        if before is not line:
            for one in (before, line):
                one.refuse("many", _("Two rows for one KPI and period: neither is taken."))


def judge(
    connector: Connector,
    lines: Sequence[Line],
    standing: Mapping[int, Sequence[Standing]],
    today: date,
) -> None:
    """Tell what stands already, and hold back what the contract does not believe. `standing`
    is by KPI what stands in the periods of the lines and before them."""
    contract = Contract(connector.jump, connector.lowest, connector.highest)
    for line in lines:
        assert line.kpi is not None
        assert line.starts is not None
        assert line.ends is not None
        before = standing.get(line.kpi.pk, [])
        here = next((one for one in before if one.starts == line.starts), None)
        if here is not None and here.record and here.parts == _parts(line.reading):
            line.what, line.record = SAME, here.record
            continue
        if here is not None and here.is_closed:
            refusal = closed_period()
            line.refuse(refusal.code, refusal.message)
            continue
        earlier = [one for one in before if one.starts < line.starts and one.record]
        told = here if here and here.record else None
        last = told or (max(earlier, key=lambda one: one.starts) if earlier else None)
        line.stood = _sized(line.kpi, last.parts) if last else None
        assert line.size is not None
        line.breach = breach(
            contract, line.size, line.stood, is_partial=told is None and line.ends > today
        )
        if line.breach is not None:
            line.what = HELD


def _parts(reading: Reading) -> Parts:
    if reading.value is not None:
        return reading.value, None, None
    return None, *_ratio(reading)


def _standing(connector: Connector, lines: Sequence[Line]) -> dict[int, list[Standing]]:
    """What stands in the periods of these lines and before them, by KPI."""
    starts = [line.starts for line in lines if line.starts]
    if not starts:
        return {}
    since = min(starts) - _BACK.get(connector.frequency, _FURTHER)
    rows = KpiPeriod.objects.filter(
        goal_id__in={line.kpi.pk for line in lines if line.kpi},
        starts__gte=since,
        starts__lte=max(starts),
    ).filter(Q(own_record_id__isnull=False) | Q(locked_at__isnull=False))
    found: dict[int, list[Standing]] = {}
    for one in rows:
        found.setdefault(one.goal_id, []).append(stands_in(one, one.locked_at is not None))
    return found


def stands_in(period: KpiPeriod | Period, is_closed: bool) -> Standing:
    value = None if period.own_numerator is not None else period.own_value
    parts = (value, period.own_numerator, period.own_denominator)
    return Standing(period.starts, period.own_record_id, parts, is_closed)


def _look_at_held(lines: Sequence[Line]) -> None:
    """A value that waits, or that somebody refused, is not asked about again."""
    ids = {line.kpi.pk for line in lines if line.kpi}
    rows = Quarantined.objects.filter(
        kpi_id__in=ids, verdict__in=(Verdict.WAITING, Verdict.REFUSED)
    ).order_by("pk")
    latest = {(row.kpi_id, row.starts): row for row in rows}
    for line in lines:
        assert line.kpi is not None
        assert line.starts is not None
        row = latest.get((line.kpi.pk, line.starts))
        line.asked_before = row is not None and _parts(line.reading) == (
            row.value, row.numerator, row.denominator
        )  # fmt: skip


def _record(keeper: Person, lines: Sequence[Line]) -> None:
    """Record the lines, leaving out (and saying of each) what cannot be taken."""
    left = list(lines)
    while left:
        rows = [
            Actual(
                line.kpi.public_id if line.kpi else "",
                line.day or date.min,
                line.reading.value,
                line.reading.numerator,
                line.reading.denominator,
            )
            for line in left
        ]
        try:
            with coming_from("connector"):
                taken = record_actuals(keeper, rows, source=Source.CONNECTOR)
        except Invalid as refusal:
            wrong = _wrong_places(refusal)
            if not wrong:
                raise
            for place, (code, message) in wrong.items():
                left[place].refuse(code, message)
            left = [line for place, line in enumerate(left) if place not in wrong]
        else:
            _name(left, taken)
            return


def _wrong_places(refusal: Invalid) -> dict[int, tuple[str, Any]]:
    found: dict[int, tuple[str, Any]] = {}
    for name, code, message in refusal.errors:
        parts = (name or "").split(".")
        if parts[0] == "rows" and len(parts) > 1:
            found.setdefault(int(parts[1]), (code, message))
    return found


def _name(lines: Sequence[Line], taken: Sequence[Taken]) -> None:
    for line, one in zip(lines, taken, strict=True):
        line.record = one.record
        if not one.is_new:
            line.what = SAME
