"""What a KPI says of its formula and source, and when its actual has to be there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from haidang.goals import actions
from haidang.goals.models import Goal, GoalVersion, KpiPeriod
from haidang.goals.queries import as_of, outlook
from haidang.goals.rules.freshness import Awaited, overdue
from haidang.goals.rules.periods import period_of
from haidang.lib.errors import Invalid
from haidang.people.models import Person
from tests.support.pages import Enter, body_of

TOLD = {"formula": "Doanh thu xuất hóa đơn", "source": "ERP, sổ 511", "freshness_days": 5}
FREQUENCIES = ("day", "week", "month", "quarter", "half", "year")


# --- the rule -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "frequency", "days", "period"),
    [
        # January is asked for up to 10 February, and overdue from the 11th.
        (date(2026, 2, 10), "month", 10, (date(2025, 12, 1), date(2025, 12, 31))),
        (date(2026, 2, 11), "month", 10, (date(2026, 1, 1), date(2026, 1, 31))),
        (date(2026, 2, 1), "month", 0, (date(2026, 1, 1), date(2026, 1, 31))),
        (date(2026, 1, 31), "month", 0, (date(2025, 12, 1), date(2025, 12, 31))),
        (date(2026, 4, 15), "quarter", 15, (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 4, 16), "quarter", 15, (date(2026, 1, 1), date(2026, 3, 31))),
        (date(2026, 3, 5), "day", 2, (date(2026, 3, 2), date(2026, 3, 2))),
        # Monday the 9th ends nothing yet; the week to Sunday the 8th is due on Tuesday.
        (date(2026, 3, 11), "week", 2, (date(2026, 3, 2), date(2026, 3, 8))),
    ],
)
def test_the_latest_period_whose_actual_should_be_there(
    today: date, frequency: str, days: int, period: tuple[date, date]
) -> None:
    found = overdue(today, frequency, days, asked_since=date(2020, 1, 1))
    assert found == Awaited(*period, period[1] + timedelta(days=days))


def test_nobody_is_asked_for_what_was_over_before_or_begins_after() -> None:
    today = date(2026, 2, 20)
    assert overdue(today, "month", 5, asked_since=date(2026, 2, 1)) is None
    found = overdue(today, "month", 5, asked_since=date(2026, 1, 31))
    assert found is not None
    assert found.starts == date(2026, 1, 1)
    ended = overdue(today, "month", 5, asked_since=date(2025, 1, 1), until=date(2025, 11, 20))
    assert ended == Awaited(date(2025, 11, 1), date(2025, 11, 30), date(2025, 12, 5))


@given(
    today=st.dates(date(1992, 1, 1), date(2199, 12, 31)),
    frequency=st.sampled_from(FREQUENCIES),
    days=st.integers(0, 366),
    first_month=st.integers(1, 12),
)
def test_it_is_late_and_the_next_one_is_not(
    today: date, frequency: str, days: int, first_month: int
) -> None:
    found = overdue(today, frequency, days, asked_since=date.min, first_month=first_month)
    assert found is not None
    assert (found.starts, found.ends) == period_of(found.starts, frequency, first_month)
    assert found.due == found.ends + timedelta(days=days) < today
    following = period_of(found.ends + timedelta(days=1), frequency, first_month)
    assert following[1] + timedelta(days=days) >= today


# --- the outlook ----------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(kpi: Goal) -> Goal:
    """The KPI, asked for since the beginning of 2025."""
    Goal.objects.filter(pk=kpi.pk).update(
        created_at=datetime(2025, 1, 1, tzinfo=UTC), cadence_days=37
    )
    return kpi


def look(kpi: Goal, day: date) -> tuple[bool, Awaited | None]:
    found = outlook(kpi.organisation, [kpi.pk], day)[kpi.pk]
    return found.outdated, found.awaited


def report(kpi: Goal, month: date, value: str = "3") -> None:
    KpiPeriod.objects.update_or_create(
        goal=kpi, starts=month,
        defaults={
            "own_value": Decimal(value), "year": month.year,
            "ends": period_of(month, "month")[1],
        },
    )  # fmt: skip
    kpi.standing.own_day = period_of(month, "month")[1]
    kpi.standing.save()


def test_a_limit_decides_alone(old: Goal) -> None:
    report(old, date(2026, 1, 1))
    # By its cadence of 37 days, as ever, which holidays pause.
    assert look(old, date(2026, 3, 9)) == (False, None)
    assert look(old, date(2026, 4, 1)) == (True, None)
    Goal.objects.filter(pk=old.pk).update(freshness_days=5)
    assert look(old, date(2026, 3, 5)) == (False, None)
    february = Awaited(date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 5))
    assert look(old, date(2026, 3, 6)) == (True, february)
    report(old, date(2026, 2, 1))
    assert look(old, date(2026, 3, 6)) == (False, None)
    assert look(old, date(2026, 4, 5)) == (False, None)
    # What was reported for the month under way is none for the month before.
    report(old, date(2026, 4, 1))
    assert look(old, date(2026, 4, 6))[0]


def test_a_draft_and_a_calculated_one_are_asked_for_nothing(old: Goal) -> None:
    Goal.objects.filter(pk=old.pk).update(freshness_days=0, state="draft")
    assert look(old, date(2026, 3, 6)) == (False, None)
    Goal.objects.filter(pk=old.pk).update(state="active", calculation="sum")
    assert look(old, date(2026, 3, 6)) == (False, None)


def test_one_query_however_many_have_limits(chi: Person, kpi: Goal) -> None:
    def cost(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as seen:
            outlook(kpi.organisation, ids, date(2026, 12, 20))
        return len(seen)

    more = [
        actions.create_goal(
            chi, "kpi",
            {"title": f"KPI {n}", "level": "unit", "unit": kpi.unit, "metric_kind": "count",
             "direction": "higher", "frequency": "month", "aggregation": "sum",
             "freshness_days": n},
        )
        for n in range(4)
    ]  # fmt: skip
    Goal.objects.update(created_at=datetime(2025, 1, 1, tzinfo=UTC))
    cost([kpi.pk, more[0].pk])
    without, one = cost([kpi.pk]), cost([more[0].pk])
    assert one == without + 1
    assert cost([one.pk for one in more]) == one


# --- the facts ------------------------------------------------------------------------


def test_they_are_kept_with_the_versions(chi: Person, kpi: Goal) -> None:
    with pytest.raises(Invalid) as without_reason:
        actions.edit_goal(chi, kpi, None, TOLD)
    assert without_reason.value.field == "reason"
    measure = kpi.standing.measure_version
    edited = actions.edit_goal(chi, kpi, None, TOLD, reason="Ghi rõ cách tính")
    assert (edited.formula, edited.source, edited.freshness_days) == tuple(TOLD.values())
    # No number follows from them: a check-in that was being typed is not stale.
    assert edited.standing.measure_version == measure
    kept = GoalVersion.objects.get(goal=kpi, until=None).facts
    assert {name: kept[name] for name in TOLD} == TOLD
    today = datetime.now(tz=UTC).date() + timedelta(days=1)
    assert as_of(chi, kpi, today).facts["formula"] == TOLD["formula"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"formula": "x" * 1001}, "formula"),
        ({"source": "x" * 301}, "source"),
        ({"freshness_days": 367}, "freshness_days"),
        ({"freshness_days": -1}, "freshness_days"),
    ],
)
def test_bounds(chi: Person, kpi: Goal, facts: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.edit_goal(chi, kpi, None, facts, reason="x")
    assert [error.field for error in refused.value.errors] == [field]


def test_only_kpis_have_them(chi: Person, objective: Goal) -> None:
    with pytest.raises(Invalid) as refused:
        actions.edit_goal(chi, objective, None, {"formula": "x"})
    assert refused.value.field == "formula"


def test_an_unset_limit_may_be_taken_away_again(chi: Person, kpi: Goal) -> None:
    actions.edit_goal(chi, kpi, None, {"freshness_days": 0}, reason="x")
    assert Goal.objects.get(pk=kpi.pk).freshness_days == 0
    actions.edit_goal(chi, kpi, None, {"freshness_days": None}, reason="x")
    assert Goal.objects.get(pk=kpi.pk).freshness_days is None


# --- pages ----------------------------------------------------------------------------


def test_the_forms_and_the_page(enter: Enter, administrator: Person, kpi: Goal) -> None:
    client = enter(administrator)
    form = body_of(client.get(f"/goals/{kpi.public_id}/edit/"))
    for name in TOLD:
        assert f'name="{name}"' in form
        assert f'name="{name}"' in body_of(client.get("/goals/new/kpi/"))
        assert f'name="{name}"' not in body_of(client.get("/goals/new/objective/"))
    actions.edit_goal(administrator, kpi, None, TOLD, reason="Ghi rõ")
    page = body_of(client.get(f"/goals/{kpi.public_id}/"))
    assert "Doanh thu xuất hóa đơn" in page
    assert "ERP, sổ 511" in page
    assert "chậm nhất 5 ngày sau khi hết kỳ" in page


def test_saved_by_the_form(enter: Enter, administrator: Person, sales_unit: object) -> None:
    client = enter(administrator)
    sent = {
        "title": "Doanh thu", "level": "company", "visibility": "organisation",
        "metric_kind": "currency", "metric_unit": "tỷ ₫", "direction": "higher", "target": "3",
        "frequency": "month", "aggregation": "sum", "formula": "A − B", "source": "ERP",
        "freshness_days": "7",
    }  # fmt: skip
    assert client.post("/goals/new/kpi/", sent).status_code == 302
    made = Goal.objects.get(kind="kpi")
    assert (made.formula, made.source, made.freshness_days) == ("A − B", "ERP", 7)
    answer = client.post("/goals/new/kpi/", {**sent, "freshness_days": "400"})
    assert answer.status_code == 422


def test_the_page_and_the_list_say_which_period_is_missing(
    enter: Enter, administrator: Person, old: Goal, today: date
) -> None:
    Goal.objects.filter(pk=old.pk).update(freshness_days=0)
    client = enter(administrator)
    for address in (f"/goals/{old.public_id}/", "/attention/", "/attention/?reason=outdated"):
        assert "Chưa có số liệu kỳ" in body_of(client.get(address)), address
    ended = today.replace(day=1) - timedelta(days=1)
    report(old, ended.replace(day=1))
    for address in (f"/goals/{old.public_id}/", "/attention/"):
        assert "Chưa có số liệu kỳ" not in body_of(client.get(address)), address
