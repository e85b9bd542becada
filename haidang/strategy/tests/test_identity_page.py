"""Vision and values as everybody reads them."""

from __future__ import annotations

import pytest

from haidang.goals import actions
from haidang.goals.models import CoreValue, Goal, Visibility
from haidang.people import actions as people
from haidang.people.access import forget
from haidang.people.models import Person
from haidang.strategy.queries.identity import identity_page
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def honest(administrator: Person) -> CoreValue:
    actions.edit_identity(administrator, None, {"vision_vi": "Mọi gian bếp", "mission_en": "Feed"})
    facts = {"name_vi": "Thật thà", "name_en": "Honest", "words_vi": "Nói sao làm vậy"}
    return actions.add_value(administrator, facts)


def test_before_anything_is_written(enter: Enter, administrator: Person, an: Person) -> None:
    assert "/identity/edit/" in body_of(enter(administrator).get("/identity/"))
    page = body_of(enter(an).get("/identity/"))
    assert "Chưa có tầm nhìn" in page
    assert "/identity/edit/" not in page


def test_everybody_reads_their_language(
    enter: Enter, administrator: Person, an: Person, honest: CoreValue
) -> None:
    page = body_of(enter(an).get("/identity/"))
    for words in ("Mọi gian bếp", '<div class="prose" lang="en">Feed</div>', "Thật thà"):
        assert words in page
    page = body_of(enter(an).get("/identity/", headers={"Accept-Language": "en"}))
    assert identity_page(an, "en").values[0].name == ("Honest", "en")
    assert identity_page(an, "en").vision == ("Mọi gian bếp", "vi")
    assert "/identity/values/" not in page  # who may not write is offered nothing


def test_what_cites_a_value_is_told_as_far_as_it_is_seen(
    enter: Enter, administrator: Person, an: Person, dung: Person, objective: Goal,
    honest: CoreValue,
) -> None:  # fmt: skip
    actions.edit_goal(administrator, objective, None, {"cited": [honest]})
    assert objective.title in body_of(enter(dung).get("/identity/"))
    Goal.objects.filter(pk=objective.pk).update(visibility=Visibility.PRIVATE)
    assert objective.title not in body_of(enter(dung).get("/identity/"))
    assert objective.title in body_of(enter(an).get("/identity/"))
    Goal.objects.filter(pk=objective.pk).update(state="dropped")
    assert identity_page(an, "vi").values[0].cited_by == []


def test_the_strategy_follows_from_it(enter: Enter, administrator: Person, an: Person) -> None:
    actions.create_goal(administrator, "ultimate", {"title": "Đích đến"})
    actions.create_goal(administrator, "pillar", {"title": "Thị phần"})
    page = body_of(enter(an).get("/identity/"))
    assert page.index("Đích đến") < page.index("Thị phần")


def test_who_changed_what_stays_readable(
    enter: Enter, administrator: Person, an: Person, honest: CoreValue
) -> None:
    actions.edit_identity(administrator, None, {"vision_vi": "Xa hơn"})
    actions.edit_value(administrator, honest, None, {"words_vi": "Khác"})
    other = actions.add_value(administrator, {"name_vi": "Nhanh", "place": 1})
    actions.remove_value(administrator, other, None)
    told = [[(c.what, c.before) for c in edit.changes] for edit in identity_page(an, "vi").edits]
    assert told == [
        [("removed", "")],
        [("added", "")],
        [("changed", "Nói sao làm vậy")],
        [("vision", "Mọi gian bếp")],
        [("added", "")],
        [("vision", ""), ("mission", "")],
    ]
    page = body_of(enter(an).get("/identity/"))
    assert administrator.name in page
    assert "bỏ giá trị “Nhanh”" in page


def test_guests_read_only_what_is_shared(
    enter: Enter, administrator: Person, binh: Person, honest: CoreValue
) -> None:
    people.set_roles(administrator, binh, ["guest"])
    forget(binh)
    page = body_of(enter(binh).get("/identity/"))
    for words in ("Mọi gian bếp", "Thật thà", administrator.name):
        assert words not in page


def test_another_organisation_has_its_own(enter: Enter, emma: Person, honest: CoreValue) -> None:
    page = body_of(enter(emma).get("/identity/"))
    assert "Mọi gian bếp" not in page
    assert "Honest" not in page


def test_many_citations_cost_what_few_cost(
    enter: Enter, administrator: Person, chi: Person, objective: Goal, honest: CoreValue
) -> None:
    client = enter(administrator)
    actions.edit_goal(administrator, objective, None, {"cited": [honest]})
    few = queries_of(client, "/identity/")
    for at in range(8):
        value = actions.add_value(administrator, {"name_vi": f"Giá trị {at}"})
        facts = {
            "title": f"Mục tiêu {at}", "level": "unit", "unit": chi.unit,
            "cycle": objective.cycle, "cited": [honest, value],
        }  # fmt: skip
        actions.create_goal(chi, "objective", facts)
    assert queries_of(client, "/identity/") == few
    page = identity_page(administrator, "vi")
    assert (len(page.values[0].cited_by), page.values[0].more) == (5, 4)
