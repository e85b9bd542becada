"""The table of docs/access.md: every verb on a goal, for everybody who may stand around it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from haidang.goals import access
from haidang.goals.access import Relation, may, may_create
from haidang.goals.models import Alignment, Cycle, Goal, Participant
from haidang.goals.tests.test_access_visible import make_goal, make_unit
from haidang.lib.errors import Forbidden, NotFound
from haidang.people.access import standing_of, today_of
from haidang.people.models import (
    Organisation,
    Person,
    RoleGrant,
    TeamMember,
    Unit,
    UnitLeader,
)
from tests.support.keeping import kept

pytestmark = pytest.mark.django_db


class Stage:
    """An owns; Bình sits beside; Chi is An's manager; Lam leads the unit, Long the whole;
    Dũng is in another unit; Emma in another organisation. The others are their role."""

    def __init__(self) -> None:
        self.organisation = Organisation.objects.create(name="Tâm Long", slug="tam-long")
        self.root = make_unit(self.organisation, 1, None, "company")
        self.sales = make_unit(self.organisation, 2, self.root, "department")
        self.south = make_unit(self.organisation, 3, self.sales, "department")
        self.factory = make_unit(self.organisation, 4, self.root, "department")
        self.team = make_unit(self.organisation, 5, self.factory, "team")
        self.number = 0
        self.chi = self.person("Chi", self.root)
        self.an = self.person("An", self.sales, manager=self.chi)
        self.binh = self.person("Bình", self.sales)
        self.nam = self.person("Nam", self.south)
        self.lam = self.person("Lam", self.sales, leads=self.sales)
        self.long = self.person("Long", self.root, leads=self.root)
        self.phu = self.person("Phú", self.south, leads=self.south)
        self.dung = self.person("Dũng", self.factory)
        self.mate = self.person("Mai", self.factory)
        TeamMember.objects.create(team=self.team, person=self.mate, since=timezone.now())
        self.strategist = self.person("Sơn", self.root, "strategist")
        self.administrator = self.person("Quản", self.root, "administrator")
        self.hr = self.person("Hồng", self.root, "hr")
        self.viewer = self.person("Vy", self.sales, "viewer")
        self.guest = self.person("Giang", self.sales, "guest")
        self.guest_named = self.person("Gấm", None, "guest")
        self.guest_contributor = self.person("Gia", None, "guest")
        self.contributor = self.person("Cúc", self.factory)
        self.boss_of_contributor = self.person("Bảo", self.factory)
        Person.objects.filter(pk=self.contributor.pk).update(manager=self.boss_of_contributor)
        self.delegate = self.person("Đào", self.factory)
        self.past_delegate = self.person("Đạt", self.factory)
        self.future_delegate = self.person("Đức", self.factory)
        self.named = self.person("Ngọc", self.factory)
        self.follower = self.person("Phương", self.factory)
        self.data_owner = self.person("Dữ", self.factory)
        self.author = self.person("Tác", self.sales)
        self.gone = self.person("Ra", self.sales, "strategist", active=False)
        self.other = Organisation.objects.create(name="Khác", slug="khac")
        away = make_unit(self.other, 1, None, "company")
        self.emma = self.person("Emma", away, "strategist", leads=away, organisation=self.other)
        self.cycle = Cycle.objects.create(
            organisation=self.organisation,
            number=1,
            public_id="C-1",
            name="2026",
            kind="year",
            state="active",
            starts="2026-01-01",
            ends="2026-12-31",
        )
        self.everybody = {
            name: value for name, value in vars(self).items() if isinstance(value, Person)
        }

    def person(
        self,
        name: str,
        unit: Unit | None,
        role: str = "",
        *,
        manager: Person | None = None,
        leads: Unit | None = None,
        active: bool = True,
        organisation: Organisation | None = None,
    ) -> Person:
        self.number += 1
        person = Person.objects.create(
            organisation=organisation or self.organisation,
            number=self.number,
            public_id=f"P-{self.number}",
            name=name,
            unit=unit,
            manager=manager,
            is_active=active,
        )
        if role:
            RoleGrant.objects.create(person=person, role=role, since=timezone.now())
        if leads is not None:
            UnitLeader.objects.create(person=person, unit=leads, since=timezone.now())
        return person

    def goal(self, **facts: Any) -> Goal:
        """A goal of An's in the sales unit, with everybody in their part."""
        self.number += 1
        given = {
            "kind": "objective",
            "level": "unit",
            "owner": self.an,
            "unit": self.sales,
            "state": "active",
            "created_by": self.author,
        } | facts
        if given["kind"] == "kpi":
            given.setdefault("data_owner", self.data_owner)
        goal = make_goal(self.organisation, self.number, **given)
        today = today_of(self.an)
        day = timedelta(days=1)
        for person, role, since, until in [
            (self.contributor, "contributor", None, None),
            (self.guest_contributor, "contributor", None, None),
            (self.delegate, "delegate", today, today),
            (self.past_delegate, "delegate", None, today - day),
            (self.future_delegate, "delegate", today + day, None),
            (self.named, "named", None, None),
            (self.guest_named, "named", None, None),
            (self.follower, "follower", None, None),
        ]:
            Participant.objects.create(
                goal=goal, person=person, role=role, since=since, until=until
            )
        return goal

    def who(self, goal: Goal, verb: str) -> set[str]:
        return {name for name, person in self.everybody.items() if may(person, goal, verb)}


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


# --- goal_for ---------------------------------------------------------------------------


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


# --- creating ---------------------------------------------------------------------------


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


# --- cycles and links -------------------------------------------------------------------


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
    link = Alignment.objects.create(
        organisation=stage.organisation,
        child=child,
        parent=parent,
        relation="supports",
        mode="none",
        since=timezone.now(),
    )

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
    Alignment.objects.create(
        organisation=stage.organisation,
        child=child,
        parent=parent,
        relation="supports",
        mode="none",
        since=timezone.now(),
    )
    assert access.alignment_for(stage.dung, child.public_id, parent.public_id, "accept")
    for verb in ("see", "change"):
        with pytest.raises(NotFound):
            access.alignment_for(stage.dung, child.public_id, parent.public_id, verb)
    for verb in ("see", "accept", "weigh"):
        with pytest.raises(NotFound):
            access.alignment_for(stage.binh, child.public_id, parent.public_id, verb)
    hidden = stage.goal(visibility="private")
    Alignment.objects.create(
        organisation=stage.organisation,
        child=child,
        parent=hidden,
        relation="supports",
        mode="none",
        since=timezone.now(),
    )
    with pytest.raises(NotFound):
        access.alignment_for(stage.dung, child.public_id, hidden.public_id, "accept")


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
