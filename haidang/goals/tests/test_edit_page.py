"""Editing goals through the form."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from haidang.goals import actions
from haidang.goals.models import Cycle, Goal
from haidang.people.models import Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(enter: Enter, an: Person) -> Client:
    return enter(an)


def form_of(client: Client, goal: Goal) -> dict[str, str]:
    """What the form of a goal would send, as a browser reads it from the page."""
    from html.parser import HTMLParser

    class Fields(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: dict[str, str] = {}
            self.area = self.select = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            facts = dict(attrs)
            name = facts.get("name") or ""
            if tag == "textarea":
                self.area = name
                self.found[name] = ""
            elif tag == "select":
                self.select = name if "multiple" not in facts else ""
            elif tag == "option" and self.select and "selected" in facts:
                self.found[self.select] = facts.get("value") or ""
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
    return {name: value.strip("\n") for name, value in fields.found.items()}


def save(client: Client, goal: Goal, data: dict[str, str]) -> int:
    return client.post(f"/goals/{goal.public_id}/edit/", data).status_code


@pytest.mark.parametrize("which", ["objective", "key_result", "kpi"])
def test_saving_what_stands_changes_nothing(
    client: Client, request: pytest.FixtureRequest, which: str
) -> None:
    goal: Goal = request.getfixturevalue(which)
    assert save(client, goal, form_of(client, goal)) == 302
    goal.refresh_from_db()
    assert goal.version == 1


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
