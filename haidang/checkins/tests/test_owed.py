"""Whom a check-in is asked of, and from which day on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from haidang.checkins import actions as checkins
from haidang.checkins.queries import due_on, owed, prepared
from haidang.goals import actions
from haidang.goals.models import Goal, Participant
from haidang.people.actions import set_roles
from haidang.people.models import Person
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db


def ids(person: Person) -> set[str]:
    return {one.goal.public_id for one in owed(Person.objects.get(pk=person.pk))}


def test_the_owner_is_asked_or_who_feeds_the_kpi(
    an: Person, binh: Person, chi: Person, key_result: Goal, kpi: Goal
) -> None:
    assert ids(an) == {key_result.public_id, kpi.public_id}
    assert ids(binh) == ids(chi) == set()
    actions.edit_goal(chi, kpi, kpi.version, {"data_owner": binh})
    assert ids(an) == {key_result.public_id}
    assert ids(binh) == {kpi.public_id}


def test_a_delegate_is_asked_within_their_dates(
    an: Person, binh: Person, key_result: Goal, today: date
) -> None:
    part = Participant.objects.create(
        goal=key_result, person=binh, role="delegate", since=today, until=today
    )
    assert ids(binh) == {key_result.public_id}
    part.until = today - timedelta(days=1)
    part.since = None
    part.save()
    assert ids(binh) == set()
    assert ids(an) == {key_result.public_id}


def test_only_active_goals_with_own_reports(
    chi: Person, administrator: Person, an: Person, objective: Goal, key_result: Goal
) -> None:
    assert ids(an) == {key_result.public_id}
    actions.close(administrator, objective, objective.version)
    assert ids(an) == set()


def test_a_viewer_is_asked_nothing(administrator: Person, an: Person, key_result: Goal) -> None:
    set_roles(administrator, an, ["viewer"])
    assert ids(an) == set()


def test_a_key_result_is_due_a_cadence_after_its_last_report(
    an: Person, key_result: Goal, today: date
) -> None:
    def due() -> date:
        return owed(an)[0].due_on

    assert due() == today  # it was made today
    checkins.record(an, key_result, value=Decimal(1), for_day=today - timedelta(days=3))
    assert due() == today + timedelta(days=4)
    named = today + timedelta(days=20)
    checkins.record(an, key_result, value=Decimal(1), for_day=today, next_on=named)
    assert due() == named


def test_a_month_is_asked_for_on_the_day_after_it(kpi: Goal, an: Person) -> None:
    kpi.starts = date(2026, 1, 1)
    kpi.created_at = datetime(2026, 1, 1, tzinfo=UTC)
    kpi.cadence_days = 31

    def due(today: date) -> date:
        kpi._prefetched_objects_cache = {}
        prepared([kpi], today)
        last = kpi.check_ins.order_by("-for_day").first()
        return due_on(kpi, last, today, kpi.organisation)

    assert due(date(2026, 3, 20)) == date(2026, 2, 2)  # never reported at all
    kpi.created_at = datetime(2026, 3, 10, tzinfo=UTC)
    assert due(date(2026, 3, 20)) == date(2026, 4, 1)  # made in the middle of March
    checkins.record(an, kpi, value=Decimal(1), for_day=date(2026, 2, 28))
    assert due(date(2026, 3, 20)) == date(2026, 4, 1)
    assert due(date(2026, 4, 2)) == date(2026, 4, 1)


def test_the_page_sorts_what_is_late_due_and_coming(
    enter: Enter, an: Person, objective: Goal, make_key_result: Callable[..., Goal], today: date
) -> None:
    late, coming = make_key_result(objective, "Trễ lâu"), make_key_result(objective, "Sắp tới")
    for goal, days in ((late, 30), (coming, 3)):
        checkins.record(an, goal, value=Decimal(1), for_day=today - timedelta(days=days))
    page = body_of(enter(an).get("/check-ins/"))
    assert page.index("Trễ lâu") < page.index("Trong bảy ngày tới") < page.index("Sắp tới")
    assert "trễ 23 ngày" in page


def test_an_empty_list_offers_one_action(enter: Enter, binh: Person) -> None:
    page = body_of(enter(binh).get("/check-ins/"))
    assert "Chưa có gì để check-in" in page
    assert "/goals/?owner=me" in page


def test_thirty_lines_cost_what_three_cost(
    enter: Enter, an: Person, objective: Goal, make_key_result: Callable[..., Goal], kpi: Goal
) -> None:
    client = enter(an)
    for at in range(3):
        make_key_result(objective, f"Một {at}")
    few = queries_of(client, "/check-ins/")
    for at in range(27):
        make_key_result(objective, f"Hai {at}")
    assert queries_of(client, "/check-ins/") == few


def test_a_limit_of_its_own_says_when(kpi: Goal, an: Person) -> None:
    kpi.created_at = datetime(2025, 12, 1, tzinfo=UTC)
    kpi.freshness_days, kpi.cadence_days = 10, 1

    def due(today: date) -> date:
        kpi._prefetched_objects_cache = {}
        prepared([kpi], today)
        last = kpi.check_ins.order_by("-for_day").first()
        return due_on(kpi, last, today, kpi.organisation)

    assert due(date(2026, 2, 3)) == date(2026, 1, 10)  # December never came
    checkins.record(an, kpi, value=Decimal(1), for_day=date(2025, 12, 31))
    assert due(date(2026, 2, 3)) == date(2026, 2, 10)
    assert due(date(2026, 2, 28)) == date(2026, 2, 10)
    checkins.record(an, kpi, value=Decimal(1), for_day=date(2026, 1, 15))
    assert due(date(2026, 2, 28)) == date(2026, 3, 10)  # no more often than it says
