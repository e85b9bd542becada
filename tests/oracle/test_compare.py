"""The comparison itself: whatever stored number is falsified, it says so, and so does the
program's own check."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import models

from haidang.checkins.recompute import recompute
from haidang.goals.models import HistoryPoint, KpiPeriod, Standing
from tests.oracle.compare import differences
from tests.worlds import World

#: Not numbers: what a row belongs to, and what guards or accompanies a check-in.
NOT_NUMBERS = {"goal", "organisation_id", "measure_version", "id", "year", "starts", "ends"}
#: Columns that only key results use; the program rebuilds them everywhere.
UNUSED = {("Standing", n) for n in ("value_sum", "baseline_sum", "baseline_unknown", "own_value")}
FACTS = {"target", "baseline", "low", "high", "tolerance", "locked_at", "day"}


@pytest.fixture
def world(db: None) -> World:
    world = World()
    pillar = world.pillar()
    objective = world.objective(pillar)
    parent = world.key_result(objective, baseline=None)
    for value in (10, 20):
        child = world.key_result(baseline=5)
        world.link(child, parent)
        world.check_in(child, value)
    department = world.kpi(pillar)
    rep = world.kpi(department)
    world.check_in(rep, 30)
    ratio = world.kpi(pillar, metric_kind="percent", metric_unit="%", aggregation="ratio")
    world.check_in(ratio, numerator=1, denominator=3)
    return world


def other(value: Any, field: models.Field[Any, Any]) -> Any:
    if value is None:
        kind = field.get_internal_type()
        return {"DateField": "2025-01-01", "DateTimeField": "2025-01-01T00:00:00Z"}.get(kind, 7)
    if isinstance(value, int):
        return value + 1
    if isinstance(value, Decimal):
        return value + Decimal("1e-10")
    return None


@pytest.mark.parametrize("model", [Standing, KpiPeriod, HistoryPoint])
def test_every_falsified_number_is_found(world: World, model: type[models.Model]) -> None:
    assert differences(world.organisation.pk) == []
    assert list(recompute(world.organisation.pk, check=True)) == []
    tried = 0
    for row in model._default_manager.all():
        for field in model._meta.concrete_fields:
            if field.name in NOT_NUMBERS | FACTS:
                continue
            was = getattr(row, field.attname)
            false = other(was, field)
            if field.name in ("own_record_id", "kpi_year") and was is None:
                false = 1
            if field.name == "progress" and false and false > 10**9:
                false = 1
            same = model._default_manager.filter(pk=row.pk)
            same.update(**{field.attname: false})
            name = f"{model.__name__} {row.pk}: {field.name} {was} > {false}"
            assert list(recompute(world.organisation.pk, check=True)), f"check: {name}"
            if (type(row).__name__, field.name) not in UNUSED:
                assert differences(world.organisation.pk), f"oracle: {name}"
            same.update(**{field.attname: was})
            tried += 1
    assert tried > 20
    assert differences(world.organisation.pk) == []


def test_a_falsified_milestone_is_found_and_mended(world: World) -> None:
    key_result = world.key_result(
        metric_kind="milestones",
        metric_unit="",
        direction="milestones",
        target=None,
        baseline=None,
        milestones=[{"title": title, "weight": 1, "due": None} for title in ("Một", "Hai")],
    )
    first, second = key_result.milestones.order_by("position")
    world.check_in(key_result, milestones=[first.position])
    assert list(recompute(world.organisation.pk, check=True)) == []
    key_result.milestones.filter(pk=second.pk).update(reached=True)
    assert differences(world.organisation.pk)
    assert [d.what for d in recompute(world.organisation.pk, check=True)] == ["milestones"]
    recompute(world.organisation.pk)
    assert differences(world.organisation.pk) == []
    assert list(recompute(world.organisation.pk, check=True)) == []


def test_recompute_mends_whatever_was_falsified(world: World) -> None:
    Standing.objects.update(progress=1, actual=Decimal(9), own_reports=77, checked_in_at=None)
    KpiPeriod.objects.update(value_sum=Decimal(3), own_value=None)
    HistoryPoint.objects.update(raw=Decimal(3), terms_total=9)
    recompute(world.organisation.pk)
    assert differences(world.organisation.pk) == []
    assert list(recompute(world.organisation.pk, check=True)) == []
