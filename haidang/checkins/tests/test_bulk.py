"""The bulk path gives the rows that the single actions give."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from haidang.checkins import actions as checkins
from haidang.checkins.bulk import Bulk
from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal, GoalVersion, HistoryPoint, KpiPeriod, Standing
from haidang.people.models import Organisation, Person

D = Decimal
pytestmark = pytest.mark.django_db

KPI = {"metric_kind": "currency", "metric_unit": "tỷ ₫", "direction": "higher", "level": "company",
       "frequency": "month", "aggregation": "sum", "target": D(3)}  # fmt: skip
STEPS = {"metric_kind": "milestones", "milestones": [{"title": "Một"}, {"title": "Hai"}]}
COUNT = {"metric_kind": "count", "direction": "increase", "baseline": D(0), "target": D(10)}


def rows(organisation: Organisation) -> dict[str, Any]:
    """Everything that both paths must write alike, keys replaced by public ids."""
    names = dict(Goal.objects.values_list("pk", "public_id"))

    def table(model: Any, order: str, skip: set[str]) -> list[dict[str, Any]]:
        found = model.objects.order_by(order).values()
        result = []
        for row in found:
            row["goal_id"] = names.get(row.get("goal_id"))
            result.append({k: v for k, v in row.items() if k not in skip})
        return sorted(result, key=str)

    times = {"id", "recorded_at", "checked_in_at", "since", "until", "own_record_id", "period_id"}
    return {
        "standing": table(Standing, "goal_id", times | {"organisation_id"}),
        "history": table(HistoryPoint, "goal_id", times),
        "periods": table(KpiPeriod, "goal_id", times),
        "versions": table(GoalVersion, "goal_id", times),
        "records": table(CheckIn, "for_day", times | {"supersedes_id"}),
    }


def single(who: Person, cycle: Cycle) -> None:
    pillar = actions.create_goal(who, "pillar", {"title": "Trụ cột"})
    top = actions.create_goal(who, "kpi", {"title": "Tổng", **KPI}, parents=[LinkRequest(pillar)])
    low = actions.create_goal(who, "kpi", {"title": "Phần", **KPI}, parents=[LinkRequest(top)])
    facts = {"title": "Mục tiêu", "cycle": cycle, "level": "company", "commitment": "committed"}
    objective = actions.create_goal(who, "objective", facts, parents=[LinkRequest(pillar)])
    below = [LinkRequest(objective, "composition")]
    steps = actions.create_goal(who, "key_result", {"title": "Bước", **STEPS}, parents=below)
    count = actions.create_goal(who, "key_result", {"title": "Đếm", **COUNT}, parents=below)
    today = timezone.localdate()
    checkins.record(who, low, value=D("3.1"), for_day=date(2026, 1, 31), confidence=8)
    first = checkins.record(who, count, value=D(4), for_day=today - timedelta(days=9))
    checkins.record(who, steps, milestones=[1], note="xong")
    checkins.record(who, count, value=D(9), for_day=today - timedelta(days=20))
    checkins.correct(who, first, value=D(5))
    last = checkins.record(who, count, value=D(8))
    checkins.void(who, last, "nhầm")
    count.refresh_from_db()
    actions.edit_goal(who, count, count.version, {"target": D(20)}, reason="thị trường đổi")
    objective.refresh_from_db()
    actions.close(who, objective, objective.version, score=D("0.3"))


def bulk(who: Person, cycle: Cycle) -> None:
    with transaction.atomic():
        load = Bulk(who.organisation)
        at = timezone.now()
        pillar = load.goal(at, who, "pillar", {"title": "Trụ cột"})
        top = load.goal(at, who, "kpi", {"title": "Tổng", **KPI}, parents=[LinkRequest(pillar)])
        low = load.goal(at, who, "kpi", {"title": "Phần", **KPI}, parents=[LinkRequest(top)])
        facts = {"title": "Mục tiêu", "cycle": cycle, "level": "company", "commitment": "committed"}
        objective = load.goal(at, who, "objective", facts, parents=[LinkRequest(pillar)])
        below = [LinkRequest(objective, "composition")]
        steps = load.goal(at, who, "key_result", {"title": "Bước", **STEPS}, parents=below)
        count = load.goal(at, who, "key_result", {"title": "Đếm", **COUNT}, parents=below)
        today = timezone.localdate()
        load.check_in(at, who, low, value=D("3.1"), for_day=date(2026, 1, 31), confidence=8)
        first = load.check_in(at, who, count, value=D(4), for_day=today - timedelta(days=9))
        load.flush()
        load.check_in(at, who, steps, milestones=[1], note="xong")
        load.check_in(at, who, count, value=D(9), for_day=today - timedelta(days=20))
        load.check_in(at, who, count, value=D(5), supersedes=first)
        last = load.check_in(at, who, count, value=D(8))
        load.void(at, who, last, "nhầm")
        load.edit(at, who, count, {"target": D(20)}, reason="thị trường đổi")
        load.state(at, who, objective, "closed", score=D("0.3"))
        load.flush()


def test_bulk_and_single_paths_write_the_same(administrator: Person) -> None:
    facts = {"name": "2026", "kind": "year", "starts": date(2026, 1, 1), "ends": date(2026, 12, 31)}
    cycle = actions.create_cycle(administrator, facts)
    save = transaction.savepoint()
    single(administrator, cycle)
    wanted = rows(administrator.organisation)
    transaction.savepoint_rollback(save)
    assert not Goal.objects.exists()
    bulk(administrator, cycle)
    found = rows(administrator.organisation)
    for name, table in wanted.items():
        assert found[name] == table, name
    assert recompute(administrator.organisation_id, check=True) == []
