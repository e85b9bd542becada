"""What an answer costs: the same number of queries for three rows and for thirty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from haidang.exchange.tests.conftest import KEY_RESULT, Program, composed
from haidang.goals.models import Goal, HistoryPoint
from haidang.people.models import Person, Unit

Facts = dict[str, Any]


def cost(api: Program, path: str) -> int:
    assert api.get(path).status_code == 200  # caches of the process are warm
    with CaptureQueriesContext(
        connection,
    ) as caught:
        response = api.get(path)
    assert response.status_code == 200, response.content
    return len(caught)


@pytest.fixture
def grow(
    admin: Program, an: Person, binh: Person, cycle: Facts, sales_unit: Unit
) -> Callable[[int], None]:
    """So many more of everything, linked below the first objective and to each other."""

    def more(count: int) -> None:
        top = Goal.objects.get(public_id="O-1")
        for n in range(count):
            admin.made("people", {"name": f"Người {n}"})
            admin.made("units", {"name": f"Đơn vị {n} {Unit.objects.count()}"})
            admin.made(
                "cycles",
                {"name": "Q", "kind": "months", "starts": "2025-01-01", "ends": "2025-03-31"},
            )
            objective = admin.made(
                "goals",
                {
                    "kind": "objective",
                    "title": f"Mục tiêu {n}",
                    "level": "unit",
                    "unit": sales_unit.public_id,
                    "owner": an.public_id,
                    "contributors": [binh.public_id],
                    "tags": [f"tag {n}"],
                    "cycle": cycle["id"],
                    "parents": [{"parent": top.public_id}],
                },
            )
            admin.made("goals", KEY_RESULT | {"parents": [composed(objective)]})
        for n in range(count):
            assert admin.post("goals/KR-1/check-ins", {"value": n}, etag="*").status_code == 201
        HistoryPoint.objects.bulk_create(
            HistoryPoint(goal=top, day=f"1999-01-{day:02}", terms_measured=0, terms_total=0)
            for day in range(1, 1 + count)
        )

    return more


PATHS = [
    "goals",
    "people",
    "units",
    "cycles",
    "me",
    "goals/O-1",
    "goals/O-1/number",
    "goals/O-1/subtree",
    "goals/O-1/children",
    "goals/O-1/history",
    "goals/KR-1/check-ins",
    "changes",
    "search?q=m&limit=2",
]


def test_costs_do_not_grow(
    admin: Program, objective: Facts, key_result: Facts, grow: Callable[[int], None]
) -> None:
    grow(3)
    before = {path: cost(admin, path) for path in PATHS}
    HistoryPoint.objects.filter(day__year=1999).delete()
    grow(12)
    after = {path: cost(admin, path) for path in PATHS}
    assert after == before
    assert max(after.values()) <= 20, after
