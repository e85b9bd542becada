"""The `haidang` command, run as a person runs it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import haidang
from haidang.config import cli
from haidang.config.cli import care, progress
from haidang.config.tests.command import MakeServer, leave_no_trace
from haidang.lib.errors import Forbidden
from haidang.people.models import Organisation
from tests.support.serving import Server


@pytest.fixture(autouse=True)
def _no_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    leave_no_trace(monkeypatch, tmp_path)


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
