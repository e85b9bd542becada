"""Where an invitation's link leads."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from haidang.people import actions
from haidang.people.models import Account, Person
from tests.support.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_attempts_yet() -> None:
    cache.clear()


@pytest.fixture
def moi(administrator: Person) -> Person:
    return actions.create_person(administrator, "Người Mới", email="moi@tamlong.example")


@pytest.fixture
def link(administrator: Person, moi: Person) -> str:
    return str(actions.invite(administrator, moi))


def test_choose_a_password(client: Client, link: str, moi: Person) -> None:
    answer = client.get(link)
    assert answer["Referrer-Policy"] == "no-referrer"
    page = answer.content.decode()
    assert "Người Mới" in page
    assert "Tâm Long" in page
    for one, two in (("", ""), ("ngắn", "ngắn"), (PASSWORD, "khác"), ("\0" * 12, "\0" * 12)):
        assert client.post(link, {"password": one, "again": two}).status_code == 422
    assert not Account.objects.filter(email=moi.email).exists()
    answer = client.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert answer["Location"] == "/"
    assert "Người Mới" in client.get("/people/").content.decode()
    assert Client().get(link).status_code == 404


@pytest.fixture
def known(administrator: Person, emma: Person) -> Any:
    """Emma of the other organisation is invited here too."""
    person = actions.create_person(administrator, "Emma ở đây", email=emma.email)
    return str(actions.invite(administrator, person))


def test_prove_the_account_that_exists(client: Client, known: str, emma: Person) -> None:
    page = client.get(known).content.decode()
    assert "đã có tài khoản" in page
    assert client.post(known, {"password": "sai"}).status_code == 422
    assert client.post(known, {"password": ""}).status_code == 422
    answer = client.post(known, {"password": PASSWORD})
    assert answer["Location"] == "/"
    assert "Emma ở đây" in client.get("/people/").content.decode()


def test_guesses_are_counted(client: Client, known: str) -> None:
    for _ in range(5):
        client.post(known, {"password": "sai"})
    answer = client.post(known, {"password": PASSWORD})
    assert answer.status_code == 422
    assert "Thử quá nhiều lần" in answer.content.decode()


def test_join_as_one_is_signed_in(client: Client, known: str, emma: Person) -> None:
    client.force_login(emma.account)
    page = client.get(known).content.decode()
    assert emma.email in page
    assert "password" not in page
    assert client.post(known)["Location"] == "/"
    assert "Emma ở đây" in client.get("/people/").content.decode()


def test_not_as_somebody_who_is_there_already(client: Client, link: str, an: Person) -> None:
    client.force_login(an.account)
    answer = client.post(link)
    assert answer.status_code == 409
    assert "đã thuộc về" in answer.content.decode()


def test_an_account_without_any_place_left_can_join_anew(
    client: Client, administrator: Person, an: Person
) -> None:
    """Who has left may be invited as somebody new, elsewhere too, and keeps the account."""
    other = actions.create_organisation("Nơi mới", "vi", "Chủ", "chu@moi.example", PASSWORD)
    actions.deactivate_person(administrator, an)
    host = other.people.get()
    person = actions.create_person(host, "An", email=an.email)
    link = str(actions.invite(host, person))
    assert client.post(link, {"password": PASSWORD})["Location"] == "/"
    assert client.get("/people/").status_code == 200


def test_the_place_was_taken_meanwhile(
    client: Client, link: str, moi: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address got an account between opening the page and sending it."""
    actions.create_account(moi.email, PASSWORD, "vi")
    from haidang.people.models import Account as Model

    monkeypatch.setattr(Model.objects, "filter", lambda **_facts: Model.objects.none())
    answer = client.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 409


@pytest.mark.parametrize("odd", ["x", "%00", "%ED%A0%80", "x" * 3000, "..%2F..%2Fetc"])
def test_dead_links(client: Client, odd: str) -> None:
    answer = client.get(f"/invitations/{odd}/")
    assert answer.status_code == 404
