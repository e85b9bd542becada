"""The life of a goal through pages: each change of state is a resource."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal
from haidang.people.models import Person, Unit
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(an: Person, sales_unit: Unit, year: Cycle) -> Goal:
    facts = {
        "title": "Đề xuất của An",
        "level": "unit",
        "unit": sales_unit,
        "owner": an,
        "cycle": year,
    }
    return actions.create_goal(an, "objective", facts)


def go(client: Client, goal: Goal, what: str, **data: str) -> int:
    goal.refresh_from_db()
    address = f"/goals/{goal.public_id}/{what}/"
    return client.post(address, {"version": str(goal.version), **data}).status_code


def state(goal: Goal) -> str:
    goal.refresh_from_db()
    return goal.state


def test_submitted_returned_reworked_and_approved(
    enter: Enter, an: Person, chi: Person, draft: Goal
) -> None:
    owner, approver = enter(an), enter(chi)
    page = f"/goals/{draft.public_id}/"
    assert "Gửi duyệt" in body_of(owner.get(page))
    assert go(owner, draft, "submission") == 302
    assert state(draft) == "submitted"
    assert go(owner, draft, "approval") == 403
    assert draft.title in body_of(approver.get("/"))
    assert approver.get(f"{page}return/").status_code == 200
    assert go(approver, draft, "return", reason="") == 422
    assert go(approver, draft, "return", reason="Xin nêu con số") == 302
    assert "Xin nêu con số" in body_of(owner.get("/"))
    assert "Xin nêu con số" in body_of(owner.get(page))
    assert go(owner, draft, "submission") == 302
    assert go(approver, draft, "approval") == 302
    assert state(draft) == "active"
    assert go(approver, draft, "approval") == 409


def test_a_stale_or_broken_version_is_refused(enter: Enter, an: Person, draft: Goal) -> None:
    client = enter(an)
    address = f"/goals/{draft.public_id}/submission/"
    assert client.post(address, {"version": "7"}).status_code == 409
    for version in ("", "x", "-1", "9" * 40, "²"):
        assert client.post(address, {"version": version}).status_code == 422
    assert client.get(address).status_code == 405
    assert state(draft) == "draft"


def test_the_owner_proposes_and_the_approver_confirms(
    enter: Enter, an: Person, chi: Person, objective: Goal, key_result: Goal
) -> None:
    checkins.record(an, key_result, value=Decimal(81))
    owner, approver = enter(an), enter(chi)
    address = f"/goals/{objective.public_id}/closure/"
    page = body_of(owner.get(address))
    assert "Đề nghị đóng" in page
    assert 'name="score" value="0,81"' in page
    assert go(owner, objective, "closure", score="1,5") == 422
    assert go(owner, objective, "closure", score="0,8", reason="Gần đủ") == 302
    assert state(objective) == "active"
    assert "đề nghị đóng" in body_of(approver.get("/"))
    assert 'name="score" value="0,8"' in body_of(approver.get(address))
    assert go(approver, objective, "closure", score="0.75") == 302
    assert state(objective) == "closed"
    assert objective.score == Decimal("0.75")
    assert "0,75" in body_of(owner.get(f"/goals/{objective.public_id}/"))
    assert go(owner, objective, "reopening") == 403
    assert go(approver, objective, "reopening") == 302
    assert state(objective) == "active"


def test_a_stale_closure_keeps_what_was_typed(enter: Enter, chi: Person, objective: Goal) -> None:
    client = enter(chi)
    data = {"version": "9", "score": "0,5", "reason": "Học được nhiều"}
    answer = client.post(f"/goals/{objective.public_id}/closure/", data)
    page = body_of(answer)
    assert answer.status_code == 409
    assert "Học được nhiều" in page
    assert 'name="version" value="1"' in page


def test_dropping_lists_what_hangs_below(
    enter: Enter, chi: Person, an: Person, objective: Goal, key_result: Goal, draft: Goal,
    administrator: Person,
) -> None:  # fmt: skip
    client = enter(chi)
    go(enter(an), draft, "submission")
    go(client, draft, "approval")
    actions.link(administrator, draft, LinkRequest(objective))
    address = f"/goals/{objective.public_id}/drop/"
    page = body_of(client.get(address))
    assert draft.title in page
    assert key_result.title not in page  # it goes with its objective
    assert go(client, objective, "drop", reason="") == 422
    page = body_of(client.post(address, {"version": objective.version}))
    assert "id_reason_error" in page  # both at once
    assert "id_children_error" in page
    assert go(client, objective, "drop", reason="Không còn hợp") == 422
    relink = {"reason": "Không còn hợp", "children": "relink"}
    assert go(client, objective, "drop", **relink) == 422
    assert go(client, objective, "drop", **relink, relink_to="O-99") == 422
    assert go(client, objective, "drop", reason="Không còn hợp", children="along") == 302
    assert [state(g) for g in (objective, key_result, draft)] == ["dropped"] * 3
    assert "Không còn hợp" in body_of(client.get(f"/goals/{objective.public_id}/"))
    assert go(client, objective, "restoration") == 302
    assert state(objective) == "active"


def test_a_drop_without_children_asks_for_the_reason_alone(
    enter: Enter, chi: Person, objective: Goal
) -> None:
    client, address = enter(chi), f"/goals/{objective.public_id}/drop/"
    assert "không bắt buộc" not in body_of(client.get(address)).split("<main")[1]
    answer = client.post(address, {"version": objective.version})
    page = body_of(answer)
    assert answer.status_code == 422
    assert "id_reason_error" in page
    assert 'name="children"' not in page
    assert "cấp dưới" not in page.split("<main")[1]


def test_children_can_be_linked_to_another_parent(
    enter: Enter, administrator: Person, objective: Goal, year: Cycle,
    make_key_result: Callable[..., Goal],
) -> None:  # fmt: skip
    client = enter(administrator)
    others = [
        actions.create_goal(
            administrator, "objective", {"title": title, "level": "company", "cycle": year}
        )
        for title in ("Cũ", "Mới")
    ]
    actions.link(administrator, objective, LinkRequest(others[0]))
    data = {"children": "relink", "relink_to": others[1].public_id}
    assert client.get(f"/goals/{others[0].public_id}/archive/").status_code == 200
    assert go(client, others[0], "archive", **data) == 302
    assert state(others[0]) == "archived"
    assert [e.parent for e in objective.parent_links.all()] == [others[1]]


def test_only_a_draft_without_records_is_deleted(
    enter: Enter, an: Person, binh: Person, draft: Goal, objective: Goal
) -> None:
    client = enter(an)
    assert enter(binh).get(f"/goals/{draft.public_id}/deletion/").status_code == 403
    assert client.get(f"/goals/{draft.public_id}/deletion/").status_code == 200
    assert go(client, objective, "deletion") == 409
    assert go(client, draft, "deletion") == 302
    assert not Goal.objects.filter(pk=draft.pk).exists()


def test_the_page_offers_only_what_is_allowed(
    enter: Enter, an: Person, dung: Person, objective: Goal
) -> None:
    words = ("closure/", "drop/", "archive/", "edit/", "deletion/", "submission/")
    page = body_of(enter(an).get(f"/goals/{objective.public_id}/"))
    offered = [w for w in words if f"/goals/{objective.public_id}/{w}" in page]
    assert offered == ["closure/", "drop/", "archive/", "edit/"]
    page = body_of(enter(dung).get(f"/goals/{objective.public_id}/"))
    assert not [w for w in words if f"/goals/{objective.public_id}/{w}" in page]
