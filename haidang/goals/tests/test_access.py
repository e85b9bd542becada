"""The table of docs/access.md: every verb on a goal, for everybody who may stand around it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from haidang.goals import access
from haidang.goals.access import Relation, may
from haidang.goals.models import Cycle, Goal, Participant
from haidang.goals.tests.access_stage import Stage
from haidang.lib.errors import NotFound
from haidang.people.access import standing_of
from haidang.people.models import Person, RoleGrant
from tests.support.keeping import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def stage() -> Stage:
    return Stage()


PARTICIPANTS = {
    "an",
    "contributor",
    "guest_contributor",
    "guest_named",
    "delegate",
    "named",
}
MANAGERS = {"chi", "boss_of_contributor"}
INSIDE = {"binh", "nam", "phu", "author", "viewer", "lam"}
KEEPERS = {"an", "lam", "long", "strategist"}
EDITORS = KEEPERS | {"contributor", "guest_contributor"}


def test_seeing_by_visibility(stage: Stage) -> None:
    everyone = set(stage.everybody) - {"gone", "emma", "guest"}
    assert stage.who(stage.goal(), "see") == everyone
    unit = stage.goal(visibility="unit")
    assert stage.who(unit, "see") == PARTICIPANTS | MANAGERS | INSIDE | {"long", "strategist"}
    participants = stage.goal(visibility="participants")
    assert stage.who(participants, "see") == PARTICIPANTS | MANAGERS | {"strategist"}
    private = stage.goal(visibility="private")
    assert stage.who(private, "see") == PARTICIPANTS


def test_members_of_a_team_count_as_members_of_their_unit(stage: Stage) -> None:
    goal = stage.goal(unit=stage.team, visibility="unit", owner=stage.contributor)
    assert may(stage.mate, goal, "see")
    assert not may(stage.dung, goal, "see")


def test_verbs_on_a_units_goal(stage: Stage) -> None:
    goal = stage.goal()
    seers = stage.who(goal, "see")
    table = {
        "comment": seers - {"viewer"},
        "follow": seers - {"viewer"},
        "check_in": EDITORS | {"delegate"},
        "edit_words": EDITORS,
        "edit_measure": {"an"},
        "set_targets": KEEPERS,
        "close_period": {"lam", "long", "strategist"},
        "submit": {"an"},
        "accept": set(),
        "decline": set(),
        "approve": {"lam", "long", "strategist"},
        "return": {"lam", "long", "strategist"},
        "link": EDITORS,
        "accept_link": KEEPERS,
        "weigh": KEEPERS,
        "close": {"an", "strategist"},
        "confirm_close": {"lam", "long", "strategist"},
        "reopen": {"lam", "long", "strategist"},
        "drop": KEEPERS,
        "archive": KEEPERS,
        "restore": KEEPERS,
        "delete": {"an"},
        "share": KEEPERS,
    }
    assert set(table) == set(access.VERBS) - {"see"}
    assert {verb: stage.who(goal, verb) for verb in table} == table


@pytest.mark.parametrize(
    ("level", "approvers"),
    [
        ("individual", {"chi"}),
        ("unit", {"lam", "long", "strategist"}),
        ("company", {"strategist"}),
    ],
)
def test_who_approves(stage: Stage, level: str, approvers: set[str]) -> None:
    assert stage.who(stage.goal(level=level), "approve") == approvers


def test_nobody_approves_their_own(stage: Stage) -> None:
    for owner in ("lam", "strategist", "long"):
        goal = stage.goal(owner=stage.everybody[owner])
        assert owner not in stage.who(goal, "approve") | stage.who(goal, "return")
    own = stage.goal(owner=stage.strategist, level="company")
    assert stage.who(own, "approve") == set()


def test_an_individual_goal_without_a_manager_is_approved_as_the_units(stage: Stage) -> None:
    goal = stage.goal(owner=stage.binh, level="individual")
    assert stage.who(goal, "approve") == {"lam", "long", "strategist"}
    nowhere = stage.goal(owner=stage.binh, level="individual", unit=None)
    assert stage.who(nowhere, "approve") == {"lam", "long", "strategist"}


def test_a_key_result_goes_by_its_unit(stage: Stage) -> None:
    in_unit = stage.goal(kind="key_result", level="")
    assert stage.who(in_unit, "approve") == {"lam", "long", "strategist"}
    of_company = stage.goal(kind="key_result", level="", unit=None)
    assert stage.who(of_company, "approve") == {"strategist"}


def test_goals_without_an_owner_are_kept_by_who_leads(stage: Stage) -> None:
    pillar = stage.goal(kind="pillar", level="", owner=None, unit=None)
    assert stage.who(pillar, "close") == {"strategist"}
    unit = stage.goal(owner=None)
    assert stage.who(unit, "close") == {"lam", "long", "strategist"}
    assert stage.who(unit, "delete") == {"lam", "long", "strategist"}


def test_a_draft_is_free_to_edit_for_its_author(stage: Stage) -> None:
    draft = stage.goal(state="draft")
    assert stage.who(draft, "edit_measure") == EDITORS | {"author"}
    assert stage.who(draft, "edit_words") == EDITORS | {"author"}
    assert stage.who(draft, "submit") == {"an", "author"}


def test_measure_after_approval(stage: Stage) -> None:
    assert stage.who(stage.goal(), "edit_measure") == {"an"}
    kpi = stage.goal(kind="kpi")
    assert stage.who(kpi, "edit_measure") == {"lam", "long", "strategist"}
    assert "data_owner" in stage.who(kpi, "check_in")
    Cycle.objects.update(state="closing")
    locked = stage.goal()
    assert stage.who(locked, "edit_measure") == {"lam", "long", "strategist"}


def test_a_proposal_is_accepted_by_its_owner(stage: Stage) -> None:
    goal = stage.goal(level="individual", state="draft", proposed_by=stage.chi)
    assert stage.who(goal, "accept") == stage.who(goal, "decline") == {"an"}
    assert stage.who(goal, "submit") == set()
    declined = stage.goal(level="individual", state="returned", proposed_by=stage.chi)
    assert stage.who(declined, "accept") == {"an"}
    assert stage.who(declined, "submit") == {"author", "chi"}
    own = stage.goal(level="individual", state="draft", proposed_by=stage.an)
    assert stage.who(own, "accept") == set()
    units = stage.goal(level="unit", state="draft", proposed_by=stage.chi)
    assert stage.who(units, "accept") == set()  # the unit's leader decides
    for state in ("submitted", "active"):
        done = stage.goal(level="individual", state=state, proposed_by=stage.chi)
        assert stage.who(done, "accept") == set()


def test_who_made_it_does_not_approve_it(stage: Stage) -> None:
    for state in ("draft", "submitted"):
        goal = stage.goal(state=state, created_by=stage.lam)
        assert stage.who(goal, "approve") == {"long", "strategist"}
    assert "lam" in stage.who(stage.goal(created_by=stage.lam), "reopen")
    own = stage.goal(level="individual", state="submitted", created_by=stage.chi)
    assert stage.who(own, "approve") == {"chi"}  # An submitted it, and only Chi can


def test_private_goals_stay_closed(stage: Stage) -> None:
    goal = stage.goal(visibility="private")
    for name in ("administrator", "strategist", "hr", "chi", "lam", "long", "emma", "gone"):
        person = stage.everybody[name]
        assert access.verbs_of(person, goal) == frozenset()
        with pytest.raises(NotFound):
            access.require(person, goal, "check_in")
        with pytest.raises(NotFound):
            access.goal_for(person, goal.public_id)


def test_an_administrator_is_a_member(stage: Stage) -> None:
    assert access.verbs_of(stage.administrator, stage.goal()) == {"see", "comment", "follow"}


def test_roles_add_up(stage: Stage) -> None:
    for extra in ("member", "viewer", "strategist"):
        person = stage.person(f"Hai vai {extra}", stage.sales, "guest")
        RoleGrant.objects.create(person=person, role=extra, since=timezone.now())
        assert may(person, stage.goal(), "see")
        assert may(person, stage.goal(), "comment") == (extra != "viewer")


def test_a_guest_who_leads_or_manages_gains_nothing(stage: Stage) -> None:
    guest = stage.person("Khách", stage.sales, "guest", leads=stage.sales)
    Person.objects.filter(pk=stage.an.pk).update(manager=guest)
    goal = stage.goal(level="individual")
    assert access.verbs_of(guest, goal) == frozenset()
    Participant.objects.create(goal=goal, person=guest, role="named")
    goal.refresh_from_db()
    assert access.verbs_of(guest, goal) == {"see", "comment", "follow"}


def test_a_viewer_reads_even_what_is_theirs(stage: Stage) -> None:
    goal = stage.goal(owner=stage.viewer)
    assert access.verbs_of(stage.viewer, goal) == {"see"}


def test_on_behalf(stage: Stage) -> None:
    goal = stage.goal()
    shown = {n for n, p in stage.everybody.items() if access.on_behalf(p, goal)}
    assert shown == {"lam", "long", "strategist"}


def test_unknown_verbs_are_mistakes_of_the_program(stage: Stage) -> None:
    goal = stage.goal()
    with pytest.raises(KeyError):
        may(stage.an, goal, "fly")
    with pytest.raises(KeyError):
        access.require(stage.an, goal, "fly")
    with pytest.raises(KeyError):
        access.may_cycle(stage.an, "fly")


# --- cost -------------------------------------------------------------------------------


def test_the_same_queries_for_one_goal_and_for_many(
    stage: Stage, django_assert_num_queries: Any
) -> None:
    goals = [stage.goal() for _ in range(12)]
    person = Person.objects.select_related("organisation").get(pk=stage.delegate.pk)
    standing_of(person)
    rows = list(Goal.objects.filter(pk__in=[g.pk for g in goals]).select_related("unit", "cycle"))
    for some in (rows[:1], rows):
        with django_assert_num_queries(1):
            verbs = access.verbs_of_each(person, some)
        assert all("check_in" in held for held in verbs.values())
    with django_assert_num_queries(2):
        access.goal_for(person, rows[0].public_id, to="check_in")


def test_relations_are_named(stage: Stage) -> None:
    goal = stage.goal()
    assert access.relations_of(stage.chi, [goal])[goal.pk] == {Relation.SEER, Relation.MANAGER}
    assert access.relations_of(stage.delegate, [goal])[goal.pk] == {
        Relation.SEER,
        Relation.DELEGATE,
    }
