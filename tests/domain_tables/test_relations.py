"""The tables of relations and modes: what may be linked to what, and what it does."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from haidang.goals.models import Goal
from haidang.lib.errors import Conflict, Invalid
from tests.worlds import World

D = Decimal

KINDS = ["ultimate", "pillar", "objective", "key_result", "kpi"]
RELATIONS = [
    "composition",
    "strategy",
    "cascade",
    "computes",
    "supports",
    "cross_team",
    "decomposes",
    "improves",
    "depends_on",
]

#: relation > (child, parent) > default mode; by the domain's table.
#: Composition is made with the key result and never by a link.
TABLE: dict[str, dict[tuple[str, str], str]] = {
    "composition": {},
    "strategy": {
        ("pillar", "ultimate"): "average",
        ("objective", "pillar"): "average",
        ("kpi", "pillar"): "average",
        ("objective", "ultimate"): "average",
    },
    "cascade": {
        ("objective", "objective"): "average",
        ("kpi", "kpi"): "value",
        ("key_result", "key_result"): "value",
        ("key_result", "kpi"): "value",
        ("objective", "key_result"): "average",
    },
    "computes": {("kpi", "kpi"): "none"},
    "supports": dict.fromkeys(product(KINDS, KINDS), "none"),
    "cross_team": {("objective", "key_result"): "average"},
    "decomposes": {("objective", "objective"): "average", ("objective", "key_result"): "average"},
    "improves": {("objective", "kpi"): "none"},
    "depends_on": {("objective", "objective"): "none"},
}


def make(world: World, kind: str, *, child: bool, relation: str) -> Goal:
    """A goal as the relation needs it: a quarter below a year, another unit across teams."""
    if kind in ("ultimate", "pillar", "kpi"):
        calculated = kind == "kpi" and relation == "computes" and not child
        return getattr(world, kind)(**({"calculation": "sum"} if calculated else {}))
    cycle = world.quarters[0] if child and relation == "decomposes" else world.year
    unit = world.it if child and relation == "cross_team" else world.sales
    objective = world.objective(level="unit", unit=unit, cycle=cycle)
    if kind == "objective":
        return objective
    return world.key_result(objective, unit=unit)


@pytest.mark.parametrize("relation", RELATIONS)
def test_allowed_pairs_and_default_modes(world, relation):
    for pair in product(KINDS, KINDS):
        child = make(world, pair[0], child=True, relation=relation)
        parent = make(world, pair[1], child=False, relation=relation)
        default = TABLE[relation].get(pair)
        if default is None:
            with pytest.raises((Invalid, Conflict)):
                world.link(child, parent, relation)
        else:
            edge = world.link(child, parent, relation)
            assert (edge.relation, edge.mode) == (relation, default), pair


def test_composition_is_made_with_the_key_result_and_only_once(world):
    objective = world.objective()
    key_result = world.key_result(objective)
    edge = world.edge(key_result, objective)
    assert (edge.relation, edge.mode) == ("composition", "average")
    with pytest.raises((Invalid, Conflict)):
        world.link(key_result, world.objective(), "composition")


@pytest.mark.parametrize("relation", ["computes", "supports", "depends_on"])
@pytest.mark.parametrize("mode", ["average", "value"])
def test_relations_that_are_only_shown_never_count(world, relation, mode):
    kind = "kpi" if relation == "computes" else "objective"
    child, parent = getattr(world, kind)(), getattr(world, kind)()
    with pytest.raises(Invalid):
        world.link(child, parent, relation, mode)


@pytest.mark.parametrize(
    ("child", "parent", "relation"),
    [
        ("pillar", "ultimate", "strategy"),
        ("objective", "pillar", "strategy"),
        ("kpi", "pillar", "strategy"),
        ("objective", "objective", "cascade"),
        ("objective", "kpi", "improves"),
        ("kpi", "kpi", "cascade"),
        ("key_result", "key_result", "cascade"),
        ("key_result", "kpi", "cascade"),
    ],
)
def test_the_relation_is_guessed(world, child, parent, relation):
    below = make(world, child, child=True, relation="")
    above = make(world, parent, child=False, relation="")
    assert world.link(below, above).relation == relation


def test_an_objective_under_a_key_result_is_cross_team_unless_of_its_unit_or_below(world):
    answered = world.key_result(world.objective(level="unit", unit=world.sales))
    for unit, relation in (
        (world.sales, "cascade"),
        (world.south, "cascade"),
        (world.it, "cross_team"),
        (world.root, "cross_team"),
    ):
        objective = world.objective(level="unit", unit=unit)
        assert world.link(objective, answered).relation == relation, unit


def test_a_quarter_under_its_year_decomposes_it(world):
    objective, key_result = world.objective(), world.key_result()
    for parent in (objective, key_result):
        child = world.objective(cycle=world.quarters[1])
        edge = world.link(child, parent)
        assert (edge.relation, edge.mode) == ("decomposes", "average")


# --- value ----------------------------------------------------------------------------------


def test_other_measures_default_to_none(world):
    """Another unit, or one that does not add up."""
    different = {"metric_kind": "currency", "metric_unit": "tỷ ₫"}
    percent = {"metric_kind": "percent", "metric_unit": "%"}
    for child, parent in (
        (world.key_result(), world.key_result(**different)),
        (world.kpi(), world.kpi(**different)),
        (world.key_result(), world.kpi(**different)),
        (world.key_result(**percent), world.key_result(**percent)),
    ):
        assert world.link(child, parent, "cascade").mode == "none"


@pytest.mark.parametrize(
    "facts",
    [
        {"metric_kind": "percent", "metric_unit": "%"},
        {"direction": "range", "low": 25, "high": 35, "tolerance": 5, "target": None},
        {
            "metric_kind": "yes_no",
            "metric_unit": "",
            "direction": "pass_fail",
            "target": None,
            "baseline": None,
        },
        {
            "metric_kind": "milestones",
            "metric_unit": "",
            "direction": "milestones",
            "target": None,
            "baseline": None,
            "milestones": [{"title": "TP.HCM", "weight": 1, "due": None}],
        },
    ],
    ids=["percent", "range", "pass_fail", "milestones"],
)
def test_only_additive_measures_add_up(world, facts):
    child, parent = world.key_result(**facts), world.key_result(**facts)
    with pytest.raises(Invalid):
        world.link(child, parent, "cascade", "value")
    world.link(child, parent, "cascade", "average")


def test_values_of_another_dimension_are_refused(world):
    dong = {"metric_kind": "currency", "metric_unit": "₫"}
    percent = {"metric_kind": "percent", "metric_unit": "%"}
    hours = {"metric_kind": "duration", "metric_unit": "h"}
    for child, parent in ((dong, percent), (percent, dong), (hours, dong), (dong, hours)):
        with pytest.raises(Invalid):
            world.link(world.key_result(**child), world.key_result(**parent), "cascade", "value")


def test_only_exact_conversions(world):
    hours = {"metric_kind": "duration", "metric_unit": "h"}
    minutes = {"metric_kind": "duration", "metric_unit": "phút"}
    edge = world.link(world.key_result(**hours), world.key_result(**minutes), "cascade")
    assert edge.mode == "value"
    with pytest.raises(Invalid):
        world.link(world.key_result(**minutes), world.key_result(**hours), "cascade", "value")


@pytest.mark.parametrize(
    ("child", "parent"),
    [("objective", "objective"), ("objective", "key_result"), ("kpi", "pillar")],
)
def test_only_measures_give_a_value_to_measures(world, child, parent):
    below = make(world, child, child=True, relation="")
    above = make(world, parent, child=False, relation="")
    with pytest.raises(Invalid):
        world.link(below, above, mode="value")


@pytest.mark.parametrize(
    ("child", "parent", "allowed"),
    [
        ("month", "month", True),
        ("month", "quarter", True),
        ("day", "month", True),
        ("quarter", "year", True),
        ("week", "week", True),
        ("week", "month", False),
        ("quarter", "month", False),
        ("month", "week", False),
    ],
)
def test_frequencies_of_value_kpis_must_nest(world, child, parent, allowed):
    below, above = world.kpi(frequency=child), world.kpi(frequency=parent)
    if allowed:
        assert world.link(below, above, "cascade", "value").mode == "value"
    else:
        with pytest.raises(Invalid):
            world.link(below, above, "cascade", "value")


@pytest.mark.parametrize("aggregation", ["average", "last", "max", "min"])
def test_finer_periods_add_up_only_where_they_are_summed(world, aggregation):
    monthly = world.kpi(aggregation=aggregation)
    with pytest.raises(Invalid):
        world.link(monthly, world.kpi(frequency="quarter"), "cascade", "value")
    world.link(monthly, world.kpi(aggregation=aggregation), "cascade", "value")


def test_modes_may_be_chosen(world):
    """A measure may be averaged or only shown instead of added."""
    for mode in ("average", "none"):
        child, parent = world.key_result(), world.key_result()
        world.check_in(child, 40)
        edge = world.link(child, parent, "cascade", mode)
        assert edge.mode == mode
        assert world.share(parent) == (D("0.4") if mode == "average" else None)


def test_a_none_link_counts_nothing(world):
    child, parent = world.objective(), world.objective()
    world.check_in(world.key_result(child), 40)
    world.link(child, parent, "cascade", "none")
    assert world.progress(parent) is None
    assert world.coverage(parent) == (0, 0)
