"""One click into the demo company, in demo mode alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from haidang.people import demo_signin
from haidang.people.models import Organisation, Person

pytestmark = pytest.mark.django_db
ADDRESS = "/accounts/demo/"


@pytest.fixture
def cast(settings: Any, monkeypatch: pytest.MonkeyPatch, an: Person, chi: Person) -> None:
    settings.DEMO = True
    monkeypatch.setattr(demo_signin, "_cast", [])
    demo_signin.register([("Nhân viên", an.email.upper()), ("Ai đó", "ai@do.example")])
    Organisation.objects.update(is_demo=True)


def test_offered_and_taken(client: Client, cast: None, an: Person) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "Nhân viên" in page
    assert "Ai đó" not in page  # not loaded
    assert client.post(ADDRESS, {"email": an.email})["Location"] == "/"
    assert an.name in client.get("/people/").content.decode()


def test_one_goes_on_to_what_was_asked_for(client: Client, cast: None, an: Person) -> None:
    page = client.get("/accounts/login/?next=/map/%3Fsaved%3D1").content.decode()
    form = page.split(f'action="{ADDRESS}"')[1].split("</form>")[0]
    assert 'name="next" value="/map/?saved=1"' in form
    for way, goes in (("/map/?saved=1", "/map/?saved=1"), ("https://else.example/", "/")):
        assert client.post(ADDRESS, {"email": an.email, "next": way})["Location"] == goes


def test_one_goes_on_in_the_language_of_the_page(client: Client, cast: None, an: Person) -> None:
    client.post(ADDRESS, {"email": an.email}, headers={"Accept-Language": "en-GB,en"})
    page = client.get("/people/").content.decode()
    assert '<html lang="en"' in page


def test_nobody_else(client: Client, cast: None, chi: Person) -> None:
    for email in (chi.email, "ai@do.example", "", "\0"):
        assert client.post(ADDRESS, {"email": email}).status_code == 404
    assert client.get(ADDRESS).status_code == 405


def test_not_outside_demo_mode(client: Client, cast: None, settings: Any, an: Person) -> None:
    settings.DEMO = False
    assert "Nhân viên" not in client.get("/accounts/login/").content.decode()
    assert client.post(ADDRESS, {"email": an.email}).status_code == 404


def test_not_into_a_real_organisation(client: Client, cast: None, an: Person, emma: Person) -> None:
    Organisation.objects.filter(pk=an.organisation_id).update(is_demo=False)
    assert client.post(ADDRESS, {"email": an.email}).status_code == 404
    Organisation.objects.filter(pk=an.organisation_id).update(is_demo=True)
    Organisation.objects.filter(pk=emma.organisation_id).update(is_demo=False)
    Person.objects.filter(pk=emma.pk).update(account=an.account)
    assert client.post(ADDRESS, {"email": an.email}).status_code == 404
