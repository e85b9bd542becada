"""Links through pages: picked, made, accepted, changed, removed, and the rule they ask for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from haidang.checkins import actions as checkins
from haidang.goals import actions
from haidang.goals.models import Alignment, Cycle, Goal
from haidang.people.models import Person, Unit
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def client(enter: Enter, an: Person) -> Client:
    return enter(an)


@pytest.fixture
def theirs(administrator: Person, dung: Person, factory_unit: Unit, year: Cycle) -> Goal:
    """Dũng's objective of the factory."""
    facts = {
        "title": "Giao hàng đúng hẹn",
        "level": "unit",
        "unit": factory_unit,
        "owner": dung,
        "cycle": year,
    }
    return actions.create_goal(administrator, "objective", facts)


def found(client: Client, query: str) -> list[str]:
    answer = client.get(f"/goals/options/?{query}")
    assert answer.status_code == 200
    return [option["value"] for option in answer.json()["options"]]


def test_options_are_searched_without_marks(
    client: Client, objective: Goal, theirs: Goal, key_result: Goal, kpi: Goal
) -> None:
    assert found(client, "q=giao%20dung") == [theirs.public_id]
    assert found(client, f"q={key_result.public_id.lower()}") == [key_result.public_id]
    assert found(client, "q=khong%20co") == []
    assert found(client, "kind=kpi") == [kpi.public_id]
    # A key result usually hangs below measures; strategy comes first.
    assert found(client, "for=key_result") == [key_result.public_id, kpi.public_id]
    assert objective.public_id not in found(client, f"without={objective.public_id}")
    answer = client.get("/goals/options/?q=giao").json()
    assert answer["options"][0] == {
        "value": theirs.public_id,
        "label": "Giao hàng đúng hẹn",
        "hint": f"{theirs.public_id} · Sản xuất · {theirs.cycle.name} · Phạm Văn Dũng",
        "kind": "objective",
    }
    assert answer["more"] is False


def test_closed_goals_are_options_where_they_are_asked_for(
    client: Client, objective: Goal, theirs: Goal, kpi: Goal
) -> None:
    Goal.objects.filter(pk=theirs.pk).update(state="closed")
    assert found(client, "q=giao%20dung") == []
    assert found(client, "q=giao%20dung&closed=1") == [theirs.public_id]
    # After what is open, whatever its kind; what was dropped is not looked for.
    every = [objective.public_id, kpi.public_id, theirs.public_id]
    assert [one for one in found(client, "closed=1") if one in every] == every
    Goal.objects.filter(pk=theirs.pk).update(state="dropped")
    assert found(client, "q=giao%20dung&closed=1") == []


def test_options_show_only_what_is_seen(
    enter: Enter, client: Client, emma: Person, dung: Person, objective: Goal
) -> None:
    objective.visibility = "private"
    objective.save(update_fields=["visibility"])
    assert found(client, "q=khach") == [objective.public_id]
    assert found(enter(dung), "q=khach") == []
    assert found(enter(emma), "") == []


def test_odd_queries_are_answered(client: Client, objective: Goal) -> None:
    for query in ("q=%00", "q=" + "a" * 5000, "for=nothing", "kind=%ED%A0%80", "q=%25_"):
        assert client.get(f"/goals/options/?{query}").status_code == 200


def test_a_counting_link_waits_for_the_other_side(
    client: Client, enter: Enter, dung: Person, objective: Goal, theirs: Goal
) -> None:
    answer = client.post(f"/goals/{objective.public_id}/parents/", {"parent": theirs.public_id})
    assert answer["Location"] == f"/goals/{objective.public_id}/"
    edge = Alignment.objects.get(child=objective)
    assert (edge.mode, edge.proposed_mode) == ("none", "average")
    assert "chờ chấp nhận" in body_of(client.get(f"/goals/{objective.public_id}/"))
    as_dung = enter(dung)
    page = body_of(as_dung.get(f"/goals/{theirs.public_id}/"))
    link = f"/goals/{objective.public_id}/parents/{theirs.public_id}/"
    assert f"{link}acceptance/" in page
    assert f"{link}declining/" in body_of(as_dung.get("/"))
    assert client.post(f"{link}acceptance/").status_code == 403
    answer = as_dung.post(f"{link}acceptance/", {"back": "parent"})
    assert answer["Location"] == f"/goals/{theirs.public_id}/"
    edge.refresh_from_db()
    assert (edge.mode, edge.proposed_mode) == ("average", "")
    assert as_dung.post(f"{link}acceptance/").status_code == 409


def test_a_declined_link_stays_shown(
    client: Client, enter: Enter, dung: Person, objective: Goal, theirs: Goal
) -> None:
    client.post(f"/goals/{objective.public_id}/parents/", {"parent": theirs.public_id})
    link = f"/goals/{objective.public_id}/parents/{theirs.public_id}/"
    assert enter(dung).post(f"{link}declining/", {"back": "home"})["Location"] == "/"
    edge = Alignment.objects.get(child=objective)
    assert (edge.mode, edge.proposed_mode) == ("none", "")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"parent": ""}, "parent"),
        ({"parent": "O-999"}, "parent"),
        ({"parent": "self"}, "parent"),
        ({"mode": "value"}, "mode"),
        ({"mode": "double"}, "mode"),
        ({"relation": "composition"}, "relation"),
        ({"relation": "computes"}, "relation"),
        ({"weight": "-1"}, "weight"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: Client, objective: Goal, theirs: Goal, facts: dict[str, str], field: str
) -> None:
    data = {"parent": theirs.public_id} | facts
    if data["parent"] == "self":
        data["parent"] = objective.public_id
    answer = client.post(f"/goals/{objective.public_id}/parents/", data, headers=HX)
    assert answer.status_code == 422
    assert "<dialog" in body_of(answer)
    assert 'class="error"' in body_of(answer)
    assert not Alignment.objects.filter(parent=theirs).exists()


def test_a_circle_and_a_second_link_are_refused(
    enter: Enter, administrator: Person, objective: Goal, theirs: Goal
) -> None:
    client = enter(administrator)
    up = f"/goals/{objective.public_id}/parents/"
    assert client.post(up, {"parent": theirs.public_id}).status_code == 302
    again = client.post(up, {"parent": theirs.public_id})
    assert again.status_code == 409
    assert "đã liên kết" in body_of(again)
    circle = client.post(f"/goals/{theirs.public_id}/parents/", {"parent": objective.public_id})
    assert circle.status_code == 422
    assert "vòng tròn" in body_of(circle)


def test_a_parent_of_another_organisation_does_not_exist(
    client: Client, objective: Goal, emma: Person
) -> None:
    foreign = actions.create_goal(emma, "ultimate", {"title": "Elsewhere"})
    answer = client.post(f"/goals/{objective.public_id}/parents/", {"parent": foreign.public_id})
    assert answer.status_code == 422
    assert "Elsewhere" not in body_of(answer)


def test_the_parent_with_reports_of_its_own_asks_which_count(
    enter: Enter, chi: Person, an: Person, objective: Goal,
    make_key_result: Callable[..., Goal],
) -> None:  # fmt: skip
    above, below = make_key_result(objective), make_key_result(objective, "Tỉnh")
    checkins.record(an, above, value=Decimal(10))
    client = enter(chi)
    answer = client.post(f"/goals/{below.public_id}/parents/", {"parent": above.public_id})
    assert answer["Location"] == f"/goals/{above.public_id}/rule/"
    assert "Con số này được tính từ đâu?" in body_of(client.get(answer["Location"]))
    above.refresh_from_db()
    wrong = client.post(answer["Location"], {"rule": "x", "version": above.version})
    assert wrong.status_code == 422
    client.post(answer["Location"], {"rule": "both", "version": above.version})
    above.refresh_from_db()
    assert above.rule == "both"
    stale = client.post(answer["Location"], {"rule": "own", "version": 1})
    assert stale.status_code == 409
    assert f'value="{above.version}"' in body_of(stale)


def test_weight_mode_and_relation_change_on_their_side(
    client: Client, enter: Enter, dung: Person, administrator: Person,
    objective: Goal, theirs: Goal,
) -> None:  # fmt: skip
    enter(administrator).post(
        f"/goals/{objective.public_id}/parents/", {"parent": theirs.public_id}
    )
    link = f"/goals/{objective.public_id}/parents/{theirs.public_id}/"
    edge = Alignment.objects.get(child=objective)
    page = body_of(enter(dung).get(link))
    assert 'name="weight"' in page
    assert enter(dung).post(link, {"weight": "7", "mode": "average"}).status_code == 302
    assert 'name="weight"' not in body_of(client.get(link))
    data = {"mode": "none", "relation": "supports", "back": "parent"}
    answer = client.post(link, data)
    assert answer["Location"] == f"/goals/{theirs.public_id}/"
    edge.refresh_from_db()
    assert (edge.weight, edge.mode, edge.relation) == (7, "none", "supports")


def test_a_link_is_removed(
    enter: Enter, administrator: Person, an: Person, binh: Person, objective: Goal, theirs: Goal
) -> None:
    enter(administrator).post(
        f"/goals/{objective.public_id}/parents/", {"parent": theirs.public_id}
    )
    link = f"/goals/{objective.public_id}/parents/{theirs.public_id}/removal/"
    assert enter(binh).post(link).status_code == 403
    assert enter(an).get(link).status_code == 405
    assert enter(an).post(link).status_code == 302
    assert not Alignment.objects.filter(parent=theirs).exists()
    assert enter(an).post(link).status_code == 404


def test_counting_twice_is_named(
    enter: Enter, administrator: Person, objective: Goal, theirs: Goal, year: Cycle
) -> None:
    client = enter(administrator)
    facts = {"title": "Đầu", "level": "company", "cycle": year}
    top = actions.create_goal(administrator, "objective", facts)
    client.post(f"/goals/{objective.public_id}/parents/", {"parent": theirs.public_id})
    client.post(f"/goals/{theirs.public_id}/parents/", {"parent": top.public_id})
    answer = client.post(
        f"/goals/{objective.public_id}/parents/", {"parent": top.public_id}, follow=True
    )
    assert f"Được tính hai lần vào {top.public_id}" in body_of(answer)
    assert "Bị tính hai lần" in body_of(client.get(f"/goals/{top.public_id}/"))
    assert objective.title in body_of(client.get(f"/goals/{top.public_id}/number/"))
