"""The organisation's own words: who sets them, what they change, what they cannot be."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from haidang.activity.models import Event
from haidang.goals.models import Goal
from haidang.people import actions
from haidang.people.models import Organisation, Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db
ADDRESS = "/administration/terms/"
SENT = {"objective_vi": "Đích lớn", "objective_en": "Big rock", "objective_en_many": "Big rocks"}


@pytest.fixture
def admin(administrator: Person, enter: Enter) -> Client:
    return enter(administrator)


def stand(client: Client) -> str:
    found = re.search(r'name="stand" value="(\w+)"', body_of(client.get(ADDRESS)))
    assert found
    return found.group(1)


def test_renamed_everywhere(admin: Client, organisation: Organisation, objective: Goal) -> None:
    assert admin.post(ADDRESS, SENT | {"stand": stand(admin)})["Location"] == ADDRESS
    shown = body_of(admin.get(ADDRESS))
    assert "Đích lớn" in shown
    assert "từ của chương trình" in shown  # from, in the history
    for page in (f"/goals/{objective.public_id}/", "/explorer/", "/map/", "/goals/"):
        assert "Đích lớn" in body_of(admin.get(page)), page
    assert "Đích lớn mới" in body_of(admin.get("/find/?q=dich", headers={"HX-Request": "true"}))
    settings = body_of(admin.get("/settings/"))
    assert "Tên gọi của “Mục tiêu” (Tiếng Việt)" in settings
    assert Event.objects.filter(verb="organisation.edited", subject="terms").count() == 1


def test_a_look_saves_nothing(admin: Client, organisation: Organisation) -> None:
    looked = body_of(admin.post(ADDRESS, SENT | {"stand": stand(admin), "preview": "1"}))
    assert "Thêm đích lớn" in looked
    assert "Add big rock" in looked
    assert Organisation.objects.get(pk=organisation.pk).terms == {}


def test_empty_again_is_the_word_of_the_program(admin: Client, organisation: Organisation) -> None:
    admin.post(ADDRESS, SENT | {"stand": stand(admin)})
    admin.post(ADDRESS, {"stand": stand(admin)})
    assert Organisation.objects.get(pk=organisation.pk).terms == {}


def test_somebody_was_faster(admin: Client, organisation: Organisation) -> None:
    before = stand(admin)
    admin.post(ADDRESS, SENT | {"stand": before})
    late = admin.post(ADDRESS, {"unit_vi": "Ban", "stand": before})
    assert late.status_code == 409
    assert 'value="Ban"' in body_of(late)
    assert "unit" not in Organisation.objects.get(pk=organisation.pk).terms["vi"]
    again = re.search(r'name="stand" value="(\w+)"', body_of(late))
    assert again
    assert admin.post(ADDRESS, {"unit_vi": "Ban", "stand": again.group(1)}).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"objective_vi": "Kết quả then chốt"}, "objective_vi"),  # what key results are called
        ({"objective_vi": "ket  qua THEN chot"}, "objective_vi"),
        ({"objective_vi": "Ban", "unit_vi": "ban"}, "unit_vi"),
        ({"objective_vi": "x" * 41}, "objective_vi"),
        ({"objective_vi": "<b>"}, "objective_vi"),
        ({"objective_vi": "100%"}, "objective_vi"),
        ({"objective_en": "Rock"}, "objective_en_many"),
        ({"objective_en_many": "Rocks"}, "objective_en"),
    ],
)
def test_words_that_cannot_be(
    admin: Client, organisation: Organisation, wrong: dict[str, str], at: str
) -> None:
    answer = admin.post(ADDRESS, wrong | {"stand": stand(admin)})
    assert answer.status_code == 422
    assert f'id="id_{at}_error"' in body_of(answer)
    assert Organisation.objects.get(pk=organisation.pk).terms == {}


def test_two_kinds_may_change_places(admin: Client, organisation: Organisation) -> None:
    swapped = {"objective_vi": "Kết quả then chốt", "key_result_vi": "Mục tiêu"}
    assert admin.post(ADDRESS, swapped | {"stand": stand(admin)}).status_code == 302


def test_kept_as_text_should_be(admin: Client, organisation: Organisation) -> None:
    sent = {"objective_vi": "  Đích\u202e \x00lớn "}
    assert admin.post(ADDRESS, sent | {"stand": stand(admin)}).status_code == 302
    assert Organisation.objects.get(pk=organisation.pk).terms == {"vi": {"objective": ["Đích lớn"]}}


def test_who_may(
    administrator: Person, dung: Person, binh: Person, enter: Enter, organisation: Organisation
) -> None:
    actions.set_roles(administrator, dung, ["strategist"])
    assert enter(dung).get(ADDRESS).status_code == 200
    assert enter(binh).get(ADDRESS).status_code == 403
    assert enter(binh).post(ADDRESS, SENT).status_code == 403
    assert Organisation.objects.get(pk=organisation.pk).terms == {}


def test_another_organisation_keeps_its_words(
    admin: Client, emma: Person, enter: Enter, organisation: Organisation
) -> None:
    admin.post(ADDRESS, SENT | {"stand": stand(admin)})
    assert "Đích lớn" not in body_of(enter(emma).get("/explorer/"))
