"""What a scorecard and the bowler take in the server: 10,000 people x 8 KPIs x 12 months."""

from __future__ import annotations

import itertools
import threading
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Max
from django.test import Client
from django.utils import timezone

from benchmarks import company as companies
from benchmarks.company import Company
from benchmarks.kpis import FACTS
from benchmarks.measuring import Row
from benchmarks.pages import PAGE, _milliseconds
from benchmarks.rows import database
from haidang.checkins import actions as checkins
from haidang.checkins.bulk import Bulk
from haidang.config.cli.prepare import collect_static
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Alignment, Goal, KpiPeriod, Mode
from haidang.goals.rules.periods import add_months, period_of
from haidang.kpis.actions.closing import close_kpis, close_period, span_of
from haidang.kpis.figures import Act
from haidang.kpis.models import ClosedFigure, Scorecard, ScorecardLine
from haidang.lib.insert import insert_many
from haidang.lib.text import folded, given_name_key
from haidang.people.models import Person, Unit

PEOPLE, KPIS, MONTHS, A_UNIT, AT_ONCE = 10_000, 8, 12, 50, 1_000
YEAR = date(2025, 1, 1)
AT = datetime(2025, 1, 2, 2, tzinfo=UTC)
TODAY = timezone.localdate()
CLOSING = 60.0  # s


def scorecards(people: int = PEOPLE) -> list[Row]:
    """The pages of a strategist, to whom all cards are open; the cards of a year, of which
    eleven months are closed and one is not."""
    collect_static()
    company = built(people)
    person = Person.objects.filter(organisation=company.organisation).order_by("-pk")[0]
    account = company.person.account
    assert account is not None
    assert person.unit is not None
    client = Client()
    client.force_login(account)
    year = f"?frequency=year&period={YEAR}"
    card = f"/kpis/scorecards/person/{person.public_id}/"
    kpi = Goal.objects.filter(owner=person, kind="kpi").earliest("pk")
    unit = Alignment.objects.get(child=kpi).parent
    top = Alignment.objects.get(child=unit).parent
    paths = {
        f"/kpis/?open={top.public_id},{unit.public_id}": PAGE,  # three levels of the tree
        f"/kpis/bowler/?unit={person.unit.public_id}&year={YEAR}": PAGE,
        f"/kpis/bowler/?year={YEAR}": PAGE,  # of the whole company, its first page
        f"{card}{year}": PAGE,
        f"{card}?period={YEAR}": PAGE,
        f"{card}kpi/{kpi.public_id}/{year}": PAGE,
        f"/kpis/bowler/?person={person.public_id}&year={YEAR}": PAGE,
    }
    rows = []
    for path, limit in paths.items():
        name = f"{path}, {people:,} people x {KPIS} KPIs x {MONTHS} months: in the server"
        rows.append(Row(name, database(), _milliseconds(client, path), limit, "ms"))
    return rows


def closing(people: int = PEOPLE) -> list[Row]:
    """A month of all KPIs closed, the first that is not yet, while somebody checks in."""
    company = built(people)
    last = ClosedFigure.objects.filter(goal__organisation=company.organisation).aggregate(
        day=Max("ends")
    )["day"]
    month = last + timedelta(days=1)
    kpi = Goal.objects.filter(organisation=company.organisation, kind="kpi").latest("pk")
    over, waits = threading.Event(), [0.0]

    def keep_writing() -> None:
        draw = itertools.count()
        while not over.is_set():
            start = time.perf_counter()
            checkins.record(company.person, kpi, value=Decimal(next(draw) % 100), for_day=TODAY)
            waits.append(time.perf_counter() - start)
            time.sleep(0.05)
        connection.close()

    other = threading.Thread(target=keep_writing)
    other.start()
    start = time.perf_counter()
    try:
        closed = close_period(company.person, "month", month)
    finally:
        took = time.perf_counter() - start
        over.set()
        other.join()
    name = f"closing a month of {closed.done:,} KPIs"
    return [
        Row(name, database(), took, CLOSING, "s"),
        Row(
            f"{name}: slowest check-in meanwhile", database(), max(waits), 1.0, "s",
            note=f"{len(waits) - 1} check-ins",
        ),
    ]  # fmt: skip


def built(people: int) -> Company:
    """The company: units of fifty, each person with eight KPIs, their months and a card. The
    months are written as they would stand after the reports, without the reports."""
    if company := companies.kept(f"Cards {people}"):
        return company
    with transaction.atomic():
        company = companies.found(f"Cards {people}")
        holders = _people(company, people)
        load = Bulk(company.organisation)
        above = _above(load, company, holders)
        facts = FACTS | {"level": "individual", "title": "Chỉ số của một người"}
        parts: list[tuple[list[Person], list[Goal]]] = []
        for first in range(0, people, AT_ONCE):
            some = holders[first : first + AT_ONCE]
            kpis = [
                load.goal(
                    AT, company.person, "kpi", facts | {"owner": person}, log=False,
                    parents=[LinkRequest(above[person.unit_id][n], "cascade", Mode.VALUE)],
                )
                for person in some
                for n in range(KPIS)
            ]  # fmt: skip
            load.flush()
            parts.append((some, kpis))
        _months(list({kpi.pk: kpi for unit in above.values() for kpi in unit}.values()))
        for some, kpis in parts:
            _months(kpis)
            _cards(company, some, kpis)
            for n in range(MONTHS - 1):
                span = span_of(company.organisation, "month", add_months(YEAR, n))
                close_kpis(kpis, span, Act(AT, company.person))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return company


def _above(load: Bulk, company: Company, people: list[Person]) -> dict[int | None, list[Goal]]:
    """The KPIs of each unit, which hang below those of the company."""
    facts = FACTS | {"owner": company.person}
    tops = [
        load.goal(
            AT, company.person, "kpi", facts | {"level": "company", "title": f"Chỉ số {n}"},
            log=False,
        )
        for n in range(KPIS)
    ]  # fmt: skip
    found: dict[int | None, list[Goal]] = {}
    for unit in {person.unit_id: person.unit for person in people}.values():
        assert unit is not None
        own = {"level": "unit", "unit": unit}
        found[unit.pk] = [
            load.goal(
                AT, company.person, "kpi", facts | own | {"title": f"Chỉ số {n}, {unit.name}"},
                log=False, parents=[LinkRequest(tops[n], "cascade", Mode.VALUE)],
            )
            for n in range(KPIS)
        ]  # fmt: skip
    return found


def _people(company: Company, people: int) -> list[Person]:
    root = company.organisation.units.get()
    units = []
    for n in range(-(-people // A_UNIT)):
        unit = Unit.objects.create(
            organisation=company.organisation, number=n + 2, public_id=f"U-{n + 2}",
            name=f"Đơn vị {n}", parent=root,
        )  # fmt: skip
        unit.path = f"{root.path}{unit.pk}/"
        units.append(unit)
    Unit.objects.bulk_update(units, ["path"])
    found = []
    for n in range(people):
        name = f"Nguyễn Văn {n}"
        found.append(
            Person(
                organisation=company.organisation, number=n + 2, public_id=f"P-{n + 2}", name=name,
                folded_name=folded(name), sort_key=given_name_key(name), unit=units[n // A_UNIT],
                manager=company.person,
            )
        )  # fmt: skip
    found = Person.objects.bulk_create(found, batch_size=AT_ONCE)
    for n, person in enumerate(found):  # the first of each unit leads the others
        if n % A_UNIT:
            person.manager = found[n - n % A_UNIT]
    Person.objects.bulk_update(found, ["manager"], batch_size=AT_ONCE)
    return found


def _months(kpis: list[Goal]) -> None:
    made = {"goal_id__gte": kpis[0].pk, "goal_id__lte": kpis[-1].pk}
    # The month in which it is made has a row already, of which nobody has reported anything.
    standing = KpiPeriod.objects.filter(**made)
    standing._raw_delete(standing.db)
    rows = []
    for at, kpi in enumerate(kpis):
        for n in range(MONTHS):
            starts, ends = period_of(add_months(YEAR, n), "month")
            value = Decimal(60 + (at * 7 + n * 13) % 70)
            rows.append(
                KpiPeriod(
                    goal=kpi, year=YEAR.year, starts=starts, ends=ends, target=Decimal(100),
                    own_value=value, value_sum=Decimal(0), numerator_sum=Decimal(0),
                    denominator_sum=Decimal(0),
                )
            )  # fmt: skip
    insert_many(KpiPeriod, rows, has_keys=False)


def _cards(company: Company, people: list[Person], kpis: list[Goal]) -> None:
    cards = Scorecard.objects.bulk_create(
        Scorecard(
            organisation=company.organisation, person=person, starts=YEAR,
            set_by=company.person, since=AT,
        )
        for person in people
    )  # fmt: skip
    lines = [
        ScorecardLine(
            scorecard=card, goal=kpis[i * KPIS + n], position=n, weight=Decimal("12.5"),
            perspective="financial",
        )
        for i, card in enumerate(cards)
        for n in range(KPIS)
    ]  # fmt: skip
    ScorecardLine.objects.bulk_create(lines, batch_size=AT_ONCE)
