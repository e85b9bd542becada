"""Editing goals through the form."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from haidang.goals import actions
from haidang.goals.models import Cycle, Goal
from haidang.people.models import Person, Unit
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(enter: Enter, an: Person) -> Client:
    return enter(an)


def form_of(client: Client, goal: Goal) -> dict[str, Any]:
    """What the form of a goal would send, as a browser reads it from the page."""
    from html.parser import HTMLParser

    class Fields(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: dict[str, Any] = {}
            self.area = self.select = ""
            self.several = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            facts = dict(attrs)
            name = facts.get("name") or ""
            if tag == "textarea":
                self.area = name
                self.found[name] = ""
            elif tag == "select":
                self.select, self.several = name, "multiple" in facts
            elif tag == "option" and self.select and "selected" in facts:
                value = facts.get("value") or ""
                if self.several:
                    self.found.setdefault(self.select, []).append(value)
                else:
                    self.found[self.select] = value
            elif (
                tag == "input"
                and name
                and (facts.get("type") not in ("radio", "checkbox") or "checked" in facts)
            ):
                self.found[name] = facts.get("value") or ""

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                self.area = ""

        def handle_data(self, data: str) -> None:
            if self.area:
                self.found[self.area] += data

    fields = Fields()
    page = body_of(client.get(f"/goals/{goal.public_id}/edit/"))
    fields.feed(page.split("goal-form")[1].split("</form>")[0])
    return {
        name: value if isinstance(value, list) else value.strip("\n")
        for name, value in fields.found.items()
    }


def save(client: Client, goal: Goal, data: dict[str, Any]) -> int:
    return client.post(f"/goals/{goal.public_id}/edit/", data).status_code


@pytest.mark.parametrize("which", ["objective", "key_result", "kpi"])
def test_saving_what_stands_changes_nothing(
    client: Client, request: pytest.FixtureRequest, which: str
) -> None:
    goal: Goal = request.getfixturevalue(which)
    assert save(client, goal, form_of(client, goal)) == 302
    goal.refresh_from_db()
    assert goal.version == 1


@pytest.mark.parametrize("state", ["active", "draft"])
@pytest.mark.parametrize("who", ["owner", "leader", "strategist", "contributor"])
@pytest.mark.parametrize(
    "kind",
    ["ultimate", "pillar", "objective", "key_result", "kpi", "milestones", "yes_no", "text"],
)
def test_each_editor_can_save_each_kind_as_it_is_drawn(
    enter: Enter, request: pytest.FixtureRequest, administrator: Person, an: Person, chi: Person,
    binh: Person, sales_unit: Unit, make_key_result: Callable[..., Goal], kind: str, who: str,
    state: str,
) -> None:  # fmt: skip
    """Whatever a form asks is drawn: also for those who may not change the measure."""
    facts = {"owner": an, "unit": sales_unit}
    if kind in ("ultimate", "pillar"):
        goal = actions.create_goal(administrator, kind, {"title": "Đích đến", **facts})
    elif kind in ("milestones", "yes_no", "text"):
        nothing = dict.fromkeys(("target", "baseline"))
        goal = make_key_result(
            request.getfixturevalue("objective"), metric_kind=kind, metric_unit="", direction="",
            milestones=[{"title": "Huế"}] if kind == "milestones" else [], **nothing,
        )  # fmt: skip
    else:
        goal = request.getfixturevalue(kind)
    goal = actions.edit_goal(administrator, goal, goal.version, {"contributors": [binh]})
    Goal.objects.filter(pk=goal.pk).update(state=state)
    editor = {"owner": an, "leader": chi, "strategist": administrator, "contributor": binh}[who]
    client = enter(editor)
    data = form_of(client, goal)
    assert save(client, goal, data) == 302
    assert Goal.objects.get(pk=goal.pk).version == goal.version  # nothing changed
    assert save(client, goal, data | {"title": "Tên mới"}) == 302
    assert Goal.objects.get(pk=goal.pk).title == "Tên mới"


def test_a_reason_about_a_field_that_is_not_drawn_is_told(client: Client, objective: Goal) -> None:
    data = form_of(client, objective) | {"version": "x"}
    answer = client.post(f"/goals/{objective.public_id}/edit/", data)
    assert answer.status_code == 422
    told = body_of(answer).split("data-form-errors")[1].split("</div>")[0]
    assert "<li>version: " in told


def test_who_shuts_a_goal_to_themselves_does_not_stand_before_nothing(
    enter: Enter, administrator: Person, objective: Goal
) -> None:
    client = enter(administrator)
    data = form_of(client, objective) | {"visibility": "private"}
    answer = client.post(f"/goals/{objective.public_id}/edit/", data, follow=True)
    assert answer.redirect_chain == [("/goals/", 302)]
    assert f"Anh/chị không còn được xem {objective.public_id}." in body_of(answer)


def test_a_renamed_milestone_keeps_what_was_reached(
    client: Client, objective: Goal, make_key_result: Callable[..., Goal]
) -> None:
    steps = make_key_result(
        objective, metric_kind="milestones", direction="", target=None, baseline=None,
        milestones=[{"title": "TP.HCM"}, {"title": "Hà Nội"}, {"title": "Huế"}],
    )  # fmt: skip
    steps.milestones.exclude(title="Huế").update(reached=True)
    data = form_of(client, steps)
    # The first is renamed and moved behind the second; a new one stands before both.
    data |= {
        "ms-0-title": "Cần Thơ", "ms-0-position": "",
        "ms-1-title": "Hà Nội", "ms-1-position": data["ms-1-position"],
        "ms-2-title": "Sài Gòn", "ms-2-position": data["ms-0-position"],
        "reason": "gọi đúng tên",
    }  # fmt: skip
    assert save(client, steps, data) == 302
    reached = {m.title: m.reached for m in steps.milestones.all()}
    assert reached == {"Cần Thơ": False, "Hà Nội": True, "Sài Gòn": True}


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_what_has_no_measure_has_none_to_ask_for_again(
    client: Client, objective: Goal, headers: dict[str, str]
) -> None:
    data = form_of(client, objective) | {"refresh": "1"}
    answer = client.post(f"/goals/{objective.public_id}/edit/", data, headers=headers)
    assert answer.status_code == 200
    assert Goal.objects.get(pk=objective.pk).version == 1


def test_words_change_at_once(client: Client, objective: Goal) -> None:
    data = form_of(client, objective)
    data |= {"title": "Khách hàng chọn chúng ta", "why": "Vì tương lai", "tags": "mới"}
    assert save(client, objective, data) == 302
    objective.refresh_from_db()
    assert (objective.title, objective.why, objective.version) == (
        "Khách hàng chọn chúng ta",
        "Vì tương lai",
        2,
    )


def test_the_measure_of_an_approved_goal_wants_a_reason(client: Client, key_result: Goal) -> None:
    data = form_of(client, key_result) | {"target": "120"}
    answer = client.post(f"/goals/{key_result.public_id}/edit/", data)
    page = body_of(answer)
    assert answer.status_code == 422
    assert 'value="120"' in page
    assert "Đổi cách đo hoặc thời hạn của mục tiêu đã duyệt cần có lý do." in page
    assert save(client, key_result, data | {"reason": "Thị trường lớn hơn"}) == 302
    key_result.refresh_from_db()
    assert key_result.target == 120
    page = body_of(client.get(f"/goals/{key_result.public_id}/"))
    assert "Thị trường lớn hơn" in page


def test_a_stale_form_keeps_what_was_typed_and_says_what_changed(
    client: Client, objective: Goal, administrator: Person
) -> None:
    data = form_of(client, objective) | {"title": "Tên của An"}
    actions.edit_goal(administrator, objective, 1, {"title": "Tên của Quản Trị"})
    answer = client.post(f"/goals/{objective.public_id}/edit/", data)
    page = body_of(answer)
    assert answer.status_code == 409
    assert "Tên của An" in page
    assert "nay là “Tên của Quản Trị”" in page
    assert 'name="version" value="2"' in page
    assert save(client, objective, data | {"version": "2"}) == 302
    objective.refresh_from_db()
    assert objective.title == "Tên của An"


def test_who_may_change_words_is_not_shown_the_measure(
    enter: Enter, binh: Person, chi: Person, an: Person, key_result: Goal, kpi: Goal
) -> None:
    key_result = actions.edit_goal(chi, key_result, key_result.version, {"contributors": [binh]})
    client = enter(binh)
    page = body_of(client.get(f"/goals/{key_result.public_id}/edit/"))
    assert 'name="title"' in page
    assert 'name="target"' not in page
    assert 'name="owner"' not in page
    data = form_of(client, key_result) | {"title": "Bình sửa", "target": "1", "owner": "P-1"}
    assert save(client, key_result, data) == 302
    key_result.refresh_from_db()
    assert (key_result.title, key_result.target, key_result.owner) == ("Bình sửa", 100, an)


def test_a_key_result_without_a_measure_of_its_own(
    client: Client, objective: Goal, make_key_result: object
) -> None:
    assert callable(make_key_result)
    bare = make_key_result(
        objective, metric_kind="", metric_unit="", direction="", baseline=None, target=None
    )
    data = form_of(client, bare)
    assert data["metric_kind"] == "none"
    assert save(client, bare, data) == 302
    bare.refresh_from_db()
    assert (bare.metric_kind, bare.version) == ("", 1)


def test_the_objective_moves_to_another_cycle(
    client: Client, administrator: Person, objective: Goal, key_result: Goal, year: Cycle
) -> None:
    half = actions.create_cycle(
        administrator,
        {"name": "Nửa đầu", "kind": "months", "starts": year.starts,
         "ends": year.starts.replace(month=6, day=30), "parent": year},
    )  # fmt: skip
    data = form_of(client, objective) | {"cycle": half.public_id, "reason": "Gọn lại"}
    data |= {"starts": "", "ends": ""}
    assert save(client, objective, data) == 302
    key_result.refresh_from_db()
    assert key_result.cycle == half


def test_a_closed_goal_is_not_edited(
    client: Client, administrator: Person, objective: Goal
) -> None:
    data = form_of(client, objective) | {"title": "Muộn rồi"}
    actions.close(administrator, objective, 1)
    answer = client.post(f"/goals/{objective.public_id}/edit/", data | {"version": "2"})
    assert answer.status_code == 409
    assert "Muộn rồi" in body_of(answer)


def test_strangers_and_the_forbidden(
    enter: Enter, dung: Person, emma: Person, key_result: Goal
) -> None:
    address = f"/goals/{key_result.public_id}/edit/"
    assert enter(dung).get(address).status_code == 403
    assert enter(emma).get(address).status_code == 404
    key_result.refresh_from_db()
    assert key_result.target == Decimal(100)
