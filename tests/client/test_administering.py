"""Running a strategy with the client, at the running program: what leaders and
administrators do."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from haidang.client import Forbidden, Goal, Haidang, Invalid, NotFound, SignIn, Stale
from haidang.people import models
from tests.client.conftest import Connect

pytestmark = pytest.mark.django_db(transaction=True)
COUNT: dict[str, Any] = {"metric_kind": "count", "direction": "increase", "baseline": 0}


@pytest.fixture
def admin(connect: Connect, administrator: models.Person) -> Haidang:
    return connect(administrator, "admin")


@pytest.fixture
def objective(admin: Haidang, an: models.Person, sales_unit: models.Unit) -> Goal:
    today = date.today()
    cycle = admin.create_cycle("Quý này", "quarter", today - timedelta(45), today + timedelta(45))
    return admin.create_goal(
        "objective",
        "Mở rộng thị trường",
        level="unit",
        unit=sales_unit.public_id,
        owner=an.public_id,
        cycle=cycle,
    )


def key_result(client: Haidang, objective: Goal, title: str = "100 nhà phân phối") -> Goal:
    parents = [{"parent": objective, "relation": "composition"}]
    return client.create_goal("key_result", title, target=100, parents=parents, **COUNT)


def test_the_life_of_a_goal(
    connect: Connect, admin: Haidang, an: models.Person, chi: models.Person, objective: Goal
) -> None:
    owner, leader = connect(an), connect(chi)
    draft = owner.create_goal(
        "objective", "Khai thác", level="unit", unit=objective.unit, cycle=objective.cycle,
        owner=an.public_id,
    )  # fmt: skip
    assert draft.state == "draft"
    key_result(owner, draft)
    waiting = owner.submit(owner.goal(draft.id))
    assert waiting.state == "submitted"
    with pytest.raises(Stale):
        leader.approve(draft)  # as it was before
    back = leader.give_back(waiting, "Chỉ tiêu chưa rõ")
    assert (back.state, back.reason) == ("returned", "Chỉ tiêu chưa rõ")
    active = leader.approve(owner.submit(back))
    assert active.state == "active"
    with pytest.raises(Forbidden):
        owner.approve(active)
    proposed = owner.close(active, Decimal("0.8"), reason="Hết quý")
    assert proposed.proposed_score == Decimal("0.8")
    closed = leader.close(proposed)
    assert (closed.state, closed.score) == ("closed", Decimal("0.8"))
    again = leader.reopen(closed)
    assert again.state == "active"
    dropped = owner.drop(again, "Đổi hướng")
    assert dropped.state == "dropped"
    assert owner.restore(dropped).state == "active"
    loose = owner.create_goal("objective", "Nháp", level="unit", unit=objective.unit,
                              cycle=objective.cycle, owner=an.public_id)  # fmt: skip
    owner.delete(loose)
    with pytest.raises(NotFound):
        owner.goal(loose.id)


def test_links_and_parts(
    connect: Connect, admin: Haidang, an: models.Person, dung: models.Person, objective: Goal
) -> None:
    top = admin.create_goal("ultimate", "Dẫn đầu")
    pillars = [admin.create_goal("pillar", f"Trụ {n}", parents=[{"parent": top}]) for n in range(2)]
    made = admin.link(objective, pillars[0], weight=30)
    assert (made.parent.id, made.weight, made.child and made.child.id) == (
        pillars[0].id, 30, objective.id,
    )  # fmt: skip
    seen = admin.linked(objective, pillars[0])
    moved = admin.change_link(objective, pillars[0], parent=pillars[1], etag=seen.etag)
    assert moved.parent.id == pillars[1].id
    with pytest.raises(NotFound):
        admin.linked(objective, pillars[0])
    assert [one.parent.id for one in admin.parents(objective)] == [pillars[1].id]
    assert [one.child.id for one in admin.children(pillars[1]) if one.child] == [objective.id]
    assert admin.change_link(objective, pillars[1], mode="none").mode == "none"
    waiting = connect(an).change_link(objective, pillars[1], mode="average")
    assert (waiting.mode, waiting.proposed_mode) == ("none", "average")
    assert admin.accept_link(objective, pillars[1]).mode == "average"
    admin.unlink(objective, pillars[1])
    assert admin.parents(objective) == []

    day = date.today() + timedelta(14)
    (part,) = admin.give_part(objective, dung.public_id, "delegate", until=day)
    assert (part.person.id, part.role, part.until) == (dung.public_id, "delegate", day)
    connect(dung).follow(objective)
    assert [p.role for p in admin.participants(objective)] == ["delegate", "follower"]
    connect(dung).unfollow(objective)
    assert admin.end_part(objective, part.person, part.role) == []
    guest = admin.share_with_guest(objective, "Ngô Minh Khách", "khach@ngoai.example")
    assert guest.link
    assert admin.role_history(guest.person)[0].role == "guest"


def test_what_leaders_read(admin: Haidang, objective: Goal) -> None:
    goal = key_result(admin, objective)
    top = admin.create_goal("ultimate", "Dẫn đầu")
    pillar = admin.create_goal("pillar", "Trụ", parents=[{"parent": top}])
    admin.link(objective, pillar)
    admin.check_in(goal.id, Decimal("12.5"))

    found = admin.map()
    assert [one.id for one in found.items] == [top.id, pillar.id, objective.id, goal.id]
    assert {one.progress_decimal for one in found.items} == {Decimal("0.125")}
    few = admin.map(root=pillar.id, depth=0)
    assert [(one.id, one.more) for one in few.items] == [(pillar.id, 1)]
    with pytest.raises(Invalid):
        admin.map(unit="U-99")
    seen = admin.overview()
    assert [one.goal.id for one in seen.pillars] == [pillar.id]
    assert [one.goal.id for one in seen.ultimate_goals] == [top.id]
    reasons = {group.reason: group.count for group in admin.attention(unit="U-1").groups}
    assert reasons.get("off_track", 0) == seen.pillars[0].off_track

    number = admin.number(objective)
    assert [(t.goal and t.goal.id, t.share) for t in number.terms] == [(goal.id, Decimal(1))]
    today = date.today()
    (point,) = admin.history(goal)
    assert (point.day, point.actual) == (today, Decimal("12.5"))
    tree = admin.subtree(top)
    assert [branch.depth for branch in tree.items] == [0, 1, 2, 3]
    then = admin.subtree(top, as_of=today)
    assert (then.items, then.cross, then.as_of) == (tree.items, tree.cross, today)
    assert admin.as_of(goal, today).definition["title"] == goal.title
    assert len(list(admin.goals_as_of(today, kind="key_result", limit=1))) == 1
    assert list(admin.goals_as_of(today - timedelta(1))) == []

    admin.set_settings({"kpi.target_approval": False})
    kpi = admin.create_goal(
        "kpi", "Doanh thu", level="company", metric_kind="currency", metric_unit="tỷ ₫",
        direction="higher", frequency="month", aggregation="sum", target=10,
    )  # fmt: skip
    start = today.replace(day=1)
    kpi = admin.set_targets(kpi, start.year, [{"starts": start, "target": Decimal(8)}],
                            reason="Theo ngân sách")  # fmt: skip
    admin.check_in(kpi.id, 6)
    (one,) = admin.kpis()
    assert (one.actual, one.target, one.attainment) == (Decimal(6), Decimal(8), Decimal("0.75"))
    assert list(admin.kpis(kpi)) == []
    assert [p.own_value for p in admin.periods(kpi, start.year) if p.starts == start] == [6]
    assert admin.identity().values == ()


def test_people_units_and_what_they_hold(
    connect: Connect, admin: Haidang, an: models.Person, binh: models.Person,
    sales_unit: models.Unit, factory_unit: models.Unit, objective: Goal,
) -> None:  # fmt: skip
    person = admin.person(an.public_id)
    with pytest.raises(Forbidden):
        connect(an).holdings(person)
    held = admin.holdings(person)
    assert [(one.what, one.goal and one.goal.id) for one in held.items] == [("owner", objective.id)]
    moved = admin.transfer(person, unit=factory_unit.public_id, etag=held.etag)
    assert moved.unit is not None
    assert moved.unit.id == factory_unit.public_id
    with pytest.raises(Stale):
        admin.depart(person, otherwise=binh.public_id)
    left = admin.depart(moved, {held.items[0].key: binh.public_id})
    assert (left.is_active, left.left_on) == (False, date.today())
    owner = admin.goal(objective.id).owner
    assert owner is not None
    assert owner.id == binh.public_id

    preview = admin.merger(sales_unit.public_id, factory_unit.public_id)
    assert preview.goals.count == 1
    target = admin.merge(sales_unit.public_id, preview.into, etag=preview.etag)
    assert target.id == factory_unit.public_id
    assert admin.unit(sales_unit.public_id).archived_at is not None
    admin.set_leaders(target, [binh.public_id])
    team = admin.create_unit("Nhóm CRM", kind="team", parent=target)
    assert [one.id for one in admin.set_members(team, [binh.public_id])] == [binh.public_id]
    assert [one.id for one in admin.members(team)] == [binh.public_id]
    admin.set_members(team, [])
    assert admin.archive_unit(team).archived_at is not None


def test_roles_tokens_settings_and_the_log(
    connect: Connect, admin: Haidang, an: models.Person
) -> None:
    (listed,) = admin.people(q=an.name)
    person = admin.set_roles(listed, ["strategist"])
    assert person.roles == ("strategist",)
    assert [span.role for span in admin.role_history(person)] == ["strategist"]
    secret = connect.token_of(an, "read")
    (token,) = (t for t in admin.all_tokens(live=True) if t.person.id == an.public_id)
    admin.revoke_token(token)
    with pytest.raises(SignIn):
        Haidang(connect.url, secret).me()
    assert [t.revoked_at is None for t in admin.tokens(person)] == [False]
    off = admin.deactivate(admin.person(person.id))
    assert admin.reactivate(off).is_active
    assert admin.invite(admin.create_person("Mới", email="moi@tamlong.example"))

    assert admin.settings()["health.on_track"] == "0.9"
    assert admin.set_setting("health.on_track", "0.8") == "0.8"
    both = {"health.on_track": Decimal("0.7"), "health.at_risk": Decimal("0.5")}
    assert admin.set_settings(both)["health.at_risk"] == "0.5"
    assert admin.settings(as_of=date.today() - timedelta(1))["health.at_risk"] == "0.7"
    assert [one.after for one in admin.setting_changes()][-1] == "0.8"
    seen = admin.organisation()
    assert admin.edit_organisation(seen, name="Tâm Long Mới").name == "Tâm Long Mới"
    with pytest.raises(Stale):
        admin.edit_organisation(seen, name="Khác")
    entries = list(admin.audit(what="person.", limit=2))
    assert {"person.roles_set", "person.deactivated"} <= {entry.verb for entry in entries}
