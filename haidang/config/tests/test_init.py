"""How somebody comes in by the `haidang` command: init and access."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client

from haidang.activity.models import Event
from haidang.config import cli
from haidang.config.tests.command import MakeServer, leave_no_trace
from haidang.people import actions
from haidang.people.models import Account, Organisation, Person, RoleGrant
from tests.support.cast import PASSWORD

INIT = ["--organisation", "Tâm Long", "--name", "Quản Trị", "--email", "qt@tamlong.example"]
GOOD_PASSWORD = "một hai ba bốn năm"


@pytest.fixture(autouse=True)
def _no_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    leave_no_trace(monkeypatch, tmp_path)


@pytest.mark.django_db(transaction=True)
class TestInit:
    def test_makes_an_organisation(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["init", *INIT, "--password", GOOD_PASSWORD]) == 0
        person = Person.objects.get()
        assert (person.name, person.organisation.name) == ("Quản Trị", "Tâm Long")
        assert person.organisation.language == "vi"
        assert set(RoleGrant.objects.values_list("role", flat=True)) == {
            "administrator",
            "strategist",
        }
        assert Account.objects.get().check_password(GOOD_PASSWORD)
        assert "Tâm Long is ready" in capsys.readouterr().out

    def test_does_not_make_a_second_by_mistake(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["init", *INIT, "--password", GOOD_PASSWORD]) == 0
        assert cli.main(["init", *INIT, "--password", GOOD_PASSWORD]) == 1
        assert "--another" in capsys.readouterr().err
        assert cli.main(["init", "--another", *INIT, "--password", GOOD_PASSWORD]) == 0
        assert Organisation.objects.count() == 2

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (["--email", "nobody"], "--email: "),
            (["--password", "short"], "--password: "),
            (["--organisation", " "], "--organisation: "),
            (["--name", ""], "--name: "),
        ],
    )
    def test_says_what_cannot_be(
        self, change: list[str], said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        words = ["init", *INIT, "--password", GOOD_PASSWORD, *change]
        assert cli.main(words) == 1
        assert said in capsys.readouterr().err
        assert not Organisation.objects.exists()

    def test_without_a_terminal_names_what_is_missing(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO())
        assert cli.main(["init", "--name", "Quản Trị"]) == 2
        assert "--organisation, --email, --password" in capsys.readouterr().err

    def test_reads_the_password_from_its_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{GOOD_PASSWORD}\n"))
        assert cli.main(["init", *INIT, "--password-stdin"]) == 0
        assert Account.objects.get().check_password(GOOD_PASSWORD)

    def test_takes_the_language(self) -> None:
        words = ["init", "--language", "en", *INIT, "--password", GOOD_PASSWORD]
        assert cli.main(words) == 0
        assert Organisation.objects.get().language == "en"


@pytest.mark.django_db(transaction=True)
class TestAnotherOrganisation:
    """For an address that signs in already, in the organisation of An's."""

    @pytest.fixture(autouse=True)
    def _no_attempts_yet(self) -> None:
        cache.clear()

    def make(self, email: str, password: str) -> None:
        words = ["--organisation", "Khác", "--name", "An", "--email", email]
        assert cli.main(["init", "--another", *words, "--password", password]) == 0

    def enters(self, client: Client, email: str, password: str, organisation: str) -> bool:
        client.post("/accounts/login/", {"login": email, "password": password})
        made = Organisation.objects.get(name=organisation)
        client.post("/organisations/", {"organisation": made.slug})
        return "Khác" in client.get("/people/").content.decode()

    def test_with_its_own_password_it_signs_in(
        self, an: Person, client: Client, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.make(an.email, PASSWORD)
        assert "signs in after" in capsys.readouterr().out
        assert self.enters(client, an.email, PASSWORD, "Khác")

    def test_with_another_password_it_is_invited(
        self, an: Person, client: Client, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.make(an.email, GOOD_PASSWORD)
        out = capsys.readouterr().out
        assert "signs in after" not in out
        link = out.split()[-1]
        assert link.startswith("http://localhost:8000/invitations/")
        path = link.removeprefix("http://localhost:8000")
        # The password that was given opens nothing, the account's own does.
        assert client.post(path, {"password": GOOD_PASSWORD}).status_code == 422
        assert client.post(path, {"password": PASSWORD}).status_code == 302
        assert self.enters(Client(), an.email, PASSWORD, "Khác")
        made = Organisation.objects.get(name="Khác")
        told = Event.objects.get(organisation_id=made.pk, verb="person.invited")
        assert (told.actor_id, told.source) == (None, "operator")


@pytest.mark.django_db(transaction=True)
class TestAccess:
    """For the last administrator, who is locked out."""

    @pytest.fixture(autouse=True)
    def _no_attempts_yet(self) -> None:
        cache.clear()

    def link(self, capsys: pytest.CaptureFixture[str]) -> str:
        return capsys.readouterr().out.split()[-1].removeprefix("http://localhost:8000")

    def test_a_new_password(
        self, administrator: Person, client: Client, capsys: pytest.CaptureFixture[str]
    ) -> None:
        account = administrator.account
        assert account is not None
        Authenticator.objects.create(user=account, type="totp", data={"secret": "x"})
        assert cli.main(["access", administrator.email.upper()]) == 0
        page = client.get(self.link(capsys), follow=True)
        where = page.request["PATH_INFO"]
        client.post(where, {"password1": GOOD_PASSWORD, "password2": GOOD_PASSWORD})
        account.refresh_from_db()
        assert account.check_password(GOOD_PASSWORD)
        assert Authenticator.objects.exists()
        [told] = Event.objects.filter(verb__startswith="person.", source="operator")
        assert (told.verb, told.subject) == ("person.reset_link_made", administrator.public_id)
        assert not mail.outbox  # it is for who stands at the terminal

    def test_a_lost_second_factor(
        self, administrator: Person, client: Client, capsys: pytest.CaptureFixture[str]
    ) -> None:
        client.post("/accounts/login/", {"login": administrator.email, "password": PASSWORD})
        assert client.get("/people/").status_code == 200
        Authenticator.objects.create(user=administrator.account, type="totp", data={"secret": "x"})
        assert cli.main(["access", administrator.email, "--remove-second-factor"]) == 0
        assert "/accounts/password/reset/key/" in self.link(capsys)
        assert not Authenticator.objects.exists()
        assert client.get("/people/").status_code == 302
        verbs = (
            Event.objects.filter(source="operator").order_by("pk").values_list("verb", flat=True)
        )
        assert list(verbs) == ["person.second_factor_removed", "person.reset_link_made"]

    def test_who_has_never_signed_in_is_invited(
        self, administrator: Person, client: Client, capsys: pytest.CaptureFixture[str]
    ) -> None:
        actions.create_person(administrator, "Mới", email="moi@tamlong.example")
        assert cli.main(["access", "moi@tamlong.example"]) == 0
        assert "Mới" in client.get(self.link(capsys)).content.decode()

    def test_unknown_or_gone(
        self, administrator: Person, an: Person, capsys: pytest.CaptureFixture[str]
    ) -> None:
        actions.deactivate_person(administrator, an)
        for email in ("nobody@tamlong.example", an.email):
            assert cli.main(["access", email]) == 1
            shown = capsys.readouterr()
            assert shown.out == ""
            assert email in shown.err


def test_init_asks_at_a_terminal(tmp_path: Path) -> None:
    """What is wrong is asked for again; the password is not shown."""
    first, second = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "haidang", "init", "--name", "Quản Trị"],
        stdin=second,
        stdout=second,
        stderr=second,
        env={**os.environ, "HAIDANG_DATA": str(tmp_path), "DATABASE_URL": ""},
        start_new_session=True,
    )
    os.close(second)
    talk = [
        ("organisation: ", "Tâm Long"),
        ("E-mail", "nobody"),
        ("Password", GOOD_PASSWORD),
        ("again", "other"),
        ("not the same", ""),
        ("Password", GOOD_PASSWORD),
        ("again", GOOD_PASSWORD),
        ("E-mail", "qt@tamlong.example"),
        ("is ready", ""),
    ]
    heard = ""
    seen = ""
    try:
        for wanted, typed in talk:
            while wanted not in heard:
                piece = os.read(first, 4096).decode(errors="replace")
                heard += piece
                seen += piece
            heard = heard.split(wanted, 1)[1]
            if typed:
                os.write(first, f"{typed}\n".encode())
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        os.close(first)
    assert GOOD_PASSWORD not in seen


def test_an_end_of_what_is_typed_is_an_interruption(make_server: MakeServer) -> None:
    server = make_server()
    first, second = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "haidang", "init"],
        stdin=second,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=server.environment,
        start_new_session=True,
    )
    os.close(second)
    os.write(first, b"\x04")  # Ctrl-D
    said = process.communicate(timeout=30)[1].decode()
    os.close(first)
    assert process.returncode == 130, said
    assert "Traceback" not in said
