"""Who somebody is, and who reaches which person and unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.utils import timezone

from haidang.lib.errors import Forbidden, NotFound
from haidang.people import access, actions
from haidang.people.models import Organisation, Person, PersonalToken, Role, Unit

pytestmark = pytest.mark.django_db


def test_membership_in_one_query(
    an: Person, chi: Person, sales_unit: Unit, root_unit: Unit, django_assert_num_queries: Any
) -> None:
    chi = Person.objects.get(pk=chi.pk)
    with django_assert_num_queries(1):
        me = access.standing_of(chi)
        assert access.standing_of(chi) is me
    assert me.roles == {Role.MEMBER}
    assert me.led_ids == {sales_unit.pk}
    assert me.led_paths == (sales_unit.path,)
    assert me.report_ids == {an.pk}
    assert me.home_ids == {sales_unit.pk, root_unit.pk}
    assert me.leads(sales_unit)
    assert not me.leads(root_unit)
    assert not me.leads(None)
    access.forget(chi)
    assert access.standing_of(chi) is not me


def test_roles_of_a_membership(administrator: Person, binh: Person) -> None:
    for roles, guest, viewer in [
        (["guest"], True, False),
        (["viewer"], False, True),
        (["guest", "viewer"], False, True),
        (["guest", "member"], False, False),
        (["viewer", "hr"], False, False),
        ([], False, False),
    ]:
        actions.set_roles(administrator, binh, roles)
        me = access.standing_of(binh)
        assert (me.is_guest, me.is_viewer, me.is_hr) == (guest, viewer, "hr" in roles)
        assert not me.is_admin
        assert not me.is_strategist


def test_somebody_without_a_unit_or_team(make_person: Callable[..., Person]) -> None:
    assert access.standing_of(make_person("Lẻ", "le")).home_ids == frozenset()


def test_person_for(
    administrator: Person, an: Person, binh: Person, dung: Person, emma: Person
) -> None:
    assert access.person_for(dung, an.public_id) == an
    assert access.person_for(administrator, an.public_id.lower(), to="edit") == an
    for verb in set(access.PERSON_VERBS) - {"see"}:
        if verb != "create_tokens":
            assert access.person_for(administrator, an.public_id, to=verb) == an
        with pytest.raises(Forbidden):
            access.person_for(binh, an.public_id, to=verb)
        with pytest.raises(NotFound):
            access.person_for(emma, an.public_id, to=verb)
    for verb in ("see_tokens", "revoke_tokens", "create_tokens"):
        assert access.person_for(an, an.public_id, to=verb) == an


def test_unit_for(
    administrator: Person, chi: Person, dung: Person, emma: Person, sales_unit: Unit
) -> None:
    assert access.unit_for(dung, sales_unit.public_id) == sales_unit
    for verb in set(access.UNIT_VERBS) - {"see"}:
        assert access.unit_for(administrator, sales_unit.public_id, to=verb) == sales_unit
        with pytest.raises(Forbidden):
            access.unit_for(chi, sales_unit.public_id, to=verb)
        with pytest.raises(NotFound):
            access.unit_for(emma, sales_unit.public_id, to=verb)


def test_the_leader_of_a_team_names_its_members(
    administrator: Person, chi: Person, dung: Person, sales_unit: Unit
) -> None:
    team = actions.create_unit(administrator, "Dự án", kind="team", parent=sales_unit)
    assert access.may_unit(chi, team, "set_members")
    assert not access.may_unit(dung, team, "set_members")
    assert not access.may_unit(chi, team, "edit")


def test_a_guest_sees_oneself_and_ones_places(
    administrator: Person, an: Person, binh: Person, sales_unit: Unit, factory_unit: Unit
) -> None:
    actions.set_roles(administrator, binh, ["guest"])
    assert list(access.people_visible(binh)) == [binh]
    assert access.person_for(binh, binh.public_id) == binh
    assert access.may_person(binh, binh, "see")
    assert access.may_unit(binh, sales_unit, "see")
    assert not access.may_unit(binh, factory_unit, "see")
    with pytest.raises(NotFound):
        access.person_for(binh, an.public_id)
    with pytest.raises(NotFound):
        access.unit_for(binh, factory_unit.public_id)


def test_the_deactivated_are_nobody(
    administrator: Person, an: Person, binh: Person, sales_unit: Unit
) -> None:
    gone = actions.deactivate_person(administrator, an)
    assert not access.people_visible(gone).exists()
    assert not access.units_visible(gone).exists()
    assert not access.may_person(gone, binh, "see")
    assert not access.may_unit(gone, sales_unit, "see")
    assert not access.may_organisation(gone, "see")
    for call in (
        lambda: access.person_for(gone, binh.public_id),
        lambda: access.unit_for(gone, sales_unit.public_id),
        lambda: access.require_organisation(gone, "settings"),
        lambda: access.require_person(gone, binh, "edit"),
        lambda: access.require_unit(gone, sales_unit, "edit"),
    ):
        with pytest.raises(NotFound):
            call()


def test_require(administrator: Person, an: Person, binh: Person, sales_unit: Unit) -> None:
    access.require_organisation(administrator, "settings")
    access.require_person(administrator, an, "edit")
    access.require_unit(administrator, sales_unit, "edit")
    with pytest.raises(Forbidden):
        access.require_organisation(binh, "settings")
    with pytest.raises(Forbidden):
        access.require_person(binh, an, "edit")
    with pytest.raises(Forbidden):
        access.require_unit(binh, sales_unit, "edit")
    assert access.may_organisation(binh, "see")


@pytest.mark.parametrize("odd", ["", "P", "P-", "P-1\0", "P-९", "P-12345678901", "P 1", 5, None])
def test_ids_that_name_nothing(administrator: Person, odd: Any) -> None:
    for door in (access.person_for, access.unit_for):
        with pytest.raises(NotFound):
            door(administrator, odd)


def test_a_foreign_id_answers_as_a_missing_one(an: Person, emma: Person) -> None:
    answers = []
    for public_id in (an.public_id, "P-999"):
        with pytest.raises(NotFound) as caught:
            access.person_for(emma, public_id, to="edit")
        answers.append((caught.value.status, caught.value.code, str(caught.value.message)))
    assert answers[0] == answers[1]


# --- tokens and sessions ----------------------------------------------------------------


@pytest.fixture
def secret(an: Person) -> str:
    _token, secret = actions.create_token(
        an, "Báo cáo", ["read", "check_in"], timezone.now() + timedelta(days=30)
    )
    return secret


def test_a_token_is_its_person(an: Person, secret: str) -> None:
    assert access.person_of_token(secret) == (an, frozenset({"read", "check_in"}))


@pytest.mark.parametrize("odd", ["", "hd_", "hd_x_y", "Bearer", "hd_" + "x" * 300, "hd_\udce9"])
def test_what_is_no_token(odd: str, secret: str) -> None:
    assert access.person_of_token(odd) is None


def test_a_token_ends(administrator: Person, an: Person, secret: str) -> None:
    token = PersonalToken.objects.get()
    PersonalToken.objects.update(expires_at=timezone.now())
    assert access.person_of_token(secret) is None
    PersonalToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert access.person_of_token(secret) is not None
    actions.revoke_token(an, token)
    assert access.person_of_token(secret) is None
    PersonalToken.objects.update(revoked_at=None)
    account = an.account
    assert account is not None
    account.is_active = False
    account.save()
    assert access.person_of_token(secret) is None
    account.is_active = True
    account.save()
    Person.objects.filter(pk=an.pk).update(is_active=False)
    assert access.person_of_token(secret) is None


def test_use_is_noted_once_a_minute(
    an: Person, secret: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        access.person_of_token(secret)
    with django_assert_num_queries(1):
        access.person_of_token(secret)
    PersonalToken.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    with django_assert_num_queries(2):
        access.person_of_token(secret)


def _session(person: Person, **more: Any) -> str:
    account = person.account
    assert account is not None
    store = SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store.update(more)
    store.save()
    key = store.session_key
    assert key is not None
    return key


def test_the_person_behind_a_session(administrator: Person, an: Person) -> None:
    key = _session(an)
    assert access.person_of_session(key) == an
    for odd in (None, "", "nothing", "x" * 500):
        assert access.person_of_session(odd) is None
    actions.deactivate_person(administrator, an)
    assert access.person_of_session(key) is None


def test_a_session_ends_with_the_password(an: Person) -> None:
    key = _session(an)
    account = an.account
    assert account is not None
    account.set_password("một mật khẩu khác hẳn 77")
    account.save()
    assert access.person_of_session(key) is None


def test_several_organisations(
    an: Person, emma: Person, organisation: Organisation, other_organisation: Organisation
) -> None:
    """An account that belongs to two is nobody until it has chosen."""
    Person.objects.filter(pk=emma.pk).update(account=an.account)
    assert access.person_of_session(_session(an)) is None
    chosen = _session(an, organisation=other_organisation.pk)
    assert access.person_of_session(chosen) == emma
    assert access.person_of_session(_session(an, organisation=-1)) is None


# --- the door of pages ------------------------------------------------------------------


def test_strangers_are_sent_to_sign_in(client: Any) -> None:
    answer = client.get("/people/?q=lan")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/people/%3Fq%3Dlan"


def test_scripts_get_401_instead_of_a_page(client: Any) -> None:
    for header in ({"HX-Request": "true"}, {"Accept": "application/json"}):
        assert client.get("/people/", headers=header).status_code == 401


def test_who_must_choose_is_sent_to_choose(
    client: Any, an: Person, emma: Person, other_organisation: Organisation
) -> None:
    Person.objects.filter(pk=emma.pk).update(account=an.account)
    client.force_login(an.account)
    answer = client.get("/people/")
    assert answer["Location"] == "/organisations/?next=%2Fpeople%2F"
    answer = client.post(
        "/organisations/", {"organisation": other_organisation.slug, "next": "/people/"}
    )
    assert answer["Location"] == "/people/"
    assert emma.name in client.get("/people/").content.decode()
    for odd in ("", "khong-co"):
        assert client.post("/organisations/", {"organisation": odd}).status_code == 404
    away = client.post(
        "/organisations/",
        {"organisation": other_organisation.slug, "next": "https://evil.example/"},
    )
    assert away["Location"] == "/"


def test_the_deactivated_are_out_at_once(client: Any, administrator: Person, an: Person) -> None:
    client.force_login(an.account)
    assert client.get("/people/").status_code == 200
    Person.objects.filter(pk=an.pk).update(is_active=False)  # whoever did it, however
    assert client.get("/people/").status_code == 302
    assert client.session.get(SESSION_KEY) is None


def test_times_are_shown_where_one_lives(an: Person, rf: RequestFactory) -> None:
    from haidang.people.access import zone_of
    from haidang.people.middleware import PersonMiddleware

    seen: list[str] = []

    def page(request: Any) -> Any:
        seen.append(timezone.get_current_timezone_name())
        return None

    account = an.account
    assert account is not None
    request: Any = rf.get("/")
    request.user, request.session = account, {}
    PersonMiddleware(page)(request)
    account.time_zone = "America/Lima"
    account.save()
    PersonMiddleware(page)(request)
    assert seen == ["Asia/Ho_Chi_Minh", "America/Lima"]
    for unknown in ("Atlantis/Capital", "../etc/passwd"):
        account.time_zone = unknown
        assert zone_of(an).key == "Asia/Ho_Chi_Minh"
