"""Who takes part in a goal: giving and ending parts, following, sharing with guests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from haidang.activity.models import Event
from haidang.goals import actions
from haidang.goals.access import may, visible
from haidang.goals.models import Goal, Participant
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound
from haidang.people import actions as people
from haidang.people.models import Invitation, Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


def parts() -> set[tuple[str, str]]:
    return set(Participant.objects.values_list("person__public_id", "role"))


def today() -> date:
    return timezone.localdate()


@pytest.mark.parametrize("role", ["contributor", "delegate", "stakeholder", "named"])
def test_a_part_is_given_and_ended(an: Person, dung: Person, objective: Goal, role: str) -> None:
    before = objective.version
    actions.add_participant(an, objective, dung, role)
    actions.add_participant(an, objective, dung, role)  # once is enough
    assert parts() == {(dung.public_id, role)}
    objective.refresh_from_db()
    in_the_form = role in ("contributor", "named")
    assert objective.version == before + in_the_form
    assert objective.versions.get(until=None).version == objective.version
    assert may(dung, objective, "edit_words") == (role == "contributor")
    actions.remove_participant(an, objective, dung, role)
    assert parts() == set()
    told = Event.objects.filter(verb="goal.participants").order_by("id")
    assert [(one.data["added"], one.data["removed"]) for one in told] == [
        ([dung.public_id], []),
        ([], [dung.public_id]),
    ]


def test_a_delegate_between_two_days(an: Person, dung: Person, key_result: Goal) -> None:
    later = today() + timedelta(days=1)
    actions.add_participant(an, key_result, dung, "delegate", since=later)
    assert not may(dung, key_result, "check_in")
    actions.add_participant(an, key_result, dung, "delegate", since=today(), until=later)
    assert may(dung, key_result, "check_in")
    part = Participant.objects.get()
    assert (part.since, part.until) == (today(), later)


def test_a_private_goal_is_opened_and_closed_again(
    an: Person, dung: Person, objective: Goal
) -> None:
    actions.edit_goal(an, objective, None, {"visibility": "private"})
    assert objective not in visible(dung)
    actions.add_participant(an, objective, dung, "named")
    assert objective in visible(dung)
    actions.remove_participant(an, objective, dung, "named")
    assert objective not in visible(dung)


def test_what_is_refused_and_changes_nothing(
    administrator: Person, an: Person, chi: Person, binh: Person, dung: Person, emma: Person,
    objective: Goal,
) -> None:  # fmt: skip
    yesterday = today() - timedelta(days=1)
    people.set_roles(administrator, dung, ["viewer"])
    for person, role, dates, refusal, code in [
        (an, "contributor", {}, Invalid, "owner"),
        (binh, "follower", {}, Invalid, "choice"),
        (binh, "owner", {}, Invalid, "choice"),
        (dung, "delegate", {}, Invalid, "viewer"),
        (emma, "named", {}, NotFound, "not_found"),
        (binh, "delegate", {"until": yesterday}, Invalid, "past"),
        (binh, "delegate", {"since": today(), "until": yesterday}, Invalid, "before_start"),
    ]:
        with pytest.raises(refusal) as raised:
            actions.add_participant(an, objective, person, role, **dates)  # type: ignore[arg-type]
        assert raised.value.code == code
    with pytest.raises(Forbidden):
        actions.add_participant(binh, objective, binh, "contributor")
    people.deactivate_person(administrator, binh)
    with pytest.raises(Invalid):
        actions.add_participant(an, objective, Person.objects.get(pk=binh.pk), "named")
    actions.drop(chi, objective, None, "Đổi hướng")
    with pytest.raises(Conflict):
        actions.add_participant(an, objective, chi, "contributor")
    assert parts() == set()


def test_the_approver_of_a_private_goal_stays(
    an: Person, chi: Person, binh: Person, objective: Goal
) -> None:
    facts = {"title": "Riêng", "level": "individual", "owner": an, "cycle": objective.cycle}
    goal = actions.create_goal(
        an, "objective", facts | {"visibility": "private", "named": [chi]}, submit=True
    )
    with pytest.raises(Conflict) as raised:
        actions.remove_participant(an, goal, chi, "named")
    assert raised.value.code == "nobody_approves"
    assert parts() == {(chi.public_id, "named")}


def test_following(
    administrator: Person, an: Person, dung: Person, objective: Goal, enter: Enter
) -> None:
    address = f"/goals/{objective.public_id}/"
    client = enter(dung)
    assert ">Theo dõi<" in body_of(client.get(address))
    for _twice in range(2):
        client.post(address + "following/", {"on": "1"})
        assert parts() == {(dung.public_id, "follower")}
    assert ">Thôi theo dõi<" in body_of(client.get(address))
    client.post(address + "following/", {"on": "0"})
    assert parts() == set()
    people.set_roles(administrator, dung, ["viewer"])
    assert ">Theo dõi<" not in body_of(client.get(address))
    assert client.post(address + "following/", {"on": "1"}).status_code == 403


def test_the_page(
    administrator: Person, an: Person, binh: Person, dung: Person, objective: Goal, enter: Enter
) -> None:
    address = f"/goals/{objective.public_id}/participants/"
    owner = enter(an)
    form = {"person": dung.public_id, "role": "delegate", "until": "32/13/2026"}
    wrong = owner.post(address, form)
    assert wrong.status_code == 422
    assert "32/13/2026" in body_of(wrong)
    later = today() + timedelta(days=9)
    done = owner.post(address, form | {"until": f"{later:%d/%m/%Y}"})
    assert done["Location"] == address
    shown = body_of(owner.get(address))
    assert dung.name in shown
    assert f"{later:%d/%m/%Y}" in shown
    # Who only sees it sees who takes part, and changes nothing.
    seen = body_of(enter(binh).get(address))
    assert dung.name in seen
    assert "removal" not in seen
    out = {"person": dung.public_id, "role": "delegate"}
    assert enter(binh).post(address + "removal/", out).status_code == 403
    assert owner.post(address + "removal/", out)["Location"] == address
    assert parts() == set()


class TestGuests:
    ADDRESS = "khach@ngoai.example"

    def test_in_one_step(
        self, administrator: Person, objective: Goal, key_result: Goal, enter: Enter
    ) -> None:
        admin = enter(administrator)  # a strategist, too
        address = f"/goals/{objective.public_id}/guests/"
        form = {"name": "Khách Hàng", "email": self.ADDRESS, "form_key": "k" * 20}
        answer = admin.post(address, form)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert "/invitations/" in body_of(answer)
        assert admin.post(address, form).status_code == 302  # sent twice, made once
        guest = Person.objects.get(email=self.ADDRESS)
        assert list(visible(guest)) == [objective]
        assert Invitation.objects.filter(person=guest).count() == 1
        assert parts() == {(guest.public_id, "named")}
        verbs = {"person.created", "person.roles_set", "person.invited"}
        told = set(Event.objects.filter(subject_id=guest.pk).values_list("verb", flat=True))
        assert verbs <= told
        assert objective.title in body_of(admin.get(f"/people/{guest.public_id}/"))
        # Revoked, they see nothing.
        out = {"person": guest.public_id, "role": "named"}
        admin.post(f"/goals/{objective.public_id}/participants/removal/", out)
        assert not visible(Person.objects.get(pk=guest.pk)).exists()

    def test_somebody_of_the_organisation_is_named(
        self, administrator: Person, dung: Person, objective: Goal
    ) -> None:
        person, link = actions.share_with_guest(administrator, objective, "X", dung.email)
        assert (person, link) == (dung, None)
        assert parts() == {(dung.public_id, "named")}

    def test_who_may(self, administrator: Person, an: Person, chi: Person, objective: Goal) -> None:
        for actor in (an, chi):  # they may share it, but let nobody into the organisation
            with pytest.raises(Forbidden):
                actions.share_with_guest(actor, objective, "Khách", self.ADDRESS)
        people.set_roles(administrator, an, ["strategist"])
        guest, link = actions.share_with_guest(
            Person.objects.get(pk=an.pk), objective, "Khách", self.ADDRESS
        )
        assert link is not None
        assert guest.roles.get().role == "guest"

    def test_bad_input_keeps_what_was_typed(
        self, administrator: Person, objective: Goal, enter: Enter
    ) -> None:
        admin = enter(administrator)
        form: dict[str, Any] = {"name": "Khách Hàng", "email": "không phải"}
        answer = admin.post(f"/goals/{objective.public_id}/guests/", form)
        assert answer.status_code == 422
        assert 'value="không phải"' in body_of(answer)
        assert not Person.objects.filter(name="Khách Hàng").exists()
