"""The sales database of the demo company, and the connectors that ask it.

One asks on the first of each month for the month that has ended, and has done so since three
months. The other asks for the running month, and nothing of it is recorded: whoever tries it
presses Test, then Run now. Of that month one invoice has been typed with a zero too many, one
salesperson has sold nothing, and some invoices belong to nobody, so that a value is held back,
one is missing and one is not taken.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from haidang.demo import cast
from haidang.demo.company import Company
from haidang.demo.story.calendar import ZONE
from haidang.demo.story.deliveries import KEEPER, sellers
from haidang.demo.story.shapes import Delivery
from haidang.goals.models import Goal, Kind, KpiPeriod, Level
from haidang.goals.models.kinds import MetricKind
from haidang.goals.rules.periods import period_of
from haidang.kpis.actions.fetching import folder_of
from haidang.kpis.actions.running import next_of
from haidang.kpis.bulk_runs import BulkRuns
from haidang.kpis.connectors.sources.base import Fetched, Reading
from haidang.kpis.models import Asks, Connector, Every, ForeignName, Run
from haidang.kpis.rules.connectors import key_of
from haidang.lib.database import writing
from haidang.lib.decimals import canonical
from haidang.people.models import Organisation

FILE = "ban-hang.sqlite3"
NAME = "Doanh thu theo nhân viên"
MONTHLY = "Doanh thu cuối tháng theo nhân viên"
QUERY = """\
SELECT nhan_vien AS name, round(sum(so_tien) / 1e9, 3) AS value
FROM hoa_don
WHERE ngay BETWEEN :starts AND :ends
GROUP BY nhan_vien"""
_SETTINGS = {"url": f"sqlite:///{FILE}", "query": QUERY}
#: The most that a value may jump, in percent of the one before.
JUMP = Decimal(50)
#: Months before the running one that the database remembers.
MONTHS = 6
BILLION = 1_000_000_000
_ROW = re.compile(r"name=(.+); value=(.+)")

Invoice = tuple[str, str, str, int]  # number, day, salesperson, đồng
Sums = Mapping[str, Decimal]  # by salesperson, in billions of đồng


class Sales:
    """The connector of the months that have ended, and its runs, within a load."""

    def __init__(self, company: Company, runs: BulkRuns) -> None:
        self.company = company
        self.runs = runs
        self.connector: Connector | None = None
        self.names: list[ForeignName] = []

    def deliver(self, one: Delivery, goals: Mapping[str, Goal]) -> None:
        """The schedule asks for a month, for the first time with a new connector."""
        if self.connector is None:
            self.connector = monthly(self.company, one.at)
            self.names = names_of(self.connector, goals)
        span = period_of(one.day, "month", self.company.organisation.fiscal_year_start)
        answer = answer_of({name: value for _kpi, name, value in one.rows})
        self.runs.run(one.at, self.connector, self.names, span, answer)

    def write(self, until: datetime) -> None:
        """What ran, once the load is flushed; the schedule goes on after `until`."""
        if self.connector is None:
            return
        self.connector.next_at = next_of(self.connector, until)
        self.connector.save(update_fields=["next_at"])
        ForeignName.objects.bulk_create(self.names)
        self.runs.write()


def monthly(company: Company, at: datetime) -> Connector:
    """The connector that asks for the month that has ended, in the keeping of whose the data
    are; `at` is when it runs for the first time."""
    return Connector.objects.create(
        organisation=company.organisation,
        name=MONTHLY,
        kind="sql",
        settings=_SETTINGS,
        keeper=company.people[KEEPER],
        asks=Asks.LAST,
        jump=JUMP,
        every=Every.MONTH,
        at=time(1),
        month_day=1,
        is_on=True,
        created_by=company.people["systems.admin"],
        created_at=at - timedelta(days=7),
    )


def names_of(connector: Connector, goals: Mapping[str, Goal]) -> list[ForeignName]:
    """The salespeople of whom the database knows, each with the KPI of their area."""
    return [
        ForeignName(connector=connector, name=name, key=key_of(name), kpi=goals[key])
        for key, name in sellers().items()
        if key in goals and goals[key].data_owner is not None
    ]


def answer_of(sums: Sums) -> Fetched:
    """What the query answers to these sums, row by row as it comes from the file."""
    readings = [
        Reading(name=name, value=canonical(value), raw=f"name={name}; value={float(value)}")
        for name, value in sorted(sums.items())
    ]
    return Fetched(readings, "\n".join(one.raw for one in readings))


def connect_sales(organisation: Organisation) -> Connector:
    """Write the sales database into the folder of the organisation, and make the connector of
    the running month, switched on, to be run by hand."""
    kpis = _of_salespeople(organisation)
    today = timezone.now().astimezone(ZONE).date()
    write(folder_of(organisation) / FILE, list(_invoices(kpis, answered(organisation), today)))
    addresses = cast.addresses()
    people = {person.email: person for person in organisation.people.all()}
    with writing():
        made = Connector.objects.create(
            organisation=organisation,
            name=NAME,
            kind="sql",
            settings=_SETTINGS,
            keeper=people[addresses["sales.head"]],
            asks=Asks.RUNNING,
            jump=JUMP,
            at=time(6),
            is_on=True,
            created_by=people[addresses["systems.admin"]],
            created_at=timezone.now(),
        )
        ForeignName.objects.bulk_create(
            [
                ForeignName(connector=made, name=name, key=key_of(name), kpi=kpi)
                for kpi in kpis
                if kpi.owner and (name := kpi.owner.name)
            ]
        )
    return made


def _of_salespeople(organisation: Organisation) -> list[Goal]:
    """The revenue of each salesperson whose orders the database has, one KPI for each name."""
    rows = Goal.objects.filter(
        organisation=organisation,
        kind=Kind.KPI,
        level=Level.INDIVIDUAL,
        metric_kind=MetricKind.CURRENCY,
        frequency="month",
        aggregation="sum",
        calculation="",
        state="active",
        owner__unit__code__startswith="KD",
        data_owner__isnull=False,
    ).select_related("owner")
    first = {row.owner_id: row for row in rows.order_by("-number")}
    return sorted(first.values(), key=lambda row: row.number)


def answered(organisation: Organisation) -> dict[date, Sums]:
    """What the database was found to say of the months that were delivered, by first day."""
    runs = Run.objects.filter(organisation=organisation, connector__name=MONTHLY)
    return {
        starts: {name: Decimal(value) for name, value in _ROW.findall(raw)}
        for starts, raw in runs.values_list("starts", "raw")
    }


def _invoices(kpis: Sequence[Goal], told: Mapping[date, Sums], today: date) -> Iterator[Invoice]:
    month = today.replace(day=1)
    since = (month - timedelta(days=31 * MONTHS)).replace(day=1)
    number = 0
    for starts, sums in sorted(told.items()):
        ends = period_of(starts, "month", 1)[1]
        for name, amount in sums.items():
            for part, day in parts(amount, ends):
                number += 1
                yield f"HD-{number:05}", day.isoformat(), name, part
    for place, kpi in enumerate(kpis):
        assert kpi.owner is not None
        stood = KpiPeriod.objects.filter(
            goal=kpi, starts__gte=since, starts__lt=month, own_value__isnull=False
        ).order_by("starts")
        last = Decimal(1)
        for period in stood:
            last = period.own_value or last
            if period.starts in told:
                continue
            for part, day in parts(last, period.ends):
                number += 1
                yield f"HD-{number:05}", day.isoformat(), kpi.owner.name, part
        if place == 6:
            continue  # has not sold anything this month
        stands = KpiPeriod.objects.filter(goal=kpi, starts=month).values_list(
            "own_value", flat=True
        )
        so_far = stands.first() or last * today.day / 31
        now = max(last, so_far) * 6 if place == 3 else so_far * Decimal("1.02")
        number += 1
        yield f"HD-{number:05}", today.isoformat(), kpi.owner.name, int(now * BILLION)
    yield f"HD-{number + 1:05}", today.isoformat(), "Khách lẻ", 123_000_000


def parts(billions: Decimal, ends: date) -> Iterator[tuple[int, date]]:
    """A month's revenue as three invoices that add up to it."""
    whole = int(billions * BILLION)
    third = whole // 3
    for n, amount in enumerate((third, third, whole - 2 * third)):
        yield amount, ends - timedelta(days=20 - 9 * n)


def write(file: Path, invoices: Iterable[Invoice]) -> None:
    """The database, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)
    connection = sqlite3.connect(draft)
    with connection:
        connection.execute(
            "CREATE TABLE hoa_don (so TEXT PRIMARY KEY, ngay TEXT, nhan_vien TEXT, so_tien INTEGER)"
        )
        connection.executemany("INSERT INTO hoa_don VALUES (?, ?, ?, ?)", invoices)
    connection.close()
    draft.replace(file)
