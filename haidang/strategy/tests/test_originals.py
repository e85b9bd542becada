"""On a KPI's page a revised target is told with what it was originally."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from haidang.checkins.actions import record
from haidang.goals import actions
from haidang.goals.models import Goal
from haidang.people.actions import set_settings
from haidang.people.models import Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


def test_a_revised_target_is_told_with_the_original(
    enter: Enter, an: Person, chi: Person, administrator: Person, kpi: Goal, today: date
) -> None:
    record(an, kpi, for_day=today.replace(month=1, day=9), value=Decimal("2.4"))
    set_settings(administrator, {"kpi.target_approval": False})
    month = today.replace(month=1, day=1)
    revised = {month: {"target": Decimal(2)}}
    actions.set_targets(chi, kpi, today.year, revised, None, reason="Mùa thấp")
    page = body_of(enter(an).get(f"/goals/{kpi.public_id}/")).replace("\xa0", " ")
    assert page.count("ban đầu 3 tỷ ₫") == 1
    assert "120%" in page
    assert '<div class="small muted">80%</div>' in page
