"""KPIs of everybody in a company: their actuals through the API's bulk endpoint."""

from __future__ import annotations

import gc
import json
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from benchmarks import company as companies
from benchmarks.company import Company
from benchmarks.measuring import Row
from benchmarks.rows import database
from haidang.checkins.bulk import Bulk
from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.goals.actions import LinkRequest, set_rule
from haidang.goals.models import Goal, KpiPeriod, Mode
from haidang.goals.rules.periods import add_months
from haidang.people.actions import create_token
from haidang.people.models import Person

PEOPLE, KPIS, MONTHS, DEPARTMENTS, CALLS = 120, 8, 24, 10, 3
#: s; what is asked for is SQLite's, which is in the process itself.
LIMIT = {"SQLite": 10.0, "PostgreSQL": 15.0}
FACTS: dict[str, Any] = {
    "metric_kind": "currency",
    "metric_unit": "triệu ₫",
    "direction": "higher",
    "frequency": "month",
    "aggregation": "sum",
    "target": Decimal(100),
}


def actuals() -> list[Row]:
    """Two years of months of 120 people x 8 KPIs, which add up to ten departments and the
    company, in three requests; then all numbers against a rebuild and a plain sum."""
    company = cascade()
    secret = create_token(
        company.person, "bench", ["read", "check_in"], timezone.now() + timedelta(hours=1)
    )[1]
    drawn = CheckIn.objects.filter(organisation=company.organisation).count() % 997
    rows = list(_rows(company, drawn))
    size = len(rows) // CALLS
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
    bodies = [json.dumps({"rows": rows[i * size : (i + 1) * size]}) for i in range(CALLS)]
    _ask("get", "", secret)  # warm
    gc.collect()
    gc.freeze()  # as the server does with all that it has loaded
    before = time.process_time()
    took = [_ask("post", body, secret) for body in bodies]
    busy = time.process_time() - before
    gc.unfreeze()
    differences = len(recompute(company.organisation.pk, check=True)) + _false_sums(company, rows)
    note = ", ".join(f"{seconds:.2f} s" for seconds in took) + f"; processor {busy:.2f} s"
    name = f"{len(rows):,} actuals in {CALLS} calls"
    return [
        Row(f"{name}, roll-ups too", database(), sum(took), LIMIT[database()], "s", note=note),
        Row(f"{name}: differences", database(), differences, 0, ""),
    ]


def cascade() -> Company:
    """The company's eight KPIs, each with one in every department below it, and below those
    one of every person."""
    if company := companies.kept("KPIs"):
        return company
    with transaction.atomic():
        company = companies.found("KPIs")
        load = Bulk(company.organisation)
        at = datetime(2026, 1, 5, 2, tzinfo=UTC)
        for number in range(KPIS):
            top = _kpi(load, at, company.person, f"Chỉ số {number}", "company", [])
            below = [
                _kpi(load, at, company.person, f"Chỉ số {number}, bộ phận {i}", "company", [top])
                for i in range(DEPARTMENTS)
            ]
            for i in range(PEOPLE):
                title = f"Chỉ số {number} của người {i}"
                _kpi(load, at, company.person, title, "individual", [below[i % DEPARTMENTS]])
        load.flush()
        above = Goal.objects.filter(organisation=company.organisation, level="company")
        for kpi in above:
            set_rule(company.person, kpi, "children", kpi.version)
    return company


def _kpi(
    load: Bulk, at: datetime, owner: Person, title: str, level: str, above: list[Goal]
) -> Goal:
    facts = {**FACTS, "title": title, "owner": owner, "level": level}
    parents = [LinkRequest(one, "cascade", Mode.VALUE) for one in above]
    return load.goal(at, owner, "kpi", facts, parents=parents, log=False)


def _months() -> list[date]:
    first = add_months(timezone.localdate().replace(day=1), -MONTHS)
    return [add_months(first, i) for i in range(MONTHS)]


def _rows(company: Company, drawn: int) -> Any:
    kpis = Goal.objects.filter(organisation=company.organisation, level="individual")
    ids = list(kpis.order_by("pk").values_list("public_id", flat=True))
    for m, month in enumerate(_months()):
        for i, public_id in enumerate(ids):
            value = f"{(i * 7 + m * 13 + drawn) % 1000}.{(i + drawn) % 100:02d}"
            yield {"kpi": public_id, "day": month.isoformat(), "value": value}


def _ask(method: str, body: str, secret: str) -> float:
    """Seconds of one call, through the whole stack of the program."""
    start = time.perf_counter()
    answer = Client().generic(
        method.upper(),
        "/api/v1/kpis/actuals",
        body,
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {secret}",
        HTTP_HOST=settings.ALLOWED_HOSTS[0],
    )
    took = time.perf_counter() - start
    if answer.status_code not in (200, 201):
        raise AssertionError(f"answered {answer.status_code}: {answer.content[:300]!r}")
    return took


def _false_sums(company: Company, rows: list[dict[str, str]]) -> int:
    """Months in which the company's KPIs together are not the sum of what was sent."""
    sent: dict[date, Decimal] = {}
    for row in rows:
        month = date.fromisoformat(row["day"])
        sent[month] = sent.get(month, Decimal(0)) + Decimal(row["value"])
    tops = Goal.objects.filter(organisation=company.organisation, parent_links=None)
    stand: dict[date, Decimal] = {}
    for month, value in KpiPeriod.objects.filter(goal__in=tops).values_list("starts", "value_sum"):
        stand[month] = stand.get(month, Decimal(0)) + (value or 0)
    return sum(stand.get(month) != value for month, value in sent.items())
