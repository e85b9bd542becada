"""From ticked rows to a preview to the change: what is shown, kept and written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from haidang.goals import actions
from haidang.goals.models import Goal
from haidang.people.models import Person
from haidang.strategy.explorer import changing
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db
Make = Callable[..., Goal]
WAY = "/explorer/changes/"


def ticked(*goals: Goal) -> list[str]:
    return [f"{g.public_id}:{g.version}" for g in goals]


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the form on a page."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


@pytest.fixture
def twins(objective: Goal, make_key_result: Make) -> list[Goal]:
    return [make_key_result(objective, f"KR {at}") for at in range(3)]


def test_choose_preview_change(
    enter: Enter, chi: Person, an: Person, binh: Person, twins: list[Goal]
) -> None:
    client = enter(chi)
    sent: dict[str, Any] = {"what": "owner", "goal": ticked(*twins), "from": "kind=key_result"}
    page = body_of(client.post(WAY, sent))
    assert "Người phụ trách của 3 mục tiêu" in page
    assert "KR 2" in page
    answer = client.post(WAY, fields(page))
    assert answer.status_code == 422
    page = body_of(client.post(WAY, {**fields(page), "value": binh.public_id}))
    assert page.count(f"<b>{binh.name}</b>") == 3
    assert page.count(f">{an.name}</td>") == 3
    assert not Goal.objects.filter(owner=binh).exists()
    again = fields(page)
    answer = client.post(WAY, again)
    assert (answer.status_code, answer["Location"]) == (302, "/explorer/?kind=key_result")
    assert Goal.objects.filter(owner=binh).count() == 3
    assert f"Đã thay đổi 3 mục tiêu: Người phụ trách → {binh.name}" in body_of(
        client.get("/explorer/")
    )
    # Sent twice it is made once.
    assert client.post(WAY, again).status_code == 302
    assert {g.version for g in Goal.objects.filter(owner=binh)} == {2}


def test_rows_that_may_not_be_changed_are_left_out_or_nothing_is(
    enter: Enter, an: Person, chi: Person, binh: Person, twins: list[Goal], objective: Goal
) -> None:
    Goal.objects.filter(pk=twins[0].pk).update(owner=binh)
    client = enter(binh)  # owns one of them
    page = body_of(client.post(WAY, {"what": "tags", "goal": ticked(*twins)}))
    page = body_of(client.post(WAY, {**fields(page), "add": "gấp"}))
    assert "Không thay đổi được" in page
    assert "Để nguyên 2, thay đổi 1" in page
    sent = fields(page)
    answer = client.post(WAY, {**sent, "leave_out": ""})
    assert answer.status_code == 409
    assert not Goal.objects.filter(tags__name="gấp").exists()
    client.post(WAY, sent)
    assert list(Goal.objects.filter(tags__name="gấp")) == [twins[0]]


def test_somebody_edited_in_between(
    enter: Enter, chi: Person, an: Person, twins: list[Goal]
) -> None:
    client = enter(chi)
    page = body_of(client.post(WAY, {"what": "archive", "goal": ticked(*twins)}))
    sent = fields(page)
    actions.edit_goal(an, twins[2], None, {"title": "Đã đổi tên"})
    answer = client.post(WAY, sent)
    assert answer.status_code == 409
    page = body_of(answer)
    assert "Có người vừa sửa mục tiêu này" in page
    assert "Đã đổi tên" in page
    assert set(Goal.objects.values_list("state", flat=True)) == {"active"}
    client.post(WAY, fields(page))
    left = Goal.objects.filter(state="active", kind="key_result")
    assert list(left) == [twins[2]]


def test_all_that_match_up_to_a_bound(
    enter: Enter, chi: Person, twins: list[Goal], objective: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter(chi)
    sent = {"what": "archive", "all": "1", "from": "kind=key_result&sort=-goal"}
    page = body_of(client.post(WAY, sent))
    assert fields(page)["goals"] == " ".join(ticked(*reversed(twins)))
    monkeypatch.setattr(changing, "MOST", 2)
    answer = client.post(WAY, sent, follow=True)
    assert "Mỗi lần tối đa 2 mục tiêu" in body_of(answer)
    assert Goal.objects.filter(state="archived").count() == 0


@pytest.mark.parametrize("sent", [
    {"what": "title", "goal": "O-1:1"}, {"what": "", "goal": "O-1:1"},
    {"what": "archive", "goal": "nonsense"}, {"what": "archive"},
    {"what": "archive", "goal": "O-1:99999999999999"}, {"what": "archive", "goal": "O-77:1"},
    {"what": "owner", "goal": "O-1:1", "step": "apply", "value": "P-0"},
    {"what": "ends", "goal": "O-1:1", "step": "apply", "value": "31/02/2026", "reason": "x"},
    {"what": "tags", "goal": "O-1:1", "step": "preview", "add": "x" * 2000},
    {"what": "drop", "goal": "O-1:1", "step": "apply", "reason": "\x00", "form_key": "x"},
    {"what": "archive", "all": "1", "from": "%00&after=\x00&health=x"},
])  # fmt: skip
def test_bad_input_is_answered_and_nothing_is_written(
    enter: Enter, chi: Person, objective: Goal, sent: dict[str, str]
) -> None:
    before = list(Goal.objects.values_list("state", "version"))
    answer = enter(chi).post(WAY, sent)
    assert answer.status_code in (200, 302, 409, 422)
    assert list(Goal.objects.values_list("state", "version")) == before


def test_it_takes_no_other_method(enter: Enter, chi: Person) -> None:
    assert enter(chi).get(WAY).status_code == 405


def test_a_foreign_goal_answers_as_one_that_does_not_exist(
    enter: Enter, emma: Person, objective: Goal
) -> None:
    client = enter(emma)
    there, none = (
        body_of(client.post(WAY, {"what": "archive", "goal": [one]}))
        for one in (*ticked(objective), "O-999:1")
    )
    assert objective.title not in there
    for page in (there, none):
        assert page.count("Nothing would change") == 1
        assert page.count("not open to you any more") == 1
