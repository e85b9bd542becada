"""Cards as they are set, read and kept."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haidang.goals.models import Goal
from haidang.kpis.access import carded_people, carded_units, sees_card
from haidang.kpis.actions import LineFacts, set_card, set_leave, take_leave_back
from haidang.kpis.actions.closing import span_of
from haidang.kpis.actions.scorecards import newest
from haidang.kpis.models import Scorecard
from haidang.kpis.queries.card import MEASURED, MISSING, NOT_DUE, Card
from haidang.kpis.queries.listing import places, ranking
from haidang.kpis.queries.scorecards import card, cards
from haidang.lib.errors import Forbidden, Invalid, NotFound, Stale
from haidang.people import settings
from haidang.people.models import Person, Role, RoleGrant, Unit
from tests.support.keeping import kept
from tests.worlds import World

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, MARCH = date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)


@pytest.fixture
@kept
def world() -> World:
    return World()


def put(world: World, *kpis: tuple[Goal, Any], starts: date = JANUARY, **facts: Any) -> Scorecard:
    """Bình's card, set by Chi."""
    lines = [LineFacts(kpi.public_id, Decimal(str(weight))) for kpi, weight in kpis]
    return set_card(world.chi, facts.pop("holder", world.binh), starts, lines, **facts)


def read(world: World, frequency: str = "month", day: date = FEBRUARY, holder: Any = None) -> Card:
    span = span_of(world.organisation, frequency, day)
    return card(world.chi, holder or world.binh, span)


def test_the_weighted_mean_of_what_is_measured(world: World) -> None:
    one, two, three = world.kpi(), world.kpi(), world.kpi()
    put(world, (one, 40), (two, 40), (three, 20))
    world.check_in(one, 110)
    world.check_in(two, 90)
    found = read(world)
    assert [line.attainment for line in found.lines] == [Decimal(110), Decimal(90), None]
    assert found.total.score == Decimal(100)  # 40/80 x 110 + 40/80 x 90
    assert (found.total.weight, found.total.measured) == (Decimal(100), Decimal(80))
    assert [line.goal for line in found.missing] == [three]
    assert (found.band, found.provisional) == ("A", True)
    assert sum(line.contribution or 0 for line in found.lines) == Decimal(100)


def test_cap_and_floor(world: World) -> None:
    high, low, own = world.kpi(), world.kpi(), world.kpi()
    lines = [
        LineFacts(high.public_id, Decimal(40)),
        LineFacts(low.public_id, Decimal(40)),
        LineFacts(own.public_id, Decimal(20), cap=Decimal(150), floor=Decimal(0)),
    ]
    set_card(world.chi, world.binh, JANUARY, lines)
    for kpi, value in ((high, 300), (low, "49.99"), (own, 140)):
        world.check_in(kpi, value)
    assert [line.points for line in read(world).lines] == [Decimal(120), 0, Decimal(140)]


def test_a_quarter_is_never_the_mean_of_its_months(world: World) -> None:
    kpi = world.kpi(aggregation="ratio", target=50)
    put(world, (kpi, 100))
    world.check_in(kpi, numerator=90, denominator=1, day=date(2025, 1, 10))
    world.check_in(kpi, numerator=30, denominator=3, day=date(2025, 2, 10))
    found = read(world, "quarter")
    assert found.lines[0].attainment == Decimal(60)  # 120 / 4 = 30 of 50; the mean would be 100
    assert (found.lines[0].reported, found.lines[0].due) == (2, 3)


def test_a_quarterly_kpi_is_not_due_in_the_first_month(world: World) -> None:
    month, quarter = world.kpi(), world.kpi(frequency="quarter")
    put(world, (month, 50), (quarter, 50))
    world.check_in(month, 90)
    found = read(world)
    assert [line.state for line in found.lines] == [MEASURED, NOT_DUE]
    assert (found.total.score, found.total.weight, found.weight) == (90, 50, 100)
    last = read(world, day=MARCH)
    assert [line.state for line in last.lines] == [MISSING, MISSING]
    assert last.total.weight == Decimal(100)


def test_a_joiner_is_asked_for_the_working_days(world: World) -> None:
    kpi, level = world.kpi(), world.kpi(aggregation="last")
    Person.objects.filter(pk=world.binh.pk).update(joined_on=date(2025, 2, 17))
    put(world, (kpi, 50), (level, 50))
    world.check_in(kpi, 50, day=date(2025, 2, 20))
    world.check_in(level, 50, day=date(2025, 2, 20))
    summed, stands = read(world).lines
    assert (summed.told[0].cell.worked, summed.told[0].cell.days) == (10, 20)
    assert (summed.attainment, stands.attainment) == (Decimal(100), Decimal(50))
    assert not read(world, day=JANUARY).lines  # not there yet, and so not missing


def test_a_target_that_was_adjusted_by_hand_is_not_prorated_twice(world: World) -> None:
    kpi = world.kpi()
    line = LineFacts(kpi.public_id, Decimal(100), prorated=False)
    set_card(world.chi, world.binh, date(2025, 2, 17), [line])
    world.check_in(kpi, 50, day=date(2025, 2, 20))
    assert read(world).lines[0].attainment == Decimal(50)


def test_long_leave_is_left_out(world: World) -> None:
    kpi = world.kpi()
    put(world, (kpi, 100))
    world.check_in(kpi, 50, day=date(2025, 1, 10))
    leave = set_leave(world.chi, world.binh, date(2025, 1, 16), date(2025, 3, 31))
    assert read(world, "quarter").lines[0].told[0].cell.worked < 20
    assert [one.cell.starts for one in read(world, "quarter").lines[0].told] == [JANUARY]
    take_leave_back(world.chi, world.binh, leave.pk)
    assert len(read(world, "quarter").lines[0].told) == 3
    with pytest.raises(NotFound):
        take_leave_back(world.chi, world.binh, leave.pk)


def test_weights_of_a_quarter_follow_the_time_in_which_they_held(world: World) -> None:
    old, new, always = world.kpi(), world.kpi(), world.kpi()
    put(world, (old, 60), (always, 40))
    put(world, (new, 60), (always, 40), starts=MARCH)
    weights = {line.goal: line.weight for line in read(world, "quarter").lines}
    assert weights[always] == Decimal(40)
    assert weights[old] + weights[new] == Decimal(60)
    assert weights[old] > weights[new]


def test_a_transfer_ends_a_card(world: World) -> None:
    kpi = world.kpi()
    put(world, (kpi, 100), ends=date(2025, 1, 31))
    assert read(world, day=JANUARY).lines
    assert not read(world).lines


def test_a_card_set_anew_replaces_what_began_later(world: World) -> None:
    one, two = world.kpi(), world.kpi()
    first = put(world, (one, 100), starts=MARCH)
    put(world, (two, 100), starts=FEBRUARY, seen=first.pk)
    assert [line.goal for line in read(world, day=MARCH).lines] == [two]
    first.refresh_from_db()
    assert first.until is not None
    with pytest.raises(Stale):
        put(world, (one, 100), seen=first.pk)
    assert newest(world.binh) == Scorecard.objects.get(until=None).pk


def test_who_sees_a_card(world: World) -> None:
    lead = world.person("Lan", world.root)
    world.lead(lead, world.sales)
    manager = world.person("Minh", world.it)
    Person.objects.filter(pk=world.binh.pk).update(manager=manager)
    admin = world.person("Quý", world.sales)
    RoleGrant.objects.create(person=admin, role=Role.ADMINISTRATOR, since=timezone.now())
    sees = {
        one.name: carded_people(one).filter(pk=world.binh.pk).exists()
        for one in (world.chi, world.binh, lead, manager, admin, world.dung)
    }
    assert sees == {
        "Chi": True,
        "Bình": True,
        "Lan": True,
        "Minh": True,
        "Quý": False,
        "Dũng": False,
    }
    assert set(carded_units(world.dung)) == {world.it, world.root}
    assert world.south in carded_units(lead)


def test_seeing_is_decided_twice_alike(world: World) -> None:
    lead = world.person("Lan", world.root)
    world.lead(lead, world.sales)
    manager = world.person("Minh", world.it)
    Person.objects.filter(pk=world.binh.pk).update(manager=manager)
    viewer, guest = world.person("Vân", world.sales), world.person("Khách", world.sales)
    for person, role in ((viewer, Role.VIEWER), (guest, Role.GUEST)):
        RoleGrant.objects.create(person=person, role=role, since=timezone.now())
    gone = world.person("Quỳnh", world.sales, strategist=True)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    away = World("Khác")
    people = list(Person.objects.select_related("unit", "organisation"))
    units = list(Unit.objects.all())
    for actor in people:
        assert {one for one in people if sees_card(actor, one)} == set(carded_people(actor))
        assert {one for one in units if sees_card(actor, one)} == set(carded_units(actor))
    assert away.chi in people


def test_who_sets_a_card(world: World) -> None:
    kpi = world.kpi()
    with pytest.raises(Forbidden):  # oneself
        set_card(world.binh, world.binh, JANUARY, [])
    with pytest.raises(NotFound):  # a stranger
        set_card(world.dung, world.binh, JANUARY, [])
    with pytest.raises(Forbidden):  # strategists are no exception
        set_card(world.chi, world.chi, JANUARY, [])
    world.lead(world.dung, world.sales)
    set_card(world.dung, world.binh, JANUARY, [LineFacts(kpi.public_id, Decimal(20))])
    set_card(world.dung, world.sales, JANUARY, [LineFacts(kpi.public_id, Decimal(20))])
    stranger = World("Khác")
    with pytest.raises(NotFound):
        set_card(stranger.chi, world.binh, JANUARY, [])


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"kpi": "KPI-99"}, "lines.0.kpi"),
        ({"weight": Decimal(0)}, "lines.0.weight"),
        ({"weight": Decimal("100.01")}, "lines.0.weight"),
        ({"weight": Decimal("33.333")}, "lines.0.weight"),
        ({"perspective": "other"}, "lines.0.perspective"),
        ({"cap": Decimal(-1)}, "lines.0.cap"),
        ({"cap": Decimal(60), "floor": Decimal(60)}, "lines.0.floor"),
        ({"cap": Decimal(50)}, "lines.0.cap"),  # the usual floor
        ({"floor": Decimal(120)}, "lines.0.floor"),  # the usual cap
    ],
)
def test_lines_that_are_refused(world: World, line: dict[str, Any], field: str) -> None:
    facts = {"kpi": world.kpi().public_id, "weight": Decimal(20)} | line
    with pytest.raises(Invalid) as refused:
        set_card(world.chi, world.binh, JANUARY, [LineFacts(**facts)])
    assert [error.field for error in refused.value.errors] == [field]
    assert not Scorecard.objects.exists()


def test_days_and_doubles_that_are_refused(world: World) -> None:
    kpi = world.kpi()
    for starts, ends in ((date(1900, 1, 1), None), (MARCH, FEBRUARY)):
        with pytest.raises(Invalid):
            set_card(world.chi, world.binh, starts, [], ends=ends)
    with pytest.raises(Invalid):
        put(world, (kpi, 20), (kpi, 30))
    with pytest.raises(Invalid):
        set_leave(world.chi, world.binh, MARCH, FEBRUARY)


def test_as_many_queries_for_many_as_for_one(world: World) -> None:
    span = span_of(world.organisation, "quarter", FEBRUARY)
    put(world, (world.kpi(), 100))
    few = queries_of(world, [world.binh], span)
    for one in (world.an, world.dung):
        kpis = [world.kpi() for _ in range(12)]
        put(world, *((kpi, 8) for kpi in kpis), holder=one)
        world.check_in(kpis[0], 5)
    assert queries_of(world, [world.binh, world.an, world.dung], span) == few
    assert few <= 14


def queries_of(world: World, holders: list[Person], span: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        cards(world.chi, holders, span)
    return len(asked)


def test_a_kpi_that_the_reader_does_not_see_counts_without_its_words(world: World) -> None:
    lead = world.person("Lan", world.root)
    world.lead(lead, world.sales)
    kpi = world.kpi(visibility="private", owner=world.chi)
    put(world, (kpi, 100))
    span = span_of(world.organisation, "month", FEBRUARY)
    assert [line.seen for line in card(lead, world.binh, span).lines] == [False]
    assert [line.seen for line in card(world.chi, world.binh, span).lines] == [True]


def test_what_is_to_come_is_not_missing(world: World) -> None:
    kpi = world.kpi()
    put(world, (kpi, 100), starts=timezone.localdate() - timedelta(days=400))
    span = span_of(world.organisation, "month", timezone.localdate())
    found = card(world.chi, world.binh, span)
    assert [line.state for line in found.lines] == [NOT_DUE]
    assert (found.total.score, found.band) == (None, "")
    assert settings.get(world.organisation.pk, "scorecard.ranking") is False


def test_units_are_not_prorated_by_people(world: World) -> None:
    kpi = world.kpi()
    put(world, (kpi, 100), holder=world.sales)
    world.check_in(kpi, 50)
    (line,) = read(world, holder=world.sales).lines
    assert (line.attainment, line.partial) == (Decimal(50), False)


def test_a_leaver_is_asked_until_the_last_day(world: World) -> None:
    kpi = world.kpi()
    put(world, (kpi, 100))
    Person.objects.filter(pk=world.binh.pk).update(left_on=date(2025, 2, 14), is_active=False)
    world.check_in(kpi, 50)
    assert read(world).lines[0].attainment == Decimal(100)
    assert not read(world, day=MARCH).lines


def test_persons_are_never_ranked(world: World) -> None:
    put(world, (world.kpi(), 100))
    world.check_in(Goal.objects.get(), 50)
    with pytest.raises(TypeError):
        ranking([read(world)])
    for unit in (world.sales, world.it, world.south):
        put(world, (Goal.objects.get(), 100), holder=unit)
    found = ranking([read(world, holder=one) for one in (world.south, world.it, world.sales)])
    assert [one.holder.name for one in found] == sorted(one.holder.name for one in found)
    assert set(places(found).values()) == {1}
