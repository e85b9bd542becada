"""Targets of the demo company change by requests: one was granted, one waits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from haidang.goals.models import Goal, KpiPeriod, TargetVersion
from haidang.kpis.access import may_decide_targets, target_requests_to_decide
from haidang.kpis.models import TargetRequest
from haidang.kpis.queries.targets import asked_in
from haidang.people.models import Organisation, Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company(huong_sen: Organisation) -> Organisation:
    return huong_sen


def test_the_target_of_who_joined_in_mid_month_was_granted() -> None:
    request = TargetRequest.objects.get(answer="granted")
    assert request.decided_by_id != request.asked_by_id
    assert request.decided_at is not None
    assert request.asked_at < request.decided_at
    (change,) = asked_in(request)
    assert (change.starts, change.stands) == (date(2026, 8, 1), change.wanted)
    first, second = TargetVersion.objects.filter(goal=request.goal, starts=change.starts)
    assert (first.target, second.target) == (change.was, change.wanted)
    assert (second.by, second.approved_by) == (request.asked_by, request.decided_by)
    assert second.request_id == request.pk


def test_one_waits_for_the_strategists() -> None:
    request = TargetRequest.objects.get(answer="waiting")
    assert request.goal == Goal.objects.get(title="Doanh thu phía Nam")
    (change,) = asked_in(request)
    assert (change.was, change.wanted, change.has_moved) == (Decimal(25), Decimal("23.5"), False)
    assert KpiPeriod.objects.get(goal=request.goal, starts=change.starts).locked_at is None
    deciders = [one for one in Person.objects.all() if may_decide_targets(one, request)]
    assert deciders
    assert all(request in target_requests_to_decide(one) for one in deciders)
