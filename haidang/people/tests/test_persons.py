"""Persons: coming, changing, leaving, coming back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone

from haidang.activity.models import Event
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from haidang.people import actions
from haidang.people.access import person_of_token, standing_of
from haidang.people.models import (
    Invitation,
    Organisation,
    Person,
    PersonUnitHistory,
    RoleGrant,
    TeamMember,
    Unit,
    UnitLeader,
)

pytestmark = pytest.mark.django_db


def test_create(administrator: Person, chi: Person, sales_unit: Unit) -> None:
    person = actions.create_person(
        administrator,
        "  Nguyễn Thị  Lan ",
        email="LAN@TamLong.example",
        unit=sales_unit,
        manager=chi,
        title="Nhân viên",
        region="Bình Dương",
        joined_on=date(2026, 1, 5),
    )
    assert (person.name, person.email) == ("Nguyễn Thị Lan", "lan@tamlong.example")
    assert (person.folded_name, person.sort_key) == ("nguyen thi lan", "lan nguyezn thi lan")
    assert person.public_id == f"P-{person.number}"
    assert person.account is None
    span = PersonUnitHistory.objects.get(person=person)
    assert (span.unit, span.manager, span.until) == (sales_unit, chi, None)
    assert Event.objects.get(verb="person.created", subject=person.public_id)
    assert person.pk in standing_of(chi).report_ids


def test_two_people_may_have_one_name(administrator: Person) -> None:
    for mailbox in ("lan1", "lan2"):
        actions.create_person(administrator, "Nguyễn Thị Lan", email=f"{mailbox}@x.example")
    assert Person.objects.filter(name="Nguyễn Thị Lan").count() == 2


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "\0\u202e\u2069"}, "name", "required"),
        ({"name": "x" * 201}, "name", "too_long"),
        ({"name": "x" * 1_000_000}, "name", "too_long"),
        ({"name": None}, "name", "required"),
        ({"name": ["A"]}, "name", "not_text"),
        ({"name": "A", "email": "a"}, "email", "email"),
        ({"name": "A", "email": "a@b"}, "email", "email"),
        ({"name": "A", "email": "a@" + "b" * 300 + ".vn"}, "email", "too_long"),
        ({"name": "A", "email": "AN@tamlong.example"}, "email", "duplicate"),
        ({"name": "A", "title": "x" * 201}, "title", "too_long"),
        ({"name": "A", "region": "x" * 121}, "region", "too_long"),
    ],
)
def test_create_refuses(
    administrator: Person, an: Person, facts: dict[str, Any], field: str, code: str
) -> None:
    before = Person.objects.count()
    with pytest.raises(Invalid) as caught:
        actions.create_person(administrator, **facts)
    assert (caught.value.field, caught.value.code) == (field, code)
    assert Person.objects.count() == before


def test_names_in_any_form_are_stored_in_one(administrator: Person) -> None:
    person = actions.create_person(administrator, "Ho\u0300a \u202eBi\u0300nh\0")
    assert person.name == "Hòa Bình"


def test_places_elsewhere_are_not_found(administrator: Person, emma: Person) -> None:
    with pytest.raises(NotFound):
        actions.create_person(administrator, "A", manager=emma)
    with pytest.raises(NotFound):
        actions.create_person(administrator, "A", unit=emma.unit)


def test_places_that_are_none(administrator: Person, an: Person, sales_unit: Unit) -> None:
    team = actions.create_unit(administrator, "Dự án", kind="team")
    empty = actions.archive_unit(administrator, actions.create_unit(administrator, "Trống"))
    for unit, code in ((team, "team"), (empty, "archived")):
        with pytest.raises(Invalid, match=code):
            actions.create_person(administrator, "A", unit=unit)
    gone = actions.deactivate_person(administrator, an)
    with pytest.raises(Invalid, match="inactive"):
        actions.create_person(administrator, "A", manager=gone)


def test_edit(administrator: Person, an: Person, factory_unit: Unit) -> None:
    edited = actions.edit_person(
        administrator, an, 1, {"name": "Nguyễn Văn Ẩn", "unit": factory_unit}
    )
    an.refresh_from_db()
    assert (an.name, an.sort_key, an.unit, an.version) == (
        "Nguyễn Văn Ẩn",
        "azyn nguyezn vazxn azyn",
        factory_unit,
        2,
    )
    assert edited == an
    spans = list(PersonUnitHistory.objects.filter(person=an).order_by("pk"))
    assert [span.until is None for span in spans] == [False, True]
    assert spans[0].until == spans[1].since
    same = actions.edit_person(administrator, an, 2, {"name": "Nguyễn Văn Ẩn"})
    assert same.version == 2
    assert Event.objects.get(verb="person.edited").data == {"fields": ["name", "unit"]}


def test_edit_refuses(administrator: Person, an: Person, binh: Person) -> None:
    with pytest.raises(Stale) as caught:
        actions.edit_person(administrator, an, 9, {"name": "X"})
    assert caught.value.current == an
    with pytest.raises(Invalid, match="duplicate"):
        actions.edit_person(administrator, an, 1, {"email": binh.email})
    with pytest.raises(Invalid, match="unknown"):
        actions.edit_person(administrator, an, 1, {"is_active": False})
    an.refresh_from_db()
    assert an.version == 1


def test_managers_make_no_loop(
    administrator: Person, an: Person, binh: Person, chi: Person, dung: Person
) -> None:
    actions.edit_person(administrator, binh, 1, {"manager": an})
    for manager in (chi, an, binh):
        with pytest.raises(Invalid) as caught:
            actions.edit_person(administrator, chi, 1, {"manager": manager})
        assert (caught.value.field, caught.value.code) == ("manager", "cycle")
    assert actions.edit_person(administrator, chi, 1, {"manager": dung}).manager == dung
    assert actions.edit_person(administrator, chi, 2, {"manager": None}).manager is None


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_make_no_loop(
    make_person: Callable[..., Person], administrator: Person
) -> None:
    one, two = make_person("Một", "mot"), make_person("Hai", "hai")
    start, refused = threading.Barrier(2), []

    def report(person: Person, manager: Person) -> None:
        actor = Person.objects.get(pk=administrator.pk)
        start.wait(10)
        try:
            actions.edit_person(actor, person, 1, {"manager": manager})
        except Invalid:
            refused.append(person)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=report, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(refused) == 1


def test_deactivate(
    administrator: Person, chi: Person, an: Person, binh: Person, sales_unit: Unit
) -> None:
    team = actions.create_unit(administrator, "Dự án", kind="team")
    actions.set_team_members(administrator, team, [an])
    actions.set_leader(administrator, sales_unit, an)
    actions.set_roles(administrator, an, ["hr"])
    actions.edit_person(administrator, binh, 1, {"manager": an})
    _token, secret = actions.create_token(an, "x", ["read"], timezone.now() + timedelta(days=1))
    gone = actions.deactivate_person(administrator, an)
    assert (gone.is_active, gone.left_on is None, an.is_active) == (False, False, False)
    binh.refresh_from_db()
    assert binh.manager == chi  # their reports go to their manager
    assert PersonUnitHistory.objects.get(person=binh, until=None).manager == chi
    for rows in (
        UnitLeader.objects.filter(person=an, until=None),
        TeamMember.objects.filter(person=an, until=None),
        RoleGrant.objects.filter(person=an, until=None),
        PersonUnitHistory.objects.filter(person=an, until=None),
    ):
        assert not rows.exists()
    assert person_of_token(secret) is None
    again = actions.deactivate_person(administrator, gone)
    assert again.version == gone.version
    assert Event.objects.filter(verb="person.deactivated").count() == 1


def test_deactivation_ends_invitations(administrator: Person) -> None:
    person = actions.create_person(administrator, "Mới", email="moi@x.example")
    actions.invite(administrator, person)
    actions.deactivate_person(administrator, person, left_on=date(2026, 1, 31))
    assert Invitation.objects.get().revoked_at is not None
    person.refresh_from_db()
    assert person.left_on == date(2026, 1, 31)


def test_deactivation_ends_sessions(client: Any, administrator: Person, an: Person) -> None:
    client.post("/accounts/login/", {"login": an.email, "password": _password()})
    key = client.session.session_key
    assert client.session.exists(key)
    actions.deactivate_person(administrator, an)
    assert not client.session.exists(key)


def test_an_account_stays_in_its_other_organisation(
    client: Any, administrator: Person, an: Person, emma: Person
) -> None:
    Person.objects.filter(pk=emma.pk).update(account=an.account)
    client.post("/accounts/login/", {"login": an.email, "password": _password()})
    actions.deactivate_person(administrator, an)
    answer = client.get("/people/")
    assert answer.status_code == 200
    assert "Emma" in answer.content.decode()


def _password() -> str:
    from tests.support.cast import PASSWORD

    return PASSWORD


def test_the_last_administrator_stays(administrator: Person, an: Person) -> None:
    with pytest.raises(Conflict, match="last_administrator"):
        actions.deactivate_person(administrator, administrator)
    actions.set_roles(administrator, an, ["administrator"])
    actions.deactivate_person(an, administrator)
    with pytest.raises(Conflict, match="last_administrator"):
        actions.deactivate_person(an, an)


def test_reactivate(administrator: Person, chi: Person, an: Person, sales_unit: Unit) -> None:
    actions.set_roles(administrator, an, ["hr"])
    gone = actions.deactivate_person(administrator, an)
    actions.deactivate_person(administrator, chi)
    back = actions.reactivate_person(administrator, gone)
    assert (back.is_active, back.left_on, back.unit, back.manager) == (
        True,
        None,
        sales_unit,
        None,
    )
    assert standing_of(back).roles == {"member"}
    assert PersonUnitHistory.objects.filter(person=an, until=None).count() == 1
    assert actions.reactivate_person(administrator, back).version == back.version


def test_reactivation_needs_a_free_address(administrator: Person, an: Person) -> None:
    gone = actions.deactivate_person(administrator, an)
    actions.create_person(administrator, "Người mới", email=an.email)
    with pytest.raises(Invalid, match="duplicate"):
        actions.reactivate_person(administrator, gone)


def test_only_administrators(chi: Person, an: Person, emma: Person) -> None:
    acts: list[Callable[[Person], Any]] = [
        lambda who: actions.edit_person(who, an, 1, {"name": "X"}),
        lambda who: actions.deactivate_person(who, an),
        lambda who: actions.reactivate_person(who, an),
        lambda who: actions.invite(who, an),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act(chi)
        with pytest.raises(NotFound):
            act(emma)
    with pytest.raises(Forbidden):
        actions.create_person(chi, "X")


def test_a_vanished_person_is_not_found(administrator: Person) -> None:
    person = actions.create_person(administrator, "Ảo")
    PersonUnitHistory.objects.filter(person=person).delete()
    Person.objects.filter(pk=person.pk).delete()
    with pytest.raises(NotFound):
        actions.edit_person(administrator, person, 1, {"name": "X"})


def test_numbers_are_per_organisation(
    administrator: Person, emma: Person, organisation: Organisation
) -> None:
    assert actions.create_person(administrator, "A").public_id == "P-2"
    assert actions.create_person(emma, "B").public_id == "P-2"


# --- the address that signs in ---------------------------------------------------------------


def _signs_in(email: str) -> bool:
    cache.clear()
    answer = Client().post("/accounts/login/", {"login": email, "password": _password()})
    return answer.status_code == 302


def test_who_moves_to_another_address_signs_in_with_it(administrator: Person, an: Person) -> None:
    before = an.email
    actions.edit_person(administrator, an, an.version, {"email": "AN.moi@TamLong.example"})
    assert _signs_in("an.moi@tamlong.example")
    assert not _signs_in(before)
    rows = EmailAddress.objects.filter(user=an.account)
    assert [(row.email, row.primary, row.verified) for row in rows] == [
        ("an.moi@tamlong.example", True, True)
    ]
    [told] = Event.objects.filter(verb="person.sign_in_address_changed")
    assert (told.subject, told.actor_id) == (an.public_id, administrator.pk)
    # The address that is free again takes somebody else.
    new = actions.create_person(administrator, "Mới", email=before)
    link = actions.invite(administrator, new)
    actions.join(link.rstrip("/").rpartition("/")[2], _password())
    assert _signs_in(before)


def test_an_account_of_two_organisations_keeps_its_address(
    administrator: Person, an: Person, emma: Person
) -> None:
    """Else an administrator would come into another organisation through it."""
    before = an.email
    Person.objects.filter(pk=emma.pk).update(account=an.account)
    actions.edit_person(administrator, an, an.version, {"email": "an.moi@tamlong.example"})
    assert _signs_in(before)
    assert not _signs_in("an.moi@tamlong.example")
    assert not Event.objects.filter(verb="person.sign_in_address_changed").exists()


def test_an_address_that_signs_somebody_else_in_is_refused(
    administrator: Person, an: Person, emma: Person
) -> None:
    with pytest.raises(Invalid) as caught:
        actions.edit_person(administrator, an, an.version, {"email": emma.email})
    assert (caught.value.field, caught.value.code) == ("email", "taken")
    an.refresh_from_db()
    assert an.account is not None
    assert an.email == an.account.email != emma.email


def test_an_address_that_signs_in_is_not_left_out(administrator: Person, an: Person) -> None:
    with pytest.raises(Invalid) as caught:
        actions.edit_person(administrator, an, an.version, {"email": ""})
    assert caught.value.field == "email"
    assert _signs_in(an.email)


def test_only_who_may_edit_moves_an_address(chi: Person, an: Person) -> None:
    before = an.email
    with pytest.raises(Forbidden):
        actions.edit_person(chi, an, an.version, {"email": "chi.doc@tamlong.example"})
    assert _signs_in(before)
