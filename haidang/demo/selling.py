"""The sales database of the demo company, and the connector that asks it.

Nothing is recorded: whoever tries it presses Test, then Run now. Of the running month one
invoice has been typed with a zero too many, one salesperson has sold nothing, and some
invoices belong to nobody, so that a value is held back, one is missing and one is not taken.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from haidang.demo import cast
from haidang.demo.story.calendar import ZONE
from haidang.goals.models import Goal, Kind, KpiPeriod, Level
from haidang.goals.models.goal import MetricKind
from haidang.kpis.actions.fetching import folder_of
from haidang.kpis.models import Asks, Connector, ForeignName
from haidang.kpis.rules.connectors import key_of
from haidang.lib.database import writing
from haidang.people.models import Organisation

FILE = "ban-hang.sqlite3"
NAME = "Doanh thu theo nhân viên"
QUERY = """\
SELECT nhan_vien AS name, round(sum(so_tien) / 1e9, 3) AS value
FROM hoa_don
WHERE ngay BETWEEN :starts AND :ends
GROUP BY nhan_vien"""
#: Months before the running one that the database remembers.
MONTHS = 6
BILLION = 1_000_000_000

Invoice = tuple[str, str, str, int]  # number, day, salesperson, đồng


def connect_sales(organisation: Organisation) -> Connector:
    """Write the sales database into the folder of the organisation, and make its connector,
    switched on, to be run by hand."""
    kpis = _of_salespeople(organisation)
    today = timezone.now().astimezone(ZONE).date()
    _write(folder_of(organisation) / FILE, list(_invoices(kpis, today)))
    addresses = cast.addresses()
    people = {person.email: person for person in organisation.people.all()}
    with writing():
        made = Connector.objects.create(
            organisation=organisation,
            name=NAME,
            kind="sql",
            settings={"url": f"sqlite:///{FILE}", "query": QUERY},
            keeper=people[addresses["sales.head"]],
            asks=Asks.RUNNING,
            jump=Decimal(50),
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
    """The revenue of each salesperson, one KPI for each name."""
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
    ).select_related("owner")
    first = {row.owner_id: row for row in rows.order_by("-number")}
    return sorted(first.values(), key=lambda row: row.number)


def _invoices(kpis: Sequence[Goal], today: date) -> Iterator[Invoice]:
    month = today.replace(day=1)
    since = (month - timedelta(days=31 * MONTHS)).replace(day=1)
    number = 0
    for place, kpi in enumerate(kpis):
        assert kpi.owner is not None
        told = KpiPeriod.objects.filter(
            goal=kpi, starts__gte=since, starts__lt=month, own_value__isnull=False
        ).order_by("starts")
        last = Decimal(1)
        for period in told:
            last = period.own_value or last
            for amount, day in _parts(last, period.ends):
                number += 1
                yield f"HD-{number:05}", day.isoformat(), kpi.owner.name, amount
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


def _parts(billions: Decimal, ends: date) -> Iterator[tuple[int, date]]:
    """A month's revenue as three invoices that add up to it."""
    whole = int(billions * BILLION)
    third = whole // 3
    for n, amount in enumerate((third, third, whole - 2 * third)):
        yield amount, ends - timedelta(days=20 - 9 * n)


def _write(file: Path, invoices: Sequence[Invoice]) -> None:
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
