"""Approved targets: changed by one who asks and another who decides; the ledger keeps all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from haidang.activity.models import Event
from haidang.checkins.recompute import recompute
from haidang.goals import actions as goals
from haidang.goals.access import verbs_of
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Goal, KpiPeriod, Participant, TargetVersion
from haidang.kpis.access import (
    may_decide_targets,
    target_requests_to_decide,
    target_requests_visible,
)
from haidang.kpis.actions import (
    Wanted,
    ask_targets,
    change_targets,
    close_period,
    decide_targets,
    withdraw_targets,
)
from haidang.kpis.models import TargetChange, TargetRequest
from haidang.kpis.queries.targets import year_of
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from haidang.people import settings
from haidang.people.actions import set_settings
from haidang.people.models import OrganisationSetting
from tests.support.keeping import kept
from tests.worlds import KPI, World, decimals, fresh

pytestmark = pytest.mark.django_db
D = Decimal
JAN, FEB, MAR = date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)


@pytest.fixture
@kept
def world() -> World:
    """Dũng leads the whole company; approved targets change by a request."""
    world = World()
    OrganisationSetting.objects.all().delete()
    world.lead(world.dung, world.root)
    return world


@pytest.fixture
@kept
def kpi(world: World) -> Goal:
    """Bình's: 100 a month, approved."""
    return fresh(world.kpi(level="unit", unit=world.sales, owner=world.binh, starts=JAN))


def wish(kpi: Goal, *, version: int | None = None, **months: Any) -> Wanted:
    """`m1=120`: the target of January 2025; `usual=120`."""
    targets: dict[date | None, Mapping[str, Decimal | None]] = {}
    for name, value in months.items():
        day = None if name == "usual" else date(2025, int(name[1:]), 1)
        targets[day] = {"target": None if value is None else D(value)}
    return Wanted(kpi, targets, version)


def ask(world: World, kpi: Goal, **months: Any) -> TargetRequest:
    return ask_targets(world.binh, kpi, [wish(kpi, **months)], "Mùa thấp điểm")


def target(kpi: Goal, day: date = JAN) -> Decimal | None:
    return KpiPeriod.objects.get(goal=kpi, starts=day).target


def ledger(kpi: Goal, day: date = JAN) -> list[tuple[int, Decimal | None]]:
    rows = TargetVersion.objects.filter(goal=kpi, starts=day)
    return list(rows.order_by("version").values_list("version", "target"))


def test_it_is_asked_granted_and_written_with_its_history(world: World, kpi: Goal) -> None:
    world.check_in(kpi, 60, date(2025, 1, 5))
    request = ask(world, kpi, m1=50, m2=80)
    assert (target(kpi), world.standing(kpi).raw) == (100, D("0.6")), "the old one counts"
    assert target_requests_to_decide(world.chi) == [request]
    assert target_requests_to_decide(world.binh) == []
    decide_targets(world.chi, request, True, "Đồng ý")
    assert (target(kpi), target(kpi, FEB), world.standing(kpi).raw) == (50, 80, D("1.2"))
    assert ledger(kpi) == [(1, D(100)), (2, D(50))]
    first, second = TargetVersion.objects.filter(goal=kpi, starts=JAN).order_by("version")
    assert (first.since, first.by, first.request_id) == (kpi.created_at, world.an, None)
    assert (second.by, second.approved_by) == (world.binh, world.chi)
    assert (second.reason, second.request_id) == ("Mùa thấp điểm", request.pk)
    assert fresh(kpi).version == kpi.version + 1
    verbs = list(Event.objects.filter(verb__contains="targets").order_by("id"))
    assert [one.verb for one in verbs] == ["targets.asked", "goal.targets", "targets.granted"]
    assert verbs[1].data["request"] == request.pk
    assert not TargetChange.objects.filter(waits=True).exists()
    assert not recompute(world.organisation.pk, check=True)


def test_attainment_under_the_original_and_the_revised_target(world: World, kpi: Goal) -> None:
    world.check_in(kpi, 60, date(2025, 1, 5))
    world.check_in(kpi, 90, date(2025, 2, 5))
    decide_targets(world.chi, ask(world, kpi, m1=60, m3=40), True)
    found = year_of(fresh(kpi), 2025)
    january, february, march = found.lines[:3]
    assert (january.attainment, january.attainment_original) == (1, D("0.6"))
    assert (february.attainment, february.attainment_original) == (D("0.9"), D("0.9"))
    assert (january.is_revised, february.is_revised, march.is_revised) == (True, False, True)
    assert (found.now.raw, found.original.raw) == (D("0.9375"), D("0.75"))
    assert found.now.raw == world.standing(kpi).raw


@pytest.mark.parametrize("who", ["binh", "chi", "an"])
def test_nobody_changes_an_approved_target_at_once(world: World, kpi: Goal, who: str) -> None:
    person = getattr(world, who)
    before = fresh(kpi).version
    with pytest.raises(Conflict) as refused:
        goals.set_targets(person, kpi, 2025, {JAN: {"target": D(50)}}, None, reason="x")
    assert refused.value.code == "needs_request"
    assert (target(kpi), fresh(kpi).version) == (100, before)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"target": D(50)}, "needs_request", "target"),
        ({"metric_unit": "nghìn cái", "metric_kind": "count"}, "approved_targets", "metric_kind"),
        ({"frequency": "quarter"}, "approved_targets", "frequency"),
        ({"direction": "lower"}, "approved_targets", "direction"),
        ({"direction": "steps", "steps": [(D(0), D(1))]}, "approved_targets", "direction"),
        ({"aggregation": "average"}, "approved_targets", "aggregation"),
        ({"title": "Tên khác"}, None, None),
    ],
)
def test_nor_by_the_definition(
    world: World, kpi: Goal, changes: dict[str, Any], code: str | None, field: str | None
) -> None:
    def edit() -> None:
        goals.edit_goal(world.chi, fresh(kpi), None, changes, reason="x")

    for act in (
        edit,
        lambda: goals.would_edit(world.chi, fresh(kpi), changes, reason="x"),
    ):
        if code is None:
            act()
            continue
        with pytest.raises(Conflict) as refused:
            act()
        assert (refused.value.code, refused.value.field) == (code, field)
    assert target(kpi) == 100


def test_what_is_said_beside_a_target_or_again_is_no_first_target(world: World) -> None:
    line = world.kpi(level="unit", unit=world.sales, owner=world.binh, starts=JAN,
                     direction="linear", baseline=None)  # fmt: skip
    with pytest.raises(Conflict) as refused:
        goals.set_targets(world.binh, line, 2025, {JAN: {"baseline": D(-10000)}}, None)
    assert refused.value.code == "needs_request"


def test_a_target_that_was_cleared_is_asked_for_again(world: World, kpi: Goal) -> None:
    decide_targets(world.dung, ask(world, kpi, m1=None), True)
    assert target(kpi) is None
    with pytest.raises(Conflict) as refused:
        goals.set_targets(world.binh, fresh(kpi), 2025, {JAN: {"target": D(1)}}, None)
    assert refused.value.code == "needs_request"


def test_a_dropped_kpi_takes_no_first_target(world: World) -> None:
    bare = world.kpi(level="unit", unit=world.sales, owner=world.binh, target=None)
    world.drop(bare)
    with pytest.raises(Conflict) as refused:
        goals.set_targets(world.binh, fresh(bare), 2025, {JAN: {"target": D(1)}}, None)
    assert refused.value.code == "state"


def test_who_approves_something_else_decides_nothing(world: World, kpi: Goal) -> None:
    """The asker chooses at which KPI to ask: whoever approves that one is not therefore the
    approver of the others, unless they add up to it from below."""
    facts = KPI | {"title": "Của Bình", "level": "individual", "owner": world.binh, "starts": JAN}
    own = goals.create_goal(world.binh, "kpi", decimals(facts))
    wanted = [wish(kpi, m1=50)]
    request = ask_targets(world.binh, own, wanted, "x")
    for person in (world.an, world.chi):
        may = "approve" in verbs_of(person, fresh(kpi))
        assert (request in target_requests_to_decide(person)) is may
        assert may_decide_targets(person, request) is may
    # Hung below one's own it is not decided there either: a unit's is above a person's.
    goals.link(world.binh, fresh(kpi), LinkRequest(fresh(own), "cascade", "value"))
    for person in (world.an, world.chi):
        may = "approve" in verbs_of(person, fresh(kpi))
        assert may_decide_targets(person, request) is may


def test_another_unit_would_be_another_target(world: World) -> None:
    kpi = world.kpi(metric_kind="currency", metric_unit="tỷ ₫")
    with pytest.raises(Conflict) as refused:
        goals.edit_goal(world.chi, kpi, None, {"metric_unit": "triệu ₫"}, reason="x")
    assert (refused.value.code, refused.value.field) == ("approved_targets", "metric_unit")


def test_a_draft_changes_freely_and_leaves_no_trace(world: World) -> None:
    facts = {"title": "Nháp", "level": "unit", "unit": world.sales, "owner": world.binh}
    from tests.worlds import KPI

    kpi = goals.create_goal(world.chi, "kpi", KPI | facts, as_draft=True)
    goals.set_targets(world.binh, kpi, 2025, {JAN: {"target": D(7)}}, None)
    assert target(kpi) == 7
    assert not TargetVersion.objects.exists()
    outcome = change_targets(world.binh, kpi, [wish(fresh(kpi), m1=8)])
    assert (outcome.changed, outcome.request) == (1, None)


def test_a_first_target_needs_nobody_else(world: World) -> None:
    kpi = fresh(
        world.kpi(starts=JAN, target=None, level="unit", unit=world.sales, owner=world.binh)
    )
    goals.set_targets(world.binh, kpi, 2025, {JAN: {"target": D(9)}}, None)
    assert ledger(kpi) == [(1, D(9))]
    with pytest.raises(Conflict):
        goals.set_targets(world.binh, kpi, 2025, {JAN: {"target": D(8)}}, None)
    decide_targets(world.chi, ask(world, kpi, m1=8), True)
    assert ledger(kpi) == [(1, D(9)), (2, D(8))]


def test_a_year_that_was_not_laid_out_begins_with_what_was_granted(world: World, kpi: Goal) -> None:
    wanted = Wanted(kpi, {date(2026, 1, 1): {"target": D(130)}})
    with pytest.raises(Conflict):  # the usual target is approved for it
        goals.set_targets(world.binh, kpi, 2026, wanted.targets, None)  # type: ignore[arg-type]
    decide_targets(world.chi, ask_targets(world.binh, kpi, [wanted], "Kế hoạch năm"), True)
    assert ledger(kpi, date(2026, 1, 1)) == [(1, D(130))]
    assert target(kpi, date(2026, 2, 1)) == 100


def test_the_usual_target_is_asked_for_too(world: World, kpi: Goal) -> None:
    world.check_in(kpi, 60, date(2025, 1, 5))
    decide_targets(world.chi, ask(world, kpi, m2=70), True)
    decide_targets(world.chi, ask(world, kpi, usual=120), True)
    assert fresh(kpi).target == 120
    assert [target(kpi, day) for day in (JAN, FEB, MAR)] == [100, 70, 120]
    assert ledger(kpi, MAR) == [(1, D(100)), (2, D(120))]
    assert not recompute(world.organisation.pk, check=True)


def test_who_asked_does_not_decide_nor_who_owns_it(world: World, kpi: Goal) -> None:
    request = ask_targets(world.chi, kpi, [wish(kpi, m1=50)], "x")
    for person in (world.chi, world.binh):
        with pytest.raises(Forbidden):
            decide_targets(person, request, True)
    with pytest.raises(NotFound):
        decide_targets(World("Khác").chi, request, True)
    decide_targets(world.dung, request, True)
    assert target(kpi) == 50


def test_declined_or_withdrawn_nothing_changes(world: World, kpi: Goal) -> None:
    declined = decide_targets(world.chi, ask(world, kpi, m1=50), False, "Không")
    assert (declined.answer, declined.answer_reason) == ("declined", "Không")
    request = ask(world, kpi, m1=50)
    with pytest.raises(Forbidden):
        withdraw_targets(world.chi, request)
    assert withdraw_targets(world.binh, request).answer == "withdrawn"
    for act in (
        lambda: decide_targets(world.chi, request, True),
        lambda: withdraw_targets(world.binh, request),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "answered"
    assert target(kpi) == 100
    assert not TargetVersion.objects.exists()


def test_a_request_over_what_changed_meanwhile_is_stale(world: World, kpi: Goal) -> None:
    request = ask(world, kpi, m1=50, m2=60)
    set_settings(world.chi, {"kpi.target_approval": False})
    goals.set_targets(world.chi, fresh(kpi), 2025, {JAN: {"target": D(90)}}, None, reason="x")
    with pytest.raises(Stale) as refused:
        decide_targets(world.dung, request, True)
    assert refused.value.current == {
        "changes": [
            {
                "kpi": kpi.public_id, "starts": "2025-01-01", "field": "target",
                "asked_over": "100", "stands": "90", "wanted": "50",
            }
        ]
    }  # fmt: skip
    assert (target(kpi), target(kpi, FEB)) == (90, 100), "all of it or nothing"
    assert decide_targets(world.dung, request, False).answer == "declined"


def test_a_closed_period_stays(world: World, kpi: Goal) -> None:
    request = ask(world, kpi, m1=50)
    close_period(world.chi, "month", JAN)
    with pytest.raises(Conflict) as refused:
        decide_targets(world.chi, request, True)
    assert refused.value.code == "locked"
    with pytest.raises(Conflict) as refused:
        ask(world, kpi, m1=60)
    assert (refused.value.code, refused.value.field) == ("locked", f"{kpi.public_id}.2025-01-01")


def test_a_kpi_that_ended_keeps_its_targets(world: World, kpi: Goal) -> None:
    request = ask(world, kpi, m1=50)
    goals.drop(world.chi, fresh(kpi), None, "Không còn cần")
    with pytest.raises(Conflict) as refused:
        decide_targets(world.chi, request, True)
    assert refused.value.code == "state"
    with pytest.raises(Conflict):
        ask(world, fresh(kpi), m2=50)


def test_the_same_period_waits_once(world: World, kpi: Goal) -> None:
    ask(world, kpi, m1=50, usual=90)
    for months in ({"m1": 60}, {"usual": 60}):
        with pytest.raises(Conflict) as refused:
            ask(world, kpi, **months)
        assert refused.value.code == "asked"
    ask(world, kpi, m2=60)


@pytest.mark.parametrize(
    ("value", "reason", "code"),
    [
        (50, "", "required"),
        (50, "x" * 2001, "too_long"),
        (0, "x", "ratio_needs_positive_target"),
        ("1e30", "x", "out_of_bounds"),
        ("NaN", "x", "out_of_bounds"),
        (100, "x", "unchanged"),
    ],
)
def test_what_cannot_be_asked(world: World, kpi: Goal, value: Any, reason: str, code: str) -> None:
    with pytest.raises((Invalid, Conflict)) as refused:
        ask_targets(world.binh, kpi, [wish(kpi, m1=value)], reason)
    assert refused.value.code == code
    assert not TargetRequest.objects.exists()


def test_without_approval_the_approver_changes_it_and_the_ledger_tells(
    world: World, kpi: Goal
) -> None:
    set_settings(world.chi, {"kpi.target_approval": False})
    goals.set_targets(world.chi, kpi, 2025, {JAN: {"target": D(50)}}, None, reason="Giảm")
    goals.edit_goal(world.chi, fresh(kpi), None, {"target": D(70)}, reason="Tăng")
    assert ledger(kpi) == [(1, D(100)), (2, D(50))]
    assert ledger(kpi, FEB) == [(1, D(100)), (2, D(70))]
    row = TargetVersion.objects.get(goal=kpi, starts=FEB, version=2)
    assert (row.by, row.reason, row.approved_by) == (world.chi, "Tăng", None)
    with pytest.raises(Conflict) as refused:
        ask(world, fresh(kpi), m3=50)
    assert refused.value.code == "not_needed"


def test_a_version_that_moved_on_is_stale(world: World, kpi: Goal) -> None:
    goals.edit_goal(world.chi, kpi, None, {"title": "Tên khác"})
    with pytest.raises(Stale):
        change_targets(world.binh, kpi, [wish(kpi, version=kpi.version, m1=50)], "x")


def test_many_kpis_are_one_request_and_drafts_change_at_once(world: World, kpi: Goal) -> None:
    from tests.worlds import KPI

    parent = fresh(world.kpi(target=300))
    facts = {"title": "Nháp", "level": "unit", "unit": world.sales, "owner": world.binh}
    draft = goals.create_goal(world.chi, "kpi", KPI | facts, as_draft=True)
    other = fresh(world.kpi(level="unit", unit=world.south, owner=world.an, starts=JAN))
    wanted = [wish(one, m1=50, m2=60) for one in (kpi, fresh(draft), other)]
    outcome = change_targets(world.chi, parent, wanted, "Phân bổ")
    assert outcome.changed == 1
    assert outcome.request is not None
    assert TargetChange.objects.filter(request=outcome.request).count() == 4
    assert [target(one) for one in (kpi, draft, other)] == [100, 50, 100]
    # An may approve the company's KPI that is allocated, but owns one of those that change.
    with pytest.raises(Forbidden):
        decide_targets(world.an, outcome.request, True)
    decide_targets(world.dung, outcome.request, True)
    assert [target(one) for one in (kpi, draft, other)] == [50, 50, 50]
    assert not recompute(world.organisation.pk, check=True)


def test_who_does_not_see_a_kpi_of_a_request_does_not_see_the_request(
    world: World, kpi: Goal
) -> None:
    parent = fresh(world.kpi())
    hidden = fresh(
        world.kpi(level="unit", unit=world.sales, owner=world.binh, visibility="private")
    )
    Participant.objects.create(goal=hidden, person=world.an, role="named")  # who decides
    outcome = change_targets(
        world.binh, hidden, [wish(kpi, m1=50), wish(hidden, m1=50)], "Mùa thấp điểm"
    )
    assert outcome.request is not None
    assert list(target_requests_visible(world.binh)) == [outcome.request]
    assert not target_requests_visible(world.chi).exists()
    assert target_requests_to_decide(world.chi) == []
    with pytest.raises(Forbidden):  # nor may one ask who sets no targets there
        ask_targets(world.dung, parent, [wish(parent, m1=50)], "x")


def test_the_setting_is_a_yes_or_a_no(world: World) -> None:
    assert settings.get(world.organisation.pk, "kpi.target_approval") is True
    for wrong in ("no", 0, None):
        with pytest.raises(Invalid):
            set_settings(world.chi, {"kpi.target_approval": wrong})
