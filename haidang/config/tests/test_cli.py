"""The `haidang` command, run as a person runs it."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import translation

import haidang
from haidang.activity.models import Event
from haidang.config import cli, doctor
from haidang.config.cli import care, progress
from haidang.lib.errors import Forbidden
from haidang.people import actions, keys
from haidang.people.models import Account, Organisation, Person, RoleGrant
from tests.support.cast import PASSWORD
from tests.support.serving import Server

MakeServer = Callable[..., Server]
INIT = ["--organisation", "Tâm Long", "--name", "Quản Trị", "--email", "qt@tamlong.example"]
GOOD_PASSWORD = "một hai ba bốn năm"


@pytest.fixture(autouse=True)
def _no_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command makes its data folder and asks the system for its language."""
    monkeypatch.setenv("HAIDANG_DATA", str(tmp_path))
    monkeypatch.setenv("LANG", "en")
    for name in ("LC_ALL", "LC_MESSAGES", "HAIDANG_DEMO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("django.setup", lambda: None)


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


@pytest.mark.django_db(transaction=True)
class TestRecompute:
    def test_wants_the_tables_of_now(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(care, "pending", lambda: ["goals.0009_x"])
        assert cli.main(["recompute", "--check"]) == 1
        assert "haidang migrate" in capsys.readouterr().err

    def test_finds_nothing_in_what_is_right(
        self, organisation: Organisation, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["recompute", "--check"]) == 0
        assert "Every number is what its records say" in capsys.readouterr().out

    @pytest.mark.parametrize(("words", "code"), [(["--check"], 1), ([], 0)])
    def test_says_what_differs(
        self,
        organisation: Organisation,
        words: list[str],
        code: int,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        asked: list[Any] = []

        def found(organisation_id: int | None, **options: Any) -> list[str]:
            asked.append((organisation_id, options["check"]))
            options["progress"]("Tâm Long", 0, 1)
            return ["goal 7: progress is 1, should be 2"] * (care.LISTED + 1)

        monkeypatch.setattr("haidang.checkins.recompute.recompute", found)
        assert cli.main(["recompute", *words, "--organisation", organisation.slug]) == code
        assert asked == [(organisation.pk, bool(words))]
        out = capsys.readouterr().out
        assert "goal 7" in out
        assert "and 1 more" in out
        assert f"{care.LISTED + 1} differences" in out

    def test_knows_organisations_by_number_too(self, organisation: Organisation) -> None:
        assert cli.main(["recompute", "--check", "--organisation", str(organisation.pk)]) == 0

    def test_an_unknown_organisation(
        self, organisation: Organisation, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["recompute", "--organisation", "nowhere"]) == 2
        assert organisation.slug in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
class TestOthers:
    def test_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["version"]) == 0
        assert capsys.readouterr().out == f"haidang {haidang.__version__}\n"

    def test_migrate_has_nothing_to_do(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["migrate"]) == 0
        assert "up to date" in capsys.readouterr().out

    def test_worker_ends_when_there_is_nothing_left(self) -> None:
        assert cli.main(["worker", "--batch"]) == 0

    def test_demo_does_not_touch_a_real_organisation(
        self, organisation: Organisation, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["demo"]) == 1
        assert "real organisation" in capsys.readouterr().err

    def test_a_refusal_is_said_in_words(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def refuse(*_args: Any, **_kwargs: Any) -> None:
            raise Forbidden("not you")

        monkeypatch.setattr("haidang.checkins.recompute.recompute", refuse)
        assert cli.main(["recompute"]) == 1
        assert capsys.readouterr().err.strip().endswith("haidang: not you")

    def test_an_interruption_is_no_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(*_args: Any, **_kwargs: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("haidang.checkins.recompute.recompute", interrupt)
        assert cli.main(["recompute"]) == 130


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "COMMAND"),
        (["dance"], "dance"),
        (["serve", "--port", "x"], "1 to 65535"),
        (["serve", "--port", "70000"], "1 to 65535"),
        (["init", "--password", "a", "--password-stdin"], "not allowed with"),
    ],
)
def test_what_cannot_be_understood(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(words)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "command", "language"),
    [
        (["--language", "vi", "demo", "--serve"], "demo", "vi"),
        (["--language=en", "serve"], "serve", "en"),
        (["demo", "--language", "vi"], "demo", "vi"),
        (["init", "--name", "serve"], "init", "en"),
        (["doctor", "--language", "xx"], "doctor", "en"),
        (["--language"], "", "en"),
        ([], "", "en"),
    ],
)
def test_the_command_is_known_early(words: list[str], command: str, language: str) -> None:
    assert cli._early(words) == (command, language)


def test_demo_means_demo_wherever_the_language_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("haidang.config.environment.imply", lambda name, _value: told.append(name))
    told: list[str] = []
    with pytest.raises(SystemExit):
        cli.main(["--language", "vi", "demo", "--help"])
    assert told == ["HAIDANG_DEMO"]


def test_an_unknown_language_is_said_as_everything_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--language", "xx", "version"])
    said = capsys.readouterr().err
    assert said.startswith("haidang: argument --language")
    assert said.splitlines()[-1].startswith("usage: haidang ")


def test_the_language_before_the_command_is_the_organisations_too() -> None:
    given = cli._parser().parse_args(["--language", "en", "init"])
    assert given.language == "en"
    assert cli._parser().parse_args(["init"]).language is None


@pytest.mark.parametrize("command", [["doctor"], ["recompute", "--check"], ["access", "a@x.vn"]])
def test_looking_makes_no_database(tmp_path: Path, command: list[str]) -> None:
    data = tmp_path / "new"
    done = Server(data, HAIDANG_SECRET_KEY="").command(*command)
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert str(data / "haidang.sqlite3") in said
    assert "Traceback" not in said
    assert not list(data.glob("*.sqlite3*"))


def test_what_a_command_makes_is_for_this_account_alone(make_server: MakeServer) -> None:
    server = make_server()
    (server.data / "haidang.sqlite3").unlink()
    before = os.umask(0o022)
    try:
        assert server.command("migrate").returncode == 0
        server.command("doctor")
        server.command("recompute", "--check")
    finally:
        os.umask(before)
    for path in server.data.iterdir():
        assert not path.stat().st_mode & 0o077 or path.name == "static", path


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"HAIDANG_DATA": "/proc/nope"}, "✗ Database: /proc/nope/haidang.sqlite3 is missing"),
        ({"HAIDANG_HOSTS": ","}, "HAIDANG_HOSTS is ','"),
        ({"DATABASE_URL": "postgresql:///"}, "DATABASE_URL names no database"),
    ],
)
def test_doctor_names_what_it_cannot_look_at(
    make_server: MakeServer, environment: dict[str, str], said: str
) -> None:
    done = make_server(**environment).command("doctor")
    assert done.returncode in (1, 2)
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_an_address_that_cannot_be_had(make_server: MakeServer, host: str) -> None:
    done = make_server().command("serve", "--host", host)
    assert done.returncode == 1
    assert f"of {host} cannot be had" in done.stderr
    assert "taken" not in done.stderr
    assert "Traceback" not in done.stderr


def test_speaks_vietnamese(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["serve", "--language", "vi", "--help"]):
        with pytest.raises(SystemExit):
            cli.main([*words, *([] if "vi" in words else ["--language", "vi"])])
        assert "cổng" in capsys.readouterr().out


def test_a_wrong_configuration_is_named(make_server: MakeServer) -> None:
    server = make_server(HAIDANG_WORKERS="many")
    done = server.command("doctor")
    assert done.returncode == 2
    assert done.stderr == "haidang: HAIDANG_WORKERS is 'many'; it can be 0 to 64.\n"


def test_a_folder_that_cannot_be_made_is_named(make_server: MakeServer) -> None:
    server = make_server(HAIDANG_DATA="/proc/nowhere")
    done = server.command("migrate")
    assert done.returncode == 2
    assert "/proc/nowhere" in done.stderr


def test_a_database_that_is_away_is_named(make_server: MakeServer) -> None:
    server = make_server(DATABASE_URL="postgresql://nobody@127.0.0.1:1/x?connect_timeout=1")
    done = server.command("migrate")
    assert done.returncode == 1
    assert "The database cannot be used" in done.stderr
    looked = server.command("doctor")
    assert looked.returncode == 1
    assert "✗ Database" in looked.stdout


@pytest.mark.django_db(transaction=True)
class TestDoctor:
    def look(self) -> dict[tuple[str, int], str]:
        with translation.override("en"):
            return {(f.what, f.grade): f.text for f in doctor.findings()}

    def test_a_good_installation(self, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
        settings.DATA_DIR = Path("/tmp")  # noqa: S108
        found = self.look()
        # The databases of the suite are told not to wait for the disk.
        bad = {what for what, grade in found if grade == doctor.BAD} - {"Database"}
        assert not bad
        assert ("Tables", doctor.GOOD) in found
        assert ("Clock", doctor.GOOD) in found

    def test_without_durability(self) -> None:
        text = self.look()[("Database", doctor.BAD)]
        assert "not durable" in text or "may lose" in text

    def test_missing_tables(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "pending", lambda: ["goals.0009_x"])
        assert "haidang migrate" in self.look()[("Tables", doctor.BAD)]

    def test_a_full_disk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "NO_SPACE", 2**60)
        assert ("Disk", doctor.BAD) in self.look()
        monkeypatch.setattr(doctor, "NO_SPACE", 0)
        monkeypatch.setattr(doctor, "LITTLE_SPACE", 2**60)
        assert ("Disk", doctor.WARNING) in self.look()

    def test_a_folder_that_cannot_be_written(
        self, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        monkeypatch.setattr("os.access", lambda *_: False)
        settings.DATA_DIR = Path("/proc/nowhere")
        assert "cannot be written" in self.look()[("Disk", doctor.BAD)]

    def test_a_clock_that_is_wrong(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "CLOCK", -1.0)
        assert ("Clock", doctor.BAD) in self.look()

    def test_mail(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        assert ("Mail", doctor.GOOD) in self.look()
        settings.MAIL_CONFIGURED = False
        assert ("Mail", doctor.WARNING) in self.look()
        settings.MAIL_CONFIGURED = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        assert "127.0.0.1 does not answer" in self.look()[("Mail", doctor.BAD)]

    def test_a_lost_key(
        self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.DATA_DIR = tmp_path
        monkeypatch.delenv("HAIDANG_SECRET_KEY", raising=False)
        assert "secret-key is missing" in self.look()[("Configuration", doctor.WARNING)]
        monkeypatch.setenv("HAIDANG_SECRET_KEY", "from elsewhere")
        assert "secret-key" not in str(self.look())

    def test_a_look_that_fails_is_a_finding(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def closed(*_args: object, **_options: object) -> None:
            raise PermissionError(13, "Permission denied", "/data/cache")

        monkeypatch.setattr("django.core.checks.run_checks", closed)
        monkeypatch.setattr(doctor, "pending", closed)
        found = self.look()
        assert "/data/cache" in found[("Configuration", doctor.BAD)]
        assert "/data/cache" in found[("Tables", doctor.BAD)]
        assert ("Clock", doctor.GOOD) in found  # and the others are looked at

    def test_warnings_of_django_are_warnings(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "HTTPS", True)
        settings.SECRET_KEY = "short"
        found = [f for f in doctor.findings() if "security.W009" in f.text]
        assert [f.grade for f in found] == [doctor.WARNING]

    def test_second_factors_of_another_key(self, an: Person, settings: Any) -> None:
        sealed = keys.sealed("bí mật")
        Authenticator.objects.create(user=an.account, type="totp", data={"secret": sealed})
        assert not any(what == "Second factor" for what, _grade in self.look())
        settings.SECRET_KEY, former = "another" * 10, settings.SECRET_KEY
        assert "HAIDANG_SECRET_KEY_FALLBACKS" in self.look()[("Second factor", doctor.BAD)]
        settings.SECRET_KEY_FALLBACKS = [former]
        assert not any(what == "Second factor" for what, _grade in self.look())
        # A start seals them anew, so that the former key can be forgotten.
        assert actions.renew_secrets() == 1
        settings.SECRET_KEY_FALLBACKS = []
        assert keys.opened(Authenticator.objects.get().data["secret"]) == "bí mật"
        assert actions.renew_secrets() == 0

    def test_configuration(self, settings: Any, tmp_path: Path) -> None:
        settings.DEBUG = settings.DEMO = True
        settings.DATA_DIR = tmp_path
        (tmp_path / "secret-key").write_text("x")
        (tmp_path / "secret-key").chmod(0o644)
        with translation.override("en"):
            texts = [f.text for f in doctor.findings() if f.what == "Configuration"]
        for word in ("HAIDANG_DEBUG", "HAIDANG_DEMO", "HAIDANG_URL", "chmod 600"):
            assert any(word in text for text in texts), word


def test_the_bar_is_for_terminals_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bar = progress.Bar()
    bar("goals", 1, 2)
    bar.end()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    bar = progress.Bar()
    bar("goals", 1, 2)
    bar("more", 2, 2)
    bar.end()
    shown = capsys.readouterr().err
    assert "50% goals" in shown
    assert "100% more" in shown
