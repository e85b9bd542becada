"""Fields of the organisation's own: defining them, and what goals answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from haidang.activity.models import Event
from haidang.goals import actions
from haidang.goals.models import CustomField, Goal
from haidang.goals.queries.fields import answer_counts, answers_of
from haidang.lib.errors import Conflict, Forbidden, Invalid, Stale
from haidang.people.models import Organisation, Person

pytestmark = pytest.mark.django_db
KINDS = ["objective", "key_result"]
LEVELS = [{"name_vi": "Cao", "name_en": "High"}, {"name_vi": "Thấp"}]


def made(actor: Person, kind: str = "number", **facts: Any) -> CustomField:
    return actions.create_field(
        actor, {"type": kind, "name_vi": "Ngân sách", "kinds": KINDS, **facts}
    )


def answer(actor: Person, goal: Goal, **fields: Any) -> Goal:
    return actions.edit_goal(actor, goal, None, {"fields": fields})


# -- definitions ------------------------------------------------------------------------------


def test_a_field_gets_a_key_of_its_own(administrator: Person) -> None:
    first = made(administrator, unit="triệu ₫", decimals=2)
    assert (first.key, first.unit, first.decimals, first.rank) == ("ngan_sach", "triệu ₫", 2, 1)
    second = made(administrator, name_vi="Ngân sách!", name_en="Budget")
    assert second.key == "budget"
    third = made(administrator, name_vi="Ngân-sách")
    assert third.key == "ngan_sach_2"
    assert made(administrator, name_vi="预算").key == "field"
    assert Event.objects.filter(verb="field.created").count() == 4


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name_vi": " "}, "name_vi"),
        ({"name_vi": "x" * 81}, "name_vi"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["objective", "nothing"]}, "kinds"),
        ({"type": "colour"}, "type"),
        ({"decimals": 11}, "decimals"),
        ({"type": "choice"}, "options"),
        ({"type": "choice", "options": [{"name_vi": ""}]}, "options"),
        ({"type": "choice", "options": [{"name_vi": "Cao"}, {"name_vi": "CAO"}]}, "options"),
        ({"type": "choices", "options": LEVELS * 26}, "options"),
    ],
)
def test_definitions_that_cannot_be(
    administrator: Person, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.create_field(
            administrator, {"type": "number", "name_vi": "A", "kinds": KINDS, **facts}
        )
    assert field in {error.field for error in refusal.value.errors}
    assert not CustomField.objects.exists()


def test_the_same_name_once_while_it_is_asked(administrator: Person) -> None:
    field = made(administrator)
    with pytest.raises(Invalid):
        made(administrator, name_vi="ngan sach")
    actions.retire_field(administrator, field, None)
    again = made(administrator, name_vi="ngan sach")
    assert again.key == "ngan_sach_2"
    with pytest.raises(Conflict):
        actions.restore_field(administrator, field, None)


def test_at_most_thirty(administrator: Person) -> None:
    fields = [made(administrator, name_vi=f"F {n}") for n in range(30)]
    with pytest.raises(Conflict):
        made(administrator, name_vi="F 31")
    actions.retire_field(administrator, fields[0], None)
    made(administrator, name_vi="F 31")
    with pytest.raises(Conflict):
        actions.restore_field(administrator, fields[0], None)


def test_places(administrator: Person) -> None:
    a, b = made(administrator, name_vi="A"), made(administrator, name_vi="B")
    c = made(administrator, name_vi="C", place=1)
    assert [f.key for f in CustomField.objects.all()] == ["c", "a", "b"]
    actions.edit_field(administrator, c, None, {"place": 3})
    assert [f.pk for f in CustomField.objects.all()] == [a.pk, b.pk, c.pk]


def test_who_may(administrator: Person, an: Person, dung: Person) -> None:
    field = made(administrator)
    for act in (
        lambda: made(an, name_vi="X"),
        lambda: actions.edit_field(an, field, None, {}),
        lambda: actions.retire_field(an, field, None),
        lambda: actions.restore_field(an, field, None),
        lambda: actions.delete_field(dung, field, None),
    ):
        with pytest.raises(Forbidden):
            act()


def test_an_option_keeps_its_key_and_goes_only_unused(
    administrator: Person, objective: Goal
) -> None:
    field = made(administrator, "choice", options=LEVELS)
    assert [one["key"] for one in field.options] == ["high", "thap"]
    answer(administrator, objective, ngan_sach="high")
    renamed = [{"key": "high", "name_vi": "Rất cao", "name_en": ""}, {"name_vi": "Vừa"}]
    field = actions.edit_field(administrator, field, field.version, {"options": renamed})
    assert [one["key"] for one in field.options] == ["high", "vua"]
    with pytest.raises(Conflict) as refusal:
        actions.edit_field(administrator, field, None, {"options": renamed[1:]})
    assert refusal.value.field == "options"


def test_somebody_was_faster(administrator: Person) -> None:
    field = made(administrator)
    actions.edit_field(administrator, field, field.version, {"name_vi": "Chi phí"})
    with pytest.raises(Stale):
        actions.edit_field(administrator, field, field.version, {"name_vi": "Vốn"})


def test_deleted_only_without_answers(administrator: Person, objective: Goal) -> None:
    field = made(administrator)
    answer(administrator, objective, ngan_sach=Decimal("1.5"))
    with pytest.raises(Conflict):
        actions.delete_field(administrator, field, None)
    assert answer_counts(administrator, [field]) == {"ngan_sach": 1}
    answer(administrator, objective, ngan_sach=None)
    actions.delete_field(administrator, field, None)
    assert not CustomField.objects.exists()


# -- answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "given", "stored"),
    [
        ("text", "  Dự\u202e án  A ", "Dự án A"),
        ("long_text", "Một\r\nhai ", "Một\nhai"),
        ("number", Decimal("1500.50"), "1500.5"),
        ("number", "-0.0000000001", "-0.0000000001"),
        ("number", "123456789012345678901234.0123456789", "123456789012345678901234.0123456789"),
        ("number", 7, "7"),
        ("day", "2026-12-31", "2026-12-31"),
        ("choice", "high", "high"),
        ("choices", ["thap", "high", "high"], ["high", "thap"]),
        ("link", "https://okr.example.vn/a?b=1", "https://okr.example.vn/a?b=1"),
    ],
)
def test_answers_are_kept_exactly(
    administrator: Person, objective: Goal, kind: str, given: Any, stored: Any
) -> None:
    made(administrator, kind, options=LEVELS)
    goal = answer(administrator, objective, ngan_sach=given)
    assert goal.fields == {"ngan_sach": stored}
    assert Goal.objects.get(pk=goal.pk).fields == {"ngan_sach": stored}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", 5),
        ("text", "x" * 301),
        ("long_text", "x" * 5001),
        ("number", "nhiều"),
        ("number", 1.5),
        ("number", True),
        ("number", "NaN"),
        ("number", "1e30"),
        ("day", "31/12/2026"),
        ("day", "1889-01-01"),
        ("day", 5),
        ("choice", "middle"),
        ("choice", ["high"]),
        ("choices", "high"),
        ("choices", ["middle"]),
        ("choices", [["high"]]),
        ("link", "http://a.vn"),
        ("link", "javascript:alert(1)"),
        ("link", "https://"),
        ("person", "P-9999"),
        ("person", 5),
    ],
)
def test_answers_that_cannot_be(
    administrator: Person, objective: Goal, kind: str, given: Any
) -> None:
    made(administrator, kind, options=LEVELS)
    with pytest.raises(Invalid) as refusal:
        answer(administrator, objective, ngan_sach=given)
    assert refusal.value.errors[0].field == "fields.ngan_sach"
    assert Goal.objects.get(pk=objective.pk).fields == {}


def test_nobody_of_another_organisation(
    administrator: Person, objective: Goal, an: Person, emma: Person
) -> None:
    made(administrator, "person")
    Person.objects.filter(pk=emma.pk).update(public_id="P-777")
    with pytest.raises(Invalid):
        answer(administrator, objective, ngan_sach="P-777")
    goal = answer(administrator, objective, ngan_sach=an)
    assert goal.fields == {"ngan_sach": an.public_id}
    assert answers_of(administrator, goal)[0].value == an


def test_only_what_this_kind_is_asked(administrator: Person, objective: Goal, kpi: Goal) -> None:
    made(administrator, "text")
    for goal, key in ((kpi, "ngan_sach"), (objective, "other"), (objective, "x" * 500)):
        with pytest.raises(Invalid):
            answer(administrator, goal, **{key: "x"})
    with pytest.raises(Invalid):
        actions.edit_goal(administrator, objective, None, {"fields": ["ngan_sach"]})


def test_required_when_it_is_made_or_answered(
    administrator: Person, an: Person, objective: Goal, key_result: Goal
) -> None:
    made(administrator, "text", required=True)
    actions.edit_goal(administrator, objective, None, {"title": "Khác"})  # not asked
    with pytest.raises(Invalid):
        answer(administrator, objective, ngan_sach=" ")
    facts = {"title": "Mới", "level": "company", "cycle": objective.cycle}
    with pytest.raises(Invalid) as refusal:
        actions.create_goal(administrator, "objective", facts)
    assert [error.field for error in refusal.value.errors] == ["fields.ngan_sach"]
    born = actions.create_goal(administrator, "objective", facts | {"fields": {"ngan_sach": "A"}})
    assert born.fields == {"ngan_sach": "A"}


def test_a_retired_field_keeps_its_answers(administrator: Person, objective: Goal) -> None:
    field = made(administrator, "text")
    goal = answer(administrator, objective, ngan_sach="A")
    actions.retire_field(administrator, field, None)
    made(administrator, "text", name_vi="Khác")
    goal = answer(administrator, goal, khac="B")
    assert goal.fields == {"khac": "B", "ngan_sach": "A"}
    assert [a.is_old for a in answers_of(administrator, goal)] == [False, True]
    with pytest.raises(Invalid):
        answer(administrator, goal, ngan_sach="C")
    assert answer(administrator, goal, ngan_sach=None).fields == {"khac": "B"}


def test_an_answer_is_an_edit_like_any_other(
    administrator: Person, an: Person, binh: Person, dung: Person, objective: Goal
) -> None:
    made(administrator, unit="triệu ₫")
    before = Goal.objects.get(pk=objective.pk)
    with pytest.raises(Forbidden):
        answer(dung, objective, ngan_sach=5)
    goal = answer(an, objective, ngan_sach=5)
    assert goal.version == before.version + 1
    with pytest.raises(Stale):
        actions.edit_goal(an, objective, before.version, {"fields": {"ngan_sach": 6}})
    event = Event.objects.filter(verb="goal.edited").latest("id")
    assert event.data["fields"] == ["fields.ngan_sach"]
    assert event.data["new"] == {"fields.ngan_sach": "5"}
    version = goal.versions.get(until=None)
    assert version.facts["fields"] == {"ngan_sach": "5"}
    same = answer(an, goal, ngan_sach=Decimal("5.00"))
    assert same.version == goal.version  # nothing has changed


def test_words_are_found(administrator: Person, objective: Goal) -> None:
    made(administrator, "text")
    made(administrator, "number", name_vi="Số")
    goal = answer(administrator, objective, ngan_sach="Dự án Sao Mai", so="2026")
    assert "sao mai" in goal.more_words
    assert "2026" not in goal.more_words


def test_another_organisation_has_its_own(
    administrator: Person, emma: Person, organisation: Organisation
) -> None:
    made(administrator)
    assert not CustomField.objects.filter(organisation=emma.organisation).exists()
