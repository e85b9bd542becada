"""The one rule and the graphs of its table, through the actions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from haidang.goals import actions as goals
from haidang.goals.models import Goal
from haidang.lib.errors import Conflict, Invalid, Refusal
from tests.worlds import NUMBER, World, fresh

D = Decimal


def objective_at(world: World, share: object, *parents: object, **facts: object) -> Goal:
    """An objective whose one key result stands at `share` (None: nothing reported)."""
    objective = world.objective(*parents, **facts)
    key_result = world.key_result(objective)
    if share is not None:
        world.check_in(key_result, D(str(share)) * 100)
    return objective


# --- the table ------------------------------------------------------------------------------


def test_half_and_no_data(world):
    objective = world.objective()
    world.check_in(world.key_result(objective), 50)
    world.key_result(objective)
    assert world.share(objective) == D("0.5")
    assert world.coverage(objective) == (1, 2)


def test_key_results_and_a_cascaded_objective_count_flat(world):
    objective = world.objective()
    for _ in range(2):
        world.check_in(world.key_result(objective), 50)
    objective_at(world, "0.9", objective)
    assert world.share(objective) == D("0.633333333")


def test_an_unreported_key_result_answered_by_an_objective(world):
    it = world.objective(level="unit", unit=world.it)
    answered = world.key_result(it)
    sales = world.objective(level="unit", unit=world.sales)
    edge = world.link(sales, answered)
    assert (edge.relation, edge.mode) == ("cross_team", "average")
    world.check_in(world.key_result(sales), 60)
    assert fresh(answered).rule == "children"
    assert [world.share(g) for g in (sales, answered, it)] == [D("0.6")] * 3


def test_a_key_result_without_metric_answered_by_three(world):
    answered = world.bare_key_result()
    for share in ("0.2", "0.8", None):
        objective_at(world, share, answered)
    assert world.share(answered) == D("0.5")
    assert world.coverage(answered) == (2, 3)


def test_value_children_add_up(world):
    parent = world.key_result()
    children = [world.key_result() for _ in range(3)]
    for child in children:
        assert world.link(child, parent, "cascade").mode == "value"
    for child, value in zip(children, (29, 30, 20), strict=True):
        world.check_in(child, value)
    assert world.share(parent) == D("0.79")
    assert world.standing(parent).actual == 79
    assert world.coverage(parent) == (3, 3)


def test_sums_are_never_extrapolated(world):
    parent = world.key_result()
    children = [world.key_result() for _ in range(3)]
    for child in children:
        world.link(child, parent)
    world.check_in(children[0], 29)
    world.check_in(children[2], 20)
    assert world.share(parent) == D("0.49")
    assert world.coverage(parent) == (2, 3)


def test_both(world):
    parent = world.key_result()
    world.check_in(parent, 10)
    value_child = world.key_result()
    world.check_in(value_child, 40)
    world.link(value_child, parent)
    world.link(objective_at(world, "0.8"), parent)
    assert world.share(parent) == D("0.1"), "one that has reports stays with its own"
    world.rule(parent, "both")
    assert world.share(parent) == D("0.65")
    assert world.coverage(parent) == (3, 3)
    world.rule(parent, "children")
    assert world.share(parent) == D("0.6")
    assert world.coverage(parent) == (2, 2)


def test_a_pillar_of_a_kpi_at_120_percent_and_an_objective(world):
    pillar = world.pillar()
    kpi = world.kpi(pillar)
    world.check_in(kpi, 120)
    objective_at(world, "0.5", pillar)
    assert world.standing(kpi).raw == D("1.2")
    assert world.share(pillar) == D("0.75")


def test_a_private_child_counts_as_any_other(world):
    objective = world.objective()
    objective_at(world, "0.5", objective)
    private = objective_at(world, "0.9", visibility="private")
    edge = world.link(private, objective, "cascade")
    assert edge.mode == "none", "private goals are linked to be shown unless their owner chooses"
    assert world.share(objective) == D("0.5")
    goals.change_link(world.an, edge, mode="average")
    assert world.share(objective) == D("0.7")


# --- no data --------------------------------------------------------------------------------


def test_no_term_with_data_is_no_data(world):
    objective = objective_at(world, None)
    assert world.progress(objective) is None
    assert world.coverage(objective) == (0, 1)
    assert world.progress(world.pillar()) is None


def test_all_weights_zero_is_no_data(world):
    objective = world.objective()
    key_result = world.key_result(objective, weight=0)
    world.check_in(key_result, 50)
    assert world.progress(objective) is None
    goals.change_link(world.an, world.edge(key_result, objective), weight=3)
    assert world.share(objective) == D("0.5")


def test_weights(world):
    objective = world.objective()
    for value, weight in ((50, 3), (100, 1)):
        world.check_in(world.key_result(objective, weight=weight), value)
    assert world.share(objective) == D("0.625")


@pytest.mark.parametrize("weight", [-1, 10_001])
def test_weights_are_integers_from_0_to_10000(world, weight):
    objective = world.objective()
    with pytest.raises(Invalid):
        world.key_result(objective, weight=weight)
    edge = world.edge(world.key_result(objective, weight=10_000), objective)
    with pytest.raises(Invalid):
        goals.change_link(world.an, edge, weight=weight)


def test_a_new_child_gets_the_mean_of_its_siblings_weights(world):
    objective = world.objective()
    assert world.edge(world.key_result(objective), objective).weight == 1
    world.key_result(objective, weight=4)
    assert world.edge(world.key_result(objective), objective).weight == 2  # 2.5, half to even
    other = world.objective()
    assert world.edge(world.key_result(other, weight=7), other).weight == 7
    assert world.edge(world.key_result(other), other).weight == 7


# --- value parents --------------------------------------------------------------------------


def value_parent(world: World, *baselines: object, **facts: object) -> tuple[Goal, list[Goal]]:
    parent = world.key_result(**({"baseline": None} | facts))
    children = [world.key_result(baseline=baseline) for baseline in baselines]
    for child in children:
        world.link(child, parent)
    return parent, children


def test_a_value_parent_starts_at_the_sum_of_its_children(world):
    """10 + 30; target 100; now 70: 0.5."""
    parent, children = value_parent(world, 10, 30)
    world.check_in(children[0], 25)
    world.check_in(children[1], 45)
    assert world.standing(parent).actual == 70
    assert world.share(parent) == D("0.5")


def test_a_value_child_without_a_report_stands_at_its_baseline(world):
    """One child unreported, the other at 30: 0."""
    parent, children = value_parent(world, 10, 30)
    world.check_in(children[1], 30)
    assert world.standing(parent).actual == 40
    assert world.share(parent) == 0
    assert world.coverage(parent) == (1, 2)


def test_where_a_childs_baseline_is_unknown_the_parent_asks_for_its_own(world):
    parent, children = value_parent(world, 10, None)
    world.check_in(children[0], 40)
    assert world.progress(parent) is None
    world.edit(parent, baseline=20)
    assert world.share(parent) == D("0.25")  # (40 - 20) / (100 - 20): the other adds nothing


def test_a_level_to_hold_needs_no_baseline(world):
    parent, children = value_parent(world, None, None, direction="at_least")
    world.check_in(children[0], 40)
    assert world.share(parent) == D("0.4")


def test_value_children_of_other_scales_are_converted_exactly(world):
    money = {"metric_kind": "currency", "metric_unit": "tỷ ₫"}
    parent = world.key_result(**money)
    child = world.key_result(**(money | {"metric_unit": "triệu ₫"}))
    world.link(child, parent)
    world.check_in(child, "1500.5")
    assert world.standing(parent).actual == D("1.5005")


def test_a_childs_own_value_children_are_in_its_actual(world):
    top, middle, leaf = world.key_result(), world.key_result(), world.key_result()
    world.link(middle, top)
    world.link(leaf, middle)
    world.check_in(leaf, 30)
    assert [world.standing(g).actual for g in (leaf, middle, top)] == [30, 30, 30]
    assert world.share(top) == D("0.3")


# --- which rule a goal has ------------------------------------------------------------------


def test_a_measured_goal_begins_with_its_own_reports(world):
    assert world.key_result().rule == "own"
    assert world.kpi().rule == "own"
    for goal in (world.ultimate(), world.pillar(), world.objective()):
        assert goal.rule == "children"


def test_the_first_counting_child_turns_an_unreported_goal_to_its_children(world):
    for parent, child in ((world.key_result(), world.key_result()), (world.kpi(), world.kpi())):
        world.link(child, parent, "supports")
        assert fresh(parent).rule == "own", "shown only: nothing counts"
        goals.unlink(world.an, world.edge(child, parent))
        world.link(child, parent)
        assert fresh(parent).rule == "children"


def test_one_with_reports_stays_with_its_own(world):
    parent = world.key_result()
    world.check_in(parent, 10)
    world.link(world.key_result(), parent)
    assert fresh(parent).rule == "own"
    assert world.share(parent) == D("0.1")


def test_a_check_in_on_a_goal_of_its_children_is_refused_with_the_choice(world):
    parent, child = world.key_result(), world.key_result()
    world.link(child, parent)
    with pytest.raises(Refusal) as refused:
        world.check_in(parent, 10)
    assert refused.value.choices
    world.rule(parent, "both")
    world.check_in(parent, 10)
    world.check_in(child, 5)
    assert world.standing(parent).actual == 15


@pytest.mark.parametrize("kind", ["ultimate", "pillar", "objective"])
@pytest.mark.parametrize("rule", ["own", "both"])
def test_what_has_no_measure_is_always_of_its_children(world, kind, rule):
    goal = getattr(world, kind)()
    with pytest.raises(Invalid):
        world.rule(goal, rule)


# --- which children count -------------------------------------------------------------------


def test_closed_quarters_count_in_the_year(world):
    """Q1 1.0 and Q2 0.8 closed, Q3 0.2: 0.667."""
    year = world.objective()
    for quarter, share, closed in ((0, 1, True), (1, "0.8", True), (2, "0.2", False)):
        objective = objective_at(world, share, year, cycle=world.quarters[quarter])
        assert world.edge(objective, year).relation == "decomposes"
        if closed:
            world.close(objective)
    assert world.share(year) == D("0.666666667")


def test_a_pillar_sees_only_what_is_active(world):
    pillar = world.pillar()
    done = objective_at(world, "0.9", pillar)
    objective_at(world, "0.5", pillar)
    assert world.share(pillar) == D("0.7")
    world.close(done)
    assert world.share(pillar) == D("0.5")
    done = fresh(done)
    goals.reopen(world.chi, done, done.version)
    assert world.share(pillar) == D("0.7")


def test_a_closed_parent_still_counts_its_closed_children(world):
    year = world.objective()
    quarter = objective_at(world, "0.5", year, cycle=world.quarters[0])
    world.close(quarter)
    world.close(year)
    assert world.share(year) == D("0.5")


def test_dropped_archived_and_draft_goals_do_not_count(world):
    objective = world.objective()
    kept = world.key_result(objective)
    world.check_in(kept, 50)
    dropped, archived = (world.key_result(objective) for _ in range(2))
    for goal in (dropped, archived):
        world.check_in(goal, 100)
    assert world.share(objective) == D("0.833333333")
    world.drop(dropped)
    assert world.share(objective) == D("0.75")
    archived = fresh(archived)
    goals.archive(world.an, archived, archived.version)
    assert world.share(objective) == D("0.5")
    assert world.coverage(objective) == (1, 1)
    archived = fresh(archived)
    goals.restore(world.an, archived, archived.version)
    assert world.share(objective) == D("0.75")


def test_a_draft_does_not_count_until_it_is_approved(world):
    """An individual goal under a manager is born as a draft."""
    lan = world.person("Lan", world.sales, manager=world.chi)
    draft = world.create(
        "objective", actor=lan, level="individual", commitment="committed", cycle=world.year
    )
    assert draft.state == "draft"
    parent = world.objective()
    world.link(draft, parent, "cascade", "average")
    key_result = world.create(
        "key_result",
        [goals.LinkRequest(fresh(draft), relation="composition")],
        actor=lan,
        **NUMBER,
    )
    with pytest.raises(Refusal):
        world.check_in(key_result, 40, actor=lan)
    assert world.coverage(parent) == (0, 0)
    draft = fresh(draft)
    goals.submit(lan, draft, draft.version)
    assert world.coverage(parent) == (0, 0)
    draft = fresh(draft)
    goals.approve(world.chi, draft, draft.version)
    assert world.coverage(parent) == (0, 1)


def test_a_check_in_for_a_closed_or_dropped_goal_is_refused(world):
    closed, dropped = world.key_result(), world.key_result()
    world.close(closed)
    world.drop(dropped)
    for goal in (closed, dropped):
        with pytest.raises(Refusal):
            world.check_in(goal, 1)


# --- the graph ------------------------------------------------------------------------------


def test_several_parents(world):
    first, second = world.objective(), world.objective()
    shared = objective_at(world, "0.4", first)
    world.link(shared, second)
    assert world.share(first) == world.share(second) == D("0.4")


def test_no_cycle(world):
    a, b, c = (world.objective() for _ in range(3))
    world.link(b, a)
    world.link(c, b)
    for child, parent in ((a, b), (a, c), (a, a)):
        with pytest.raises((Invalid, Conflict)):
            world.link(child, parent)


def test_no_cycle_through_a_key_results_objective(world):
    objective = world.objective()
    key_result = world.key_result(objective)
    below = world.objective(key_result)
    with pytest.raises((Invalid, Conflict)):
        world.link(objective, key_result)
    with pytest.raises((Invalid, Conflict)):
        world.link(objective, below)
    with pytest.raises((Invalid, Conflict)):
        world.link(objective, below, "depends_on")


def test_at_most_one_edge_per_pair(world):
    child, parent = world.objective(), world.objective()
    world.link(child, parent)
    with pytest.raises((Invalid, Conflict)):
        world.link(child, parent, "supports")


def test_one_organisation_per_edge(world):
    other = World("Công ty khác")
    with pytest.raises(Refusal) as refused:
        goals.link(world.an, fresh(world.objective()), goals.LinkRequest(other.objective()))
    assert refused.value.status == 404


def test_moving_and_unlinking(world):
    first, second = world.objective(), world.objective()
    child = objective_at(world, "0.4", first)
    goals.move_link(world.an, world.edge(child, first), fresh(second))
    assert (world.progress(first), world.share(second)) == (None, D("0.4"))
    goals.unlink(world.an, world.edge(child, second))
    assert world.progress(second) is None


def test_dates_outside_the_parents_only_warn(world):
    parent = world.objective(cycle=world.quarters[0])
    child = world.objective(cycle=world.quarters[3])
    world.link(child, parent, "cascade")
    world.key_result(parent, ends=date(2025, 12, 31))


def test_a_goal_is_dropped_after_its_last_child_was_linked_elsewhere(world):
    dropped, other = world.key_result(), world.key_result()
    child = world.key_result()
    world.check_in(child, 40)
    world.link(child, dropped)
    dropped = fresh(dropped)
    assert dropped.rule == "children"
    goals.drop(
        world.an, dropped, dropped.version, "thôi", children="relink", relink_to=fresh(other)
    )
    assert (fresh(dropped).state, fresh(dropped).rule) == ("dropped", "own")
    assert world.share(other) == D("0.4")
