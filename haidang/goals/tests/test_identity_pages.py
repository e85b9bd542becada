"""Writing vision, mission and values, and citing values in objectives."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from haidang.activity.models import Event
from haidang.goals import actions
from haidang.goals.access import value_for, values_visible
from haidang.goals.actions.edit import facts_now
from haidang.goals.models import Citation, CoreValue, Goal, Identity, IdentityVersion
from haidang.goals.rules.identity import Said, moved, said
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from haidang.people import actions as people
from haidang.people.access import forget
from haidang.people.models import Organisation, Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def strategist(enter: Enter, administrator: Person) -> Client:
    return enter(administrator)


@pytest.fixture
def honest(administrator: Person) -> CoreValue:
    return actions.add_value(administrator, {"name_vi": "Thật thà", "name_en": "Honest"})


@pytest.fixture
def quick(administrator: Person, honest: CoreValue) -> CoreValue:
    return actions.add_value(administrator, {"name_vi": "Nhanh", "icon": "bolt"})


def names(organisation: Organisation) -> list[str]:
    rows = CoreValue.objects.filter(organisation=organisation, removed_at=None)
    return [value.name_vi for value in rows]


# -- words ------------------------------------------------------------------------------------


def test_the_other_language_stands_in() -> None:
    assert said("Thật", "", "en") == Said("Thật", "vi")
    assert said("Thật", "True", "en-gb") == Said("True", "en")
    assert said("", "True", "vi") == Said("True", "en")
    assert said("", "", "en").text == ""


def test_a_place_among_others() -> None:
    assert moved([1, 2, 3], 3, 1) == [3, 1, 2]
    assert moved([1, 2, 3], 1, 9) == [2, 3, 1]
    assert moved([1, 2, 3], 2, 2) == [1, 2, 3]


# -- vision and mission -----------------------------------------------------------------------


def test_vision_and_mission_are_written_and_kept(
    strategist: Client, administrator: Person, organisation: Organisation
) -> None:
    data = {"version": "1", "vision_vi": " Mọi gian bếp\r\nđều vui ", "mission_en": "To feed"}
    answer = strategist.post("/identity/edit/", data)
    assert (answer.status_code, answer["Location"]) == (302, "/identity/")
    row = Identity.objects.get(organisation=organisation)
    assert (row.vision_vi, row.vision_en, row.mission_en, row.version) == (
        "Mọi gian bếp\nđều vui", "", "To feed", 2,
    )  # fmt: skip
    strategist.post("/identity/edit/", data | {"version": "2", "vision_vi": "Khác"})
    first, second = IdentityVersion.objects.filter(organisation=organisation)
    assert first.until == second.since
    assert (first.facts["vision_vi"], second.facts["vision_vi"]) == (
        "Mọi gian bếp\nđều vui",
        "Khác",
    )
    assert second.actor_id == administrator.pk
    assert Event.objects.filter(verb="identity.edited").count() == 2
    strategist.post("/identity/edit/", data | {"version": "3", "vision_vi": "Khác"})
    assert IdentityVersion.objects.count() == 2  # nothing changed


def test_a_stale_form_keeps_what_was_typed(strategist: Client, organisation: Organisation) -> None:
    strategist.post("/identity/edit/", {"version": "1", "vision_vi": "Của người nhanh"})
    answer = strategist.post("/identity/edit/", {"version": "1", "vision_vi": "Của tôi"})
    page = body_of(answer)
    assert answer.status_code == 409
    assert "Của tôi" in page
    assert 'name="version" value="2"' in page
    assert Identity.objects.get(organisation=organisation).vision_vi == "Của người nhanh"


@pytest.mark.parametrize("facts", [{"vision_vi": "x" * 2001}, {"version": "x"}, {"version": ""}])
def test_what_is_wrong_with_a_vision(strategist: Client, facts: dict[str, str]) -> None:
    answer = strategist.post("/identity/edit/", {"version": "1", "vision_en": "Y", **facts})
    assert answer.status_code == 422
    assert not Identity.objects.exists()


# -- values -----------------------------------------------------------------------------------


def test_a_value_takes_its_place(
    strategist: Client, organisation: Organisation, honest: CoreValue, quick: CoreValue
) -> None:
    data = {"name_vi": "Cùng nhau", "icon": "users-group", "place": "1"}
    page = body_of(strategist.get("/identity/values/new/"))
    answer = strategist.post("/identity/values/new/", data)
    assert (answer.status_code, answer["Location"]) == (302, "/identity/#V-3")
    assert 'name="name_vi"' in page
    assert names(organisation) == ["Cùng nhau", "Thật thà", "Nhanh"]
    kept = IdentityVersion.objects.get(organisation=organisation, until=None).facts["values"]
    assert [value["id"] for value in kept] == ["V-3", "V-1", "V-2"]


def test_sent_twice_it_is_made_once(strategist: Client) -> None:
    key = body_of(strategist.get("/identity/values/new/")).split('name="form_key" value="')
    if len(key) == 1:
        pytest.fail("the form carries no key of its own")
    data = {"name_vi": "Một lần", "form_key": key[1].split('"')[0]}
    for _time in range(2):
        assert strategist.post("/identity/values/new/", data).status_code == 302
    assert CoreValue.objects.count() == 1


def test_a_value_is_edited_over_what_was_seen(
    strategist: Client, honest: CoreValue, quick: CoreValue, organisation: Organisation
) -> None:
    address = f"/identity/values/{honest.public_id}/edit/"
    data = {"version": "1", "name_en": "True", "words_en": "Always", "place": "2"}
    assert strategist.post(address, data).status_code == 302
    honest.refresh_from_db()
    assert (honest.name_vi, honest.name_en, honest.words_en, honest.rank) == (
        "",
        "True",
        "Always",
        2,
    )
    late = strategist.post(address, data | {"name_en": "Late"})
    assert late.status_code == 409
    assert 'value="Late"' in body_of(late)
    honest.refresh_from_db()
    assert honest.name_en == "True"


@pytest.mark.parametrize(
    "facts",
    [
        {"name_vi": ""},
        {"name_vi": "x" * 81},
        {"words_vi": "x" * 2001},
        {"icon": "skull"},
        {"place": "0"},
        {"place": "99"},
    ],
)
def test_what_is_wrong_with_a_value(strategist: Client, facts: dict[str, str]) -> None:
    answer = strategist.post("/identity/values/new/", {"name_vi": "Thật", **facts})
    assert answer.status_code == 422
    assert "data-form-errors" in body_of(answer)
    assert not CoreValue.objects.exists()


def test_actions_check_by_themselves(administrator: Person, honest: CoreValue) -> None:
    for facts in ({"icon": "skull"}, {"name_vi": "", "name_en": " "}, {"place": "x"}):
        with pytest.raises(Invalid):
            actions.add_value(administrator, {"name_vi": "Y", **facts})
    with pytest.raises(Stale):
        actions.edit_value(administrator, honest, 7, {})
    with pytest.raises(Invalid):
        actions.edit_identity(administrator, None, {"vision_vi": "x" * 3000})
    for at in range(11):
        actions.add_value(administrator, {"name_vi": f"Giá trị {at}"})
    with pytest.raises(Conflict):
        actions.add_value(administrator, {"name_vi": "Thứ mười ba"})


def test_a_removed_value_is_cited_no_more(
    strategist: Client, administrator: Person, organisation: Organisation, honest: CoreValue,
    quick: CoreValue, objective: Goal,
) -> None:  # fmt: skip
    actions.edit_goal(administrator, objective, None, {"cited": [honest, quick]})
    address = f"/identity/values/{honest.public_id}/removal/"
    strategist.post(address, {"version": "9"})
    assert names(organisation) == ["Thật thà", "Nhanh"]
    strategist.post(address, {"version": "1"})
    assert names(organisation) == ["Nhanh"]
    assert CoreValue.objects.get(pk=quick.pk).rank == 1
    gone = Citation.objects.get(value=honest)
    assert gone.until is not None
    assert facts_now(objective)["cited"] == [quick]
    assert strategist.post(address, {"version": "2"}).status_code == 404


# -- who --------------------------------------------------------------------------------------


def test_strategists_write_everybody_but_guests_reads(
    enter: Enter, administrator: Person, an: Person, binh: Person, emma: Person, honest: CoreValue
) -> None:
    people.set_roles(administrator, binh, ["guest"])
    forget(binh)
    client = enter(an)
    for address in ("/identity/edit/", "/identity/values/new/", f"/identity/values/V-{1}/edit/"):
        assert client.get(address).status_code == 403
    assert client.post("/identity/values/V-1/removal/").status_code == 403
    assert enter(binh).get("/identity/values/V-1/edit/").status_code == 404
    assert enter(emma).get("/identity/values/V-1/edit/").status_code == 404
    assert list(values_visible(an)) == [honest]
    assert not values_visible(binh).exists()
    for person, reason in ((an, Forbidden), (binh, NotFound)):
        with pytest.raises(reason):
            actions.add_value(person, {"name_vi": "Của tôi"})
        with pytest.raises(reason):
            actions.edit_identity(person, None, {"vision_vi": "Của tôi"})
    with pytest.raises(NotFound):
        value_for(emma, honest.public_id)
    assert CoreValue.objects.count() == 1
    assert not Identity.objects.exclude(vision_vi="").exists()


# -- citing -----------------------------------------------------------------------------------


def form_of(goal: Goal, **facts: Any) -> dict[str, Any]:
    assert goal.cycle is not None
    assert goal.unit is not None
    assert goal.owner is not None
    return {
        "version": str(goal.version), "title": goal.title, "level": goal.level,
        "cycle": goal.cycle.public_id, "commitment": goal.commitment,
        "visibility": goal.visibility, "unit": goal.unit.public_id,
        "owner": goal.owner.public_id, **facts,
    }  # fmt: skip


def test_an_objective_cites_values(
    enter: Enter, an: Person, objective: Goal, honest: CoreValue, quick: CoreValue
) -> None:
    client = enter(an)
    address = f"/goals/{objective.public_id}/edit/"
    assert 'name="cited" value="V-1"' in body_of(client.get(address))
    assert client.post(address, form_of(objective, cited=["V-2", "V-1"])).status_code == 302
    objective.refresh_from_db()
    assert facts_now(objective)["cited"] == [honest, quick]
    page = body_of(client.get(f"/goals/{objective.public_id}/"))
    assert 'href="/identity/#V-1"' in page
    assert "Thật thà" in page
    event = Event.objects.filter(verb="goal.edited").latest("pk")
    assert (event.data["fields"], event.data["new"]) == (["cited"], {"cited": ["V-1", "V-2"]})
    assert client.post(address, form_of(objective, cited=["V-2"])).status_code == 302
    first = Citation.objects.get(value=honest)
    assert (first.until is not None, first.actor_id) == (True, an.pk)
    assert Citation.objects.filter(until=None).count() == 1
    objective.refresh_from_db()
    version = objective.version
    client.post(address, form_of(objective, cited=["V-2"]))
    objective.refresh_from_db()
    assert objective.version == version  # nothing changed


def test_a_new_objective_cites_at_once(
    enter: Enter, chi: Person, year: Any, honest: CoreValue
) -> None:
    facts = {"title": "Mới", "level": "unit", "unit": chi.unit, "cycle": year, "cited": [honest]}
    goal = actions.create_goal(chi, "objective", facts)
    assert Citation.objects.get().goal == goal


def test_only_values_of_the_organisation_are_cited(
    enter: Enter, an: Person, emma: Person, administrator: Person, objective: Goal,
    honest: CoreValue,
) -> None:  # fmt: skip
    foreign = actions.add_value(emma, {"name_en": "Fast"})
    with pytest.raises(Invalid):
        actions.edit_goal(administrator, objective, None, {"cited": [foreign]})
    answer = enter(an).post(
        f"/goals/{objective.public_id}/edit/", form_of(objective, cited=["V-99"])
    )
    assert answer.status_code == 422
    assert not Citation.objects.exists()


def test_without_values_nothing_is_asked(enter: Enter, an: Person, objective: Goal) -> None:
    assert 'name="cited"' not in body_of(enter(an).get(f"/goals/{objective.public_id}/edit/"))


def test_a_form_without_values_leaves_what_is_cited(
    enter: Enter, an: Person, administrator: Person, objective: Goal, honest: CoreValue
) -> None:
    actions.edit_goal(administrator, objective, None, {"cited": [honest]})
    actions.edit_goal(administrator, objective, None, {"title": "Đổi tên"})
    assert facts_now(objective)["cited"] == [honest]
