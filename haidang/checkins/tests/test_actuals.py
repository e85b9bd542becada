"""Actuals of many KPIs at once, where somebody is faster."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import F

from haidang.checkins.actuals import Actual, record_actuals
from haidang.checkins.models import CheckIn
from haidang.goals import store
from haidang.goals.models import Goal
from haidang.lib.errors import Invalid
from haidang.people.models import Person

pytestmark = pytest.mark.django_db


def test_two_rows_of_one_period_by_a_frequency_that_came_in_between(
    an: Person, kpi: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = store.lock_organisation

    def later(organisation_id: int) -> None:
        lock(organisation_id)
        now = {"frequency": "quarter", "version": F("version") + 1}
        Goal.objects.filter(pk=kpi.pk, frequency="month").update(**now)

    monkeypatch.setattr(store, "lock_organisation", later)
    rows = [Actual(kpi.public_id, date(2026, month, 1), Decimal(month)) for month in (1, 2)]
    with pytest.raises(Invalid) as refused:
        record_actuals(an, rows)
    (error,) = refused.value.errors
    assert (error.field, error.code) == ("rows.1.day", "duplicate")
    assert not CheckIn.objects.exists()
