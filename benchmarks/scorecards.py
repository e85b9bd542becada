"""What a scorecard and the bowler take in the server: 10,000 people x 8 KPIs x 12 months."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import connection, transaction
from django.test import Client

from benchmarks import company as companies
from benchmarks.company import Company
from benchmarks.kpis import FACTS
from benchmarks.measuring import Row
from benchmarks.pages import PAGE, _milliseconds
from benchmarks.rows import database
from haidang.checkins.bulk import Bulk
from haidang.config.cli.prepare import collect_static
from haidang.goals.models import Goal, KpiPeriod
from haidang.goals.rules.periods import add_months, period_of
from haidang.kpis.actions.closing import close_kpis, span_of
from haidang.kpis.figures import Act
from haidang.kpis.models import Scorecard, ScorecardLine
from haidang.lib.insert import insert_many
from haidang.lib.text import folded, given_name_key
from haidang.people.models import Person, Unit

PEOPLE, KPIS, MONTHS, A_UNIT, AT_ONCE = 10_000, 8, 12, 50, 1_000
YEAR = date(2025, 1, 1)


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
    paths = {
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


def built(people: int) -> Company:
    """The company: units of fifty, each person with eight KPIs, their months and a card. The
    months are written as they would stand after the reports, without the reports."""
    if company := companies.kept(f"Scorecards {people}"):
        return company
    with transaction.atomic():
        company = companies.found(f"Scorecards {people}")
        at = datetime(2025, 1, 2, 2, tzinfo=UTC)
        holders = _people(company, people)
        for first in range(0, people, AT_ONCE):
            load = Bulk(company.organisation)
            some = holders[first : first + AT_ONCE]
            facts = FACTS | {"level": "individual", "title": "Chỉ số của một người"}
            kpis = [
                load.goal(at, company.person, "kpi", facts | {"owner": person}, log=False)
                for person in some
                for _n in range(KPIS)
            ]
            load.flush()
            _months(kpis)
            _cards(company, some, kpis, at)
            for n in range(MONTHS - 1):
                span = span_of(company.organisation, "month", add_months(YEAR, n))
                close_kpis(kpis, span, Act(at, company.person))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return company


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
    return Person.objects.bulk_create(found, batch_size=AT_ONCE)


def _months(kpis: list[Goal]) -> None:
    made = KpiPeriod.objects.filter(goal_id__gte=kpis[0].pk, goal_id__lte=kpis[-1].pk)
    made.delete()  # the month in which a KPI is made has a row already
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


def _cards(company: Company, people: list[Person], kpis: list[Goal], at: datetime) -> None:
    cards = Scorecard.objects.bulk_create(
        Scorecard(
            organisation=company.organisation, person=person, starts=YEAR,
            set_by=company.person, since=at,
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
