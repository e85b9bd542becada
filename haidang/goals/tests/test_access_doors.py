"""The ways to a goal, a cycle and a link, and who makes what."""

from __future__ import annotations

from typing import Any

import pytest

from haidang.goals import access
from haidang.goals.access import may_create
from haidang.goals.models import Alignment, Cycle
from haidang.goals.tests.access_stage import Stage
from haidang.lib.errors import Forbidden, NotFound
from haidang.people.models import Person
from tests.support.keeping import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def stage() -> Stage:
    return Stage()


def test_goal_for(stage: Stage) -> None:
    goal = stage.goal()
    assert access.goal_for(stage.an, goal.public_id, to="drop") == goal
    assert access.goal_for(stage.binh, goal.public_id.lower()) == goal
    assert access.goal_for(stage.binh, goal.public_id, kind="objective") == goal
    with pytest.raises(Forbidden):
        access.goal_for(stage.binh, goal.public_id, to="drop")
    with pytest.raises(NotFound):
        access.goal_for(stage.binh, goal.public_id, kind="kpi")
    for person in (stage.emma, stage.gone, stage.guest):
        with pytest.raises(NotFound):
            access.goal_for(person, goal.public_id, to="drop")


@pytest.mark.parametrize(
    "odd", ["", "O", "O-", "-1", "O-1\0", "O-١", "O-1 ", "O-99999999999", "O-1' OR 1=1", "💥-1"]
)
def test_ids_that_name_nothing(stage: Stage, odd: str) -> None:
    with pytest.raises(NotFound):
        access.goal_for(stage.strategist, odd)
    with pytest.raises(NotFound):
        access.cycle_for(stage.strategist, odd)
    with pytest.raises(NotFound):
        access.alignment_for(stage.strategist, odd, odd)


def test_a_foreign_goal_answers_as_a_missing_one(stage: Stage) -> None:
    goal = stage.goal()
    answers = []
    for public_id in (goal.public_id, "O-9999"):
        with pytest.raises(NotFound) as caught:
            access.goal_for(stage.emma, public_id, to="check_in")
        answers.append((caught.value.code, str(caught.value.message), caught.value.field))
    assert answers[0] == answers[1]


def test_who_creates_what(stage: Stage) -> None:
    def born(*what: Any, **more: Any) -> dict[str, str]:
        found = {n: may_create(p, *what, **more) for n, p in stage.everybody.items()}
        return {name: state for name, state in found.items() if state is not None}

    company = {"strategist": "active", "emma": "active"}  # each in the own organisation
    for kind, level in [
        ("ultimate", ""),
        ("pillar", ""),
        ("objective", "company"),
        ("kpi", "company"),
    ]:
        assert born(kind, level) == company
    in_unit = {"lam": "active", "long": "active", "strategist": "active"}
    for name in ("an", "binh", "nam", "author", "phu"):
        in_unit[name] = "draft"
    assert born("objective", "unit", stage.sales) == in_unit
    assert born("kpi", "unit", stage.sales) == in_unit
    assert born("objective", "unit", None) == {}
    assert born("objective", "nonsense") == {}
    away = stage.emma.unit
    assert born("objective", "unit", away) == {"emma": "active"}


def test_individual_goals(stage: Stage) -> None:
    assert may_create(stage.an, "objective", "individual") == "draft"
    assert may_create(stage.binh, "objective", "individual") == "active"
    assert may_create(stage.an, "kpi", "individual", stage.sales, owner=stage.an) == "draft"
    assert may_create(stage.chi, "objective", "individual", owner=stage.an) == "draft"
    assert may_create(stage.binh, "objective", "individual", owner=stage.an) is None
    assert may_create(stage.strategist, "objective", "individual", owner=stage.an) is None
    assert may_create(stage.viewer, "objective", "individual") is None
    assert may_create(stage.guest, "objective", "individual") is None
    assert may_create(stage.gone, "objective", "individual") is None


def test_a_key_result_by_its_objective(stage: Stage) -> None:
    objective = stage.goal()
    for name in ("an", "lam", "strategist"):
        assert may_create(stage.everybody[name], "key_result", parent=objective) == "active"
    assert may_create(stage.contributor, "key_result", parent=objective) == "draft"
    assert may_create(stage.binh, "key_result", parent=objective) is None
    assert may_create(stage.emma, "key_result", parent=objective) is None
    assert may_create(stage.an, "key_result") is None


def test_cycles(stage: Stage) -> None:
    Cycle.objects.create(
        organisation=stage.organisation,
        number=2,
        public_id="C-2",
        name="2027",
        kind="year",
        starts="2027-01-01",
        ends="2027-12-31",
    )
    stage.goal()
    assert access.cycle_for(stage.strategist, "C-1", to="edit") == stage.cycle
    assert access.cycle_for(stage.binh, "C-2").name == "2027"
    with pytest.raises(Forbidden):
        access.cycle_for(stage.binh, "C-1", to="edit")
    for person in (stage.emma, stage.gone, stage.guest):
        with pytest.raises(NotFound):
            access.cycle_for(person, "C-1", to="edit")
    assert access.cycle_for(stage.guest_named, "C-1") == stage.cycle
    with pytest.raises(NotFound):
        access.cycle_for(stage.guest_named, "C-2")
    assert access.may_cycle(stage.strategist, "create")
    assert not access.may_cycle(stage.administrator, "create")
    assert not access.may_cycle(stage.gone, "see")


def test_links(stage: Stage) -> None:
    parent = stage.goal(owner=stage.dung, unit=stage.factory)
    child = stage.goal()
    link = stage.link(child, parent)

    def to(person: Person, verb: str) -> Alignment:
        return access.alignment_for(person, child.public_id, parent.public_id, verb)

    assert to(stage.binh, "see") == link
    for verb in ("accept", "decline", "weigh", "unlink"):
        assert to(stage.dung, verb) == link
        with pytest.raises(Forbidden):
            to(stage.binh, verb)
    for verb in ("change", "move", "unlink"):
        assert to(stage.an, verb) == link
    for verb in ("accept", "weigh"):
        with pytest.raises(Forbidden):
            to(stage.an, verb)
    for verb in ("change", "move"):
        with pytest.raises(Forbidden):
            to(stage.dung, verb)
    for person in (stage.emma, stage.gone, stage.guest):
        with pytest.raises(NotFound):
            to(person, "see")
    with pytest.raises(NotFound):
        access.alignment_for(stage.an, parent.public_id, child.public_id)


def test_a_private_child_is_kept_by_its_parent(stage: Stage) -> None:
    """Who keeps the parent decides about the link and does not see the child."""
    parent = stage.goal(owner=stage.dung, unit=stage.factory)
    child = stage.goal(visibility="private")
    stage.link(child, parent)
    assert access.alignment_for(stage.dung, child.public_id, parent.public_id, "accept")
    for verb in ("see", "change"):
        with pytest.raises(NotFound):
            access.alignment_for(stage.dung, child.public_id, parent.public_id, verb)
    for verb in ("see", "accept", "weigh"):
        with pytest.raises(NotFound):
            access.alignment_for(stage.binh, child.public_id, parent.public_id, verb)
    hidden = stage.goal(visibility="private")
    stage.link(child, hidden)
    with pytest.raises(NotFound):
        access.alignment_for(stage.dung, child.public_id, hidden.public_id, "accept")
