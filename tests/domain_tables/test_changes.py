"""Changing what was measured, planned or linked: nothing reported is read as something else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from haidang.checkins.models import CheckIn
from haidang.goals import actions as goals
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Alignment, AlignmentSpan, Goal
from haidang.goals.queries import outlook
from haidang.goals.queries.derivation import derivation
from haidang.goals.rules.units import dimension
from haidang.lib.errors import Conflict, Invalid
from tests.worlds import World, fresh

D = Decimal
JANUARY, FEBRUARY = date(2025, 1, 5), date(2025, 2, 5)
MILESTONES = {
    "metric_kind": "milestones", "metric_unit": "", "direction": "milestones",
    "baseline": None, "target": None,
}  # fmt: skip
RANGE = {"direction": "range", "low": 25, "high": 35, "tolerance": 5, "target": None}


def targets(kpi: Goal) -> list[Decimal | None]:
    return list(kpi.periods.filter(year=2025).order_by("starts").values_list("target", flat=True))


def set_targets(world: World, kpi: Goal, changes: dict[date, dict[str, int | None]]) -> None:
    exact = {
        day: {name: None if v is None else D(v) for name, v in fields.items()}
        for day, fields in changes.items()
    }
    goals.set_targets(world.chi, kpi, 2025, exact, fresh(kpi).version, reason="giao lại")


# --- another measure ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "facts", "report", "change"),
    [
        ("kpi", {"metric_kind": "percent", "metric_unit": "%", "aggregation": "ratio"},
         {"numerator": 28, "denominator": 100}, {"metric_kind": "number", "metric_unit": ""}),
        ("key_result", MILESTONES | {"milestones": [{"title": "Một"}, {"title": "Hai"}]},
         {"milestones": [0]},
         {"metric_kind": "number", "direction": "increase", "baseline": 0, "target": 10}),
        ("key_result", {}, {"value": 1},
         {"metric_kind": "yes_no", "metric_unit": "", "baseline": None, "target": None}),
        ("key_result", {"metric_kind": "currency", "metric_unit": "tỷ ₫"}, {"value": 50},
         {"metric_unit": "triệu ₫", "target": 100_000}),
        ("kpi", {"metric_kind": "currency", "metric_unit": "tỷ ₫"}, {"value": 50},
         {"metric_unit": "triệu ₫", "target": 100_000}),
    ],
)  # fmt: skip
def test_what_was_reported_in_one_unit_is_not_read_in_another(world, kind, facts, report, change):
    goal = getattr(world, kind)(**facts)
    world.check_in(goal, **report)
    before = world.standing(goal).progress
    with pytest.raises(Conflict) as refused:
        world.edit(goal, world.chi if kind == "kpi" else world.an, **change)
    assert refused.value.code == "reported"
    assert world.standing(goal).progress == before
    assert fresh(goal).version == 1, "nothing of it was written"


def test_before_anything_is_reported_the_unit_is_free(world):
    for goal, who in ((world.key_result(), world.an), (world.kpi(), world.chi)):
        world.edit(goal, who, metric_kind="currency", metric_unit="tỷ ₫", target=25)
        world.edit(goal, who, metric_unit="triệu ₫", target=25_000)
        assert fresh(goal).metric_scale == 10**6


def test_a_report_is_read_by_the_definition_that_stands_under_the_lock(world):
    key_result = world.key_result()
    seen = fresh(key_result)
    world.edit(
        key_result, metric_kind="yes_no", metric_unit="", baseline=None, target=None,
        direction="pass_fail",
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        world_record(world, seen, 60)
    assert [e.field for e in refused.value.errors] == ["value"]
    assert not CheckIn.objects.filter(goal=key_result).exists()


def world_record(world: World, seen: Goal, value: int) -> None:
    from haidang.checkins import actions as check_ins

    check_ins.record(world.an, seen, for_day=FEBRUARY, value=D(value))


# --- plans and periods ----------------------------------------------------------------------


def test_an_edit_leaves_the_targets_of_periods_as_they_were_given(world):
    kpi = world.kpi(frequency="quarter", target=10)
    set_targets(world, kpi, {date(2025, m, 1): {"target": m} for m in (1, 4, 7)})
    for change in ({"decimals": 1}, {"plan_curve": "calendar"}, {"target": 20}):
        world.edit(kpi, world.chi, **change)
        rest = 20 if "target" in change else 10
        assert targets(kpi) == [1, 4, 7, rest]


def test_a_new_default_leaves_reported_and_closed_periods_alone(world):
    kpi = world.kpi(frequency="quarter", target=10)
    set_targets(world, kpi, {date(2025, m, 1): {"target": 10} for m in (1, 4, 7, 10)})
    world.check_in(kpi, 5, JANUARY)
    kpi.periods.filter(starts=date(2025, 4, 1)).update(locked_at=timezone.now())
    world.edit(kpi, world.chi, target=20)
    assert targets(kpi) == [10, 10, 20, 20]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"tolerance": -5}, "negative", "tolerance"),
        ({"tolerance": None}, "negative", "tolerance"),
        ({"low": 40}, "reversed", "high"),
        ({"high": 20}, "reversed", "high"),
        ({"low": None}, "required", "low"),
    ],
)
def test_a_periods_range_is_checked_as_a_whole(world, change, code, field):
    kpi = world.kpi(**RANGE)
    with pytest.raises(Invalid) as refused:
        set_targets(world, kpi, {JANUARY: change})
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_record_neither_leaves_nor_changes_in_a_closed_period(world):
    kpi = world.kpi()
    record = world.check_in(kpi, 50, JANUARY)
    kpi.periods.filter(starts=date(2025, 1, 1)).update(locked_at=timezone.now())
    for change in (
        lambda: world.correct(record, 60),
        lambda: world.correct(record, 60, day=FEBRUARY),
        lambda: world.void(record),
    ):
        with pytest.raises(Conflict) as refused:
            change()
        assert refused.value.code == "locked"
    assert world.standing(kpi).actual == 50


def test_a_version_says_what_each_period_was_to_reach(world):
    kpi = world.kpi(frequency="quarter", target=10)
    set_targets(world, kpi, {date(2025, 4, 1): {"target": 7}})
    world.edit(kpi, world.chi, target=20)
    facts = [v.facts for v in kpi.versions.order_by("version")]
    assert [(f["target"], f["periods"]) for f in facts] == [
        ("10", {}),
        ("10", {"2025-04-01": {"target": "7"}}),
        ("20", {"2025-04-01": {"target": "7"}}),
    ]


# --- milestones -----------------------------------------------------------------------------


def with_milestones(world: World, *titles: str) -> Goal:
    return world.key_result(**MILESTONES, milestones=[{"title": t} for t in titles])


def test_two_milestones_of_one_title_are_refused(world):
    for titles in (("Hội thảo", "Hội thảo"), ("Đào tạo", "dao tao")):
        with pytest.raises(Invalid) as refused:
            with_milestones(world, *titles)
        assert [e.code for e in refused.value.errors] == ["twice"]


def test_a_milestone_keeps_what_was_reached_under_another_title(world):
    key_result = with_milestones(world, "Hà Nội", "Đà Nẵng")
    world.check_in(key_result, milestones=[0])
    world.edit(
        key_result,
        milestones=[{"position": 0, "title": "TP. Hà Nội"}, {"position": 1, "title": "Đà Nẵng"}],
    )
    assert world.share(key_result) == D("0.5")
    world.edit(key_result, milestones=[{"title": "Đà Nẵng"}, {"title": "TP. Hà Nội", "weight": 3}])
    assert world.share(key_result) == D("0.75"), "by their titles, in any order"


def test_the_place_of_a_milestone_that_is_gone_is_not_given_to_another(world):
    key_result = with_milestones(world, "Một", "Hai")
    world.check_in(key_result, milestones=[0, 1])
    world.edit(key_result, milestones=[{"title": "Một"}])
    world.edit(key_result, milestones=[{"title": "Một"}, {"title": "Ba"}])
    assert list(key_result.milestones.values_list("position", "reached")) == [
        (0, True),
        (2, False),
    ]
    assert world.share(key_result) == D("0.5")
    kept = [[m["title"] for m in v.facts["milestones"]] for v in key_result.versions.all()]
    assert kept == [["Một", "Hai"], ["Một"], ["Một", "Ba"]]


# --- states ---------------------------------------------------------------------------------


def test_a_closed_key_result_stays_its_objectives_when_that_is_dropped(world):
    objective, other = world.objective(), world.objective()
    closed, active = world.key_result(objective), world.key_result(objective)
    world.check_in(closed, 50)
    world.close(closed)
    world.drop(objective)
    assert world.edge(closed, objective).relation == "composition"
    assert [fresh(g).state for g in (closed, active)] == ["closed", "dropped"]
    assert not Alignment.objects.filter(parent=other).exists()


def test_what_was_given_up_before_is_not_brought_back(world):
    objective = world.objective()
    first, second, third = (world.key_result(objective) for _ in range(3))
    world.drop(first)
    world.check_in(second, 80)
    world.close(second)
    world.drop(objective)
    for action in (goals.restore, None):
        if action:
            action(world.chi, fresh(objective), fresh(objective).version)
        assert [fresh(g).state for g in (objective, first, second, third)] == [
            "active", "dropped", "closed", "active",
        ]  # fmt: skip
    assert fresh(second).score == D("0.8")


def test_reopening_reopens_what_was_closed_with_it(world):
    objective = world.objective()
    before, along = world.key_result(objective), world.key_result(objective)
    world.close(before)
    world.close(objective)
    goals.reopen(world.chi, fresh(objective), fresh(objective).version)
    assert [fresh(g).state for g in (objective, before, along)] == ["active", "closed", "active"]


def test_what_was_closed_and_archived_comes_back_closed_with_its_score(world):
    objective = world.objective()
    key_result = world.key_result(objective)
    world.check_in(key_result, 60)
    world.close(objective)
    for action in (goals.archive, goals.restore):
        action(world.chi, fresh(objective), fresh(objective).version)
    for goal in (fresh(objective), fresh(key_result)):
        assert (goal.state, goal.score) == ("closed", D("0.6"))
        assert goal.closed_on is not None


def test_an_objective_takes_its_new_cycles_days(world):
    third, fourth = world.quarters[2:]
    objective = world.objective(cycle=third)
    bare, own = world.key_result(objective), world.key_result(objective, ends=date(2025, 8, 15))
    world.edit(objective, cycle=fourth)
    assert (fresh(objective).starts, fresh(objective).ends) == (fourth.starts, fourth.ends)
    assert (fresh(bare).starts, fresh(bare).ends) == (fourth.starts, fourth.ends)
    assert fresh(own).ends == date(2025, 8, 15), "a deadline of its own stays"


def test_an_old_record_can_be_taken_back_after_the_rule_changed(world):
    key_result = world.key_result()
    first, second = world.check_in(key_result, 50), world.check_in(key_result, 60)
    world.link(world.objective(), key_result)
    world.rule(key_result, "children")
    world.correct(second, 70)
    world.void(first)
    with pytest.raises(Conflict):
        world.check_in(key_result, 80)
    assert world.standing(key_result).own_value == 70


# --- links ----------------------------------------------------------------------------------


def test_a_cascade_stays_in_the_department(world):
    key_result = world.key_result(world.objective(level="unit", unit=world.sales))
    own = world.objective(level="unit", unit=world.south)
    other = world.objective(level="unit", unit=world.it)
    assert world.link(own, key_result, "cascade").mode == "average"
    with pytest.raises(Invalid) as refused:
        world.link(other, key_result, "cascade")
    assert refused.value.code == "cross_team"


def test_only_a_shorter_cycle_within_decomposes_a_longer_one(world):
    year, quarter = world.objective(), world.objective(cycle=world.quarters[1])
    with pytest.raises(Invalid) as refused:
        world.link(year, quarter, "decomposes")
    assert refused.value.code == "not_a_part"
    assert world.link(quarter, year, "decomposes").mode == "average"


def test_a_link_moves_on_the_same_terms(world):
    first, second = world.objective(), world.objective()
    for relation, mode, weight in (
        ("cascade", "average", 7), ("supports", "none", 3), ("depends_on", "none", 1),
    ):  # fmt: skip
        child = world.objective()
        world.link(child, first, relation, mode, weight)
        edge = goals.move_link(world.an, world.edge(child, first), fresh(second))
        assert (edge.relation, edge.mode, edge.weight) == (relation, mode, weight)


def test_the_order_of_inputs_is_kept_with_their_spans(world):
    calculated = world.kpi(calculation="difference")
    for position in (2, 1):
        request = LinkRequest(fresh(calculated), "computes", position=position)
        goals.link(world.an, fresh(world.kpi()), request)
    assert list(AlignmentSpan.objects.values_list("position", flat=True)) == [2, 1]


# --- calculated KPIs ------------------------------------------------------------------------


def test_an_input_that_computes_nothing_any_more_takes_nothing_along(world):
    given, calculated = world.kpi(), world.kpi(calculation="sum")
    world.link(given, calculated, "computes")
    world.edit(calculated, world.chi, calculation="")
    world.check_in(calculated, 50)
    goals.unlink(world.an, world.edge(given, calculated))
    assert world.standing(calculated).actual == 50


def test_what_is_added_is_in_the_unit_of_the_result(world):
    money = {"metric_kind": "currency", "metric_unit": "tỷ ₫"}
    for operation in ("sum", "difference"):
        total = world.kpi(calculation=operation, **money)
        world.link(world.kpi(**money), total, "computes")
        for other in (money | {"metric_unit": "triệu ₫"},
                      {"metric_kind": "percent", "metric_unit": "%"}):  # fmt: skip
            with pytest.raises(Invalid) as refused:
                world.link(world.kpi(**other), total, "computes")
            assert refused.value.code == "dimension"
        with pytest.raises(Invalid):
            world.edit(total, world.chi, metric_unit="triệu ₫")


def test_a_ratio_in_percent_is_told_in_percent(world):
    margin = world.kpi(
        calculation="ratio", metric_kind="percent", metric_unit="%", target=28, aggregation="last"
    )
    profit, revenue = world.kpi(), world.kpi()
    for position, one in enumerate((profit, revenue)):
        request = LinkRequest(fresh(margin), "computes", position=position)
        goals.link(world.an, fresh(one), request)
    world.check_in(profit, 21)
    world.check_in(revenue, 100)
    assert world.standing(margin).actual == 21
    assert world.share(margin) == D("0.75")
    with pytest.raises(Invalid):
        world.kpi(calculation="ratio", aggregation="ratio")


def test_a_dropped_input_is_missing_and_comes_back(world):
    total, first, second = world.kpi(calculation="sum"), world.kpi(), world.kpi()
    for one, value in ((first, 20), (second, 30)):
        world.link(one, total, "computes")
        world.check_in(one, value)
    world.drop(first)
    assert world.standing(total).actual is None
    goals.restore(world.chi, fresh(first), fresh(first).version)
    assert world.standing(total).actual == 50


# --- units ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "found", "scale"),
    [
        ("", "VND", 1), ("đ", "VND", 1), ("VNĐ", "VND", 1), ("tỷ", "VND", 10**9),
        ("tỉ đồng", "VND", 10**9), ("tỷđ", "VND", 10**9), ("tr ₫", "VND", 10**6),
        ("trđ", "VND", 10**6), ("triệu VND", "VND", 10**6), ("ngàn đồng", "VND", 1000),
        ("nghìn tỷ ₫", "VND", 10**12), ("million USD", "USD", 10**6), ("$m", "USD", 10**6),
        ("JPY", "jpy", 1), ("¥", "¥", 1), ("triệu JPY", "jpy", 10**6),
        ("tỷ/tháng", "VND / thang", 10**9), ("₫/người", "VND / nguoi", 1),
    ],
)  # fmt: skip
def test_money_in_words(unit, found, scale):
    assert dimension("currency", unit) == (f"currency:{found}", scale)


def test_other_money_does_not_add_up(world):
    parent = world.kpi(metric_kind="currency", metric_unit="₫")
    for unit in ("JPY", "¥", "£", "nhân dân tệ", "₫/tháng"):
        child = world.kpi(metric_kind="currency", metric_unit=unit)
        assert world.link(child, parent).mode == "none", unit


# --- explaining, and the look of things -----------------------------------------------------


def test_a_value_child_stands_at_the_baseline_of_what_is_below_it(world):
    top, middle = (world.key_result(baseline=None, target=t) for t in (100, 60))
    leaf, other = (world.key_result(baseline=b, target=40) for b in (10, 5))
    for child, parent in ((leaf, middle), (middle, top), (other, top)):
        world.link(child, parent, mode="value")
    world.check_in(other, 20)
    found = derivation(world.an, fresh(top))
    assert world.standing(top).value_sum == 30
    assert sorted(t.actual if t.actual is not None else t.stands_at for t in found.value_terms) == [
        10,
        20,
    ]


def test_only_paths_that_count_are_counted_twice(world):
    top = world.objective()
    ways = [world.objective(top), world.objective(top)]
    below = world.objective(*ways)
    assert [g.pk for g in derivation(world.an, fresh(top)).twice] == [below.pk]
    world.drop(below)
    assert derivation(world.an, fresh(top)).twice == []
    key_result = world.key_result(top)
    world.check_in(key_result, 5)
    twice = world.objective(key_result, ways[0])
    assert fresh(key_result).rule == "own"
    assert derivation(world.an, fresh(top)).twice == []
    world.rule(key_result, "both")
    assert [g.pk for g in derivation(world.an, fresh(top)).twice] == [twice.pk]


def test_what_rests_on_a_level_to_hold_is_not_done_before_the_close(world):
    pillar, objective = world.pillar(), world.objective()
    level = world.key_result(objective, direction="at_least", target=90, baseline=None)
    kpi = world.kpi(pillar)
    done = world.objective()
    reached = world.key_result(done)
    for goal, value in ((level, 95), (kpi, 100), (reached, 100)):
        world.check_in(goal, value, JANUARY)
    everything = [pillar, objective, level, kpi, done, reached]
    found = outlook(world.organisation, [g.pk for g in everything], date(2025, 1, 20))
    assert [found[g.pk].health for g in everything] == ["on_track"] * 4 + ["done"] * 2
    world.close(objective)
    found = outlook(world.organisation, [objective.pk, level.pk], date(2025, 1, 20))
    assert {look.health for look in found.values()} == {"done"}


def test_a_childs_report_of_last_year_is_none_of_this_year(world):
    total = world.kpi()
    first, second = world.kpi(), world.kpi()
    for child in (first, second):
        world.link(child, total, mode="value")
        world.check_in(child, 10, date(2024, 11, 5))
    assert world.coverage(total) == (2, 2)
    record = world.check_in(first, 20, JANUARY)
    world.check_in(first, 20, FEBRUARY)
    assert world.coverage(total) == (1, 2)
    found = derivation(world.an, fresh(total)).value_terms
    assert [t.actual for t in sorted(found, key=lambda t: t.link.pk)] == [40, None]
    world.check_in(second, 20, FEBRUARY)
    assert world.coverage(total) == (2, 2)
    world.void(record)
    assert world.coverage(total) == (2, 2), "February is its first report now"
