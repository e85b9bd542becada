"""What a page takes in the server, and a search, in an organisation of N goals.

In the process itself, through Django's whole stack of middleware; warm, medians. Seconds and
not ratios: what a person waits for is a time.
"""

from __future__ import annotations

import statistics
import time

from django.conf import settings
from django.test import Client
from django.utils import timezone

from benchmarks import company as companies
from benchmarks.measuring import Row
from benchmarks.rows import database, key_results
from haidang.config.cli.prepare import collect_static
from haidang.goals.models import Goal
from haidang.people.models import Account, Person, Role, RoleGrant

ROUNDS = 15
PAGE = 60.0  # ms
SEARCH = 50.0


def pages(size: int) -> list[Row]:
    """Pages and searches of a strategist, who sees everything, and of a member without any role.

    Neither owns a goal: the founder, who made them, owns all that there are.
    """
    collect_static()
    company = companies.build(size)
    strategist = member(company.organisation.pk, 3, "strategist")
    RoleGrant.objects.get_or_create(
        person=strategist,
        role=Role.STRATEGIST,
        until=None,
        defaults={"since": timezone.now()},
    )
    reader = member(company.organisation.pk, 2, "member")
    objective = Goal.objects.filter(organisation=company.organisation, kind="objective").first()
    assert objective is not None
    measured = key_results(company.organisation, 1)[0]
    limits = {
        f"/goals/{objective.public_id}/": PAGE,
        f"/goals/{measured.public_id}/": PAGE,
        "/goals/": PAGE,
        "/goals/?q=muc+tieu": PAGE,
        "/": PAGE,
        "/map/?limit=200": PAGE,
        f"/map/data/?ids={objective.public_id},{measured.public_id}": PAGE,  # after each change
        "/find/?q=muc+tieu": SEARCH,  # a third of all goals
        f"/find/?q={measured.title.replace(' ', '+')}": SEARCH,
        "/find/?q=khong+co+gi+nhu+the": SEARCH,
    }
    rows = []
    for who, person in ("strategist", strategist), ("member", reader):
        client = Client()
        assert person.account is not None
        client.force_login(person.account)
        for path, limit in limits.items():
            took = _milliseconds(client, path)
            name = f"{path}, {who}, N = {size:,}: in the server"
            rows.append(Row(name, database(), took, limit, "ms"))
    return rows


def member(organisation_id: int, number: int, name: str) -> Person:
    """Somebody of that number and name, who owns nothing; made where there is none."""
    email = f"{name}-{organisation_id}@example.com"
    found = Person.objects.filter(organisation_id=organisation_id, email=email).first()
    if found is not None:
        return found
    account = Account.objects.create_user(email, None)
    return Person.objects.create(
        organisation_id=organisation_id,
        number=number,
        public_id=f"P-{number}",
        account=account,
        name=name,
        email=email,
    )


def _milliseconds(client: Client, path: str) -> float:
    host = settings.ALLOWED_HOSTS[0]
    headers = {"HX-Request": "true"} if path.startswith("/find/") else {}
    times = []
    for _ in range(ROUNDS + 3):
        start = time.perf_counter()
        answer = client.get(path, HTTP_HOST=host, headers=headers)
        times.append((time.perf_counter() - start) * 1000)
        if answer.status_code != 200:
            raise AssertionError(f"{path} answered {answer.status_code}")
    return statistics.median(times[3:])
